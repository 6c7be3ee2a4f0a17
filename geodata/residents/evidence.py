"""What tells where in a census square people live: addresses, else buildings, else streets, else land alone."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata import crs

Floats = NDArray[np.float64]
Kind = Literal["address", "building", "street"]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True)
class Evidence:
    """Points of one kind from one source, complete within `cover`.

    Parameters
    ----------
    kind : address, building or street (points at even steps along streets people live at)
    source : id of the source card
    x, y : (n,) EPSG:25832
    cover : the area in which the source is complete, EPSG:25832
    """

    kind: Kind
    source: str
    x: Floats
    y: Floats
    cover: shapely.Polygon


POINT = 1e-6
"""Degrees: a box is at least so wide and high, also about a single point."""


def box_of(lon: Floats, lat: Floats) -> shapely.Polygon:
    """The lon/lat rectangle that holds all points, as a polygon in EPSG:25832 (edges followed at 20 steps)."""
    west, south = lon.min(), lat.min()
    east, north = max(lon.max(), west + POINT), max(lat.max(), south + POINT)
    ring = shapely.segmentize(shapely.box(west, south, east, north).exterior, max(east - west, north - south) / 20)
    x, y = crs.to_inside(*shapely.get_coordinates(ring).T)
    return shapely.Polygon(np.column_stack([x, y]))
