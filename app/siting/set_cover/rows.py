"""Cells of a set cover as rows: which candidates cover them, and which cells a choice leaves out."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from app.access.matrix import Floats
from app.siting.set_cover.problem import SetCoverProblem

ROWS_A_ROUND = 300
SHORT = 1e-6
"""A cell whose x adds up to less than one by this much is not covered."""


def rows_of(problem: SetCoverProblem, cells: NDArray[np.integer]) -> csr_array:
    """(cells, candidates) 1 where a candidate covers a cell."""
    length = problem.stop[cells] - problem.start[cells]
    start = np.concatenate([[0], np.cumsum(length)])
    entry = np.repeat(problem.start[cells] - start[:-1], length) + np.arange(start[-1])
    return csr_array((np.ones(len(entry)), problem.candidate[entry], start), shape=(len(cells), problem.candidates))


def short_cells(problem: SetCoverProblem, x: Floats) -> NDArray[np.int64]:
    """Open cells that x does not cover, spread out: those taken share no candidate, as far as that goes."""
    covered = np.where(problem.open, problem.covered(x), np.inf)
    order = np.lexsort([problem.stop - problem.start, covered])
    order = order[: np.searchsorted(covered[order], 1 - SHORT)]
    taken, used = [], np.zeros(problem.candidates, dtype=bool)
    for cell in order.tolist():
        own = problem.candidate[problem.start[cell] : problem.stop[cell]]
        if not used[own].any():
            taken.append(cell)
            used[own] = True
            if len(taken) == ROWS_A_ROUND:
                break
    return np.array(taken, dtype=np.int64)
