"""The engine on a real island: against plain Dijkstra, and against what is known of its roads."""

import heapq

import numpy as np
import pytest
from oracles import STEPS

from app.access.engine import ENGINES
from app.access.trips import make_trips
from geodata.network.graph import main_components
from geodata.network.osm import read_osm
from geodata.network.snap import snap

pytestmark = pytest.mark.realdata
each_engine = pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)


@pytest.fixture(scope="module")
def streets(realdata):
    graph = read_osm(realdata / "network" / "bornholm.osm.pbf", ["drive"])["drive"]
    return main_components(graph, np.zeros(graph.nodes, dtype=np.int32))


@pytest.fixture(scope="module")
def spots(streets):
    """Places up to 300 m off a street, some with addresses in common."""
    rng = np.random.default_rng(7)
    near = rng.integers(0, streets.nodes, 400)
    return np.column_stack([streets.x, streets.y])[near] + rng.normal(0, 100, (400, 2))


def plain(trips, place):
    """Cost from every origin to a destination by a heap over the reversed graph, each part of a trip in whole steps."""
    graph, to, steps = trips.graph, trips.destinations, STEPS[trips.unit]
    against = {}
    for tail, head, edge in zip(*(a.tolist() for a in _arcs(graph)), strict=True):
        against.setdefault(head, []).append((tail, round(trips.cost[edge] * steps)))
    e, f, way = to.edge[place], to.fraction[place], to.way[place]
    best = np.full(graph.nodes, np.inf)
    heap = []
    for node, ok, price in (
        (graph.u[e], graph.forward[e] or f == 0, f),
        (graph.v[e], graph.backward[e] or f == 1, 1 - f),
    ):
        if ok:
            heapq.heappush(heap, (round((way + price * trips.cost[e]) * steps), int(node)))
    while heap:
        so_far, node = heapq.heappop(heap)
        if so_far < best[node]:
            best[node] = so_far
            for tail, price in against.get(node, ()):
                heapq.heappush(heap, (so_far + price, tail))
    return np.array([_by_ends(trips, best, i, place, steps) for i in range(len(trips.origins.edge))]) / steps


def _arcs(graph):
    arcs = graph.arcs()
    return arcs.tail, arcs.head, arcs.edge


def _by_ends(trips, best, origin, place, steps):
    graph, at, to = trips.graph, trips.origins, trips.destinations
    e, f, way = at.edge[origin], at.fraction[origin], at.way[origin]
    if e < 0:
        return np.inf
    costs = [np.inf]
    if graph.backward[e] or f == 0:
        costs.append(round((way + f * trips.cost[e]) * steps) + best[graph.u[e]])
    if graph.forward[e] or f == 1:
        costs.append(round((way + (1 - f) * trips.cost[e]) * steps) + best[graph.v[e]])
    g = to.fraction[place]
    if e == to.edge[place] and ((g >= f and graph.forward[e]) or (g <= f and graph.backward[e])):
        costs.append(round((way + abs(g - f) * trips.cost[e] + to.way[place]) * steps))
    return min(costs)


@each_engine
@pytest.mark.parametrize(("unit", "cutoff"), [("m", 15_000), ("min", 20)])
def test_real_costs_are_those_of_plain_dijkstra(engine, streets, spots, unit, cutoff):
    """One-ways, loops and parallel streets of the island included; the cut-off is inclusive."""
    cells, places = snap(streets, *spots.T, 500), snap(streets, *spots[:40].T, 500)
    trips = make_trips(streets, cells, places, unit, 5.0)
    matrix = engine.within(trips, cutoff)
    for place in (0, 13, 39):
        expected = np.array(plain(trips, place), dtype=np.float32)
        cell, value = matrix.row(place)
        np.testing.assert_array_equal(np.flatnonzero(expected <= cutoff), cell)
        np.testing.assert_array_equal(expected[cell], value)


@each_engine
def test_the_two_nearest_agree_with_the_matrix(engine, streets, spots):
    """Found by two searches, as by all: the least two costs of every place."""
    cells, places = snap(streets, *spots.T, 500), snap(streets, *spots[:40].T, 500)
    trips = make_trips(streets, cells, places, "m", 5.0)
    every = np.arange(40, dtype=np.int32)
    costs = np.full((400, 40), np.inf)
    matrix = engine.within(trips, 1e6)
    for place in range(40):
        cell, value = matrix.row(place)
        costs[cell, place] = value
    nearest = engine.nearest(trips, every, every)
    np.testing.assert_allclose(np.sort(costs, axis=1)[:, :2], nearest.value, rtol=1e-5, atol=1e-3)


@each_engine
def test_roads_are_longer_than_straight_lines(engine, streets, spots):
    """Between 4 and 8 km the island's roads measure 1.26 times the straight line (DATA.md), give or take a tenth."""
    cells = snap(streets, *spots.T, 500)
    matrix = engine.within(make_trips(streets, cells, cells, "m", 5.0), 20_000)
    factors = []
    for place in range(matrix.rows):
        cell, value = matrix.row(place)
        straight = np.hypot(*(spots[cell] - spots[place]).T)
        middle = (straight >= 4000) & (straight <= 8000)
        assert (value >= straight * (1 - 1e-6)).all()
        factors.extend(value[middle] / straight[middle])
    assert pytest.approx(1.26, abs=0.1) == np.mean(factors)
