"""Several extracts of one mode as one network: joined at common OpenStreetMap nodes, without pieces cut off."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.errors import NetworkError
from geodata.network.graph import Flags, Floats, Graph, Ids, keep_nodes, make_graph
from geodata.units import km

log = logging.getLogger(__name__)

SAME_LENGTH_M = 1.0
"""Edges of two extracts between the same nodes are one street when their lengths differ by no more than this."""

STREET = ("length_m", "minutes", "forward", "backward", "highway", "control_u", "control_v")
"""What an extract says of its edges."""

Islands = Callable[[Floats, Floats], NDArray[Any]]
"""Island of each node from its x and y in EPSG:25832, any label; see `join`."""


@dataclass(frozen=True, slots=True)
class ExtractReport:
    """What became of one extract.

    Parameters
    ----------
    name : of the extract
    nodes, edges : read
    shared_nodes : of these, nodes an earlier extract holds too
    duplicate_edges : dropped because an earlier extract holds the same street
    cut_off_nodes, cut_off_edges, cut_off_m : dropped because no way leads there and back; metres of street
    largest_shift_m : how far apart the extracts place a shared node, at most
    """

    name: str
    nodes: int
    edges: int
    shared_nodes: int
    duplicate_edges: int
    cut_off_nodes: int
    cut_off_edges: int
    cut_off_m: float
    largest_shift_m: float

    def __str__(self) -> str:
        """One line for the log."""
        return (
            f"{self.name}: {self.nodes} nodes and {self.edges} edges in; {self.shared_nodes} nodes shared "
            f"(at most {self.largest_shift_m:.1f} m apart), {self.duplicate_edges} edges twice; "
            f"cut off: {self.cut_off_nodes} nodes, {self.cut_off_edges} edges, {km(self.cut_off_m):.1f} km"
        )


@dataclass(frozen=True, slots=True)
class JoinReport:
    """What became of all extracts; `components` counts the strong components that are left."""

    extracts: tuple[ExtractReport, ...]
    nodes: int
    edges: int
    components: int


@dataclass(frozen=True)
class _Union:
    """All extracts side by side: the node each extract's nodes became, whose each edge is, and which come twice."""

    graph: Graph
    place: tuple[Ids, ...]
    owner: Ids
    duplicate: Flags


def join(graphs: Mapping[str, Graph], islands: Islands | None = None) -> tuple[Graph, JoinReport]:
    """Join extracts of one mode and keep, on every island of every extract, the largest strong component.

    Nodes of one OpenStreetMap id are one node; where extracts differ, the earlier one's place and street count. What is
    neither shared nor reachable there and back is dropped, so that no place can be snapped to it.

    Parameters
    ----------
    graphs : extracts by name, in order of precedence
    islands : labels nodes by island when one extract spans several (Bornholm and Sjælland); without it every extract is
        taken to lie on one

    Raises
    ------
    NetworkError : there is no extract, or they are of different modes
    """
    modes = {graph.mode for graph in graphs.values()}
    if len(modes) != 1:
        raise NetworkError(f"expected extracts of one mode, found {', '.join(sorted(modes)) or 'no extract'}")
    union = _union(list(graphs.values()))
    island = np.zeros(union.graph.nodes) if islands is None else islands(union.graph.x, union.graph.y)
    kept = _main(union, np.asarray(island))
    joined = keep_nodes(union.graph, kept)
    report = JoinReport(
        tuple(_report(name, graphs, union, kept) for name in graphs),
        joined.nodes,
        joined.edges,
        len(np.unique(joined.component)),
    )
    for extract in report.extracts:
        log.info("%s", extract)
    return joined, report


def _union(graphs: list[Graph]) -> _Union:
    place, first = _places(graphs)
    xy = np.concatenate([np.column_stack([graph.x, graph.y]) for graph in graphs])[first]
    node_id = np.concatenate([graph.node_id for graph in graphs])[first]
    edges = pd.DataFrame(
        {
            "u": np.concatenate([at[graph.u] for at, graph in zip(place, graphs, strict=True)]),
            "v": np.concatenate([at[graph.v] for at, graph in zip(place, graphs, strict=True)]),
            "owner": np.repeat(np.arange(len(graphs)), [graph.edges for graph in graphs]),
            **{name: _joined(graphs, name) for name in STREET},
        }
    )
    duplicate = _duplicates(edges)
    kept = edges[~duplicate]
    graph = make_graph(
        graphs[0].mode,
        xy,
        kept["u"].to_numpy(np.int32),
        kept["v"].to_numpy(np.int32),
        kept["length_m"].to_numpy(float),
        kept["minutes"].to_numpy(float),
        kept["forward"].to_numpy(bool),
        kept["backward"].to_numpy(bool),
        kept["highway"].to_numpy(str),
        _shapes(graphs, ~duplicate),
        node_id,
        (kept["control_u"].to_numpy(np.uint8), kept["control_v"].to_numpy(np.uint8)),
    )
    return _Union(graph, place, edges["owner"].to_numpy(np.int64), duplicate)


def _joined(graphs: list[Graph], name: str) -> NDArray[Any]:
    return np.concatenate([getattr(graph, name) for graph in graphs])


def _places(graphs: list[Graph]) -> tuple[tuple[Ids, ...], Ids]:
    """For each extract the union's node of each of its nodes, and the first holder of each node of the union."""
    ids = _joined(graphs, "node_id").astype(np.int64)
    own = ids < 0
    ids[own] = -1 - np.arange(own.sum())  # nodes without an id are joined to none
    _, first, number = np.unique(ids, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    cuts = np.cumsum([graph.nodes for graph in graphs])[:-1]
    return tuple(np.split(rank[number], cuts)), first[order]


def _duplicates(edges: pd.DataFrame) -> Flags:
    """(e,) whether an earlier extract has an edge between the same nodes, as long, and open wherever this one is."""
    turned = edges["u"] > edges["v"]
    street = pd.DataFrame(
        {
            "edge": np.arange(len(edges)),
            "owner": edges["owner"],
            "a": edges[["u", "v"]].min(axis=1),
            "b": edges[["u", "v"]].max(axis=1),
            "length_m": edges["length_m"],
            "along": edges["forward"].where(~turned, edges["backward"]),
            "against": edges["backward"].where(~turned, edges["forward"]),
        }
    )
    shared = street[street.groupby(["a", "b"])["owner"].transform("nunique") > 1]
    pairs = shared.merge(shared, on=["a", "b"], suffixes=("", "_before"))
    same = (pairs["owner_before"] < pairs["owner"]) & (
        (pairs["length_m"] - pairs["length_m_before"]).abs() <= SAME_LENGTH_M
    )
    same &= (pairs["along_before"] >= pairs["along"]) & (pairs["against_before"] >= pairs["against"])
    duplicate = np.zeros(len(edges), dtype=bool)
    duplicate[pairs.loc[same, "edge"].to_numpy()] = True
    return duplicate


def _shapes(graphs: list[Graph], keep: Flags) -> tuple[Ids, Floats]:
    counts = np.concatenate([np.diff(graph.shape_start) for graph in graphs])
    start = np.concatenate([[0], np.cumsum(counts[keep])]).astype(np.int64)
    return start, _joined(graphs, "shape_xy")[np.repeat(keep, counts)]


def _main(union: _Union, island: NDArray[Any]) -> Flags:
    """(n,) whether a node is in the largest strong component of some island of some extract."""
    component = union.graph.component
    kept = np.zeros(component.max(initial=-1) + 1, dtype=bool)
    for nodes in union.place:
        for label in np.unique(island[nodes]):
            kept[np.bincount(component[nodes[island[nodes] == label]]).argmax()] = True
    return np.asarray(kept[component])


def _report(name: str, graphs: Mapping[str, Graph], union: _Union, kept: Flags) -> ExtractReport:
    number = list(graphs).index(name)
    graph, nodes = graphs[name], union.place[number]
    earlier = np.isin(nodes, np.concatenate([np.zeros(0, dtype=np.int64), *union.place[:number]]))
    shift = np.hypot(graph.x - union.graph.x[nodes], graph.y - union.graph.y[nodes])
    duplicate = union.duplicate[union.owner == number]
    lost = ~duplicate & ~(kept[nodes[graph.u]] & kept[nodes[graph.v]])
    return ExtractReport(
        name=name,
        nodes=graph.nodes,
        edges=graph.edges,
        shared_nodes=int(earlier.sum()),
        duplicate_edges=int(duplicate.sum()),
        cut_off_nodes=int((~kept[nodes]).sum()),
        cut_off_edges=int(lost.sum()),
        cut_off_m=float(graph.length_m[lost].sum()),
        largest_shift_m=float(shift.max(initial=0.0)),
    )
