"""Services of a feed, and the days on which they run."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from geodata.sources.gtfs.feed import CALENDARS, Batch, Feed
from geodata.sources.gtfs.values import days, refuse_first, texts, wholes

WEEK, DATES = CALENDARS
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ADDED, REMOVED = 1, 2
"""exception_type of calendar_dates.txt."""


@dataclass(frozen=True)
class Calendar:
    """When services run.

    Parameters
    ----------
    weekly : service, weekdays (Monday is 0), first and last day; a service stands here at most once
    added, removed : service and day, exceptions from the week
    """

    weekly: dict[str, tuple[frozenset[int], date, date]] = field(default_factory=dict)
    added: set[tuple[str, date]] = field(default_factory=set)
    removed: set[tuple[str, date]] = field(default_factory=set)

    @property
    def services(self) -> set[str]:
        """Ids of all services."""
        return {*self.weekly, *(service for service, _ in self.added | self.removed)}

    @property
    def first(self) -> date:
        """The first day on which anything may run."""
        return min([begin for _, begin, _ in self.weekly.values()] + [day for _, day in self.added])

    @property
    def last(self) -> date:
        """The last day on which anything may run."""
        return max([end for _, _, end in self.weekly.values()] + [day for _, day in self.added])

    def running(self, day: date) -> set[str]:
        """Services that run on a day."""
        usual = {
            service
            for service, (weekdays, begin, end) in self.weekly.items()
            if begin <= day <= end and day.weekday() in weekdays and (service, day) not in self.removed
        }
        return usual | {service for service, on in self.added if on == day}


def read_calendar(feed: Feed) -> Calendar:
    """Services by week, by day or both.

    Raises
    ------
    MisfitError : a day is none, a service ends before it begins, comes twice, or none runs at all
    """
    calendar = Calendar()
    if WEEK in feed.files:
        for batch in feed.batches(WEEK):
            _read_week(batch, calendar)
    if DATES in feed.files:
        for batch in feed.batches(DATES):
            _read_dates(batch, calendar)
    if not calendar.weekly and not calendar.added:
        raise feed.refuse("no service", "services with days on which they run", " or ".join(CALENDARS))
    return calendar


def refuse_other_day(feed: Feed, calendar: Calendar, day: date) -> None:
    """Refuse a timetable by which nothing runs on a day.

    Raises
    ------
    MisfitError : says from when to when it holds
    """
    if not calendar.running(day):
        found = f"services from {calendar.first} to {calendar.last}, and none on {day}"
        raise feed.refuse(found, f"a timetable in force on {day}", " and ".join(CALENDARS))


def _read_week(batch: Batch, calendar: Calendar) -> None:
    runs = np.column_stack([wholes(batch, name) for name in WEEKDAYS])
    for name, column in zip(WEEKDAYS, runs.T, strict=True):
        refuse_first(batch, name, column > 1, "1 or 0")
    begin, end = days(batch, "start_date"), days(batch, "end_date")
    backwards = np.array([last < first for first, last in zip(begin, end, strict=True)], dtype=bool)
    refuse_first(batch, "end_date", backwards, "no day before start_date")
    for place, service in enumerate(texts(batch, "service_id")):
        if service in calendar.weekly:
            raise batch.misfit(place, "service_id", f"{service!r} again", "each service once")
        calendar.weekly[service] = (frozenset(np.flatnonzero(runs[place]).tolist()), begin[place], end[place])


def _read_dates(batch: Batch, calendar: Calendar) -> None:
    kinds = wholes(batch, "exception_type")
    refuse_first(batch, "exception_type", (kinds != ADDED) & (kinds != REMOVED), "1 (added) or 2 (removed)")
    for service, day, kind in zip(texts(batch, "service_id"), days(batch, "date"), kinds, strict=True):
        (calendar.added if kind == ADDED else calendar.removed).add((service, day))
