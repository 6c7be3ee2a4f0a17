"""Signals and give-way lines stand at the right end of the right street; ferries are counted and left out."""

import numpy as np
import pytest

from geodata.network.controls import ferry_lines
from geodata.network.graph import GIVE_WAY, NO_SIGN, SIGNALS, keep_nodes
from geodata.network.join import join
from geodata.network.osm import read_osm

NODES = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (300, 0), 5: (300, 100), 6: (300, -100), 7: (0, 100), 8: (0, -100)}
STREET = {"highway": "residential"}
WAYS = [([1, 2, 3, 4], STREET), ([5, 4, 6], STREET), ([7, 1, 8], STREET)]
"""A street of 300 m between two crossings, at nodes 1 and 4."""


def at_ends(graph):
    """What is met on arriving at node 1 and at node 4 along the street between."""
    ids = graph.node_id
    for e in range(graph.edges):
        ends = (int(ids[graph.u[e]]), int(ids[graph.v[e]]))
        if set(ends) == {1, 4}:
            found = dict(zip(ends, (int(graph.control_u[e]), int(graph.control_v[e])), strict=True))
            return found[1], found[4]
    raise AssertionError("no street between 1 and 4")


def town(osm_file, signs, ways=WAYS):
    return read_osm(osm_file(NODES, ways, signs=signs), ["drive"])["drive"]


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        ({}, (NO_SIGN, NO_SIGN)),
        ({3: {"highway": "give_way"}}, (NO_SIGN, GIVE_WAY)),
        ({2: {"highway": "stop"}}, (GIVE_WAY, NO_SIGN)),
        ({2: {"highway": "give_way", "direction": "forward"}}, (NO_SIGN, GIVE_WAY)),
        ({3: {"highway": "give_way", "direction": "backward"}}, (GIVE_WAY, NO_SIGN)),
        (
            {3: {"highway": "traffic_signals", "traffic_signals:direction": "forward", "direction": "backward"}},
            (0, SIGNALS),
        ),
        ({3: {"highway": "traffic_signals"}, 2: {"highway": "give_way", "direction": "forward"}}, (NO_SIGN, SIGNALS)),
        ({4: {"highway": "traffic_signals"}}, (NO_SIGN, SIGNALS)),
        ({4: {"highway": "give_way"}}, (NO_SIGN, NO_SIGN)),
        ({3: {"highway": "crossing"}, 2: {"barrier": "gate"}}, (NO_SIGN, NO_SIGN)),
    ],
)
def test_a_sign_is_met_at_the_end_it_stands_before(osm_file, signs, expected):
    """By its direction, else at the nearer end; a signal beats a sign; one on the junction is every arm's."""
    assert expected == at_ends(town(osm_file, signs))


def test_a_direction_is_that_of_the_way_whichever_way_the_edge_runs(osm_file):
    """The same street drawn from 4 to 1, and one-way against its own order."""
    sign = {2: {"highway": "give_way", "direction": "forward"}}
    turned = [([4, 3, 2, 1], STREET), *WAYS[1:]]
    against = [([4, 3, 2, 1], STREET | {"oneway": "-1"}), *WAYS[1:]]
    assert (GIVE_WAY, NO_SIGN) == at_ends(town(osm_file, sign, turned))
    assert (GIVE_WAY, NO_SIGN) == at_ends(town(osm_file, sign, against))


def test_a_one_way_street_meets_a_sign_without_direction_wherever_it_stands(osm_file):
    one_way = [([1, 2, 3, 4], STREET | {"oneway": "yes"}), *WAYS[1:]]
    assert (NO_SIGN, SIGNALS) == at_ends(town(osm_file, {2: {"highway": "traffic_signals"}}, one_way))


def test_signs_stay_with_their_edges_when_extracts_are_joined_and_nodes_dropped(osm_file):
    graph = town(osm_file, {3: {"highway": "give_way"}})
    assert (NO_SIGN, GIVE_WAY) == at_ends(join({"one": graph, "two": graph})[0])
    assert (NO_SIGN, GIVE_WAY) == at_ends(keep_nodes(graph, graph.node_id != 5))


def test_a_ferry_is_counted_and_in_no_network(osm_file):
    """The island behind it stays a component of its own, whatever the ferry says of its duration."""
    nodes = {**NODES, 20: (2000, 0), 21: (2100, 0), 22: (2100, 100)}
    ferry = ([4, 20], {"route": "ferry", "duration": "00:20", "motor_vehicle": "yes"})
    path = osm_file(nodes, [*WAYS, ferry, ([20, 21, 22], STREET)])
    assert 1 == ferry_lines(path)
    for graph in read_osm(path, ["drive", "bike", "walk"]).values():
        on = {int(i): int(c) for i, c in zip(graph.node_id, graph.component, strict=True)}
        assert on[4] != on[20]
        assert graph.length_m.max() < 400
    assert np.isin([4, 20], graph.node_id).all()
