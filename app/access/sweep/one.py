"""PHAST for a single place: one lane instead of many, for the one practice that a planner drags.

The invariants are those of `phast`; here no cost beyond the limit is ever written, so that the largest number alone
says where a place is out of reach.
"""

from typing import Any

import numpy as np

from app.access.matrix import Flags, Ints, Singles
from app.access.sweep.customization import Lanes
from app.access.sweep.question import Question
from geodata.network.kernel import kernel

FEW = 4
"""Up to this many places are searched one by one; more are cheaper together."""


def answer_one(q: Question, place: int) -> tuple[Ints, Singles]:
    """Origins within the limit of a place, ascending, and their costs in units."""
    tree, metric, ways = q.hierarchy, q.metric, q.leaving
    width = metric.up.dtype.type
    limit, most = width(q.limit), np.iinfo(width).max
    cost, climbed = np.full(tree.nodes, most, dtype=width), np.zeros(tree.nodes, dtype=np.bool_)
    ends = (q.reaching.u[place], q.reaching.at_u[place]), (q.reaching.v[place], q.reaching.at_v[place])
    for node, at in ends:
        cost[node] = min(cost[node], at) if at <= limit else cost[node]
    climb_one(tree.first, tree.head, metric.down, limit, max(node for node, _ in ends), cost, climbed)
    sweep_one(tree.first, tree.head, tree.size, metric.up, limit, cost, climbed)
    found = np.full(len(ways.u), most, dtype=width)
    offer_by_ends(ways.u, ways.v, ways.at_u, ways.at_v, limit, cost, found)
    own = slice(q.along_first[place], q.along_first[place + 1])
    found[q.along_origin[own]] = np.minimum(found[q.along_origin[own]], q.along[own])
    origin = np.flatnonzero(found <= limit).astype(np.int32)
    return origin, (found[origin] / q.steps).astype(np.float32)


@kernel
def climb_one(first: Ints, head: Ints, down: Lanes, limit: Any, low: int, cost: Lanes, climbed: Flags) -> None:
    """Costs to the place over ways that only descend to it: from the lower end of its edge up to the root.

    The other end is an upper neighbour of `low`, and so lies on its path, like everything that can be climbed to.
    """
    p = low
    while p >= 0:
        climbed[p] = True
        for e in range(first[p], first[p + 1]):
            if cost[p] <= limit and down[e] <= limit and cost[p] + down[e] <= limit:
                cost[head[e]] = min(cost[head[e]], cost[p] + down[e])
        p = head[first[p + 1] - 1] if first[p + 1] > first[p] else -1


@kernel
def sweep_one(first: Ints, head: Ints, size: Ints, up: Lanes, limit: Any, cost: Lanes, climbed: Flags) -> None:
    """Costs to the place from every node within the limit, from the top down; other subtrees are skipped."""
    p = 0
    while p < len(size):
        reached = climbed[p]
        for e in range(first[p], first[p + 1]):
            if cost[head[e]] <= limit:
                reached = True
                if up[e] <= limit and cost[head[e]] + up[e] <= limit:
                    cost[p] = min(cost[p], cost[head[e]] + up[e])
        p += 1 if reached else size[p]


@kernel
def offer_by_ends(u: Ints, v: Ints, at_u: Lanes, at_v: Lanes, limit: Any, cost: Lanes, found: Lanes) -> None:
    """Costs from origins, by the ends of their edges."""
    for i in range(len(u)):
        if cost[u[i]] <= limit and at_u[i] <= limit and cost[u[i]] + at_u[i] <= limit:
            found[i] = cost[u[i]] + at_u[i]
        if cost[v[i]] <= limit and at_v[i] <= limit and cost[v[i]] + at_v[i] <= limit:
            found[i] = min(found[i], cost[v[i]] + at_v[i])
