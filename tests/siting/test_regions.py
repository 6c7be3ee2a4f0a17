"""Dividing at the number of sites in a region: held to trying everything."""

from itertools import product

import numpy as np
import pytest
from placement_cases import PLENTY, placements, problem
from scipy.sparse import csr_array

from app.siting.answer import Budget, Status
from app.siting.branching.model import Amounts, Cuts, Model, Relaxed, root
from app.siting.branching.regions import branching_region, divided
from app.siting.branching.relaxation import Relaxation
from app.siting.equity import make_equity_problem, solve_worst_off
from app.siting.watch import Watch


def choosing(sites, add, cost=None):
    """So many of some sites, at a cost each."""
    none = np.empty(0)
    rows = Cuts(csr_array((0, sites)), none)
    return Model(np.zeros(sites) if cost is None else cost, Amounts(none, none, none), add, add, rows)


def inside(part, sites):
    """Whether a choice belongs to a part."""
    chosen = set(sites)
    bounds = all(part.low[j] <= (j in chosen) <= part.high[j] for j in range(len(part.low)))
    return bounds and all(len(chosen & set(those)) >= least for those, least in part.held)


@pytest.mark.parametrize("seed", range(30))
def test_every_choice_is_in_one_of_the_two_parts_and_no_bound_is_above_its_cost(seed):
    """Divided twice, at two numbers of the same region too; parts are solved in turn on one relaxation."""
    rng = np.random.default_rng(seed)
    sites, add = int(rng.integers(4, 9)), int(rng.integers(1, 4))
    cost, regions = (
        rng.normal(size=sites),
        [tuple(np.flatnonzero(half).tolist()) for half in rng.random((2, sites)) < 0.5],
    )
    model = choosing(sites, add, cost)
    relaxation, everything = Relaxation(model), placements(sites, add)
    parts = [root(sites)]
    for region in (*regions, regions[0]):
        x = rng.dirichlet(np.ones(sites)) * add
        parts = [half for part in parts for half in divided(model, part, region, x, -np.inf)]
        assert [1] * len(everything) == [sum(inside(part, one) for part in parts) for one in everything]
        for part in parts:
            _, bound = relaxation.solve(part, PLENTY.seconds)
            assert (
                bound.value <= min((cost[list(s)].sum() for s in everything if inside(part, s)), default=np.inf) + 1e-9
            )


def test_a_region_is_divided_where_its_number_is_not_whole_and_the_relaxed_choice_is_in_neither_part():
    model, x = choosing(5, 2), np.array([0.5, 0.1, 0.6, 0.4, 0.4])
    relaxation, whole = Relaxation(model), root(5)
    guide, bound = relaxation.solve(whole, PLENTY.seconds)
    at = (relaxation, whole, Relaxed(x, guide.amounts), bound, Watch(PLENTY))
    assert () == branching_region(((0, 1, 3), (2, 4)), *at)
    assert (0, 1) == branching_region(((0, 1), (2, 3)), *at)
    fewer, more = divided(model, whole, (0, 1), x, -np.inf)
    assert (((2, 3, 4), 2),) == fewer.held
    assert (((0, 1), 1),) == more.held


def test_areas_apart_are_given_the_numbers_that_leave_the_worst_off_best():
    """Four areas of eighteen cells that no site of another helps: each area's best with one to three sites is known."""
    rng = np.random.default_rng(5)
    at, home = rng.random((72, 2)), np.repeat(np.arange(4), 18)
    far = np.linalg.norm((at[:, None] - at[None]), axis=2) * (1 + home / 4)[:, None]
    weight = rng.uniform(1, 9, 72)
    case = make_equity_problem(problem(weight, np.full(72, 3.0), np.where(home[:, None] == home[None], far, 3.0)), home)
    answer = solve_worst_off(case, 7, Budget(60.0))
    best = np.array([[_least_mean(far, weight, home == area, k) for k in (1, 2, 3, 4)] for area in range(4)])
    shares = [share for share in product((1, 2, 3, 4), repeat=4) if sum(share) == 7]
    least = min(max(best[area, k - 1] for area, k in enumerate(share)) for share in shares)
    assert (pytest.approx(least), Status.OPTIMAL) == (answer.best.value, answer.proof.status)


def _least_mean(far, weight, here, sites):
    """The least mean way of an area's cells with so many sites of its own."""
    own, share = far[np.ix_(here, here)], weight[here] / weight[here].sum()
    return min(float(share @ own[:, list(some)].min(axis=1)) for some in placements(len(own), sites))
