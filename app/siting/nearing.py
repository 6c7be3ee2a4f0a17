"""Objectives of travel time on a ground: the mean way to the nearest open practice, and the longest one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Floats, Ints
from app.siting.answer import Answer, Budget, no_figures
from app.siting.center import longest, solve_center
from app.siting.ground import Cells, Ground
from app.siting.median.problem import MedianProblem, Starts
from app.siting.median.solve import solve_median
from app.siting.ways import Ways, make_ways
from geodata.network.kernel import kernel


@dataclass(frozen=True)
class Mean:
    """p-median (ReVelle and Swain 1970): the weighted mean of the minutes to the nearest open practice."""

    ground: Ground
    ways: Ways

    maximizing, figures = False, no_figures

    def solve(self, budget: Budget, alternatives: int) -> Answer:
        """The placement with the shortest mean way, with its proof."""
        whole = float(self._problem.weight.sum())
        told = replace(budget, go_on=lambda value, bound: budget.go_on(value / whole, bound / whole))
        return solve_median(self._problem, self.ground.add, told, alternatives).times(1 / whole)

    def value(self, spots: Sequence[int]) -> float:
        """Mean minutes with a practice at each of some spots."""
        return self._problem.value(tuple(spots)) / float(self._problem.weight.sum())

    def with_each(self, spots: Sequence[int], _enough: float = math.inf) -> Floats:
        """(spots,) mean minutes with those spots and one more."""
        return self._problem.value_with_each(tuple(spots)) / float(self._problem.weight.sum())

    def outcome(self, spots: Sequence[int]) -> Floats:
        """(d,) minus the minutes of each counted cell."""
        return -self._problem.travel(tuple(spots))

    @property
    def helpless(self) -> Cells:
        """Positions in `ground.cells` of the cells that reach no practice today and no candidate."""
        return self.ways.helpless

    @property
    def _problem(self) -> MedianProblem:
        return self.ways.problem


@dataclass(frozen=True)
class Longest:
    """p-center (Hakimi 1964): the minutes of those who have the longest way to the nearest open practice.

    Cells that reach no practice and no candidate are left out: nothing that is chosen changes their way.
    """

    ground: Ground
    ways: Ways

    maximizing, figures = False, no_figures

    def solve(self, budget: Budget, alternatives: int) -> Answer:
        """The placement with the shortest longest way, with its proof; no others are looked for."""
        del alternatives
        return solve_center(self._problem, self.ground.add, budget)

    def value(self, spots: Sequence[int]) -> float:
        """Minutes of the longest way with a practice at each of some spots."""
        return longest(self._problem, tuple(spots))

    def with_each(self, spots: Sequence[int], _enough: float = math.inf) -> Floats:
        """(spots,) the longest way with those spots and one more.

        Cells are ranked by their way, the longest first. With a candidate, what is longest is the first cell that it is
        not nearer to, or one before it that it is nearer to.
        """
        problem = self._problem
        now = np.where(problem.weight > 0, problem.travel(tuple(spots)), 0.0)
        order = np.argsort(-now, kind="stable")
        return _longest_with_each(problem.start, problem.candidate, problem.cost, now, order, problem.candidates)

    def outcome(self, spots: Sequence[int]) -> Floats:
        """(d,) minus the minutes of each counted cell."""
        return -self._problem.travel(tuple(spots))

    @property
    def helpless(self) -> Cells:
        """Positions in `ground.cells` of the cells that reach no practice today and no candidate."""
        return self.ways.helpless

    @property
    def _problem(self) -> MedianProblem:
        return self.ways.problem


@kernel
def _longest_with_each(
    start: Starts, candidate: Ints, cost: NDArray[np.floating], now: Floats, order: NDArray[np.intp], candidates: int
) -> Floats:
    """(candidates,) the longest way with each; `order` ranks the cells, the longest way first."""
    run, longest_of_run = np.zeros(candidates, dtype=np.int64), np.zeros(candidates)
    for rank in range(len(order)):
        cell, goes_on = order[rank], False
        for at in range(start[cell], start[cell + 1]):
            if cost[at] >= now[cell]:
                break
            j = candidate[at]
            if run[j] == rank:
                run[j], goes_on = rank + 1, True
                longest_of_run[j] = max(longest_of_run[j], cost[at])
        if not goes_on:
            break
    ways = np.append(now[order], 0.0)[run]
    for j in range(candidates):
        ways[j] = max(ways[j], longest_of_run[j])
    return ways


def pose_mean(ground: Ground) -> Mean:
    """Ask for the shortest mean way."""
    return Mean(ground, make_ways(ground))


def pose_longest(ground: Ground) -> Longest:
    """Ask for the shortest longest way."""
    ways = make_ways(ground)
    weight = ways.problem.weight.copy()
    weight[ways.helpless] = 0.0
    return Longest(ground, replace(ways, problem=replace(ways.problem, weight=weight)))
