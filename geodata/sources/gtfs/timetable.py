"""The national timetable: brought, checked whole, and read as the stops of a region."""

import logging
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import crs
from geodata.catalogue import Card, Region
from geodata.fetching import Ask, Fetched, Fetcher
from geodata.fetching.asking import endpoint_of
from geodata.premises import STOPS
from geodata.sources.gtfs.calendar import Calendar, read_calendar, refuse_other_day
from geodata.sources.gtfs.feed import open_feed
from geodata.sources.gtfs.places import Stops, read_stops
from geodata.sources.gtfs.stop_times import Served, read_stop_times
from geodata.sources.gtfs.trips import KINDS, Trips, read_trips
from geodata.sources.reading import Reading, source_file
from geodata.units import MINUTES_PER_HOUR, SECONDS_PER_MINUTE

log = logging.getLogger(__name__)

CARD, MIRROR = "rejseplanen_gtfs", "transitous_gtfs"


@dataclass(frozen=True)
class Timetable:
    """A feed that keeps all its promises."""

    stops: Stops
    calendar: Calendar
    trips: Trips
    served: Served

    def __str__(self) -> str:
        """Counts and days, in one line."""
        late = divmod(self.served.latest // int(SECONDS_PER_MINUTE), int(MINUTES_PER_HOUR))
        empty = int((self.served.ends < 0).sum())
        return (
            f"{len(self.stops.ids)} stops ({self.stops.abroad.sum()} outside Denmark), {self.trips.routes} routes, "
            f"{len(self.trips.ids)} trips ({empty} that stop nowhere), {self.served.rows} stop times, "
            f"the latest {late[0]:02d}:{late[1]:02d}, from {self.calendar.first} to {self.calendar.last}"
        )


def fetch_timetable(fetcher: Fetcher, card: Card, region: Region) -> Fetched:  # noqa: ARG001 - it is the country's
    """The timetable of the country, kept when it is whole and in force today.

    Raises
    ------
    FetchError, MisfitError : it cannot be had, breaks a promise of the card, or is not in force
    """
    endpoint = endpoint_of(card)
    url = endpoint.url.format(**endpoint.settings)
    return fetcher.file(Ask(card, url, check=partial(check_timetable, card=card, day=date.today())))


def read_rejseplanen(folder: Path, region: Region) -> Reading:  # noqa: ARG001 - cut to the region by `stops_within`
    """Stops of Denmark by Rejseplanen's own feed; raises as `read_timetable`."""
    return read_timetable(*source_file(folder, CARD))


def read_mirror(folder: Path, region: Region) -> Reading:  # noqa: ARG001 - cut to the region by `stops_within`
    """Stops of Denmark by the mirror; raises as `read_timetable`."""
    return read_timetable(*source_file(folder, MIRROR))


def read_timetable(path: Path, card: Card) -> Reading:
    """Stops in Denmark at which trips stop, a row for each kind of transport, as table STOPS; the feed checked whole.

    The data date is the first day of the calendar: a feed begins on about the day it is published.

    Raises
    ------
    MisfitError : the feed breaks a promise of its card
    """
    found = check_timetable(path, card)
    stop, kind = np.nonzero(found.served.kinds & ~(found.stops.abroad | np.isnan(found.stops.lon))[:, None])
    x, y = crs.to_inside(found.stops.lon[stop], found.stops.lat[stop])
    frame = pd.DataFrame(
        {
            "stop_id": np.array(found.stops.ids.to_pylist(), dtype=object)[stop],
            "name": [found.stops.names[number] or None for number in stop],
            "kind": np.array(KINDS)[kind],
            "x": x,
            "y": y,
        }
    )
    kept = len(np.unique(stop))
    return Reading(STOPS.check(frame), card, len(found.stops.ids), kept, str(found), found.calendar.first.isoformat())


def check_timetable(path: Path, card: Card, day: date | None = None) -> Timetable:
    """A feed, checked whole: files, columns, places, references, times, and that it is in force on a day.

    Raises
    ------
    MisfitError : names file, row, column, what was found and what was expected
    """
    with open_feed(path, card) as feed:
        calendar = read_calendar(feed)
        if day is not None:
            refuse_other_day(feed, calendar, day)
        stops = read_stops(feed)
        trips = read_trips(feed, calendar)
        for _ in feed.batches("agency.txt"):
            pass
        found = Timetable(stops, calendar, trips, read_stop_times(feed, trips, stops))
    log.info("%s: %s", card.id, found)
    return found


def stops_within(reading: Reading, areas: gpd.GeoDataFrame, buffer: float) -> Reading:
    """The stops in a region's municipalities and so many metres around them.

    Parameters
    ----------
    areas : table AREAS
    """
    members = areas.geometry[(areas["kind"] == "municipality").to_numpy()]
    wide = shapely.buffer(shapely.union_all(members.to_numpy()), buffer)
    shapely.prepare(wide)
    frame = reading.frame[shapely.contains_xy(wide, reading.frame["x"], reading.frame["y"])]
    kept = STOPS.check(frame)
    return Reading(kept, reading.card, reading.rows_in, kept["stop_id"].nunique(), reading.note, reading.as_of)
