"""A GeoPackage as raw rows: its layer of premises, each feature placed by its geometry, in whatever system it has."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import pandas as pd
import pyogrio

from geodata.crs import INSIDE
from geodata.sources.upload.form import Form
from geodata.sources.upload.raw import MOST_ROWS, RawRow, RefusedFileError
from geodata.sources.upload.values import Cell

MAGIC = b"SQLite format 3\x00"
PLACE = ("x", "y", "lon", "lat")
"""Columns that a layer may carry along; a feature that was moved stands where its geometry is."""
READABLE = ("en GeoPackage, der kan læses", "a GeoPackage that can be read")


def geopackage_lines(path: Path, form: Form) -> list[RawRow]:
    """Head and rows of the layer of a form; a row's number is its feature id.

    Raises
    ------
    RefusedFileError : no GeoPackage, no such layer, a layer without a coordinate system, or with too many rows
    """
    try:
        layer = _layer(path, form)
        frame = pyogrio.read_dataframe(path, layer=layer, fid_as_index=True, max_features=MOST_ROWS + 1)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, sqlite3.Error, ValueError) as error:
        raise RefusedFileError("unreadable", type(error).__name__, READABLE) from error
    if len(frame) > MOST_ROWS:
        expected = (f"højst {MOST_ROWS} rækker", f"at most {MOST_ROWS} rows")
        raise RefusedFileError("too_many_rows", f"over {MOST_ROWS} rows", expected, n=MOST_ROWS)
    return list(_lines(frame, form))


def _layer(path: Path, form: Form) -> str:
    """The layer named as the form's table, or the only layer there is."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
        found = file.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features'")
        names = [str(name) for (name,) in found]
    if form.name in names:
        return form.name
    if len(names) != 1:
        expected = (f"et lag med navnet {form.name}", f"a layer named {form.name}")
        raise RefusedFileError("layer", ", ".join(names)[:80] or "nothing", expected)
    return names[0]


def _lines(frame: gpd.GeoDataFrame | pd.DataFrame, form: Form) -> Iterator[RawRow]:
    known = [form.aliases.get(str(name)) or form.recognised([name]).get(0) for name in frame.columns]
    kept = [at for at, name in enumerate(known) if name and name not in PLACE]
    yield RawRow(0, (*(str(frame.columns[at]) for at in kept), "x", "y"))
    places = list(_places(frame))
    for (number, *cells), place in zip(frame.itertuples(), places, strict=True):
        yield RawRow(int(number), (*(_cell(cells[at]) for at in kept), *place))


def _places(frame: gpd.GeoDataFrame | pd.DataFrame) -> Iterator[tuple[Cell, Cell]]:
    if not isinstance(frame, gpd.GeoDataFrame):
        raise RefusedFileError("layer", "a table without geometry", ("et lag med punkter", "a layer of points"))
    if frame.crs is None:
        raise RefusedFileError("crs", "nothing", ("et lag med koordinatsystem", "a layer with a coordinate system"))
    for shape in frame.to_crs(INSIDE).geometry:
        if shape is None or shape.is_empty:
            yield None, None
        elif shape.geom_type == "Point":
            yield shape.x, shape.y
        else:
            yield shape.geom_type, None


def _cell(value: Any) -> Cell:
    if pd.isna(value):
        return None
    plain = value.date() if isinstance(value, pd.Timestamp) else value.item() if hasattr(value, "item") else value
    return cast("Cell", plain)
