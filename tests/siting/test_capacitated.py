"""The capacitated problem: assignments held to linear programming, placements to trying everything."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from placement_cases import PLENTY, placements
from scipy.optimize import linprog

from app.errors import QuestionError
from app.siting.answer import Budget, Status
from app.siting.capacitated import assign, make_capacitated_problem, solve_capacitated
from app.siting.capacitated.assignment import assign_practices, worths
from app.siting.capacitated.problem import narrowed
from app.siting.capacitated.reach import join_rows, worth_keeping
from app.siting.capacitated.solve import price_row

EPS = 1e-6


def town(seed, cells=None, practices=None, candidates=None):
    """Residents, a table of costs (infinite out of reach), places, number of practices, and what nobody counts."""
    rng = np.random.default_rng(seed)
    cells = cells or int(rng.integers(2, 10))
    practices = int(rng.integers(0, 4)) if practices is None else practices
    sites = practices + (candidates or int(rng.integers(1, 6)))
    costs = rng.random((cells, sites)) * 10
    costs = np.where(rng.random(costs.shape) < 0.7, np.rint(costs) if seed % 2 else costs, np.inf)
    residents, places = rng.integers(0, 9, cells).astype(float), rng.integers(0, 14, sites).astype(float)
    return residents * (1.37 if seed % 3 == 0 else 1.0), costs, places, practices, (50.0 if seed % 2 else 11.0)


def problem(residents, costs, places, practices, nobody):
    near = np.isfinite(costs)
    start = np.concatenate([[0], np.cumsum(near.sum(axis=1))])
    site = np.nonzero(near)[1].astype(np.int32)
    return make_capacitated_problem(residents, start, site, costs[near], places, practices, nobody)


def least(residents, costs, places, practices, nobody, sites):
    """By linear programming over every pair of a cell and an open site."""
    use = [*range(practices), *(practices + j for j in sites)]
    table = np.column_stack([costs[:, use], np.full(len(residents), nobody)])
    cells, columns = table.shape
    found = linprog(
        np.where(np.isfinite(table), table, 0).ravel(),
        A_ub=np.kron(np.ones((1, cells)), np.eye(columns)[:-1]) if use else None,
        b_ub=places[use] if use else None,
        A_eq=np.kron(np.eye(cells), np.ones((1, columns))),
        b_eq=residents,
        bounds=[(0, None if np.isfinite(cost) else 0) for cost in table.ravel()],
    )
    return found.fun


def test_pencil():
    """Two cells of 10 at kilometre 0 and 3; a practice at 0 with 12 places; candidates at 1 and 3 with 5 places.

    Today 10 + 2 go to the practice (0 + 6), 8 to nobody, 10 each: 86. At 3 five of the far cell walk 0 and two still go
    to the practice: 6 + 3 x 10 = 36. At 1, five of the far cell go there for 2: 6 + 10 + 30 = 46.
    """
    costs = np.array([[0.0, 1.0, 3.0], [3.0, 2.0, 0.0]])
    case = problem(np.array([10.0, 10.0]), costs, np.array([12.0, 5.0, 5.0]), 1, 10.0)
    assert (86.0, 8.0) == (assign(case, ()).value, assign(case, ()).left_over)
    answer = solve_capacitated(case, 1, PLENTY)
    assert ((1,), 36.0, Status.OPTIMAL) == (answer.best.sites, answer.best.value, answer.proof.status)


@pytest.mark.parametrize("block", range(6))
def test_nothing_is_better_and_nobody_goes_beyond_a_closing_limit(block):
    for seed in range(block * 25, block * 25 + 25):
        case = town(seed)
        ours = problem(*case)
        add = int(np.random.default_rng(seed).integers(1, ours.candidates + 1))
        every = sorted((least(*case, sites), sites) for sites in placements(ours.candidates, add))
        answer = solve_capacitated(ours, add, PLENTY, alternatives=2)
        near = [value for value, _ in every if value <= every[0][0] * 1.01 + EPS][1:3]
        assert every[0][0] == pytest.approx(answer.best.value, rel=EPS)
        assert Status.OPTIMAL == answer.proof.status
        assert answer.ranked
        assert near == pytest.approx([other.value for other in answer.alternatives], rel=EPS)
        assigned = assign(ours, answer.best.sites)
        assert np.all(assigned.load <= assigned.places + 1e-9)
        assert case[0].sum() == pytest.approx(assigned.state.load.sum())


def test_the_row_of_any_choice_holds_at_every_choice():
    for seed in range(60):
        case = town(seed)
        ours, rng = problem(*case), np.random.default_rng(seed)
        base = assign_practices(ours)
        part = base.with_places({j: ours.room[j] * rng.random() for j in range(ours.candidates) if rng.random() < 0.6})
        row = price_row(part, 1.0)
        for add in range(ours.candidates + 1):
            for sites in placements(ours.candidates, add):
                chosen = np.isin(np.arange(ours.candidates), sites)
                value = least(*case, sites)
                assert (row.matrix @ np.append(chosen, value))[0] >= row.floor[0] - EPS * (1 + value)


def test_more_sites_and_higher_closing_limits_are_never_worse():
    for seed in range(15):
        residents, costs, places, practices, nobody = town(seed, 12, 2, 6)
        values = [
            solve_capacitated(problem(residents, costs, places, practices, nobody), add, PLENTY).best.value
            for add in range(1, 7)
        ]
        assert all(after <= before + EPS for before, after in pairwise(values))
        more = problem(residents, costs, places + 2, practices, nobody)
        assert solve_capacitated(more, 2, PLENTY).best.value <= values[1] + EPS


def test_the_order_of_candidates_and_a_cell_cut_in_two_change_nothing():
    for seed in range(20):
        residents, costs, places, practices, nobody = town(seed, 10, 2, 5)
        first = solve_capacitated(problem(residents, costs, places, practices, nobody), 2, PLENTY).best.value
        order = np.r_[:practices, practices + np.random.default_rng(seed).permutation(5)]
        turned = problem(residents, costs[:, order], places[order], practices, nobody)
        halves = np.r_[residents[0] / 2, residents[0] / 2, residents[1:]]
        split = problem(halves, np.vstack([costs[0], costs]), places, practices, nobody)
        assert first == pytest.approx(solve_capacitated(turned, 2, PLENTY).best.value, rel=EPS)
        assert first == pytest.approx(solve_capacitated(split, 2, PLENTY).best.value, rel=EPS)


def test_a_practice_that_may_move_stands_among_the_candidates():
    """One practice at the wrong end of a road: chosen anew with one more candidate than sites, it is let go."""
    costs = np.array([[0.0, 9.0, 1.0], [9.0, 0.0, 8.0], [9.0, 1.0, 8.0]])
    case = problem(np.array([1.0, 10.0, 10.0]), costs, np.array([20.0, 20.0, 20.0]), 0, 100.0)
    assert (1,) == solve_capacitated(case, 1, PLENTY).best.sites


def test_many_cells_are_assigned_from_a_likeness_as_well_as_one_by_one(monkeypatch):
    residents, costs, places, practices, nobody = town(2, 300, 8, 4)
    case = problem(residents, costs, places * 25, practices, nobody)
    plain = assign_practices(case)
    monkeypatch.setattr("app.siting.capacitated.assignment.MANY_CELLS", 10)
    assert plain.value == pytest.approx(assign_practices(case).value, rel=1e-9)
    assert plain.value == pytest.approx(least(residents, costs, places * 25, practices, nobody, ()), rel=EPS)


@pytest.mark.parametrize("seed", range(40))
def test_ways_left_out_never_make_a_bound_too_good(seed):
    """With few ways kept, every row still holds at every choice, and value and bound lie around the true best."""
    case = town(seed, 12, 3, 5)
    whole = problem(*case)
    base = assign_practices(whole)
    worth, reach = worths(base), whole.reach
    rows = [
        worth_keeping(*reach.of(j), worth, whole.demand, float(whole.room[j]), 1.0, 0.5)
        for j in range(whole.candidates)
    ]
    few = replace(narrowed(whole, base.state.price[:-1], worth, 0.5), reach=join_rows(rows, np.arange(len(rows))))
    every = {sites: least(*case, sites) for sites in placements(whole.candidates, 2)}
    row = price_row(assign(few, (0, 1)), 1.0)
    for sites, value in every.items():
        chosen = np.isin(np.arange(whole.candidates), sites)
        assert (row.matrix @ np.append(chosen, value))[0] >= row.floor[0] - EPS * (1 + value)
        assert value <= assign(few, sites).value + EPS
    answer = solve_capacitated(few, 2, PLENTY)
    assert answer.proof.bound - EPS <= min(every.values()) * (1 + EPS)
    assert min(every.values()) <= answer.proof.value + EPS


@pytest.mark.parametrize("seed", range(30))
def test_sites_that_go_in_pairs_and_a_crowd_that_is_refused(seed):
    """One of each group, at most so many at a place: held to trying every choice that is allowed."""
    case = town(seed, 9, 2, 6)
    group, place = np.array([-1, -1, -1, 0, 0, 0], dtype=np.int32), np.array([0, 1, 2, 0, 1, 3], dtype=np.int32)
    ours = replace(problem(*case), group=group, place=place, per_place=1)
    allowed = [
        sites for sites in placements(6, 2) if sum(group[list(sites)] == 0) == 1 and len(set(place[list(sites)])) == 2
    ]
    assert allowed == [sites for sites in placements(6, 2) if ours.allows(sites)]
    best = min((least(*case, sites), sites) for sites in allowed)
    answer = solve_capacitated(ours, 2, PLENTY)
    assert best[0] == pytest.approx(answer.best.value, rel=EPS)
    assert Status.OPTIMAL == answer.proof.status
    assert ours.allows(answer.best.sites)


def test_where_one_who_moves_would_take_the_only_place_it_stays():
    """One candidate, one new practice and one that may move: it would rather go there, but the new one must."""
    costs = np.array([[0.0, 0.0, 5.0]])
    ours = problem(np.array([10.0]), costs, np.array([3.0, 9.0, 2.0]), 0, 50.0)
    group, place = np.array([-1, 0, 0], dtype=np.int32), np.array([0, 0, 1], dtype=np.int32)
    answer = solve_capacitated(replace(ours, group=group, place=place, per_place=1), 2, PLENTY)
    assert ((0, 2), 260.0, Status.OPTIMAL) == (answer.best.sites, answer.best.value, answer.proof.status)


@pytest.mark.parametrize("seed", range(30))
def test_an_assignment_mended_is_as_good_as_one_made_anew(seed):
    """Sites opened, shut and given other places one after the other: always the best, nobody beyond a limit."""
    case = town(seed, 10, 2, 5)
    ours, rng = problem(*case), np.random.default_rng(seed)
    now = assign_practices(ours)
    for _ in range(8):
        share = {j: float(ours.room[j] * rng.choice([0.25, 1.0])) for j in range(5) if rng.random() < 0.5}
        now = now.with_places(share)
        residents, costs, places, practices, nobody = case
        room = np.concatenate([places[:practices], [share.get(j, 0.0) for j in range(5)]])
        expected = least(residents, costs, room, practices, nobody, tuple(range(5)))
        assert expected == pytest.approx(now.value, rel=EPS, abs=EPS)
        assert np.all(now.load <= now.places + 1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_whoever_is_shut_with_any_share_of_places_is_left_by_the_last_resident(seed):
    """Sums of residents are exact: a rest of rounding, sent off without end, would be left with nowhere to go."""
    case = town(seed, 60, 3, 8)
    ours, rng = problem(*case), np.random.default_rng(seed)
    now = assign_practices(ours)
    for _ in range(30):
        now = now.with_places({j: float(ours.room[j] * rng.random()) for j in range(8) if rng.random() < 0.5})
        state = now.state
        assert np.array_equal(np.bincount(now.graph.site, weights=state.flow, minlength=len(state.load)), state.load)
        assert np.all(now.load <= now.places)
        assert state.load.sum() == ours.demand.sum()
    assert np.all(now.with_places({}).load[ours.practices :] == 0)


def test_a_search_without_time_still_answers_with_a_bound():
    case = problem(*town(5, 30, 3, 8))
    hurried, full = solve_capacitated(case, 3, Budget(0.0)), solve_capacitated(case, 3, PLENTY)
    assert hurried.proof.bound <= full.best.value <= hurried.best.value


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"demand": np.array([np.nan])}, r"demand\[0\] is nan"),
        ({"capacity": np.array([1.0, -1.0])}, r"capacity\[1\] is -1.0"),
        ({"practices": 3}, "3 practices; expected 0 to 2"),
        ({"unassigned": 2.0}, "unassigned is 2.0; expected a number above 2.0"),
        ({"unassigned": np.inf}, "unassigned is inf"),
        ({"site": np.array([0, 2], dtype=np.int32)}, r"candidate\[1\] is 2"),
    ],
)
def test_bad_input_is_named(change, message):
    good = {
        "demand": np.ones(1),
        "start": np.array([0, 2]),
        "site": np.array([0, 1], dtype=np.int32),
        "cost": np.array([1.0, 2.0]),
        "capacity": np.ones(2),
        "practices": 1,
        "unassigned": 9.0,
    }
    with pytest.raises(QuestionError, match=message):
        make_capacitated_problem(**(good | change))
