"""Solve set cover with rows as they are needed, and a tree whose bounds are rounded up to whole sites."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from app.access.matrix import Floats
from app.siting.answer import Answer, Budget
from app.siting.branching.model import Amounts, Cuts, Model, Relaxed, Sites, no_cuts
from app.siting.branching.pool import Pool
from app.siting.branching.relaxation import Relaxation
from app.siting.branching.tree import Search, search_tree
from app.siting.set_cover.problem import SetCoverProblem, complete
from app.siting.set_cover.weighting import fewer
from app.siting.watch import Watch

ROWS_A_ROUND = 300
SHORT = 1e-6
"""A cell whose x adds up to less than one by this much is not covered."""
STEPS = 20_000


@dataclass
class CoverOracle:
    """The true problem behind the tree; the cells met so far are its rows.

    Parameters
    ----------
    problem : all cells
    target : no cover smaller than this is looked for
    active : cells whose rows are in the relaxation
    tried : how many rows there were when local search was last asked
    """

    problem: SetCoverProblem
    target: int
    active: list[int] = field(default_factory=list)
    tried: int = -1

    def cuts(self, at: Relaxed) -> Cuts:
        """Rows of cells that are not covered, the least covered first, no two of them with a candidate in use alike."""
        cells = short_cells(self.problem, at.x)
        self.active.extend(cells.tolist())
        return Cuts(rows_of(self.problem, cells), np.ones(len(cells)))

    def value(self, sites: Sites) -> float:
        """Number of sites of a cover; infinite for any other choice."""
        return float(len(sites)) if self.problem.is_cover(sites) else math.inf

    def guess(self, x: Floats) -> list[Sites]:
        """The relaxed solution rounded and mended; made smaller where the rows have become more."""
        rounded = complete(self.problem, tuple(np.flatnonzero(x > 0.5).tolist()))
        if len(self.active) <= self.tried * 1.1 or not self.active:
            return [rounded]
        self.tried = len(self.active)
        return [rounded, self.shrink(rounded)]

    def shrink(self, sites: Sites) -> Sites:
        """A smaller cover of the active rows, mended to one of all, its new rows made active, until both agree."""
        best = sites
        for _ in range(20):
            small = fewer(rows_of(self.problem, np.array(self.active)), best, self.target, STEPS)
            if self.problem.is_cover(small):
                return min(small, best, key=len)
            mended = complete(self.problem, small)
            best = min(best, mended, key=len)
            self.active.extend(self._left_out(small))
        return best

    def _left_out(self, sites: Sites) -> list[int]:
        x = np.zeros(self.problem.candidates)
        x[list(sites)] = 1.0
        return short_cells(self.problem, x).tolist()


def rows_of(problem: SetCoverProblem, cells: NDArray[np.integer]) -> csr_array:
    """(cells, candidates) 1 where a candidate covers a cell."""
    length = problem.start[cells + 1] - problem.start[cells]
    start = np.concatenate([[0], np.cumsum(length)])
    entry = np.repeat(problem.start[cells] - start[:-1], length) + np.arange(start[-1])
    return csr_array((np.ones(len(entry)), problem.candidate[entry], start), shape=(len(cells), problem.candidates))


def short_cells(problem: SetCoverProblem, x: Floats) -> NDArray[np.int64]:
    """Open cells that x does not cover, spread out: those taken share no candidate, as far as that goes."""
    covered = np.where(problem.open, problem.covered(x), np.inf)
    order = np.lexsort([np.diff(problem.start), covered])
    order = order[: np.searchsorted(covered[order], 1 - SHORT)]
    taken, used = [], np.zeros(problem.candidates, dtype=bool)
    for cell in order.tolist():
        own = problem.candidate[problem.start[cell] : problem.start[cell + 1]]
        if not used[own].any():
            taken.append(cell)
            used[own] = True
            if len(taken) == ROWS_A_ROUND:
                break
    return np.array(taken, dtype=np.int64)


def solve_set_cover(problem: SetCoverProblem, budget: Budget) -> Answer:
    """The fewest candidates that cover every cell; infeasible, with the cells named, where some cannot be covered."""
    watch = Watch(budget)
    if problem.unreachable:
        return Answer(None, watch.proof(math.nan, math.inf), (), problem.unreachable)
    pool = Pool()
    bound = cover(problem, pool, CoverOracle(problem, 0), watch)
    best = pool.placements[0]
    return Answer(best, watch.proof(best.value, min(bound, best.value)))


def cover(problem: SetCoverProblem, pool: Pool, oracle: CoverOracle, watch: Watch) -> float:
    """Search for covers smaller than those in the pool; returns a bound on their size."""
    first = complete(problem, ())
    pool.offer(first, float(len(first)))
    active = np.array(oracle.active, dtype=np.int64)
    static = Cuts(rows_of(problem, active), np.ones(len(active))) if len(active) else no_cuts(problem.candidates)
    none = np.empty(0)
    model = Model(np.ones(problem.candidates), Amounts(none, none, none), 0, problem.candidates, static, 1.0)
    search = Search(model, oracle, watch, pool)
    return search_tree(search, Relaxation(model))
