"""Extracts become one network.

West holds nodes 1 2 3 in a row, two-way, and 8 9 apart; east holds 3 4 5 in a row and shares the street 2-3 with west.
"""

import numpy as np
import pytest

from geodata.errors import NetworkError
from geodata.network.graph import make_graph
from geodata.network.join import join

PLACES = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (300, 0), 5: (400, 0), 8: (0, 900), 9: (50, 900)}


def extract(streets, mode="drive", places=PLACES):
    """Streets (from, to, metres, both ways) between nodes of OpenStreetMap ids; a negative id stands for none."""
    ids = sorted({node for street in streets for node in street[:2]})
    number = {node: i for i, node in enumerate(ids)}
    u, v, metres, both = (np.array(column) for column in zip(*streets, strict=True))
    return make_graph(
        mode,
        np.array([places[abs(node)] for node in ids], dtype=float),
        np.array([number[node] for node in u]),
        np.array([number[node] for node in v]),
        metres.astype(float),
        metres / 1000,
        np.ones(len(u), dtype=bool),
        both.astype(bool),
        np.array(["residential"] * len(u)),
        node_id=np.array([max(node, -1) for node in ids], dtype=np.int64),
    )


WEST = [(1, 2, 100, True), (2, 3, 100, True), (8, 9, 60, True)]
EAST = [(3, 2, 100, True), (3, 4, 100, True), (4, 5, 100, True)]


def streets(graph):
    return sorted(
        (int(graph.node_id[u]), int(graph.node_id[v]), float(m))
        for u, v, m in zip(graph.u, graph.v, graph.length_m, strict=True)
    )


def test_extracts_meet_at_common_nodes_and_a_street_of_both_is_kept_once():
    graph, report = join({"west": extract(WEST), "east": extract(EAST)})
    assert [(1, 2, 100.0), (2, 3, 100.0), (3, 4, 100.0), (4, 5, 100.0)] == streets(graph)
    assert 1 == len(set(graph.component.tolist())) == report.components
    west, east = report.extracts
    assert (5, 3, 0, 0) == (west.nodes, west.edges, west.shared_nodes, west.duplicate_edges)
    assert (4, 3, 2, 1) == (east.nodes, east.edges, east.shared_nodes, east.duplicate_edges)


def test_what_is_cut_off_is_dropped_and_counted():
    _, report = join({"west": extract(WEST)})
    west = report.extracts[0]
    assert (2, 1, 60.0) == (west.cut_off_nodes, west.cut_off_edges, west.cut_off_m)
    assert "cut off: 2 nodes, 1 edges, 0.1 km" in str(west)


def test_everything_read_is_kept_or_accounted_for():
    graphs = {"west": extract(WEST), "east": extract([*EAST, (5, 8, 70, False)])}
    joined, report = join(graphs)
    read = sum(extract.edges for extract in report.extracts)
    gone = sum(extract.duplicate_edges + extract.cut_off_edges for extract in report.extracts)
    assert read - gone == joined.edges == report.edges


def test_an_extract_of_its_own_keeps_its_main_component():
    graph, report = join({"west": extract(WEST[:2]), "island": extract(WEST[2:])})
    assert [(1, 2, 100.0), (2, 3, 100.0), (8, 9, 60.0)] == streets(graph)
    assert 2 == report.components


def test_an_island_within_an_extract_keeps_its_own_when_islands_are_told():
    graph, report = join({"all": extract(WEST)}, islands=lambda x, y: np.where(y > 500, "north", "south"))
    assert [(1, 2, 100.0), (2, 3, 100.0), (8, 9, 60.0)] == streets(graph)
    assert 2 == report.components


def test_a_piece_that_only_the_other_extract_connects_is_kept():
    """In east 4-5 hangs on nothing larger than itself; west leads there."""
    graph, _ = join(
        {"east": extract([(4, 5, 100, True), (8, 9, 50, True), (8, 9, 60, True)]), "west": extract([(4, 1, 9, True)])}
    )
    assert [(1, 4, 9.0), (4, 5, 100.0)] == [(min(u, v), max(u, v), m) for u, v, m in streets(graph)]


def test_a_one_way_dead_end_is_cut_off():
    graph, report = join({"west": extract([*WEST[:2], (3, 4, 100, False)])})
    assert [(1, 2, 100.0), (2, 3, 100.0)] == streets(graph)
    assert 1 == report.extracts[0].cut_off_nodes


@pytest.mark.parametrize(
    ("street", "kept"),
    [((2, 3, 100.9, True), 0), ((2, 3, 101.1, True), 1), ((3, 2, 100, False), 0), ((2, 3, 100, False), 0)],
)
def test_a_street_is_the_same_within_a_metre_and_when_it_opens_nothing_new(street, kept):
    _, report = join({"west": extract(WEST[:2]), "other": extract([street])})
    assert 1 - kept == report.extracts[1].duplicate_edges


def test_a_two_way_street_is_no_duplicate_of_a_one_way_one():
    one_way = [(1, 2, 100, True), (2, 3, 100, False)]
    graph, report = join({"west": extract(one_way), "other": extract([(3, 2, 100, True)])})
    assert 0 == report.extracts[1].duplicate_edges
    assert 3 == graph.edges


def test_parallel_streets_of_one_extract_both_stay():
    graph, _ = join({"west": extract([(1, 2, 100, True), (1, 2, 100, True)])})
    assert 2 == graph.edges


def test_nodes_without_an_id_are_joined_to_none():
    graph, report = join({"a": extract([(-1, -2, 100, True)]), "b": extract([(-1, -2, 100, True)])})
    assert (4, 2, 2) == (graph.nodes, graph.edges, report.components)
    assert 0 == report.extracts[1].shared_nodes


def test_the_earlier_place_of_a_shared_node_counts_and_the_shift_is_told():
    moved = PLACES | {3: (203, 4)}
    graph, report = join({"west": extract(WEST[:2]), "east": extract(EAST[1:], places=moved)})
    assert [200.0] == graph.x[graph.node_id == 3].tolist()
    assert 5.0 == report.extracts[1].largest_shift_m


def test_lines_stay_with_their_edges():
    graph, _ = join({"west": extract(WEST), "east": extract(EAST)})
    begin = graph.shape_xy[graph.shape_start[:-1]]
    assert np.column_stack([graph.x, graph.y])[graph.u].tolist() == begin.tolist()


def test_extracts_of_different_modes_are_refused():
    with pytest.raises(NetworkError, match="expected extracts of one mode, found drive, walk"):
        join({"west": extract(WEST), "east": extract(EAST, "walk")})


def test_no_extract_is_refused():
    with pytest.raises(NetworkError, match="found no extract"):
        join({})
