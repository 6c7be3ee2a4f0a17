"""Pieces become edges. osmnx is the oracle: other code, the same convention."""

from itertools import pairwise

import networkx as nx
import numpy as np
import osmnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geodata.network.simplify import chains


def simplify(pieces, nodes):
    tail, head, both = (np.array(column) for column in zip(*pieces, strict=True)) if pieces else (np.zeros(0, int),) * 3
    return chains(tail.astype(np.int64), head.astype(np.int64), both.astype(bool), nodes)


def routes(pieces, nodes):
    """Every edge as the list of nodes it runs through and whether it is two-way."""
    made = simplify(pieces, nodes)
    found = []
    for first, last in zip(made.start[:-1], made.start[1:], strict=True):
        steps = [
            pieces[i][:2][::-1] if turned else pieces[i][:2]
            for i, turned in zip(made.piece[first:last], made.against[first:last], strict=True)
        ]
        assert all(one[1] == other[0] for one, other in pairwise(steps)), "pieces follow each other"
        found.append(([steps[0][0], *(step[1] for step in steps)], pieces[made.piece[first]][2]))
    return found


def test_nothing_makes_nothing():
    assert [] == routes([], 3)


def test_a_one_way_edge_runs_with_its_pieces():
    assert [([2, 1, 0], False)] == routes([(1, 0, False), (2, 1, False)], 3)


def test_two_rings_keep_one_node_each():
    pieces = [(0, 1, True), (1, 2, True), (2, 0, True), (5, 4, False), (4, 3, False), (3, 5, False)]
    assert [([0, 1, 2, 0], True), ([3, 5, 4, 3], False)] == sorted(routes(pieces, 6))


def test_two_pieces_between_the_same_two_nodes_keep_both():
    assert 2 == len(routes([(0, 1, True), (1, 0, True)], 2))


@st.composite
def networks(draw):
    """Up to 9 nodes and at most one piece between two of them; junctions, chains and rings of every shape occur."""
    nodes = draw(st.integers(2, 9))
    pairs = [(a, b) for a in range(nodes) for b in range(a)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, min_size=1, max_size=12))
    flips = draw(st.lists(st.booleans(), min_size=len(chosen), max_size=len(chosen)))
    both = draw(st.lists(st.booleans(), min_size=len(chosen), max_size=len(chosen)))
    pieces = [(b, a, two) if flip else (a, b, two) for (a, b), flip, two in zip(chosen, flips, both, strict=True)]
    return nodes, pieces


@given(networks())
def test_every_piece_is_in_one_edge_once(network):
    nodes, pieces = network
    assert list(range(len(pieces))) == sorted(simplify(pieces, nodes).piece.tolist())


@given(networks())
def test_pieces_of_an_edge_are_open_the_same_ways(network):
    nodes, pieces = network
    made = simplify(pieces, nodes)
    for first, last in zip(made.start[:-1], made.start[1:], strict=True):
        two_way = {pieces[i][2] for i in made.piece[first:last]}
        assert 1 == len(two_way)
        assert two_way == {True} or not made.against[first:last].any()


def costs(arcs, nodes):
    """All-pairs costs of directed arcs (from, to, cost)."""
    best = {}
    for a, b, cost in arcs:
        best[a, b] = min(cost, best.get((a, b), np.inf))
    tail, head = np.array(list(best)).T if best else np.zeros((2, 0), int)
    return dijkstra(coo_array((list(best.values()), (tail, head)), shape=(nodes, nodes)).tocsr())


@given(networks())
def test_simplifying_changes_no_shortest_way_between_what_is_left(network):
    nodes, pieces = network
    length = [2.0**i for i in range(len(pieces))]
    raw = [(a, b, length[i]) for i, (a, b, _) in enumerate(pieces)]
    raw += [(b, a, length[i]) for i, (a, b, two) in enumerate(pieces) if two]
    made = simplify(pieces, nodes)
    merged = []
    for (route, two), first, last in zip(routes(pieces, nodes), made.start[:-1], made.start[1:], strict=True):
        cost = sum(length[i] for i in made.piece[first:last])
        merged += [(route[0], route[-1], cost)] + ([(route[-1], route[0], cost)] if two else [])
    left = sorted({node for a, b, _ in merged for node in (a, b)})
    assert costs(raw, nodes)[np.ix_(left, left)].tolist() == costs(merged, nodes)[np.ix_(left, left)].tolist()


@given(networks())
def test_osmnx_keeps_the_same_edges_but_for_closed_rings(network):
    nodes, pieces = network
    theirs = nx.MultiDiGraph(crs="EPSG:25832")
    theirs.add_nodes_from((node, {"x": float(node), "y": float(node**2)}) for node in range(nodes))
    for i, (a, b, two) in enumerate(pieces):
        theirs.add_edge(a, b, length=2.0**i)
        if two:
            theirs.add_edge(b, a, length=2.0**i)
    theirs = osmnx.simplify_graph(theirs, remove_rings=True)
    made = simplify(pieces, nodes)
    ours = []
    for (route, two), first, last in zip(routes(pieces, nodes), made.start[:-1], made.start[1:], strict=True):
        cost = sum(2.0**i for i in made.piece[first:last])
        if route[0] == route[-1] and route[0] not in theirs:
            continue  # a closed ring: osmnx drops it, we keep it as a loop
        ours += [(route[0], route[-1], cost)] + ([(route[-1], route[0], cost)] if two else [])
    assert sorted((a, b, data["length"]) for a, b, data in theirs.edges(data=True)) == sorted(ours)


@pytest.mark.parametrize("pieces", [100_000])
def test_a_very_long_chain_is_one_edge(pieces):
    tail = np.random.default_rng(1).permutation(pieces).astype(np.int64)
    made = chains(tail, tail + 1, np.ones(pieces, dtype=bool), pieces + 1)
    assert [0, pieces] == made.start.tolist()
    step = np.where(made.against, tail[made.piece] + 1, tail[made.piece])
    assert {1} == set(np.abs(np.diff(step)).tolist())
