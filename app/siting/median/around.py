"""Which candidates lie around a candidate: those that are nearest to the cell that it is nearest to."""

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Ints
from app.siting.branching.surroundings import Around
from app.siting.median.problem import MedianProblem, Starts
from geodata.network.kernel import kernel

NOWHERE = -1


def around(problem: MedianProblem) -> Around:
    """Tells the candidates around each, the nearest first; it alone where no cell would be nearer to it than today."""
    home = _homes(problem.start, problem.candidate, problem.cost, problem.candidates)

    def those(site: int) -> NDArray[np.integer]:
        cell = home[site]
        return problem.candidate[problem.start[cell] : problem.start[cell + 1]] if cell >= 0 else np.array([site])

    return those


@kernel
def _homes(start: Starts, candidate: Ints, cost: NDArray[np.floating], candidates: int) -> NDArray[np.int64]:
    """(candidates,) the cell with the least cost to each, the first of equal ones."""
    home, least = np.full(candidates, NOWHERE, dtype=np.int64), np.full(candidates, np.inf)
    for cell in range(len(start) - 1):
        for at in range(start[cell], start[cell + 1]):
            if cost[at] < least[candidate[at]]:
                home[candidate[at]], least[candidate[at]] = cell, cost[at]
    return home
