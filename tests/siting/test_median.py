"""p-median: held to trying everything, and to laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from placement_cases import PLENTY, number, placements, problem, town, travel

from app.errors import QuestionError
from app.siting.answer import Budget, Status
from app.siting.branching.model import Node
from app.siting.branching.safe_bound import choose
from app.siting.median import make_median_problem, solve_median
from app.siting.median.group_cuts import group_cuts, make_groups
from app.siting.median.prices import nearest, price_bound
from app.siting.median.swap import exchange, greedy
from app.siting.watch import Watch


def ranked(weight, today, costs, add):
    return sorted((float(weight @ travel(today, costs, sites)), sites) for sites in placements(costs.shape[1], add))


def test_pencil():
    """A road with cells at 0, 1, 5 and 6 with 10, 20, 30 and 40 residents, the practice at 0, candidates at 1, 5 and 6.

    One site at 6 leaves 20 x 1 + 30 x 1 = 50; at 5, 20 + 40 = 60. With two, 5 and 6 leave 20.
    """
    at, sites = np.array([0.0, 1.0, 5.0, 6.0]), np.array([1.0, 5.0, 6.0])
    case = problem(np.array([10.0, 20.0, 30.0, 40.0]), at.copy(), np.abs(at[:, None] - sites))
    one, two = solve_median(case, 1, PLENTY), solve_median(case, 2, PLENTY)
    assert ((2,), 50.0, Status.OPTIMAL) == (one.best.sites, one.best.value, one.proof.status)
    assert ((1, 2), 20.0, Status.OPTIMAL) == (two.best.sites, two.best.value, two.proof.status)


@pytest.mark.parametrize("block", range(10))
def test_nothing_is_better_and_the_alternatives_are_the_next_best(block):
    for seed in range(block * 25, block * 25 + 25):
        weight, today, costs = town(seed, whole=seed % 2 == 0)
        add = number(seed, costs.shape[1])
        every = ranked(weight, today, costs, add)
        answer = solve_median(problem(weight, today, costs), add, PLENTY, alternatives=2)
        near = [value for value, _ in every if value <= every[0][0] * 1.01 + 1e-12][1:3]
        assert every[0][0] == pytest.approx(answer.best.value, rel=1e-9)
        assert Status.OPTIMAL == answer.proof.status
        assert near == pytest.approx([other.value for other in answer.alternatives], rel=1e-9)
        assert answer.best.value == pytest.approx(weight @ travel(today, costs, answer.best.sites), rel=1e-12)


@given(st.integers(0, 10**6))
def test_prices_of_any_size_give_a_bound(seed):
    weight, today, costs = town(seed)
    case, add = problem(weight, today, costs), number(seed, costs.shape[1])
    price = np.random.default_rng(seed).random(len(weight)) * today
    assert price_bound(case, np.maximum(price, nearest(case)), add).value <= ranked(weight, today, costs, add)[0][0]


@given(st.integers(0, 10**6))
def test_a_row_holds_at_every_placement(seed):
    weight, today, costs = town(seed)
    case, rng = problem(weight, today, costs), np.random.default_rng(seed)
    groups = make_groups(rng.integers(0, 3, len(weight)), 3, np.array([1.0, 0.5, 2.0]))
    cuts = group_cuts(case, groups, rng.random(case.candidates), np.full(3, -1.0))
    for add in range(1, case.candidates + 1):
        for sites in placements(case.candidates, add):
            chosen = np.isin(np.arange(case.candidates), sites)
            amounts = groups.sums(weight * travel(today, costs, sites))
            assert np.all(cuts.matrix @ np.concatenate([chosen, amounts]) >= cuts.floor - 1e-9)


@given(st.integers(0, 10**6))
def test_what_a_site_adds_to_the_minimum_is_what_deciding_it_otherwise_adds(seed):
    rng = np.random.default_rng(seed)
    size, most = 6, int(rng.integers(1, 7))
    fewest, reduced = int(rng.integers(0, most + 1)), np.rint(rng.normal(0, 3, size))
    low = (rng.random(size) < 0.2).astype(np.int8)
    node = Node(low, np.maximum(low, rng.random(size) < 0.8).astype(np.int8))
    found = choose(reduced, node, fewest, most)
    for j in np.flatnonzero((node.low == 0) & (node.high == 1)):
        other = choose(reduced, node.child(int(j), not found.taken[j], 0.0), fewest, most)
        if np.isfinite(found.value):
            assert found.value + found.adds[j] == other.value


def test_greedy_is_no_better_than_the_exchange_and_the_exchange_than_the_answer():
    for seed in range(20):
        weight, today, costs = town(seed, 40, 12)
        case = problem(weight, today, costs)
        first = greedy(case, 4)
        second = exchange(case, first, Watch(PLENTY))
        answer = solve_median(case, 4, PLENTY)
        values = [case.value(first), case.value(second), answer.best.value, answer.proof.bound]
        assert sorted(values, reverse=True) == values


def test_more_sites_are_never_worse():
    for seed in range(8):
        case = problem(*town(seed, 30, 9))
        values = [solve_median(case, add, PLENTY).best.value for add in range(1, 10)]
        assert sorted(values, reverse=True) == values


def test_the_order_of_candidates_and_a_cell_cut_in_two_change_nothing():
    for seed in range(10):
        weight, today, costs = town(seed, 25, 8)
        answer = solve_median(problem(weight, today, costs), 3, PLENTY)
        order = np.random.default_rng(seed).permutation(8)
        turned = solve_median(problem(weight, today, costs[:, order]), 3, PLENTY)
        halves = np.concatenate([[weight[0] / 4, weight[0] * 3 / 4], weight[1:]])
        split = solve_median(problem(halves, np.r_[today[0], today], np.vstack([costs[0], costs])), 3, PLENTY)
        assert answer.best.value == pytest.approx(turned.best.value, rel=1e-12)
        assert answer.best.value == pytest.approx(split.best.value, rel=1e-12)


def test_a_search_without_time_still_answers_with_a_bound():
    weight, today, costs = town(4, 60, 20)
    case = problem(weight, today, costs)
    hurried, full = solve_median(case, 5, Budget(0.0)), solve_median(case, 5, PLENTY)
    assert hurried.proof.bound <= full.best.value <= hurried.best.value


def test_a_search_that_is_called_off_keeps_its_answer_and_never_says_optimal_with_a_gap():
    case = problem(*town(7, 60, 20))
    heard = []

    def listen(value, bound):
        heard.append((value, bound))
        return len(heard) < 3

    answer = solve_median(case, 5, Budget(60.0, listen))
    assert 3 == len([both for both in heard if both][:3])
    assert (answer.proof.gap <= 1e-6) == (answer.proof.status is Status.OPTIMAL)
    assert len(answer.best.sites) == 5


def test_the_same_question_has_the_same_answer():
    case = problem(*town(11, 60, 20, whole=True))
    assert solve_median(case, 6, PLENTY, 3).best == solve_median(case, 6, PLENTY, 3).best


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weight": np.array([1.0, np.nan])}, r"weight\[1\] is nan"),
        ({"today": np.array([1.0, -2.0])}, r"today\[1\] is -2.0"),
        ({"today": np.array([1.0])}, r"today has shape \(1,\)"),
        ({"cost": np.array([np.inf, 1.0])}, r"cost\[0\] is inf"),
        ({"start": np.array([0, 2])}, r"start has shape"),
        ({"start": np.array([0, 3, 2])}, "ascend from 0 to 2"),
        ({"candidate": np.array([0, 5], dtype=np.int32)}, r"candidate\[1\] is 5; expected 0 to 1"),
    ],
)
def test_bad_input_is_named(change, message):
    good = {
        "weight": np.ones(2),
        "today": np.full(2, 9.0),
        "start": np.array([0, 1, 2]),
        "candidate": np.array([0, 1], dtype=np.int32),
        "cost": np.ones(2),
    }
    with pytest.raises(QuestionError, match=message):
        make_median_problem(**(good | change), candidates=2)


@pytest.mark.parametrize("add", [0, 4])
def test_a_number_of_sites_that_cannot_be_chosen_is_refused(add):
    with pytest.raises(QuestionError, match=f"{add} sites cannot be chosen from 3 candidates"):
        solve_median(problem(*town(1, 5, 3)), add, PLENTY)
