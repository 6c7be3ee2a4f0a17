"""Cells of a batch as whole numbers, degrees, times, days and references; the first that is none is named."""

import re
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geodata.network.graph import Flags, Floats
from geodata.sources.gtfs.feed import SHOWN, Batch

Ints = NDArray[np.int64]

NO_TIME = -1
TIME = r"\d{1,2}:[0-5]\d:[0-5]\d"
DAY = re.compile(r"\d{8}")


def refuse_first(batch: Batch, column: str, bad: Flags, expected: str) -> None:
    """Refuse a batch of which some cell of a column is bad.

    Raises
    ------
    MisfitError : names the first
    """
    places = np.flatnonzero(bad)
    if len(places):
        cell = batch.columns[column][int(places[0])].as_py()
        raise batch.misfit(int(places[0]), column, repr(cell[:SHOWN]) if cell else "nothing", expected)


def texts(batch: Batch, column: str) -> list[str]:
    """Cells as they stand; none where the file lacks the column."""
    cells = batch.columns.get(column)
    return [] if cells is None else cells.to_pylist()


def known(batch: Batch, column: str, ids: pa.Array, whose: str) -> Ints:
    """(n,) position of each cell among known ids; raises MisfitError where one is not among them."""
    place = pc.index_in(batch.columns[column], value_set=ids)
    refuse_first(batch, column, place.is_null().to_numpy(zero_copy_only=False), f"an id of {whose}")
    return np.asarray(place.to_numpy(zero_copy_only=False), dtype=np.int64)


def wholes(batch: Batch, column: str) -> Ints:
    """(n,) whole numbers from 0; raises MisfitError at the first cell that is none."""
    cells = batch.columns[column]
    good = pc.match_substring_regex(cells, r"^\d{1,9}$").to_numpy(zero_copy_only=False)
    refuse_first(batch, column, ~good, "a whole number from 0")
    return np.asarray(pc.cast(cells, pa.int64()).to_numpy(zero_copy_only=False))


def degrees(batch: Batch, column: str, largest: float) -> Floats:
    """(n,) degrees, NaN where a cell is empty; raises MisfitError at the first that is none."""
    cells = batch.columns[column]
    empty = (pc.utf8_length(cells).to_numpy(zero_copy_only=False)) == 0
    good = pc.match_substring_regex(cells, r"^-?\d{1,3}(\.\d*)?$").to_numpy(zero_copy_only=False)
    expected = f"degrees from {-largest:g} to {largest:g}"
    refuse_first(batch, column, ~good & ~empty, expected)
    values = np.full(len(cells), np.nan)
    values[good] = pc.cast(cells.filter(pa.array(good)), pa.float64()).to_numpy(zero_copy_only=False)
    refuse_first(batch, column, np.abs(values) > largest, expected)
    return values


def seconds(batch: Batch, column: str) -> Ints:
    """(n,) seconds since the service day began, more than a day after midnight; `NO_TIME` where a cell is empty.

    Raises
    ------
    MisfitError : at the first cell that is no time
    """
    coded = batch.columns[column].dictionary_encode()
    distinct = coded.dictionary
    good = pc.match_substring_regex(distinct, f"^({TIME})?$").to_numpy(zero_copy_only=False)
    code = coded.indices.to_numpy(zero_copy_only=False)
    refuse_first(batch, column, ~good[code], "a time like 08:15:00 or 25:10:00")
    value = [NO_TIME if not text else _seconds(text) for text in distinct.to_pylist()]
    found: Ints = np.asarray(value, dtype=np.int64)[code]
    return found


def _seconds(text: str) -> int:
    hours, minutes, rest = map(int, text.split(":"))
    return (hours * 60 + minutes) * 60 + rest


def days(batch: Batch, column: str) -> list[date]:
    """Days written as 20261122; raises MisfitError at the first cell that is none."""
    found = [day_of(text) for text in texts(batch, column)]
    refuse_first(batch, column, np.array([day is None for day in found], dtype=bool), "a day like 20261122")
    return [day for day in found if day is not None]


def day_of(text: str) -> date | None:
    """A day written as 20261122; None when it is none."""
    if not DAY.fullmatch(text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def refuse_twice(batch: Batch, column: str, seen: set[str]) -> None:
    """Refuse an id that is empty or has been seen before; `seen` grows.

    Raises
    ------
    MisfitError : names the first
    """
    for place, text in enumerate(texts(batch, column)):
        if not text or text in seen:
            raise batch.misfit(place, column, f"{text!r} again" if text else "nothing", "each id once")
        seen.add(text)
