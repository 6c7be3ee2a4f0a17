"""Where junctions and dead ends may stand, and how built-up it is around them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

from geodata.rules import read_rules
from geodata.sample.ground import CELL, Flags, Floats, Ints, Window
from geodata.sample.outlines import municipalities
from geodata.sample.terrain import Terrain

RURAL, URBAN, CITY = 0, 1, 2
CROWDS = (12.0, 90.0)
"""Mean residents of the 100 m squares around from which on a place is urban, and the inner city."""
SHARE = 0.60
"""Points drawn for each junction wanted: roads that end at other roads add the rest."""


def points(cells: pd.DataFrame, outlines: gpd.GeoDataFrame, terrain: Terrain, random: np.random.Generator) -> Floats:
    """Points (n, 2) in the inhabited cells and, thinly, all over the land; none nearer than 22 m to another."""
    near = cells[within_reach(cells["x"].to_numpy(), cells["y"].to_numpy(), outlines)]
    people = near["residents"].to_numpy()
    mean = np.where(people >= 8, 0.95 + 0.125 * np.minimum(people, 150.0) ** 0.6, 0.80)
    number = random.poisson(SHARE * mean)
    number = np.minimum(np.where(people >= 8, np.maximum(number, 1), number), 6)
    corner = np.repeat(near[["x", "y"]].to_numpy(), number, axis=0)
    inside = corner + CELL * (random.random(corner.shape) - 0.5)
    found = np.concatenate([inside, open_country(outlines, random)])
    found = found[terrain.island(found[:, 0], found[:, 1]) > 0]
    return spaced(found, 22.0)


def within_reach(x: Floats, y: Floats, outlines: gpd.GeoDataFrame) -> Flags:
    """Whether points lie in the region or so near that practices there count for its residents."""
    day = min(clause.start for clause in read_rules()["edge_buffer"].clauses)
    reach = float(read_rules()["edge_buffer"].value(day))
    home = shapely.union_all(municipalities(outlines, in_region=True).geometry.to_numpy())
    area = home.simplify(100.0).buffer(reach)
    shapely.prepare(area)
    return np.asarray(shapely.contains_xy(area, x, y))


def open_country(outlines: gpd.GeoDataFrame, random: np.random.Generator, per_km2: float = 3.2) -> Floats:
    """Thin points over all land within reach."""
    parts = []
    areas = municipalities(outlines)
    for piece in (areas[areas.index < "0400"], areas.loc[["0400"]]):
        west, south, east, north = piece.total_bounds
        number = int((east - west) * (north - south) / 1e6 * per_km2)
        parts.append(np.column_stack([random.uniform(west, east, number), random.uniform(south, north, number)]))
    found = np.concatenate(parts)
    return found[within_reach(found[:, 0], found[:, 1], outlines)]


def spaced(xy: Floats, least: float) -> Floats:
    """Points less the second of every pair nearer than ``least`` metres."""
    pairs = cKDTree(xy).query_pairs(least, output_type="ndarray")
    kept = np.ones(len(xy), dtype=bool)
    kept[pairs.max(axis=1)] = False
    return np.asarray(xy[kept])


def dead_ends(xy: Floats, random: np.random.Generator) -> Flags:
    """Which points become dead ends: fewer where it is thinly settled."""
    fifth = cKDTree(xy).query(xy, k=6)[0][:, 5]
    return np.asarray(random.random(len(xy)) < np.where(fifth < 160.0, 0.48, 0.40))


def surroundings(cells: pd.DataFrame, terrain: Terrain, x: Floats, y: Floats) -> Ints:
    """RURAL, URBAN or CITY at each point, by the residents around it."""
    return np.digitize(crowd(cells, terrain.windows, x, y, 2.0), CROWDS)


def crowd(cells: pd.DataFrame, windows: tuple[Window, ...], x: Floats, y: Floats, sigma: float) -> Floats:
    """Mean residents of the squares around each point, Gaussian, sigma in squares."""
    found = np.zeros(len(x))
    for window in windows:
        grid = np.zeros((window.rows, window.columns))
        inside, column, row = _squares(window, cells["x"].to_numpy(), cells["y"].to_numpy())
        grid[row, column] = cells["residents"].to_numpy()[inside]
        here, column, row = _squares(window, x, y)
        found[here] = gaussian_filter(grid, sigma)[row, column]
    return found


def _squares(window: Window, x: Floats, y: Floats) -> tuple[Flags, Ints, Ints]:
    column = np.floor(x / CELL).astype(np.int64) - window.west
    row = np.floor(y / CELL).astype(np.int64) - window.south
    inside = (column >= 0) & (column < window.columns) & (row >= 0) & (row < window.rows)
    return inside, column[inside], row[inside]
