"""To osmnx and back; and osmnx itself reads the same streets from the same file."""

from collections import Counter

import networkx as nx
import numpy as np
import osmnx
import pytest

from geodata.errors import CrsError, NetworkError
from geodata.network.exchange import from_osmnx, to_osmnx
from geodata.network.osm import read_osm

STREET = {"highway": "residential", "maxspeed": "50"}
NODES = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (200, 100), 5: (0, 100), 6: (300, 0), 7: (400, 50), 8: (400, -50)}
TOWN = [
    ([1, 2, 3], STREET),
    ([3, 4, 5, 1], STREET | {"highway": "tertiary", "oneway": "yes"}),
    ([2, 4], STREET | {"oneway": "-1"}),
    ([3, 6], STREET | {"highway": "primary"}),
    ([6, 7, 8, 6], STREET | {"junction": "roundabout"}),
    ([1, 5], STREET),
    ([5, 2], STREET),
]


@pytest.fixture
def town(osm_file):
    return read_osm(osm_file(NODES, TOWN), ["drive"])["drive"]


def rows(graph):
    """Edges in a canonical order with all they carry; shapes rounded to the millimetre."""
    return sorted(
        (
            int(graph.u[i]),
            int(graph.v[i]),
            round(float(graph.length_m[i]), 6),
            round(float(graph.minutes[i]), 9),
            bool(graph.forward[i]),
            bool(graph.backward[i]),
            str(graph.highway[i]),
            graph.shape_xy[graph.shape_start[i] : graph.shape_start[i + 1]].round(3).tolist(),
        )
        for i in range(graph.edges)
    )


def test_there_and_back_is_the_same_network(town):
    again = from_osmnx(to_osmnx(town), "drive")
    assert rows(town) == rows(again)
    for name in ("x", "y", "node_id", "component"):
        assert getattr(town, name).tolist() == getattr(again, name).tolist()


def test_loops_and_parallel_and_empty_edges_come_back(osm_file):
    nodes = NODES | {9: (100, 0)}
    ways = [
        ([1, 2, 3], STREET),
        ([1, 5, 4, 3], STREET),
        ([3, 6, 7, 3], STREET),
        ([2, 9], STREET),
        ([9, 8], STREET | {"oneway": "yes"}),
    ]
    graph = read_osm(osm_file(nodes, ways), ["drive"])["drive"]
    assert 0.0 == graph.length_m.min()
    assert rows(graph) == rows(from_osmnx(to_osmnx(graph), "drive"))


def test_osmnx_finds_its_own_names_and_can_route(town):
    network = to_osmnx(town)
    assert "EPSG:25832" == network.graph["crs"]
    for _, _, link in network.edges(data=True):
        assert {"osmid", "length", "speed_kph", "travel_time", "highway", "oneway", "geometry"} <= link.keys()
        assert pytest.approx(link["length"] / (link["speed_kph"] / 3.6)) == link["travel_time"]
    nodes, edges = osmnx.graph_to_gdfs(network)
    assert (town.nodes, int(town.forward.sum() + town.backward.sum())) == (len(nodes), len(edges))
    assert [1, 2, 3, 6] == osmnx.shortest_path(network, 1, 6, weight="length")


def test_a_network_without_ids_is_named_by_index(town):
    bare = from_osmnx(nx.relabel_nodes(to_osmnx(town), str), "drive")
    assert {-1} == set(bare.node_id.tolist())
    assert list(range(town.nodes)) == list(to_osmnx(bare))


def test_osmnx_reads_the_same_streets_from_the_same_file(osm_file, town):
    """The same nodes and links; its lengths are shorter by 0.1 to 0.4 %, being measured on a sphere."""
    theirs = osmnx.graph_from_xml(osm_file(NODES, TOWN), retain_all=True)
    theirs = osmnx.add_edge_travel_times(osmnx.add_edge_speeds(theirs))
    arcs = town.arcs()
    ours = Counter(zip(town.node_id[arcs.tail].tolist(), town.node_id[arcs.head].tolist(), strict=True))
    assert Counter((u, v) for u, v, _ in theirs.edges) == ours
    again = from_osmnx(theirs, "drive")
    assert (
        Counter(
            zip(again.node_id[again.u].tolist(), again.node_id[again.v].tolist(), again.backward.tolist(), strict=True)
        ).total()
        == town.edges
    )
    ratio = again.length_m.sum() / town.length_m.sum()
    assert 0.9965 < ratio < 0.9990
    assert pytest.approx(town.minutes.sum() * ratio, rel=1e-3) == again.minutes.sum()
    order, other = np.argsort(town.node_id), np.argsort(again.node_id)
    assert pytest.approx(town.x[order], abs=0.02) == again.x[other]


def test_a_network_without_coordinate_system_is_refused(town):
    network = to_osmnx(town)
    del network.graph["crs"]
    with pytest.raises(CrsError, match="names no coordinate system"):
        from_osmnx(network, "drive")


def test_an_edge_without_length_or_time_is_refused(town):
    network = to_osmnx(town)
    del network.edges[1, 2, 0]["length"]
    with pytest.raises(NetworkError, match="edge 1-2 has no length or no travel_time"):
        from_osmnx(network, "drive")


def test_a_node_without_place_is_refused(town):
    network = to_osmnx(town)
    del network.nodes[2]["x"]
    with pytest.raises(NetworkError, match="node 2 has no x and y"):
        from_osmnx(network, "drive")


def test_an_empty_network_goes_there_and_back():
    network = nx.MultiDiGraph(crs="EPSG:25832")
    assert 0 == from_osmnx(network, "walk").edges
    assert 0 == len(to_osmnx(from_osmnx(network, "walk")))
