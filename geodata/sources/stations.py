"""Railway, S-train and metro stations from the published lists, as map points."""

import re
from pathlib import Path

import pandas as pd

from geodata import crs
from geodata.catalogue import Region
from geodata.sources.map_points import MAP_POINTS
from geodata.sources.reading import Reading, comma_table, source_file

ABBREVIATED = re.compile(r"\s+St\.?(?=$|\s*\()")
COUNTRY = "DK"


def read_copenhagen_stations(folder: Path, region: Region) -> Reading:
    """Stations listed by Københavns Kommune; raises as `read_stations`."""
    return read_stations(folder, region, "kk_stations")


def read_denmark_stations(folder: Path, region: Region) -> Reading:
    """Danish stations of trainline-eu/stations; raises as `read_stations`."""
    return read_stations(folder, region, "trainline_stations")


def read_stations(folder: Path, region: Region, source: str) -> Reading:  # noqa: ARG001 - a list knows no region
    """A list of stations with name, lon and lat, as table MAP_POINTS. The word "St." is left off the name.

    Raises
    ------
    SourceError : the file is missing, is no UTF-8 table, or lacks a column
    TableError : a coordinate is no number
    """
    path, card = source_file(folder, source)
    rows = comma_table(path, card)
    kept = rows[rows["country"] == COUNTRY] if "country" in rows.columns else rows
    kept = kept[kept["name"].notna()]
    x, y = crs.to_inside(*(pd.to_numeric(kept[name], errors="coerce") for name in ("lon", "lat")))
    frame = MAP_POINTS.check(
        pd.DataFrame({"kind": "station", "label": [station_name(n) for n in kept["name"]], "x": x, "y": y})
    )
    return Reading(frame, card, len(rows), len(frame))


def station_name(name: str) -> str:
    """The name without "St." and what stands in brackets after it: Lyngby for Lyngby St."""
    return ABBREVIATED.split(str(name))[0].strip()
