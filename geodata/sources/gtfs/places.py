"""Stops of a feed: ids, names and places, each in or about Denmark."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from geodata.catalogue import Card
from geodata.errors import Breach, MisfitError
from geodata.fetching.asking import endpoint_of
from geodata.network.graph import Flags, Floats
from geodata.sources.gtfs.feed import Batch, Feed
from geodata.sources.gtfs.values import degrees, refuse_first, refuse_twice, texts

FILE = "stops.txt"
PARENT = "parent_station"
KIND = "location_type"
WITHOUT_PLACE = {"3", "4"}
"""Generic nodes and boarding areas: the reference lets them stand without a place."""


@dataclass(frozen=True)
class Stops:
    """Stops, platforms, stations and entrances.

    Parameters
    ----------
    ids : (s,) texts
    names : (s,) as people know them
    lon, lat : (s,) degrees, NaN where a boarding area has none
    abroad : (s,) whether it lies outside Denmark's box
    """

    ids: pa.Array
    names: list[str]
    lon: Floats
    lat: Floats
    abroad: Flags


def read_stops(feed: Feed) -> Stops:
    """All stops of a feed.

    Raises
    ------
    MisfitError : an id comes twice, a place is missing or turned, a station is unknown, or too many lie abroad
    """
    box = Box.of(feed.card)
    seen: set[str] = set()
    batches: list[Batch] = []
    for batch in feed.batches(FILE, (PARENT, KIND)):
        refuse_twice(batch, "stop_id", seen)
        batches.append(batch)
    if not seen:
        raise feed.refuse("no stop", "stops of Denmark", FILE)
    places = [_places(batch, seen, box) for batch in batches]
    lon, lat = (np.concatenate([place[axis] for place in places]) for axis in (0, 1))
    ids, names = ([text for batch in batches for text in texts(batch, column)] for column in ("stop_id", "stop_name"))
    abroad = ~box.holds(lon, lat) & ~np.isnan(lon)
    if abroad.mean() > box.most_abroad:
        found = f"{abroad.sum()} of {len(abroad)} stops outside Denmark, the first {ids[int(abroad.argmax())]!r}"
        raise feed.refuse(found, f"at most {box.most_abroad:.0%} of them outside {box}", FILE)
    return Stops(pa.array(ids), names, lon, lat, abroad)


@dataclass(frozen=True, slots=True)
class Box:
    """Where stops may lie, degrees, and which share of them may lie elsewhere: trains and ferries cross borders."""

    west: float
    south: float
    east: float
    north: float
    most_abroad: float

    @classmethod
    def of(cls, card: Card) -> "Box":
        """The box of a card's settings `box` (west south east north) and `most_abroad`."""
        settings = endpoint_of(card).settings
        try:
            west, south, east, north = map(float, settings["box"].split())
            return cls(west, south, east, north, float(settings["most_abroad"]))
        except (TypeError, ValueError) as error:
            found = f"{settings['box']!r} and {settings['most_abroad']!r}"
            breach = Breach(0, "box, most_abroad", found, "four degrees and a share")
            raise MisfitError(card.id, breach, "see the settings of the source card") from error

    def __str__(self) -> str:
        return f"{self.west:g}-{self.east:g} E, {self.south:g}-{self.north:g} N"

    def holds(self, lon: Floats, lat: Floats) -> Flags:
        """(n,) whether each place lies in the box."""
        inside = (self.west <= lon) & (lon <= self.east) & (self.south <= lat) & (lat <= self.north)
        return np.asarray(inside, dtype=bool)


def _places(batch: Batch, known: set[str], box: Box) -> tuple[Floats, Floats]:
    """Longitude and latitude of each stop.

    Raises
    ------
    MisfitError : one that must have a place has none, stands at 0 0 or has its axes turned, or its station is unknown
    """
    lat, lon = degrees(batch, "stop_lat", 90), degrees(batch, "stop_lon", 180)
    kinds = texts(batch, KIND) or [""] * len(lon)
    needed = np.array([kind not in WITHOUT_PLACE for kind in kinds], dtype=bool)
    for column, values in (("stop_lat", lat), ("stop_lon", lon)):
        refuse_first(batch, column, needed & np.isnan(values), "degrees")
        refuse_first(batch, column, (lon == 0) & (lat == 0), f"a place, {box}")
    refuse_first(batch, "stop_lat", box.holds(lat, lon), f"latitude first, {box}; stop_lat and stop_lon look turned")
    strange = np.array([bool(name) and name not in known for name in texts(batch, PARENT)], dtype=bool)
    refuse_first(batch, PARENT, strange, f"a stop_id of {FILE}")
    return lon, lat
