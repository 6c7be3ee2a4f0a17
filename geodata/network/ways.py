"""Ways of an OpenStreetMap file as arrays: their nodes, where these lie, and the tags that matter."""

import logging
from array import array
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import osmium
from numpy.typing import NDArray
from pyproj import Geod

from geodata.errors import NetworkError, SourceError
from geodata.network.controls import read_signs
from geodata.network.graph import Codes, Floats, Ids

log = logging.getLogger(__name__)

Tags = dict[str, str]
ELLIPSOID = Geod(ellps="GRS80")


@dataclass(frozen=True)
class Ways:
    """The streets and paths of a file.

    Parameters
    ----------
    node_id : (n,) OpenStreetMap ids, ascending, each once
    lon, lat : (n,) degrees; NaN for a node the file names but does not hold (it was cut there)
    start, node : (w+1,) and (k,); way i runs through the nodes `node[start[i]:start[i+1]]` (indices)
    kind : (w,) index into `tags`
    tags : distinct sets of the tags that were asked for
    sign, sign_direction : (n,) signals and give-way lines, as `controls.read_signs`
    """

    node_id: Ids
    lon: Floats
    lat: Floats
    start: Ids
    node: Ids
    kind: Ids
    tags: tuple[Tags, ...]
    sign: Codes
    sign_direction: NDArray[np.int8]


@dataclass(frozen=True)
class Segments:
    """Straight pieces between consecutive nodes of ways.

    Parameters
    ----------
    tail, head : (s,) nodes
    way : (s,) the way each piece belongs to
    length_m : (s,) metres on the GRS80 ellipsoid
    """

    tail: Ids
    head: Ids
    way: Ids
    length_m: Floats


def read_ways(path: Path, keep: Collection[str]) -> Ways:
    """Read the ways with a `highway` tag of a .osm.pbf, .osm or .osm.gz file, with the tags named in `keep`.

    Raises
    ------
    SourceError : the file is missing, damaged or no OpenStreetMap file
    NetworkError : it holds no street or path
    """
    if not path.is_file():
        raise SourceError(f"there is no file {path.name} in {path.parent}; expected an extract (.osm.pbf)")
    try:
        scan = _scan(path, frozenset(keep))
    except (RuntimeError, ValueError) as error:  # osmium's errors
        raise SourceError(f"{path.name} cannot be read as OpenStreetMap data ({error}); fetch it again") from error
    if not scan.kinds:
        raise NetworkError(f"{path.name} holds no street or path; expected ways with a highway tag")
    refs = np.frombuffer(scan.refs, dtype=np.int64) if scan.refs else np.zeros(0, dtype=np.int64)
    node_id, first, node = np.unique(refs, return_index=True, return_inverse=True)
    lon, lat = (np.asarray(degrees, dtype=float)[first] for degrees in (scan.lon, scan.lat))
    start = np.concatenate([[0], np.cumsum(scan.counts)]).astype(np.int64)
    kind = np.asarray(scan.kinds, dtype=np.int64)
    return Ways(node_id, lon, lat, start, node.astype(np.int64), kind, tuple(scan.tags), *read_signs(path, node_id))


@dataclass(frozen=True)
class _Scan:
    """What a file says, in its order: node ids and places, and for each way its number of nodes and kind of tags.

    Packed arrays: all of Denmark has some twelve million such nodes.
    """

    refs: "array[int]" = field(default_factory=lambda: array("q"))
    lon: "array[float]" = field(default_factory=lambda: array("d"))
    lat: "array[float]" = field(default_factory=lambda: array("d"))
    counts: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    tags: list[Tags] = field(default_factory=list)


def _scan(path: Path, keep: frozenset[str]) -> _Scan:
    scan = _Scan()
    number: dict[tuple[tuple[str, str], ...], int] = {}
    for way in _streets(path):
        kind = tuple((tag.k, tag.v) for tag in way.tags if tag.k in keep)
        if kind not in number:
            scan.tags.append(dict(kind))
        scan.kinds.append(number.setdefault(kind, len(number)))
        before = len(scan.refs)
        for node in way.nodes:
            located = node.location.valid()
            scan.refs.append(node.ref)
            scan.lon.append(node.lon if located else np.nan)
            scan.lat.append(node.lat if located else np.nan)
        scan.counts.append(len(scan.refs) - before)
    return scan


def _streets(path: Path) -> Iterator[osmium.osm.Way]:
    """Ways with a highway tag, their nodes located; the file lists nodes before ways, as all tools write it."""
    entities = osmium.osm.NODE | osmium.osm.WAY
    reader = osmium.FileProcessor(str(path), entities).with_locations()
    reader.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)).with_filter(osmium.filter.KeyFilter("highway"))
    for way in reader:
        if isinstance(way, osmium.osm.Way):
            yield way


def segments(ways: Ways) -> Segments:
    """Cut ways into straight pieces, without those to a node the file lacks or from a node to itself.

    Raises
    ------
    NetworkError : nothing is left
    """
    inner = np.ones(max(len(ways.node) - 1, 0), dtype=bool)
    inner[ways.start[1:-1][(ways.start[1:-1] > 0) & (ways.start[1:-1] < len(ways.node))] - 1] = False
    first = np.flatnonzero(inner)
    tail, head = ways.node[first], ways.node[first + 1]
    way = np.searchsorted(ways.start, first, side="right") - 1
    cut = np.isnan(ways.lon[tail]) | np.isnan(ways.lon[head])
    standing = tail == head
    keep = ~cut & ~standing
    log.info(
        "%d pieces of %d ways, %d kept, %d dropped for a node the file lacks, %d from a node to itself",
        len(tail),
        len(ways.kind),
        keep.sum(),
        cut.sum(),
        (standing & ~cut).sum(),
    )
    if not keep.any():
        raise NetworkError(
            "no street of the file has two nodes with a place; expected nodes before ways, and not cut off"
        )
    tail, head = tail[keep], head[keep]
    return Segments(tail, head, way[keep], lengths_m(ways.lon[tail], ways.lat[tail], ways.lon[head], ways.lat[head]))


def lengths_m(lon1: Floats, lat1: Floats, lon2: Floats, lat2: Floats) -> Floats:
    """Metres between places on the GRS80 ellipsoid (geodesics, Karney 2013).

    osmnx measures on a sphere of 6,371,009 m instead: at 55.7 degrees north that is 0.13 % short along a meridian and
    0.34 % short along a parallel. EPSG:25832 metres are 0.14 % long on Bornholm. Choice limits are legal distances, so
    neither is used.
    """
    return np.asarray(ELLIPSOID.inv(lon1, lat1, lon2, lat2)[2], dtype=float)
