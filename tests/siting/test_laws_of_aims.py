"""Laws of every objective that is minimized, on small made-up regions; covering has its own in test_covering."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from placement_cases import PLENTY, placements, problem, travel

from app.siting.answer import Status
from app.siting.capacitated import assign, make_capacitated_problem, solve_capacitated
from app.siting.center import longest, solve_center
from app.siting.covering.problem import CoverProblem
from app.siting.covering.solve import solve_cover
from app.siting.equity import make_equity_problem, solve_worst_off
from app.siting.even import gini, solve_even
from app.siting.floored import solve_floored
from app.siting.median import solve_median
from app.siting.set_cover import make_set_cover_problem, solve_set_cover

CELLS, SITES, ADD, SAME = 14, 6, 3, 1e-6
SEEDS = range(12)


class Town(NamedTuple):
    """Residents, ways today and to candidates, what is within reach, areas, places, and practices that cells lack."""

    weight: np.ndarray
    today: np.ndarray
    costs: np.ndarray
    reach: float
    area: np.ndarray
    places: np.ndarray
    need: np.ndarray

    def turned(self, order):
        return self._replace(costs=self.costs[:, order], places=self.places[order])

    def split(self):
        """The first cell cut in two halves."""
        twice = np.r_[0, np.arange(len(self.weight))]
        weight = np.r_[self.weight[0] / 2, self.weight[0] / 2, self.weight[1:]]
        return self._replace(
            weight=weight,
            today=self.today[twice],
            costs=self.costs[twice],
            area=self.area[twice],
            need=self.need[twice],
        )


def town(seed):
    rng = np.random.default_rng(seed)
    costs = np.hypot(*(rng.random((CELLS, 1, 2)) - rng.random((1, SITES, 2))).transpose(2, 0, 1))
    weight = 2.0 * rng.integers(1, 9, CELLS)
    reach = float(max(np.quantile(costs, 0.4), costs.min(axis=1).max()))
    today = np.maximum(rng.random(CELLS) * 1.2, reach * 1.01)
    return Town(weight, today, costs, reach, rng.integers(0, 3, CELLS), 20.0 + rng.integers(0, 20, SITES), need(rng))


def need(rng):
    return rng.integers(1, 3, CELLS)


def entries(near):
    return np.concatenate([[0], np.cumsum(near.sum(axis=1))]), np.nonzero(near)[1].astype(np.int32)


def median(case):
    return problem(case.weight, case.today, case.costs)


def areas(case):
    return make_equity_problem(median(case), case.area)


def room(case):
    near = case.costs <= case.reach
    start, site = entries(near)
    return make_capacitated_problem(case.weight, start, site, case.costs[near], case.places, 0, 20.0)


def cover(case):
    start, site = entries(case.costs <= case.reach)
    return CoverProblem(case.weight, case.need, start, site, case.costs.shape[1])


def fewest(case, add):
    del add
    start, site = entries(case.costs <= case.reach)
    return solve_set_cover(make_set_cover_problem(start, site, case.costs.shape[1]), PLENTY)


def lifted_then_near(case, add):
    lifting = cover(case)
    first = solve_cover(lifting, add, PLENTY)
    return solve_floored(median(case), lifting, first.best.value, (first.best.sites,), PLENTY, 2)


def even_limit(case):
    means = areas(case)
    return gini(means, means.means(())) + 0.1


AIMS = {
    "p_median": (lambda case, add: solve_median(median(case), add, PLENTY), lambda case, s: median(case).value(s)),
    "p_center": (lambda case, add: solve_center(median(case), add, PLENTY), lambda case, s: longest(median(case), s)),
    "serve_all": (fewest, lambda case, s: float(len(s)) if (case.costs <= case.reach)[:, s].any(1).all() else 99.0),
    "capacitated": (
        lambda case, add: solve_capacitated(room(case), add, PLENTY),
        lambda case, s: assign(room(case), s).value,
    ),
    "worst_off": (
        lambda case, add: solve_worst_off(areas(case), add, PLENTY),
        lambda case, s: float(areas(case).means(s).max()),
    ),
    "even": (
        lambda case, add: solve_even(areas(case), add, even_limit(case), PLENTY),
        lambda case, s: (
            median(case).value(s) if gini(areas(case), areas(case).means(s)) <= even_limit(case) + 1e-9 else np.inf
        ),
    ),
    "lift_then_near": (
        lifted_then_near,
        lambda case, s: -1e6 * cover(case).value(s) + median(case).value(s),
    ),
}
"""By name: the answer to a town, and the value of a choice, the less the better."""
EVERY = pytest.mark.parametrize("name", list(AIMS))


def found(name, case, add=ADD):
    """The value of the answer's own placement; infinite where there is none."""
    solve, value = AIMS[name]
    best = solve(case, add).best
    return np.inf if best is None else value(case, best.sites)


@EVERY
def test_the_answer_is_the_best_of_all(name):
    """By trying everything, of the number asked for (of any number, where that is the answer)."""
    _, value = AIMS[name]
    for seed in SEEDS:
        case = town(seed)
        sizes = range(1, SITES + 1) if name == "serve_all" else [ADD]
        every = [value(case, sites) for size in sizes for sites in placements(SITES, size)]
        assert min(every) == pytest.approx(found(name, case), rel=SAME)


@EVERY
def test_greedy_is_no_better_than_the_answer_and_the_answer_no_better_than_the_bound(name):
    solve, value = AIMS[name]
    for seed in SEEDS:
        case, chosen, answer = town(seed), (), solve(town(seed), ADD)
        for _ in range(ADD):
            chosen = min(((*chosen, j) for j in range(SITES) if j not in chosen), key=lambda s: value(case, s))
        if answer.best is None:
            assert np.isinf(value(case, chosen))
            continue
        assert found(name, case) <= value(case, chosen) + SAME * abs(value(case, chosen))
        assert answer.proof.bound <= answer.proof.value
        assert Status.OPTIMAL == answer.proof.status


@pytest.mark.parametrize("name", [name for name in AIMS if name not in ("serve_all", "even")])
def test_more_sites_are_never_worse(name):
    """Not so under a Gini limit: a site more can make areas more unequal."""
    for seed in SEEDS:
        values = [found(name, town(seed), add) for add in range(1, SITES + 1)]
        assert all(after <= before + SAME * abs(before) for before, after in pairwise(values))


@pytest.mark.parametrize("name", ["serve_all", "capacitated", "lift_then_near"])
def test_a_wider_limit_is_never_worse(name):
    """For two aims in their order: of the first."""
    for seed in SEEDS:
        cases = [town(seed)._replace(reach=town(seed).reach * wider) for wider in (1.0, 1.2, 1.5)]
        values = [found(name, case) for case in cases]
        if name == "lift_then_near":
            values = [-solve_cover(cover(case), ADD, PLENTY).best.value for case in cases]
        assert all(after <= before + SAME * abs(before) for before, after in pairwise(values))


@pytest.mark.parametrize("name", ["p_median", "p_center", "worst_off"])
def test_shorter_ways_are_never_worse(name):
    for seed in SEEDS:
        values = [found(name, town(seed)._replace(costs=town(seed).costs * shorter)) for shorter in (1.0, 0.9, 0.5)]
        assert all(after <= before + SAME * abs(before) for before, after in pairwise(values))


@EVERY
def test_the_order_of_candidates_and_a_cell_cut_in_two_change_nothing(name):
    for seed in SEEDS:
        case, order = town(seed), np.random.default_rng(seed).permutation(SITES)
        value = found(name, case)
        assert value == pytest.approx(found(name, case.turned(order)), rel=SAME)
        assert value == pytest.approx(found(name, case.split()), rel=SAME)


@pytest.mark.parametrize("block", range(8))
def test_no_placement_that_lifts_as_many_is_nearer(block):
    """Two aims in their order on two hundred regions, with leeway on the first, held to trying everything."""
    for seed in range(block * 25, block * 25 + 25):
        rng = np.random.default_rng(seed)
        case = town(seed)._replace(need=rng.integers(1, 4, CELLS))
        lifting, add, give = cover(case), int(rng.integers(1, SITES)), float(rng.choice([0.0, 0.1, 0.4]))
        first = solve_cover(lifting, add, PLENTY)
        floor = first.best.value * (1 - give)
        every = sorted(
            float(case.weight @ travel(case.today, case.costs, sites))
            for sites in placements(SITES, add)
            if lifting.value(sites) >= floor * (1 - 1e-9)
        )
        answer = solve_floored(median(case), lifting, floor, (first.best.sites,), PLENTY, 2)
        near = [value for value in every if value <= every[0] * 1.01 + 1e-12][1:3]
        assert every[0] == pytest.approx(answer.best.value, rel=1e-9)
        assert Status.OPTIMAL == answer.proof.status
        assert answer.ranked
        assert near == pytest.approx([other.value for other in answer.alternatives], rel=1e-9)
