"""Cells as pictures: class grids in EPSG:25832, warped to Web Mercator by nearest neighbour, written as palette PNG.

Two pictures for each part of the region: an overview where each inhabited cell is spread so that it can be seen, and
the detail with true 100 m cells. Mainland and islands are apart: no picture lies over the open sea between them.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from pyproj import Transformer
from scipy.ndimage import distance_transform_edt

from app.publish.legend import NO_CLASS, Layer, classes
from app.publish.palette import rgb
from app.study import Study
from geodata.crs import INSIDE, WEB_MERCATOR, WGS84, from_inside
from geodata.facts import Facts

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Bounds = tuple[float, float, float, float]
Value = TypeVar("Value", np.uint8, np.int32)

CELL = 100.0
SPREAD = ((1, 150.0), (8, 300.0), (40, 450.0))
"""Residents from which a cell is spread to so many metres around its centre, in the overview."""
OVERVIEW_STEP, DETAIL_STEP = 50.0, 100.0
OVERVIEW_PIXEL, DETAIL_PIXEL = 75.0, 50.0
"""Metres on the ground of one pixel of the finished picture."""
MARGIN = 500.0
LATTICE = 32


@dataclass(frozen=True)
class Part:
    """A part of the region that is drawn on its own: the mainland, or an island.

    Parameters
    ----------
    id : mainland, or the island's name in lower case letters
    name : the island's name; empty for the mainland
    codes : its municipalities
    inset : whether it is shown in an inset
    land : its outline, EPSG:25832
    """

    id: str
    name: str
    codes: tuple[str, ...]
    inset: bool
    land: shapely.Geometry

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north in EPSG:25832, on whole cells, with a margin."""
        west, south, east, north = shapely.bounds(self.land)
        down = [np.floor((v - MARGIN) / CELL) * CELL for v in (west, south)]
        up = [np.ceil((v + MARGIN) / CELL) * CELL for v in (east, north)]
        return float(down[0]), float(down[1]), float(up[0]), float(up[1])


@dataclass(frozen=True)
class Picture:
    """A palette PNG and where it lies: ((south, west), (north, east)) in degrees."""

    png: bytes
    bounds: tuple[tuple[float, float], tuple[float, float]]
    size: tuple[int, int]


def parts(facts: Facts) -> tuple[Part, ...]:
    """The mainland and each island of a region, in this order; a region without a mainland has only islands."""
    areas = facts.areas[facts.areas["kind"] == "municipality"].set_index("code").geometry
    region = facts.region
    away = {code for island in region.islands for code in island.municipalities}
    groups = [("mainland", "", tuple(code for code in region.codes if code not in away), False)]
    groups += [(_slug(island.name), island.name, island.municipalities, island.inset) for island in region.islands]
    return tuple(
        Part(id_, name, codes, inset, shapely.union_all(areas.loc[list(codes)].to_numpy()))
        for id_, name, codes, inset in groups
        if codes
    )


def _slug(name: str) -> str:
    folded = name.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    return "".join(c if c.isalnum() else "-" for c in folded)


class Canvas:
    """One part of the region with its cells, ready to draw any layer.

    Parameters
    ----------
    part : what to draw
    cells : all cells of the region with the columns of the layers; those of the part are taken
    """

    def __init__(self, part: Part, cells: pd.DataFrame) -> None:
        self.part = part
        self.cells = cells[cells["kommunekode"].isin(part.codes)].reset_index(drop=True)

    def draw(self, layer: Layer, overview: bool, cells: pd.DataFrame | None = None) -> Picture:
        """Draw a layer.

        Parameters
        ----------
        cells : the canvas's own cells with other findings, such as minutes by another profile
        """
        values = classes(layer, self.cells if cells is None else cells)
        return self.paint(values, layer.colours, overview)

    def paint(self, values: Bytes, colours: Sequence[str], overview: bool) -> Picture:
        """Draw classes of the part's cells, in the colour of each class."""
        warp = self._overview_warp if overview else self._detail_warp
        grid = self.overview(values) if overview else self.detail(values)
        return Picture(png(warp.sample(grid), colours), warp.corners, warp.size)

    def detail(self, values: Bytes) -> Bytes:
        """Class of each 100 m cell; (rows, columns) from the north-west, 255 where nobody lives."""
        grid = _empty(self.part.bounds, DETAIL_STEP)
        row, column = _places(self.cells, self.part.bounds, DETAIL_STEP)
        grid[row, column] = values
        return grid

    def overview(self, values: Bytes) -> Bytes:
        """Class of the nearest cell that is spread so far, on land; (rows, columns) from the north-west."""
        grid = _empty(self.part.bounds, OVERVIEW_STEP)
        inside = self._nearest >= 0
        grid[inside] = values[self._nearest[inside]]
        return grid

    def owners(self, overview: bool) -> NDArray[np.int32]:
        """Row of the part's cell that each pixel of its picture shows; -1 where it shows none."""
        if overview:
            return self._overview_warp.sample(self._nearest, -1)
        grid = np.full(_empty(self.part.bounds, DETAIL_STEP).shape, -1, dtype=np.int32)
        row, column = _places(self.cells, self.part.bounds, DETAIL_STEP)
        grid[row, column] = np.arange(len(self.cells))
        return self._detail_warp.sample(grid, -1)

    @cached_property
    def _nearest(self) -> NDArray[np.int32]:
        """Row of the cell that wins each overview pixel; -1 where none reaches or there is no land."""
        bounds = self.part.bounds
        owner: NDArray[np.int32] = np.full(_empty(bounds, OVERVIEW_STEP).shape, -1, dtype=np.int32)
        best = np.full(owner.shape, np.inf)
        residents = self.cells["residents"].to_numpy(dtype=float)
        limits = [*(low for low, _ in SPREAD[1:]), np.inf]
        for (low, radius), high in zip(SPREAD, limits, strict=True):
            members = np.flatnonzero((residents >= low) & (residents < high))
            if len(members):
                self._claim(owner, best, members, radius)
        owner[~land(self.part.land, bounds, OVERVIEW_STEP)] = -1
        return owner

    def _claim(self, owner: NDArray[np.int32], best: Floats, members: NDArray[np.intp], radius: float) -> None:
        row, column = _places(self.cells.iloc[members], self.part.bounds, OVERVIEW_STEP)
        seeds = np.full(owner.shape, -1, dtype=np.int32)
        seeds[row, column] = members
        distance, (near_row, near_column) = distance_transform_edt(seeds < 0, OVERVIEW_STEP, return_indices=True)
        wins = (distance <= radius) & (distance < best)
        owner[wins] = seeds[near_row[wins], near_column[wins]]
        best[wins] = distance[wins]

    @cached_property
    def _overview_warp(self) -> "Warp":
        return Warp(self.part.bounds, OVERVIEW_STEP, OVERVIEW_PIXEL)

    @cached_property
    def _detail_warp(self) -> "Warp":
        return Warp(self.part.bounds, DETAIL_STEP, DETAIL_PIXEL)


def canvases(study: Study, cells: pd.DataFrame) -> dict[str, Canvas]:
    """A canvas for each part of a study's region, by the part's id.

    Parameters
    ----------
    cells : every cell with the columns that layers are made from
    """
    return {part.id: Canvas(part, cells) for part in parts(study.facts)}


class Warp:
    """Where each pixel of a Web Mercator picture lies in a grid of EPSG:25832.

    Parameters
    ----------
    bounds : of the grid, EPSG:25832
    step : metres between the grid's rows and columns
    pixel : metres on the ground of a pixel of the picture
    """

    def __init__(self, bounds: Bounds, step: float, pixel: float) -> None:
        west, south, east, north = bounds
        edge = np.linspace(0, 1, 21)
        x = np.concatenate([west + edge * (east - west)] * 2 + [np.full(21, west), np.full(21, east)])
        y = np.concatenate([np.full(21, south), np.full(21, north)] + [south + edge * (north - south)] * 2)
        mx, my = from_inside(x, y, WEB_MERCATOR)
        _, latitude = from_inside((west + east) / 2, (south + north) / 2, WGS84)
        self.pixel = pixel / float(np.cos(np.radians(latitude)))
        self.west, self.north = float(mx.min()), float(my.max())
        self.columns = int(np.ceil((mx.max() - mx.min()) / self.pixel))
        self.rows = int(np.ceil((my.max() - my.min()) / self.pixel))
        self._bounds, self._step = bounds, step

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.columns, self.rows

    @cached_property
    def corners(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """((south, west), (north, east)) in degrees."""
        to_degrees = Transformer.from_crs(WEB_MERCATOR, WGS84, always_xy=True)
        west, north = to_degrees.transform(self.west, self.north)
        east, south = to_degrees.transform(self.west + self.columns * self.pixel, self.north - self.rows * self.pixel)
        return (float(south), float(west)), (float(north), float(east))

    def sample(self, grid: NDArray[Value], outside: int = NO_CLASS) -> NDArray[Value]:
        """The grid's value at each pixel's centre, and another outside the grid."""
        row, column = self._indices
        inside = (row >= 0) & (row < grid.shape[0]) & (column >= 0) & (column < grid.shape[1])
        out: NDArray[Value] = np.full(row.shape, outside, dtype=grid.dtype)
        out[inside] = grid[row[inside], column[inside]]
        return out

    @cached_property
    def _indices(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        x, y = self._pixel_centres()
        west, _, _, north = self._bounds
        column = np.floor((x - west) / self._step).astype(np.int32)
        row = np.floor((north - y) / self._step).astype(np.int32)
        return row, column

    def _pixel_centres(self) -> tuple[Floats, Floats]:
        """EPSG:25832 of each pixel's centre: exact on a lattice of every 32nd pixel, bilinear between (error < 1 m)."""
        i, j = _lattice(self.rows), _lattice(self.columns)
        mx = self.west + (j + 0.5) * self.pixel
        my = self.north - (i + 0.5) * self.pixel
        transformer = Transformer.from_crs(WEB_MERCATOR, INSIDE, always_xy=True)
        x, y = transformer.transform(*np.meshgrid(mx, my))
        down, across = _hats(i, self.rows), _hats(j, self.columns)
        return down @ x @ across.T, down @ y @ across.T


def _lattice(n: int) -> Floats:
    return np.append(np.arange(0, n - 1, LATTICE), max(n - 1, 1)).astype(float)


def _hats(knots: Floats, n: int) -> Floats:
    """Weights (n, knots) of linear interpolation at 0 ... n-1."""
    at = np.arange(n, dtype=float)
    return np.stack([np.interp(at, knots, row) for row in np.eye(len(knots))], axis=1)


def land(outline: shapely.Geometry, bounds: Bounds, step: float) -> Flags:
    """Whether each grid cell's centre is on land; (rows, columns) from the north-west."""
    rows, columns = _empty(bounds, step).shape
    image = Image.new("1", (columns, rows), 0)
    draw = ImageDraw.Draw(image)
    west, _, _, north = bounds
    for polygon in sorted(shapely.get_parts(outline), key=shapely.area, reverse=True):
        for ring, fill in [(polygon.exterior, 1), *((hole, 0) for hole in polygon.interiors)]:
            xy = shapely.get_coordinates(ring)
            pixels = np.column_stack([(xy[:, 0] - west) / step - 0.5, (north - xy[:, 1]) / step - 0.5])
            draw.polygon([tuple(p) for p in pixels.tolist()], fill=fill)
    return np.asarray(image, dtype=bool)


def png(grid: Bytes, colours: Sequence[str]) -> bytes:
    """A palette PNG of class numbers; 255 is transparent."""
    clear = len(colours)
    image = Image.fromarray(np.where(grid == NO_CLASS, clear, grid).astype(np.uint8), mode="P")
    image.putpalette([value for colour in (*colours, "#000000") for value in rgb(colour)])
    out = io.BytesIO()
    image.save(out, format="PNG", transparency=clear, optimize=True)
    return out.getvalue()


def _empty(bounds: Bounds, step: float) -> Bytes:
    west, south, east, north = bounds
    shape = (round((north - south) / step), round((east - west) / step))
    return np.full(shape, NO_CLASS, dtype=np.uint8)


def _places(cells: pd.DataFrame, bounds: Bounds, step: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Row and column of each cell's centre."""
    west, _, _, north = bounds
    column = np.floor((cells["x"].to_numpy() - west) / step).astype(np.intp)
    row = np.floor((north - cells["y"].to_numpy()) / step).astype(np.intp)
    return row, column
