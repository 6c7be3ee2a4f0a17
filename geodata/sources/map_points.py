"""What maps know of the ground, as one table: addresses, buildings, streets, towns, districts and stations."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geodata import crs
from geodata.columns import X, Y
from geodata.facts import PLACES
from geodata.residents.evidence import KINDS, Evidence, box_of
from geodata.sources.reading import Reading
from geodata.tables import Code, Column, Table

POINT_KINDS = (
    Code("address", "Address", "Adresse"),
    Code("building", "Building", "Bygning"),
    Code("street", "Point along a street", "Punkt langs en vej"),
    Code("town", "Town", "By"),
    Code("district", "District", "Bydel"),
    Code("station", "Station", "Station"),
)
NAMED = ("town", "district", "station")

MAP_POINTS = Table(
    "map_points",
    "Points of a map",
    "Punkter fra et kort",
    "Addresses, buildings, streets and named places of one source.",
    (
        Column("kind", "text", "", "Kind", "Type", "What stands there.", POINT_KINDS),
        Column("label", "text", "", "Name", "Navn", "Address or name; empty when it has none."),
        X,
        Y,
    ),
)


def evidence_of(reading: Reading) -> list[Evidence]:
    """Addresses, buildings and streets of a source, complete within the lon/lat rectangle that holds them all."""
    rows = reading.frame[reading.frame["kind"].isin(KINDS)]
    if rows.empty:
        return []
    cover = box_of(*crs.from_inside(rows["x"], rows["y"]))
    parts = ((kind, rows[rows["kind"] == kind]) for kind in KINDS)
    return [
        Evidence(kind, reading.card.id, part["x"].to_numpy(), part["y"].to_numpy(), cover)  # type: ignore[arg-type]
        for kind, part in parts
        if len(part)
    ]


def places_of(
    readings: Sequence[Reading],
    areas: gpd.GeoDataFrame,
    tolerance: float,
    apart: float = 600.0,
    station_apart: float = 300.0,
) -> pd.DataFrame:
    """Towns, districts and stations in the region as table PLACES.

    A place is taken once: of those of the same kind and name within `apart` metres the first reading's is kept, and
    of stations that two readings have within `station_apart` metres, whatever they call them, the earlier reading's.

    Parameters
    ----------
    areas : table AREAS; places farther than `tolerance` metres from every municipality are left out
    tolerance : metres, rule `outline_tolerance`
    """
    rows = pd.concat([reading.frame.assign(source=at) for at, reading in enumerate(readings)], ignore_index=True)
    rows = rows[rows["kind"].isin(NAMED) & (rows["label"] != "")].reset_index(drop=True)
    rows = rows[_near(rows, areas, tolerance)].reset_index(drop=True)
    rows = rows[~_listed_before(rows, station_apart)].reset_index(drop=True)
    rows = rows[~_again(rows, apart)]
    frame = rows.rename(columns={"label": "name"})[["name", "kind", "x", "y"]]
    return PLACES.check(frame.sort_values(["kind", "name", "x"], ignore_index=True))


def _listed_before(rows: pd.DataFrame, apart: float) -> np.ndarray:
    """Stations that stand where an earlier reading has one."""
    listed = np.zeros(len(rows), dtype=bool)
    stations = rows[rows["kind"] == "station"]
    pairs = cKDTree(stations[["x", "y"]]).query_pairs(apart, output_type="ndarray") if len(stations) else []
    for one, other in pairs:
        source = stations["source"].iloc[[one, other]].to_numpy()
        if source[0] != source[1]:
            listed[stations.index[one if source[0] > source[1] else other]] = True
    return listed


def _near(rows: pd.DataFrame, areas: gpd.GeoDataFrame, tolerance: float) -> np.ndarray:
    outlines = areas.loc[areas["kind"] == "municipality", "geometry"].to_numpy()
    points = shapely.points(rows["x"], rows["y"])
    hits = shapely.STRtree(outlines).query(points, predicate="dwithin", distance=tolerance)
    return np.isin(np.arange(len(rows)), hits[0])


def _again(rows: pd.DataFrame, apart: float) -> np.ndarray:
    """Rows of a place that an earlier row has already."""
    again = np.zeros(len(rows), dtype=bool)
    for _, group in rows.groupby(["kind", rows["label"].str.casefold()]):
        xy = group[["x", "y"]].to_numpy()
        for position, row in enumerate(group.index):
            earlier = xy[:position][~again[group.index[:position]]]
            again[row] = bool(len(earlier)) and np.hypot(*(earlier - xy[position]).T).min() < apart
    return again
