"""An OpenStreetMap file cut to an area while it is streamed: never the whole file in memory.

It is read three times: which ways and points lie in the area; which nodes those ways run through; and what is kept.
Held meanwhile are the place of every node (16 bytes each) in the first reading, and a bit for each id in the others.
"""

import gc
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray
from osmium.filter import KeyFilter
from osmium.io import File, Reader
from osmium.osm import NODE, WAY, Node, Way
from shapely.geometry.base import BaseGeometry

from geodata.errors import NetworkError, SourceError

log = logging.getLogger(__name__)

KEYS = ("addr:housenumber", "amenity", "building", "healthcare", "highway", "place", "railway", "route", "shop")
"""Whatever a reader of extracts looks for; all else is left behind."""
BATCH = 100_000
PLAIN = "pbf,add_metadata=false"
"""Neither who drew it nor when: a plan needs no names of volunteers."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How much was seen and kept: ways and points that say something a reader looks for."""

    seen: int
    kept: int


def cut(path: Path, target: Path, area: BaseGeometry) -> Cut:
    """Write what lies in an area, or reaches into it, as a .osm.pbf; ways are kept whole.

    Parameters
    ----------
    path : a PBF, whatever its name
    area : in degrees (WGS 84); what touches its edge is kept

    Raises
    ------
    SourceError : the file is damaged or no OpenStreetMap file
    NetworkError : it holds nothing in the area
    """
    try:
        wanted, seen, kept = _wanted(path, area)
        if not kept:
            raise NetworkError(
                f"{path.name} holds no street or building in the area, among {seen}; expected an extract that covers it"
            )
        gc.collect()  # the places of nodes make room for the ids
        wanted.complete_backward_references(_pbf(path))
        _write(path, target, wanted)
    except (RuntimeError, ValueError) as error:  # osmium's errors
        raise SourceError(f"{path.name} cannot be read as OpenStreetMap data ({error}); fetch it again") from error
    log.info("%s: %d of %d ways and points kept", path.name, kept, seen)
    return Cut(seen, kept)


def _wanted(path: Path, area: BaseGeometry) -> tuple[osmium.IdTracker, int, int]:
    """Ids of the ways and points that meet the area, and how many were seen and kept."""
    wanted, seen, kept = osmium.IdTracker(), 0, 0
    shapely.prepare(area)
    items = _items(path)
    while batch := list(islice(items, BATCH)):
        inside = _meets([box for *_, box in batch], area)
        for (is_way, identity, _), keep in zip(batch, inside, strict=True):
            if keep:
                (wanted.add_way if is_way else wanted.add_node)(identity)
        seen, kept = seen + len(batch), kept + int(inside.sum())
    return wanted, seen, kept


def _pbf(path: Path) -> File:
    """A file that is a PBF whatever its name says: one in the making is called otherwise."""
    return File(str(path), "pbf")


Box = tuple[float, float, float, float]


def _items(path: Path) -> Iterator[tuple[bool, int, Box]]:
    """Every way and point with a key of `KEYS`: whether it is a way, its id and its bounds in degrees."""
    stream = osmium.FileProcessor(_pbf(path), NODE | WAY).with_locations("sparse_mem_array")
    for item in stream.with_filter(KeyFilter(*KEYS)):
        if isinstance(item, Node):
            place = item.location
            if place.valid():
                yield False, item.id, (place.lon, place.lat, place.lon, place.lat)
        elif isinstance(item, Way):
            places = [node.location for node in item.nodes]
            lons = [place.lon for place in places if place.valid()]
            lats = [place.lat for place in places if place.valid()]
            if lons:
                yield True, item.id, (min(lons), min(lats), max(lons), max(lats))


def _meets(boxes: list[Box], area: BaseGeometry) -> NDArray[np.bool_]:
    """(n,) whether each box touches the area: a way's box may do so where the way does not, and is kept as well."""
    return np.asarray(shapely.intersects(area, shapely.box(*np.array(boxes).T)), dtype=bool)


def _write(path: Path, target: Path, wanted: osmium.IdTracker) -> None:
    out = File(str(target), PLAIN)
    with (
        Reader(_pbf(path), NODE | WAY) as reader,
        osmium.SimpleWriter(out, header=reader.header(), overwrite=True) as writer,
    ):
        osmium.apply(reader, wanted.id_filter(), writer)
