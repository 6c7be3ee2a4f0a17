"""Costs of travel from cells to destinations, kept sparse by destination: nothing beyond the cut-off is stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Matrix:
    """Cost of travel from each cell to each destination within a cut-off.

    Row i holds `cell[start[i]:start[i+1]]`, ascending, and their `value`. What is absent lies beyond the cut-off or
    cannot be reached. Costs are float32 (a millimetre at 15 km): a cost that rounds to a limit is within it.

    Parameters
    ----------
    start : (rows+1,) int64
    cell : (n,) int32 column
    value : (n,) float32 cost, at most `cutoff`
    cells : number of columns
    unit : m or min
    cutoff : largest cost kept, inclusive
    """

    start: NDArray[np.int64]
    cell: Ints
    value: Singles
    cells: int
    unit: str
    cutoff: float

    @property
    def rows(self) -> int:
        """Number of destinations."""
        return len(self.start) - 1

    def part(self, i: int) -> slice:
        """Where the entries of a destination are."""
        return slice(int(self.start[i]), int(self.start[i + 1]))

    def row(self, i: int) -> tuple[Ints, Singles]:
        """Cells in reach of a destination, ascending, and their costs."""
        return self.cell[self.part(i)], self.value[self.part(i)]

    def column(self, cell: int) -> tuple[Ints, Singles]:
        """Destinations in reach of a cell, ascending, and their costs."""
        found = np.flatnonzero(self.cell == cell)
        row = np.searchsorted(self.start, found, side="right") - 1
        return row.astype(np.int32), self.value[found]

    def within(self, limit: float | Floats) -> Flags:
        """(n,) whether an entry's cost is at most a limit, one for all or one for each cell; inclusive."""
        limits = np.asarray(limit, dtype=np.float32)
        return np.asarray(self.value <= (limits if limits.ndim == 0 else limits[self.cell]), dtype=bool)

    def count(self, weight: Floats, limit: float | Floats) -> Floats:
        """(cells,) sum of the destinations' weights within a limit of each cell."""
        limits = np.broadcast_to(np.asarray(limit, dtype=np.float32), self.cells)
        total = np.zeros(self.cells)
        for i in np.flatnonzero(weight).tolist():
            cell, value = self.row(i)
            total[cell[value <= limits[cell]]] += weight[i]
        return total


def from_rows(rows: Iterable[tuple[Ints, Any]], cells: int, unit: str, cutoff: float) -> Matrix:
    """Gather rows of (cells ascending, costs); costs beyond the cut-off are dropped."""
    kept: list[tuple[Ints, Singles]] = []
    for cell, cost in rows:
        value = np.asarray(cost, dtype=np.float32)
        near = value <= np.float32(cutoff)
        kept.append((np.asarray(cell, dtype=np.int32)[near], value[near]))
    counts = [len(cell) for cell, _ in kept]
    return Matrix(
        start=np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int64),
        cell=np.concatenate([cell for cell, _ in kept] or [np.empty(0, np.int32)]),
        value=np.concatenate([value for _, value in kept] or [np.empty(0, np.float32)]),
        cells=cells,
        unit=unit,
        cutoff=float(cutoff),
    )


def gather(matrices: Sequence[Matrix], groups: Sequence[Sequence[int]]) -> Matrix:
    """One row for each group of rows: the least cost to any of them in any of the matrices.

    Parameters
    ----------
    matrices : with the same rows, cells, unit and cut-off
    groups : rows that make up each new row
    """
    first = matrices[0]
    rows = (_least([matrix.row(i) for matrix in matrices for i in group]) for group in groups)
    return from_rows(rows, first.cells, first.unit, first.cutoff)


def _least(parts: Sequence[tuple[Ints, Singles]]) -> tuple[Ints, Singles]:
    """Rows laid over each other: each cell once, ascending, with its least cost."""
    filled = [part for part in parts if len(part[0])]
    if len(filled) <= 1:
        return filled[0] if filled else (np.empty(0, np.int32), np.empty(0, np.float32))
    cell = np.concatenate([part[0] for part in filled])
    order = np.argsort(cell, kind="stable")
    cell = cell[order]
    first = np.flatnonzero(np.concatenate([[True], cell[1:] > cell[:-1]]))
    return cell[first], np.minimum.reduceat(np.concatenate([part[1] for part in filled])[order], first)


def straight(cell_xy: Floats, place_xy: Floats, cutoff: float) -> Matrix:
    """Straight lines in metres from cells (n, 2) to places (p, 2), EPSG:25832."""
    x, y = np.ascontiguousarray(cell_xy[:, 0]), np.ascontiguousarray(cell_xy[:, 1])
    return from_rows((_straight_row(x, y, place, cutoff) for place in place_xy), len(cell_xy), "m", cutoff)


def _straight_row(x: Floats, y: Floats, place: Floats, cutoff: float) -> tuple[Ints, Floats]:
    reach = cutoff + 1.0
    near = np.flatnonzero((np.abs(x - place[0]) <= reach) & (np.abs(y - place[1]) <= reach)).astype(np.int32)
    return near, np.hypot(x[near] - place[0], y[near] - place[1])
