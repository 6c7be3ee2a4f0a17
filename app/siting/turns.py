"""Which rows of the choice a scenario changes, and what it costs to reach those that are new.

Rows, practices and locations keep the numbers they have in the study; what is new is numbered after them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from app.access.findings import MODES
from app.access.headline import ROAD, STRAIGHT
from app.access.matrix import Ints, Matrix, Singles, gather, straight
from app.access.roads import Roads
from app.access.travel import ROAD_MODE
from app.siting.baseline import Baseline, Key
from app.siting.offers import Changed, Offer
from app.siting.patch import Cells
from app.siting.reach import FARTHEST
from geodata import units

Row = tuple[Ints, Singles]
"""Cells in reach of a row, ascending, and their costs."""


@dataclass(frozen=True)
class State:
    """A row as far as anything is computed from it; as the columns of `baseline.Rows`."""

    open: float
    all: float
    places: float
    free: float
    closers: tuple[str, ...]


NOTHING = State(0.0, 0.0, 0.0, 0.0, ())
"""A row that is not there."""


@dataclass(frozen=True)
class Turn:
    """A row that is another after a scenario.

    Parameters
    ----------
    row : its number
    key : its locations
    was, now : before and after
    """

    row: int
    key: Key
    was: State
    now: State


def find_turns(base: Baseline, changed: Changed) -> list[Turn]:
    """Rows that differ in anything that is computed from them, in order of their locations."""
    keys = sorted({key for offer in (*changed.was.values(), *changed.now.values()) for key in base.keys_of(offer.key)})
    known, turns = base.rows.number, []
    number = len(base.rows.keys)
    for key in keys:
        row = known.get(key, number)
        was, now = _before(base, row), _after(base, key, changed)
        if was != now:
            turns.append(Turn(row, key, was, now))
            number += row == number
    return turns


def _before(base: Baseline, row: int) -> State:
    rows = base.rows
    if row >= len(rows.keys):
        return NOTHING
    count, places = (float(rows.open[row]), float(rows.all[row])), (float(rows.places[row]), float(rows.free[row]))
    return State(*count, *places, rows.closers[row])


def _after(base: Baseline, key: Key, changed: Changed) -> State:
    offers = _offering(base, key, changed)
    if not offers:
        return NOTHING
    places = free = 0.0
    for offer in offers:
        for location, _, share in offer.shares():
            if location in key and location not in base.offers.outside:
                places += offer.limit * share
                free += offer.free * share
    ready = tuple(offer.ydernummer for offer in offers if offer.is_open)
    if base.by_address:
        return State(min(len(ready), 1.0), 1.0, places, free, ready if len(ready) == 1 else ())
    return State(float(len(ready)), float(len(offers)), places, free, ready)


def _offering(base: Baseline, key: Key, changed: Changed) -> list[Offer]:
    """Practices that make up a row after the scenario, in order of their numbers."""
    row = base.rows.number.get(key)
    stay = () if row is None else (number for number in base.rows.members[row] if number not in changed.was)
    come = {number: offer for number, offer in changed.now.items() if key in base.keys_of(offer.key)}
    both = come | {number: base.offers.by_number[number] for number in stay}
    return [both[number] for number in sorted(both)]


@dataclass(frozen=True)
class Ways:
    """Costs of the rows that a scenario changes.

    Parameters
    ----------
    base : holds the costs of the rows that were there
    fresh : place in the matrices below of each row that needs a search, by its number
    places : ids of the locations of fresh rows
    roads : by mode, to these places
    straight : metres in a straight line to the fresh rows
    metres, minutes : by road, and by mode, as far as anything asks
    """

    base: Baseline
    fresh: Mapping[int, int]
    places: Sequence[str]
    roads: Mapping[str, Roads]
    straight: Matrix | None
    metres: Matrix | None
    minutes: Mapping[str, Matrix]

    def by_road(self, turn: Turn) -> Cells:
        """Cells within their legal limit of a row by road."""
        return self._legal(ROAD, turn, self.base.case.travel.road, self.metres)

    def in_straight_line(self, turn: Turn) -> Cells:
        """Cells within their legal limit of a row in a straight line."""
        return self._legal(STRAIGHT, turn, self.base.case.travel.straight, self.straight)

    def legally(self, turn: Turn) -> Cells:
        """Cells within their legal limit of a row in the headline's measure."""
        return self.by_road(turn) if self.base.headline.measure == ROAD else self.in_straight_line(turn)

    def in_minutes(self, turn: Turn, mode: str) -> Row:
        """Minutes by a mode within the matrix's cut-off."""
        return self._row(turn, self.base.case.travel.minutes[mode], self.minutes.get(mode))

    def _legal(self, measure: str, turn: Turn, known: Matrix, fresh: Matrix | None) -> Cells:
        if (measure, turn.row) not in self._found:
            cell, value = self._row(turn, known, fresh)
            self._found[measure, turn.row] = cell[value <= self.base.limit[cell]]
        return self._found[measure, turn.row]

    @cached_property
    def _found(self) -> dict[tuple[str, int], Cells]:
        return {}

    def _row(self, turn: Turn, known: Matrix, fresh: Matrix | None) -> Row:
        if turn.row < len(self.base.rows.keys):
            return known.row(turn.row)
        assert fresh is not None
        cell, value = fresh.row(self.fresh[turn.row])
        near = value <= np.float32(known.cutoff)
        return cell[near], value[near]


def find_ways(base: Baseline, changed: Changed, turns: Sequence[Turn]) -> Ways:
    """Search the ways to rows that are new, or newly open."""
    fresh = [turn for turn in turns if turn.now is not NOTHING and _needs_search(base, turn)]
    number = {turn.row: i for i, turn in enumerate(fresh)}
    if not fresh:
        return Ways(base, number, (), {}, None, None, {})
    index = {name: i for i, name in enumerate(sorted({name for turn in fresh for name in turn.key}))}
    groups = [[index[name] for name in turn.key] for turn in fresh]
    locations = pd.DataFrame([base.place(name, changed.sites) for name in index], columns=["kommunekode", "x", "y"])
    roads = {mode.value: base.roads[mode.value].to(locations) for mode in MODES}
    air = gather([straight(base.xy, roads[ROAD_MODE].places.xy, base.cutoff)], groups)
    changing = [turn.row for turn in turns if turn.row < len(base.rows.keys)]

    def search(mode: str, unit: str, asked: str) -> Matrix:
        enough = base.enough[asked]
        return gather(roads[mode].within(unit, FARTHEST, enough.far, enough.boundless(changing)), groups)

    minutes = {mode: search(mode, units.MINUTES, mode) for mode in roads}
    return Ways(base, number, list(index), roads, air, search(ROAD_MODE, units.METRES, units.METRES), minutes)


def _needs_search(base: Baseline, turn: Turn) -> bool:
    newly_open = turn.was.open == 0 and turn.now.open > 0
    return turn.row >= len(base.rows.keys) or newly_open
