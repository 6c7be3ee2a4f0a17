"""Vector tiles (MVT 2.1) of what is published: encoded when first asked for and kept, or read from a PMTiles archive.

Tiles follow the usual grid of web maps (EPSG:3857, x from the west, y from the north). A large region is encoded
beforehand into one archive (`write_archive`), which the same `Tiles` then reads.
"""

import gzip
import hashlib
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import geopandas as gpd
import mapbox_vector_tile
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import deserialize_directory, zxy_to_tileid

from app.errors import NotFoundError
from app.publish.collections import Publication
from app.publish.geojson import records
from geodata.crs import WEB_MERCATOR, outward
from geodata.tables import Column, Table

EXTENT = 4096
"""Steps along the side of a tile."""
MARGIN = 64
"""Steps that features are drawn beyond the side, so that outlines do not show at the seam."""
HALF_WORLD = 20037508.342789244
"""Metres in EPSG:3857 from the middle of the world to its side."""
KEPT_BYTES = 128_000_000
"""Of packed tiles held in memory; those asked for longest ago go first."""


@dataclass(frozen=True)
class Tiling:
    """How a collection is cut into tiles.

    Parameters
    ----------
    lowest, highest : zooms that are served; below, the overview is a picture, above, clients enlarge
    columns : properties of its features
    """

    lowest: int
    highest: int
    columns: tuple[str, ...]


TILINGS = {
    "cells": Tiling(
        11,
        14,
        (
            "cell_id",
            "kommunekode",
            "choice_class",
            "residents",
            "open_within_limit",
            "open_within_limit_straight",
            "limit_m",
            "nearest_open_m",
            "second_open_m",
            "nearest_open_min_drive",
            "nearest_open_min_bike",
            "nearest_open_min_walk",
            "free_places_per_1000",
            "use_within_limit",
            "estimated",
        ),
    ),
    "areas": Tiling(6, 14, ("kind", "code", "name", "residents", "under_two", "under_two_share")),
    "little_choice_areas": Tiling(6, 14, ("area_id", "name", "residents", "reason")),
    "practices": Tiling(6, 14, ("ydernummer", "name", "intake", "capacities", "listed_patients", "closing_limit")),
}
"""Collections that are served as tiles; free places stand as in the published table."""


def columns_of(table: Table) -> list[Column]:
    """Columns that a collection's tiles carry."""
    return [table[name] for name in TILINGS[table.name].columns]


def bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """Bounds of a tile in EPSG:3857: west, south, east, north."""
    side = 2 * HALF_WORLD / 2**z
    west, north = x * side - HALF_WORLD, HALF_WORLD - y * side
    return west, north - side, west + side, north


class Layer:
    """One collection, ready to be cut.

    Parameters
    ----------
    publication : what is published
    name : key of `TILINGS`
    """

    def __init__(self, publication: Publication, name: str) -> None:
        self.name = name
        self._collection = publication.collection(name)

    @cached_property
    def shapes(self) -> "np.ndarray[Any, np.dtype[np.object_]]":
        """(features,) geometries in EPSG:3857."""
        return np.asarray(outward(self._collection.frame, WEB_MERCATOR).geometry.to_numpy(), dtype=object)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index of the geometries."""
        return shapely.STRtree(self.shapes)

    def encode(self, z: int, x: int, y: int) -> bytes:
        """One tile; empty where nothing lies in it."""
        west, south, east, north = bounds(z, x, y)
        margin = (east - west) * MARGIN / EXTENT
        wide = (west - margin, south - margin, east + margin, north + margin)
        rows = np.sort(self.tree.query(shapely.box(*wide)))
        if not len(rows):
            return b""
        cut = shapely.clip_by_rect(self.shapes[rows], *wide)
        properties = records(pd.DataFrame(self._collection.frame.iloc[rows]), columns_of(self._collection.table))
        features = [
            {"geometry": shape, "properties": {key: value for key, value in values.items() if value is not None}}
            for shape, values in zip(cut, properties, strict=True)
            if not shape.is_empty
        ]
        options = {"quantize_bounds": (west, south, east, north), "extents": EXTENT}
        encoded: bytes = mapbox_vector_tile.encode([{"name": self.name, "features": features}], default_options=options)
        return encoded


class Tiles:
    """The tiles of a publication.

    Parameters
    ----------
    publication : what is published
    archives : PMTiles of collections that were encoded beforehand
    """

    def __init__(self, publication: Publication, archives: Sequence[Path] = ()) -> None:
        self.publication = publication
        self._layers: dict[str, Layer] = {}
        self._archives = {path.stem: Archive(path) for path in archives}
        self._kept: OrderedDict[tuple[str, int, int, int], bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def tile(self, name: str, z: int, x: int, y: int) -> bytes:
        """A tile, packed by gzip; empty where nothing lies in it.

        Raises
        ------
        NotFoundError : there is no such collection, zoom or tile
        """
        tiling = tiling_of(name)
        if not tiling.lowest <= z <= tiling.highest:
            raise NotFoundError(f"{name} has tiles from zoom {tiling.lowest} to {tiling.highest}, not {z}")
        if not (0 <= x < 2**z and 0 <= y < 2**z):
            raise NotFoundError(f"zoom {z} has tiles from 0 to {2**z - 1}, not {x}/{y}")
        key = (name, z, x, y)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            return self._keep(key, self._made(name, z, x, y))

    def _made(self, name: str, z: int, x: int, y: int) -> bytes:
        if name in self._archives:
            return self._archives[name].tile(z, x, y)
        tile = self._layer(name).encode(z, x, y)
        return gzip.compress(tile, mtime=0) if tile else b""

    def _layer(self, name: str) -> Layer:
        if name not in self._layers:
            self._layers[name] = Layer(self.publication, name)
        return self._layers[name]

    def _keep(self, key: tuple[str, int, int, int], tile: bytes) -> bytes:
        self._kept[key] = tile
        self._bytes += len(tile)
        while self._bytes > KEPT_BYTES:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= len(gone)
        return tile


class Archive:
    """A PMTiles archive on disk, read where it is; its directories are read once.

    Parameters
    ----------
    path : the file
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._read = MmapSource(self._file)  # type: ignore[no-untyped-call]
        self._header: dict[str, int] = Reader(self._read).header()  # type: ignore[no-untyped-call]
        self._spans = dict(self._walk(self._header["root_offset"], self._header["root_length"]))

    def tile(self, z: int, x: int, y: int) -> bytes:
        """A tile, packed by gzip as GDAL writes it; empty where the archive has none."""
        span = self._spans.get(zxy_to_tileid(z, x, y))
        return self._read(*span) if span else b""

    def _walk(self, offset: int, length: int) -> Iterator[tuple[int, tuple[int, int]]]:
        """Number of each tile, with its first byte and length; a run of equal tiles is kept once (PMTiles 3, 4)."""
        for entry in deserialize_directory(self._read(offset, length)):
            if entry.run_length:
                span = (self._header["tile_data_offset"] + entry.offset, entry.length)
                yield from ((entry.tile_id + i, span) for i in range(entry.run_length))
            else:
                yield from self._walk(self._header["leaf_directory_offset"] + entry.offset, entry.length)


def tiling_of(name: str) -> Tiling:
    """How a collection is cut.

    Raises
    ------
    NotFoundError : there are no tiles of it
    """
    if name not in TILINGS:
        raise NotFoundError(f"there are no tiles of {name[:60]!r}; choose one of {', '.join(TILINGS)}")
    return TILINGS[name]


def write_archive(publication: Publication, path: Path, name: str) -> None:
    """Encode a collection at every zoom into one PMTiles archive (GDAL), with the source line as its description."""
    collection, tiling = publication.collection(name), tiling_of(name)
    frame = collection.frame[[*tiling.columns, collection.frame.geometry.name]]
    pyogrio.write_dataframe(
        outward(gpd.GeoDataFrame(frame), WEB_MERCATOR),
        path,
        layer=name,
        driver="PMTiles",
        MINZOOM=tiling.lowest,
        MAXZOOM=tiling.highest,
        EXTENT=EXTENT,
        BUFFER=MARGIN,
        MAX_SIZE=5_000_000,
        MAX_FEATURES=200_000,
        NAME=collection.table.title_da,
        DESCRIPTION=publication.provenance.line(),
    )


def archive_folder(store: Path, region: str, study: str) -> Path:
    """Folder of a study's archives in the store; its name changes with the code that publishes."""
    digest = hashlib.sha256(study.encode())
    for module in ("collections", "suppress", "cell_sums", "tiles"):
        digest.update((files("app.publish") / f"{module}.py").read_bytes())
    return store / region / "tiles" / digest.hexdigest()[:16]


def make_archives(publication: Publication, store: Path, from_cells: int) -> list[Path]:
    """Encode the cells of a large region beforehand; archives of former studies are removed.

    Parameters
    ----------
    from_cells : a region with fewer inhabited cells is encoded as it is asked for
    """
    study = publication.study
    folder = archive_folder(store, study.facts.region.id, study.hash)
    if len(study.facts.cells) >= from_cells and not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder.parent))
        write_archive(publication, draft / "cells.pmtiles", "cells")
        draft.rename(folder)
    for other in folder.parent.glob("*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return archives_of(folder)


def archives_of(folder: Path) -> list[Path]:
    """The archives of a folder; none where there is no folder."""
    return sorted(folder.glob("*.pmtiles"))
