"""A smaller likeness of a problem: cells that see the same candidates first are gathered at one of them.

It gives good sites and prices in a fraction of the time. Nothing is claimed from it: sites are valued, and prices are
bounds, on the problem itself.
"""

from dataclasses import dataclass

import numpy as np

from app.access.matrix import Floats
from app.siting.blocks import Blocks, make_blocks
from app.siting.median.problem import MedianProblem


@dataclass(frozen=True)
class Likeness:
    """The smaller problem.

    Parameters
    ----------
    problem : one cell for each block of cells
    blocks : of the cells of the large problem
    """

    problem: MedianProblem
    blocks: Blocks

    def prices(self, price: Floats, large: MedianProblem) -> Floats:
        """(cells,) prices of the large problem from those of the small one; today's where no candidate is nearer."""
        block = self.blocks.block
        return np.where(block >= 0, np.minimum(price[block], large.today), large.today)

    def gather(self, price: Floats) -> Floats:
        """(blocks,) prices of the small problem from those of the large one: the mean of a block, at most its today."""
        count = self.blocks.sums(np.ones(len(price)))
        return np.minimum(self.blocks.sums(price) / count, self.problem.today)


def liken(problem: MedianProblem, size: int) -> Likeness:
    """Gather cells in blocks of at most `size`."""
    blocks = make_blocks(problem.start, problem.candidate, size)
    start, entry = blocks.entries(problem.start)
    small = MedianProblem(
        blocks.sums(problem.weight),
        problem.today[blocks.middle],
        start,
        problem.candidate[entry],
        problem.cost[entry],
        problem.candidates,
    )
    return Likeness(small, blocks)
