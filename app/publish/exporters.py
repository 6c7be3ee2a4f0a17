"""Collections as files: GeoPackage, FlatGeobuf, GeoJSON, GeoParquet, CSV and Excel, by the file's ending.

Every file says whose data it holds, how old, and whether it is example data; labels stand in both languages where the
format has a place for them. Counts too small to publish are hidden in all of them.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import xlsxwriter.exceptions

from app.errors import ExportError
from app.language import Lang
from app.publish.collections import Collection, Publication
from app.publish.geojson import feature_collection
from app.publish.qgis.package import write_package
from app.publish.workbook.book import write_workbook
from geodata.tables import Column

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet may take a text that begins so for a formula; CSV puts an apostrophe before it (OWASP)."""
NOTE = "source_note"
UNWRITTEN = (
    OSError,
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    xlsxwriter.exceptions.FileCreateError,
)
"""What a writer raises when it may not write."""
CHUNK = 4096
"""Rows of a file that are in memory as text at a time."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to export.

    Parameters
    ----------
    collection : a key of `collections.TABLES`; a GeoPackage holds them all
    lang : language of a CSV's heads and codes; None keeps the names and codes of machines
    by : only areas of this kind; empty for all kinds
    file_name : the name a GeoPackage will have where it is opened; the name it is written under unless given
    """

    collection: str = "areas"
    lang: Lang | None = None
    by: str = ""
    file_name: str = ""


Exporter = Callable[[Publication, Path, Request], None]


def export(publication: Publication, path: Path, request: Request | None = None) -> Path:
    """Write a file in the format of its ending.

    Raises
    ------
    ExportError : no exporter knows the ending, or the file cannot be written
    NotFoundError : there is no such collection
    """
    ending = path.suffix.lower()
    if ending not in EXPORTERS:
        raise ExportError(
            f"no exporter writes {ending or 'a file without ending'}; choose one of {', '.join(EXPORTERS)}"
        )
    try:
        EXPORTERS[ending](publication, path, request or Request())
    except UNWRITTEN as error:
        raise ExportError(f"{path.name} cannot be written: {error}; choose a folder you may write to") from error
    return path


def chosen(publication: Publication, request: Request) -> Collection:
    """The collection a request asks for."""
    collection = publication.collection(request.collection)
    return collection.only(kind=request.by) if request.by and request.collection == "areas" else collection


def chunks(collection: Collection, rows: int = CHUNK) -> Iterator[Collection]:
    """The collection in pieces of so many rows, in order, so that no file is ever whole in memory; one when empty."""
    for start in range(0, max(len(collection.frame), 1), rows):
        yield Collection(collection.table, collection.frame.iloc[start : start + rows])


def write_geojson(publication: Publication, path: Path, request: Request) -> None:
    """GeoJSON (RFC 7946), with the block on the data as the member `data`; features are written piece by piece."""
    collection = chosen(publication, request)
    block = publication.provenance.block(request.lang or "da")
    head = {"type": "FeatureCollection", "name": collection.table.name, "data": block}
    with path.open("wb") as file:
        file.write(orjson.dumps(head, default=str).removesuffix(b"}") + b',"features":[')
        between = b""
        for piece in chunks(collection):
            features = orjson.dumps(feature_collection(piece)["features"], default=str)[1:-1]
            file.write(between + features)
            between = b"," if features else between
        file.write(b"]}")


def write_flatgeobuf(publication: Publication, path: Path, request: Request) -> None:
    """FlatGeobuf with a spatial index, in EPSG:25832; the Danish title and the source line stand with the layer.

    Raises
    ------
    ExportError : the collection has no geometry
    """
    collection = chosen(publication, request)
    table = collection.table
    if table.geometry is None:
        raise ExportError(f"{table.name} has no geometry, and FlatGeobuf holds nothing else; write .parquet or .csv")
    pyogrio.write_dataframe(
        collection.frame,
        path,
        layer=table.name,
        driver="FlatGeobuf",
        promote_to_multi=table.geometry.kind == "polygon",
        layer_options={"TITLE": table.title_da, "DESCRIPTION": publication.provenance.line(request.lang or "da")},
    )


def write_parquet(publication: Publication, path: Path, request: Request) -> None:
    """GeoParquet, or Parquet without geometry; labels stand with each field, the block on the data with the file."""
    collection = chosen(publication, request)
    collection.frame.to_parquet(path, index=False)
    table = pq.read_table(path)
    fields = [_field(field, collection) for field in table.schema]
    about = {
        "laegevalg": json.dumps(publication.provenance.block(request.lang or "da"), ensure_ascii=False, default=str)
    }
    metadata = {**(table.schema.metadata or {}), **{key.encode(): value.encode() for key, value in about.items()}}
    pq.write_table(table.cast(pa.schema(fields)).replace_schema_metadata(metadata), path)


def _field(field: pa.Field, collection: Collection) -> pa.Field:
    column = collection.table[field.name]
    labels = {"title": column.title, "title_da": column.title_da, "about": column.about, "unit": column.unit}
    return field.with_metadata({**(field.metadata or {}), **{k.encode(): v.encode() for k, v in labels.items()}})


def write_csv(publication: Publication, path: Path, request: Request) -> None:
    """CSV for Danish spreadsheets: semicolons, decimal commas, UTF-8 with a byte order mark.

    Row 1 holds the columns' names, or their labels when a language is asked for (codes are then written in words).
    Geometry is left out, but points have `lon` and `lat`. The last column says whose data it is. A text that a
    spreadsheet would take for a formula has an apostrophe before it.
    """
    write_rows(path, chosen(publication, request), request.lang, publication.provenance.line(request.lang or "da"))


def write_rows(path: Path, collection: Collection, lang: Lang | None, source_line: str) -> None:
    """A collection as CSV, as `write_csv` describes it, written piece by piece.

    Parameters
    ----------
    source_line : whose data it is
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        for i, piece in enumerate(chunks(collection)):
            cells = _csv_cells(piece, lang, source_line)
            if i == 0:
                writer.writerow(cells)
            writer.writerows(zip(*cells.values(), strict=True))


def _csv_cells(collection: Collection, lang: Lang | None, line: str) -> dict[str, list[str]]:
    """The columns of a table as text, by their heads."""
    frame = collection.frame
    columns = [column for column in collection.table.columns if column is not collection.table.geometry]
    cells = {_head(column, lang): [_cell(value, column, lang) for value in frame[column.name]] for column in columns}
    cells.update(_degrees(collection))
    cells[{"da": "Kilde", "en": "Source"}.get(lang or "", NOTE)] = [line] * len(frame)
    return cells


def _head(column: Column, lang: Lang | None) -> str:
    return column.name if lang is None else column.label(lang)


def _cell(value: Any, column: Column, lang: Lang | None) -> str:
    if pd.isna(value):
        return ""
    if column.kind == "float":
        return f"{float(value):.10g}".replace(".", ",")
    if column.kind == "int":
        return str(int(value))
    if column.kind == "flag":
        return {True: "ja", False: "nej"}[bool(value)] if lang == "da" else str(bool(value)).lower()
    return safe_text(str(value) if lang is None else column.code_label(value, lang))


def safe_text(value: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return "'" + value if value.startswith(FORMULA_SIGNS) else value


def _degrees(collection: Collection) -> Mapping[str, list[str]]:
    geometry = collection.table.geometry
    if geometry is None or geometry.kind != "point":
        return {}
    points = gpd.GeoDataFrame(collection.frame).to_crs(4326).geometry
    return {
        "lon": [f"{x:.6f}".replace(".", ",") for x in points.x],
        "lat": [f"{y:.6f}".replace(".", ",") for y in points.y],
    }


def write_gpkg(publication: Publication, path: Path, request: Request) -> None:
    """GeoPackage of every collection, with aliases in both languages, styles and a QGIS project that shows the map."""
    write_package(publication, path, request.file_name)


def write_xlsx(publication: Publication, path: Path, request: Request) -> None:
    """Excel workbook of areas, limited choice and practices, with a front sheet and what each column means."""
    write_workbook(publication, path, request.lang or "da")


EXPORTERS: dict[str, Exporter] = {
    ".gpkg": write_gpkg,
    ".fgb": write_flatgeobuf,
    ".geojson": write_geojson,
    ".parquet": write_parquet,
    ".csv": write_csv,
    ".xlsx": write_xlsx,
}
"""Format by ending; a new exporter is one function and one line here."""
