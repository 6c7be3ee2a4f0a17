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

    total: tuple[int, int]
    parts: tuple[tuple[int, int], ...]

    @property
    def members(self) -> tuple[tuple[int, int], ...]:
        """Total and parts."""
        return (self.total, *self.parts)


def hidden(counts: Floats, smallest: float, sums: Sequence[Sum] = ()) -> Flags:
    """Which counts must not be shown.

    Parameters
    ----------
    counts : (rows, columns) of people; NaN where there is none
    smallest : smallest count that may be shown
    sums : the sums that a reader knows to hold among the counts

    Returns
    -------
    Flags (rows, columns); every hidden count is small, or was taken with one that a sum would have given away
    """
    with np.errstate(invalid="ignore"):
        mask: Flags = (counts > 0) & (counts < smallest)
    while (leak := _first_leak(counts, mask, sums)) is not None:
        mask[leak] = True
    return mask


def _first_leak(counts: Floats, mask: Flags, sums: Sequence[Sum]) -> tuple[int, int] | None:
    """The partner to hide next: the smallest of a sum that gives a hidden count away; None when nothing leaks."""
    known = determined(mask, sums)
    for one in sums:
        if any(member in known for member in one.members):
            partners = [member for member in one.members if not mask[member] and counts[member] > 0]
            if partners:
                return min(partners, key=lambda member: (member == one.total, counts[member]))
    return None


def determined(mask: Flags, sums: Iterable[Sum]) -> set[tuple[int, int]]:
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


def _equation(one: Sum, index: dict[tuple[int, int], int]) -> Floats | None:
    if not any(member in index for member in one.members):
        return None
    row = np.zeros(len(index))
    for member in one.parts:
        if member in index:
            row[index[member]] += 1.0
    if one.total in index:
        row[index[one.total]] -= 1.0
    return row


def hidden_parts(total: Floats, parts: Floats, smallest: float) -> tuple[Flags, Flags]:
    """The same for many rows of one sum each, at once.

    Parameters
    ----------
    total : (rows,) totals
    parts : (rows, parts) that add up to them

    Returns
    -------
    flags of the totals (rows,) and of the parts (rows, parts)
    """
    hide_total: Flags = (total > 0) & (total < smallest)
    hide: Flags = (parts > 0) & (parts < smallest)
    alone = (hide.sum(axis=1) == 1) & ~hide_total
    partner = np.where(hide | (parts <= 0), np.inf, parts)
    rows = np.flatnonzero(alone & np.isfinite(partner.min(axis=1)))
    hide[rows, partner[rows].argmin(axis=1)] = True
    return hide_total, hide


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
