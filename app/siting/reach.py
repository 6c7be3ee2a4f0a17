"""How far a scenario must look: what is known of cells beyond the cut-off, and where a new row no longer matters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Flags, Floats, Singles
from app.access.roads import Roads
from app.access.travel import Travel, farthest_metres, farthest_minutes
from app.access.trips import Nearest
from app.siting.columns import Columns
from geodata import units
from geodata.rules import RuleSet

FARTHEST = 1e6
"""Metres or minutes: farther than any trip there is."""
FEW_OPEN, KNOWN = 3, 6
"""A cell with fewer open rows in reach than the first is told of as many rows as the second, however far."""
BLOCKS = 16
"""In so many steps these are searched, for the sake of memory."""


@dataclass(frozen=True)
class Ranks:
    """The nearest rows of every cell, and the cells that each row is among the nearest of.

    Parameters
    ----------
    nearest : as measured
    depth : how many of them are looked at, 1 or 2
    last : (cells,) cost of the last of these
    start, cell : cells of row i are `cell[start[i]:start[i+1]]`
    """

    nearest: Nearest
    depth: int
    last: Floats
    start: NDArray[np.int64]
    cell: NDArray[np.intp]

    def of(self, rows: Sequence[int]) -> NDArray[np.intp]:
        """Cells that have any of some rows among their nearest, ascending."""
        parts = [self.cell[self.start[row] : self.start[row + 1]] for row in rows]
        return np.unique(np.concatenate(parts)) if parts else np.empty(0, dtype=np.intp)


def make_ranks(nearest: Nearest, depth: int, rows: int) -> Ranks:
    """Look up the nearest rows by row."""
    group = nearest.group[:, :depth].ravel()
    order = np.argsort(group, kind="stable")
    start = np.searchsorted(group[order], np.arange(rows + 1)).astype(np.int64)
    last = np.ascontiguousarray(nearest.value[:, depth - 1])
    return Ranks(nearest, depth, last, start, order // depth)


@dataclass(frozen=True)
class Enough:
    """As far as a new row can matter to each cell: within a cut-off, or among its nearest.

    Parameters
    ----------
    far : (cells,)
    ranks : the nearest that are looked at
    """

    far: Floats
    ranks: Sequence[Ranks]

    def boundless(self, changing: Sequence[int]) -> NDArray[np.intp] | None:
        """Cells that had one of some rows that may no longer count, and so ask as far as there is; None when none."""
        if not changing:
            return None
        return np.concatenate([ranks.of(changing) for ranks in self.ranks])


def rank(travel: Travel) -> Mapping[str, Ranks]:
    """The nearest rows, by the column of `CELL_FINDINGS` that tells how near the last is."""
    rows = travel.supply.size
    by_mode = {f"nearest_open_min_{mode}": (nearest, 1) for mode, nearest in travel.nearest_open_minutes.items()}
    asked = {"second_open_m": (travel.nearest_open, 2), "nearest_m": (travel.nearest_any, 1)} | by_mode
    return {name: make_ranks(nearest, depth, rows) for name, (nearest, depth) in asked.items()}


def make_enough(rules: RuleSet, travel: Travel, ranks: Mapping[str, Ranks]) -> Mapping[str, Enough]:
    """By mode in minutes, and in metres by road under the name of the unit."""
    metres = (farthest_metres(rules, travel.limit_m), ("second_open_m", "nearest_m"))
    asked = {units.METRES: metres} | {
        mode: (farthest_minutes(rules, mode), (f"nearest_open_min_{mode}",)) for mode in travel.nearest_open_minutes
    }
    return {
        name: Enough(
            np.max([ranks[column].last for column in columns], axis=0, initial=cutoff),
            [ranks[column] for column in columns],
        )
        for name, (cutoff, columns) in asked.items()
    }


def known_rows(roads: Roads, travel: Travel, road: Columns) -> Columns:
    """Metres by road, of cells with few open rows in reach to the nearest `KNOWN` open ones and of all, however far.

    What a cell is not told of is at least as far as the last it is told of.
    """
    supply, is_open = travel.supply, travel.supply.open_count > 0
    count = np.add.reduceat(np.append(is_open[road.row], False), road.start[:-1]) * (np.diff(road.start) > 0)
    found = []
    for cells in np.array_split(np.flatnonzero(count < FEW_OPEN), BLOCKS):
        far = supply.by_rows(*roads.of(cells).within(units.METRES, FARTHEST))
        cost = np.full((far.rows, len(cells)), np.inf, dtype=np.float32)
        cost[np.repeat(np.arange(far.rows), np.diff(far.start)), far.cell] = far.value
        told = _least(cost, is_open) | _least(cost, supply.all_count > 0)
        cell, row = np.nonzero(told.T)
        found.append((cells[cell], row, cost.T[cell, row]))
    return road.instead(*(np.concatenate(part) for part in zip(*found, strict=True)))


def _least(cost: Singles, counted: Flags) -> Flags:
    """(rows, cells) whether a row is among the nearest `KNOWN` of those counted."""
    rows, told = np.flatnonzero(counted), np.zeros(cost.shape, dtype=bool)
    most = min(KNOWN, len(rows))
    if most:
        nearest = np.argpartition(cost[rows], most - 1, axis=0)[:most]
        told[rows[nearest], np.arange(cost.shape[1])] = True
    return told & np.isfinite(cost)
