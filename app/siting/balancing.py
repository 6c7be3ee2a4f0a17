"""Objectives that compare areas on a ground: the worst-off first, and travel under a limit to how uneven areas are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from app.access.matrix import Floats
from app.siting.answer import Answer, Budget, Figure
from app.siting.equity import EquityProblem, make_equity_problem, solve_lexicographic
from app.siting.even import ROUNDING, gini, ginis, solve_even
from app.siting.ground import Cells, Ground
from app.siting.ways import Ways, make_ways

LEVELS = 3
"""Areas that the worst-off objective looks at, one after the other."""


@dataclass(frozen=True)
class Compared:
    """Ways of the residents of each area.

    Parameters
    ----------
    ground, ways : as the objectives of travel have them
    problem : cells by area
    names : (areas,) code of each area of the problem
    """

    ground: Ground
    ways: Ways
    problem: EquityProblem
    names: tuple[str, ...]

    maximizing = False

    def outcome(self, spots: Sequence[int]) -> Floats:
        """(d,) minus the minutes of each counted cell."""
        return -self.problem.travel.travel(tuple(spots))

    @property
    def helpless(self) -> Cells:
        """Positions in `ground.cells` of the cells that reach no practice today and no candidate."""
        return self.ways.helpless

    def _figures(self, spots: Sequence[int]) -> tuple[Figure, Figure]:
        means = self.problem.means(tuple(spots))
        worst = int(np.argmax(means))
        even = Figure("gini", gini(self.problem, means))
        return even, Figure("worst_area", float(means[worst]), self.ground.question.by, self.names[worst])


@dataclass(frozen=True)
class WorstOff(Compared):
    """Lexicographic minimax (Ogryczak and Sliwinski 2003): the longest mean way of any area, then the next longest."""

    def solve(self, budget: Budget, alternatives: int) -> Answer:
        """The placement whose worst-off areas have the shortest mean ways; the proof is of the worst-off."""
        levels = min(LEVELS, len(self.names))
        first, *more = solve_lexicographic(self.problem, self.ground.add, budget, levels, alternatives)
        last = more[-1].best if more else first.best
        if last is None or first.best is None or last.sites == first.best.sites:
            return first
        others = tuple(one for one in first.alternatives if one.sites != last.sites)
        best = replace(last, value=self.value(last.sites))
        return replace(first, best=best, alternatives=others, proof=replace(first.proof, value=best.value))

    def value(self, spots: Sequence[int]) -> float:
        """Mean minutes of the worst-off area with a practice at each of some spots."""
        return float(self.problem.means(tuple(spots)).max())

    def with_each(self, spots: Sequence[int], _enough: float = math.inf) -> Floats:
        """(spots,) the same with those spots and one more."""
        return np.asarray(self.problem.means_with_each(tuple(spots)).max(axis=1), dtype=float)

    def figures(self, spots: Sequence[int]) -> tuple[Figure, ...]:
        """The worst-off area, and the Gini of all."""
        return tuple(reversed(self._figures(spots)))


@dataclass(frozen=True)
class Even(Compared):
    """p-median under a limit to the Gini of the areas' mean ways (Gini 1912).

    Parameters
    ----------
    limit : that Gini is at most this
    """

    limit: float = 1.0

    def solve(self, budget: Budget, alternatives: int) -> Answer:
        """The placement with the shortest mean way of those that keep the limit; no others are looked for."""
        del alternatives
        whole = self._whole
        told = replace(budget, go_on=lambda value, bound: budget.go_on(value / whole, bound / whole))
        return solve_even(self.problem, self.ground.add, self.limit, told).times(1 / whole)

    def value(self, spots: Sequence[int]) -> float:
        """Mean minutes with a practice at each of some spots, however uneven."""
        return self.problem.travel.value(tuple(spots)) / self._whole

    def with_each(self, spots: Sequence[int], _enough: float = math.inf) -> Floats:
        """(spots,) mean minutes with those spots and one more; infinite where the limit is not kept."""
        means = self.problem.means_with_each(tuple(spots))
        kept = ginis(self.problem, means) <= self.limit + ROUNDING
        return np.where(kept, self.problem.travel.value_with_each(tuple(spots)) / self._whole, np.inf)

    def figures(self, spots: Sequence[int]) -> tuple[Figure, ...]:
        """The Gini of all areas, and the worst-off of them."""
        return self._figures(spots)

    @property
    def _whole(self) -> float:
        return float(self.problem.travel.weight.sum())


def pose_worst_off(ground: Ground) -> WorstOff:
    """Ask for the shortest mean way of the worst-off area."""
    return WorstOff(*_compared(ground))


def pose_even(ground: Ground) -> Even:
    """Ask for the shortest mean way under a Gini limit: the question's, or today's."""
    _, ways, problem, names = _compared(ground)
    asked = ground.question.gini
    today = gini(problem, problem.means(ground.staying))
    return Even(ground, ways, problem, names, today if asked is None else asked)


def _compared(ground: Ground) -> tuple[Ground, Ways, EquityProblem, tuple[str, ...]]:
    ways = make_ways(ground)
    area, codes = pd.factorize(_areas(ground), sort=True)
    problem = make_equity_problem(ways.problem, np.asarray(area, dtype=np.int64))
    return ground, ways, problem, tuple(str(codes[i]) for i in problem.areas)


def _areas(ground: Ground) -> "pd.Series[str]":
    """Area of each counted cell, of the kind that is compared."""
    facts = ground.base.case.facts
    rows = facts.cells.iloc[ground.cells]
    if ground.question.by == "city_district":
        return rows["city_district"]
    if ground.question.by == "municipality":
        return rows["kommunekode"]
    council = {one.code: one.health_council for one in facts.region.municipalities}
    return rows["kommunekode"].map(council)
