"""The alternatives of every objective on a small region, held to every placement; and a sentence for each site."""

import re
from itertools import combinations

import numpy as np
import pytest
from shown_town import town_study

from app.publish.collections import Publication
from app.publish.sites import SitesWriter
from app.siting.answer import Budget, Status
from app.siting.exchanges import NEAR_BEST
from app.siting.ground import make_ground
from app.siting.objectives import OBJECTIVES
from app.siting.question import parse_question

WANTED = 3
NORTH = {"add": 2, "area": {"kind": "health_council", "code": "nord"}, "serve": "region", "alternatives": WANTED}
OWN = {
    "covering": {"k": 3},
    "lift_then_near": {"k": 3, "give": 30},
    "serve_all": {"close": ["000004"], "serve": "area"},
    "capacitated": {"capacity": 0.2},
    "even": {"gini": 0.5},
}


@pytest.fixture(scope="module")
def town():
    """The small region."""
    return town_study()


@pytest.fixture(scope="module", params=list(OBJECTIVES))
def asked(town, request):
    """For each objective: the posed question and its answer."""
    document = {**NORTH, "objective": request.param, "time_limit": 60, **OWN.get(request.param, {})}
    question = parse_question(document)
    return OBJECTIVES[request.param].pose(make_ground(town.baseline, question)), town.sites(question)


def placements(posed, size):
    """Every placement of so many sites that the question allows, and what it is ordered by: the least is the best."""
    spots = range(len(posed.ground.candidates))
    name = posed.ground.question.objective
    every = list(combinations(spots, size))
    if name == "even":
        every = [at for at in every if {f.name: f.value for f in posed.figures(at)}["gini"] <= posed.limit + 1e-9]
    if name == "serve_all":
        every = [at for at in every if posed.outcome(at).all()]
    if name == "lift_then_near":
        lifted = {at: posed.value(at) for at in every}
        least = max(lifted.values()) * (1 - posed.ground.question.give / 100)
        return {at: posed.mean.value(at) for at in every if lifted[at] >= least}
    return {at: -posed.value(at) if posed.maximizing else posed.value(at) for at in every}


def test_alternatives_are_different_near_the_best_in_order_and_the_best_where_that_is_said(asked):
    posed, sited = asked
    told = [placed.candidates for placed in sited.placed]
    every = placements(posed, len(told[0]))
    best = min(every.values())
    near = sorted(value for value in every.values() if value <= best + NEAR_BEST * abs(best) + 1e-9)
    values = [every[at] for at in told]
    assert Status.OPTIMAL is sited.proof.status
    assert best == pytest.approx(values[0], rel=1e-6)
    assert len(told) == len(set(told))
    assert values == pytest.approx(sorted(values), rel=1e-9)
    assert len(told) == min(WANTED + 1, len(near))
    assert values == pytest.approx(near[: len(values)], rel=1e-6)


def test_the_sites_that_are_in_all_placements_are_named(asked, town):
    _, sited = asked
    shared = set.intersection(*(set(placed.candidates) for placed in sited.placed))
    answer = SitesWriter(Publication(town), "da").answer(sited)
    assert sorted(sited.candidates.ids[c] for c in shared) == sorted(answer["in_all"])


def test_each_site_has_one_plain_sentence_on_who_has_less_without_it(asked, town):
    """Danish, one full stop, with residents and the municipality of most of them, where anybody has less."""
    posed, sited = asked
    answer = SitesWriter(Publication(town), "da").answer(sited)
    people = town.baseline.headline.residents
    for solution, placed in zip(answer["solutions"], sited.placed, strict=True):
        losing = {one.candidate: one.loses for one in placed.worth}
        for site in solution["sites"]:
            assert re.fullmatch(r"Uden den [^.]*(\d\.\d{3}[^.]*)*\.", site["reason"]), site["reason"]
            those = losing[sited.candidates.ids.index(site["candidate"])]
            count = int(people[those].sum())
            if count >= 5:
                assert f"{count:,}".replace(",", ".") in site["reason"]
                homes = town.facts.cells["kommunekode"].to_numpy()[those]
                assert any(
                    town.facts.areas.set_index("code").at[code, "name"] in site["reason"] for code in np.unique(homes)
                )
            left = [c for c in placed.candidates if c != sited.candidates.ids.index(site["candidate"])]
            less = np.flatnonzero(posed.outcome(left) < posed.outcome(placed.candidates))
            assert posed.ground.cells[less].tolist() == those.tolist()


@pytest.mark.parametrize("objective", list(OBJECTIVES))
def test_a_stopped_search_never_says_optimal_but_where_the_gap_is_closed(town, objective):
    """Stopped at every single word: a placement within the bound, which lies around the true best."""
    question = parse_question({**NORTH, "objective": objective, **OWN.get(objective, {})})
    posed = OBJECTIVES[objective].pose(make_ground(town.baseline, question))
    sign = -1.0 if posed.maximizing else 1.0
    full = posed.solve(Budget(60), 0)
    for words in range(6):
        left = iter(range(words))
        found = posed.solve(Budget(60, lambda _value, _bound, left=left: next(left, None) is not None), 2)
        if found.best is None:
            assert Status.INFEASIBLE is not found.proof.status
            continue
        assert sign * found.proof.bound <= sign * full.proof.value + 1e-6 * abs(full.proof.value)
        assert sign * full.proof.value <= sign * found.proof.value + 1e-6 * abs(full.proof.value)
        closed = abs(found.proof.value - full.proof.value) <= 1e-5 * abs(full.proof.value)
        assert found.proof.status is not Status.OPTIMAL or closed
