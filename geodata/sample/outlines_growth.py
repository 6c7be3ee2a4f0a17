"""Grow the fitted outlines over the gaps between them, to their official areas, borders shared.

Everything is a raster first (signed distances less a weight per area; the least wins), then
polygons again. Lengths are metres (EPSG:25832), official areas square kilometres.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

REACH = 8_500.0
"""How far land may lie from every outline and still be given to one (m): reaches Saltholm."""


@dataclass(frozen=True)
class Raster:
    """Square pixels over a window; the origin is the window's lower-left corner (m)."""

    west: float
    south: float
    columns: int
    rows: int
    pixel: float

    def centres(self) -> tuple[Floats, Floats]:
        """East and north of every pixel's centre, rows x columns."""
        east = self.west + self.pixel * (np.arange(self.columns) + 0.5)
        north = self.south + self.pixel * (np.arange(self.rows) + 0.5)
        x, y = np.meshgrid(east, north)
        return x, y

    def inside(self, area: BaseGeometry) -> Bools:
        """Which pixel centres lie in an area."""
        shapely.prepare(area)
        return np.asarray(shapely.contains_xy(area, *self.centres()))

    def signed_distance(self, mask: Bools) -> Floats:
        """Metres to the mask outside it, minus the metres to its edge within."""
        out = distance_transform_edt(~mask) if mask.any() else np.full(mask.shape, 1e5)
        within = distance_transform_edt(mask)
        return np.asarray((out - within) * self.pixel, dtype=np.float32)


def grow(
    areas: Mapping[str, BaseGeometry],
    land: BaseGeometry,
    official: Mapping[str, float],
    window: tuple[float, float, float, float],
) -> dict[str, BaseGeometry]:
    """Areas grown over the gaps on land: code -> outline with shared, simplified borders."""
    codes = sorted(areas)
    coarse = raster_of(window, 100.0)
    weight = balanced(codes, _distances(coarse, areas), coarse, land, official)
    fine = raster_of(window, 50.0)
    away = _distances(fine, areas) - weight[:, None, None]
    label = np.where(away.min(axis=0) < REACH, away.argmin(axis=0), -1)
    stairs = [shapes(fine, label == number) for number in range(len(codes))]
    smooth = shapely.coverage_simplify(stairs, 120.0)
    return exact({code: cut(area, land) for code, area in zip(codes, smooth, strict=True)})


def raster_of(window: tuple[float, float, float, float], pixel: float) -> Raster:
    """The raster that covers a window, pixel size in metres."""
    west, south, east, north = window
    return Raster(west, south, int((east - west) / pixel), int((north - south) / pixel), pixel)


def _distances(raster: Raster, areas: Mapping[str, BaseGeometry]) -> Floats:
    return np.stack([raster.signed_distance(raster.inside(areas[c])) for c in sorted(areas)])


def balanced(
    codes: list[str],
    away: Floats,
    raster: Raster,
    land: BaseGeometry,
    official: Mapping[str, float],
) -> Floats:
    """A weight (m) per area under which the grown areas come near the official ones."""
    ground = raster.inside(land) & (away.min(axis=0) < REACH)
    on_land = away[:, ground]
    km2 = np.array([official.get(code, 0.0) for code in codes])
    known = km2 > 0
    weight = np.zeros(len(codes))
    for _ in range(40):
        label = (on_land - weight[:, None]).argmin(axis=0)
        have = np.bincount(label, minlength=len(codes)) * (raster.pixel / 1000.0) ** 2
        short = (km2 - have)[known]
        weight[known] += np.clip(short / (4.8 * np.sqrt(km2[known])) * 600.0, -150.0, 150.0)
        weight = np.clip(weight - np.median(weight[known]), -900.0, 900.0)
    return weight


def shapes(raster: Raster, mask: Bools) -> BaseGeometry:
    """The outline of the pixels in a mask, out of one box per run of pixels."""
    padded = np.pad(mask.astype(np.int8), ((0, 0), (1, 1)))
    row, start = np.nonzero(np.diff(padded, axis=1) == 1)
    _, end = np.nonzero(np.diff(padded, axis=1) == -1)
    south = raster.south + row * raster.pixel
    boxes = shapely.box(
        raster.west + start * raster.pixel,
        south,
        raster.west + end * raster.pixel,
        south + raster.pixel,
    )
    return shapely.union_all(boxes, grid_size=raster.pixel)


def cut(area: BaseGeometry, land: BaseGeometry) -> BaseGeometry:
    """What of an area is land."""
    return shapely.intersection(area, land)


def exact(areas: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Whole-metre coordinates and truly shared borders: faces of all lines, given to owners."""
    codes = sorted(areas)
    outlines = [shapely.boundary(areas[code]) for code in codes]
    lines = shapely.union_all(outlines, grid_size=1.0)
    faces = shapely.get_parts(shapely.polygonize([lines]))
    spots = shapely.point_on_surface(faces)
    for area in areas.values():
        shapely.prepare(area)
    owner = np.full(len(faces), -1)
    for number, code in enumerate(codes):
        owner[shapely.contains(areas[code], spots)] = number
    return {
        code: without_crumbs(shapely.union_all(faces[owner == number], grid_size=1.0))
        for number, code in enumerate(codes)
        if (owner == number).any()
    }


def without_crumbs(area: BaseGeometry, smallest: float = 20_000.0) -> BaseGeometry:
    """An area less its parts under ``smallest`` square metres."""
    parts = shapely.get_parts(area)
    parts = parts[shapely.area(parts) >= smallest]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
