"""The frontier of residents lifted against suitability, against every placement there is."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import QuestionError
from app.siting.answer import Budget
from app.siting.covering.problem import CoverProblem
from app.siting.premises.frontier import required_frontier, total_frontier

LONG = Budget(60.0)


def random_problem(seed, candidates, cells, most_need=2):
    random = np.random.default_rng(seed)
    near = random.random((cells, candidates)) < 0.4
    start = np.concatenate([[0], np.cumsum(near.sum(axis=1))])
    return CoverProblem(
        random.integers(0, 20, cells).astype(float),
        random.integers(1, most_need + 1, cells),
        start,
        np.nonzero(near)[1],
        candidates,
    ), random.integers(0, 8, candidates)


def brute_force(problem, points, add, together):
    """Every placement: (lifted, points), without those that another beats or equals."""
    allowed = [site for site in range(problem.candidates) if site not in problem.forbidden]
    found = set()
    for sites in itertools.combinations(allowed, add):
        if set(problem.fixed) <= set(sites):
            found.add((problem.value(sites), int(together(points[list(sites)]))))
    return sorted(
        (one for one in found if not any(o != one and o[0] >= one[0] and o[1] >= one[1] for o in found)),
        key=lambda one: one[1],
    )


WAYS = [(required_frontier, np.min), (total_frontier, np.sum)]


@pytest.mark.parametrize(("frontier", "together"), WAYS)
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 8), st.integers(0, 12))
def test_the_frontier_is_that_of_all_placements(frontier, together, seed, add, candidates, cells):
    candidates = max(candidates, add)
    problem, points = random_problem(seed, candidates, cells)
    found = frontier(problem, points, add, LONG)
    assert found.complete
    assert brute_force(problem, points, add, together) == [(one.lifted, one.suitability) for one in found.trades]
    for one in found.trades:
        assert (one.lifted, one.suitability) == (problem.value(one.sites), int(together(points[list(one.sites)])))
        assert "optimal" == one.proof.status


@pytest.mark.parametrize(("frontier", "together"), WAYS)
def test_fixed_and_forbidden_premises_are_kept_to(frontier, together):
    problem, points = random_problem(3, 8, 15)
    problem = CoverProblem(
        problem.weight, problem.need, problem.start, problem.candidate, 8, fixed=(2,), forbidden=(0, 5)
    )
    found = frontier(problem, points, 3, LONG)
    assert brute_force(problem, points, 3, together) == [(one.lifted, one.suitability) for one in found.trades]


def test_pencil_frontier():
    """A lifts 100 with 10 points, B 80 with 50, C 10 with 90, D 5 with 20: D is beaten by B."""
    problem = CoverProblem(np.array([100.0, 80, 10, 5]), np.ones(4), np.arange(5), np.arange(4), 4)
    points = np.array([10, 50, 90, 20])
    one = total_frontier(problem, points, 1, LONG)
    assert [(100, 10), (80, 50), (10, 90)] == [(trade.lifted, trade.suitability) for trade in one.trades]
    pairs = required_frontier(problem, points, 2, LONG)
    assert [(180, 10), (90, 50)] == [(trade.lifted, trade.suitability) for trade in pairs.trades]
    assert [(0, 1), (1, 2)] == [trade.sites for trade in pairs.trades]


@pytest.mark.parametrize(("frontier", "together"), WAYS)
def test_a_frontier_that_is_stopped_says_that_it_is_not_complete(frontier, together):
    problem, points = random_problem(1, 8, 20)
    assert not frontier(problem, points, 2, Budget(60.0, lambda _value, _bound: False)).complete
    nothing = frontier(problem, points, 2, Budget(0.0))
    assert ((), False) == (nothing.trades, nothing.complete)
    assert together is not None


@pytest.mark.parametrize("frontier", [required_frontier, total_frontier])
@pytest.mark.parametrize("add", [0, 6, 9])
def test_more_sites_than_are_exact_are_refused(frontier, add):
    problem, points = random_problem(1, 8, 10)
    with pytest.raises(QuestionError):
        frontier(problem, points, add, LONG)


@pytest.mark.parametrize("points", [np.array([1.5] * 8), np.arange(7), np.array([math.nan] * 8)])
def test_points_that_are_no_whole_numbers_of_all_candidates_are_refused(points):
    with pytest.raises(QuestionError):
        total_frontier(random_problem(1, 8, 10)[0], points, 2, LONG)
