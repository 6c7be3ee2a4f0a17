"""OpenStreetMap files as street networks, one `Graph` per mode, by osmnx's conventions (mode cards and `simplify`)."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.crs import to_inside
from geodata.network.controls import edge_controls
from geodata.network.graph import Codes, Flags, Floats, Graph, Ids, make_graph
from geodata.network.modes import Mode, Speeds, read_mode
from geodata.network.simplify import Chains, chains
from geodata.network.ways import Segments, Ways, read_ways, segments
from geodata.units import METRES_PER_KM, MINUTES_PER_HOUR

log = logging.getLogger(__name__)


def read_osm(path: Path, modes: Iterable[str]) -> dict[str, Graph]:
    """Read a .osm.pbf, .osm or .osm.gz file as one simplified street network per mode.

    Ferries are left out: an island is a component of its own. Lengths are ellipsoidal metres, minutes free-flow.

    Parameters
    ----------
    modes : names of mode cards: drive, bike, walk

    Raises
    ------
    CardError : there is no such mode
    SourceError : the file is missing, damaged or no OpenStreetMap file
    NetworkError : it holds no street or path
    """
    cards = [read_mode(name) for name in modes]
    ways = read_ways(path, frozenset().union(*(card.tags for card in cards)))
    pieces = segments(ways)
    xy = np.column_stack(to_inside(ways.lon, ways.lat))
    graphs = {card.name: mode_graph(ways, pieces, xy, card) for card in cards}
    for name, graph in graphs.items():
        log.info("%s: %s has %d nodes, %d edges, %d arcs", path.name, name, graph.nodes, graph.edges, _arcs(graph))
    return graphs


def _arcs(graph: Graph) -> int:
    return int(graph.forward.sum() + graph.backward.sum())


def mode_graph(ways: Ways, pieces: Segments, xy: Floats, mode: Mode) -> Graph:
    """The simplified network of one mode from a file's ways.

    Parameters
    ----------
    pieces : `segments(ways)`
    xy : (n, 2) node coordinates in EPSG:25832
    """
    used = np.array([mode.uses(tags) for tags in ways.tags], dtype=bool)[ways.kind]
    open_ways = np.array([mode.directions(tags) for tags in ways.tags], dtype=bool).reshape(-1, 2)[ways.kind]
    keep = np.flatnonzero(used[pieces.way])
    way = pieces.way[keep]
    turned = ~open_ways[way, 0]
    tail = np.where(turned, pieces.head[keep], pieces.tail[keep])
    head = np.where(turned, pieces.tail[keep], pieces.head[keep])
    highway = np.array([tags.get("highway", "") for tags in ways.tags])[ways.kind]
    length = pieces.length_m[keep]
    metres = np.bincount(way, weights=length, minlength=len(ways.kind)).astype(float)
    kmh = way_kmh(ways, mode.speeds, highway, metres)
    minutes = length / METRES_PER_KM / kmh[way] * MINUTES_PER_HOUR
    both = np.asarray(open_ways[way].all(axis=1))
    signs = (ways.sign, ways.sign_direction)
    return _merged(mode.name, (ways.node_id, xy), (tail, head, turned), both, (length, minutes), highway[way], signs)


def way_kmh(ways: Ways, speeds: Speeds, highway: NDArray[Any], length: Floats) -> Floats:
    """(w,) speed of each way: tagged, else the mean over the tagged ways of its class, else the card's.

    osmnx takes the mean over the edges that are left after merging instead; the two differ by a few per cent at most.

    `length` is the metres each way has in the mode's network; a way outside it has none and does not count.
    """
    tagged = np.array([speeds.tagged(tags) or np.nan for tags in ways.tags], dtype=float)[ways.kind]
    kmh = tagged.copy()
    for name in np.unique(highway):
        of_class = highway == name
        seen = of_class & np.isfinite(tagged) & (length > 0)
        metres = length[seen].sum()
        enough = seen.any() and metres >= speeds.least_observed_m
        kmh[of_class & ~np.isfinite(tagged)] = tagged[seen].mean() if enough else speeds.default(str(name))
    return kmh


def _merged(
    mode: str,
    places: tuple[Ids, Floats],
    pieces: tuple[Ids, Ids, Flags],
    both: Flags,
    costs: tuple[Floats, Floats],
    highway: NDArray[Any],
    signs: tuple[Codes, NDArray[np.int8]],
) -> Graph:
    """The graph of the edges the pieces make.

    Parameters
    ----------
    places : node ids and coordinates
    pieces : tail, head, and whether they run against the order of their way's nodes
    costs : metres and minutes
    signs : of nodes, as `read_signs`
    """
    (node_id, xy), (tail, head, turned) = places, pieces
    merged = chains(tail, head, both, len(xy))
    first, last = merged.start[:-1], merged.start[1:] - 1
    begin = np.where(merged.against, head[merged.piece], tail[merged.piece])
    end = np.where(merged.against, tail[merged.piece], head[merged.piece])
    nodes, ends = np.unique(np.concatenate([begin[first], end[last]]), return_inverse=True)
    length, minutes = (_sums(cost[merged.piece], merged.start) for cost in costs)
    edges, two_way = len(first), both[merged.piece[first]]
    against = turned[merged.piece] != merged.against
    controls = edge_controls(merged, (begin, end), two_way, against, costs[0][merged.piece], signs)
    return make_graph(
        mode,
        xy[nodes],
        ends[:edges].astype(np.int32),
        ends[edges:].astype(np.int32),
        length,
        minutes,
        np.ones(edges, dtype=bool),
        two_way,
        _longest(highway[merged.piece], costs[0][merged.piece], merged),
        _shapes(begin[first], end, xy, merged.start),
        node_id[nodes],
        controls,
    )


def _sums(values: Floats, start: Ids) -> Floats:
    return np.add.reduceat(values, start[:-1]) if len(start) > 1 else np.zeros(0)


def _longest(highway: NDArray[Any], length: Floats, merged: Chains) -> NDArray[Any]:
    """(e,) the class with most metres in each edge; the first in the alphabet among equals."""
    names, code = np.unique(highway, return_inverse=True)
    edge = np.repeat(np.arange(len(merged.start) - 1), np.diff(merged.start))
    pair, where = np.unique(edge * max(len(names), 1) + code, return_inverse=True)
    metres = np.bincount(where, weights=length, minlength=len(pair))
    order = np.lexsort([pair, -metres, pair // max(len(names), 1)])
    best = order[np.unique(pair[order] // max(len(names), 1), return_index=True)[1]]
    return np.asarray(names[pair[best] % max(len(names), 1)])


def _shapes(begin: Ids, end: Ids, xy: Floats, start: Ids) -> tuple[Ids, Floats]:
    """Offsets and points of the edges' lines: the first piece's begin, then every piece's end."""
    offsets = start + np.arange(len(start))
    points = np.empty(offsets[-1], dtype=np.int64)
    inside = np.ones(len(points), dtype=bool)
    inside[offsets[:-1]] = False
    points[offsets[:-1]], points[inside] = begin, end
    return offsets, xy[points]
