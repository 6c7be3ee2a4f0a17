"""What closings would take from each area after a scenario: `access.fragility.losses`, where it changes."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from app.access.area_amounts import HEADLINE_OPEN
from app.access.fragility import Fragile, most_exposed
from app.access.matrix import Floats, Ints, Singles
from app.siting.baseline import Baseline
from app.siting.offers import Order
from app.siting.patch import Cells
from app.siting.recount import After, Patches
from app.siting.turns import State, Turn
from geodata.network.kernel import kernel

Places = NDArray[np.int64]
Pairs = tuple[Places, Places]
"""Cells, by their positions among those looked at, and the practices whose closing takes a choice from them."""


def exposed_after(after: After, patches: Patches, order: Order) -> Fragile:
    """The closing that takes most from each area; practices by their places in an order."""
    base = after.base
    lost = np.zeros((len(order.numbers), base.losses.shape[1]))
    lost[order.known] = base.losses
    cells = _in_question(after)
    if len(cells):
        was = base.headline.open[cells]
        now = patches[HEADLINE_OPEN].at(cells, base.headline.open) if HEADLINE_OPEN in patches else was
        stay = _staying(after, cells, order)
        for sign, count, state in ((-1, was, _was), (1, now, _now)):
            practice, cell = _taken_below(base, [stay, *_turning(after, cells, order, state)], count, len(lost))
            changed, row = np.unique(practice, return_inverse=True)
            lost[changed] += sign * _by_area(base, row, cells[cell], len(changed))
    return most_exposed(lost)


def _was(turn: Turn) -> State:
    return turn.was


def _now(turn: Turn) -> State:
    return turn.now


def _in_question(after: After) -> Cells:
    """Cells near a row that changed whose count is, or may be, such that one closing takes them below the minimum."""
    base = after.base
    most = base.locations if base.by_address else 1
    swing = sum(abs(turn.now.open - turn.was.open) for turn in after.turns)
    upto = base.headline.minimum + most + swing
    parts = [cell[base.headline.open[cell] < upto] for cell in map(after.ways.legally, after.turns)]
    return np.unique(np.concatenate(parts)) if parts else np.empty(0, dtype=np.intp)


def _staying(after: After, cells: Cells, order: Order) -> Pairs:
    """Closings that matter to cells today by a row that does not change."""
    base, near, closers = after.base, after.base.headline_matrix, after.base.closers
    stays = np.diff(closers.start) > 0
    stays[[turn.row for turn in after.turns if turn.row < len(stays)]] = False
    reached = (near.start, near.row, near.value, base.limit, stays, closers.start, closers.practice)
    position, practice = closings_near(cells, *reached)
    return position, order.known[practice]


def _turning(after: After, cells: Cells, order: Order, state: Callable[[Turn], State]) -> Sequence[Pairs]:
    """Closings that matter to cells by the rows that change, before or after."""
    found = []
    for turn in after.turns:
        if state(turn).closers:
            near = np.flatnonzero(np.isin(cells, after.ways.legally(turn), assume_unique=True))
            places = np.array([order.place[number] for number in state(turn).closers], dtype=np.int64)
            found.append((np.repeat(near, len(places)), np.tile(places, len(near))))
    return found


def _taken_below(base: Baseline, parts: Sequence[Pairs], count: NDArray[np.int64], practices: int) -> Pairs:
    """Practices and positions of cells that a closing takes below the minimum."""
    position, practice = (np.concatenate(part) for part in zip(*parts, strict=True))
    pair, lost = np.unique(position * practices + practice, return_counts=True)
    position, practice = np.divmod(pair, practices)
    least, now = base.headline.minimum, count[position]
    below = (now >= least) & (now - lost < least)
    return practice[below], position[below]


def _by_area(base: Baseline, row: Places, cell: Cells, rows: int) -> Floats:
    """(rows, areas) residents of cells, added up by row."""
    pieces = base.pieces.inside.shape[1]
    weights = base.headline.residents[cell]
    summed = np.bincount(row * pieces + base.pieces.piece[cell], weights=weights, minlength=rows * pieces)
    return np.asarray(summed.reshape(rows, pieces) @ base.pieces.inside.T, dtype=float)


@kernel
def closings_near(
    cells: Cells,
    start: Places,
    row: Ints,
    value: Singles,
    limit: Singles,
    stays: NDArray[np.bool_],
    first: Places,
    closer: Places,
) -> Pairs:
    """Every closer, `closer[first[r]:first[r+1]]`, of every row r that stays within the limit of a cell."""
    position, practice = [0 for _ in range(0)], [0 for _ in range(0)]
    for i in range(len(cells)):
        for k in range(start[cells[i]], start[cells[i] + 1]):
            if stays[row[k]] and value[k] <= limit[cells[i]]:
                for j in range(first[row[k]], first[row[k] + 1]):
                    position.append(i)
                    practice.append(closer[j])
    return np.array(position, dtype=np.int64), np.array(practice, dtype=np.int64)
