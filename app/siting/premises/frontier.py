"""Sites and premises chosen together: residents lifted against how suitable the premises are, exactly, for a few sites.

Suitability enters as a requirement (each of the chosen premises has at least so many points: `required_frontier`) or as
a second objective (points of all chosen premises added up: `total_frontier`). Both walk along the frontier by the
epsilon-constraint method (Haimes, Lasdon and Wismer 1971, IEEE Transactions on Systems, Man and Cybernetics 1:296-297):
the most residents for at least so many points, then for more points than that placement has, until nothing is left.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, diags_array, hstack

from app.access.matrix import Floats
from app.errors import QuestionError
from app.siting.answer import Answer, Budget, Placement, Proof
from app.siting.covering.problem import CoverProblem
from app.siting.covering.solve import solve_cover

Points = NDArray[np.int64]
MOST_SITES = 5
HALF = 0.5


@dataclass(frozen=True)
class Trade:
    """One placement that nothing beats in both.

    Parameters
    ----------
    sites : chosen candidates, ascending
    lifted : weight of the cells lifted
    suitability : points of the least suitable of them, or of all together
    proof : that no placement of at least as many points lifts more
    """

    sites: tuple[int, ...]
    lifted: float
    suitability: int
    proof: Proof


@dataclass(frozen=True)
class Frontier:
    """Trades from the most residents lifted to the most suitable premises.

    Parameters
    ----------
    trades : in each more points and fewer residents than in the one before
    complete : whether every trade is proven and none is missing
    """

    trades: tuple[Trade, ...]
    complete: bool


Solve = Callable[[int, Budget], Answer]
"""The best placement of at least so many points; infeasible where there is none."""


def required_frontier(problem: CoverProblem, suitability: Points, add: int, budget: Budget) -> Frontier:
    """Residents lifted against the points of the least suitable premises chosen.

    Parameters
    ----------
    problem : candidates are premises
    suitability : (candidates,) whole points of each
    add : sites, at most 5
    budget : seconds of all searches together

    Raises
    ------
    QuestionError : points do not fit the candidates, or too many sites are asked for
    """
    points = _checked(problem, suitability, add)

    def solve(least: int, left: Budget) -> Answer:
        below = tuple(int(site) for site in np.flatnonzero(points < least))
        gone = tuple(sorted({*problem.forbidden, *below}))
        if problem.candidates - len(gone) < add or set(problem.fixed) & set(gone):
            return _nothing()
        return solve_cover(replace(problem, forbidden=gone), add, left)

    return _walk(solve, lambda sites: int(points[list(sites)].min()), budget)


def total_frontier(problem: CoverProblem, suitability: Points, add: int, budget: Budget) -> Frontier:
    """Residents lifted against the points of all premises chosen, added up; parameters as `required_frontier`.

    Raises
    ------
    QuestionError : as `required_frontier`
    """
    points = _checked(problem, suitability, add)
    program = _Program(problem, points, add)
    return _walk(program.solve, lambda sites: int(points[list(sites)].sum()), budget)


def _checked(problem: CoverProblem, suitability: Points, add: int) -> Points:
    points = np.asarray(suitability)
    if points.shape != (problem.candidates,) or not np.issubdtype(points.dtype, np.integer):
        raise QuestionError(f"suitability: {problem.candidates} whole numbers are wanted, found {points.shape}")
    if not 1 <= add <= min(MOST_SITES, problem.candidates):
        most = min(MOST_SITES, problem.candidates)
        raise QuestionError(f"the frontier is exact for 1 to {most} sites here; {add} were asked for")
    return points.astype(np.int64)


def _walk(solve: Solve, points_of: Callable[[tuple[int, ...]], int], budget: Budget) -> Frontier:
    """Trades found by asking for more and more points; those that a later one beats are left out."""
    spent, found, proven = 0.0, list[Trade](), True
    least = int(np.iinfo(np.int64).min)
    while True:
        left = budget.seconds - spent
        if left <= 0:
            return Frontier(tuple(_unbeaten(found)), False)
        answer = solve(least, replace(budget, seconds=left))
        if answer.best is None:
            return Frontier(tuple(_unbeaten(found)), proven and answer.proof.bound == -np.inf)
        spent, sites = spent + answer.proof.seconds, answer.best.sites
        proven &= answer.proof.status == "optimal"
        found.append(Trade(sites, answer.best.value, points_of(sites), answer.proof))
        if not budget.go_on(answer.best.value, answer.proof.bound):
            return Frontier(tuple(_unbeaten(found)), False)
        least = points_of(sites) + 1


def _unbeaten(found: list[Trade]) -> Iterator[Trade]:
    """Trades without those that a later one, of more points, equals or beats in residents."""
    best, kept = -np.inf, list[Trade]()
    for trade in reversed(found):
        if trade.lifted > best:
            best = trade.lifted
            kept.append(trade)
    yield from reversed(kept)


def _nothing(bound: float = -np.inf) -> Answer:
    """No placement: proven where the bound is lower than any value."""
    return Answer(None, Proof(np.nan, bound, True, 0.0))


class _Program:
    """The covering question as a mixed-integer program with a floor under the points; solved by HiGHS.

    Cells with the same need and the same candidates within reach are one row.
    """

    def __init__(self, problem: CoverProblem, points: Points, add: int) -> None:
        self.problem, self.points, self.add = problem, points, add
        reach = csr_array(
            (np.ones(len(problem.candidate)), problem.candidate, problem.start),
            shape=(problem.cells, problem.candidates),
        )
        first, self.weight = _merged(problem)
        self.cover = hstack([reach[first], -diags_array(problem.need[first].astype(float))]).tocsr()
        lower, upper = np.zeros(problem.candidates), np.ones(problem.candidates)
        upper[list(problem.forbidden)], lower[list(problem.fixed)] = 0.0, 1.0
        cells = len(first)
        self.bounds = Bounds(np.concatenate([lower, np.zeros(cells)]), np.concatenate([upper, np.ones(cells)]))

    def solve(self, least: int, budget: Budget) -> Answer:
        """The placement that lifts most of those with at least so many points."""
        began, cells = time.monotonic(), len(self.weight)
        one, none = np.ones(self.problem.candidates), np.zeros(cells)
        floor = np.maximum(float(least), 0.0)
        constraints = [
            LinearConstraint(self.cover, 0.0, np.inf),
            LinearConstraint(np.concatenate([one, none])[None], self.add, self.add),
            LinearConstraint(np.concatenate([self.points.astype(float), none])[None], floor, np.inf),
        ]
        found = milp(
            -np.concatenate([0 * one, self.weight]),
            integrality=np.concatenate([one, none + 1]),
            bounds=self.bounds,
            constraints=constraints,
            options={"mip_rel_gap": 0.0, "time_limit": max(budget.seconds, 0.01)},
        )
        seconds = time.monotonic() - began
        if found.x is None:
            return _nothing() if found.status == 2 else _nothing(np.inf)
        sites = tuple(int(site) for site in np.flatnonzero(found.x[: self.problem.candidates] > HALF))
        value = self.problem.value(sites)
        return Answer(Placement(sites, value), Proof(value, max(value, self._bound(found)), True, seconds))

    def _bound(self, found: object) -> float:
        """The solver's bound; whole where all weights are."""
        bound = -float(getattr(found, "mip_dual_bound", -np.inf))
        whole = bool((self.weight == np.rint(self.weight)).all())
        return float(np.floor(bound + 1e-6 * max(1.0, abs(bound)))) if whole else bound


def _merged(problem: CoverProblem) -> tuple[NDArray[np.intp], Floats]:
    """One cell for each need and set of candidates, and the weight of all that are like it."""
    marks: dict[tuple[int, bytes], list[int]] = {}
    for cell in range(problem.cells):
        near = np.sort(problem.candidate[problem.start[cell] : problem.start[cell + 1]])
        if len(near) >= problem.need[cell]:
            marks.setdefault((int(problem.need[cell]), near.tobytes()), []).append(cell)
    first = np.array([cells[0] for cells in marks.values()], dtype=np.intp)
    return first, np.array([problem.weight[cells].sum() for cells in marks.values()], dtype=float)
