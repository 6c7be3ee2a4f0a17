"""p-center and set covering: held to trying everything, and to laws."""

import numpy as np
import pytest
from placement_cases import PLENTY, number, placements, problem, town, travel

from app.errors import QuestionError
from app.siting.answer import Budget, Status
from app.siting.center import solve_center
from app.siting.set_cover import make_set_cover_problem, solve_set_cover
from app.siting.set_cover.descent import descend
from app.siting.set_cover.problem import complete


def cover_problem(near, today=None):
    start = np.concatenate([[0], np.cumsum(near.sum(axis=1))])
    return make_set_cover_problem(start, np.nonzero(near)[1].astype(np.int32), near.shape[1], today)


def fewest(near):
    """By trying everything."""
    return next(
        add
        for add in range(near.shape[1] + 1)
        if any(near[:, list(sites)].any(axis=1).all() for sites in placements(near.shape[1], add))
    )


@pytest.mark.parametrize("block", range(8))
def test_no_placement_leaves_a_shorter_longest_way(block):
    for seed in range(block * 25, block * 25 + 25):
        weight, today, costs = town(seed, whole=seed % 2 == 0)
        add = number(seed, costs.shape[1])
        best = min(travel(today, costs, sites)[weight > 0].max() for sites in placements(costs.shape[1], add))
        answer = solve_center(problem(weight, today, costs), add, PLENTY)
        assert (best, add) == (answer.best.value, len(answer.best.sites))
        assert Status.OPTIMAL == answer.proof.status


def test_local_search_shortens_the_way_before_anything_is_proven():
    """Sixty cells in a row, four sites: the best longest way is found before a bound is raised."""
    cells = np.arange(60)
    costs, told = np.abs(np.subtract.outer(cells, cells)).astype(float), []
    case = problem(np.ones(60), np.full(60, 100.0), costs)
    answer = solve_center(case, 4, Budget(60.0, lambda value, bound: told.append((value, bound)) is None))
    assert (7.0, Status.OPTIMAL) == (answer.best.value, answer.proof.status)
    assert (56.0, 0.0) == told[0]
    assert 7.0 == min(value for value, bound in told if bound == 0.0)


@pytest.mark.parametrize("block", range(8))
def test_no_cover_has_fewer_sites_and_who_cannot_be_covered_is_named(block):
    for seed in range(block * 25, block * 25 + 25):
        _, today, costs = town(seed)
        reach = np.quantile(costs.min(axis=1), 0.97)
        near, covered = costs <= reach, (today <= reach) if seed % 2 else None
        needed = near if covered is None else near[~covered]
        answer = solve_set_cover(cover_problem(near, covered), PLENTY)
        if needed.any(axis=1).all():
            assert (fewest(needed), Status.OPTIMAL) == (answer.best.value, answer.proof.status)
            assert needed[:, list(answer.best.sites)].any(axis=1).all()
        else:
            left = ~near.any(axis=1) & (True if covered is None else ~covered)
            assert (None, tuple(np.flatnonzero(left))) == (answer.best, answer.unreachable)
            assert Status.INFEASIBLE == answer.proof.status


def test_a_descent_leaves_sites_out_that_greedy_keeps():
    """Two halves of 14 cells suffice; greedy takes the 8 in the middle first, and needs two more beside them."""
    covers = [range(3, 11), range(3), range(11, 14), range(7), range(7, 14)]
    case = cover_problem(np.array([[cell in one for one in covers] for cell in range(14)]))
    assert (0, 1, 2) == complete(case, ())
    assert (0, 1, 2) == descend(case, lambda: False)
    assert (3, 4) == descend(case, lambda: True)


@pytest.mark.parametrize("seed", range(20))
def test_a_descent_from_few_cells_covers_all(seed, monkeypatch):
    """One cell to begin with, and about one that joins: in the end none is left out, and greedy has no fewer sites."""
    monkeypatch.setattr("app.siting.set_cover.rows.ROWS_A_ROUND", 1)
    monkeypatch.setattr("app.siting.set_cover.descent.OTHERS", 1)
    near = np.random.default_rng(seed).random((120, 25)) < 0.15
    near[~near.any(axis=1), 0] = True
    case = cover_problem(near)
    found = descend(case, lambda: True)
    assert case.is_cover(found)
    assert solve_set_cover(case, PLENTY).best.value <= len(found) <= len(complete(case, ()))


def test_an_odd_ring_needs_more_sites_than_its_relaxation():
    """Seven cells in a ring, each covered by its own site and the next: half of each covers all, four are needed."""
    near = np.eye(7, dtype=bool) | np.roll(np.eye(7, dtype=bool), 1, axis=1)
    answer = solve_set_cover(cover_problem(near), PLENTY)
    assert (4.0, 4.0) == (answer.best.value, answer.proof.bound)


def test_who_is_covered_today_needs_no_site():
    answer = solve_set_cover(cover_problem(np.zeros((3, 2), dtype=bool), np.ones(3, dtype=bool)), PLENTY)
    assert ((), 0.0, Status.OPTIMAL) == (answer.best.sites, answer.best.value, answer.proof.status)


def test_more_sites_never_leave_a_longer_way():
    for seed in range(8):
        case = problem(*town(seed, 30, 9))
        values = [solve_center(case, add, PLENTY).best.value for add in range(1, 10)]
        assert sorted(values, reverse=True) == values


def test_a_wider_limit_never_needs_more_sites():
    for seed in range(8):
        _, _, costs = town(seed, 30, 9)
        reaches = np.quantile(costs, [0.4, 0.5, 0.7, 0.9, 1.0])
        reaches = reaches[reaches >= costs.min(axis=1).max()]
        sizes = [solve_set_cover(cover_problem(costs <= reach), PLENTY).best.value for reach in reaches]
        assert sorted(sizes, reverse=True) == sizes


def test_the_order_of_candidates_and_a_cell_cut_in_two_change_nothing():
    for seed in range(10):
        weight, today, costs = town(seed, 25, 8)
        order = np.random.default_rng(seed).permutation(8)
        answer = solve_center(problem(weight, today, costs), 3, PLENTY).best.value
        assert answer == solve_center(problem(weight, today, costs[:, order]), 3, PLENTY).best.value
        twice = problem(np.r_[weight[0], weight], np.r_[today[0], today], np.vstack([costs[0], costs]))
        assert answer == solve_center(twice, 3, PLENTY).best.value


def test_p_center_and_set_cover_agree():
    """At the answer's distance as many sites suffice; at any shorter one they do not (Minieka 1970)."""
    for seed in range(10):
        _, _, costs = town(seed, 25, 8)
        today = np.full(25, costs.max() * 2)
        longest = solve_center(problem(np.ones(25), today, costs), 3, PLENTY).best.value
        assert solve_set_cover(cover_problem(costs <= longest), PLENTY).best.value <= 3
        shorter = cover_problem(costs < longest)
        assert shorter.unreachable or solve_set_cover(shorter, PLENTY).best.value > 3


def test_a_search_without_time_still_answers_with_a_bound():
    case = problem(*town(4, 60, 20))
    hurried, full = solve_center(case, 3, Budget(0.0)), solve_center(case, 3, PLENTY)
    assert hurried.proof.bound <= full.best.value <= hurried.best.value


def test_a_region_without_residents_is_refused():
    weight, today, costs = town(1, 5, 3)
    with pytest.raises(QuestionError, match="no cell has residents"):
        solve_center(problem(0 * weight, today, costs), 1, PLENTY)


def test_entries_that_do_not_fit_are_refused():
    with pytest.raises(QuestionError, match=r"candidate\[0\] is 2; expected 0 to 1"):
        make_set_cover_problem(np.array([0, 1]), np.array([2], dtype=np.int32), 2)
