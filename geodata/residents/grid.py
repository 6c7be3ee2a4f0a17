"""The Danish square grid (Kvadratnet) of 100 m: cell numbers, ids, and the municipality a cell belongs to.

A cell's number is `northing // 100 * 100000 + easting // 100` of its lower left corner in EPSG:25832; its id is
"100m_NNNNN_EEEE" (Danmarks Statistik, Det Danske Kvadratnet).
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SIDE = 100.0
ROW = 100_000
OUTSIDE = -1


@dataclass(frozen=True)
class Grid:
    """The 100 m cells whose centre lies in an outline, and whose they are.

    Parameters
    ----------
    codes : codes of the member municipalities, in order
    number : (n,) cell numbers, ascending
    municipality : (n,) position in `codes`, or OUTSIDE for a cell of a neighbour
    outlines : outlines of the members in the order of `codes`, then of the neighbours
    tolerance : metres outside every outline within which a cell counts to the nearest municipality
    """

    codes: tuple[str, ...]
    number: Ints
    municipality: Ints
    outlines: NDArray[np.object_]
    tolerance: float

    def municipality_of(self, number: Ints) -> Ints:
        """Municipality of any cells: by centre, off the coast the nearest; OUTSIDE when none is near."""
        place = np.clip(np.searchsorted(self.number, number), 0, max(len(self.number) - 1, 0))
        known = self.number[place] == number if len(self.number) else np.zeros(len(number), dtype=bool)
        found = np.full(len(number), OUTSIDE, dtype=np.int64)
        found[known] = self.municipality[place[known]]
        found[~known] = self._nearest(number[~known])
        return found

    def _nearest(self, number: Ints) -> Ints:
        """The nearest outline within the tolerance, of equally near ones the first; OUTSIDE if that is a neighbour."""
        unique, back = np.unique(number, return_inverse=True)
        first = nearest_outline(self.outlines, *centres(unique), self.tolerance)[back]
        return np.where(first < len(self.codes), first, OUTSIDE)


def nearest_outline(outlines: NDArray[np.object_], x: Floats, y: Floats, tolerance: float) -> Ints:
    """Position of the outline that holds or is nearest each point, of equally near ones the first.

    OUTSIDE when none is within the tolerance (metres, inclusive).
    """
    points = shapely.points(x, y)
    point, outline = shapely.STRtree(outlines).query(points, predicate="dwithin", distance=tolerance)
    away = shapely.distance(points[point], outlines[outline])
    order = np.lexsort((outline, away, point))
    found = np.full(len(points), OUTSIDE, dtype=np.int64)
    chosen, at = np.unique(point[order], return_index=True)
    found[chosen] = outline[order][at]
    return found


def numbers(x: Floats, y: Floats) -> Ints:
    """Number of the cell that holds each point (EPSG:25832); the lower left edges belong to the cell."""
    return np.asarray(np.floor(y / SIDE) * ROW + np.floor(x / SIDE), dtype=np.int64)


def centres(number: Ints) -> tuple[Floats, Floats]:
    """Centres of cells in EPSG:25832."""
    column, row = np.asarray(number % ROW, dtype=np.float64), np.asarray(number // ROW, dtype=np.float64)
    return (column + 0.5) * SIDE, (row + 0.5) * SIDE


def ids(number: Ints) -> list[str]:
    """Ids of cells in the Danish square grid, "100m_61758_7245"."""
    return [f"100m_{n // ROW:05d}_{n % ROW:04d}" for n in number.tolist()]


def cells_within(areas: gpd.GeoDataFrame, tolerance: float) -> Grid:
    """All cells whose centre lies in a municipality; a centre on a border belongs to the lower code, members first.

    Parameters
    ----------
    areas : rows of the areas table; kinds `municipality` and `neighbour` are read
    tolerance : metres, rule `outline_tolerance`
    """
    kinds = [areas[areas["kind"] == kind].sort_values("code") for kind in ("municipality", "neighbour")]
    outlines = np.concatenate([kind.geometry.to_numpy() for kind in kinds])
    members = len(kinds[0])
    inside = [_inside(outline) for outline in outlines]
    number = np.concatenate([np.empty(0, dtype=np.int64), *inside])
    owner = np.repeat(np.arange(len(outlines)), [len(part) for part in inside])
    number, first = np.unique(number, return_index=True)
    owner = owner[first]
    return Grid(
        codes=tuple(kinds[0]["code"]),
        number=number,
        municipality=np.where(owner < members, owner, OUTSIDE),
        outlines=outlines,
        tolerance=tolerance,
    )


def _inside(outline: shapely.Geometry) -> Ints:
    """Numbers of the cells whose centre an outline holds or touches, part by part so that islands cost little."""
    parts = [_inside_part(part) for part in shapely.get_parts(outline)]
    return np.unique(np.concatenate(parts))


def _inside_part(part: shapely.Geometry) -> Ints:
    west, south, east, north = shapely.bounds(part)
    columns = np.arange(np.floor(west / SIDE), np.floor(east / SIDE) + 1)
    rows = np.arange(np.floor(south / SIDE), np.floor(north / SIDE) + 1)
    x, y = (axis.ravel() + 0.5 for axis in np.meshgrid(columns, rows))
    shapely.prepare(part)
    held = shapely.intersects_xy(part, x * SIDE, y * SIDE)
    return numbers(x[held] * SIDE, y[held] * SIDE)
