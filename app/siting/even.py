"""Least travel with a limit to how uneven areas may be: p-median under a Gini constraint.

Gini of the areas' mean ways m with residents w (Gini 1912): sum of w_a w_b |m_a - m_b| over all pairs, divided by twice
the square of all residents and their mean way. It is no convex function of the choice, so the tree goes on until a
choice keeps the limit; parts in which none can are told by the least and most that each area can travel in them.
"""

import math
from dataclasses import dataclass

import numpy as np

from app.access.matrix import Floats
from app.errors import QuestionError
from app.siting.answer import Answer, Budget
from app.siting.branching.model import Cuts, Node, Relaxed, Sites
from app.siting.branching.pool import Pool
from app.siting.branching.tree import Search, search_tree
from app.siting.equity import EquityProblem
from app.siting.median.around import around
from app.siting.median.closing_in import price_start
from app.siting.median.problem import check_number
from app.siting.median.solve import FEW_GROUPS, MedianOracle, median_groups, median_model, primed
from app.siting.watch import Watch

ROUNDING = 1e-9


@dataclass(frozen=True)
class EvenOracle:
    """p-median, where a choice that is too uneven is not allowed.

    Parameters
    ----------
    median : the same without the limit
    problem : areas
    limit : largest Gini
    """

    median: MedianOracle
    problem: EquityProblem
    limit: float

    def cuts(self, at: Relaxed) -> Cuts:
        """As without the limit."""
        return self.median.cuts(at)

    def value(self, sites: Sites) -> float:
        """Residents times cost; infinite where the limit is not kept."""
        kept = gini(self.problem, self.problem.means(sites)) <= self.limit + ROUNDING
        return self.median.value(sites) if kept else math.inf

    def guess(self, x: Floats) -> list[Sites]:
        """As without the limit."""
        return self.median.guess(x)

    def hopeless(self, node: Node) -> bool:
        """Whether every choice of a part is too uneven, by the least and most of each area's mean."""
        least = self.problem.means(tuple(np.flatnonzero(node.high).tolist()))
        most = self.problem.means(tuple(np.flatnonzero(node.low).tolist()))
        residents = 1.0 / self.problem.groups.scale
        apart = np.maximum(least[:, None] - most[None, :], 0.0)
        total = 2 * residents @ apart @ residents
        return bool(total > (self.limit + ROUNDING) * 2 * residents.sum() * (residents @ most))


def gini(problem: EquityProblem, means: Floats) -> float:
    """Gini of the areas' means, weighted by residents; 0 where nobody travels."""
    return float(ginis(problem, means[None, :])[0])


def ginis(problem: EquityProblem, means: Floats) -> Floats:
    """(n,) the same of many means (n, groups): sorted, every pair's difference is a sum of steps between neighbours."""
    residents = np.broadcast_to(1.0 / problem.groups.scale, means.shape)
    order = np.argsort(means, axis=1)
    rising, people = np.take_along_axis(means, order, axis=1), np.take_along_axis(residents, order, axis=1)
    below, whole = np.cumsum(people, axis=1)[:, :-1], people.sum(axis=1)
    apart = (np.diff(rising, axis=1) * below * (whole[:, None] - below)).sum(axis=1)
    scale = whole * (people * rising).sum(axis=1)
    return np.asarray(np.divide(apart, scale, out=np.zeros(len(means)), where=scale > 0), dtype=float)


def solve_even(problem: EquityProblem, add: int, limit: float, budget: Budget) -> Answer:
    """Choose `add` candidates so that residents times cost is least and Gini over areas is at most a limit.

    Without any such choice the answer is infeasible; where time ran out before one was found, there is no placement,
    its value is infinite, and the bound still holds.

    Raises
    ------
    QuestionError : fewer candidates than sites asked for, or a limit outside 0 to 1
    """
    check_number(add, problem.travel.candidates)
    if not 0 <= limit <= 1:
        raise QuestionError(f"limit is {limit}; expected a Gini coefficient from 0 to 1")
    watch, groups = Watch(budget), median_groups(problem.travel, FEW_GROUPS)
    start, prices = price_start(problem.travel, add, watch)
    oracle = EvenOracle(MedianOracle(problem.travel, groups, add), problem, limit)
    model = median_model(problem.travel, groups, add)
    search = Search(model, oracle, watch, Pool(), hopeless=oracle.hopeless, around=around(problem.travel))
    search.offer(start)
    bound = search_tree(search, *primed(search, problem.travel, groups, prices))
    if search.pool.placements:
        best = search.pool.placements[0]
        return Answer(best, watch.proof(best.value, min(bound, best.value)))
    return Answer(None, watch.proof(math.nan if search.ended else math.inf, bound))
