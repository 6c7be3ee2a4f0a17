"""One mode's way of reaching places: over the network, and by estimate where it has none."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.access.estimate import (
    NETWORKLESS,
    Circuity,
    Points,
    estimated_nearest,
    estimated_within,
    nearer,
    read_circuity,
)
from app.access.matrix import Flags, Floats, Ints, Matrix, Singles
from app.access.ports import ports_of
from app.access.trips import Ends, Engine, Nearest, Some, Trips, make_ends
from geodata import units
from geodata.catalogue import Region
from geodata.facts import Facts
from geodata.network.profile_cards import read_profile
from geodata.network.profiles import Profile
from geodata.network.snap import Snapped, SnapReport, Streets, snap_report
from geodata.rules import RuleSet


@dataclass(frozen=True)
class Roads:
    """From cells to places by one mode. Nothing but the places changes in `to`, and nothing but the cells in `of`.

    The arrays of the network and of the cells are the same objects in every `Trips` made here, so that an engine may
    know them again.

    Parameters
    ----------
    profile : how one travels; its network is that of a mode
    region : which island a municipality lies on
    engine : finds the ways over the network
    streets : what places snap to; None where there is no network of the mode
    reach_m : farthest way to a street
    circuity : of estimates
    trips : by unit; empty where there is no network
    cells, places : as estimates see them
    at_cells, at_places : where they meet the network, None where there is none
    """

    profile: Profile
    region: Region
    engine: Engine
    streets: Streets | None
    reach_m: float
    circuity: Circuity
    trips: Mapping[str, Trips]
    cells: Points
    places: Points
    at_cells: Snapped | None
    at_places: Snapped | None

    def __str__(self) -> str:
        on_cells, on_places = (int((p.component != NETWORKLESS).sum()) for p in (self.cells, self.places))
        all_cells, all_places = len(self.cells.xy), len(self.places.xy)
        return f"{on_cells} of {all_cells} cells and {on_places} of {all_places} locations on the network"

    def report(self) -> dict[str, SnapReport]:
        """How well the network covers `cells` and `locations`; empty without a network."""
        both = (("cells", self.at_cells), ("locations", self.at_places))
        return {what: snap_report(at, self.reach_m) for what, at in both if at is not None}

    def to(self, locations: pd.DataFrame) -> "Roads":
        """From the same cells to other locations (columns x, y, kommunekode)."""
        snapped = _snap(self.streets, locations, self.reach_m)
        trips = {
            unit: replace(trips, destinations=_ends(snapped, unit, self.profile, arriving=True))
            for unit, trips in self.trips.items()
            if snapped is not None
        }
        return replace(self, trips=trips, places=_points(self.region, locations, snapped), at_places=snapped)

    def of(self, cells: NDArray[np.intp]) -> "Roads":
        """From some of the cells to the same locations."""
        trips = {unit: replace(trips, origins=_some(trips.origins, cells)) for unit, trips in self.trips.items()}
        at_cells = None if self.at_cells is None else _some(self.at_cells, cells)
        return replace(self, trips=trips, cells=_some(self.cells, cells), at_cells=at_cells)

    def within(
        self, unit: str, cutoff: float, enough: Floats | None = None, boundless: Some | None = None
    ) -> tuple[Matrix, ...]:
        """Costs to every location within a cut-off, by network and by estimate; the lesser holds.

        Parameters
        ----------
        enough, boundless : as in `Engine.within`
        """
        guessed = estimated_within(self.cells, self.places, self.circuity, unit, cutoff)
        found = (self.engine.within(self.trips[u], cutoff, enough, boundless) for u in self.trips if u == unit)
        return (*found, guessed)

    def nearest(self, unit: str, member: Ints, group: Ints) -> Nearest:
        """Nearest two groups of locations; costs as single as those of a matrix.

        Parameters
        ----------
        member, group : as in `Engine.nearest`
        """
        found = estimated_nearest(self.cells, self.places, self.circuity, unit, member, group)
        if unit in self.trips:
            found = nearer(self.engine.nearest(self.trips[unit], member, group), found)
        return Nearest(found.value.astype(np.float32).astype(float), found.group)

    def uncovered(self) -> Flags:
        """(cells,) whether the network does not cover a cell."""
        return np.asarray(self.cells.component == NETWORKLESS, dtype=bool)

    def estimated_places(self, limit: Floats) -> NDArray[np.int64]:
        """(cells,) locations within a cell's limit in a straight line whose way is estimated."""
        count = np.zeros(len(self.cells.xy), dtype=np.int64)
        for place in range(len(self.places.xy)):
            count[self.estimated_cells(place, limit.astype(np.float32))] += 1
        return count

    def estimated_cells(self, place: int, limit: Singles) -> NDArray[np.intp]:
        """Cells, ascending, that a location is within whose limit of in a straight line, by a way that is estimated."""
        at, places = self.places.xy[place], self.places
        cell = self.cells.estimated_to(int(places.island[place]), int(places.component[place]))
        metres = np.hypot(self.cells.xy[cell, 0] - at[0], self.cells.xy[cell, 1] - at[1])
        return np.asarray(cell[metres.astype(np.float32) <= limit[cell]], dtype=np.intp)


def make_roads(facts: Facts, rules: RuleSet, locations: pd.DataFrame, profile: str, engine: Engine) -> Roads:
    """Roads by a profile (a mode as it stands is one) from every cell to some locations.

    Raises
    ------
    CardError : a rule or profile is missing
    """
    how, reach = read_profile(profile), rules.number("snapping")
    graph = facts.graphs.get(how.network)
    streets = None if graph is None else Streets(graph)
    snapped = _snap(streets, facts.cells, reach)
    trips = {}
    if graph is not None and snapped is not None:
        metres, minutes = (_ends(snapped, unit, how, arriving=False) for unit in (units.METRES, units.MINUTES))
        trips[units.METRES] = Trips(graph, graph.length_m, units.METRES, metres, metres)
        trips[units.MINUTES] = Trips(graph, how.minutes(graph), units.MINUTES, minutes, minutes, ports_of(graph, how))
    cells = _points(facts.region, facts.cells, snapped)
    own = Roads(
        *(how, facts.region, engine, streets, reach, read_circuity(rules, how)), trips, cells, cells, snapped, snapped
    )
    return own.to(locations)


def _ends(snapped: Snapped, unit: str, profile: Profile, *, arriving: bool) -> Ends:
    """Where trips end (or begin), with the minutes they take there beside the way."""
    door = profile.door
    minutes = 0.0 if door is None or unit == units.METRES else door.park_min if arriving else door.leave_min
    return make_ends(snapped, unit, profile.walk_kmh, minutes)


def _snap(streets: Streets | None, places: pd.DataFrame, reach_m: float) -> Snapped | None:
    return None if streets is None else streets.snap(places["x"], places["y"], reach_m)


def _some(places: Any, kept: NDArray[np.intp]) -> Any:
    """Some of the places of `Ends`, `Points` or `Snapped`."""
    if not isinstance(places, Ends | Points | Snapped):
        raise TypeError(f"expected Ends, Points or Snapped, found {type(places).__name__}")
    return type(places)(*(getattr(places, field.name)[kept] for field in fields(places)))


def _points(region: Region, frame: pd.DataFrame, snapped: Snapped | None) -> Points:
    """Places as an estimate sees them."""
    codes = frame["kommunekode"].tolist()
    number = {name: i for i, name in enumerate(sorted({"", *(island.name for island in region.islands)}))}
    of = {code: number[region.island_of(code)] for code in set(codes)}
    island = np.array([of[code] for code in codes], dtype=np.int32)
    nowhere = np.full(len(codes), NETWORKLESS, dtype=np.int32)
    xy = np.column_stack([frame["x"].to_numpy(dtype=float), frame["y"].to_numpy(dtype=float)])
    return Points(xy, island, nowhere if snapped is None else snapped.component)
