"""What a request for items asks: page, box, days, values, coordinate system. Every parameter is known or refused."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from app.errors import QuestionError
from app.web.ogc.systems import CRS84, System, system_of
from app.web.ogc.temporal import Days, read_days
from geodata.tables import GEOMETRIES, Column, Table

USUAL, MOST = 100, 10_000
"""Features on a page, unless asked otherwise, and at most."""
PLAIN = ("lang", "f")
ITEM = (*PLAIN, "crs")
ITEMS = (*ITEM, "limit", "offset", "bbox", "bbox-crs", "datetime")
FARTHEST = 2**53 - 1
"""Features before a page, at most: what every client can count."""
FLAGS = {"true": True, "false": False}


@dataclass(frozen=True)
class Query:
    """One page of one collection.

    Parameters
    ----------
    limit, offset : rows of the page, and rows before it
    bbox, bbox_system : box the features touch, in the order of its system's axes
    days : days in which a feature with a date falls
    values : what columns must hold
    system : of the answer's geometries
    """

    limit: int
    offset: int
    bbox: tuple[float, float, float, float] | None
    bbox_system: System
    days: Days | None
    values: Mapping[str, Any]
    system: System


def queryables(table: Table) -> list[Column]:
    """Columns a client may filter by: all but the geometry."""
    return [column for column in table.columns if column.kind not in GEOMETRIES]


def parameters(request: Request, known: tuple[str, ...]) -> dict[str, str]:
    """The parameters of a request.

    Raises
    ------
    QuestionError : one is unknown, stands twice, or has a value that cannot be
    """
    given = request.query_params
    strange = sorted(set(given) - set(known))
    if strange:
        raise QuestionError(f"unknown parameter {', '.join(strange)[:200]}; known are {', '.join(known)}")
    twice = sorted({name for name, _ in given.multi_items() if len(given.getlist(name)) > 1})
    if twice:
        raise QuestionError(f"{', '.join(twice)}: expected once, found several times")
    for name, allowed in (("f", ("json",)), ("lang", ("da", "en"))):
        if given.get(name, allowed[0]) not in allowed:
            raise QuestionError(f"{name}: expected {' or '.join(allowed)}, found {given[name][:60]!r}")
    return dict(given)


def read_query(request: Request, table: Table) -> Query:
    """The page a request asks for.

    Raises
    ------
    QuestionError : names the parameter, what was found and what is expected
    """
    columns = {column.name: column for column in queryables(table)}
    given = parameters(request, (*ITEMS, *columns))
    box = read_box(given["bbox"]) if "bbox" in given else None
    box_system = system_of("bbox-crs", given.get("bbox-crs", CRS84.uri))
    return Query(
        limit=min(_whole("limit", given.get("limit", str(USUAL)), 1), MOST),
        offset=_whole("offset", given.get("offset", "0"), 0),
        bbox=_upright(box, box_system) if box else None,
        bbox_system=box_system,
        days=read_days(given["datetime"]) if "datetime" in given else None,
        values={name: read_value(columns[name], value) for name, value in given.items() if name in columns},
        system=system_of("crs", given.get("crs", CRS84.uri)),
    )


def read_box(value: str) -> tuple[float, float, float, float]:
    """A box of four numbers, or of six whose heights are left out.

    Raises
    ------
    QuestionError : other than four or six finite numbers
    """
    try:
        numbers = [float(part) for part in value.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        raise QuestionError(f"bbox: expected four or six numbers with commas between, found {value[:80]!r}")
    half = len(numbers) // 2
    return numbers[0], numbers[1], numbers[half], numbers[half + 1]


def _upright(box: tuple[float, float, float, float], system: System) -> tuple[float, float, float, float]:
    """A box whose south lies below its north; west after east is the way over the date line, in degrees only."""
    south, north = (box[0], box[2]) if system.north_first else (box[1], box[3])
    west, east = (box[1], box[3]) if system.north_first else (box[0], box[2])
    if south > north or (west > east and system.epsg != CRS84.epsg):
        raise QuestionError(f"bbox: expected the lower corner before the upper, found {','.join(map(str, box))}")
    return box


def _whole(name: str, value: str, lowest: int) -> int:
    digits = value.isascii() and value.isdigit() and len(value) <= len(str(FARTHEST))
    if not digits or not lowest <= int(value) <= FARTHEST:
        raise QuestionError(f"{name}: expected a whole number from {lowest} to {FARTHEST}, found {value[:60]!r}")
    return int(value)


def read_value(column: Column, value: str) -> Any:
    """A parameter as a value of its column.

    Raises
    ------
    QuestionError : it is not of the column's kind
    """
    try:
        if column.kind == "flag":
            return FLAGS[value]
        if column.kind in ("int", "float"):
            number = float(value)
            if math.isfinite(number):
                return number
            raise ValueError
    except (KeyError, ValueError):
        raise QuestionError(f"{column.name}: expected {column.expected}, found {value[:60]!r}") from None
    return value
