"""Dasymetric disaggregation: residents of census squares to 100 m cells by what is known of the ground.

Within a square residents follow, in this order of preference: addresses, buildings, streets, land (Wright 1936;
Mennis 2003). Land alone says little of where people live in open country; there only some cells are settled, as
many as the rule `settled_cells` says, the likelier the denser the squares around are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from geodata import crs
from geodata.residents.evidence import KINDS, Evidence
from geodata.residents.grid import OUTSIDE, SIDE, Grid, centres, numbers
from geodata.residents.tables import CENSUS_AGES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LAND = "land"
DWELLINGS = ("address", "building")
QUARTER = SIDE / 4


@dataclass(frozen=True)
class Squares:
    """Census squares and the way from a point to its square."""

    frame: pd.DataFrame
    side: float
    key: Ints
    order: Ints

    def at(self, x: Floats, y: Floats) -> Ints:
        """Row of the square that holds each point of EPSG:25832; -1 where there is none."""
        return self.at_laea(*crs.from_inside(x, y, crs.LAEA))

    def at_laea(self, east: Floats, north: Floats) -> Ints:
        """Row of the square that holds each point of EPSG:3035; -1 where there is none."""
        wanted = _key(east, north, self.side)
        place = np.clip(np.searchsorted(self.key, wanted), 0, len(self.key) - 1)
        return np.where(self.key[place] == wanted, self.order[place], -1)

    @property
    def area(self) -> float:
        """Area of a square in cells of 100 m."""
        return (self.side / SIDE) ** 2


@dataclass(frozen=True)
class Atoms:
    """Pieces: the part of a census square that lies in one cell, and its weight among the square's pieces."""

    square: Ints
    cell: Ints
    weight: Floats

    def where(self, keep: NDArray[np.bool_]) -> "Atoms":
        """The kept pieces."""
        return Atoms(self.square[keep], self.cell[keep], self.weight[keep])


def squares_of(census: pd.DataFrame) -> Squares:
    """Make census rows (table CENSUS) findable by place. All squares have the same side."""
    side = float(census["side"].iloc[0])
    key = _key(census["east"].to_numpy() + side / 2, census["north"].to_numpy() + side / 2, side)
    order = np.argsort(key, kind="stable")
    return Squares(census, side, key[order], order)


def _key(east: Floats, north: Floats, side: float) -> Ints:
    return np.asarray(np.floor(north / side) * 1_000_000 + np.floor(east / side), dtype=np.int64)


def spread(
    census: pd.DataFrame, grid: Grid, evidence: Sequence[Evidence], settled: Mapping[str, float] | None
) -> tuple[pd.DataFrame, NDArray[np.str_]]:
    """Give the residents of census squares to cells.

    Parameters
    ----------
    census : table CENSUS
    grid : the region's cells
    evidence : what is known of the ground; an earlier kind of KINDS is preferred, then the earlier item
    settled : `factor` and `power` of the rule `settled_cells`; None spreads over all land evenly

    Returns
    -------
    one row for each piece: `square` (row of census), `cell` (number), `municipality` (position in `grid.codes`)
    and the three age groups as floats; residents of a square outside the region are left out
    method : (squares,) address, building, street or land
    """
    squares = squares_of(census)
    land = _land(grid, squares)
    inside = land.where(grid.municipality_of(land.cell) != OUTSIDE)
    share = _share_inside(inside, squares)
    method = np.full(len(census), LAND, dtype="<U8")
    parts = []
    for item in sorted(evidence, key=lambda item: KINDS.index(item.kind)):
        atoms = _counted(item, squares)
        told = (method == LAND) & _covered(item, squares, land) & _holds(atoms, len(census))
        method[told] = item.kind
        parts.append(_weighed(atoms.where(told[atoms.square]), item.kind, grid, squares, share, settled))
    rest = inside.where((method == LAND)[inside.square])
    parts.append(_weighed(rest, LAND, grid, squares, share, settled))
    share[np.isin(method, DWELLINGS)] = 1.0
    return _people(_joined(parts), squares, grid, share), method


def _weighed(
    atoms: Atoms, kind: str, grid: Grid, squares: Squares, share: Floats, settled: Mapping[str, float] | None
) -> Atoms:
    """Dwellings count where they stand, even outside the region; streets inside it; land there, settled by the rule."""
    if kind in DWELLINGS:
        return atoms
    atoms = atoms.where(grid.municipality_of(atoms.cell) != OUTSIDE)
    return atoms if settled is None or kind != LAND else _settle(atoms, squares, share, settled)


def _land(grid: Grid, squares: Squares) -> Atoms:
    """Land of the outlines: every cell as four quarters, each in the square that holds its middle."""
    x, y = centres(grid.number)
    steps = ((-QUARTER, -QUARTER), (-QUARTER, QUARTER), (QUARTER, -QUARTER), (QUARTER, QUARTER))
    square = np.concatenate([squares.at(x + dx, y + dy) for dx, dy in steps])
    cell = np.tile(grid.number, len(steps))
    return _summed(square, cell, np.full(len(cell), 1 / len(steps)))


def _counted(item: Evidence, squares: Squares) -> Atoms:
    return _summed(squares.at(item.x, item.y), numbers(item.x, item.y), np.ones(len(item.x)))


def _summed(square: Ints, cell: Ints, weight: Floats) -> Atoms:
    """Pieces summed by square and cell; what lies in no square is left out."""
    known = square >= 0
    frame = pd.DataFrame({"square": square[known], "cell": cell[known], "weight": weight[known]})
    total = frame.groupby(["square", "cell"], sort=True)["weight"].sum().reset_index()
    return Atoms(total["square"].to_numpy(), total["cell"].to_numpy(), total["weight"].to_numpy())


def _joined(parts: Sequence[Atoms]) -> Atoms:
    return Atoms(
        np.concatenate([part.square for part in parts]),
        np.concatenate([part.cell for part in parts]),
        np.concatenate([part.weight for part in parts]),
    )


def _holds(atoms: Atoms, squares: int) -> NDArray[np.bool_]:
    return np.asarray(np.bincount(atoms.square, minlength=squares) > 0, dtype=bool)


def _covered(item: Evidence, squares: Squares, land: Atoms) -> NDArray[np.bool_]:
    """Squares whose land the evidence covers wholly."""
    shapely.prepare(item.cover)
    x, y = centres(land.cell)
    bare = np.bincount(land.square, ~shapely.intersects_xy(item.cover, x, y), minlength=len(squares.frame))
    return np.asarray(bare == 0, dtype=bool)


def _settle(atoms: Atoms, squares: Squares, share: Floats, settled: Mapping[str, float]) -> Atoms:
    """Weigh pieces by the density around them and keep in each square as many as the rule says.

    Which are kept is a weighted draw without replacement (Efraimidis and Spirakis 2006), its chance fixed by the
    cell's number: the same cells every time, and no clump at the denser side.
    """
    weight = atoms.weight * _density_around(atoms, squares)
    luck = np.log(chance(atoms.cell)) / weight
    order = np.lexsort((atoms.cell, -luck, atoms.square))
    count = np.bincount(atoms.square, minlength=len(squares.frame))
    starts = np.concatenate([[0], np.cumsum(count)[:-1]])
    rank = np.arange(len(order)) - starts[atoms.square[order]]
    wanted = np.maximum(_settled_cells(squares, settled) * share, 1)
    kept = order[rank < wanted[atoms.square[order]]]
    return Atoms(atoms.square[kept], atoms.cell[kept], weight[kept])


def chance(cell: Ints) -> Floats:
    """A number above 0 and below 1 for each cell, always the same (SplitMix64; Steele, Lea and Flood 2014)."""
    mixed = cell.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return ((mixed >> np.uint64(11)).astype(np.float64) + 0.5) / 2.0**53


def _settled_cells(squares: Squares, settled: Mapping[str, float]) -> Floats:
    km2 = np.maximum(squares.frame["land"].to_numpy(), 1 / squares.area) * squares.area / 100
    density = squares.frame["residents"].to_numpy() / km2
    cells: Floats = settled["factor"] * density ** settled["power"] * km2
    return cells


def _density_around(atoms: Atoms, squares: Squares) -> Floats:
    """Residents per square at the middle of each piece's cell, bilinear between the squares' middles, plus one."""
    east, north = crs.from_inside(*centres(atoms.cell), crs.LAEA)
    column, row = (squares.frame[name].to_numpy() / squares.side for name in ("east", "north"))
    field = np.zeros((int(row.max() - row.min()) + 1, int(column.max() - column.min()) + 1))
    field[(row - row.min()).astype(int), (column - column.min()).astype(int)] = squares.frame["residents"]
    at = np.array([north / squares.side - row.min() - 0.5, east / squares.side - column.min() - 0.5])
    return np.asarray(map_coordinates(field, at, order=1, mode="constant", cval=0.0)) + 1


def _share_inside(inside: Atoms, squares: Squares) -> Floats:
    """Share of each square's land that lies in the region: that share of its residents is given out."""
    found = np.bincount(inside.square, inside.weight, minlength=len(squares.frame))
    land = np.maximum(squares.frame["land"].to_numpy() * squares.area, found)
    return np.asarray(np.divide(found, land, out=np.zeros(len(found)), where=land > 0))


def _people(atoms: Atoms, squares: Squares, grid: Grid, share: Floats) -> pd.DataFrame:
    total = np.bincount(atoms.square, atoms.weight, minlength=len(squares.frame))
    part = atoms.weight / total[atoms.square] * share[atoms.square]
    municipality = grid.municipality_of(atoms.cell)
    frame = pd.DataFrame({"square": atoms.square, "cell": atoms.cell, "municipality": municipality})
    for age in CENSUS_AGES:
        frame[age] = squares.frame[age].to_numpy()[atoms.square] * part
    return frame[municipality != OUTSIDE].reset_index(drop=True)
