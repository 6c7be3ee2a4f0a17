"""Where a practice could stand in a real region: real addresses near centres, else the middles of inhabited cells."""

from collections.abc import Callable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from geodata import units
from geodata.columns import KOMMUNEKODE, X, Y
from geodata.residents.grid import OUTSIDE, SIDE, Grid, cells_within, numbers
from geodata.rules import RuleSet
from geodata.sources.reading import Reading
from geodata.tables import Column, Table

Floats = NDArray[np.float64]
BELL = 500.0
EDGE = 25

SITES = Table(
    "candidate_sites",
    "Candidate sites",
    "Mulige steder",
    "Places where an invented practice may stand.",
    (
        Column("address", "text", "", "Address", "Adresse", "Real address, or the cell where no address is known."),
        X,
        Y,
        KOMMUNEKODE,
        Column("weight", "float", units.PEOPLE, "Residents around", "Borgere omkring", "Residents nearby.", lowest=0),
    ),
)


def candidate_sites(
    readings: Sequence[Reading], cells: pd.DataFrame, areas: gpd.GeoDataFrame, rules: RuleSet
) -> pd.DataFrame:
    """Places for invented practices, as table SITES.

    Near a centre means: with at least as many residents around as half of the municipality's residents have.

    Parameters
    ----------
    readings : map points; their addresses are used. Municipalities without an address give cell middles
    cells : table CELLS
    areas : table AREAS
    rules : `outline_tolerance` is read
    """
    grid = cells_within(areas, rules.number("outline_tolerance"))
    addresses = _addresses(readings, grid)
    bare = cells[~cells["kommunekode"].isin(addresses["kommunekode"].unique())]
    middles = bare[["x", "y", "kommunekode"]].assign(address="Celle " + bare["cell_id"])
    sites = pd.concat([part for part in (addresses, middles) if len(part)], ignore_index=True)
    around = _residents_around(cells)
    sites["weight"] = around(sites["x"].to_numpy(dtype=float), sites["y"].to_numpy(dtype=float))
    sites = sites[sites["weight"] >= sites["kommunekode"].map(_median_around(cells, around))]
    sites = sites.drop_duplicates(["x", "y"]).sort_values(["kommunekode", "x", "y", "address"], ignore_index=True)
    return SITES.check(sites)


def _addresses(readings: Sequence[Reading], grid: Grid) -> pd.DataFrame:
    """Addresses in the region, with the municipality of the cell they stand in."""
    frames = [reading.frame[reading.frame["kind"] == "address"] for reading in readings]
    points = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["label", "x", "y"])
    owner = grid.municipality_of(numbers(points["x"].to_numpy(dtype=float), points["y"].to_numpy(dtype=float)))
    inside = points.rename(columns={"label": "address"})[["address", "x", "y"]][owner != OUTSIDE]
    return inside.assign(kommunekode=np.array(grid.codes)[owner[owner != OUTSIDE]])


def _residents_around(cells: pd.DataFrame) -> Callable[[Floats, Floats], Floats]:
    """Residents around the cell of any point: those of all cells, weighed by a bell (standard deviation 500 m)."""
    column, row = (np.floor(cells[name].to_numpy() / SIDE).astype(np.int64) + EDGE for name in ("x", "y"))
    west, south = column.min() - 2 * EDGE, row.min() - 2 * EDGE
    field = np.zeros((row.max() - south + 2 * EDGE, column.max() - west + 2 * EDGE))
    np.add.at(field, (row - south, column - west), cells["residents"].to_numpy())
    field = gaussian_filter(field, BELL / SIDE, mode="constant") * 2 * np.pi * (BELL / SIDE) ** 2

    def around(x: Floats, y: Floats) -> Floats:
        at = [np.floor(y / SIDE).astype(np.int64) + EDGE - south, np.floor(x / SIDE).astype(np.int64) + EDGE - west]
        inside = [np.clip(index, 0, size - 1) for index, size in zip(at, field.shape, strict=True)]
        return np.asarray(field[inside[0], inside[1]])

    return around


def _median_around(cells: pd.DataFrame, around: Callable[[Floats, Floats], Floats]) -> pd.Series:
    """By municipality: the residents around that at least half of its residents have."""
    frame = cells[["kommunekode", "residents"]].assign(around=around(cells["x"].to_numpy(), cells["y"].to_numpy()))
    frame = frame.sort_values(["kommunekode", "around"], ascending=[True, False])
    reached = frame.groupby("kommunekode")["residents"].cumsum()
    half = frame.groupby("kommunekode")["residents"].transform("sum") / 2
    return frame[reached >= half].groupby("kommunekode")["around"].first()
