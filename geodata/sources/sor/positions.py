"""Coordinates that the register writes as metres, degrees, swapped or without their decimal mark.

A pair is read in the one way in which it lies in Denmark. Where none or more than one does, it is not read at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from geodata import crs
from geodata.sources.upload.values import number_of
from geodata.sources.upload.wording import WrongValueError

POWERS = range(-9, 10)


@dataclass(frozen=True, slots=True)
class Position:
    """A point in EPSG:25832, how it was read (a code of `register.READINGS`), and whether easting stood second."""

    x: float
    y: float
    reading: str


class UnreadablePositionError(Exception):
    """A pair of coordinates that means no place in Denmark, or more than one; says why."""


def position_of(east: str, north: str) -> Position | None:
    """The point that a pair of texts means; None where both are empty.

    Raises
    ------
    UnreadablePositionError : one of them is missing or no number, or no or more than one reading lies in Denmark
    """
    texts = (east, north)
    if not any(text.strip("0., ") for text in texts):
        return None
    try:
        pair = (number_of(east), number_of(north))
    except WrongValueError:
        raise UnreadablePositionError("two numbers") from None
    readings = list(_readings(*pair))
    if not readings:
        raise UnreadablePositionError("a point in Denmark")
    if len(readings) > 1:
        raise UnreadablePositionError("a point that can be read in one way only")
    return readings[0]


def _readings(east: float, north: float) -> Iterator[Position]:
    """Every reading that lies in Denmark; as it is written before all others."""
    if _within(east, north, crs.DENMARK):
        yield Position(east, north, "as_written")
        return
    for power in POWERS:
        factor = 10.0**power
        for first, second, turned in ((east, north, False), (north, east, True)):
            x, y = first * factor, second * factor
            if _within(x, y, crs.DENMARK):
                yield Position(x, y, "swapped" if turned and not power else "scaled")
            if _within(x, y, crs.DENMARK_DEGREES):
                inside = crs.to_inside(x, y)
                yield Position(float(inside[0]), float(inside[1]), "degrees")


def _within(x: float, y: float, box: tuple[float, float, float, float]) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
