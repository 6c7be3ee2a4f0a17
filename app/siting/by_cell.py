"""Ways in the order of their cells, each cell's shortest first."""

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Floats, Ints
from geodata.network.kernel import kernel


@kernel
def nearest_first(cells: int, cell: Ints, site: Ints, cost: Floats) -> tuple[NDArray[np.int64], Ints, Floats]:
    """Entries by cell, ascending by cost, equal ones as they came.

    Parameters
    ----------
    cell, site, cost : (entries,) in any order

    Returns
    -------
    start : (cells + 1,) where each cell's entries begin
    site, cost : (entries,)
    """
    start = np.zeros(cells + 1, dtype=np.int64)
    for one in cell:
        start[one + 1] += 1
    start = np.cumsum(start)
    free, sites, costs = start[:-1].copy(), np.empty_like(site), np.empty_like(cost)
    for entry in range(len(cell)):
        at = free[cell[entry]]
        sites[at], costs[at] = site[entry], cost[entry]
        free[cell[entry]] += 1
    for i in range(cells):
        low, high = start[i], start[i + 1]
        order = low + np.argsort(costs[low:high], kind="mergesort")
        sites[low:high], costs[low:high] = sites[order], costs[order]
    return start, sites, costs
