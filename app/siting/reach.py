"""How far a scenario must look: what is known of cells beyond the cut-off, and where a new row no longer matters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

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
class Enough:
    """As far as a new row can matter to each cell: within a cut-off, or among its nearest.

    Parameters
    ----------
    far : (cells,)
    nearest : and how many of them are looked at
    """

    far: Floats
    nearest: Sequence[tuple[Nearest, int]]

    def after(self, gone: Sequence[int]) -> Floats:
        """(cells,) the same when some rows may no longer count: a cell that had one of them asks as far as there is."""
        if not gone:
            return self.far
        far = self.far.copy()
        for known, depth in self.nearest:
            for row in gone:
                far[(known.group[:, :depth] == row).any(axis=1)] = FARTHEST
        return far


def make_enough(rules: RuleSet, travel: Travel) -> Mapping[str, Enough]:
    """By mode in minutes, and in metres by road under the name of the unit."""
    metres = ((travel.nearest_open, 2), (travel.nearest_any, 1))
    asked = {units.METRES: (farthest_metres(rules, travel.limit_m), metres)} | {
        mode: (farthest_minutes(rules, mode), ((nearest, 1),)) for mode, nearest in travel.nearest_open_minutes.items()
    }
    return {
        name: Enough(np.max([known.value[:, depth - 1] for known, depth in nearest], axis=0, initial=cutoff), nearest)
        for name, (cutoff, nearest) in asked.items()
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
