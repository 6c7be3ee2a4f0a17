"""Travel where no network joins a cell and a practice: the straight line times the circuity of its class.

An estimate is made only between places on the same island, and only where the network says nothing: one end is not
covered, or the two ends lie in different pieces (extracts) of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from app.access.matrix import Flags, Floats, Ints, Matrix, from_rows
from app.access.trips import NOBODY, Nearest
from app.errors import QuestionError
from geodata import units
from geodata.network.profiles import Profile
from geodata.rules import RuleSet

NETWORKLESS = -1


@dataclass(frozen=True)
class Points:
    """Places as an estimate sees them.

    Parameters
    ----------
    xy : (p, 2) EPSG:25832
    island : (p,) label of the island, from the area card
    component : (p,) strong component of the network, -1 where it does not cover the place
    """

    xy: Floats
    island: Ints
    component: Ints

    def unjoined(self, island: int, component: int) -> Flags:
        """(p,) whether a place of an island and component can be reached by estimate only."""
        apart = (self.component != component) | (self.component == NETWORKLESS)
        return np.asarray((self.island == island) & apart, dtype=bool)

    def estimated_to(self, island: int, component: int) -> NDArray[np.intp]:
        """Ascending indices of `unjoined`; looked up once for each island and component."""
        if (island, component) not in self._estimated:
            self._estimated[island, component] = np.flatnonzero(self.unjoined(island, component))
        return self._estimated[island, component]

    @cached_property
    def _estimated(self) -> dict[tuple[int, int], NDArray[np.intp]]:
        return {}


@dataclass(frozen=True)
class Circuity:
    """Road metres for straight metres, by class of the straight line.

    The measured factors fall with distance, so a line just over a class bound would come out shorter than one just
    under it. Here the estimate never falls: it stays at the longest of the class below until the lower factor has
    caught up.

    Parameters
    ----------
    upto : (k,) upper bounds of the classes in metres, inclusive; the last class is open
    factor : (k+1,) road metres for each straight metre, at least 1
    kmh : speed that turns the estimate into minutes
    door_min : minutes of each trip beside its way
    """

    upto: Floats
    factor: Floats
    kmh: float
    door_min: float = 0.0

    def metres(self, straight: Floats) -> Floats:
        """Estimated road metres; never below the straight line, never falling as it grows."""
        least = np.concatenate([[0.0], np.maximum.accumulate(self.upto * self.factor[:-1])])
        group = np.searchsorted(self.upto, straight, side="left")
        return np.asarray(np.maximum(straight * self.factor[group], least[group]))

    def cost(self, straight: Floats, unit: str) -> Floats:
        """Estimated cost in metres or minutes."""
        metres = self.metres(straight)
        return metres if unit == units.METRES else metres * units.minutes_for(1.0, self.kmh) + self.door_min

    def straight_within(self, cutoff: float, unit: str) -> float:
        """A straight line beyond which every estimate exceeds the cut-off."""
        return cutoff if unit == units.METRES else cutoff / units.minutes_for(1.0, self.kmh)


def read_circuity(rules: RuleSet, profile: Profile) -> Circuity:
    """Circuity of a profile's mode from the rule `circuity`; its own speed, or the mode's from `estimated_speed`.

    Raises
    ------
    QuestionError : the rules do not know the mode, or a factor is below 1
    """
    card, speed, mode = rules.value("circuity"), rules.value("estimated_speed"), profile.network
    if mode not in card or mode not in speed:
        raise QuestionError(
            f"no circuity or speed for mode {mode}; add it to the rule cards circuity and estimated_speed"
        )
    upto, factor = np.array(card["upto"], dtype=float), np.array(card[mode], dtype=float)
    if len(factor) != len(upto) + 1 or (factor < 1).any():
        raise QuestionError(
            f"rule circuity, {mode}: found {factor.tolist()}; expected {len(upto) + 1} factors of at least 1"
        )
    return Circuity(upto, factor, profile.estimated_kmh or float(speed[mode]), profile.door_min)


def estimated_within(cells: Points, places: Points, circuity: Circuity, unit: str, cutoff: float) -> Matrix:
    """Estimated costs of the pairs that no network joins, as `Engine.within`."""
    return from_rows(_rows(cells, places, circuity, unit, cutoff), len(cells.xy), unit, cutoff)


def _rows(cells: Points, places: Points, circuity: Circuity, unit: str, cutoff: float) -> Iterator[tuple[Ints, Floats]]:
    reach = circuity.straight_within(cutoff, unit) + 1.0
    for at, island, component in zip(places.xy, places.island, places.component, strict=True):
        apart = cells.estimated_to(int(island), int(component))
        east, north = (cells.xy[apart, axis] - at[axis] for axis in (0, 1))
        near = (np.abs(east) <= reach) & (np.abs(north) <= reach)
        yield apart[near].astype(np.int32), circuity.cost(np.hypot(east[near], north[near]), unit)


def estimated_nearest(
    cells: Points, places: Points, circuity: Circuity, unit: str, member: Ints, group: Ints
) -> Nearest:
    """Nearest two groups by estimate only, as `Engine.nearest`; the order is that of the straight lines."""
    value = np.full((len(cells.xy), 2), np.inf)
    found = np.full((len(cells.xy), 2), NOBODY, dtype=np.int32)
    if len(member):
        ask = int(np.bincount(group).max()) + 1
        kinds, kind = np.unique(np.column_stack([cells.island, cells.component]), axis=0, return_inverse=True)
        for number, (island, component) in enumerate(kinds):
            apart = np.flatnonzero(places.unjoined(int(island), int(component))[member])
            those = np.flatnonzero(kind.ravel() == number)
            if len(apart):
                line, index = _query(cells.xy[those], places.xy[member[apart]], ask)
                value[those], found[those] = _two(circuity.cost(line, unit), group[apart[index]])
    return Nearest(value, found)


def _query(xy: Floats, place_xy: Floats, ask: int) -> tuple[Floats, Ints]:
    """Straight metres to the nearest places and their indices, (n, k) each."""
    ask = min(ask, len(place_xy))
    _, index = cKDTree(place_xy).query(xy, k=np.arange(1, ask + 1))
    east, north = (xy[:, [axis]] - place_xy[index, axis] for axis in (0, 1))
    return np.hypot(east, north), index


def _two(value: Floats, group: Ints) -> tuple[Floats, Ints]:
    """Of candidates (n, k): the least, and the least of another group; infinite ones belong to nobody."""
    group = np.where(np.isfinite(value), group, NOBODY)
    order = np.lexsort((group, value), axis=1)
    value, group = np.take_along_axis(value, order, axis=1), np.take_along_axis(group, order, axis=1)
    other = np.where(group == group[:, :1], np.inf, value)
    second = other.argmin(axis=1)
    row = np.arange(len(value))
    two = np.column_stack([value[:, 0], other[row, second]])
    return two, np.where(np.isfinite(two), np.column_stack([group[:, 0], group[row, second]]), NOBODY).astype(np.int32)


def nearer(one: Nearest, other: Nearest) -> Nearest:
    """The nearest two groups of two answers together."""
    value = np.concatenate([one.value, other.value], axis=1)
    return Nearest(*_two(value, np.concatenate([one.group, other.group], axis=1)))
