"""The nearest rows of every cell after some rows are taken out and others put in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Flags, Floats, Ints, Singles
from app.access.trips import NOBODY, Nearest
from app.siting.columns import Columns
from app.siting.reach import Ranks

Cells = NDArray[np.intp]
Search = Callable[[Cells], Nearest]
"""Finds the nearest two of some cells anew; rows by the names of `Change`."""


@dataclass(frozen=True)
class Change:
    """Rows that no longer count, and rows that now do.

    A row is called by its number in the study; row i of `added` is called by the number of rows plus i.

    Parameters
    ----------
    kept : (rows of the study,) whether a row counted before and still does
    gone : rows that counted and no longer do
    added : cells and costs of the rows that now count
    """

    kept: Flags
    gone: list[int]
    added: Sequence[tuple[Ints, Singles]]


def nearest_after(ranks: Ranks, change: Change, columns: Columns | None, search: Search) -> tuple[Cells, Nearest]:
    """Cells whose nearest rows may be others, ascending, and these rows.

    A cell that lost one of its nearest takes the next from what is known: its second, or the rows near it by
    `columns`. Only where these do not go far enough is it searched anew, and then with the added rows.

    Parameters
    ----------
    columns : for each cell all rows up to some cost of its own, where there are such
    """
    base, depth, is_touched = ranks.nearest, ranks.depth, np.zeros(len(ranks.last), dtype=bool)
    for cell, cost in change.added:
        is_touched[cell[cost < ranks.last[cell]]] = True
    lost_one = ranks.of(change.gone)
    is_touched[lost_one] = True
    touched = np.flatnonzero(is_touched)
    holes = np.searchsorted(touched, lost_one)
    value, group = base.value[touched], base.group[touched]
    lost = np.append(np.zeros(len(change.kept), dtype=bool), False)
    lost[change.gone] = True
    if depth == 1 and len(holes):
        holes = _move_up(value, group, holes, lost)
    if columns is not None and len(holes):
        holes = _fill(value, group, holes, touched, depth, columns, change.kept)
    searched = search(touched[holes]) if len(holes) else None
    for number, (cell, cost) in enumerate(change.added, start=len(change.kept)):
        asked = is_touched[cell]
        _put(value, group, np.searchsorted(touched, cell[asked]), cost[asked], number)
    if searched is not None:
        value[holes], group[holes] = searched.value, searched.group
    return touched, Nearest(value, group)


_NONE: Cells = np.empty(0, dtype=np.intp)


def _move_up(value: Floats, group: Ints, holes: Cells, lost: Flags) -> Cells:
    """The second becomes the nearest; cells that lost it too, or have none, are left."""
    stays = ~lost[group[holes, 1]] & (group[holes, 1] != NOBODY)
    up = holes[stays]
    value[up, 0], group[up, 0] = value[up, 1], group[up, 1]
    value[up, 1], group[up, 1] = np.inf, NOBODY
    return np.asarray(holes[~stays], dtype=np.intp)


def _fill(value: Floats, group: Ints, holes: Cells, cells: Cells, depth: int, columns: Columns, kept: Flags) -> Cells:
    """Take the nearest two that are known; cells with fewer than `depth` are left."""
    position, row, cost = columns.take(cells[holes])
    counts = kept[row]
    position, row, cost = position[counts], row[counts], cost[counts]
    value[holes], group[holes] = np.inf, NOBODY
    found = np.zeros(len(holes), dtype=np.int64)
    for rank in (0, 1):
        first = _first_of_least(position, cost)
        at = position[first]
        value[holes[at], rank], group[holes[at], rank] = cost[first], row[first]
        found[at] += 1
        rest = np.ones(len(position), dtype=bool)
        rest[first] = False
        position, row, cost = position[rest], row[rest], cost[rest]
    return np.asarray(holes[found < depth], dtype=np.intp)


def _first_of_least(position: Cells, cost: Singles) -> Cells:
    """For each position that occurs, the first entry of least cost; positions ascend."""
    if not len(position):
        return _NONE
    begin = np.flatnonzero(np.concatenate([[True], position[1:] != position[:-1]]))
    least = np.minimum.reduceat(cost, begin)
    equal = np.flatnonzero(cost == np.repeat(least, np.diff(np.append(begin, len(cost)))))
    at = position[equal]
    return np.asarray(equal[np.concatenate([[True], at[1:] != at[:-1]])], dtype=np.intp)


def _put(value: Floats, group: Ints, cell: Cells, cost: Singles, number: int) -> None:
    """Put a row among the nearest two of the cells it reaches."""
    nearest = cost < value[cell, 0]
    second = ~nearest & (cost < value[cell, 1])
    at = cell[nearest]
    value[at, 1], group[at, 1] = value[at, 0], group[at, 0]
    value[at, 0], group[at, 0] = cost[nearest], number
    at = cell[second]
    value[at, 1], group[at, 1] = cost[second], number
