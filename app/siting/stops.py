"""Metres to the nearest bus stop and station: in a straight line, and unknown where the list of stops ends.

Where a timetable was fetched its stops are taken, at which something stops; else those that maps and lists show.
"""

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from app.access.matrix import Floats
from geodata.facts import Facts
from geodata.rules import RuleSet

STATION, BUS_STOP = "station", "bus_stop"
RAIL, BUS = ("train", "metro", "tram"), ("bus",)
"""Kinds of the timetable's stops that are a station, and a bus stop."""


def to_nearest(xy: Floats, places: pd.DataFrame) -> Floats:
    """(n,) metres from each point (n, 2) to the nearest of places (columns x, y); infinite where there are none."""
    if not len(places) or not len(xy):
        return np.full(len(xy), np.inf)
    return np.asarray(cKDTree(places[["x", "y"]].to_numpy(dtype=float)).query(xy)[0], dtype=float)


def to_station(facts: Facts, xy: Floats) -> Floats:
    """(n,) metres to the nearest station known; NaN where none is known anywhere."""
    metres = to_nearest(xy, _of_timetable(facts, RAIL, facts.places[facts.places["kind"] == STATION]))
    return np.where(np.isfinite(metres), metres, np.nan)


def to_bus_stop(facts: Facts, rules: RuleSet, xy: Floats) -> Floats:
    """(n,) metres to the nearest bus stop known; NaN where none is within `stops_known`: the list ends before."""
    metres = to_nearest(xy, _of_timetable(facts, BUS, facts.amenities[facts.amenities["kind"] == BUS_STOP]))
    return np.where(metres <= rules.number("stops_known"), metres, np.nan)


def _of_timetable(facts: Facts, kinds: tuple[str, ...], otherwise: pd.DataFrame) -> pd.DataFrame:
    """The timetable's stops of some kinds; others where it has none."""
    stops = facts.stops[facts.stops["kind"].isin(kinds)]
    return stops if len(stops) else otherwise
