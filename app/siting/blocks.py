"""Cells that see the same places first, gathered in blocks: a region in less detail."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Floats, Ints

Starts = NDArray[np.int64]
NONE = -1


@dataclass(frozen=True)
class Blocks:
    """Blocks of cells.

    Parameters
    ----------
    block : (cells,) block of each cell; -1 for cells that see no place
    middle : (blocks,) the cell that stands for a block
    """

    block: NDArray[np.int64]
    middle: NDArray[np.int64]

    def sums(self, amount: Floats) -> Floats:
        """(blocks,) sums of an amount of the cells."""
        inside = self.block >= 0
        return np.bincount(self.block[inside], weights=amount[inside], minlength=len(self.middle)).astype(float)

    def entries(self, start: Starts) -> tuple[Starts, NDArray[np.int64]]:
        """Where each block's entries begin, and which of the cells' entries they are: those of the middle cell."""
        length = start[self.middle + 1] - start[self.middle]
        begin = np.concatenate([[0], np.cumsum(length)])
        return begin, np.repeat(start[self.middle] - begin[:-1], length) + np.arange(begin[-1])


def make_blocks(start: Starts, place: Ints, size: int) -> Blocks:
    """Gather cells in blocks of at most `size`, of the same first place, ordered by the next two.

    Parameters
    ----------
    start, place : places that each cell sees, the nearest first
    """
    some = np.flatnonzero(np.diff(start) > 0)
    order = some[np.lexsort([_seen(start, place, some, rank) for rank in (2, 1, 0)])]
    first = _seen(start, place, order, 0)
    begin = np.concatenate([[0], np.flatnonzero(first[1:] != first[:-1]) + 1, [len(order)]])
    within = np.arange(len(order)) - np.repeat(begin[:-1], np.diff(begin))
    number = np.cumsum(within % size == 0) - 1
    block = np.full(len(start) - 1, NONE, dtype=np.int64)
    block[order] = number
    ends = np.searchsorted(number, np.arange(number[-1] + 2 if len(number) else 1))
    return Blocks(block, order[(ends[:-1] + ends[1:]) // 2].astype(np.int64))


def _seen(start: Starts, place: Ints, cells: NDArray[np.intp], rank: int) -> NDArray[np.int64]:
    """The place of a rank at some cells; the last one where there are fewer."""
    return place[np.minimum(start[cells] + rank, start[cells + 1] - 1)].astype(np.int64)
