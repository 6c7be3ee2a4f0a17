"""Coordinate systems of OGC API - Features Part 2: their names, and the order of their axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from app.errors import QuestionError
from geodata.crs import INSIDE, WEB_MERCATOR, WGS84, from_inside, to_inside

AUTHORITY = "http://www.opengis.net/def/crs/EPSG/0/"


@dataclass(frozen=True)
class System:
    """One system a client may ask for.

    Parameters
    ----------
    uri : its name in requests and answers
    epsg : code of the same system with east before north
    north_first : whether its coordinates are written north before east (OGC 18-058, 6.2)
    decimals : of a coordinate, about a centimetre
    """

    uri: str
    epsg: int
    north_first: bool
    decimals: int


CRS84 = System("http://www.opengis.net/def/crs/OGC/1.3/CRS84", WGS84, False, 7)
SYSTEMS = {
    system.uri: system
    for system in (
        CRS84,
        System(f"{AUTHORITY}{WGS84}", WGS84, True, 7),
        System(f"{AUTHORITY}{INSIDE}", INSIDE, False, 2),
        System(f"{AUTHORITY}{WEB_MERCATOR}", WEB_MERCATOR, False, 2),
    )
}
STORAGE = f"{AUTHORITY}{INSIDE}"
PIECES = 64
"""Of a side of a box: straight in one system is bent in another."""
SURROUNDINGS = (-200_000.0, 5_700_000.0, 1_300_000.0, 7_000_000.0)
"""Metres in EPSG:25832 around Denmark; a larger box is cut to it, so that its corners can be turned."""


def system_of(parameter: str, uri: str) -> System:
    """The system of a name.

    Raises
    ------
    QuestionError : it is not offered
    """
    if uri not in SYSTEMS:
        raise QuestionError(f"{parameter}: expected one of {', '.join(SYSTEMS)}, found {uri[:100]!r}")
    return SYSTEMS[uri]


def turned(shapes: NDArray[np.object_], system: System) -> NDArray[np.object_]:
    """Geometries of EPSG:25832 in a system, rounded, outlines counter-clockwise on the ground."""

    def turn(points: NDArray[np.float64]) -> NDArray[np.float64]:
        east, north = from_inside(points[:, 0], points[:, 1], system.epsg)
        axes = (north, east) if system.north_first else (east, north)
        return np.asarray(np.round(np.column_stack(axes), system.decimals), dtype=float)

    out = shapely.transform(shapes, turn)
    return np.asarray(shapely.orient_polygons(out, exterior_cw=system.north_first), dtype=object)


def box_inside(bounds: Sequence[float], system: System) -> shapely.Geometry:
    """A box of a system as an outline in EPSG:25832; a west beyond the east is the way over the date line.

    Parameters
    ----------
    bounds : first axis low, second axis low, first axis high, second axis high
    """
    west, south, east, north = (bounds[i] for i in ((1, 0, 3, 2) if system.north_first else (0, 1, 2, 3)))
    if west > east:
        return shapely.union(_box(west, south, 180.0, north, system), _box(-180.0, south, east, north, system))
    return _box(west, south, east, north, system)


def _box(west: float, south: float, east: float, north: float, system: System) -> shapely.Geometry:
    """A box, cut to the surroundings, whose sides are bent as they bend in EPSG:25832."""
    around = _surroundings(system.epsg)
    low = np.maximum([west, south], around[:2])
    high = np.minimum([east, north], around[2:])
    if (low > high).any():
        return shapely.Polygon()
    corners = np.array([low, [high[0], low[1]], high, [low[0], high[1]], low])
    sides = [np.linspace(a, b, PIECES, endpoint=False) for a, b in pairwise(corners)]
    across, up = np.concatenate(sides).T
    points = np.column_stack(to_inside(across, up, system.epsg))
    if (low < high).all():
        return shapely.Polygon(points)
    return shapely.LineString(points) if (low < high).any() else shapely.Point(points[0])


@cache
def _surroundings(epsg: int) -> tuple[float, float, float, float]:
    """Bounds of the surroundings in a system: west, south, east, north."""
    ring = shapely.segmentize(shapely.box(*SURROUNDINGS).exterior, 50_000.0)
    across, up = shapely.get_coordinates(ring).T
    east, north = from_inside(across, up, epsg)
    return float(east.min()), float(north.min()), float(east.max()), float(north.max())
