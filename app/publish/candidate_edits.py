"""Candidate sites edited in a GIS: what a GeoPackage's layer of them adds, moves and removes, and which are refused.

Nothing is kept: candidates follow from addresses, premises and homes. The answer is for the planner, who tries an added
or moved point as a new practice (`/api/what-if`), or lists it among the premises.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from app.language import Lang
from app.publish.collections import PUBLISHED_CANDIDATES, Publication
from app.publish.copy import text
from app.siting.apply import make_homes
from geodata.crs import from_inside, inward
from geodata.sources.upload import MOVED_M

LAYER, KEY = PUBLISHED_CANDIDATES.name, "candidate_id"
DECIMALS = 6


def candidate_edits(publication: Publication, path: Path, lang: Lang) -> dict[str, Any] | None:
    """The difference to the candidates of the study, ready for JSON; None where the file has no such layer.

    Points without an id are added. A row is named by its id, or by its feature id where it has none.
    """
    frame = _read(path)
    if frame is None:
        return None
    refused = _refused(publication, frame, lang)
    good = frame.drop(index=[one["row"] for one in refused])
    known = publication.candidates.frame.set_index(KEY).geometry
    same = good[good[KEY].isin(known.index)].set_index(KEY).geometry
    metres = {name: float(known[name].distance(shape)) for name, shape in same.items()}
    moved = {str(name): round(away, 1) for name, away in metres.items() if away > MOVED_M}
    new = good[~good[KEY].isin(known.index)]
    left = set(known.index) - set(frame[KEY])
    told = {
        "added": _points(new),
        "moved": [{KEY: name, "metres": away} for name, away in moved.items()],
        "removed": sorted(map(str, left)),
        "unchanged": len(same) - len(moved),
        "refused": refused,
    }
    counts = {"a": len(new), "b": len(moved), "c": len(left), "d": len(refused)}
    return {"sentence": text("upload.candidates", lang, **counts), **told}


def _read(path: Path) -> gpd.GeoDataFrame | None:
    """The layer by feature id, EPSG:25832."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
            found = file.execute("SELECT 1 FROM gpkg_contents WHERE table_name = ?", [LAYER]).fetchone()
        if found is None:
            return None
        frame = pyogrio.read_dataframe(path, layer=LAYER, fid_as_index=True)
    except (sqlite3.Error, pyogrio.errors.DataSourceError):
        return None
    if KEY not in frame.columns or not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None:
        return None
    return inward(frame, path.name)


def _refused(publication: Publication, frame: gpd.GeoDataFrame, lang: Lang) -> list[dict[str, Any]]:
    """Rows that cannot be: no point, outside the region or in water, an id that comes again."""
    shapes = frame.geometry.to_numpy()
    point = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    x, y = (np.where(point, read(shapes), np.nan) for read in (shapely.get_x, shapely.get_y))
    homes = make_homes(publication.study.facts)
    inside = shapely.intersects_xy(homes.outlines[:, None], x, y).any(axis=0)
    again = frame[KEY].notna() & frame[KEY].duplicated()
    reasons = np.select([~point, ~inside, again.to_numpy()], ["no_point", "outside", "again"], default="")
    return [
        {"row": int(row), KEY: None if pd.isna(name) else str(name), "reason": text(f"upload.candidate_{reason}", lang)}
        for row, name, reason in zip(frame.index, frame[KEY], reasons, strict=True)
        if reason
    ]


def _points(frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    lon, lat = from_inside(frame.geometry.x, frame.geometry.y)
    places = zip(frame.index, np.round(lon, DECIMALS).tolist(), np.round(lat, DECIMALS).tolist(), strict=True)
    return [{"row": int(row), "lon": east, "lat": north} for row, east, north in places]
