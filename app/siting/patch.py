"""Other values of a column at a few cells: what a scenario changes costs no more than the cells it changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Cells = NDArray[Any]
"""Indices of cells, ascending, each once."""


@dataclass(frozen=True)
class Patch:
    """Values of a column at some cells; everywhere else it stays.

    Parameters
    ----------
    cell : (n,) ascending
    value : (n,)
    """

    cell: Cells
    value: NDArray[Any]

    def over(self, column: NDArray[Any]) -> NDArray[Any]:
        """A copy of a column with these values."""
        changed = column.copy()
        changed[self.cell] = self.value
        return changed

    def at(self, cells: Cells, column: NDArray[Any]) -> NDArray[Any]:
        """The changed column at some cells, ascending."""
        found = column[cells]
        place = np.searchsorted(self.cell, cells)
        held = np.flatnonzero(np.append(self.cell, -1)[place] == cells)
        found[held] = self.value[place[held]]
        return found


def added(column: NDArray[Any], parts: Sequence[tuple[Cells, Any]]) -> Patch:
    """A column to which amounts are added at some cells; the order of parts says nothing, as all sums are exact.

    Parameters
    ----------
    parts : cells, each once, and one amount for all of them or one for each
    """
    if len(parts) == 1:
        ((cell, more),) = parts
        return Patch(cell, column[cell] + more)
    total = np.zeros_like(column)
    for cell, more in parts:
        total[cell] += more
    cell = np.flatnonzero(total)
    return Patch(cell, column[cell] + total[cell])
