"""What residents can choose between: practices, their locations and what counts as one.

Practices and locations are many to many. The choice is counted over *rows*: by `ydernummer` a row stands for all
practices that receive patients at the same set of locations, and counts as many as they are; by `address` a row is one
location and counts as one however many practices are there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.access.matrix import Flags, Floats, Ints, Matrix, gather
from app.errors import QuestionError
from geodata.facts import Facts

OPEN = "open"
"""The only intake that counts as open; a practice closed by dispensation is closed to who moves there."""
UNITS = BY_PRACTICE, BY_ADDRESS = ("ydernummer", "address")


@dataclass(frozen=True)
class Links:
    """Which practice receives patients where.

    Parameters
    ----------
    practice, location : (k,) indices into the practices and locations of a `Supply`
    capacities : (k,) capacities of the practice there
    share : (k,) part of the practice found there, by capacities, or equal parts where it has none; sums to 1
    """

    practice: Ints
    location: Ints
    capacities: Floats
    share: Floats


@dataclass(frozen=True)
class Supply:
    """Practices in order of ydernummer, locations in order of their id, and the rows of the choice.

    Parameters
    ----------
    practices, locations : as the tables `practices` and `locations`, sorted by key; locations without practice left out
    location_xy : (l, 2) EPSG:25832 coordinates
    links : which practice is where
    is_open : (p,) whether a practice is registered as open for intake
    rows : locations of each row
    open_count, all_count : (r,) how many choices a row is, counting open practices or all
    closing : per practice, the rows that count one less when it closes; empty for a practice that is not open
    row_practices : practices of each row
    link_row : (k,) row that each link belongs to
    """

    practices: pd.DataFrame
    locations: pd.DataFrame
    location_xy: Floats
    links: Links
    is_open: Flags
    rows: tuple[tuple[int, ...], ...]
    open_count: Floats
    all_count: Floats
    closing: tuple[tuple[int, ...], ...]
    row_practices: tuple[tuple[int, ...], ...]
    link_row: Ints

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self.rows)

    def by_rows(self, *by_location: Matrix) -> Matrix:
        """A matrix by row of matrices by location: the least cost to any of the row's locations in any of them."""
        return gather(by_location, self.rows)

    def members(self, counted: Flags) -> tuple[Ints, Ints]:
        """Locations of the rows that are counted: (location, row) pairs."""
        pairs = [(place, row) for row, places in enumerate(self.rows) if counted[row] for place in places]
        both = np.array(pairs, dtype=np.int32).reshape(-1, 2)
        return both[:, 0], both[:, 1]

    def by_row(self, amount: Floats, where: Flags | None = None) -> Floats:
        """(r,) amounts of the practices at the rows' locations; only at the locations (l,) named, when they are.

        By address an amount is split between a practice's locations by capacities.
        """
        part = amount[self.links.practice] * self.links.share
        if where is not None:
            part = part * where[self.links.location]
        return np.asarray(np.bincount(self.link_row, weights=part, minlength=self.size), dtype=float)


def make_supply(facts: Facts, count_unit: str) -> Supply:
    """Join practices to locations by key and find the rows of the choice.

    Raises
    ------
    QuestionError : `count_unit` is neither ydernummer nor address, or a link names a stranger
    """
    if count_unit not in UNITS:
        raise QuestionError(f"count_unit is {count_unit!r}; expected one of {', '.join(UNITS)}")
    practices = _sorted(facts.practices, "ydernummer")
    used = set(facts.practice_locations["location_id"].tolist())
    locations = _sorted(facts.locations, "location_id", used)
    links = _links(practices, locations, facts.practice_locations)
    is_open = np.array([intake == OPEN for intake in practices["intake"].tolist()], dtype=bool)
    split = _by_practice if count_unit == BY_PRACTICE else _by_address
    rows, row_practices, closing = split(links, is_open, len(locations))
    known_open = is_open.tolist()
    counts = [_counts(those, known_open, count_unit) for those in row_practices]
    return Supply(
        practices=practices,
        locations=locations,
        location_xy=np.column_stack([locations[axis].to_numpy(dtype=float) for axis in ("x", "y")]),
        links=links,
        is_open=is_open,
        rows=rows,
        open_count=np.array([count[0] for count in counts], dtype=float),
        all_count=np.array([count[1] for count in counts], dtype=float),
        closing=closing,
        row_practices=row_practices,
        link_row=_link_rows(links, rows, row_practices),
    )


def _sorted(frame: pd.DataFrame, key: str, kept: set[str] | None = None) -> pd.DataFrame:
    """Rows in order of their key, those of some keys only when they are given."""
    keys = frame[key].tolist()
    order = sorted((i for i, name in enumerate(keys) if kept is None or name in kept), key=keys.__getitem__)
    kept_rows = frame if order == list(range(len(keys))) else frame.take(order)
    return kept_rows.set_axis(pd.RangeIndex(len(order)))


def _index(table: pd.DataFrame, pairs: pd.DataFrame, key: str) -> NDArray[np.int32]:
    """Row in a table of each pair's key."""
    number = {name: i for i, name in enumerate(table[key].tolist())}
    names = pairs[key].tolist()
    strangers = sorted(name for name in names if name not in number)
    if strangers:
        raise QuestionError(f"practice_locations names {key} {strangers[0]}, which its own table does not hold")
    return np.array([number[name] for name in names], dtype=np.int32)


def _links(practices: pd.DataFrame, locations: pd.DataFrame, pairs: pd.DataFrame) -> Links:
    practice = _index(practices, pairs, "ydernummer")
    location = _index(locations, pairs, "location_id")
    order = np.lexsort((location, practice))
    practice, location = practice[order], location[order]
    capacities = pairs["capacities"].to_numpy(dtype=float)[order]
    total = np.bincount(practice, weights=capacities, minlength=len(practices))[practice]
    places = np.bincount(practice, minlength=len(practices))[practice]
    share = np.divide(capacities, total, out=1.0 / places, where=total > 0)
    return Links(practice, location, capacities, share)


Rows = tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]


def _by_practice(links: Links, is_open: NDArray[np.bool_], _locations: int) -> Rows:
    """Rows of practices with the same locations: (locations, practices, rows lost by closing)."""
    places: dict[int, list[int]] = {}
    for practice, location in zip(links.practice.tolist(), links.location.tolist(), strict=True):
        places.setdefault(practice, []).append(location)
    sets: dict[tuple[int, ...], list[int]] = {}
    for practice, those in sorted(places.items()):
        sets.setdefault(tuple(those), []).append(practice)
    rows = tuple(sorted(sets))
    row_of = {practice: row for row, those in enumerate(rows) for practice in sets[those]}
    closing = tuple((row_of[p],) if is_open[p] and p in row_of else () for p in range(len(is_open)))
    return rows, tuple(tuple(sets[those]) for those in rows), closing


def _link_rows(links: Links, rows: tuple[tuple[int, ...], ...], row_practices: tuple[tuple[int, ...], ...]) -> Ints:
    """Row of each link: the one that has its practice at its location."""
    row_of = {
        (practice, place): row
        for row, (practices, places) in enumerate(zip(row_practices, rows, strict=True))
        for practice in practices
        for place in places
    }
    pairs = zip(links.practice.tolist(), links.location.tolist(), strict=True)
    return np.array([row_of[pair] for pair in pairs], dtype=np.int32)


def _by_address(links: Links, is_open: NDArray[np.bool_], locations: int) -> Rows:
    """Rows of single locations; one is lost when the last open practice there closes."""
    there: list[list[int]] = [[] for _ in range(locations)]
    for practice, location in zip(links.practice.tolist(), links.location.tolist(), strict=True):
        there[location].append(practice)
    lost: list[list[int]] = [[] for _ in is_open]
    for location, practices in enumerate(there):
        open_ones = [practice for practice in practices if is_open[practice]]
        if len(open_ones) == 1:
            lost[open_ones[0]].append(location)
    rows = tuple((location,) for location in range(locations))
    return rows, tuple(tuple(practices) for practices in there), tuple(tuple(those) for those in lost)


def _counts(practices: tuple[int, ...], is_open: Sequence[bool], unit: str) -> tuple[int, int]:
    open_ones = sum(is_open[practice] for practice in practices)
    return (open_ones, len(practices)) if unit == BY_PRACTICE else (min(open_ones, 1), 1)
