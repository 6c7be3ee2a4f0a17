"""The sweep over a contraction hierarchy: its invariants one by one, and its answers against scipy's Dijkstra."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from towns import street_graph

from app.access.costs import MOST, NEVER, Arcs, whole_costs
from app.access.engine import ScipyEngine
from app.access.sweep.contraction import contract, contract_in_order
from app.access.sweep.customization import WIDTHS, customize, saturated, width_for
from app.access.sweep.dissection import dissect
from app.access.sweep.engine import SweepEngine
from app.access.sweep.executor import Threads
from app.access.sweep.one import FEW
from app.access.sweep.phast import LANES
from app.access.trips import Ends, Trips
from app.errors import QuestionError
from geodata.network.graph import make_graph

SCIPY, SWEEP = ScipyEngine(), SweepEngine(executor=Threads(1))
EDGES_OF_TYPES = [0, 1, 2, 65_533, 65_534, 65_535, 65_536, 2**32 - 2, 2**32 - 1, 2**32, MOST // 2]


SMALL = st.integers(0, 9)


@st.composite
def multigraphs(draw, costs=SMALL):
    """Loops, parallel and free edges, one-ways, closed edges and pieces cut off; costs in millimetres."""
    nodes = draw(st.integers(1, 40))
    node = st.integers(0, nodes - 1)
    way = st.sampled_from([(True, True), (True, True), (True, False), (False, True), (False, False)])
    edges = draw(st.lists(st.tuples(node, node, costs, way), min_size=1, max_size=90))
    rng = np.random.default_rng(draw(st.integers(0, 9)))
    cost = np.array([edge[2] for edge in edges]) / 1000
    ways = np.array([edge[3] for edge in edges])
    ends = (np.array([edge[i] for edge in edges]) for i in range(2))
    xy = rng.integers(0, 5, (nodes, 2)).astype(float)
    return make_graph("drive", xy, *ends, cost, cost, *ways.T, np.full(len(edges), ""))


def everywhere(graph, seed=0, places=70):
    """Trips between places all over a graph, some not covered, some together, more than fit in a batch."""
    rng = np.random.default_rng(seed)

    def ends():
        edge = rng.integers(-1, graph.edges, places).astype(np.int32)
        component = np.where(edge >= 0, graph.component[graph.u[edge]], -1).astype(np.int32)
        return Ends(edge, rng.choice([0.0, 0.25, 0.5, 1.0], places), rng.choice([0.0, 0.003], places), component)

    return Trips(graph, graph.length_m, "m", ends(), ends())


def assert_same(expected, actual):
    for name, value in vars(expected).items():
        np.testing.assert_array_equal(value, getattr(actual, name), err_msg=name)


@settings(max_examples=200, deadline=None)
@given(multigraphs(), st.sampled_from([0.0, 0.004, 0.012, 65.534, 65.535, np.inf]))
def test_within_is_what_scipy_finds(graph, cutoff):
    """The same pairs and the same costs to the last digit."""
    trips = everywhere(graph)
    assert_same(SCIPY.within(trips, cutoff), SWEEP.within(trips, cutoff))


@settings(max_examples=200, deadline=None)
@given(
    multigraphs(st.sampled_from(EDGES_OF_TYPES)), st.sampled_from([0.001, 65.534, 65.535, 4_294_967.294, 1e7, np.inf])
)
def test_costs_too_large_for_a_type_never_wrap_around(graph, cutoff):
    """Edges just below, at and above what 16 and 32 bits hold, and their sums, at cut-offs of the same sizes."""
    trips = everywhere(graph)
    assert_same(SCIPY.within(trips, cutoff), SWEEP.within(trips, cutoff))


@settings(max_examples=200, deadline=None)
@given(
    multigraphs(st.one_of(SMALL, st.sampled_from(EDGES_OF_TYPES))),
    st.sampled_from([0.0, 0.004, 65.534, 65.535, 4_294_967.294, np.inf]),
    st.integers(0, 9),
)
def test_a_few_places_searched_one_by_one_are_as_far_as_scipy_says(graph, cutoff, seed):
    """Each of the first `FEW` places alone; origins ask for nothing, a little or all, and are told no more, exactly."""
    trips, rng = everywhere(graph, seed), np.random.default_rng(seed)
    few = replace(trips, destinations=Ends(*(array[:FEW] for array in vars(trips.destinations).values())))
    whole = SCIPY.within(few, cutoff)
    assert_same(whole, SWEEP.within(few, cutoff))
    enough = rng.choice([0.0, 0.003, 0.007, 65.535, np.inf], len(trips.origins.edge))
    told = SWEEP.within(few, cutoff, enough)
    for place in range(FEW):
        cell, value = whole.row(place)
        asked = value <= enough[cell].astype(np.float32)
        assert dict(zip(cell[asked], value[asked], strict=True)) == dict(zip(*told.row(place), strict=True))


@settings(max_examples=200, deadline=None)
@given(multigraphs(st.sampled_from([0, 1, 1, 2, MOST // 2])), st.integers(1, 9))
def test_nearest_is_what_scipy_finds(graph, groups):
    """The costs of the nearest two groups, with many ties; groups of equal cost may differ."""
    trips, rng = everywhere(graph), np.random.default_rng(groups)
    member, group = rng.integers(0, 70, 40).astype(np.int32), rng.integers(0, groups, 40).astype(np.int32)
    expected, actual = SCIPY.nearest(trips, member, group), SWEEP.nearest(trips, member, group)
    np.testing.assert_array_equal(expected.value, actual.value)
    np.testing.assert_array_equal(expected.group == -1, actual.group == -1)


def test_of_groups_equally_near_the_lowest_is_named():
    """Three practices in one house and one as far on the other side."""
    graph = street_graph("drive", [(0, 0), (100, 0), (200, 0)], [(0, 1), (1, 2)])
    home = Ends(np.array([0], np.int32), np.array([1.0]), np.zeros(1), np.zeros(1, np.int32))
    there = Ends(np.array([1, 0, 1, 1], np.int32), np.array([1.0, 0, 1, 1]), np.zeros(4), np.zeros(4, np.int32))
    trips = Trips(graph, graph.length_m, "m", home, there)
    found = SWEEP.nearest(trips, np.arange(4, dtype=np.int32), np.array([7, 5, 3, 9], np.int32))
    assert ([[100, 100]], [[3, 5]]) == (found.value.tolist(), found.group.tolist())


@pytest.mark.parametrize("engine", [SCIPY, SWEEP], ids=["scipy", "sweep"])
@pytest.mark.parametrize(("edge", "fraction"), [(0, 1.0), (1, 0.0), (2, 1.0)])
def test_at_a_junction_any_street_may_be_taken(engine, edge, fraction):
    """Pencil: three streets meet at (100, 0): the first leads there from (0, 0), one-way the second leaves for
    (200, 0), one-way the third comes from (100, 100). A home at the junction is 100 m from a practice at (0, 0)
    whichever street it was snapped to, and a practice there is 100 m from a home at (0, 0).
    """
    nodes = [(0, 0), (100, 0), (200, 0), (100, 100)]
    graph = street_graph("drive", nodes, [(0, 1), (1, 2, 100, True, False), (3, 1, 100, True, False)])

    def ends(edge, fraction):
        return Ends(np.array([edge], np.int32), np.array([fraction]), np.zeros(1), np.zeros(1, np.int32))

    junction, end = ends(edge, fraction), ends(0, 0.0)
    for origin, destination in ((junction, end), (end, junction)):
        trips = Trips(graph, graph.length_m, "m", origin, destination)
        assert [100] == engine.within(trips, 500.0).value.tolist()
        assert 100 == engine.nearest(trips, np.zeros(1, np.int32), np.zeros(1, np.int32)).value[0, 0]


@settings(max_examples=100, deadline=None)
@given(multigraphs())
def test_the_hierarchy_is_a_tree_in_which_the_sweep_may_skip(graph):
    """Upper neighbours come before a node, and a subtree touches nothing above but its root's upper neighbours."""
    tree = contract(graph)
    upper = [set(tree.head[tree.first[p] : tree.first[p + 1]].tolist()) for p in range(tree.nodes)]
    assert list(range(graph.nodes)) == sorted(tree.position.tolist())
    for p in range(tree.nodes):
        assert all(a < p for a in upper[p])
        for q in range(p, p + tree.size[p]):
            assert {a for a in upper[q] if a < p} <= upper[p]
            assert all(p < a for a in upper[q] - upper[p] - {p})
    joined = {tuple(sorted((tree.position[u], tree.position[v]))) for u, v in zip(graph.u, graph.v, strict=True)}
    assert all(a in upper[p] for a, p in joined if a != p)


@settings(max_examples=100, deadline=None)
@given(multigraphs(st.sampled_from(EDGES_OF_TYPES)))
def test_customizing_in_a_narrow_type_is_customizing_and_cutting_off(graph):
    """Saturating sums give the true costs wherever these fit, and the largest number elsewhere."""
    trips, tree = everywhere(graph), contract(graph)
    arcs = whole_costs(trips).arcs
    widest = customize(tree, arcs, np.uint64)
    for width in WIDTHS:
        metric = customize(tree, arcs, width)
        for wide, narrow in ((widest.up, metric.up), (widest.down, metric.down)):
            np.testing.assert_array_equal(np.minimum(wide, np.iinfo(width).max), narrow)


def test_a_small_contraction_as_drawn_in_the_method():
    """A road of five nodes contracted from the outside in: 0, 4, 1, 3, 2; then 0, 1 and 4, 3 hang below 2."""
    first, head = np.array([0, 1, 3, 5, 7, 8], np.int32), np.array([1, 0, 2, 1, 3, 2, 4, 3], np.int32)
    tree = contract_in_order(first, head, np.array([0, 4, 1, 3, 2], np.int32))
    assert [4, 3, 0, 1, 2] == tree.position.tolist()
    assert [5, 2, 1, 2, 1] == tree.size.tolist()
    assert [[], [0], [1], [0], [3]] == [tree.head[tree.first[p] : tree.first[p + 1]].tolist() for p in range(5)]


def test_a_shortcut_costs_what_the_way_below_it_costs():
    """Contracting the middle of a road 0 - 1 - 2 first leaves a shortcut 0 - 2 of 3 + 4, or the street of 9."""
    first, head = np.array([0, 2, 4, 6], np.int32), np.array([1, 2, 0, 2, 0, 1], np.int32)
    tree = contract_in_order(first, head, np.array([1, 2, 0], np.int32))
    arcs = Arcs(np.array([0, 1, 0], np.int32), np.array([1, 2, 2], np.int32), np.array([3, 4, 9]))
    metric = customize(tree, arcs, np.uint16)
    shortcut = tree.first[tree.position[2]]
    assert (7, 65_535) == (metric.down[shortcut], metric.up[shortcut])


def grid(side):
    """Neighbours and places of a grid of side x side nodes."""
    node = np.arange(side * side).reshape(side, side)
    ends = np.concatenate(
        [np.column_stack([a.ravel(), b.ravel()]) for a, b in ((node[:, :-1], node[:, 1:]), (node[:-1], node[1:]))]
    )
    both = np.concatenate([ends, ends[:, ::-1]])
    both = both[np.lexsort(both.T[::-1])]
    first = np.searchsorted(both[:, 0], np.arange(side * side + 1)).astype(np.int32)
    return first, both[:, 1].astype(np.int32), *(axis.astype(float) for axis in np.divmod(node.ravel(), side))


def test_a_grid_is_parted_by_one_of_its_lines():
    """The last eight nodes of an 8 x 8 grid cut it into two; contraction makes few shortcuts."""
    first, head, x, y = grid(8)
    order = dissect(first, head, x, y)
    assert sorted(order.tolist()) == list(range(64))
    last = order[-8:]
    assert 1 == len(set(x[last])) or 1 == len(set(y[last])) or 8 >= len(set(x[last] + y[last]))
    assert (
        contract_in_order(first, head, order).arcs <= contract_in_order(first, head, np.arange(64, dtype=np.int32)).arcs
    )


@pytest.fixture(scope="module")
def many():
    """Trips between 333 places each way in a town of 400 junctions: more batches than one, more homes than a tile."""
    first, head, x, y = grid(20)
    tail = np.repeat(np.arange(400), np.diff(first))
    ahead = tail < head
    cost = np.random.default_rng(2).integers(1, 99, ahead.sum()) / 1000
    yes = np.ones(len(cost), bool)
    graph = make_graph(
        "drive", np.column_stack([x, y]), tail[ahead], head[ahead], cost, cost, yes, yes, yes.astype(str)
    )
    return everywhere(graph, places=333)


@pytest.mark.parametrize("threads", [2, 3, 8])
def test_the_answer_does_not_depend_on_threads(many, threads):
    """More threads than batches, and batches that do not divide evenly."""
    for cutoff in (0.2, np.inf):
        assert_same(SWEEP.within(many, cutoff), SweepEngine(executor=Threads(threads)).within(many, cutoff))


@pytest.mark.parametrize("cutoff", [0.0, 0.02, 0.2, 0.5, np.inf])
@pytest.mark.parametrize("batch", [FEW + 1, LANES - 1, LANES, LANES + 1, 333])
def test_tiles_and_batches_full_or_not_are_what_scipy_finds(many, batch, cutoff):
    """None, few, most and all homes of a tile in reach; a lane less, as many and one more than fit a batch."""
    some = replace(many, destinations=Ends(*(array[:batch] for array in vars(many.destinations).values())))
    assert_same(SCIPY.within(some, cutoff), SWEEP.within(some, cutoff))


def test_a_network_without_streets_answers_nothing():
    """No node, or no edge: every row and column is there and empty."""
    for nodes in (0, 2):
        graph = street_graph("walk", [(0, 0), (5, 5)][:nodes], [])
        off = Ends(np.full(3, -1, np.int32), np.zeros(3), np.zeros(3), np.full(3, -1, np.int32))
        trips = Trips(graph, graph.length_m, "m", off, off)
        matrix = SWEEP.within(trips, 1000)
        assert (3, 3, 0) == (matrix.rows, matrix.cells, len(matrix.value))
        nearest = SWEEP.nearest(trips, np.arange(3, dtype=np.int32), np.arange(3, dtype=np.int32))
        assert np.isinf(nearest.value).all()


def test_a_new_speed_is_answered_at_once_and_does_not_mix_with_the_old():
    """The same network at two speeds, asked for in turns."""
    graph = street_graph("drive", [(0, 0), (1000, 0)], [(0, 1)])
    ends = Ends(np.zeros(1, np.int32), np.zeros(1), np.zeros(1), np.zeros(1, np.int32))
    slow = Trips(graph, graph.minutes, "min", ends, replace(ends, fraction=np.ones(1)))
    fast = replace(slow, cost=graph.minutes / 2)
    for _ in range(2):
        assert (1.0, 0.5) == tuple(float(SWEEP.within(trips, 9).value[0]) for trips in (slow, fast))


def test_types_are_the_narrowest_that_hold_the_limit_and_one_more():
    """65,534 tenths of a second are 109 minutes."""
    assert [np.uint16, np.uint32, np.uint32, np.uint64] == [
        width_for(n) for n in (65_534, 65_535, 2**32 - 2, 2**32 - 1)
    ]
    assert [7, 65_535] == saturated(np.array([7, NEVER]), np.uint16).tolist()


@pytest.mark.parametrize(
    ("cost", "said"), [(-1.0, "edge 1 costs -1.0"), (np.nan, "costs nan"), (1e10, "costs 1e+10|costs 10000000000")]
)
@pytest.mark.parametrize("engine", [SCIPY, SWEEP], ids=["scipy", "sweep"])
def test_a_cost_that_cannot_be_counted_is_refused_by_its_edge(engine, cost, said):
    """Negative, missing, or too large to be added up exactly."""
    graph = street_graph("drive", [(0, 0), (1, 0), (2, 0)], [(0, 1), (1, 2)])
    ends = Ends(np.zeros(1, np.int32), np.zeros(1), np.zeros(1), np.zeros(1, np.int32))
    trips = Trips(graph, np.array([1.0, cost]), "m", ends, ends)
    with pytest.raises(QuestionError, match=said):
        engine.within(trips, 10)


@pytest.mark.parametrize("engine", [SCIPY, SWEEP], ids=["scipy", "sweep"])
def test_odd_cut_offs_are_clear(engine):
    """Nothing is within a negative one; one that is not a number is refused."""
    graph = street_graph("drive", [(0, 0), (1, 0)], [(0, 1)])
    ends = Ends(np.zeros(1, np.int32), np.zeros(1), np.zeros(1), np.zeros(1, np.int32))
    trips = Trips(graph, graph.length_m, "m", ends, ends)
    assert (1, 0) == (engine.within(trips, -0.5).rows, len(engine.within(trips, -0.5).value))
    with pytest.raises(QuestionError, match="not a number"):
        engine.within(trips, float("nan"))
