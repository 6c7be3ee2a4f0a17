"""Solve set cover with rows as they are needed, and a tree whose bounds are rounded up to whole sites."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from app.access.matrix import Floats
from app.siting.answer import Answer, Budget
from app.siting.branching.model import Amounts, Cuts, Model, Relaxed, Sites
from app.siting.branching.pool import Pool
from app.siting.branching.relaxation import Relaxation
from app.siting.branching.tree import Search, search_tree
from app.siting.set_cover.descent import descend
from app.siting.set_cover.integer import fewest
from app.siting.set_cover.problem import SetCoverProblem, complete, marked
from app.siting.set_cover.rows import rows_of, short_cells
from app.siting.set_cover.weighting import STEPS, fewer
from app.siting.watch import Watch

CALLS_BETWEEN = 20
"""Guesses after which local search is asked again."""
SHARE_OF_DESCENT = 0.5
"""Of the time, at most, for covers of few cells before the tree."""
FIRST_ASKED, SHARE = 20, 0.2
"""Guesses before the solver of integer programs is asked, then after twice as many; its share of the time left."""


@dataclass
class CoverOracle:
    """The true problem behind the tree; the cells met so far are its rows.

    Parameters
    ----------
    problem : all cells
    target : no cover smaller than this is looked for
    active : cells met so far, as rows
    fresh : those of them that are not in the relaxation yet
    worth : covers of more sites are not mended
    still, left : guesses end with it; seconds that remain
    tried, calls : how many rows there were when local search was last asked, and how often guesses were made
    ask : guesses after which the solver of integer programs is asked next
    """

    problem: SetCoverProblem
    target: int
    active: list[int] = field(default_factory=list)
    fresh: list[int] = field(default_factory=list)
    worth: int = 2**31
    still: Callable[[], bool] = lambda: True
    left: Callable[[], float] = lambda: math.inf
    tried: int = 0
    calls: int = 0
    ask: int = FIRST_ASKED

    def cuts(self, at: Relaxed) -> Cuts:
        """Rows of cells that are not covered, the least covered first, no two of them with a candidate in use alike."""
        short = short_cells(self.problem, self.problem.covered(at.x))
        self.active.extend(short.tolist())
        cells = np.unique(np.concatenate([short, np.array(self.fresh, dtype=np.int64)]))
        self.fresh.clear()
        return Cuts(rows_of(self.problem, cells), np.ones(len(cells)))

    def value(self, sites: Sites) -> float:
        """Number of sites of a cover; infinite for any other choice."""
        return float(len(sites)) if self.problem.is_cover(sites) else math.inf

    def guess(self, x: Floats) -> list[Sites]:
        """The relaxed solution rounded and made smaller on the active rows, mended to cover all cells."""
        if not self.active or not self.still():
            return []
        rows = self.problem.only(np.array(self.active, dtype=np.int64))
        sites = complete(rows, tuple(np.flatnonzero(x > 0.5).tolist()))
        self.calls += 1
        sites = self._smaller(sites)
        if len(sites) > self.worth:
            return []
        mended = self.mend(sites)
        self.worth = min(self.worth, len(mended))
        return [mended]

    def _smaller(self, sites: Sites) -> Sites:
        """A smaller cover of the active rows, now and then: by local search, or by a solver of integer programs."""
        asked, tried = self.calls >= self.ask, len(self.active) > self.tried * 1.1 or self.calls % CALLS_BETWEEN == 0
        if not (asked or tried):
            return sites
        matrix = rows_of(self.problem, np.array(self.active, dtype=np.int64))
        if tried:
            self.tried = len(self.active)
            sites = fewer(matrix, sites, self.target, STEPS, seed=self.calls)
        if asked and len(sites) > self.target:
            self.ask = 2 * self.calls
            found = fewest(matrix, self.target, SHARE * self.left())
            sites = found if found and len(found) < len(sites) else sites
        return sites

    def mend(self, sites: Sites) -> Sites:
        """A cover of all cells from one of the active rows; cells it left out become active, a few at a time."""
        while len(left := short_cells(self.problem, self.problem.covered(marked(sites, self.problem.candidates)))):
            self.active.extend(left.tolist())
            self.fresh.extend(left.tolist())
            if len(sites) >= self.worth:
                return sites
            sites = complete(self.problem.only(np.array(self.active, dtype=np.int64)), sites)
        return sites


def solve_set_cover(problem: SetCoverProblem, budget: Budget) -> Answer:
    """The fewest candidates that cover every cell; infeasible, with the cells named, where some cannot be covered."""
    watch = Watch(budget)
    if problem.unreachable:
        return Answer(None, watch.proof(math.nan, math.inf), (), problem.unreachable)
    pool = Pool()
    first = descend(problem, lambda: watch.still() and watch.seconds < SHARE_OF_DESCENT * budget.seconds)
    pool.offer(first, float(len(first)))
    bound = cover(
        problem, pool, CoverOracle(problem, 0, worth=len(first), still=watch.still, left=lambda: watch.left), watch
    )
    best = pool.placements[0]
    return Answer(best, watch.proof(best.value, min(bound, best.value)))


def cover(problem: SetCoverProblem, pool: Pool, oracle: CoverOracle, watch: Watch) -> float:
    """Search for covers that the pool takes; returns a bound on their size."""
    if not oracle.active:
        oracle.active.extend(short_cells(problem, np.zeros(problem.cells)).tolist())
    active = np.array(oracle.active, dtype=np.int64)
    first = oracle.mend(complete(problem.only(active), ()))
    pool.offer(first, oracle.value(first))
    oracle.fresh.clear()
    active = np.array(oracle.active, dtype=np.int64)
    static = Cuts(rows_of(problem, active), np.ones(len(active)))
    none = np.empty(0)
    model = Model(np.ones(problem.candidates), Amounts(none, none, none), 0, problem.candidates, static, 1.0)
    return search_tree(Search(model, oracle, watch, pool), Relaxation(model))
