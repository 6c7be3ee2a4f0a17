"""The travel engine against plain Python, and one test for each trap of its libraries."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import plain_costs, plain_two_nearest
from towns import X0, Y0, five_cells, rules, street_graph

from app.access.engine import ScipyEngine
from app.access.sweep.engine import SweepEngine
from app.access.sweep.executor import Threads
from app.access.travel import measure
from app.access.trips import Ends, Trips, make_trips
from app.errors import QuestionError
from geodata.network.graph import make_graph
from geodata.network.snap import snap

BOTH = {"scipy": ScipyEngine(), "sweep": SweepEngine(executor=Threads(1))}
each_engine = pytest.mark.parametrize("engine", BOTH.values(), ids=BOTH)


@st.composite
def random_trips(draw):
    """A multigraph with loops, parallel and free edges, one-ways and pieces cut off; places at quarters of edges."""
    nodes = draw(st.integers(1, 7))
    node = st.integers(0, nodes - 1)
    edge = st.tuples(node, node, st.integers(0, 6), st.sampled_from([(1, 1), (1, 0), (0, 1)]))
    edges = draw(st.lists(edge, min_size=1, max_size=14))
    cost = np.array([e[2] for e in edges], dtype=float)
    ways = np.array([e[3] for e in edges], dtype=bool)
    xy = np.array(draw(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=nodes, max_size=nodes)))
    graph = make_graph(
        "drive",
        xy.astype(float),
        np.array([e[0] for e in edges]),
        np.array([e[1] for e in edges]),
        cost,
        cost,
        ways[:, 0],
        ways[:, 1],
        np.full(len(edges), "residential"),
    )
    place = st.tuples(
        st.integers(-1, len(edges) - 1), st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), st.sampled_from([0.0, 0.0, 2.0])
    )

    def ends(places):
        edge = np.array([p[0] for p in places], dtype=np.int32)
        component = np.where(edge >= 0, graph.component[graph.u[edge]], -1).astype(np.int32)
        return Ends(edge, np.array([p[1] for p in places]), np.array([p[2] for p in places]), component)

    origins, destinations = (ends(draw(st.lists(place, min_size=1, max_size=6))) for _ in range(2))
    return Trips(graph, graph.length_m, "m", origins, destinations)


@each_engine
@settings(max_examples=300, deadline=None)
@given(random_trips(), st.integers(0, 12))
def test_costs_are_those_of_plain_dijkstra(engine, trips, cutoff):
    """Every cost up to the cut-off, inclusive, and no other; rows ascend by cell."""
    expected = plain_costs(trips)
    expected[expected > cutoff] = np.inf
    matrix = engine.within(trips, cutoff)
    found = np.full(expected.shape, np.inf)
    for j in range(matrix.rows):
        cell, value = matrix.row(j)
        assert (np.diff(cell) > 0).all()
        found[cell, j] = value
    assert matrix.rows == len(trips.destinations.edge)
    np.testing.assert_array_equal(expected, found)


@each_engine
@settings(max_examples=300, deadline=None)
@given(random_trips(), st.data())
def test_the_nearest_two_groups_are_those_of_plain_dijkstra(engine, trips, data):
    """With destinations in several groups and groups of several destinations, at any distance."""
    places = len(trips.destinations.edge)
    pair = st.tuples(st.integers(0, places - 1), st.integers(0, 3))
    pairs = data.draw(st.lists(pair, max_size=8, unique=True))
    member, group = (np.array([p[i] for p in pairs], dtype=np.int32) for i in range(2))
    found = engine.nearest(trips, member, group)
    costs = plain_costs(trips)
    expected = np.array([plain_two_nearest(row, member, group) for row in costs])
    np.testing.assert_allclose(found.value, expected)
    for i in range(len(costs)):
        for k in range(2):
            g = found.group[i, k]
            assert (g == -1) == np.isinf(found.value[i, k])
            if g >= 0:
                assert min(costs[i, m] for m, h in pairs if h == g) == pytest.approx(found.value[i, k])
        assert found.group[i, 0] != found.group[i, 1] or found.group[i, 0] == -1


def trips_on(graph, cells, places, unit="m", max_m=500):
    at, to = (snap(graph, *np.add(points, (X0, Y0)).T, max_m) for points in (cells, places))
    return make_trips(graph, at, to, unit, 5.0)


def cost(engine, graph, cell, place, unit="m", cutoff=1e6):
    matrix = engine.within(trips_on(graph, [cell], [place], unit), cutoff)
    return float(matrix.value[0]) if len(matrix.value) else np.inf


@each_engine
def test_parallel_streets_take_the_shorter(engine):
    """Two streets between the same nodes are not added up."""
    graph = street_graph("drive", [(0, 0), (1000, 0)], [(0, 1, 1500), (0, 1, 1000), (0, 1, 1200)])
    assert 1000 == cost(engine, graph, (0, 0), (1000, 0))


@each_engine
def test_a_street_of_no_length_is_a_street(engine):
    """A cost of nought does not vanish from the sparse graph."""
    graph = street_graph("drive", [(0, 0), (0, 0), (1000, 0)], [(0, 1, 0), (1, 2, 1000)])
    assert 1000 == cost(engine, graph, (0, 0), (1000, 0))
    assert 0 == engine.within(trips_on(graph, [(0, 0)], [(0, 0)]), 10).value[0]


@each_engine
def test_one_way_streets_bind_residents_not_the_search(engine):
    """A resident travels with the one-way to the practice, however the search runs."""
    graph = street_graph(
        "drive", [(0, 0), (1000, 0), (1000, 500), (0, 500)], [(0, 1, None, True, False), (1, 2), (2, 3), (3, 0)]
    )
    assert 1000 == cost(engine, graph, (0, 0), (1000, 0))
    assert 2000 == cost(engine, graph, (1000, 0), (0, 0))
    assert 400 == cost(engine, graph, (300, 0), (700, 0))
    assert 3000 - 400 == cost(engine, graph, (700, 0), (300, 0))


@each_engine
def test_the_way_to_the_street_is_counted_at_both_ends(engine):
    """100 m from the cell and 50 m from the practice: metres, or minutes at walking pace (5 km/h)."""
    graph = street_graph("drive", [(0, 0), (1000, 0)], [(0, 1)])
    assert 1150 == cost(engine, graph, (0, 100), (1000, 50))
    assert 1.0 + 150 * 60 / 5000 == pytest.approx(cost(engine, graph, (0, 100), (1000, 50), "min"))


@each_engine
def test_a_trip_along_one_street_never_visits_its_ends(engine):
    """Cell and practice on the same street are 200 m apart, not 800 m by an end."""
    graph = street_graph("drive", [(0, 0), (1000, 0)], [(0, 1)])
    assert 200 == cost(engine, graph, (400, 0), (600, 0))


@each_engine
def test_the_cut_off_is_inclusive(engine):
    """A practice at exactly 15,000 m, summed from lengths that do not add up exactly, is within 15,000 m."""
    nodes = [(i * 2142.8, 0) for i in range(7)] + [(15_000, 0)]
    graph = street_graph("drive", nodes, [(i, i + 1) for i in range(7)])
    assert 15_000 == cost(engine, graph, (0, 0), (15_000, 0), cutoff=15_000)
    assert np.isinf(cost(engine, graph, (0, 0), (15_000, 0), cutoff=14_999.9))


@each_engine
def test_what_the_network_does_not_cover_has_no_row_or_column(engine):
    """A practice and a cell beyond the snapping limit keep their place and are empty."""
    graph = street_graph("drive", [(0, 0), (1000, 0)], [(0, 1)])
    matrix = engine.within(trips_on(graph, [(0, 0), (0, 5000)], [(0, 5000), (1000, 0)], max_m=500), 9000)
    assert (2, 2, [0, 0, 1]) == (matrix.rows, matrix.cells, matrix.start.tolist())


@each_engine
def test_blocks_do_not_show(engine):
    """More destinations than fit in one block of searches give the same costs."""
    rng = np.random.default_rng(3)
    nodes = rng.integers(0, 5000, (60, 2))
    edges = [(i, (i + 1) % 60) for i in range(60)]
    graph = street_graph("drive", nodes, edges)
    places = nodes[rng.integers(0, 60, 40)]
    whole = engine.within(trips_on(graph, nodes, places), 4000)
    for j in (0, 17, 39):
        alone = engine.within(trips_on(graph, nodes, places[j : j + 1]), 4000)
        np.testing.assert_array_equal(alone.row(0), whole.row(j))


def test_an_unknown_engine_is_named():
    """The answer names the engines there are."""
    with pytest.raises(QuestionError, match="no engine 'rocket'; choose one of sweep, scipy, processes, or"):
        measure(five_cells(), rules(), engine="rocket")
