"""What junctions cost: delays on arriving and going on, and turns, in minutes.

A junction's *arms* are the ends of streets that meet there. An arm is (edge, end): end 0 lies at the edge's node u, end
1 at v. A trip arrives at a junction by one arm and goes on by another, or turns back into the same.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.network.graph import GIVE_WAY, SIGNALS, Flags, Floats, Graph, Ids, Ints
from geodata.network.profiles import Junction, Turn
from geodata.units import SECONDS_PER_MINUTE

SAME = 1e-9
"""Angles this near (radians) are equal: what rounding leaves of them."""


@dataclass(frozen=True)
class Turns:
    """Turns of a network, at the nodes where they take time.

    Parameters
    ----------
    split : (n,) whether turns at a node cost different times
    edge_in, end_in, edge_out, end_out : (t,) the arms by which a split node is reached and left
    minutes : (t,) what the turn takes
    """

    split: Flags
    edge_in: Ints
    end_in: Ints
    edge_out: Ints
    end_out: Ints
    minutes: Floats


def no_turns(graph: Graph) -> Turns:
    """Turns that cost nothing anywhere."""
    none = np.zeros(0, dtype=np.int32)
    return Turns(np.zeros(graph.nodes, dtype=bool), none, none, none, none, np.zeros(0))


def arms(graph: Graph, quiet: frozenset[str]) -> NDArray[np.int64]:
    """(n,) streets that meet at each node, those of the quiet classes not counted; a loop counts twice."""
    loud = ~np.isin(graph.highway, list(quiet))
    ends = np.concatenate([graph.u[loud], graph.v[loud]])
    return np.bincount(ends, minlength=graph.nodes)


def delays(graph: Graph, junction: Junction) -> Floats:
    """(2, e) minutes lost by traffic that arrives at end 0 or 1 of each edge and goes on from there.

    A signal delays whoever arrives by an arm that has one. Otherwise, where enough arms meet, whoever must give way is
    delayed (by a sign, or on a street of lower class than another arm), and the others by less.
    """
    seconds = np.zeros((2, graph.edges))
    rank = junction.rank_of(graph.highway)
    highest = np.zeros(graph.nodes, dtype=np.int64)
    for node in (graph.u, graph.v):
        np.maximum.at(highest, node, rank)
    meeting = arms(graph, junction.quiet) >= junction.arms
    for end, (node, control) in enumerate(((graph.u, graph.control_u), (graph.v, graph.control_v))):
        yields = (control == GIVE_WAY) | (rank < highest[node])
        seconds[end] = np.where(meeting[node], np.where(yields, junction.give_way_s, junction.other_s), 0.0)
        seconds[end][control == SIGNALS] = junction.signals_s
    return seconds / SECONDS_PER_MINUTE


def turns(graph: Graph, turn: Turn) -> Turns:
    """Every turn at every node where turns take time: straight on, right, left, or back into the same street.

    One-ways count here as other streets: a place at the junction itself may lie on one and go either way.
    """
    node = np.concatenate([graph.u, graph.v])
    main = np.tile(np.isin(graph.highway, list(turn.main)), 2)
    split = (arms(graph, turn.quiet) >= turn.arms) & (np.bincount(node[main], minlength=graph.nodes) > 0)
    arm = np.arange(2 * graph.edges)
    there = arm[split[node]]
    one, other = _pairs(node, there, there, graph.nodes)
    outward = _headings(graph)
    angle = (outward[other] - (outward[one] + np.pi) + np.pi) % (2 * np.pi) - np.pi
    bent = np.abs(angle) > np.radians(turn.straight_deg) + SAME
    left = (angle > 0) | (angle < SAME - np.pi)  # straight back into another street counts as left
    seconds = np.where(bent, np.where(left, turn.left_s, turn.right_s), 0.0)
    seconds[one == other] = turn.back_s
    edge_in, edge_out = (one % graph.edges).astype(np.int32), (other % graph.edges).astype(np.int32)
    end_in, end_out = (one // graph.edges).astype(np.int32), (other // graph.edges).astype(np.int32)
    return Turns(split, edge_in, end_in, edge_out, end_out, seconds / SECONDS_PER_MINUTE)


def _pairs(node: Ints, arriving: Ids, leaving: Ids, nodes: int) -> tuple[Ids, Ids]:
    """Every arriving arm with every leaving arm of the same node."""
    leaving = leaving[np.argsort(node[leaving], kind="stable")]
    count = np.bincount(node[leaving], minlength=nodes)
    first = np.cumsum(count) - count
    arriving = arriving[np.argsort(node[arriving], kind="stable")]
    each = count[node[arriving]]
    one = np.repeat(arriving, each)
    nth = np.arange(len(one)) - np.repeat(np.cumsum(each) - each, each)
    return one, leaving[np.repeat(first[node[arriving]], each) + nth]


def _headings(graph: Graph) -> Floats:
    """(2e,) direction in radians, counter-clockwise from east, in which each arm leaves its node."""
    first, last = graph.shape_start[:-1], graph.shape_start[1:] - 1
    xy = graph.shape_xy
    from_u, from_v = xy[first + 1] - xy[first], xy[last - 1] - xy[last]
    return np.concatenate([np.arctan2(d[:, 1], d[:, 0]) for d in (from_u, from_v)])
