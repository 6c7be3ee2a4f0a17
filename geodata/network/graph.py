"""One mode's street network as arrays. Coordinates EPSG:25832, lengths in metres, times in minutes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.errors import NetworkError

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Ids = NDArray[np.int64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.uint8]

NO_SIGN, GIVE_WAY, SIGNALS = range(3)
"""What traffic meets at or before the end of an edge, as far as the map tells."""


@dataclass(frozen=True)
class Arcs:
    """Directed arcs of a graph: `tail[i] -> head[i]`, its length, minutes and the edge it came from."""

    tail: Ints
    head: Ints
    length_m: Floats
    minutes: Floats
    edge: Ints


@dataclass(frozen=True)
class Graph:
    """A street network of one mode; an edge is a street between two nodes, usable forward, backward or both.

    Parameters
    ----------
    mode : drive, bike or walk
    x, y : (n,) node coordinates
    u, v : (e,) end nodes of each edge; loops (u = v) and parallel edges are allowed
    length_m, minutes : (e,) cost of the whole edge, the same both ways
    forward, backward : (e,) whether u->v and v->u may be travelled
    highway : (e,) OpenStreetMap class, for drawing and speeds
    shape_start, shape_xy : (e+1,) and (k, 2); edge i is drawn by `shape_xy[shape_start[i]:shape_start[i+1]]`,
        from u to v, both ends included
    component : (n,) strong component of each node; two places can reach each other only within one
    node_id : (n,) OpenStreetMap id of each node, by which extracts are joined; -1 for a node that has none
    control_u, control_v : (e,) what is met by traffic that arrives at u or v along the edge: `NO_SIGN`, `GIVE_WAY`
        (or stop) or `SIGNALS`
    """

    mode: str
    x: Floats
    y: Floats
    u: Ints
    v: Ints
    length_m: Floats
    minutes: Floats
    forward: Flags
    backward: Flags
    highway: NDArray[Any]
    shape_start: Ids
    shape_xy: Floats
    component: Ints
    node_id: Ids
    control_u: Codes
    control_v: Codes

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.x)

    @property
    def edges(self) -> int:
        """Number of edges."""
        return len(self.u)

    def arcs(self) -> Arcs:
        """Directed arcs: every edge once for each way it may be travelled."""
        ahead, back = np.flatnonzero(self.forward), np.flatnonzero(self.backward)
        edge = np.concatenate([ahead, back]).astype(np.int32)
        return Arcs(
            tail=np.concatenate([self.u[ahead], self.v[back]]),
            head=np.concatenate([self.v[ahead], self.u[back]]),
            length_m=self.length_m[edge],
            minutes=self.minutes[edge],
            edge=edge,
        )


def make_graph(
    mode: str,
    xy: Floats,
    u: Ints,
    v: Ints,
    length_m: Floats,
    minutes: Floats,
    forward: Flags,
    backward: Flags,
    highway: NDArray[Any],
    shapes: tuple[Ids, Floats] | None = None,
    node_id: Ids | None = None,
    controls: tuple[Codes, Codes] | None = None,
) -> Graph:
    """Make a graph, check it and find its strong components. Without `shapes` edges are drawn straight.

    Without `controls` (at u, at v) no sign or signal is known.

    Raises
    ------
    NetworkError : an edge ends outside the nodes, has a negative or missing cost, or no way through
    """
    u, v = np.asarray(u, dtype=np.int32), np.asarray(v, dtype=np.int32)
    if len(u) and (min(u.min(), v.min()) < 0 or max(u.max(), v.max()) >= len(xy)):
        raise NetworkError(f"{mode}: an edge ends at a node that does not exist; there are {len(xy)} nodes")
    for name, cost in (("length_m", length_m), ("minutes", minutes)):
        bad = np.flatnonzero(~(np.isfinite(cost) & (cost >= 0)))
        if len(bad):
            raise NetworkError(f"{mode}: edge {bad[0]} has {name} {cost[bad[0]]}; expected a number of at least 0")
    none = np.full(len(u), NO_SIGN, dtype=np.uint8)
    control_u, control_v = controls if controls is not None else (none, none)
    start, line = shapes if shapes is not None else _straight(xy, u, v)
    return Graph(
        mode,
        np.ascontiguousarray(xy[:, 0]),
        np.ascontiguousarray(xy[:, 1]),
        u,
        v,
        np.asarray(length_m, dtype=float),
        np.asarray(minutes, dtype=float),
        np.asarray(forward, dtype=bool),
        np.asarray(backward, dtype=bool),
        np.asarray(highway),
        start,
        line,
        strong_components(len(xy), u, v, forward, backward),
        np.full(len(xy), -1, dtype=np.int64) if node_id is None else np.asarray(node_id, dtype=np.int64),
        np.asarray(control_u, dtype=np.uint8),
        np.asarray(control_v, dtype=np.uint8),
    )


def _straight(xy: Floats, u: Ints, v: Ints) -> tuple[Ids, Floats]:
    line = np.empty((2 * len(u), 2))
    line[0::2], line[1::2] = xy[u], xy[v]
    return np.arange(0, 2 * len(u) + 1, 2, dtype=np.int64), line


def strong_components(nodes: int, u: Ints, v: Ints, forward: Flags, backward: Flags) -> Ints:
    """Strong component of each node, as (nodes,) labels."""
    tail = np.concatenate([u[forward], v[backward]])
    head = np.concatenate([v[forward], u[backward]])
    adjacency = coo_array((np.ones(len(tail)), (tail, head)), shape=(nodes, nodes)).tocsr()
    labels = connected_components(adjacency, directed=True, connection="strong")[1]
    return np.asarray(labels, dtype=np.int32)


def keep_nodes(graph: Graph, keep: Flags) -> Graph:
    """The graph of the kept nodes and the edges between them; the rest is dropped and nodes are renumbered."""
    number = np.cumsum(keep) - 1
    edges = np.flatnonzero(keep[graph.u] & keep[graph.v])
    counts = np.diff(graph.shape_start)[edges]
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    points = np.arange(start[-1]) - np.repeat(start[:-1], counts) + np.repeat(graph.shape_start[edges], counts)
    return make_graph(
        graph.mode,
        np.column_stack([graph.x, graph.y])[keep],
        number[graph.u[edges]],
        number[graph.v[edges]],
        graph.length_m[edges],
        graph.minutes[edges],
        graph.forward[edges],
        graph.backward[edges],
        graph.highway[edges],
        (start, graph.shape_xy[points]),
        graph.node_id[keep],
        (graph.control_u[edges], graph.control_v[edges]),
    )


def main_components(graph: Graph, island: Ints) -> Graph:
    """Keep, on every island, only its largest strong component: dangling pieces cannot be snapped to.

    Parameters
    ----------
    island : (n,) label of each node's island (or extract); the largest component of each label is kept
    """
    keep = np.zeros(graph.nodes, dtype=bool)
    for label in np.unique(island):
        inside = island == label
        sizes = np.bincount(graph.component[inside])
        keep |= inside & (graph.component == sizes.argmax())
    return keep_nodes(graph, keep)
