"""Which trip stops where and when: millions of rows, looked at as they stream past.

Held are one number for each trip's first and last stop and a mark for each stop and kind; never the rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from geodata.network.graph import Flags
from geodata.sources.gtfs.feed import Batch, Feed
from geodata.sources.gtfs.places import Stops
from geodata.sources.gtfs.trips import KINDS, Trips
from geodata.sources.gtfs.values import NO_TIME, Ints, known, refuse_first, seconds, wholes

FILE = "stop_times.txt"
NEVER = np.iinfo(np.int64).max


@dataclass
class Served:
    """What the rows say together.

    Parameters
    ----------
    kinds : (s, k) whether trips of a kind stop at a stop
    rows : how many there were
    latest : seconds after the service day began of the latest time; more than 86,400 is after midnight
    begins, ends : (t,) of each trip twice the stop_sequence of its first and last row, one more where it has no time
    """

    kinds: Flags
    begins: Ints
    ends: Ints
    rows: int = 0
    latest: int = 0


@dataclass(frozen=True)
class _Rows:
    """Rows of a batch, checked cell by cell, with the last row before them in front."""

    batch: Batch
    trip: Ints
    stop: Ints
    sequence: Ints
    arrival: Ints
    departure: Ints


@dataclass
class _Before:
    """The last row of the batch before."""

    trip: int = -1
    sequence: int = -1
    departure: int = field(default=NO_TIME)


def read_stop_times(feed: Feed, trips: Trips, stops: Stops) -> Served:
    """Check every row against trips, stops, its own times and the row before.

    Raises
    ------
    MisfitError : a row names no trip or stop, a time is none or runs backwards, a trip begins or ends without a time
    """
    count = len(trips.ids)
    served = Served(np.zeros((len(stops.ids), len(KINDS)), dtype=bool), np.full(count, NEVER), np.full(count, -1))
    before = _Before()
    for rows in _rows(feed, trips, stops):
        _refuse_backwards(rows, before)
        _take(served, rows, trips)
    if not served.rows:
        raise feed.refuse("no row", "trips with their stops", FILE)
    _refuse_untimed(feed, served, trips)
    return served


def _rows(feed: Feed, trips: Trips, stops: Stops) -> Iterator[_Rows]:
    for batch in feed.batches(FILE):
        trip, stop = known(batch, "trip_id", trips.ids, "trips.txt"), known(batch, "stop_id", stops.ids, "stops.txt")
        arrival, departure = seconds(batch, "arrival_time"), seconds(batch, "departure_time")
        arrival, departure = (
            np.where(arrival == NO_TIME, departure, arrival),
            np.where(departure == NO_TIME, arrival, departure),
        )
        refuse_first(batch, "departure_time", departure < arrival, "no time before arrival_time")
        yield _Rows(batch, trip, stop, wholes(batch, "stop_sequence"), arrival, departure)


def _refuse_backwards(rows: _Rows, before: _Before) -> None:
    """Refuse a stop that comes twice in its trip, or before the stop in the row above; files need not be sorted."""
    if not len(rows.trip):
        return
    trip, sequence, departure = (
        np.concatenate([[first], values])
        for first, values in (
            (before.trip, rows.trip),
            (before.sequence, rows.sequence),
            (before.departure, rows.departure),
        )
    )
    same = trip[1:] == trip[:-1]
    refuse_first(
        rows.batch, "stop_sequence", same & (sequence[1:] == sequence[:-1]), "another one than in the row above"
    )
    timed = (rows.arrival != NO_TIME) & (departure[:-1] != NO_TIME)
    early = same & (sequence[1:] > sequence[:-1]) & timed & (rows.arrival < departure[:-1])
    refuse_first(rows.batch, "arrival_time", early, "no time before that of the stop before")
    before.trip, before.sequence, before.departure = int(trip[-1]), int(sequence[-1]), int(departure[-1])


def _take(served: Served, rows: _Rows, trips: Trips) -> None:
    served.rows += len(rows.trip)
    served.latest = max(served.latest, int(rows.departure.max(initial=0)))
    served.kinds[rows.stop, trips.kind[rows.trip]] = True
    mark = 2 * rows.sequence + (rows.departure == NO_TIME)
    np.minimum.at(served.begins, rows.trip, mark)
    np.maximum.at(served.ends, rows.trip, mark)


def _refuse_untimed(feed: Feed, served: Served, trips: Trips) -> None:
    """Refuse a trip without a time at its first or last stop; between them the reference asks for none."""
    run = served.ends >= 0
    untimed = run & ((served.begins % 2 == 1) | (served.ends % 2 == 1))
    if untimed.any():
        trip = trips.ids[int(untimed.argmax())].as_py()
        column = f"arrival_time of {FILE}"
        raise feed.refuse(f"nothing at the first or last stop of trip {trip!r}", "a time at both", column)
