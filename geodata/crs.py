"""One coordinate system inside, EPSG:25832 (ETRS89 / UTM 32N, metres), and two doors: reading and publishing.

A missing coordinate system is refused, never guessed.
"""

from functools import cache

import geopandas as gpd
import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer

from geodata.errors import CrsError

INSIDE = 25832
WGS84 = 4326
WEB_MERCATOR = 3857
LAEA = 3035

DENMARK = (400_000.0, 6_000_000.0, 950_000.0, 6_450_000.0)
"""Where Denmark lies in EPSG:25832: west, south, east, north, metres."""
DENMARK_DEGREES = (7.5, 54.3, 15.6, 58.0)
"""Where Denmark lies in longitude and latitude."""
Floats = NDArray[np.float64]


def inward(frame: gpd.GeoDataFrame, source: str) -> gpd.GeoDataFrame:
    """Bring a frame to EPSG:25832; `source` names the file in the error.

    Raises
    ------
    CrsError : the frame says no coordinate system
    """
    if frame.crs is None:
        raise CrsError(f"{source} names no coordinate system; write it into the file or its card")
    return frame.to_crs(INSIDE)


def outward(frame: gpd.GeoDataFrame, epsg: int = WGS84) -> gpd.GeoDataFrame:
    """Bring a frame of EPSG:25832 to the system asked for.

    Raises
    ------
    CrsError : the frame is not in EPSG:25832
    """
    if frame.crs is None or CRS(frame.crs).to_epsg() != INSIDE:
        raise CrsError(f"expected EPSG:{INSIDE} inside the house, found {frame.crs}")
    return frame.to_crs(epsg)


def to_inside(x: ArrayLike, y: ArrayLike, epsg: int = WGS84) -> tuple[Floats, Floats]:
    """Coordinates (lon/x, lat/y) of a system as EPSG:25832 metres (x, y)."""
    return _transform(x, y, epsg, INSIDE)


def from_inside(x: ArrayLike, y: ArrayLike, epsg: int = WGS84) -> tuple[Floats, Floats]:
    """EPSG:25832 metres (x, y) as coordinates (lon/x, lat/y) of a system."""
    return _transform(x, y, INSIDE, epsg)


@cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _transform(x: ArrayLike, y: ArrayLike, source: int, target: int) -> tuple[Floats, Floats]:
    tx, ty = _transformer(source, target).transform(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    return np.asarray(tx, dtype=float), np.asarray(ty, dtype=float)
