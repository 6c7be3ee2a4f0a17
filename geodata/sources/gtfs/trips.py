"""Routes and trips of a feed: which means of transport runs each trip, and by which service."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from geodata.premises import STOP_KINDS
from geodata.sources.gtfs.calendar import Calendar
from geodata.sources.gtfs.feed import Feed
from geodata.sources.gtfs.values import Ints, known, refuse_twice, texts, wholes

KINDS = [code.value for code in STOP_KINDS]
BASIC = {0: "tram", 1: "metro", 2: "train", 3: "bus", 4: "ferry", 5: "tram", 11: "bus", 12: "metro"}
"""route_type of the reference -> kind."""
EXTENDED = {
    "train": (1, 3),
    "metro": (4, 5),
    "tram": (9,),
    "bus": (2, 7, 8),
    "ferry": (10, 12),
}
"""Kind -> hundreds of an extended route_type (https://developers.google.com/transit/gtfs/reference/extended-route-types)."""
OTHER = "other"
HUNDRED = 100


@dataclass(frozen=True)
class Trips:
    """Trips.

    Parameters
    ----------
    ids : (t,) texts
    kind : (t,) position in `KINDS`
    routes : how many routes there are
    """

    ids: pa.Array
    kind: Ints
    routes: int


def read_trips(feed: Feed, calendar: Calendar) -> Trips:
    """All trips, each of a route and a service that there are.

    Raises
    ------
    MisfitError : an id comes twice, or names no route or service
    """
    routes, kind_of = _read_routes(feed)
    services = pa.array(sorted(calendar.services))
    seen: set[str] = set()
    ids: list[str] = []
    kinds: list[Ints] = []
    for batch in feed.batches("trips.txt"):
        refuse_twice(batch, "trip_id", seen)
        kinds.append(kind_of[known(batch, "route_id", routes, "routes.txt")])
        known(batch, "service_id", services, "calendar.txt or calendar_dates.txt")
        ids += texts(batch, "trip_id")
    if not ids:
        raise feed.refuse("no trip", "at least one", "trips.txt")
    return Trips(pa.array(ids), np.concatenate(kinds), len(routes))


def kind_of_route(route_type: int) -> str:
    """What runs a route, by its route_type, basic or extended."""
    extended = (kind for kind, hundreds in EXTENDED.items() if route_type // HUNDRED in hundreds)
    return BASIC.get(route_type) or next(extended, OTHER)


def _read_routes(feed: Feed) -> tuple[pa.Array, Ints]:
    """Ids of routes, and the position of each one's kind in `KINDS`."""
    seen: set[str] = set()
    ids: list[str] = []
    kinds: list[int] = []
    for batch in feed.batches("routes.txt"):
        refuse_twice(batch, "route_id", seen)
        ids += texts(batch, "route_id")
        kinds += [KINDS.index(kind_of_route(int(number))) for number in wholes(batch, "route_type")]
    return pa.array(ids, type=pa.string()), np.array(kinds, dtype=np.int64)
