"""What closings would take from each area after a scenario: `access.fragility.losses`, where it changes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.access.headline import ROAD
from app.access.matrix import Floats, Ints
from app.access.zoning import NO_AREA
from app.siting.baseline import Baseline, Rows
from app.siting.nearest import Cells
from app.siting.recount import After
from app.siting.turns import GONE, Row, Turn


@dataclass(frozen=True)
class Reach:
    """Rows within the limit of some cells: positions among the cells and rows, in any order."""

    position: Cells
    row: Ints


def losses_after(after: After, now_open: NDArray[np.int64]) -> list[Floats]:
    """For each zoning (practices after, areas): as `access.fragility.losses`."""
    base = after.base
    cells = np.flatnonzero(_touched(after))
    was_open = base.headline.open[cells]
    most = max((len(rows) for supply in (base.supply, after.supply) for rows in supply.closing), default=1)
    near = [
        (base.headline.minimum <= count) & (count < base.headline.minimum + most)
        for count in (was_open, now_open[cells])
    ]
    cells = cells[near[0] | near[1]]
    before = _reach(base, cells)
    old = _taken(base.rows, base.supply.practices["ydernummer"].tolist(), before, base.headline.open[cells], base)
    numbers = after.supply.practices["ydernummer"].tolist()
    new = _taken(after.rows, numbers, _reach_after(after, cells, before), now_open[cells], base)
    place = {number: i for i, number in enumerate(numbers)}
    known = base.supply.practices["ydernummer"].tolist()
    kept = np.array([place.get(number, GONE) for number in known], dtype=np.int64)
    found = []
    for zoning, lost in zip(base.zonings, base.losses, strict=True):
        area, shape = zoning.cell[cells], lost.shape
        left = lost - _sum(old, area, base.headline.residents[cells], shape)
        now = _sum(new, area, base.headline.residents[cells], (len(numbers), shape[1]))
        now[kept[kept != GONE]] += left[kept != GONE]
        found.append(now)
    return found


def _touched(after: After) -> NDArray[np.bool_]:
    """(cells,) whether any changed row lies within a cell's limit."""
    limits = after.base.case.travel.limit_m.astype(np.float32)
    touched = np.zeros(len(limits), dtype=bool)
    for turn in after.turns:
        cell, value = _way(after, turn)
        touched[cell[value <= limits[cell]]] = True
    return touched


def _way(after: After, turn: Turn) -> Row:
    by_road = after.base.headline.measure == ROAD
    return after.ways.by_road(turn) if by_road else after.ways.in_straight_line(turn)


def _reach(base: Baseline, cells: Cells) -> Reach:
    position, row, value = base.headline_matrix.take(cells)
    near = value <= base.case.travel.limit_m.astype(np.float32)[cells[position]]
    return Reach(position[near], row[near])


def _reach_after(after: After, cells: Cells, before: Reach) -> Reach:
    """Rows by their numbers after: those that stay, and those that are new."""
    number = after.rows.number
    now = np.array([number.get(key, GONE) for key in after.base.rows.keys], dtype=np.int32)[before.row]
    positions, rows = [before.position[now != GONE]], [now[now != GONE]]
    limits = after.base.case.travel.limit_m.astype(np.float32)
    index = np.full(len(limits), -1, dtype=np.int64)
    index[cells] = np.arange(len(cells))
    for turn in after.turns:
        if turn.before == GONE:
            cell, value = _way(after, turn)
            near = index[cell[value <= limits[cell]]]
            positions.append(near[near >= 0])
            rows.append(np.full(len(positions[-1]), turn.after, dtype=np.int32))
    return Reach(np.concatenate(positions), np.concatenate(rows))


def _taken(
    rows: Rows, numbers: Sequence[str], reach: Reach, open_count: NDArray[np.int64], base: Baseline
) -> tuple[NDArray[np.int64], Cells]:
    """Practices and positions of cells that a closing takes below the minimum."""
    place = {number: i for i, number in enumerate(numbers)}
    start = np.concatenate([[0], np.cumsum([len(closers) for closers in rows.closers])]).astype(np.int64)
    closer = np.array([place[number] for closers in rows.closers for number in closers], dtype=np.int64)
    counts = start[reach.row + 1] - start[reach.row]
    begin = np.cumsum(counts) - counts
    index = np.arange(counts.sum()) + np.repeat(start[reach.row] - begin, counts)
    pair, lost = np.unique(np.repeat(reach.position, counts) * len(numbers) + closer[index], return_counts=True)
    position, practice = np.divmod(pair, max(len(numbers), 1))
    least, now = base.headline.minimum, open_count[position]
    below = (now >= least) & (now - lost < least)
    return practice[below], position[below]


def _sum(taken: tuple[NDArray[np.int64], Cells], area: Ints, people: Floats, shape: tuple[int, ...]) -> Floats:
    practice, position = taken
    inside = area[position] != NO_AREA
    pair = practice[inside] * shape[1] + area[position][inside]
    summed = np.bincount(pair, weights=people[position][inside], minlength=shape[0] * shape[1])
    return np.asarray(summed, dtype=float).reshape(shape)
