"""Cells of a set cover as rows: which candidates cover them, and which cells a choice leaves out."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from app.access.matrix import Floats, Ints
from app.siting.median.problem import Starts
from app.siting.set_cover.problem import SetCoverProblem
from geodata.network.kernel import kernel

ROWS_A_ROUND = 300
SHORT = 1e-6
"""A cell whose x adds up to less than one by this much is not covered."""


def rows_of(problem: SetCoverProblem, cells: NDArray[np.integer]) -> csr_array:
    """(cells, candidates) 1 where a candidate covers a cell."""
    length = problem.stop[cells] - problem.start[cells]
    start = np.concatenate([[0], np.cumsum(length)])
    entry = np.repeat(problem.start[cells] - start[:-1], length) + np.arange(start[-1])
    return csr_array((np.ones(len(entry)), problem.candidate[entry], start), shape=(len(cells), problem.candidates))


def short_cells(problem: SetCoverProblem, covered: Floats) -> NDArray[np.int64]:
    """Open cells that are not covered, spread out: those taken share no candidate.

    Parameters
    ----------
    covered : (cells,) what `problem.covered` says of each
    """
    length = problem.stop - problem.start
    short = np.flatnonzero(problem.open & (covered < 1 - SHORT))
    order = short[np.lexsort([length[short], covered[short]])]
    return _apart(problem.start, problem.stop, problem.candidate, order, problem.candidates, ROWS_A_ROUND)


@kernel
def _apart(
    start: Starts, stop: Starts, candidate: Ints, order: NDArray[np.int64], candidates: int, most: int
) -> NDArray[np.int64]:
    """Cells in an order, each unless it shares a candidate with one before; at most so many."""
    taken, used = np.empty(most, dtype=np.int64), np.zeros(candidates, dtype=np.bool_)
    count = 0
    for cell in order:
        own = candidate[start[cell] : stop[cell]]
        if not used[own].any():
            taken[count] = cell
            count += 1
            used[own] = True
        if count == most:
            break
    return taken[:count]
