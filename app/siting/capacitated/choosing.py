"""Which candidates can be chosen together, and rows that say so: one of each group, and not too many at a place."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from app.siting.branching.model import Cuts, Sites, join, no_cuts
from app.siting.capacitated.problem import CapacitatedProblem


def completed(
    problem: CapacitatedProblem, order: Iterable[int], add: int, chosen: Sites = (), more: int | None = None
) -> Sites:
    """Some candidates and more, the first in an order that can be chosen beside them; fewer where no more can be.

    Parameters
    ----------
    add : how many there are to be in the end
    more : how many to choose now; all that lack unless told
    """
    found = list(chosen)
    wanted = add if more is None else min(add, len(found) + more)
    for candidate in order:
        if len(found) == wanted:
            break
        if _fits(problem, found, candidate, add):
            found.append(candidate)
    return tuple(sorted(found))


def _fits(problem: CapacitatedProblem, chosen: list[int], candidate: int, add: int) -> bool:
    if candidate in chosen:
        return False
    if len(problem.group):
        group = int(problem.group[candidate])
        same = int((problem.group[chosen] == group).sum()) if chosen else 0
        if same >= (1 if group >= 0 else add - problem.groups):
            return False
    here = int((problem.place[chosen] == problem.place[candidate]).sum()) if len(problem.place) and chosen else 0
    return here < problem.per_place


def choice_rows(problem: CapacitatedProblem) -> Cuts:
    """Rows of the relaxation that choices which are allowed meet; none where all are."""
    columns = problem.candidates + 1
    rows = [_row(np.flatnonzero(problem.group == group), columns) for group in range(problem.groups)]
    parts = [_cut(sign * row, sign * 1.0) for row in rows for sign in (1.0, -1.0)]
    if len(problem.place) and problem.groups:
        shared, counts = np.unique(problem.place, return_counts=True)
        places = [np.flatnonzero(problem.place == place) for place in shared[counts > problem.per_place]]
        parts += [_cut(-1.0 * _row(spots, columns), -float(problem.per_place)) for spots in places]
    return join(parts) if parts else no_cuts(columns)


def _row(spots: NDArray[np.intp], columns: int) -> csr_array:
    zeros = np.zeros(len(spots), dtype=np.int32)
    return csr_array((np.ones(len(spots)), (zeros, spots)), shape=(1, columns))


def _cut(row: csr_array, floor: float) -> Cuts:
    return Cuts(csr_array(row), np.array([floor]))
