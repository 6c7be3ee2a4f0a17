"""Small counts of people are hidden before anything is published, and so that no sum gives them away.

A count above nought and below the rule `smallest_published_count` is hidden (primary suppression). Where the other
published counts of a sum would still give a hidden one away, the smallest of its partners is hidden too (secondary
suppression), until no hidden count is determined by what remains (cell suppression; Hundepool et al. 2012,
Statistical Disclosure Control, ch. 4).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.tables import Column, Table

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

Place = tuple[int, int]
"""Row and column of a count."""

SUPPRESSED = Column(
    "suppressed",
    "text",
    "",
    "Hidden figures",
    "Skjulte tal",
    "Names of this row's columns whose counts are too small to be shown, separated by spaces; empty when none is.",
    optional=True,
)
WITHHELD = Column(
    "withheld",
    "text",
    "",
    "Withheld figures",
    "Tilbageholdte tal",
    "Names of this row's columns whose counts are hidden only because they would give a small one away.",
    optional=True,
)
MARKS = (SUPPRESSED, WITHHELD)


@dataclass(frozen=True, slots=True)
class Sum:
    """A total and the parts that add up to it, each as (row, column) of the counts."""

    total: Place
    parts: tuple[Place, ...]

    @property
    def members(self) -> tuple[Place, ...]:
        """Total and parts."""
        return (self.total, *self.parts)


def hidden(
    counts: Floats,
    smallest: float,
    sums: Sequence[Sum] = (),
    public: Flags | None = None,
    withheld: Flags | None = None,
) -> Flags:
    """Which counts must not be shown.

    Parameters
    ----------
    counts : (rows, columns) of people; NaN where there is none
    smallest : smallest count that may be shown
    sums : the sums that a reader knows to hold among the counts
    public : (rows, columns) counts that anybody can look up elsewhere: to hide them would hide nothing
    withheld : (rows, columns) counts that are hidden elsewhere, small or not

    Returns
    -------
    Flags (rows, columns); every hidden count is small, or was taken with one that a sum would have given away
    """
    with np.errstate(invalid="ignore"):
        small: Flags = (counts > 0) & (counts < smallest)
    shown = np.zeros_like(small) if public is None else public
    small &= ~shown
    mask = small.copy() if withheld is None else small | withheld
    while (leak := _next_to_hide(counts, small, shown, mask, sums, smallest)) is not None:
        mask[leak] = True
    return mask


def _next_to_hide(
    counts: Floats, small: Flags, shown: Flags, mask: Flags, sums: Sequence[Sum], smallest: float
) -> Place | None:
    """The smallest partner of a sum that gives a hidden count away; None when nothing more can be hidden."""
    touching = _touching(mask, sums)
    known = determined(mask, touching) | bounded(counts, small, mask, touching, smallest)
    leaking = [one for one in touching if any(member in known for member in one.members)]
    totals = {one.total for one in leaking}
    partners = [m for one in leaking for m in one.members if not (mask[m] or shown[m]) and counts[m] > 0]
    return min(partners, key=lambda place: (place in totals, counts[place]), default=None)


def _touching(mask: Flags, sums: Sequence[Sum]) -> list[Sum]:
    """Sums with a hidden count among their members."""
    places = {(row, column) for row, column in np.argwhere(mask).tolist()}
    return [one for one in sums if one.total in places or not places.isdisjoint(one.parts)]


def determined(mask: Flags, sums: Iterable[Sum]) -> set[Place]:
    """Hidden counts that the sums and the shown counts give away exactly (by the null space of the sums)."""
    places = [(int(row), int(column)) for row, column in np.argwhere(mask)]
    index = {place: i for i, place in enumerate(places)}
    rows = [row for one in sums if (row := _equation(one, index)) is not None]
    if not rows:
        return set()
    _, values, vectors = np.linalg.svd(np.array(rows), full_matrices=True)
    rank = int((values > 1e-9).sum())
    free = np.abs(vectors[rank:]).max(axis=0, initial=0.0)
    touched = np.abs(np.array(rows)).max(axis=0) > 0
    return {place for place, i in index.items() if touched[i] and free[i] < 1e-9}


def _equation(one: Sum, index: dict[Place, int]) -> Floats | None:
    if not any(member in index for member in one.members):
        return None
    row = np.zeros(len(index))
    for member in one.parts:
        if member in index:
            row[index[member]] += 1.0
    if one.total in index:
        row[index[one.total]] -= 1.0
    return row


def bounded(counts: Floats, small: Flags, mask: Flags, sums: Sequence[Sum], smallest: float) -> set[Place]:
    """Hidden counts that a reader can pin down who knows which are small: 4 + 4 is the only way to 8 in two of them.

    Bounds of each hidden count (1 to below the smallest; or at least the smallest where it was withheld) are narrowed
    by each sum in turn until they settle.
    """
    low = np.where(small, 1.0, smallest)
    high = np.where(small, smallest - 1, np.inf)
    low, high = np.where(mask, low, counts), np.where(mask, high, counts)
    touching = _touching(mask, sums)
    while sum(_narrow(one, low, high) for one in touching):
        pass
    return {(int(r), int(c)) for r, c in np.argwhere(mask & (low == high))}


def _narrow(one: Sum, low: Floats, high: Floats) -> bool:
    """Narrow the bounds of a sum's members by each other; whether anything changed."""
    changed = False
    for member in one.members:
        if low[member] == high[member]:
            continue
        others = [part for part in one.parts if part != member]
        least, most = sum(low[part] for part in others), sum(high[part] for part in others)
        if member == one.total:
            new = max(low[member], least), min(high[member], most)
        else:
            new = max(low[member], low[one.total] - most), min(high[member], high[one.total] - least)
        changed |= new != (low[member], high[member])
        low[member], high[member] = new
    return changed


def hidden_parts(total: Floats, parts: Floats, smallest: float) -> tuple[Flags, Flags]:
    """Which counts of many rows must not be shown, where each row is one sum of a few parts.

    Parameters
    ----------
    total : (rows,) totals
    parts : (rows, parts) that add up to them

    Returns
    -------
    flags of the totals (rows,) and of the parts (rows, parts); the parts of a hidden total are all hidden
    """
    hide_total: Flags = (total > 0) & (total < smallest)
    hide = _hide_parts(parts, smallest)
    hide[hide_total] = True
    return hide_total, hide


def _hide_parts(parts: Floats, smallest: float) -> Flags:
    """Small parts, and further ones, smallest first, where the total that is left would pin the hidden ones down."""
    small: Flags = (parts > 0) & (parts < smallest)
    hide = small.copy()
    for _ in range(parts.shape[1]):
        left = np.where(hide, parts, 0.0).sum(axis=1)
        number, withheld = hide.sum(axis=1), (hide & ~small).sum(axis=1)
        least = (number - withheld) + withheld * smallest
        most = np.where(withheld > 0, np.inf, number * (smallest - 1))
        pinned = (number > 0) & ((number == 1) | (left <= least) | (left >= most))
        partner = np.where(hide | (parts <= 0), np.inf, parts)
        rows = np.flatnonzero(pinned & np.isfinite(partner.min(axis=1)))
        if len(rows) == 0:
            break
        hide[rows, partner[rows].argmin(axis=1)] = True
    return hide


def blank(frame: pd.DataFrame, columns: Sequence[str], mask: Flags, smallest: float) -> pd.DataFrame:
    """A copy with the flagged counts empty, and the columns `suppressed` and `withheld` saying which and why.

    Parameters
    ----------
    columns : the columns of `mask`, in order
    smallest : smallest count that may be shown
    """
    out = frame.copy()
    counts = frame[list(columns)].to_numpy(dtype=float, na_value=np.nan)
    for j, name in enumerate(columns):
        out[name] = frame[name].astype("Int64").mask(mask[:, j])
    with np.errstate(invalid="ignore"):
        small = mask & (counts < smallest)
    names = np.array(columns, dtype=object)
    for mark, flags in ((SUPPRESSED, small), (WITHHELD, mask & ~small)):
        out[mark.name] = [" ".join(names[row]) for row in flags]
    return out


def counted(table: Table, frame: pd.DataFrame) -> list[str]:
    """Names of a table's columns that count people, as far as the frame has them."""
    return [column.name for column in table.columns if column.count and column.name in frame.columns]
