"""Eurostat's Census 2021 grid: residents in 1 km squares of EPSG:3035 in three age groups."""

from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS

from geodata.catalogue import Card, Region
from geodata.crs import LAEA
from geodata.errors import Breach, CrsError, MisfitError
from geodata.fetching import Ask, Fetched, Fetcher
from geodata.fetching.asking import endpoint_of
from geodata.residents import CENSUS
from geodata.residents.tables import CENSUS_AGES
from geodata.sources.reading import Reading, require_columns, source_file

CARD = "eurostat_census_2021"
SQUARE = r"CRS3035RES(\d+)mN(\d+)E(\d+)"
EDGE = 1000.0
HEAD = 1000

Window = tuple[float, float, float, float]
"""West, south, east, north in EPSG:3035, metres."""


def fetch_census(fetcher: Fetcher, card: Card, region: Region) -> Fetched:  # noqa: ARG001 - all Europe in one file
    """The grid of all Europe, taken out of its zip; looked at by its head only, for it is large.

    Raises
    ------
    FetchError, MisfitError, CrsError : it cannot be had, or is another grid
    """
    endpoint = endpoint_of(card)
    url = endpoint.url.format(**endpoint.settings)
    return fetcher.file(Ask(card, url, member=endpoint.settings["member"], check=partial(_rows, card=card, most=HEAD)))


def read_census(folder: Path, region: Region, window: Window | None = None) -> Reading:  # noqa: ARG001 - knows no region
    """Census squares as table CENSUS. Ages that do not add up to the residents of a square are left as they are.

    Parameters
    ----------
    window : west, south, east, north in EPSG:3035; only squares that meet it are read, by the file's own index

    Raises
    ------
    MisfitError : the file lacks a column, holds no squares, or a square's id is not of the European grid
    CrsError : the file is not in EPSG:3035
    TableError : a count is negative or missing
    """
    path, card = source_file(folder, CARD)
    rows = _rows(path, card, window)
    place = rows["GRD_ID"].str.extract(f"^{SQUARE}$")
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
    known, note = without_unknown(frame, int(endpoint_of(card).settings["unknown"]))
    return Reading(CENSUS.check(known), card, len(rows), len(known), note)


def without_unknown(frame: pd.DataFrame, unknown: int) -> tuple[pd.DataFrame, str]:
    """Squares whose residents are published; ages that are not follow the shares of the squares that have them.

    Parameters
    ----------
    unknown : what the publisher writes for a figure that it does not publish
    """
    kept = frame[frame["residents"] != unknown].reset_index(drop=True)
    ages = kept[list(CENSUS_AGES)]
    hidden = (ages == unknown).any(axis=1)
    if hidden.any():
        shares = ages[~hidden].sum() / max(ages[~hidden].to_numpy().sum(), 1)
        guessed = np.rint(np.outer(kept.loc[hidden, "residents"], shares)).astype(ages.dtypes.iloc[0])
        kept.loc[hidden, list(CENSUS_AGES)] = guessed
    notes = [
        f"{len(frame) - len(kept)} squares without published residents left out" * (len(kept) < len(frame)),
        f"ages of {int(hidden.sum())} squares estimated from the others" * bool(hidden.any()),
    ]
    return kept, "; ".join(note for note in notes if note)


def window_of(outlines: gpd.GeoSeries) -> Window:
    """The window of the grid that holds some outlines and the squares they touch."""
    west, south, east, north = (float(edge) for edge in outlines.to_crs(LAEA).total_bounds)
    return west - EDGE, south - EDGE, east + EDGE, north + EDGE


def _rows(path: Path, card: Card, window: Window | None = None, most: int | None = None) -> pd.DataFrame:
    """Rows of the grid without their outlines, which their ids say as well."""
    try:
        about = pyogrio.read_info(path)
        rows = pyogrio.read_dataframe(path, bbox=window, max_features=most, read_geometry=False)
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as error:
        found = str(error).replace(str(path), path.name)
        raise MisfitError(card.id, Breach(0, "", f"{path.name} unreadable ({found})", "a grid file")) from error
    if about["crs"] is None or CRS(about["crs"]).to_epsg() != LAEA:
        raise CrsError(f"{path.name}: found coordinate system {about['crs']}, expected EPSG:{LAEA}")
    require_columns(rows, card, path)
    if rows.empty:
        raise MisfitError(
            card.id, Breach(0, "GRD_ID", "no square", "squares" + " in the window" * (window is not None))
        )
    wrong = np.flatnonzero(~rows["GRD_ID"].astype(str).str.fullmatch(SQUARE))
    if len(wrong):
        found = repr(rows["GRD_ID"].iloc[wrong[0]])
        expected = "an id like CRS3035RES1000mN3609000E4482000"
        raise MisfitError(card.id, Breach(int(wrong[0]) + 1, "GRD_ID", found, expected))
    return rows
