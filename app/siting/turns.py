"""Which rows of the choice a scenario changes, and what it costs to reach those that are new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.access.findings import MODES
from app.access.matrix import Ints, Matrix, Singles, gather, straight
from app.access.supply import Supply
from app.access.travel import ROAD_MODE
from app.siting.baseline import Baseline, Rows
from app.siting.reach import FARTHEST
from geodata import units

GONE = -1

Row = tuple[Ints, Singles]
"""Cells in reach of a row, ascending, and their costs."""


@dataclass(frozen=True)
class Turn:
    """A row that is another after a scenario: its number before and after, `GONE` where it is not there."""

    before: int
    after: int


@dataclass(frozen=True)
class Ways:
    """Costs of the rows that a scenario changes.

    Parameters
    ----------
    base : holds the costs of the rows that were there
    fresh : place in the matrices below of each row that needs a search, by its number after
    straight : metres in a straight line to the fresh rows
    metres, minutes : by road, and by mode, as far as anything asks
    """

    base: Baseline
    fresh: Mapping[int, int]
    straight: Matrix | None
    metres: Matrix | None
    minutes: Mapping[str, Matrix]

    def by_road(self, turn: Turn) -> Row:
        """Metres by road within the matrix's cut-off."""
        return self._row(turn, self.base.case.travel.road, self.metres)

    def in_straight_line(self, turn: Turn) -> Row:
        """Metres in a straight line within the matrix's cut-off."""
        return self._row(turn, self.base.case.travel.straight, self.straight)

    def in_minutes(self, turn: Turn, mode: str) -> Row:
        """Minutes by a mode within the matrix's cut-off."""
        return self._row(turn, self.base.case.travel.minutes[mode], self.minutes.get(mode))

    def _row(self, turn: Turn, known: Matrix, fresh: Matrix | None) -> Row:
        if turn.before != GONE:
            return known.row(turn.before)
        assert fresh is not None
        cell, value = fresh.row(self.fresh[turn.after])
        near = value <= np.float32(known.cutoff)
        return cell[near], value[near]


def find_turns(before: Rows, after: Rows) -> list[Turn]:
    """Rows that differ in anything that is computed from them, those taken out first."""
    gone = [Turn(row, GONE) for key, row in before.number.items() if key not in after.number]
    was = [before.number.get(key, GONE) for key in after.keys]
    same = (before.amounts[was] == after.amounts).all(axis=1).tolist() if before.keys else [False] * len(was)
    return gone + [
        Turn(old, row)
        for row, old in enumerate(was)
        if old == GONE or not same[row] or before.closers[old] != after.closers[row]
    ]


def find_ways(base: Baseline, supply: Supply, rows: Rows, turns: Sequence[Turn]) -> Ways:
    """Search the ways to rows that are new, or newly open."""
    fresh = [t.after for t in turns if t.after != GONE and _needs_search(base.rows, rows, t)]
    number = {row: i for i, row in enumerate(fresh)}
    if not fresh:
        return Ways(base, number, None, None, {})
    places = sorted({place for row in fresh for place in supply.rows[row]})
    index = {place: i for i, place in enumerate(places)}
    groups = [[index[place] for place in supply.rows[row]] for row in fresh]
    locations = supply.locations.iloc[places]
    air = straight(base.xy, supply.location_xy[places], base.cutoff)
    gone = [turn.before for turn in turns if turn.before != GONE]
    metres, minutes = None, {}
    for mode in (code.value for code in MODES):
        roads = base.roads[mode].to(locations)
        if mode == ROAD_MODE:
            far = base.enough[units.METRES].after(gone)
            metres = gather(roads.within(units.METRES, FARTHEST, far), groups)
        far = base.enough[mode].after(gone)
        minutes[mode] = gather(roads.within(units.MINUTES, FARTHEST, far), groups)
    return Ways(base, number, gather([air], groups), metres, minutes)


def _needs_search(before: Rows, after: Rows, turn: Turn) -> bool:
    newly_open = turn.before != GONE and before.open[turn.before] == 0 and after.open[turn.after] > 0
    return turn.before == GONE or newly_open
