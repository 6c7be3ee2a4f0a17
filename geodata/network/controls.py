"""Signals, give-way lines and stop signs of an OpenStreetMap file, and which end of which edge they stand at.

A sign is a tagged node of a way. One with a direction is met by traffic in that direction of the way. One without is
taken to stand before the nearer end of its street, as the OpenStreetMap wiki reads it (Key:direction), and met by
traffic towards that end. A signal on the junction itself is met on every arm.
"""

from pathlib import Path

import numpy as np
import osmium
from numpy.typing import NDArray

from geodata.network.graph import GIVE_WAY, NO_SIGN, SIGNALS, Codes, Flags, Floats, Ids
from geodata.network.simplify import Chains

KINDS = {"traffic_signals": SIGNALS, "give_way": GIVE_WAY, "stop": GIVE_WAY}
DIRECTIONS = {"forward": 1, "backward": -1}
EITHER = 0


def read_signs(path: Path, node_id: Ids) -> tuple[Codes, NDArray[np.int8]]:
    """Sign of each node and its direction along the way: 1 with it, -1 against it, `EITHER`.

    Parameters
    ----------
    node_id : (n,) OpenStreetMap ids, ascending
    """
    kind, direction = np.full(len(node_id), NO_SIGN, dtype=np.uint8), np.full(len(node_id), EITHER, dtype=np.int8)
    nodes = osmium.FileProcessor(str(path), osmium.osm.NODE).with_filter(osmium.filter.KeyFilter("highway"))
    for node in nodes:
        tags = dict(node.tags)
        found = KINDS.get(tags["highway"])
        at = int(np.searchsorted(node_id, node.id))
        if found is not None and at < len(node_id) and node_id[at] == node.id:
            kind[at] = found
            said = tags.get("traffic_signals:direction", tags.get("direction", ""))
            direction[at] = DIRECTIONS.get(said, EITHER)
    return kind, direction


def edge_controls(
    merged: Chains,
    ends: tuple[Ids, Ids],
    both: Flags,
    turned: Flags,
    length: Floats,
    signs: tuple[Codes, NDArray[np.int8]],
) -> tuple[Codes, Codes]:
    """What traffic meets on arriving at u and at v of each merged edge: (e,) codes of `graph`.

    Parameters
    ----------
    ends : (s,) nodes at which each entry of the chains begins and ends
    both : (e,) whether an edge is open both ways
    turned : (s,) whether an entry runs against the order of its way's nodes
    length : (s,) metres of each entry
    signs : (n,) as `read_signs`
    """
    begin, end = ends
    kind, direction = signs
    edges = len(merged.start) - 1
    edge = np.repeat(np.arange(edges), np.diff(merged.start))
    walked = np.cumsum(length) - np.repeat((np.cumsum(length) - length)[merged.start[:-1]], np.diff(merged.start))
    beyond_half = 2 * walked >= np.repeat(walked[merged.start[1:] - 1], np.diff(merged.start))
    way = np.where(turned, -direction[end], direction[end])
    ahead = (way == 1) | ((way == EITHER) & (beyond_half | ~both[edge]))
    inner = np.ones(len(edge), dtype=bool)
    inner[merged.start[1:] - 1] = False
    at_u, at_v = (
        np.where(kind[node] == SIGNALS, SIGNALS, NO_SIGN).astype(np.uint8) for node in _outer(begin, end, merged)
    )
    np.maximum.at(at_v, edge[inner & ahead], kind[end[inner & ahead]])
    np.maximum.at(at_u, edge[inner & ~ahead], kind[end[inner & ~ahead]])
    return at_u, at_v


def _outer(begin: Ids, end: Ids, merged: Chains) -> tuple[Ids, Ids]:
    """Nodes u and v of each edge."""
    return begin[merged.start[:-1]], end[merged.start[1:] - 1]


def ferry_lines(path: Path) -> int:
    """Ferries (ways with route=ferry) of a file; none of them is part of a network."""
    ways = osmium.FileProcessor(str(path), osmium.osm.WAY).with_filter(osmium.filter.TagFilter(("route", "ferry")))
    return sum(1 for _ in ways)
