"""The cells table for real regions: spread, scaled to the municipal totals to the person, four age groups kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.errors import SourceError
from geodata.facts import AGE_COLUMNS, CELLS
from geodata.residents import grid as square_grid
from geodata.residents.evidence import Evidence
from geodata.residents.grid import Grid, cells_within
from geodata.residents.margins import fit, largest_remainders, round_table
from geodata.residents.spread import spread
from geodata.residents.tables import CENSUS_AGES
from geodata.rules import RuleSet

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PRIOR = 1e-6


@dataclass(frozen=True)
class Residents:
    """The cells, and how they came about.

    Parameters
    ----------
    cells : table CELLS
    squares : census squares read
    methods : number of squares by what told where people live (address, building, street, land)
    """

    cells: pd.DataFrame
    squares: int
    methods: Mapping[str, int]


def residents_of(
    areas: gpd.GeoDataFrame,
    census: pd.DataFrame,
    totals: pd.DataFrame,
    evidence: Sequence[Evidence],
    rules: RuleSet,
) -> Residents:
    """Residents by 100 m cell.

    Parameters
    ----------
    areas : table AREAS with municipalities, and city districts and neighbours if known
    census : table CENSUS
    totals : table TOTALS of the year asked for
    evidence : addresses, buildings and streets; may be empty
    rules : `settled_cells` and `outline_tolerance` are read

    Raises
    ------
    SourceError : a municipality has no total, or no census square holds residents of it
    """
    grid = cells_within(areas, rules.number("outline_tolerance"))
    pieces, method = spread(census, grid, evidence, rules.value("settled_cells"))
    wanted = _totals_in_order(totals, grid.codes)
    whole = _whole_residents(pieces, grid, wanted)
    cells = _with_ages(pieces, whole, wanted, grid)
    cells["city_district"] = _district_of(cells, areas, grid)
    names, counts = np.unique(method, return_counts=True)
    table = CELLS.check(cells.sort_values("cell_id", ignore_index=True))
    return Residents(table, len(census), dict(zip(names.tolist(), counts.tolist(), strict=True)))


def _totals_in_order(totals: pd.DataFrame, codes: tuple[str, ...]) -> pd.DataFrame:
    missing = sorted(set(codes) - set(totals["kommunekode"]))
    if missing:
        raise SourceError(f"no total of residents for municipalities {', '.join(missing)}")
    return totals.set_index("kommunekode").loc[list(codes)]


def _whole_residents(pieces: pd.DataFrame, grid: Grid, wanted: pd.DataFrame) -> Ints:
    """Whole residents of each piece: first each square's part of a municipality, then its pieces."""
    people = pieces[list(CENSUS_AGES)].sum(axis=1)
    found = np.bincount(pieces["municipality"], people, minlength=len(grid.codes))
    empty = [code for code, number in zip(grid.codes, found, strict=True) if number <= 0]
    if empty:
        raise SourceError(f"no census square holds residents of municipalities {', '.join(empty)}")
    group = pieces.groupby(["municipality", "square"], sort=True).ngroup().to_numpy()
    sums = people.groupby(group).sum().to_numpy()
    owner = pieces["municipality"].groupby(group).first().to_numpy()
    group_total = largest_remainders(sums, owner, wanted["residents"].to_numpy())
    return largest_remainders(people.to_numpy(), group, group_total)


def _with_ages(pieces: pd.DataFrame, whole: Ints, wanted: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    summed = pieces.assign(residents=whole).drop(columns="square")
    summed = summed.groupby(["municipality", "cell"], sort=True).sum().reset_index()
    summed = summed[summed["residents"] > 0].reset_index(drop=True)
    ages = np.zeros((len(summed), len(AGE_COLUMNS)), dtype=np.int64)
    for position in range(len(grid.codes)):
        here = (summed["municipality"] == position).to_numpy()
        rows = summed.loc[here, "residents"].to_numpy()
        ages[here] = _ages(summed.loc[here, list(CENSUS_AGES)].to_numpy(), rows, wanted.iloc[position])
    number = summed["cell"].to_numpy()
    x, y = square_grid.centres(number)
    frame = pd.DataFrame({"cell_id": square_grid.ids(number), "x": x, "y": y})
    frame["kommunekode"] = np.array(grid.codes)[summed["municipality"]]
    frame["residents"] = summed["residents"]
    frame[list(AGE_COLUMNS)] = ages
    return frame


def _ages(census_ages: Floats, rows: Ints, total: pd.Series) -> Ints:
    """Four age groups of the cells of one municipality: census pattern, official sums, whole people."""
    old = np.array([total["age_65_79"], total["age_80_plus"]], dtype=float)
    columns = _columns(census_ages, total)
    share = old / old.sum() if old.sum() else np.array([0.5, 0.5])
    seed = np.column_stack([census_ages[:, :2], census_ages[:, 2:] * share])
    seed = seed + PRIOR * (seed.sum(axis=0) + PRIOR) / max(seed.sum(), 1)
    return round_table(fit(seed, rows.astype(float), columns.astype(float)), rows, columns)


def _columns(census_ages: Floats, total: pd.Series) -> Ints:
    """Municipal sums of the four groups; those under 65 are split as in the census."""
    under_65 = int(total["residents"] - total["age_65_79"] - total["age_80_plus"])
    young = census_ages[:, :2].sum(axis=0) + PRIOR
    split = largest_remainders(young, np.zeros(2, dtype=np.int64), np.array([under_65]))
    return np.array([*split, total["age_65_79"], total["age_80_plus"]], dtype=np.int64)


def _district_of(cells: pd.DataFrame, areas: gpd.GeoDataFrame, grid: Grid) -> pd.Series:
    """City district of each cell of a municipality that has them: the one holding its centre, else the nearest."""
    found = pd.Series([None] * len(cells), index=cells.index, dtype="str")
    districts = areas[areas["kind"] == "city_district"].sort_values("code")
    if districts.empty:
        return found
    owner = grid.municipality_of(
        square_grid.numbers(*shapely.get_coordinates(districts.geometry.representative_point()).T)
    )
    for position in np.unique(owner[owner >= 0]):
        here = cells.index[cells["kommunekode"] == grid.codes[position]]
        part = districts[owner == position]
        points = shapely.points(cells.loc[here, "x"], cells.loc[here, "y"])
        near = shapely.STRtree(part.geometry.to_numpy()).query_nearest(points, all_matches=True)
        first = np.full(len(here), len(part), dtype=np.int64)
        np.minimum.at(first, near[0], near[1])
        found.loc[here] = part["code"].to_numpy()[first]
    return found
