"""`study.sites`: the answer is a scenario, and its value is that scenario's effect, counted by what-if."""

import json
import re
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from shown_town import town_facts, town_study

from app.access.area_amounts import HEADLINE_OPEN
from app.errors import NotFoundError, PlanningError, QuestionError
from app.siting.answer import Budget, Status
from app.siting.candidates import candidates
from app.siting.choosable import candidates_of
from app.siting.ground import make_ground
from app.siting.objectives import OBJECTIVES
from app.siting.question import parse_question
from app.siting.scenario import Close, Open, make_scenario, parse_scenario
from app.study import make_study

SHORT = {"alternatives": 2, "time_limit": 20}


@pytest.fixture(scope="module")
def town():
    """The small region with every practice but two closed."""
    facts = town_facts()
    practices = facts.practices.assign(intake=["open", "closed", "closed", "open", "dispensation", "closed"])
    return make_study(replace(facts, practices=practices), town_study().rules)


def spots(study):
    """Points of every candidate."""
    return candidates_of(study.facts, candidates(study.facts, study.rules)).points


def served(study, question, open_count, k):
    """Residents in served cells with at least k by a count of each cell."""
    ground = make_ground(study.baseline, question)
    people = study.baseline.headline.residents[ground.cells]
    return float(people[open_count[ground.cells] >= k].sum())


@pytest.mark.parametrize("add", [1, 2])
def test_the_answer_is_the_best_of_all_placements_by_what_if(town, add):
    """Brute force: every placement is put as a scenario to what-if, and none lifts more than the answer."""
    sited = town.sites(parse_question({"add": add, **SHORT}))
    points = spots(town)
    chosen = combinations(range(len(points)), add)
    values = [town.what_if(make_scenario([Open(*points[i]) for i in those])).lifted[0] for those in chosen]
    assert max(values) > 0
    assert max(values) == sited.proof.value
    assert Status.OPTIMAL is sited.proof.status
    assert max(values) == town.what_if(sited.placed[0].scenario).lifted[0]


@pytest.mark.xdist_group("sample")
@pytest.mark.parametrize(
    "document",
    [
        {"add": 5},
        {"add": 3, "k": 3, "per_site": 2},
        {"add": 2, "area": {"kind": "municipality", "code": "0270"}},
        {"add": 2, "area": {"kind": "health_council", "code": ""}, "serve": "region"},
        {"add": 3, "k": 1, "standard": {"mode": "drive", "minutes": 20}},
    ],
    ids=["five", "three choices", "Gribskov", "council", "minutes"],
)
def test_the_value_is_what_what_if_counts(sample_study, document):
    """Each placement's value equals the count of its scenario, for any k and standard, and never passes the bound."""
    if document.get("area", {}).get("kind") == "health_council":
        document = {
            **document,
            "area": {"kind": "health_council", "code": sample_study.areas("health_council").code[0]},
        }
    question = parse_question({**document, **SHORT})
    k = question.k or 2
    column = HEADLINE_OPEN if question.standard.legal else "open_within_standard_drive"
    assert question.standard.legal or question.standard.minutes == sample_study.rules.value("standard_drive")["minutes"]
    sited = sample_study.sites(question)
    today = served(sample_study, question, sample_study.baseline.columns[column], k)
    assert sited.placed
    for placed in sited.placed:
        effect = sample_study.what_if(placed.scenario)
        assert served(sample_study, question, effect.columns[column], k) - today == placed.value
        assert placed.value <= sited.proof.bound + 1e-6
    whole = question.standard.legal and k == 2 and (question.area.kind == "region" or question.serve == "region")
    if whole:
        assert sited.proof.value == sample_study.what_if(sited.placed[0].scenario).lifted[0]


@pytest.mark.xdist_group("sample")
def test_what_a_site_is_worth_is_what_what_if_loses_without_it(sample_study):
    """Left out of the scenario, exactly the cells named lose; moved to a leeway place, at most one percent is lost."""
    sited = sample_study.sites(parse_question({"add": 3, **SHORT}))
    best = sited.placed[0]
    opened = [Open(*sited.candidates.points[one.candidate]) for one in best.worth]
    full = sample_study.what_if(make_scenario(opened)).columns[HEADLINE_OPEN]
    for i, one in enumerate(best.worth):
        left = [change for j, change in enumerate(opened) if j != i]
        less = sample_study.what_if(make_scenario(left))
        lost = np.flatnonzero((full >= 2) & (less.columns[HEADLINE_OPEN] < 2))
        assert lost.tolist() == one.loses.tolist()
        alone = sample_study.what_if(make_scenario([opened[i]])).lifted[0]
        assert alone == one.alone
        for other in one.leeway[:1]:
            moved = make_scenario([*left, Open(*sited.candidates.points[other])])
            assert sample_study.what_if(moved).lifted[0] >= 0.99 * best.value


def test_a_practice_that_may_move_stays_or_goes_by_what_is_better(town):
    """With one new practice and one that may move, no move and no other opening lifts more (brute force)."""
    question = parse_question({"add": 1, "move": ["000004"], **SHORT})
    sited = town.sites(question)
    points = spots(town)
    base = town.baseline.headline
    today = base.residents[base.open >= 2].sum()

    def value(changes):
        after = town.what_if(parse_scenario({"changes": changes})).columns[HEADLINE_OPEN]
        return base.residents[after >= 2].sum() - today

    opens = [{"open": {"lon": lon, "lat": lat}} for lon, lat in points]
    moves = [{"move": {"ydernummer": "000004", "lon": lon, "lat": lat}} for lon, lat in points]
    pairs = [[one, two] for i, one in enumerate(opens) for j, two in enumerate(moves) if i != j]
    best = max(map(value, [*([one] for one in opens), *pairs]))
    assert best == sited.proof.value
    assert best == value(sited.placed[0].scenario.document()["changes"])


def ways(study, scenario, question):
    """Minutes by car of the counted cells after a scenario, by what-if, with weights."""
    ground = make_ground(study.baseline, question)
    minutes = study.what_if(scenario).columns["nearest_open_min_drive"][ground.cells]
    return minutes, ground.weight


@pytest.mark.parametrize("objective", ["p_median", "p_center"])
def test_the_shortest_ways_are_the_shortest_of_all_placements_by_what_if(town, objective):
    """Brute force over the mainland: no pair of candidates has a shorter mean, or a shorter longest, way."""
    area = {"kind": "health_council", "code": "nord"}
    question = parse_question({"add": 2, "objective": objective, "area": area, **SHORT})
    sited = town.sites(question)
    points = sited.candidates.points

    def value(scenario):
        minutes, weight = ways(town, scenario, question)
        return weight @ minutes / weight.sum() if objective == "p_median" else minutes.max()

    every = [value(make_scenario([Open(*points[i]) for i in chosen])) for chosen in combinations(range(len(points)), 2)]
    assert sited.proof.value == pytest.approx(min(every), rel=1e-6)
    assert Status.OPTIMAL is sited.proof.status
    assert value(sited.placed[0].scenario) == pytest.approx(sited.proof.value, rel=1e-6)
    assert value(make_scenario([])) == pytest.approx(sited.start, rel=1e-6)


@pytest.mark.parametrize("objective", list(OBJECTIVES))
def test_one_site_more_is_told_as_the_value_says(town, objective):
    """For every objective, `with_each` is `value` with that spot, at the best placement less one."""
    question = parse_question({"add": 2, "objective": objective, "area": {"kind": "health_council", "code": "nord"}})
    posed = OBJECTIVES[objective].pose(make_ground(town.baseline, question))
    spots = posed.solve(Budget(20), 0).best.sites
    for kept in (spots[:1], spots[1:], ()):
        told = posed.with_each(kept)
        good = np.isfinite(told)
        each = np.array([posed.value((*kept, spot)) for spot in range(len(told))])
        np.testing.assert_allclose(told[good], each[good], rtol=1e-9)
        line = float(np.median(each[good]))
        sides = posed.with_each(kept, line)
        sign = 1.0 if posed.maximizing else -1.0
        within = good & (sign * sides >= sign * line)
        assert (sign * each[within] >= sign * line - 1e-9 * abs(line)).all()


def test_serving_everybody_takes_the_fewest(town):
    """One less, wherever they open, leaves somebody without; where nobody can be reached, the residents are named."""
    area = {"kind": "health_council", "code": "nord"}
    question = parse_question({"add": 1, "objective": "serve_all", "area": area, "close": ["000004"], **SHORT})
    sited = town.sites(question)
    fewest = int(sited.proof.value)
    ground = make_ground(town.baseline, question)
    points = sited.candidates.points

    def bare(chosen):
        changes = [Close("000004"), *(Open(*points[i]) for i in chosen)]
        after = town.what_if(make_scenario(changes)).columns[HEADLINE_OPEN]
        return (after[ground.cells] < 1).sum()

    assert 0 == bare(sited.placed[0].candidates)
    assert fewest > 0
    assert all(bare(chosen) for chosen in combinations(range(len(points)), fewest - 1))
    strict = {**question.document(), "standard": {"mode": "walk", "minutes": 0.1}, "kinds": ["practice"]}
    left = town.sites(parse_question(strict))
    assert Status.INFEASIBLE is left.proof.status
    assert () == left.placed
    assert len(left.helpless)


def test_closing_is_part_of_the_answer(town):
    """A practice that closes is closed in the scenario, and who falls by it is taken from who is lifted."""
    sited = town.sites(parse_question({"add": 1, "close": ["000001"], **SHORT}))
    assert {"close": {"ydernummer": "000001"}} in sited.placed[0].scenario.document()["changes"]
    effect = town.what_if(sited.placed[0].scenario)
    assert effect.lifted[0] - effect.falling[0] == sited.proof.value


def test_the_same_question_has_the_same_answer(town):
    """Asked twice, and of a study made anew: the same scenarios in the same order."""
    question = parse_question({"add": 2, **SHORT})
    again = make_study(town.facts, town.rules).sites(question)
    assert [one.scenario.hash for one in town.sites(question).placed] == [one.scenario.hash for one in again.placed]


def test_a_search_that_is_told_to_stop_keeps_its_best_and_a_bound(sample_study):
    """Stopped at the first word: a placement of the size asked for, a bound above it, and the word stopped."""
    sited = sample_study.sites(parse_question({"add": 5}), Budget(20, lambda _value, _bound: False))
    assert sited.stopped
    assert 5 == sum(one.times for one in sited.placed[0].worth)
    assert sited.proof.bound >= sited.proof.value


@pytest.mark.parametrize(
    ("document", "error", "said"),
    [
        ({"add": 199}, QuestionError, "there are .* possible"),
        ({"add": 1, "objective": "happiness"}, QuestionError, "no objective 'happiness'"),
        ({"add": 1, "area": {"kind": "municipality", "code": "0101x"}}, NotFoundError, "no municipality"),
        ({"add": 1, "area": {"kind": "city_district", "code": "99"}}, NotFoundError, "no city_district"),
        ({"add": 1, "close": ["999999"]}, NotFoundError, "no practice 999999"),
        ({"add": 1, "move": ["000003"]}, QuestionError, "not open"),
        ({"add": 1, "require": ["moat"]}, QuestionError, "no requirement 'moat'"),
        ({"add": 99, "require": ["step_free"]}, QuestionError, "there are . possible|no possible site"),
    ],
)
def test_a_question_that_does_not_fit_the_region_is_refused(town, document, error, said):
    """Named: what was asked for, and what there is."""
    with pytest.raises(PlanningError) as refused:
        town.sites(parse_question(document))
    assert error is type(refused.value)
    assert re.search(said, str(refused.value))


def test_every_objective_speaks_both_languages():
    """Title and a sentence in Danish and English, the field's term and a paper."""
    for name, card in OBJECTIVES.items():
        assert name == parse_question({"add": 1, "objective": name}).objective
        assert all((card.title, card.title_da, card.about, card.about_da, card.term, card.paper))
        assert json.dumps(card.title)
