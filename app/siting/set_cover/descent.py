"""Covers of all cells from covers of few: those that a cover leaves out join the few, until it leaves out none.

As for p-center over many cells (Chen and Chen 2009; Contardo, Iori and Kramer 2019), here to begin a search well.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.siting.branching.model import Sites
from app.siting.set_cover.dominance import Core, core
from app.siting.set_cover.problem import SetCoverProblem, complete, marked
from app.siting.set_cover.rows import rows_of, short_cells
from app.siting.set_cover.weighting import STEPS, fewer

OTHERS = 60
"""Cells left out that join the few beside those that share no candidate, about."""
STEPS_A_SITE = 1_000
"""Of local search, for each site of the best cover known."""


def left_out(problem: SetCoverProblem, sites: Sites) -> NDArray[np.int64]:
    """Some of the cells that are not covered: such as share no candidate, and a few others."""
    covered = problem.covered(marked(sites, problem.candidates))
    left = np.flatnonzero(problem.open & (covered == 0))
    return np.union1d(short_cells(problem, covered), left[:: len(left) // OTHERS + 1])


def descend(problem: SetCoverProblem, still: Callable[[], bool]) -> Sites:
    """A small cover of all cells: with a site less each time, until local search finds none.

    Parameters
    ----------
    problem : every open cell has a candidate
    still : whether to go on
    """
    best = sites = complete(problem, ())
    few = left_out(problem, ())
    while len(few) and still():
        steps = min(STEPS_A_SITE * len(best), STEPS)
        sites = cover_few(core(rows_of(problem, few)), sites, len(best) - 1, steps)
        if len(sites) >= len(best):
            break
        left = left_out(problem, sites)
        few = np.union1d(few, left)
        if not len(left):
            best = sites
    return best


def cover_few(few: Core, seed: Sites, target: int, steps: int) -> Sites:
    """A cover of the few with `target` sites, or the fewest met, by local search from known sites.

    Parameters
    ----------
    seed : indices in the whole, as are those that are given back
    """
    rows = rows_of(few.problem, np.arange(few.problem.cells))
    return few.outer(fewer(rows, complete(few.problem, few.inner(seed)), target, steps))
