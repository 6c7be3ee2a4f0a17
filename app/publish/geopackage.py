"""A GeoPackage of several layers, with titles, aliases and value lists where clients look for them.

Layers are written by GDAL; labels go into the tables of the schema extension (OGC 12-128r19, annex F.9):
`gpkg_data_columns` holds the Danish title as the name that clients show for a field (alias), the English one as its
title, and the description; `gpkg_data_column_constraints` the allowed values with their labels.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from app.publish.collections import Collection
from geodata.tables import Column, Table

TABLES_OF_SCHEMA = """
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
  max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
"""
DEFINITION = "http://www.geopackage.org/spec121/#extension_schema"
GEOMETRY_COLUMN = "geom"
PIECE = 20_000
"""Rows that are handed over at a time, so that a large table is never copied whole."""
VERSION = "1.2"
"""Of the GeoPackage standard: programs of 2022 read it without a warning."""


def write_geopackage(path: Path, collections: Sequence[Collection], source_line: str) -> None:
    """Write collections as layers of one new file.

    Parameters
    ----------
    source_line : banner, credits and the study's hash; stands in the description of every layer
    """
    path.unlink(missing_ok=True)
    for i, collection in enumerate(collections):
        _write_layer(path, collection, append=i > 0)
    with closing(sqlite3.connect(path)) as file, file:
        file.executescript(TABLES_OF_SCHEMA)
        for collection in collections:
            _describe(file, collection.table, about(collection.table, source_line))


def about(table: Table, source_line: str) -> str:
    """Description of a table: what it is, and whose data."""
    return f"{table.title}. {table.about} {source_line}"


def _write_layer(path: Path, collection: Collection, *, append: bool) -> None:
    table = collection.table
    options = {
        "identifier": table.title_da,
        "description": f"{table.title}. {table.about}",
        "geometry_name": GEOMETRY_COLUMN,
    }
    multi = table.geometry is not None and table.geometry.kind in ("line", "polygon")
    spatial = table.geometry is not None
    for i, start in enumerate(range(0, max(len(collection.frame), 1), PIECE)):
        more = append or i > 0
        pyogrio.write_dataframe(
            _plain(collection.frame.iloc[start : start + PIECE], table),
            path,
            layer=table.name,
            driver="GPKG",
            append=more,
            dataset_options={} if more else {"VERSION": VERSION},
            promote_to_multi=multi if spatial else None,
            layer_options=options if spatial else {k: v for k, v in options.items() if k != "geometry_name"},
        )


def _plain(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The frame with dates as dates; everything else has a type that a GeoPackage knows."""
    out = frame.copy()
    for column in table.columns:
        if column.kind == "date":
            out[column.name] = pd.to_datetime(out[column.name])
    return gpd.GeoDataFrame(out) if table.geometry is not None else pd.DataFrame(out)


def _describe(file: sqlite3.Connection, table: Table, description: str) -> None:
    file.execute(
        "UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?",
        (table.title_da, description, table.name),
    )
    for name in ("gpkg_data_columns", "gpkg_data_column_constraints"):
        file.execute(
            "INSERT OR IGNORE INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')", (name, DEFINITION)
        )
    for column in table.columns:
        if column is not table.geometry:
            _describe_column(file, table, column)


def _describe_column(file: sqlite3.Connection, table: Table, column: Column) -> None:
    constraint = f"{table.name}_{column.name}" if column.allowed else None
    file.execute(
        "INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description, constraint_name) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (table.name, column.name, _alias(table, column), column.title, _about(column), constraint),
    )
    if constraint:
        _allow(file, constraint, ((code.value, f"{code.title_da} / {code.title}") for code in column.allowed))


def _alias(table: Table, column: Column) -> str:
    """The Danish title; with the column's name where two columns of the table share it, as a file allows it once."""
    again = [other for other in table.columns if other.title_da == column.title_da and other is not table.geometry]
    return column.title_da if len(again) == 1 else f"{column.title_da} ({column.name})"


def _about(column: Column) -> str:
    unit = f" [{column.unit}]" if column.unit else ""
    return f"{column.title}{unit}. {column.about}"


def _allow(file: sqlite3.Connection, constraint: str, values: Iterable[tuple[str, str]]) -> None:
    file.executemany(
        "INSERT OR IGNORE INTO gpkg_data_column_constraints (constraint_name, constraint_type, value, description) "
        "VALUES (?, 'enum', ?, ?)",
        [(constraint, value, label) for value, label in values],
    )
