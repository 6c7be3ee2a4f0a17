"""Features of a collection: which rows a query keeps, and a page of them as GeoJSON."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import orjson
import pandas as pd
import shapely
from numpy.typing import NDArray

from app.publish.collections import Collection
from app.publish.geojson import records
from app.web.ogc.query import Query, queryables
from app.web.ogc.systems import System, box_inside, turned
from geodata.tables import Column, Table

Flags = NDArray[np.bool_]


def temporal(table: Table) -> Column | None:
    """The column that dates a feature, if there is one."""
    return next((column for column in table.columns if column.kind == "date"), None)


def ids(collection: Collection) -> list[str]:
    """An id for each row: its key, joined by a colon; the row's number where the table has no key."""
    keys = [collection.frame[name].astype(str) for name in collection.table.key]
    if not keys:
        return [str(row) for row in range(len(collection.frame))]
    return [":".join(parts) for parts in zip(*keys, strict=True)]


def rows_of(collection: Collection, query: Query) -> NDArray[np.intp]:
    """Rows that a query keeps, in the table's order, before paging."""
    frame, table = collection.frame, collection.table
    kept = np.ones(len(frame), dtype=bool)
    for name, value in query.values.items():
        kept &= frame[name].eq(value).fillna(False).to_numpy(dtype=bool)
    dated = temporal(table)
    if query.days and dated is not None:
        days = frame[dated.name]
        kept &= (days.isna() | days.between(query.days.first, query.days.last)).to_numpy(dtype=bool)
    if query.bbox is not None:
        kept &= _touching(collection, box_inside(query.bbox, query.bbox_system))
    return np.flatnonzero(kept)


def _touching(collection: Collection, box: shapely.Geometry) -> Flags:
    """Rows whose geometry touches a box; a row without geometry touches none (OGC 17-069r4, 7.15.3)."""
    if collection.table.geometry is None:
        return np.zeros(len(collection.frame), dtype=bool)
    shapely.prepare(box)
    return np.asarray(shapely.intersects(box, collection.frame.geometry.to_numpy()), dtype=bool)


def features(collection: Collection, rows: Sequence[int] | NDArray[np.intp], system: System) -> list[dict[str, Any]]:
    """Rows as GeoJSON features with geometry in a system."""
    frame, table = collection.frame.iloc[rows], collection.table
    names = ids(Collection(table, frame)) if table.key else [str(row) for row in rows]
    properties = records(pd.DataFrame(frame), queryables(table))
    return [
        {"type": "Feature", "id": name, "geometry": shape, "properties": values}
        for name, shape, values in zip(names, _shapes(frame, table, system), properties, strict=True)
    ]


def _shapes(frame: pd.DataFrame, table: Table, system: System) -> list[orjson.Fragment | None]:
    if table.geometry is None:
        return [None] * len(frame)
    shapes = turned(frame[table.geometry.name].to_numpy(), system)
    return [orjson.Fragment(text) for text in shapely.to_geojson(shapes)]


def page(
    collection: Collection, query: Query, links: Callable[[int], list[dict[str, str]]], said: dict[str, Any]
) -> bytes:
    """One page as a FeatureCollection.

    Parameters
    ----------
    links : the page's links, from the number of rows the query keeps
    said : further members, as the words on example data
    """
    rows = rows_of(collection, query)
    shown = rows[query.offset : query.offset + query.limit]
    return orjson.dumps(
        {
            "type": "FeatureCollection",
            "numberMatched": len(rows),
            "numberReturned": len(shown),
            **said,
            "links": links(len(rows)),
            "features": features(collection, shown, query.system),
        }
    )
