"""A matrix seen from the cells: for each cell the rows in its reach, for the few cells that are looked at."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Ints, Matrix, Singles


@dataclass(frozen=True)
class Columns:
    """A `Matrix` by cell.

    Parameters
    ----------
    start : (cells+1,) int64
    row, value : (n,) rows in reach of cell i, ascending, and their costs are `[start[i]:start[i+1]]`
    """

    start: NDArray[np.int64]
    row: Ints
    value: Singles

    def take(self, cells: NDArray[np.intp]) -> tuple[NDArray[np.intp], Ints, Singles]:
        """Entries of some cells: position among the cells, ascending, row and cost."""
        counts = self.start[cells + 1] - self.start[cells]
        position = np.repeat(np.arange(len(cells)), counts)
        begin = np.cumsum(counts) - counts
        index = np.arange(len(position)) + np.repeat(self.start[cells] - begin, counts)
        return position, self.row[index], self.value[index]

    def instead(self, cell: NDArray[np.intp], row: NDArray[np.intp], value: Singles) -> "Columns":
        """The same with other entries for the cells named, given by cell and then row, both ascending."""
        kept = np.diff(self.start)
        kept[np.unique(cell)] = 0
        own = np.repeat(np.arange(len(kept)), np.diff(self.start))
        stays = np.repeat(kept > 0, np.diff(self.start))
        cells = np.concatenate([own[stays], cell])
        order = np.argsort(cells, kind="stable")
        start = np.concatenate([[0], np.cumsum(np.bincount(cells, minlength=len(kept)))]).astype(np.int64)
        rows = np.concatenate([self.row[stays], row.astype(np.int32)])[order]
        return Columns(start, rows, np.concatenate([self.value[stays], value])[order])


def by_cell(matrix: Matrix) -> Columns:
    """Turn a matrix round."""
    order = np.argsort(matrix.cell, kind="stable")
    row = np.repeat(np.arange(matrix.rows, dtype=np.int32), np.diff(matrix.start))
    start = np.concatenate([[0], np.cumsum(np.bincount(matrix.cell, minlength=matrix.cells))]).astype(np.int64)
    return Columns(start, row[order], matrix.value[order])
