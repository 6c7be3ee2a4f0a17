"""Merging street pieces into edges between real junctions and ends, by the convention of osmnx.

A node goes when exactly two pieces meet there, from two different neighbours, and traffic can only pass straight
through: both pieces open both ways, or one leading in and one leading out. Loops and parallel edges survive. A closed
ring without any junction keeps its lowest node (osmnx drops such rings).

Boeing, G. (2025). Topological graph simplification solutions to the street intersection miscount problem. Transactions
in GIS 29(3), e70037.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.network.graph import Flags, Ids


@dataclass(frozen=True)
class Chains:
    """Pieces in the order in which they make edges.

    Parameters
    ----------
    start : (e+1,) edge i is made of entries `start[i]:start[i+1]` of the two arrays below
    piece : (s,) every piece once
    against : (s,) whether the edge runs against the piece's own direction
    """

    start: Ids
    piece: Ids
    against: Flags


def chains(tail: Ids, head: Ids, both: Flags, nodes: int) -> Chains:
    """Find which pieces make one edge and in which order.

    Parameters
    ----------
    tail, head : (s,) nodes of each piece; a one-way piece leads from tail to head
    both : (s,) whether a piece is open both ways
    nodes : number of nodes

    Notes
    -----
    Each piece is two half-pieces, h along and h + s against it. At a node that goes, each half-piece leading in has one
    half-piece leading on; doubling these pointers finds every half-piece's last one and how far off it is.
    """
    pieces = len(tail)
    half_tail, half_head = np.concatenate([tail, head]), np.concatenate([head, tail])
    order = np.argsort(half_tail, kind="stable")
    passing = _passing(half_tail, half_head, both, order, nodes)
    following = np.arange(2 * pieces)
    out = order[passing[half_tail[order]]].reshape(-1, 2)
    following[(out[:, 0] + pieces) % (2 * pieces)] = out[:, 1]
    following[(out[:, 1] + pieces) % (2 * pieces)] = out[:, 0]
    last, ahead = _last(following)
    first = np.flatnonzero(~passing[half_tail])
    first = first[first <= (last[first] + pieces) % (2 * pieces)]
    return _in_order(first, last, ahead, pieces)


def _in_order(first: Ids, last: Ids, ahead: Ids, pieces: int) -> Chains:
    """The half-pieces of the chains that begin with `first`, one chain after the other."""
    edge_of = np.full(2 * pieces, -1, dtype=np.int64)
    edge_of[last[first]] = np.arange(len(first))
    edge = edge_of[last]
    half = np.flatnonzero(edge >= 0)
    half = half[np.lexsort([-ahead[half], edge[half]])]
    start = np.concatenate([[0], np.cumsum(ahead[first] + 1)]).astype(np.int64)
    return Chains(start, half % max(pieces, 1), half >= pieces)


def _passing(half_tail: Ids, half_head: Ids, both: Flags, order: Ids, nodes: int) -> Flags:
    """(nodes,) whether traffic can only pass straight through, with one node of every closed ring made an exception."""
    pieces = len(both)
    degree = np.bincount(half_tail, minlength=nodes)
    two = order[(degree == 2)[half_tail[order]]].reshape(-1, 2)
    one, other = two[:, 0], two[:, 1]
    through = both[one % pieces] == both[other % pieces] if pieces else np.zeros(0, dtype=bool)
    through &= both[one % max(pieces, 1)] | ((one < pieces) != (other < pieces))
    through &= (half_head[one] != half_head[other]) & (half_head[one] != half_tail[one])
    passing = np.zeros(nodes, dtype=bool)
    passing[half_tail[one[through]]] = True
    passing[_ring_nodes(half_tail[:pieces], half_head[:pieces], passing)] = False
    return passing


def _ring_nodes(tail: Ids, head: Ids, passing: Flags) -> Ids:
    """The lowest node of each connected piece of network in which every node would go."""
    nodes = len(passing)
    links = coo_array((np.ones(len(tail)), (tail, head)), shape=(nodes, nodes))
    label = connected_components(links, directed=False)[1]
    held = np.bincount(label, weights=~passing) > 0
    in_ring = np.flatnonzero(~held[label])
    return in_ring[np.unique(label[in_ring], return_index=True)[1]]


def _last(following: Ids) -> tuple[Ids, Ids]:
    """The last half-piece of each half-piece's chain, and how many steps ahead it is."""
    last = following.copy()
    ahead = (following != np.arange(len(following))).astype(np.int64)
    while True:
        further = last[last]
        if np.array_equal(further, last):
            return last, ahead
        ahead += ahead[last]
        last = further
