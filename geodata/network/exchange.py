"""Street networks to and from osmnx, so that its users can go on with ours and theirs can be used here."""

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import isclose
from typing import Any

import networkx as nx
import numpy as np
import shapely
from pyproj import CRS

from geodata.crs import INSIDE, to_inside
from geodata.errors import CrsError, NetworkError
from geodata.network.graph import Floats, Graph, make_graph
from geodata.network.snap import edge_lines
from geodata.units import METRES_PER_KM, MINUTES_PER_HOUR, SECONDS_PER_MINUTE, minutes_for


def to_osmnx(graph: Graph) -> nx.MultiDiGraph:
    """A graph as osmnx holds one, in EPSG:25832.

    Nodes are named by their OpenStreetMap id (by their index when one lacks an id or two share one) and carry `x`, `y`.
    Every way an edge may be travelled is a link with osmnx's names: `osmid` (here the edge's index), `length` (metres),
    `speed_kph`, `travel_time` (seconds), `highway`, `oneway`, `reversed`, `geometry`. One without length has no speed.
    """
    network = nx.MultiDiGraph(crs=f"EPSG:{INSIDE}", simplified=True, network_type=graph.mode)
    named = graph.nodes > 0 and graph.node_id.min() >= 0 and len(np.unique(graph.node_id)) == graph.nodes
    names = (graph.node_id if named else np.arange(graph.nodes)).tolist()
    network.add_nodes_from(
        (name, {"x": x, "y": y}) for name, x, y in zip(names, graph.x.tolist(), graph.y.tolist(), strict=True)
    )
    lines = edge_lines(graph)
    for edge in range(graph.edges):
        u, v, attributes = names[graph.u[edge]], names[graph.v[edge]], _attributes(graph, edge)
        if graph.forward[edge]:
            network.add_edge(u, v, **attributes, reversed=False, geometry=lines[edge])
        if graph.backward[edge]:
            network.add_edge(v, u, **attributes, reversed=True, geometry=shapely.reverse(lines[edge]))
    return network


def _attributes(graph: Graph, edge: int) -> dict[str, Any]:
    length, minutes = float(graph.length_m[edge]), float(graph.minutes[edge])
    speed = {"speed_kph": length / METRES_PER_KM / minutes * MINUTES_PER_HOUR} if minutes > 0 else {}
    return {
        "osmid": edge,
        "length": length,
        **speed,
        "travel_time": minutes * SECONDS_PER_MINUTE,
        "highway": str(graph.highway[edge]),
        "oneway": not (graph.forward[edge] and graph.backward[edge]),
    }


def from_osmnx(network: nx.MultiDiGraph, mode: str) -> Graph:
    """A network of osmnx as a graph; a link and its opposite of the same street become one two-way edge.

    Nodes keep their order; their names are their ids when whole numbers. A merged street of several classes takes
    the first. Lengths are taken as they are: osmnx measures on a sphere (see `geodata.network.ways.lengths_m`).

    Parameters
    ----------
    network : with `length`, and `travel_time` or `speed_kph`, on every edge; in any coordinate system it names

    Raises
    ------
    CrsError : the network names no coordinate system
    NetworkError : an edge lacks its length or time, or a node its place
    """
    if network.graph.get("crs") is None:
        raise CrsError("the network names no coordinate system; set network.graph['crs']")
    epsg = CRS(network.graph["crs"]).to_epsg()
    if epsg is None:
        raise CrsError(f"the coordinate system {network.graph['crs']} has no EPSG number; project the network first")
    _refuse_gaps(network)
    place = {name: (node["x"], node["y"]) for name, node in network.nodes(data=True)}
    number = {name: i for i, name in enumerate(place)}
    streets = _streets(network)
    lines = [_line(place, street.link) for street in streets]
    start = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    links = [street.link[2] for street in streets]
    return make_graph(
        mode,
        _inside(list(place.values()), epsg),
        np.array([number[street.link[0]] for street in streets], dtype=np.int32),
        np.array([number[street.link[1]] for street in streets], dtype=np.int32),
        np.array([link["length"] for link in links], dtype=float),
        np.array([_minutes(link) for link in links], dtype=float),
        np.ones(len(streets), dtype=bool),
        np.array([street.both for street in streets], dtype=bool),
        np.array([_first(link.get("highway", "")) for link in links], dtype=str),
        (start, _inside([point for line in lines for point in line], epsg)),
        np.array([name if isinstance(name, int) else -1 for name in place], dtype=np.int64),
    )


Link = tuple[Hashable, Hashable, dict[str, Any]]


@dataclass
class _Street:
    """A link and whether its opposite was found, so that the street goes both ways."""

    link: Link
    both: bool = False


def _refuse_gaps(network: nx.MultiDiGraph) -> None:
    for name, node in network.nodes(data=True):
        if "x" not in node or "y" not in node:
            raise NetworkError(f"node {name} has no x and y; expected a place for every node")
    for u, v, link in network.edges(data=True):
        if "length" not in link or not link.keys() & {"travel_time", "speed_kph"}:
            raise NetworkError(f"edge {u}-{v} has no length or no travel_time; run osmnx.add_edge_travel_times first")


def _streets(network: nx.MultiDiGraph) -> list[_Street]:
    """Every street once, in the direction that osmnx does not call reversed."""
    streets: list[_Street] = []
    waiting: dict[tuple[Hashable, Hashable], list[_Street]] = defaultdict(list)
    for u, v, data in network.edges(data=True):
        link = (u, v, data)
        opposite = next((street for street in waiting[v, u] if _same_street(street.link[2], data)), None)
        if opposite is None:
            streets.append(_Street(link))
            waiting[u, v].append(streets[-1])
        else:
            waiting[v, u].remove(opposite)
            opposite.both = True
            opposite.link = link if opposite.link[2].get("reversed") is True else opposite.link
    return streets


def _same_street(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two opposite links are the two directions of one street."""
    if one.get("oneway") is True or other.get("oneway") is True:
        return False
    return _members(one) == _members(other) and isclose(one["length"], other["length"], rel_tol=1e-9, abs_tol=1e-6)


def _members(link: Mapping[str, Any]) -> frozenset[Any]:
    """The ways a link is made of; osmnx names several when it has merged them."""
    osmid = link.get("osmid")
    return frozenset(osmid if isinstance(osmid, list) else [osmid])


def _minutes(link: Mapping[str, Any]) -> float:
    if "travel_time" in link:
        return float(link["travel_time"]) / SECONDS_PER_MINUTE
    return minutes_for(float(link["length"]), float(link["speed_kph"]))


def _first(value: Any) -> str:
    return str(value[0] if isinstance(value, list) else value)


def _line(place: Mapping[Hashable, tuple[float, float]], link: Link) -> list[tuple[float, float]]:
    """Points of a link; osmnx gives a geometry only to those it has merged."""
    u, v, data = link
    if "geometry" in data:
        return [(x, y) for x, y, *_ in data["geometry"].coords]
    return [place[u], place[v]]


def _inside(points: list[tuple[float, float]], epsg: int) -> Floats:
    xy = np.array(points, dtype=float).reshape(-1, 2)
    return xy if epsg == INSIDE else np.column_stack(to_inside(xy[:, 0], xy[:, 1], epsg))
