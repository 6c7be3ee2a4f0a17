"""The worst-off area first, and least travel under a Gini limit: held to trying everything."""

from itertools import pairwise

import numpy as np
import pytest
from placement_cases import PLENTY, number, placements, problem, town, travel

from app.errors import QuestionError
from app.siting.answer import Budget, Status
from app.siting.equity import make_equity_problem, solve_lexicographic, solve_worst_off
from app.siting.even import gini, solve_even


def areas(seed, cells):
    area = np.random.default_rng(seed).integers(-1, 4, cells)
    area[0] = 0
    return area


def means(weight, today, costs, area, sites):
    """In plain Python, by area with residents."""
    way = travel(today, costs, sites)
    found = []
    for one in sorted(set(area[(area >= 0) & (weight > 0)].tolist())):
        inside = area == one
        found.append(float(weight[inside] @ way[inside] / weight[inside].sum()))
    return found


def plain_gini(means, residents):
    pairs = [(a, w, b, v) for a, w in zip(means, residents, strict=True) for b, v in zip(means, residents, strict=True)]
    mean = sum(m * w for m, w in zip(means, residents, strict=True)) / sum(residents)
    return sum(w * v * abs(a - b) for a, w, b, v in pairs) / (2 * sum(residents) ** 2 * mean) if mean else 0.0


@pytest.mark.parametrize("block", range(6))
def test_no_placement_leaves_the_worst_off_areas_better_off(block):
    for seed in range(block * 20, block * 20 + 20):
        weight, today, costs = town(seed)
        area, add = areas(seed, len(weight)), number(seed, costs.shape[1])
        every = [sorted(means(weight, today, costs, area, s), reverse=True) for s in placements(costs.shape[1], add)]
        case = make_equity_problem(problem(weight, today, costs), area)
        levels = min(3, len(case.groups))
        answers = solve_lexicographic(case, add, PLENTY, levels)
        assert levels == len(answers)
        assert np.cumsum(min(every)[:levels]) == pytest.approx([a.best.value for a in answers], rel=1e-5)
        assert all(answer.proof.status is Status.OPTIMAL for answer in answers)
        one = solve_worst_off(case, add, PLENTY)
        assert min(every)[0] == pytest.approx(one.best.value, rel=1e-6)


@pytest.mark.parametrize("block", range(5))
def test_no_even_placement_has_less_travel(block):
    for seed in range(block * 20, block * 20 + 20):
        weight, today, costs = town(seed)
        area, add = areas(seed, len(weight)), number(seed, costs.shape[1])
        case = make_equity_problem(problem(weight, today, costs), area)
        residents = 1 / case.groups.scale
        every = [
            (float(weight @ travel(today, costs, s)), plain_gini(means(weight, today, costs, area, s), residents))
            for s in placements(costs.shape[1], add)
        ]
        limit = float(np.quantile([g for _, g in every], 0.3)) if seed % 5 else min(g for _, g in every) / 2
        allowed = [value for value, g in every if g <= limit + 1e-9]
        answer = solve_even(case, add, limit, PLENTY)
        if allowed:
            assert min(allowed) == pytest.approx(answer.best.value, rel=1e-9)
            assert Status.OPTIMAL == answer.proof.status
            assert gini(case, case.means(answer.best.sites)) <= limit + 1e-9
        else:
            assert (None, Status.INFEASIBLE) == (answer.best, answer.proof.status)


def test_a_wider_gini_limit_and_more_sites_are_never_worse():
    for seed in range(1, 6):
        weight, today, costs = town(seed, 20, 8)
        case = make_equity_problem(problem(weight, today, costs), areas(seed, 20))
        widening = [solve_even(case, 3, limit, PLENTY) for limit in (0.15, 0.25, 0.4, 1.0)]
        values = [answer.best.value for answer in widening if answer.best]
        assert sorted(values, reverse=True) == values
        growing = [solve_worst_off(case, add, PLENTY).best.value for add in range(1, 9)]
        assert all(after <= before * (1 + 1e-6) for before, after in pairwise(growing))


def test_the_order_of_candidates_and_a_cell_cut_in_two_change_nothing():
    for seed in range(8):
        weight, today, costs = town(seed, 20, 7)
        area, order = areas(seed, 20), np.random.default_rng(seed).permutation(7)
        first = solve_worst_off(make_equity_problem(problem(weight, today, costs), area), 2, PLENTY)
        turned = solve_worst_off(make_equity_problem(problem(weight, today, costs[:, order]), area), 2, PLENTY)
        halves = np.r_[weight[0] / 2, weight[0] / 2, weight[1:]]
        twice = problem(halves, np.r_[today[0], today], np.vstack([costs[0], costs]))
        split = solve_worst_off(make_equity_problem(twice, np.r_[area[0], area]), 2, PLENTY)
        assert first.best.value == pytest.approx(turned.best.value, rel=1e-6)
        assert first.best.value == pytest.approx(split.best.value, rel=1e-6)


def test_a_search_without_time_still_answers_with_a_bound_and_never_says_infeasible():
    weight, today, costs = town(4, 60, 20)
    case = make_equity_problem(problem(weight, today, costs), areas(4, 60))
    hurried, full = solve_worst_off(case, 4, Budget(0.0)), solve_worst_off(case, 4, PLENTY)
    assert hurried.proof.bound <= full.best.value <= hurried.best.value
    assert Status.INFEASIBLE != solve_even(case, 4, 0.01, Budget(0.0)).proof.status


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda case: make_equity_problem(case, np.zeros(2)), r"area has shape \(2,\)"),
        (lambda case: make_equity_problem(case, np.full(5, -1)), "no area has residents"),
        (lambda case: solve_even(make_equity_problem(case, np.zeros(5)), 1, np.nan, PLENTY), "limit is nan"),
        (
            lambda case: solve_lexicographic(make_equity_problem(case, np.zeros(5)), 1, PLENTY, 2),
            "2 levels; expected 1",
        ),
        (lambda case: solve_worst_off(make_equity_problem(case, np.zeros(5)), 9, PLENTY), "9 sites cannot be chosen"),
    ],
)
def test_bad_questions_are_named(ask, message):
    with pytest.raises(QuestionError, match=message):
        ask(problem(*town(1, 5, 3)))
