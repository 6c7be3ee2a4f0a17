"""The sweep on real networks: equal to scipy's Dijkstra, for every mode the extracts have.

Whole means all pairs of nodes: 1.7 thousand million in inner Copenhagen. Every day a random part of the destinations
is tried with all origins; `make bench` tries them all (tests/benchmarks/test_every_pair.py).
"""

import numpy as np
import pytest

from app.access.engine import ScipyEngine
from app.access.sweep.engine import SweepEngine
from app.access.trips import Ends, Trips, make_trips
from geodata.network.links import read_links
from geodata.network.osm import read_osm
from geodata.network.snap import nearest_by_tree, snap

pytestmark = pytest.mark.realdata

SCIPY, SWEEP = ScipyEngine(), SweepEngine()
PART, CHUNK = 160, 1024


@pytest.fixture(scope="module")
def networks(realdata):
    folder = realdata / "network"
    found = {f"Bornholm {m}": g for m, g in read_osm(folder / "bornholm.osm.pbf", ("drive", "bike", "walk")).items()}
    links = (folder / f"copenhagen_inner_drive_{part}.csv.gz" for part in ("nodes", "links"))
    return found | {"Copenhagen drive": read_links(*links)}


NAMES = ["Bornholm drive", "Bornholm bike", "Bornholm walk", "Copenhagen drive"]


def at_nodes(graph, nodes):
    """A place at each of some nodes; -1 at one without streets."""
    edge, fraction = np.full(graph.nodes, -1, dtype=np.int32), np.zeros(graph.nodes)
    edge[graph.v], fraction[graph.v] = np.arange(graph.edges), 1.0
    edge[graph.u], fraction[graph.u] = np.arange(graph.edges), 0.0
    component = np.where(edge >= 0, graph.component, -1).astype(np.int32)
    return Ends(edge[nodes], fraction[nodes], np.zeros(len(nodes)), component[nodes])


def differences(graph, unit, destinations, cutoff):
    """Chunks of destinations in which the two engines differ, and pairs compared; origins are all nodes."""
    cost = graph.length_m if unit == "m" else graph.minutes
    origins, pairs, different = at_nodes(graph, np.arange(graph.nodes)), 0, []
    for first in range(0, len(destinations), CHUNK):
        chunk = destinations[first : first + CHUNK]
        trips = Trips(graph, cost, unit, origins, at_nodes(graph, chunk))
        ours, theirs = SWEEP.within(trips, cutoff), SCIPY.within(trips, cutoff)
        pairs += len(ours.cell)
        if not all(np.array_equal(getattr(ours, name), getattr(theirs, name)) for name in ("start", "cell", "value")):
            different.append(first)
    return different, pairs


@pytest.mark.parametrize("unit", ["min", "m"])
@pytest.mark.parametrize("name", NAMES)
def test_all_origins_to_random_destinations_cost_what_scipy_says(networks, name, unit):
    """Without a cut-off that matters, and at one that cuts most pairs off."""
    graph = networks[name]
    some = np.random.default_rng(11).choice(graph.nodes, PART, replace=False)
    for cutoff in (1e5, 15.0 if unit == "min" else 3000.0):
        different, pairs = differences(graph, unit, some, cutoff)
        assert [] == different
        assert pairs > PART


@pytest.mark.parametrize("name", NAMES)
def test_nearest_two_groups_from_snapped_places_are_those_of_scipy(networks, name):
    """Places beside the streets, some too far from any, in groups of several."""
    graph, rng = networks[name], np.random.default_rng(5)
    node = rng.integers(0, graph.nodes, (2, 2000))
    cells, places = (
        snap(graph, *(axis[n] + rng.normal(0, 200, n.shape) for axis in (graph.x, graph.y)), 300.0) for n in node
    )
    trips = make_trips(graph, cells, places, "min", 5.0)
    member, group = np.arange(300, dtype=np.int32), rng.integers(0, 90, 300).astype(np.int32)
    np.testing.assert_array_equal(SCIPY.nearest(trips, member, group).value, SWEEP.nearest(trips, member, group).value)


@pytest.mark.parametrize("name", NAMES)
def test_real_places_are_snapped_as_by_shapelys_tree(networks, name):
    """Junctions themselves, where many edges are equally near, places around them, and places far away."""
    graph, rng = networks[name], np.random.default_rng(3)
    node = rng.integers(0, graph.nodes, 30_000)
    off = rng.normal(0, 1, (2, len(node))) * np.repeat([0.0, 30.0, 400.0], len(node) // 3)
    x, y = graph.x[node] + off[0], graph.y[node] + off[1]
    found, (edge, distance) = snap(graph, x, y, 500.0), nearest_by_tree(graph, x, y)
    np.testing.assert_array_equal(distance, found.distance_m)
    np.testing.assert_array_equal(np.where(distance <= 500.0, edge, -1), found.edge)
