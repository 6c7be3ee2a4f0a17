"""Places onto the network: the nearest point of the nearest edge.

The town: edge 0 from (0,0) to (100,0), edge 1 from (100,0) over (100,50) to (200,50), edge 2 without length at (300,0),
edge 3 the same line as edge 0 but the other way round.
"""

import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import NetworkError
from geodata.network.graph import main_components, make_graph
from geodata.network.snap import edge_lines, nearest_by_tree, snap, snap_report

XY = np.array([[0, 0], [100, 0], [200, 50], [300, 0], [300, 0]], dtype=float)
LINES = [[(0, 0), (100, 0)], [(100, 0), (100, 50), (200, 50)], [(300, 0), (300, 0)], [(100, 0), (0, 0)]]


def graph_of(xy, u, v, lines):
    length = np.array([sum(np.hypot(*np.diff(line, axis=0).T)) for line in lines], dtype=float).reshape(-1)
    start = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    shape = np.array([point for line in lines for point in line], dtype=float).reshape(-1, 2)
    yes = np.ones(len(u), dtype=bool)
    return make_graph(
        "walk", xy, np.array(u, int), np.array(v, int), length, length, yes, yes, yes.astype(str), (start, shape)
    )


@pytest.fixture
def town():
    return graph_of(XY, [0, 1, 3, 1], [1, 2, 4, 0], LINES)


def one(graph, x, y, max_m=1000.0):
    found = snap(graph, [x], [y], max_m)
    return int(found.edge[0]), float(found.fraction[0]), float(found.distance_m[0])


def test_a_place_meets_the_nearest_point_of_a_street_not_its_nearest_end(town):
    assert (0, 0.3, 40.0) == one(town, 30, 40)


def test_a_fraction_is_by_length_along_the_bend_from_u_to_v(town):
    """Edge 1 is 150 m long; 50 m north and 25 m east are half of it."""
    assert (1, 0.5, 10.0) == one(town, 125, 60)


def test_of_streets_equally_near_the_lowest_number_is_taken(town):
    assert (0, 1.0, 50.0) == one(town, 100, -50)


def test_a_place_on_the_street_is_nought_metres_from_it(town):
    assert (0, 0.25, 0.0) == one(town, 25, 0)


def test_a_street_without_length_is_met_at_its_beginning(town):
    assert (2, 0.0, 5.0) == one(town, 303, -4)


def test_the_limit_is_inclusive(town):
    assert 0 == one(town, 50, -40, 40.0)[0]
    edge, fraction, distance = one(town, 50, -40, np.nextafter(40.0, 0))
    assert (-1, 40.0) == (edge, distance)
    assert np.isnan(fraction)


def test_a_limit_of_nought_covers_what_lies_on_the_street(town):
    assert 0 == one(town, 50, 0, 0.0)[0]


def test_the_component_is_the_streets(town):
    found = snap(town, [50.0, 300.0, 5000.0], [0.0, 1.0, 0.0], 10.0)
    assert found.component[0] != found.component[1]
    assert -1 == found.component[2]
    assert [True, True, False] == found.covered.tolist()


def test_a_dangling_island_cannot_be_snapped_to(town):
    main = main_components(town, np.zeros(town.nodes, dtype=np.int32))
    assert (1, 1.0) == one(main, 303, 50)[:2]


def test_an_empty_network_covers_nothing():
    nothing = np.zeros(0)
    found = snap(graph_of(np.zeros((0, 2)), [], [], []), [1.0], [2.0], 100.0)
    assert [-1] == found.edge.tolist() == found.component.tolist()
    assert np.isnan(found.distance_m).all()
    assert 0 == len(snap(graph_of(XY, [0], [1], LINES[:1]), nothing, nothing, 10.0).edge)


@pytest.mark.parametrize("x", [np.nan, np.inf])
def test_a_place_without_coordinates_is_refused_by_number(town, x):
    with pytest.raises(NetworkError, match="place 1 has coordinates"):
        snap(town, [0.0, x], [0.0, 0.0], 10.0)


def test_coordinates_of_different_length_are_refused(town):
    with pytest.raises(NetworkError, match="one of each for every place"):
        snap(town, [0.0, 1.0], [0.0], 10.0)


def test_the_report_counts_measures_and_lists(town):
    found = snap(town, [10, 20, 30, 400, 50], [0, 10, 20, 0, 800], 50.0)
    report = snap_report(found, 50.0)
    assert (5, 3, 50.0) == (report.points, report.covered, report.limit_m)
    assert (10.0, 20.0) == (report.mean_m, report.max_m)
    assert pytest.approx(19.0) == report.p95_m
    assert [4, 3] == [place for place, _ in report.beyond]
    assert 100.0 == report.beyond[1][1]
    assert "5 places, 3 on the network" in str(report)


def test_a_report_on_nothing_covered_has_no_mean(town):
    report = snap_report(snap(town, [9000.0], [0.0], 50.0), 50.0)
    assert 0 == report.covered
    assert np.isnan(report.mean_m)


def line_of(graph, edge):
    return graph.shape_xy[graph.shape_start[edge] : graph.shape_start[edge + 1]]


def slow_distance(line, x, y):
    """Metres from a place to a line, segment by segment, in plain Python."""
    nearest = math.inf
    for (ax, ay), (bx, by) in pairwise(line.tolist()):
        dx, dy = bx - ax, by - ay
        along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy) if dx or dy else 0.0
        along = min(max(along, 0.0), 1.0)
        nearest = min(nearest, math.hypot(ax + along * dx - x, ay + along * dy - y))
    return nearest


def slow_point(line, fraction):
    """The point a share of its length along a line."""
    left = fraction * sum(math.dist(a, b) for a, b in pairwise(line.tolist()))
    for a, b in pairwise(line.tolist()):
        step = math.dist(a, b)
        if step >= left and step > 0:
            return [p + left / step * (q - p) for p, q in zip(a, b, strict=True)]
        left -= step
    return line[-1].tolist()


coordinates = st.integers(0, 40).map(float)
points = st.tuples(coordinates, coordinates)


@settings(deadline=None)
@given(
    st.lists(st.lists(points, min_size=2, max_size=4), min_size=1, max_size=6), st.lists(points, min_size=1, max_size=5)
)
def test_the_fast_way_finds_what_looking_at_every_street_finds(lines, places):
    ends = np.array([point for line in lines for point in (line[0], line[-1])])
    number = np.arange(len(lines))
    graph = graph_of(ends, 2 * number, 2 * number + 1, lines)
    found = snap(graph, *np.array(places).T, 1000.0)
    for place, edge, fraction, distance in zip(places, found.edge, found.fraction, found.distance_m, strict=True):
        slow = [slow_distance(line_of(graph, i), *place) for i in range(graph.edges)]
        assert pytest.approx(min(slow), abs=1e-9) == distance == pytest.approx(slow[edge], abs=1e-9)
        assert pytest.approx(distance, abs=1e-6) == math.dist(place, slow_point(line_of(graph, edge), fraction))
        assert all(shapely.distance(line, shapely.Point(place)) > distance for line in edge_lines(graph)[:edge])


anywhere = st.floats(-50, 90, allow_nan=False, width=32)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.lists(st.tuples(anywhere, anywhere), min_size=2, max_size=5), min_size=1, max_size=40),
    st.lists(st.tuples(anywhere, anywhere), min_size=1, max_size=40),
    st.sampled_from([0.0, 5.0, 200.0, math.inf]),
)
def test_the_grid_answers_as_shapelys_tree_to_the_last_digit(lines, places, max_m):
    """Edge, distance and fraction, on lines that cross, touch and repeat, for places on and far from them."""
    ends = np.array([point for line in lines for point in (line[0], line[-1])])
    number = np.arange(len(lines))
    graph = graph_of(ends, 2 * number, 2 * number + 1, lines + lines[: len(lines) - len(number)])
    x, y = np.array(places + [point for line in lines for point in line]).T
    found, (edge, distance) = snap(graph, x, y, max_m), nearest_by_tree(graph, x, y)
    near = distance <= max_m
    np.testing.assert_array_equal(distance, found.distance_m)
    np.testing.assert_array_equal(near, found.covered)
    np.testing.assert_array_equal(edge[near], found.edge[near])
    measured = shapely.line_locate_point(edge_lines(graph)[edge], shapely.points(x, y), normalized=True)
    np.testing.assert_allclose(np.nan_to_num(measured[near]), found.fraction[near], atol=1e-12)


def test_a_place_very_far_from_all_streets_is_measured_all_the_same(town):
    """Beyond what the grid looks at, a tree finds the nearest."""
    found = snap(town, [100.0, 1e7], [-9_000.0, 0.0], math.inf)
    assert [0, 2] == found.edge.tolist()
    assert [9_000.0, 1e7 - 300] == found.distance_m.tolist()
