"""Where roads may lie: a 25 m raster of ground that is dry for certain, islands told apart."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.ndimage import binary_erosion, label
from shapely.geometry.base import BaseGeometry

from geodata.sample.ground import CELL, Flags, Floats, Ints, Window, window_of
from geodata.sample.outlines import lakes, land, municipalities, read_table

PIXEL = 25.0
STEP = 15.0
"""Spacing (m) of the points at which a line is tried for water: below a pixel, so none is leapt over."""


@dataclass(frozen=True)
class Terrain:
    """The islands of dry ground, one raster for each window.

    Parameters
    ----------
    windows : the rectangles covered
    islands : for each window, rows x columns of pixels; 0 is water or its edge, else the island's number
    """

    windows: tuple[Window, ...]
    islands: tuple[NDArray[np.int32], ...]

    def island(self, x: Floats, y: Floats) -> Ints:
        """The island each point stands on; 0 in the water or less than a pixel from it."""
        found = np.zeros(np.shape(x), dtype=np.int64)
        for window, raster in zip(self.windows, self.islands, strict=True):
            column = np.floor((x - CELL * window.west) / PIXEL).astype(np.int64)
            row = np.floor((y - CELL * window.south) / PIXEL).astype(np.int64)
            here = (column >= 0) & (column < raster.shape[1]) & (row >= 0) & (row < raster.shape[0])
            found[here] = raster[row[here], column[here]]
        return found

    def dry(self, start: Floats, end: Floats) -> Flags:
        """Whether straight lines, given by (n, 2) ends, run over dry ground all the way."""
        gap = np.hypot(*(end - start).T)
        samples = 2 ** np.ceil(np.log2(np.maximum(gap / STEP, 1.0))).astype(np.int64) + 1
        dry = np.ones(len(gap), dtype=bool)
        for number in np.unique(samples):
            here = np.flatnonzero(samples == number)
            t = np.linspace(0.0, 1.0, number)[None, :, None]
            points = start[here, None, :] * (1.0 - t) + end[here, None, :] * t
            dry[here] = (self.island(points[..., 0], points[..., 1]) > 0).all(axis=1)
        return dry


def make_terrain(outlines: gpd.GeoDataFrame) -> Terrain:
    """Raster of the land less its lakes, mainland and Bornholm apart."""
    areas = municipalities(outlines)
    ground = land(outlines).difference(shapely.union_all(lakes(outlines) + water_lines()))
    windows = tuple(window_of(part.total_bounds) for part in (areas[areas.index < "0400"], areas.loc[["0400"]]))
    islands, used = [], 0
    for window in windows:
        numbers, count = label(binary_erosion(painted(window, ground), np.ones((3, 3))))
        islands.append(np.where(numbers > 0, numbers + used, 0).astype(np.int32))
        used += count
    return Terrain(windows, tuple(islands))


def water_lines() -> list[BaseGeometry]:
    """Water written as a line with a half width (m)."""
    return [
        shapely.LineString(points[["x", "y"]].to_numpy()).buffer(float(points["half_width_m"].iloc[0]))
        for _, points in read_table("water_lines").groupby("name", sort=True)
    ]


def painted(window: Window, ground: BaseGeometry) -> Flags:
    """Pixels of a window on the ground, those on the shore left out; row 0 is the southernmost."""
    scale = int(CELL / PIXEL)
    image = Image.new("1", (window.columns * scale, window.rows * scale), 0)
    brush = ImageDraw.Draw(image)
    for part in shapely.get_parts(ground):
        brush.polygon(_pixels(window, part.exterior), fill=1)
        for hole in part.interiors:
            brush.polygon(_pixels(window, hole), fill=0)
        for shore in (part.exterior, *part.interiors):
            brush.line(_pixels(window, shore), fill=0, width=1)
    return np.array(image, dtype=bool)


def _pixels(window: Window, ring: BaseGeometry) -> list[tuple[float, float]]:
    corner = (CELL * window.west, CELL * window.south)
    places = (shapely.get_coordinates(ring) - corner) / PIXEL - 0.5
    return [(float(x), float(y)) for x, y in places]
