"""Eurostat's Census 2021 grid: residents in 1 km squares of EPSG:3035 in three age groups."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
from pyogrio.errors import DataSourceError
from pyproj import CRS

from geodata.catalogue import Region
from geodata.crs import LAEA
from geodata.errors import CrsError, SourceError
from geodata.residents import CENSUS
from geodata.sources.reading import Reading, require_columns, source_file

SQUARE = r"CRS3035RES(\d+)mN(\d+)E(\d+)"


def read_census(folder: Path, region: Region) -> Reading:  # noqa: ARG001 - a grid file knows no region
    """Census squares as table CENSUS. Ages that do not add up to the residents of a square are left as they are.

    Raises
    ------
    SourceError : the file lacks a column, holds no squares, or a square's id is not of the European grid
    CrsError : the file is not in EPSG:3035
    TableError : a count is negative or missing
    """
    path, card = source_file(folder, "eurostat_census_2021")
    try:
        rows = gpd.read_file(path)
    except DataSourceError as error:
        raise SourceError(f"{path.name} is not a grid file: {error}") from error
    if getattr(rows, "crs", None) is None or CRS(rows.crs).to_epsg() != LAEA:
        raise CrsError(f"{path.name}: found coordinate system {getattr(rows, 'crs', None)}, expected EPSG:{LAEA}")
    require_columns(rows, card, path)
    place = rows["GRD_ID"].str.extract(f"^{SQUARE}$")
    if rows.empty or place.isna().any(axis=None):
        wrong = rows["GRD_ID"][place[0].isna()].head(1).tolist()
        raise SourceError(f"{path.name}: found square {wrong}, expected ids like CRS3035RES1000mN3609000E4482000")
    frame = pd.DataFrame(
        {
            "square": rows["GRD_ID"],
            "east": place[2].astype(float),
            "north": place[1].astype(float),
            "side": place[0].astype(float),
            "residents": rows["T"],
            "age_0_14": rows["Y_LT15"],
            "age_15_64": rows["Y_1564"],
            "age_65_plus": rows["Y_GE65"],
            "land": rows["LAND_SURFACE"],
        }
    )
    return Reading(CENSUS.check(frame), card, len(rows), len(frame))
