"""Covering questions are answered with the truth, a bound that holds, and the same whoever asks."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from siting.covering_cases import all_values, make_problem, random_problem, slow_value

from app.errors import QuestionError
from app.siting.answer import Budget, Status
from app.siting.covering.cells import reduce
from app.siting.covering.exchange import Placing
from app.siting.covering.problem import CoverProblem
from app.siting.covering.solve import NEAR, solve_cover

AMPLE = Budget(120.0)
SEEDS = st.integers(0, 10**6)


def wanted(problem, seed):
    return int(np.random.default_rng(seed).integers(1, min(problem.candidates, 6) + 1))


def changed(problem, **changes):
    """The question with some of its parts exchanged."""
    parts = {name: getattr(problem, name) for name in CoverProblem.__dataclass_fields__}
    return CoverProblem(**{**parts, **changes})


def rows(problem):
    return [problem.candidate[a:b] for a, b in zip(problem.start, problem.start[1:], strict=False)]


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_the_answer_is_the_best_of_all_placements(first):
    """Brute force over all placements; random and geometric, whole and real weights, needs of 1 to 4."""
    for seed in range(first, first + 50):
        problem = random_problem(seed)
        add = wanted(problem, seed)
        best = all_values(problem, add)[0][1]
        answer = solve_cover(problem, add, AMPLE)
        assert best == pytest.approx(answer.best.value, rel=1e-6), seed
        assert slow_value(problem, answer.best.sites) == pytest.approx(answer.best.value), seed
        assert add == len(answer.best.sites)
        assert answer.proof.bound >= best * (1 - 1e-12), seed
        assert Status.OPTIMAL == answer.proof.status, seed


@pytest.mark.parametrize("first", range(300, 420, 40))
def test_alternatives_are_the_next_best_placements(first):
    """All different, best first, none overlooked; as many as there are within 1 % of the best."""
    for seed in range(first, first + 40):
        problem = random_problem(seed)
        add = wanted(problem, seed)
        values = [value for _, value in all_values(problem, add)]
        answer = solve_cover(problem, add, AMPLE, alternatives=3)
        if not values[0]:
            continue
        found = [answer.best, *answer.alternatives]
        near = [value for value in values if value >= NEAR * values[0]][:4]
        assert answer.ranked, seed
        assert near == pytest.approx([placement.value for placement in found], rel=1e-6), seed
        assert len(found) == len({placement.sites for placement in found}), seed


@pytest.mark.parametrize("seed", range(420, 450))
def test_fixed_sites_are_held_and_forbidden_ones_are_not(seed):
    problem = random_problem(seed)
    fixed, forbidden = (0,), tuple(range(problem.candidates - 1, problem.candidates))
    problem = changed(problem, fixed=fixed, forbidden=forbidden)
    add = min(3, problem.candidates - 1)
    answer = solve_cover(problem, add, AMPLE)
    assert all_values(problem, add)[0][1] == pytest.approx(answer.best.value, rel=1e-6)
    assert set(fixed) <= set(answer.best.sites)
    assert not set(forbidden) & set(answer.best.sites)


@settings(deadline=None, max_examples=25)
@given(SEEDS)
def test_more_sites_are_never_worse(seed):
    problem = random_problem(seed)
    values = [solve_cover(problem, add, AMPLE).best.value for add in range(1, min(5, problem.candidates) + 1)]
    assert all(more >= less * (1 - 1e-6) for less, more in itertools.pairwise(values))


@settings(deadline=None, max_examples=25)
@given(SEEDS)
def test_a_wider_limit_is_never_worse(seed):
    """Every cell within reach of one candidate more."""
    problem = random_problem(seed)
    random = np.random.default_rng(seed)
    wider = [np.union1d(row, random.integers(0, problem.candidates, 1)) for row in rows(problem)]
    more = make_problem(wider, problem.weight, problem.need, problem.candidates)
    add = wanted(problem, seed)
    assert solve_cover(more, add, AMPLE).best.value >= solve_cover(problem, add, AMPLE).best.value * (1 - 1e-6)


@settings(deadline=None, max_examples=25)
@given(SEEDS)
def test_greedy_is_at_most_the_answer_and_the_answer_at_most_the_bound(seed):
    problem = random_problem(seed)
    add = wanted(problem, seed)
    reduced = reduce(problem, add)
    placing = Placing(reduced.cells, np.ones(problem.candidates, dtype=bool))
    greedy = placing.value(placing.greedy(np.zeros(0, dtype=np.int32), add, 0.0))
    answer = solve_cover(problem, add, AMPLE)
    assert greedy <= answer.best.value * (1 + 1e-9)
    assert answer.best.value <= answer.proof.bound


@settings(deadline=None, max_examples=25)
@given(SEEDS)
def test_order_of_candidates_and_cells_does_not_matter(seed):
    """With priorities, the very same sites are chosen whatever the order of the input."""
    random = np.random.default_rng(seed)
    problem = random_problem(seed)
    problem = changed(problem, weight=np.rint(problem.weight), priority=random.permutation(problem.candidates))
    site, cell = random.permutation(problem.candidates), random.permutation(problem.cells)
    old = np.argsort(site)
    mixed = make_problem(
        [random.permutation(site[rows(problem)[i]]) for i in cell],
        problem.weight[cell],
        problem.need[cell],
        problem.candidates,
        priority=problem.priority[old],
    )
    add = wanted(problem, seed)
    before, after = solve_cover(problem, add, AMPLE, 2), solve_cover(mixed, add, AMPLE, 2)
    assert before.best.sites == tuple(sorted(old[list(after.best.sites)].tolist()))
    assert before.best.value == after.best.value
    assert [p.value for p in before.alternatives] == [p.value for p in after.alternatives]


@settings(deadline=None, max_examples=25)
@given(SEEDS)
def test_splitting_a_cell_changes_nothing(seed):
    problem = random_problem(seed)
    whole = np.rint(problem.weight)
    halves = np.concatenate([np.floor(whole / 2), np.ceil(whole / 2)])
    split = make_problem([*rows(problem), *rows(problem)], halves, np.tile(problem.need, 2), problem.candidates)
    add = wanted(problem, seed)
    one, two = solve_cover(changed(problem, weight=whole), add, AMPLE), solve_cover(split, add, AMPLE)
    assert one.best == two.best


def test_ties_go_to_the_preferred_candidates():
    """Four candidates that do the same: those of lowest priority are taken, by index where priorities are equal."""
    problem = make_problem([[0, 1, 2, 3]], [5.0], [2], 4)
    assert (0, 1) == solve_cover(problem, 2, AMPLE).best.sites
    assert (1, 2) == solve_cover(changed(problem, priority=np.array([2.0, 1.0, 1.0, 1.0])), 2, AMPLE).best.sites


def test_no_site_could_be_exchanged_for_a_preferred_one():
    for seed in range(40):
        problem = random_problem(seed)
        sites = solve_cover(problem, min(3, problem.candidates), AMPLE).best.sites
        for out in sites:
            for better in set(range(out)) - set(sites):
                other = {*sites, better} - {out}
                assert slow_value(problem, other) < slow_value(problem, sites)


def test_it_can_be_worked_with_a_pencil():
    """Cells a (4, needs 1: sites 0, 1), b (5, needs 2: sites 1, 2), c (3, needs 1: site 2).

    One site: 0 lifts 4, 1 lifts 4, 2 lifts 3. Two: {0, 1} 4, {0, 2} 7, {1, 2} 4 + 5 + 3 = 12.
    """
    problem = make_problem([[0, 1], [1, 2], [2]], [4, 5, 3], [1, 2, 1], 3)
    one, two = solve_cover(problem, 1, AMPLE), solve_cover(problem, 2, AMPLE)
    assert ((0,), 4.0, 4.0) == (one.best.sites, one.best.value, one.proof.bound)
    assert ((1, 2), 12.0, 12.0) == (two.best.sites, two.best.value, two.proof.bound)


@pytest.mark.parametrize(
    ("rows", "weight", "need", "candidates", "add", "value"),
    [
        ([], [], [], 3, 2, 0.0),
        ([[], []], [3, 4], [1, 1], 3, 2, 0.0),
        ([[0], [0, 1]], [3, 4], [2, 3], 2, 2, 0.0),
        ([[0, 1], [1]], [0, 0], [1, 1], 2, 1, 0.0),
        ([[0, 1], [0, 1]], [2, 3], [2, 2], 2, 2, 5.0),
        ([[0], [0], [0]], [1, 2, 3], [1, 1, 1], 1, 1, 6.0),
        ([[0, 1, 2]], [7], [3], 5, 2, 0.0),
    ],
    ids=["no cells", "no sites near", "need above sites", "no weight", "all sites", "one site", "need above add"],
)
def test_questions_with_little_to_choose_have_an_answer(rows, weight, need, candidates, add, value):
    answer = solve_cover(make_problem(rows, weight, need, candidates), add, AMPLE, 2)
    assert value == answer.best.value == answer.proof.bound
    assert add == len(answer.best.sites)
    assert Status.OPTIMAL == answer.proof.status


def test_no_time_at_all_still_gives_a_placement_and_a_bound_that_holds():
    for seed in range(30):
        problem = random_problem(seed)
        add = wanted(problem, seed)
        best = all_values(problem, add)[0][1]
        answer = solve_cover(problem, add, Budget(0.0), 2)
        assert answer.best.value * (1 - 1e-12) <= best <= answer.proof.bound * (1 + 1e-12)
        assert answer.best.value == pytest.approx(problem.value(answer.best.sites))


def test_the_listener_is_told_and_can_stop_the_search():
    """A question large enough to be asked about more than once; value and bound only close in."""
    problem = random_problem(3, most_sites=60, most_cells=3000)
    told = []

    def go_on(value, bound):
        told.append((value, bound))
        return len(told) < 3

    answer = solve_cover(problem, 8, Budget(60.0, go_on))
    assert len(told) <= 3
    assert all(a[0] <= b[0] and a[1] >= b[1] for a, b in itertools.pairwise(told))
    assert answer.best.value <= answer.proof.bound


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weight": [1.0, float("nan")]}, r"weight\[1\]: a finite number from 0 is wanted, nan was found"),
        ({"weight": [1.0, -2.0]}, r"weight\[1\].*-2.0 was found"),
        ({"weight": [[1.0, 2.0]]}, "weight: one dimension is wanted, 2 were found"),
        ({"weight": ["a", "b"]}, "weight: numbers are wanted"),
        ({"need": [1, 0]}, r"need\[1\]: at least 1 is wanted, 0 was found"),
        ({"need": [1, 1.5]}, r"need\[1\]: a whole number is wanted, 1.5 was found"),
        ({"need": [1]}, "need: 2 cells have a weight, 1 a need"),
        ({"start": [0, 3, 2]}, "start: 3 rising numbers from 0 to 3 are wanted"),
        ({"candidate": [0, 1, 7]}, r"candidate\[2\]: 0 to 2 are known, 7 was found"),
        ({"candidate": [1, 1, 2]}, "cell 0 names candidate 1 twice"),
        ({"priority": [1.0]}, "priority: 3 finite numbers are wanted, 1 were found"),
        ({"fixed": (3,)}, "fixed: 0 to 2 are known, 3 was found"),
        ({"fixed": (1,), "forbidden": (1,)}, "candidate 1 is both fixed and forbidden"),
    ],
)
def test_bad_questions_name_what_is_wrong(change, message):
    with pytest.raises(QuestionError, match=message):
        changed(make_problem([[0, 1], [2]], [1, 2], [1, 1], 3), **change)


@pytest.mark.parametrize("add", [0, 3, 4])
def test_no_more_sites_than_there_are_can_be_asked_for(add):
    problem = make_problem([[0, 1], [2]], [1, 2], [1, 1], 3, forbidden=(0,))
    with pytest.raises(QuestionError, match="add: 1 to 2 sites can be asked for"):
        solve_cover(problem, add, AMPLE)
