"""The overview of a surface as a raster in a GeoPackage (OGC 12-128r19, clause 2.2): PNG tiles of class numbers.

The tiles are what the pages draw below zoom 11, in EPSG:25832: a grey band with the class number and an opacity band.
"""

import io
import sqlite3
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.publish.legend import NO_CLASS, Layer, classes
from app.publish.raster import OVERVIEW_STEP, Bounds, Canvas
from geodata.crs import INSIDE

Bytes = NDArray[np.uint8]
TILE = 256
BLOCK = TILE * OVERVIEW_STEP
"""Metres of a tile's side."""
ALPHA_BAND = 4
"""GDAL shows a tile of grey and opacity as red, green, blue and opacity."""
TABLES = """
CREATE TABLE IF NOT EXISTS gpkg_tile_matrix_set (
  table_name TEXT NOT NULL PRIMARY KEY, srs_id INTEGER NOT NULL, min_x DOUBLE NOT NULL, min_y DOUBLE NOT NULL,
  max_x DOUBLE NOT NULL, max_y DOUBLE NOT NULL,
  CONSTRAINT fk_gtms_table_name FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name));
CREATE TABLE IF NOT EXISTS gpkg_tile_matrix (
  table_name TEXT NOT NULL, zoom_level INTEGER NOT NULL, matrix_width INTEGER NOT NULL, matrix_height INTEGER NOT NULL,
  tile_width INTEGER NOT NULL, tile_height INTEGER NOT NULL, pixel_x_size DOUBLE NOT NULL, pixel_y_size DOUBLE NOT NULL,
  CONSTRAINT pk_ttm PRIMARY KEY (table_name, zoom_level),
  CONSTRAINT fk_tmm_table_name FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name));
"""


def table_name(layer: Layer) -> str:
    """Name of the table that holds a surface's overview."""
    return f"overview_{layer.id}"


def write_overview(file: sqlite3.Connection, layer: Layer, canvases: Sequence[Canvas], about: str) -> None:
    """Write the overview of a surface into an open GeoPackage that has EPSG:25832."""
    name, bounds = table_name(layer), _bounds([canvas.part.bounds for canvas in canvases])
    west, south, east, north = bounds
    size = (round((east - west) / BLOCK), round((north - south) / BLOCK))
    file.executescript(TABLES)
    file.execute(
        f"CREATE TABLE {name} (id INTEGER PRIMARY KEY AUTOINCREMENT, zoom_level INTEGER NOT NULL, "
        "tile_column INTEGER NOT NULL, tile_row INTEGER NOT NULL, tile_data BLOB NOT NULL, "
        "UNIQUE (zoom_level, tile_column, tile_row))"
    )
    file.execute(
        "INSERT INTO gpkg_contents "
        "(table_name, data_type, identifier, description, min_x, min_y, max_x, max_y, srs_id) "
        "VALUES (?, 'tiles', ?, ?, ?, ?, ?, ?, ?)",
        (name, f"{layer.title_da} (overblik)", about, *bounds, INSIDE),
    )
    file.execute("INSERT INTO gpkg_tile_matrix_set VALUES (?, ?, ?, ?, ?, ?)", (name, INSIDE, *bounds))
    matrix = (name, 0, *size, TILE, TILE, OVERVIEW_STEP, OVERVIEW_STEP)
    file.execute("INSERT INTO gpkg_tile_matrix VALUES (?, ?, ?, ?, ?, ?, ?, ?)", matrix)
    file.executemany(
        f"INSERT INTO {name} (zoom_level, tile_column, tile_row, tile_data) VALUES (0, ?, ?, ?)",
        _tiles(layer, canvases, bounds),
    )


def _bounds(parts: Sequence[Bounds]) -> Bounds:
    """Bounds of all parts on whole tiles, counted from their north-west."""
    west, north = min(part[0] for part in parts), max(part[3] for part in parts)
    columns = np.ceil((max(part[2] for part in parts) - west) / BLOCK)
    rows = np.ceil((north - min(part[1] for part in parts)) / BLOCK)
    return west, float(north - rows * BLOCK), float(west + columns * BLOCK), north


def _tiles(layer: Layer, canvases: Sequence[Canvas], bounds: Bounds) -> Iterator[tuple[int, int, bytes]]:
    """Column, row and PNG of each tile that holds a cell."""
    west, south, east, north = bounds
    whole = np.full((round((north - south) / OVERVIEW_STEP), round((east - west) / OVERVIEW_STEP)), NO_CLASS, np.uint8)
    for canvas in canvases:
        grid = canvas.overview(classes(layer, canvas.cells))
        row = round((north - canvas.part.bounds[3]) / OVERVIEW_STEP)
        column = round((canvas.part.bounds[0] - west) / OVERVIEW_STEP)
        there = whole[row : row + grid.shape[0], column : column + grid.shape[1]]
        np.copyto(there, grid, where=grid != NO_CLASS)
    for i, j in np.ndindex(whole.shape[0] // TILE, whole.shape[1] // TILE):
        tile = whole[i * TILE : (i + 1) * TILE, j * TILE : (j + 1) * TILE]
        if (tile != NO_CLASS).any():
            yield j, i, _png(tile)


def _png(tile: Bytes) -> bytes:
    """Class number as grey, and opaque where there is one."""
    there = tile != NO_CLASS
    bands = np.stack([np.where(there, tile, 0), np.where(there, 255, 0)], axis=-1).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(bands, mode="LA").save(out, format="PNG")
    return out.getvalue()
