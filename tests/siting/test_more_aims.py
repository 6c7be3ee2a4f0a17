"""Objectives beyond covering and travel: each against every placement, by what-if or by linear programming."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from scipy.optimize import linprog
from shown_town import town_study

from app.errors import QuestionError
from app.siting.answer import Status
from app.siting.apply import apply
from app.siting.ground import make_ground
from app.siting.objectives import OBJECTIVES, timed, unit_of
from app.siting.question import parse_question
from app.siting.scenario import Close, Move, Open, Scenario, make_scenario
from app.study import make_study

NORTH = {"area": {"kind": "health_council", "code": "nord"}, "serve": "region", "time_limit": 20}


@pytest.fixture(scope="module")
def town():
    """The small region."""
    return town_study()


def ground_of(study, objective, **more):
    question = parse_question({"add": 2, "objective": objective, **NORTH, **more})
    return question, make_ground(study.baseline, question)


def minutes(study, points):
    """(cells,) by car to the nearest open practice with new ones at some points, by what-if."""
    return study.what_if(make_scenario([Open(*point) for point in points])).columns["nearest_open_min_drive"]


def means(study, ground, way, by="kommunekode"):
    """Mean minutes and residents of each area of the counted cells, in plain Python."""
    homes = study.facts.cells[by].to_numpy()[ground.cells]
    parts = [(way[ground.cells][homes == home], ground.weight[homes == home]) for home in sorted(set(homes))]
    return [float(w @ m / w.sum()) for m, w in parts], [float(w.sum()) for _, w in parts]


def plain_gini(values, people):
    mean = sum(v * w for v, w in zip(values, people, strict=True)) / sum(people)
    pairs = product(zip(values, people, strict=True), repeat=2)
    return sum(w * u * abs(a - b) for (a, w), (b, u) in pairs) / (2 * sum(people) ** 2 * mean)


def pairs_of(sited):
    """Every placement of two: candidates and their points."""
    points = sited.candidates.points
    return [((i, j), (points[i], points[j])) for i, j in combinations(range(len(points)), 2)]


def test_no_placement_helps_the_worst_off_area_more(town):
    """Brute force by what-if: the longest mean of any municipality, then the next longest, are the least there are."""
    question, ground = ground_of(town, "worst_off")
    sited = town.sites(question)
    every = {chosen: sorted(means(town, ground, minutes(town, at))[0], reverse=True) for chosen, at in pairs_of(sited)}
    assert min(every.values())[0] == pytest.approx(sited.proof.value, rel=1e-6)
    assert Status.OPTIMAL is sited.proof.status
    assert min(every.values()) == pytest.approx(every[sited.placed[0].candidates], rel=1e-5)
    today = means(town, ground, minutes(town, ()))[0]
    assert max(today) == pytest.approx(sited.start, rel=1e-6)
    worst = next(figure for figure in sited.today if figure.name == "worst_area")
    homes = sorted(set(town.facts.cells["kommunekode"].to_numpy()[ground.cells]))
    assert homes[int(np.argmax(today))] == worst.code


@pytest.mark.parametrize("share", [None, 0.5, 0.0])
def test_no_even_placement_is_nearer(town, share):
    """Brute force: of the placements that keep the Gini limit none has a lesser mean; infeasible where none does."""
    question, ground = ground_of(town, "even")
    sited = town.sites(question)
    told = {at: means(town, ground, minutes(town, at)) for _, at in pairs_of(sited)}
    uneven = {at: plain_gini(*each) for at, each in told.items()}
    limit = plain_gini(*means(town, ground, minutes(town, ()))) if share is None else 0.0
    if share:
        limit = float(np.quantile(list(uneven.values()), share))
    if share is not None:
        sited = town.sites(parse_question({**question.document(), "gini": limit}))
    allowed = [np.average(told[at][0], weights=told[at][1]) for at in told if uneven[at] <= limit + 1e-9]
    if not allowed:
        assert (Status.INFEASIBLE, ()) == (sited.proof.status, sited.placed)
        return
    assert min(allowed) == pytest.approx(sited.proof.value, rel=1e-6)
    assert Status.OPTIMAL is sited.proof.status


@pytest.mark.parametrize("give", [0, 30])
def test_most_are_lifted_and_then_the_nearest_is_chosen(town, give):
    """Brute force: of the placements that lift all but so many percent of the most, none has a shorter mean way."""
    question, ground = ground_of(town, "lift_then_near", give=give, k=3)
    sited = town.sites(question)
    weight = ground.weight

    def value(at):
        after = town.what_if(make_scenario([Open(*point) for point in at])).columns["open_within_limit"]
        lifted = weight[(ground.has < 3) & (after[ground.cells] >= 3)].sum()
        return float(lifted), float(weight @ minutes(town, at)[ground.cells] / weight.sum())

    every = [value(at) for _, at in pairs_of(sited)]
    most = max(lifted for lifted, _ in every)
    near = min(way for lifted, way in every if lifted >= most * (1 - give / 100))
    assert most == sited.proof.value
    assert near == pytest.approx(sited.second.value, rel=1e-6)
    assert (Status.OPTIMAL, Status.OPTIMAL) == (sited.proof.status, sited.second.status)
    chosen = value([sited.candidates.points[c] for c in sited.placed[0].candidates])
    assert (sited.placed[0].value, near) == pytest.approx(chosen, rel=1e-6)
    assert [near] == pytest.approx([figure.value for figure in sited.placed[0].figures], rel=1e-6)


def least_way(study, ground, points, capacity, unplaced):
    """By linear programming over every pair of a cell and a practice within its limit: mean metres, and who is left."""
    travel, supply = study.travel, study.travel.supply
    own = [row for row in range(supply.size) if study.baseline.rows.places[row] > 0]
    table = np.full((len(ground.cells), len(own) + len(points)), np.inf)
    place = {cell: i for i, cell in enumerate(ground.cells.tolist())}
    for column, row in enumerate(own):
        for cell, way in zip(*travel.road.row(row), strict=True):
            if int(cell) in place:
                table[place[int(cell)], column] = way
    ends = study.baseline.roads["drive"].of(ground.cells).to(points).within("m", float(ground.limit.max()))
    for column in range(len(points)):
        for matrix in ends:
            cell, way = matrix.row(column)
            table[cell, len(own) + column] = np.minimum(table[cell, len(own) + column], way)
    table = np.where(table <= ground.limit[:, None], table, np.inf)
    room = np.concatenate([study.baseline.rows.places[own], np.full(len(points), capacity)])
    cost = np.column_stack([table, np.full(len(table), unplaced)])
    cells, columns = cost.shape
    found = linprog(
        np.where(np.isfinite(cost), cost, 0).ravel(),
        A_ub=np.kron(np.ones((1, cells)), np.eye(columns)[:-1]),
        b_ub=room,
        A_eq=np.kron(np.eye(cells), np.ones((1, columns))),
        b_eq=ground.weight,
        bounds=[(0, None if np.isfinite(one) else 0) for one in cost.ravel()],
    )
    return found.fun / ground.weight.sum(), found.x.reshape(cells, columns)[:, -1].sum()


def test_no_placement_gives_more_room_nearer(town):
    """Every placement of one by linear programming: nobody beyond a closing limit, everybody in the region counted."""
    question = parse_question({"add": 1, "objective": "capacitated", "capacity": 0.2, **NORTH})
    sited = town.sites(question)
    posed = OBJECTIVES["capacitated"].pose(make_ground(town.baseline, question))
    ground, rule = posed.ground, town.rules.value("places")
    far, room = rule["unplaced"] * float(ground.limit.max()), 0.2 * town.rules.number("closing_limit")
    every = [
        least_way(town, ground, sited.candidates.places.iloc[[i]], room, far) for i in range(len(sited.candidates))
    ]
    best = min(value for value, _ in every)
    assert best == pytest.approx(sited.proof.value, rel=1e-6)
    assert Status.OPTIMAL is sited.proof.status
    chosen = every[sited.placed[0].candidates[0]]
    assert chosen == pytest.approx((sited.placed[0].value, sited.placed[0].figures[0].value), rel=1e-6, abs=0.6)
    nobody = least_way(town, ground, sited.candidates.places.iloc[[]], room, far)
    assert nobody == pytest.approx((sited.start, sited.today[0].value), rel=1e-6, abs=0.6)


def test_one_who_moves_takes_its_places_along_and_one_who_closes_leaves_none(town):
    """Every placement of a new practice and of one that may move, or stays, by linear programming on its own study."""
    limits = [500, 150, 250, 350, 900, 90]
    facts = replace(town.facts, practices=town.facts.practices.assign(closing_limit=limits))
    tight = make_study(facts, town.rules)
    more = {"move": ["000004"], "close": ["000002"], "capacity": 0.1, "kinds": ["practice"]}
    question = parse_question({"add": 1, "objective": "capacitated", **NORTH, **more})
    sited = tight.sites(question)
    ground, points = (
        OBJECTIVES["capacitated"].pose(make_ground(tight.baseline, question)).ground,
        sited.candidates.points,
    )
    far = tight.rules.value("places")["unplaced"] * float(ground.limit.max())

    def value(changes):
        scenario = changes if isinstance(changes, Scenario) else make_scenario([Close("000002"), *changes])
        after = make_study(apply(scenario, tight.facts, tight.rules), tight.rules)
        return least_way(after, ground, sited.candidates.places.iloc[[]], 0.0, far)[0]

    opened = [Open(*point, 0.1) for point in points]
    moved = [[], *([Move("000004", *point)] for point in points)]
    every = [value([one, *two]) for one, two in product(opened, moved) if [one.lon, one.lat] != _at(two)]
    assert min(every) == pytest.approx(sited.proof.value, rel=1e-6)
    assert Status.OPTIMAL is sited.proof.status
    for placed in sited.placed:
        assert placed.value == pytest.approx(value(placed.scenario), rel=1e-6)
    assert value([]) == pytest.approx(sited.start, rel=1e-6)


def _at(moves):
    return [(one.lon, one.lat) for one in moves] and [moves[0].lon, moves[0].lat]


def test_places_are_for_everybody(town):
    """Weights are refused where places are counted, and the reason is given."""
    with pytest.raises(QuestionError, match="a closing limit counts people") as refused:
        town.sites({"add": 1, "objective": "capacitated", "weights": {"age_80_plus": 1}})
    assert "places_weights" == refused.value.key


def test_a_way_is_told_in_metres_by_the_law_and_in_minutes_by_a_standard():
    """The unit of a capacitated answer is that of what is within reach."""
    legal = parse_question({"add": 1, "objective": "capacitated"})
    quick = parse_question({"add": 1, "objective": "capacitated", "standard": {"mode": "drive", "minutes": 15}})
    assert ("m", "min") == (unit_of(legal), unit_of(quick))
    assert timed(legal)
    assert not timed(parse_question({"add": 1}))
