"""A collection as GeoJSON (RFC 7946): longitude and latitude, counter-clockwise outlines, missing values as null."""

import json
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from app.publish.collections import Collection
from geodata.crs import outward
from geodata.tables import Column

DECIMALS = 6
"""Of a degree: about 0.1 m."""


def feature_collection(
    collection: Collection, columns: Sequence[str] | None = None, decimals: int = DECIMALS
) -> dict[str, Any]:
    """A FeatureCollection of a collection's rows, without a member that names a coordinate system (RFC 7946, 4).

    Parameters
    ----------
    columns : properties to keep; all but the geometry unless told otherwise
    decimals : of a degree
    """
    table = collection.table
    kept = [c for c in table.columns if c is not table.geometry and (columns is None or c.name in columns)]
    shapes = geometries(collection.frame, decimals) if table.geometry is not None else [None] * len(collection.frame)
    features = [
        {"type": "Feature", "properties": properties, "geometry": shape}
        for properties, shape in zip(records(collection.frame, kept), shapes, strict=True)
    ]
    return {"type": "FeatureCollection", "name": table.name, "features": features}


def records(frame: pd.DataFrame, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Rows as JSON objects: numbers as numbers, flags as true or false, what is missing as null."""
    values = [_plain(frame[column.name], column) for column in columns]
    names = [column.name for column in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


def _plain(values: "pd.Series[Any]", column: Column) -> list[Any]:
    present = values.notna().to_numpy()
    read = {"int": int, "float": float, "flag": bool}.get(column.kind, str)
    return [read(value) if there else None for value, there in zip(values.tolist(), present, strict=True)]


def geometries(frame: pd.DataFrame, decimals: int = DECIMALS) -> list[dict[str, Any]]:
    """GeoJSON geometries in degrees of a frame in EPSG:25832."""
    degrees = outward(gpd.GeoDataFrame(frame)).geometry.to_numpy()
    turned = shapely.orient_polygons(degrees, exterior_cw=False)
    return [_rounded(text, decimals) for text in shapely.to_geojson(turned)]


def _rounded(text: str, decimals: int) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(text, parse_float=lambda number: round(float(number), decimals))
    return read
