"""The 100 m squares people may live in: municipality, distance to the sea, woods, and smooth random fields."""

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter
from shapely.geometry.base import BaseGeometry

from geodata.sample.outlines import lakes, municipalities, read_table

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
CELL = 100.0
MARGIN = 30
"""Empty squares around each window, so that smooth fields have room."""


@dataclass(frozen=True)
class Window:
    """A rectangle of squares: lower-left square (whole hundreds of metres) and size."""

    west: int
    south: int
    columns: int
    rows: int

    def centres(self) -> tuple[Floats, Floats]:
        """Easting and northing (m) of the centre of every square, rows x columns."""
        x, y = np.meshgrid(self.west + np.arange(self.columns), self.south + np.arange(self.rows))
        return np.asarray(CELL * (x + 0.5), dtype=float), np.asarray(CELL * (y + 0.5), dtype=float)


@dataclass(frozen=True)
class Ground:
    """Squares whose centre lies on dry land, in order of window, row and column.

    Parameters
    ----------
    windows : the rectangles they lie in
    window, row, column : (n,) where each square is
    code : (n,) municipality
    district : (n,) city district, empty outside København
    home : (n,) whether the municipality belongs to the region
    sea : (n,) metres to the sea
    wood : (n,) share of the density left in woods, on commons, fields and airports, else 1
    islet : (n,) on an island without a town
    """

    windows: tuple[Window, ...]
    window: Ints
    row: Ints
    column: Ints
    code: NDArray[np.str_]
    district: NDArray[np.str_]
    home: Flags
    sea: Floats
    wood: Floats
    islet: Flags

    @property
    def x(self) -> Floats:
        """Easting of the centre (m)."""
        west = np.array([window.west for window in self.windows])
        return np.asarray(CELL * (west[self.window] + self.column + 0.5))

    @property
    def y(self) -> Floats:
        """Northing of the centre (m)."""
        south = np.array([window.south for window in self.windows])
        return np.asarray(CELL * (south[self.window] + self.row + 0.5))

    def pieces(self) -> Iterator[tuple[Window, Flags]]:
        """Every window with the squares in it."""
        for number, window in enumerate(self.windows):
            yield window, self.window == number

    def field(self, random: np.random.Generator, sigma: float) -> Floats:
        """A smooth random field with mean about 0 and deviation 1; sigma in squares."""
        values = np.empty(len(self.window))
        for window, here in self.pieces():
            noise = gaussian_filter(random.standard_normal((window.rows, window.columns)), sigma)
            values[here] = (noise / noise.std())[self.row[here], self.column[here]]
        return values


def make_ground(outlines: gpd.GeoDataFrame) -> Ground:
    """Lay the squares over the outlines; lakes are left out."""
    areas = municipalities(outlines)
    windows = tuple(window_of(part.total_bounds) for part in (areas[areas.index < "0400"], areas.loc[["0400"]]))
    pieces = [_piece(number, window, outlines) for number, window in enumerate(windows)]
    columns = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    return Ground(windows=windows, **columns)


def window_of(bounds: Floats) -> Window:
    """The window around some bounds (m), with a margin."""
    west, south = (int(value // CELL) - MARGIN for value in bounds[:2])
    east, north = (int(value // CELL) + MARGIN for value in bounds[2:])
    return Window(west, south, east - west, north - south)


def _piece(number: int, window: Window, outlines: gpd.GeoDataFrame) -> dict[str, NDArray[np.generic]]:
    areas = municipalities(outlines)
    owner = owners(window, areas.geometry.tolist())
    sea = distance_transform_edt(owner >= 0) * CELL
    wet = owners(window, lakes(outlines)) >= 0
    row, column = np.nonzero((owner >= 0) & ~wet)
    mine = owner[row, column]
    districts = outlines[outlines["kind"] == "city_district"]
    district = owners(window, districts.geometry.tolist())[row, column]
    islets = owners(window, empty_islands(areas.geometry.tolist()))
    return {
        "window": np.full(len(row), number),
        "row": row,
        "column": column,
        "code": areas.index.to_numpy(dtype=str)[mine],
        "home": areas["in_region"].to_numpy(dtype=bool)[mine],
        "district": np.append(districts["code"].to_numpy(dtype=str), "")[district],
        "sea": sea[row, column],
        "wood": emptiness(window)[row, column],
        "islet": islets[row, column] >= 0,
    }


def owners(window: Window, areas: list[BaseGeometry]) -> Ints:
    """Which area holds each square's centre: its number, or -1; rows x columns."""
    owner = np.full((window.rows, window.columns), -1)
    for number, area in enumerate(areas):
        west, south, east, north = area.bounds
        left, right = int(west // CELL) - window.west, int(east // CELL) + 1 - window.west
        low, high = int(south // CELL) - window.south, int(north // CELL) + 1 - window.south
        columns = slice(max(left, 0), max(min(right, window.columns), 0))
        rows = slice(max(low, 0), max(min(high, window.rows), 0))
        x, y = window.centres()
        shapely.prepare(area)
        owner[rows, columns][shapely.contains_xy(area, x[rows, columns], y[rows, columns])] = number
    return owner


def emptiness(window: Window) -> Floats:
    """What is left of the density in woods, on commons, fields and airports: 1 elsewhere; rows x columns."""
    x, y = window.centres()
    left = np.ones(x.shape)
    for area in read_table("empty_areas").itertuples():
        reach = ((x - area.x) / (1000.0 * area.rx_km)) ** 2 + ((y - area.y) / (1000.0 * area.ry_km)) ** 2
        left[reach < 1.0] = np.minimum(left[reach < 1.0], area.factor)
    return left


def empty_islands(areas: list[BaseGeometry]) -> list[BaseGeometry]:
    """Parts of the land on which no listed town of 500 or more stands: Saltholm and the holms."""
    towns = read_table("places")
    spots = shapely.points(towns.loc[towns["residents"] >= 500, ["x", "y"]].to_numpy())
    parts = [part for part in shapely.get_parts(shapely.union_all(areas)) if part.area > 0]
    return [part for part in parts if not shapely.dwithin(part, spots, 300.0).any()]
