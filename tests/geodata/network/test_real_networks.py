"""The networks of the real folder, against independent readings of the same files.

The readings of 22,344 / 26,477 / 29,378 nodes are of streets as the file has them: every way one street between its
first and last node, private ones left out, cars on service roads too, bicycles not on footways, steps and corridors,
people everywhere. We count the same before simplifying; after it, nodes that are only changes of name are gone. The
published circuities are medians: between addresses on Bornholm, where junctions in the forest say nothing, elsewhere
between junctions. The published drives are the length of the shortest way and the minutes of the fastest.
"""

from collections import Counter
from itertools import pairwise

import numpy as np
import osmium
import osmnx
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geodata.crs import to_inside
from geodata.network.exchange import from_osmnx, to_osmnx
from geodata.network.graph import main_components, strong_components
from geodata.network.join import join
from geodata.network.links import read_links
from geodata.network.modes import read_mode
from geodata.network.osm import read_osm
from geodata.network.snap import snap, snap_report
from geodata.network.ways import read_ways

pytestmark = pytest.mark.realdata

MODES = ("drive", "bike", "walk")
RONNE, NEXO, ALLINGE = (14.7006, 55.1008), (15.1306, 55.0600), (14.8020, 55.2770)
LYNGBY, AMAGERTORV = (12.5048, 55.7703), (12.5796, 55.6787)


@pytest.fixture(scope="module")
def bornholm(realdata):
    return read_osm(realdata / "network" / "bornholm.osm.pbf", MODES)


@pytest.fixture(scope="module")
def lyngby(realdata):
    return read_osm(realdata / "network" / "lyngby_gentofte.osm.pbf", MODES)


@pytest.fixture(scope="module")
def copenhagen(realdata):
    folder = realdata / "network"
    return read_links(folder / "copenhagen_inner_drive_nodes.csv.gz", folder / "copenhagen_inner_drive_links.csv.gz")


def main(graph):
    return main_components(graph, np.zeros(graph.nodes, dtype=np.int32))


def cheapest(graph, costs):
    """(n, n) matrix of the cheapest arc between nodes."""
    arcs = graph.arcs()
    order = np.lexsort([costs[arcs.edge], arcs.head, arcs.tail])
    tail, head, cost = arcs.tail[order], arcs.head[order], costs[arcs.edge][order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    return coo_array((cost[first], (tail[first], head[first])), shape=(graph.nodes, graph.nodes)).tocsr()


def nearest_node(graph, lonlat):
    x, y = to_inside(*lonlat)
    return int(np.hypot(graph.x - x, graph.y - y).argmin())


def cost_between(graph, costs, one, other):
    found = dijkstra(cheapest(graph, costs), indices=nearest_node(graph, one))
    return float(found[nearest_node(graph, other)])


@pytest.mark.parametrize(
    ("mode", "nodes", "arcs", "main"),
    [("drive", 22344, 47803, 22158), ("bike", 26477, 61619, None), ("walk", 29378, 72070, None)],
)
def test_streets_as_the_file_has_them_are_those_of_the_independent_reading(realdata, mode, nodes, arcs, main):
    card = read_mode(mode)
    ways = read_ways(realdata / "network" / "bornholm.osm.pbf", card.tags)
    used = np.array([card.uses(tags) for tags in ways.tags])[ways.kind]
    ahead, back = np.array([card.directions(tags) for tags in ways.tags])[ways.kind][used].T
    ends, node = np.unique(
        np.concatenate([ways.node[ways.start[:-1][used]], ways.node[ways.start[1:][used] - 1]]), return_inverse=True
    )
    assert (nodes, arcs) == (len(ends), ahead.sum() + back.sum())
    if main:
        u, v = np.split(node, 2)
        assert main == np.bincount(strong_components(len(ends), u, v, ahead, back)).max()


@pytest.mark.parametrize(
    ("mode", "nodes", "edges"), [("drive", 22344, 47803), ("bike", 26477, 61619), ("walk", 29378, 72070)]
)
def test_simplifying_drops_bends_and_no_street(bornholm, realdata, mode, nodes, edges):
    graph = bornholm[mode]
    arcs = int(graph.forward.sum() + graph.backward.sum())
    assert 0.8 * nodes < graph.nodes < nodes
    assert edges - arcs <= 2 * (nodes - graph.nodes)
    assert np.bincount(graph.component).max() > 0.98 * graph.nodes


@pytest.mark.parametrize(("to", "km", "minutes"), [(NEXO, 30.8, 26), (ALLINGE, 22.7, 20)])
def test_drives_from_ronne_are_as_long_as_another_reading_says(bornholm, to, km, minutes):
    graph = main(bornholm["drive"])
    assert pytest.approx(km, rel=0.02) == cost_between(graph, graph.length_m, RONNE, to) / 1000
    assert pytest.approx(minutes, rel=0.04) == cost_between(graph, graph.minutes, RONNE, to)


def circuity(graph, nodes, bounds, sources=100, seed=7):
    """Median of metres by network over metres in a straight line, by band, from sampled to all of `nodes`."""
    chosen = np.random.default_rng(seed).choice(nodes, sources, replace=False)
    metres = dijkstra(cheapest(graph, graph.length_m), indices=chosen)[:, nodes]
    straight = np.hypot(graph.x[chosen, None] - graph.x[nodes], graph.y[chosen, None] - graph.y[nodes])
    inside = [(straight >= low) & (straight < high) for low, high in pairwise(bounds)]
    return [float(np.median(metres[band] / straight[band])) for band in inside]


BOUNDS = [300, 1000, 2000, 4000, 8000, 16000]


def address_nodes(graph, path):
    """The end of the street nearest to each address, once for each address."""
    key = osmium.filter.KeyFilter("addr:housenumber")
    lonlat = np.array(
        [(node.lon, node.lat) for node in osmium.FileProcessor(str(path), osmium.osm.NODE).with_filter(key)]
    )
    snapped = snap(graph, *to_inside(*lonlat.T), 500.0)
    edge, fraction = snapped.edge[snapped.covered], snapped.fraction[snapped.covered]
    return np.where(fraction < 0.5, graph.u[edge], graph.v[edge])


def test_circuity_of_bornholm_is_the_published_one(bornholm, realdata):
    graph = main(bornholm["drive"])
    nodes = address_nodes(graph, realdata / "network" / "bornholm.osm.pbf")
    assert pytest.approx([1.35, 1.32, 1.31, 1.26, 1.21], rel=0.05) == circuity(graph, nodes, BOUNDS)


def test_circuity_of_inner_copenhagen_is_the_published_one(copenhagen):
    graph = main(copenhagen)
    published = [1.49, 1.37, 1.28, 1.22, 1.19]
    assert pytest.approx(published, rel=0.04) == circuity(graph, np.arange(graph.nodes), BOUNDS)


@pytest.mark.parametrize(
    ("mode", "published"), [("bike", [1.46, 1.33, 1.26, 1.24]), ("walk", [1.34, 1.26, 1.21, 1.20])]
)
def test_circuity_of_lyngby_is_the_published_one(lyngby, mode, published):
    graph = main(lyngby[mode])
    assert pytest.approx(published, rel=0.04) == circuity(graph, np.arange(graph.nodes), BOUNDS[:5])


def test_no_street_of_osm_is_shorter_than_the_straight_line(bornholm, lyngby):
    """Beyond the stretch of the projection, at most 0.16 % on Bornholm."""
    for graph in (*bornholm.values(), *lyngby.values()):
        straight = np.hypot(graph.x[graph.u] - graph.x[graph.v], graph.y[graph.u] - graph.y[graph.v])
        assert (straight <= graph.length_m * 1.0016 + 0.01).all()


def test_the_copenhagen_table_is_read_whole(copenhagen):
    assert (41052, 92696) == (copenhagen.nodes, int(copenhagen.forward.sum() + copenhagen.backward.sum()))
    assert 41979 == int(copenhagen.backward.sum())
    x, y, u, v = copenhagen.x, copenhagen.y, copenhagen.u, copenhagen.v
    assert (np.hypot(x[u] - x[v], y[u] - y[v]) <= copenhagen.length_m * 1.001 + 0.05).all()


def test_three_extracts_become_one_network_on_two_islands(bornholm, lyngby, copenhagen):
    """Lyngby and inner Copenhagen share a strip: nearly 2,000 junctions by id, and one strong component."""
    graphs = {"copenhagen": copenhagen, "lyngby": lyngby["drive"], "bornholm": bornholm["drive"]}
    graph, report = join(graphs)
    assert 2 == report.components
    by_name = {extract.name: extract for extract in report.extracts}
    assert by_name["lyngby"].shared_nodes > 1500
    assert by_name["lyngby"].duplicate_edges > 1500
    assert by_name["lyngby"].largest_shift_m < 20
    assert 0 == by_name["bornholm"].shared_nodes
    for extract in report.extracts:
        assert extract.cut_off_nodes < 0.03 * extract.nodes
    read = sum(part.edges for part in graphs.values())
    assert graph.edges == read - sum(e.duplicate_edges + e.cut_off_edges for e in report.extracts)


def test_a_drive_across_the_joint_is_plausible(lyngby, copenhagen):
    """Lyngby station to Amagertorv is 11.2 km in a straight line."""
    graph, _ = join({"copenhagen": copenhagen, "lyngby": lyngby["drive"]})
    assert 11.2 < cost_between(graph, graph.length_m, LYNGBY, AMAGERTORV) / 1000 < 11.2 * 1.35
    assert 11 < cost_between(graph, graph.minutes, LYNGBY, AMAGERTORV) < 30


def test_most_nodes_of_a_walkers_network_lie_near_a_street(bornholm):
    drive, walk = main(bornholm["drive"]), bornholm["walk"]
    report = snap_report(snap(drive, walk.x, walk.y, 500.0), 500.0)
    assert report.covered > 0.97 * report.points
    assert report.mean_m < 100


@pytest.fixture(scope="module")
def lyngby_xml(realdata, tmp_path_factory):
    """Write the ways a mode uses to an .osm file, for osmnx, which cannot read a PBF."""

    def write(mode):
        source, path = realdata / "network" / "lyngby_gentofte.osm.pbf", tmp_path_factory.mktemp("osm") / f"{mode}.osm"
        card = read_mode(mode)
        with osmium.BackReferenceWriter(str(path), ref_src=str(source)) as writer:
            for way in osmium.FileProcessor(str(source), osmium.osm.WAY):
                if card.uses({tag.k: tag.v for tag in way.tags}):
                    writer.add_way(way)
        return path

    return write


@pytest.mark.parametrize("mode", ["drive", "walk"])
def test_osmnx_makes_the_same_network_of_the_same_ways(lyngby_xml, mode):
    """Node for node and link for link, but for one closed ring, which osmnx drops; its lengths are a sphere's."""
    path = lyngby_xml(mode)
    theirs = osmnx.graph_from_xml(path, bidirectional=mode == "walk", retain_all=True)
    ours = to_osmnx(read_osm(path, [mode])[mode])
    rings = set(ours) - set(theirs)
    assert set() == set(theirs) - set(ours)
    assert {(ring, ring) for ring in rings} == {(u, v) for u, v in ours.edges() if {u, v} & rings}
    assert 1 == len(rings)
    ours.remove_nodes_from(rings)
    assert Counter(theirs.edges()) == Counter(ours.edges())
    pairs = [
        (one, other)
        for u, v in set(theirs.edges())
        for one, other in zip(
            *(sorted(link["length"] for link in of[u][v].values()) for of in (theirs, ours)), strict=True
        )
    ]
    sphere, ellipsoid = np.array(pairs).T
    assert (np.abs(sphere / ellipsoid - 0.9978) < 0.0013).all()


def test_bornholm_goes_to_osmnx_and_back(bornholm):
    graph = main(bornholm["drive"])
    again = from_osmnx(to_osmnx(graph), "drive")
    assert (graph.nodes, graph.edges) == (again.nodes, again.edges)
    for name in ("x", "y", "node_id"):
        assert getattr(graph, name).tolist() == getattr(again, name).tolist()
    for name in ("length_m", "minutes", "backward"):
        assert pytest.approx(getattr(graph, name).sum()) == getattr(again, name).sum()
    assert sorted(zip(graph.u, graph.v, graph.backward, strict=True)) == sorted(
        zip(again.u, again.v, again.backward, strict=True)
    )
