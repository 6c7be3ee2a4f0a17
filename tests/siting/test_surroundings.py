"""Deciding whole surroundings, and leaving out what is dominated: held to trying everything."""

import numpy as np
import pytest
from placement_cases import PLENTY, number, placements, problem, town, travel
from scipy.sparse import csr_array

from app.siting.branching.model import root
from app.siting.branching.relaxation import MOST_HELD, Relaxation
from app.siting.branching.surroundings import surroundings
from app.siting.equity import make_equity_problem, swapped
from app.siting.median.around import around
from app.siting.median.group_cuts import group_cuts
from app.siting.median.solve import median_groups, median_model
from app.siting.set_cover.dominance import core
from app.siting.set_cover.integer import fewest
from app.siting.watch import Watch


def small_cover(seed):
    """A table of who covers whom, where every cell has a site."""
    rng = np.random.default_rng(seed)
    near = rng.random((int(rng.integers(3, 14)), int(rng.integers(2, 9)))) < rng.uniform(0.2, 0.7)
    near[np.arange(len(near)), rng.integers(0, near.shape[1], len(near))] = True
    return near


def least_sites(near):
    """By trying everything."""
    sizes = range(near.shape[1] + 1)
    every = ((size, sites) for size in sizes for sites in placements(near.shape[1], size))
    return next(size for size, sites in every if near[:, list(sites)].any(axis=1).all())


@pytest.mark.parametrize("block", range(4))
def test_without_what_is_dominated_as_many_sites_are_needed_and_they_cover_all(block):
    for seed in range(block * 50, block * 50 + 50):
        near = small_cover(seed)
        rest = core(csr_array(near.astype(float)))
        small = np.zeros((rest.problem.cells, rest.problem.candidates), dtype=bool)
        for cell, (a, b) in enumerate(zip(rest.problem.start, rest.problem.stop, strict=True)):
            small[cell, rest.problem.candidate[a:b]] = True
        size = least_sites(near)
        assert size == least_sites(small)
        covers = [s for s in placements(small.shape[1], size) if small[:, list(s)].any(axis=1).all()]
        assert all(near[:, list(rest.outer(sites))].any(axis=1).all() for sites in covers)


def test_nothing_that_stays_is_dominated():
    for seed in range(60):
        rest = core(csr_array(small_cover(seed).astype(float)))
        ends = zip(rest.problem.start, rest.problem.stop, strict=True)
        rows = [set(rest.problem.candidate[a:b].tolist()) for a, b in ends]
        columns = [{cell for cell, row in enumerate(rows) if j in row} for j in range(rest.problem.candidates)]
        for sets in (rows, columns):
            assert not any(a <= b for i, a in enumerate(sets) for k, b in enumerate(sets) if i != k)


def test_a_ring_keeps_all_and_a_site_that_covers_all_is_left_alone():
    ring = np.eye(5, dtype=bool) | np.roll(np.eye(5, dtype=bool), 1, axis=1)
    assert (5, 5) == (core(csr_array(ring.astype(float))).problem.cells, len(core(csr_array(ring.astype(float))).kept))
    hub = np.hstack([ring, np.ones((5, 1), dtype=bool)])
    assert [5] == core(csr_array(hub.astype(float))).kept.tolist()


def test_the_solver_of_integer_programs_finds_the_smallest_of_small_covers():
    for seed in range(30):
        near = small_cover(seed)
        sites = fewest(csr_array(near.astype(float)), 0, PLENTY.seconds)
        assert near[:, list(sites)].any(axis=1).all()
        assert least_sites(near) == len(sites)


def test_a_cell_without_a_site_has_no_cover():
    assert () == fewest(csr_array(np.array([[1.0, 0.0], [0.0, 0.0]])), 0, PLENTY.seconds)


def test_the_bound_of_a_part_holds_where_none_or_one_of_a_set_is_chosen():
    """Parts are solved in turn on one relaxation, so that rows of one must not stay for the next."""
    for seed in range(40):
        weight, today, costs = town(seed, 12, 7)
        case, add = problem(weight, today, costs), number(seed, 6)
        groups = median_groups(case)
        relaxation = Relaxation(median_model(case, groups, add))
        chosen = tuple(np.random.default_rng(seed).choice(7, 3, replace=False).tolist())
        whole = root(7)
        inner = whole.holding(chosen, -np.inf)
        for part, allowed in [
            (whole.without(chosen, -np.inf), lambda s, c=chosen: not set(s) & set(c)),
            (inner, lambda s, c=chosen: bool(set(s) & set(c))),
            (inner.without(chosen[:1], -np.inf), lambda s, c=chosen: bool(set(s) & set(c[1:])) and c[0] not in s),
            (whole, lambda _s: True),
        ]:
            for _ in range(6):
                guide, bound = relaxation.solve(part, PLENTY.seconds)
                relaxation.add(group_cuts(case, groups, guide.x, guide.amounts))
                relaxation.tidy()
            values = [float(weight @ travel(today, costs, s)) for s in placements(7, add) if allowed(s)]
            assert bound.value <= min(values, default=np.inf) * (1 + 1e-9)


def test_the_bound_of_a_part_holds_after_many_other_sets_have_been_tried():
    weight, today, costs = town(3, 12, 7)
    case = problem(weight, today, costs)
    groups = median_groups(case)
    relaxation = Relaxation(median_model(case, groups, 2))
    for chosen in [sets for size in (2, 3, 4) for sets in placements(7, size)]:
        guide, bound = relaxation.solve(root(7).holding(chosen, -np.inf), PLENTY.seconds)
        relaxation.add(group_cuts(case, groups, guide.x, guide.amounts))
        values = [float(weight @ travel(today, costs, s)) for s in placements(7, 2) if set(s) & set(chosen)]
        assert bound.value <= min(values) * (1 + 1e-9)
    assert len(placements(7, 2) + placements(7, 3) + placements(7, 4)) > MOST_HELD + 1


def test_surroundings_sum_up_to_a_half_and_hold_only_what_is_free():
    x, free = np.array([0.3, 0.1, 0.3, 0.9, 0.0]), np.array([True, True, True, True, False])
    assert (0, 1, 2) == surroundings(np.array([0, 1, 2, 3]), x, free)
    assert (0, 1) == surroundings(np.array([0, 4, 1, 3]), x, free)


def test_surroundings_of_nearly_one_or_of_little_are_not_divided_at():
    x, free = np.array([0.3, 0.1, 0.3, 0.9, 0.0]), np.ones(5, dtype=bool)
    assert () == surroundings(np.array([4, 3, 0]), x, free)
    assert () == surroundings(np.array([1, 4]), x, free)
    assert () == surroundings(np.array([], dtype=int), x, free)


def test_around_a_candidate_are_those_nearest_to_its_nearest_cell():
    """A road with cells at 0 and 10 and candidates at 9, 1 and 4; nobody would go from 0 to 9."""
    costs = np.array([[9.0, 1.0, 4.0], [1.0, 9.0, 6.0]])
    near = around(problem(np.ones(2), np.full(2, 8.0), costs))
    assert ([0, 2], [1, 2], [1, 2]) == tuple(near(j).tolist() for j in range(3))
    far = around(problem(np.ones(2), np.zeros(2), costs))
    assert [1] == far(1).tolist()


def test_no_exchange_of_one_site_helps_the_worst_off_any_more():
    for seed in range(20):
        weight, today, costs = town(seed, 15, 7)
        area = np.random.default_rng(seed).integers(0, 3, 15)
        case = make_equity_problem(problem(weight, today, costs), area)
        sites = swapped(case, (0, 1, 2), Watch(PLENTY))
        now = case.means(sites).max()
        others = [s for s in placements(7, 3) if len(set(s) & set(sites)) == 2]
        assert now <= min([case.means((0, 1, 2)).max(), *(case.means(s).max() for s in others)]) * (1 + 1e-9)
