"""A scenario applied to facts: new facts, the old ones untouched. The slow truth that an effect is held against."""

import math
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from app.access.matrix import Floats
from app.access.supply import OPEN
from app.errors import NotFoundError, OutsideError
from app.siting.scenario import Capacity, Change, Close, Intake, Move, Open, Scenario
from geodata import crs
from geodata.facts import Facts
from geodata.rules import RuleSet

NUMBERS_FROM, NUMBERS_TO = 990_001, 999_999
"""Practice numbers that stand for new practices: the lowest ones that the region does not use."""
PLACE = "scenarie-"
"""Beginning of the id of a location that only a scenario has."""
NEW_NAME, NEW_ADDRESS = "Scenarie: ny praksis {number}", "Scenarie: {lat:.5f}, {lon:.5f}"

Kind = TypeVar("Kind", bound=Change)
Point = tuple[float, float]
"""Longitude and latitude."""


@dataclass(frozen=True)
class Site:
    """A place of a scenario: id of its location, EPSG:25832 coordinates, municipality."""

    location_id: str
    x: float
    y: float
    kommunekode: str


@dataclass(frozen=True)
class Homes:
    """The region's municipalities, by code, ascending, and their outlines, prepared for many points."""

    codes: tuple[str, ...]
    outlines: NDArray[np.object_]


def make_homes(facts: Facts) -> Homes:
    """The municipalities of the facts' region."""
    own = facts.areas[(facts.areas["kind"] == "municipality") & facts.areas["code"].isin(facts.region.codes)]
    own = own.sort_values("code")
    outlines = own.geometry.to_numpy()
    shapely.prepare(outlines)
    return Homes(tuple(own["code"]), outlines)


def apply(scenario: Scenario, facts: Facts, rules: RuleSet, homes: Homes | None = None) -> Facts:
    """The facts as they would be after a scenario.

    Changes at exactly the same point share a location. A location that no practice is left at stays in its table.

    Parameters
    ----------
    homes : of the facts, where they are at hand

    Raises
    ------
    NotFoundError : a change names a practice that the facts do not hold
    OutsideError : a new place lies in no municipality of the region
    """
    known = set(facts.practices["ydernummer"].tolist())
    refuse_strangers(scenario.changes, known, facts.region.name_da)
    sites = find_sites(scenario.changes, facts, homes)
    opened = of_kind(scenario.changes, Open)
    numbers = list(islice(new_numbers(known), len(opened)))
    closed = [change.ydernummer for change in of_kind(scenario.changes, Close)]
    practices = _changed_practices(_without(facts.practices, closed), scenario.changes)
    links = _changed_links(facts, scenario.changes, sites, closed)
    rows = [
        _practice(i, number, change, rules) for i, (number, change) in enumerate(zip(numbers, opened, strict=True), 1)
    ]
    new_links = [
        _link(number, sites[change.lon, change.lat], change.capacity)
        for number, change in zip(numbers, opened, strict=True)
    ]
    return replace(
        facts,
        practices=_with_rows(practices, rows),
        locations=_with_rows(facts.locations, [_location(p, site) for p, site in sites.items()]),
        practice_locations=_with_rows(links, new_links),
        doctors=_without(facts.doctors, closed),
    )


def find_sites(changes: Sequence[Change], facts: Facts, homes: Homes | None = None) -> dict[Point, Site]:
    """Places that changes bring, each point once, in order of longitude and latitude.

    Raises
    ------
    OutsideError : a point lies in no municipality of the region
    """
    points = sorted({(c.lon, c.lat) for c in changes if isinstance(c, Open | Move)})
    if not points:
        return {}
    used = set(facts.locations["location_id"].tolist())
    ids = (name for i in count() if (name := f"{PLACE}{i}") not in used)
    x, y = crs.to_inside(*np.array(points).T)
    there = homes_of(homes or make_homes(facts), facts.region.name_da, points, x, y)
    places = zip(points, ids, x.tolist(), y.tolist(), there, strict=False)
    return {point: Site(name, east, north, home) for point, name, east, north, home in places}


def homes_of(homes: Homes, region: str, points: Sequence[Point], x: Floats, y: Floats) -> list[str]:
    """Municipality of each point, given also in EPSG:25832; on a shared border the lowest code.

    Parameters
    ----------
    region : its name, for the error

    Raises
    ------
    OutsideError : a point lies in none of the region
    """
    inside = shapely.intersects_xy(homes.outlines[:, None], x, y)
    outside = np.flatnonzero(~inside.any(axis=0))
    if len(outside):
        lon, lat = points[outside[0]]
        raise OutsideError(
            f"the point {lon:.5f}, {lat:.5f} lies outside {region}, or in water; choose one on land inside it"
        )
    return [homes.codes[i] for i in inside.argmax(axis=0)]


def new_numbers(used: Container[str]) -> Iterator[str]:
    """Numbers for new practices: the lowest of the reserved ones that no practice has."""
    return (number for i in range(NUMBERS_FROM, NUMBERS_TO + 1) if (number := f"{i:06d}") not in used)


def closing_limit(change: Open, rules: RuleSet) -> int:
    """Closing limit of a new practice."""
    return round(change.capacity * rules.number("closing_limit"))


def refuse_strangers(changes: Sequence[Change], known: Container[str], region: str) -> None:
    """Refuse changes to practices that are not known.

    Raises
    ------
    NotFoundError : names the first
    """
    for change in changes:
        if not isinstance(change, Open) and change.ydernummer not in known:
            raise NotFoundError(f"there is no practice {change.ydernummer} in {region}; see /api/practices")


def _changed_practices(practices: pd.DataFrame, changes: Sequence[Change]) -> pd.DataFrame:
    """Practices with their new intake and capacities; the closing limit follows the capacities."""
    intake = {change.ydernummer: change.to for change in of_kind(changes, Intake)}
    grown = {change.ydernummer: change.capacities for change in of_kind(changes, Capacity)}
    if intake:
        practices = practices.assign(intake=practices["ydernummer"].map(intake).fillna(practices["intake"]))
    if grown:
        now = practices["ydernummer"].map(grown).astype(float).fillna(practices["capacities"])
        limit = np.rint(practices["closing_limit"].to_numpy(dtype=float) * now / practices["capacities"])
        practices = practices.assign(capacities=now, closing_limit=limit.astype(np.int64))
    return practices


def _changed_links(
    facts: Facts, changes: Sequence[Change], sites: Mapping[Point, Site], closed: Sequence[str]
) -> pd.DataFrame:
    """Which practice is where, after capacities, moves and closings."""
    links = facts.practice_locations
    grown = {change.ydernummer: change.capacities for change in of_kind(changes, Capacity)}
    if grown:
        before = facts.practices.set_index("ydernummer")["capacities"]
        ratio = links["ydernummer"].map({number: now / before[number] for number, now in grown.items()})
        links = links.assign(capacities=links["capacities"] * ratio.astype(float).fillna(1.0))
    moves = of_kind(changes, Move)
    if not moves:
        return _without(links, closed)
    moved = links[links["ydernummer"].isin([move.ydernummer for move in moves])]
    whole = {number: math.fsum(parts) for number, parts in moved.groupby("ydernummer")["capacities"]}
    rows = [
        _link(move.ydernummer, sites[move.lon, move.lat], whole[move.ydernummer])
        for move in moves
        if move.ydernummer in whole
    ]
    gone = [*closed, *(move.ydernummer for move in moves)]
    return _with_rows(_without(links, gone), rows)


def _without(frame: pd.DataFrame, numbers: Sequence[str]) -> pd.DataFrame:
    """The rows of all but some practices."""
    if not numbers:
        return frame
    gone = set(numbers)
    kept = [i for i, number in enumerate(frame["ydernummer"].tolist()) if number not in gone]
    return frame.take(kept).reset_index(drop=True)


def _practice(order: int, number: str, change: Open, rules: RuleSet) -> dict[str, Any]:
    return {
        "ydernummer": number,
        "name": NEW_NAME.format(number=order),
        "intake": OPEN,
        "capacities": change.capacity,
        "listed_patients": change.listed_patients,
        "closing_limit": closing_limit(change, rules),
        "status_date": rules.day.isoformat(),
    }


def _location(point: Point, site: Site) -> dict[str, Any]:
    return {
        "location_id": site.location_id,
        "address": NEW_ADDRESS.format(lon=point[0], lat=point[1]),
        "kommunekode": site.kommunekode,
        "x": site.x,
        "y": site.y,
        "step_free_access": "unknown",
    }


def _link(ydernummer: str, site: Site, capacities: float) -> dict[str, Any]:
    return {"ydernummer": ydernummer, "location_id": site.location_id, "capacities": capacities}


def _with_rows(frame: pd.DataFrame, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The rows of a frame and others after them, as far as it has their columns; a column they lack is empty."""
    if not rows:
        return frame
    if all(kind == object or kind.kind in "if" for kind in frame.dtypes):  # noqa: E721
        columns = {
            name: np.append(frame[name].to_numpy(), np.array([row.get(name) for row in rows], dtype=kind))
            for name, kind in frame.dtypes.items()
        }
        return pd.DataFrame(columns, copy=False)
    added = {name: pd.array([row.get(name) for row in rows], dtype=kind) for name, kind in frame.dtypes.items()}
    return pd.concat([frame, pd.DataFrame(added)], ignore_index=True)


def of_kind(changes: Sequence[Change], kind: type[Kind]) -> list[Kind]:
    """Changes of one kind, in their order."""
    return [change for change in changes if isinstance(change, kind)]
