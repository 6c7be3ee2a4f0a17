"""PHAST for a single place: one lane instead of many, for the one practice that a planner drags.

The invariants are those of `phast`, with three differences. No cost beyond the limit is ever written, so that the
largest number alone says where a place is out of reach. Every origin says how far it asks: a subtree that is entered
only at costs beyond what anything in it asks for is skipped. And origins are served from the nodes they hang on as soon
as these are done, so that what is skipped costs them nothing either.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Flags, Floats, Ints, Singles
from app.access.sweep.customization import Lanes
from app.access.sweep.question import Question
from geodata.network.kernel import kernel

FEW = 4
"""Up to this many places are searched one by one; more are cheaper together."""


@dataclass(frozen=True)
class Asked:
    """How far is asked, in steps: by each origin, and at most by any origin at or below each node."""

    by_origin: Lanes
    below: Lanes


def ask(q: Question, enough: Floats | float) -> Asked:
    """How far origins ask, given in units, no farther than the question's limit."""
    width, ways, tree = q.metric.up.dtype.type, q.origins.ways, q.hierarchy
    steps = np.floor(np.broadcast_to(np.asarray(enough, dtype=float), len(ways.u)) * q.steps + 1e-6)
    limit = max(q.limit, 0)
    own = np.minimum(np.clip(steps, 0, limit).astype(np.int64), limit).astype(width)
    below = np.zeros(tree.nodes, dtype=width)
    most_below(ways.u, ways.v, own, tree.first, tree.head, below)
    return Asked(own, below)


def ask_all(q: Question, asked: Asked, boundless: NDArray[np.intp]) -> Asked:
    """The same, and some origins ask as far as the question's limit."""
    width, ways, tree = q.metric.up.dtype.type, q.origins.ways, q.hierarchy
    own, below, limit = asked.by_origin.copy(), asked.below.copy(), width(max(q.limit, 0))
    own[boundless] = limit
    for node in (ways.u, ways.v) if tree.nodes else ():
        raise_above(node[boundless], limit, tree.first, tree.head, below)
    return Asked(own, below)


def answer_one(q: Question, place: int, asked: Asked) -> tuple[Ints, Singles]:
    """Origins that a place is near enough to, ascending, and their costs in units."""
    tree, metric, hung = q.hierarchy, q.metric, q.origins.hung
    width = metric.up.dtype.type
    limit, most = width(q.limit), np.iinfo(width).max
    cost, climbed = np.full(tree.nodes, most, dtype=width), np.zeros(tree.nodes, dtype=np.bool_)
    ends = (q.reaching.u[place], q.reaching.at_u[place]), (q.reaching.v[place], q.reaching.at_v[place])
    for node, at in ends:
        cost[node] = min(cost[node], at) if at <= limit else cost[node]
    for node in sorted((node for node, _ in ends), reverse=True):
        if not climbed[node]:  # else it lies on the path of the other end, as it does unless junctions are taken apart
            climb_one(tree.first, tree.head, metric.down, limit, node, cost, climbed)
    found = np.full(len(asked.by_origin), most, dtype=width)
    own = slice(q.along_first[place], q.along_first[place + 1])
    found[q.along_origin[own]] = q.along[own]
    sweep_one(
        tree.first, tree.head, tree.size, metric.up, asked.below, cost, climbed, hung.first, hung.origin, hung.at, found
    )
    origin = np.flatnonzero(found <= asked.by_origin).astype(np.int32)
    return origin, (found[origin] / q.steps).astype(np.float32)


@kernel
def most_below(u: Ints, v: Ints, own: Lanes, first: Ints, head: Ints, below: Lanes) -> None:
    """What origins ask for, at the ends of their edges and all above these; `below` is nought before."""
    for i in range(len(u)):
        below[u[i]] = max(below[u[i]], own[i])
        below[v[i]] = max(below[v[i]], own[i])
    for p in range(len(first) - 2, -1, -1):
        if first[p + 1] > first[p]:
            parent = head[first[p + 1] - 1]
            below[parent] = max(below[parent], below[p])


@kernel
def raise_above(node: Ints, limit: Any, first: Ints, head: Ints, below: Lanes) -> None:
    """Let nodes and all above them ask as far as the limit."""
    for i in range(len(node)):
        p = node[i]
        while p >= 0 and below[p] < limit:
            below[p] = limit
            p = head[first[p + 1] - 1] if first[p + 1] > first[p] else -1


@kernel
def climb_one(first: Ints, head: Ints, down: Lanes, limit: Any, low: int, cost: Lanes, climbed: Flags) -> None:
    """Costs to the place over ways that only descend to it: from an end of its edge up to the root.

    Everything that can be climbed to from `low` lies on that path. Where two paths meet, the later one carries on what
    the earlier one left.
    """
    p = low
    while p >= 0:
        climbed[p] = True
        for e in range(first[p], first[p + 1]):
            if cost[p] <= limit and down[e] <= limit and cost[p] + down[e] <= limit:
                cost[head[e]] = min(cost[head[e]], cost[p] + down[e])
        p = head[first[p + 1] - 1] if first[p + 1] > first[p] else -1


@kernel
def sweep_one(
    first: Ints,
    head: Ints,
    size: Ints,
    up: Lanes,
    below: Lanes,
    cost: Lanes,
    climbed: Flags,
    hung_first: NDArray[np.int64],
    hung: Ints,
    hung_at: Lanes,
    found: Lanes,
) -> None:
    """Costs to the place from every node, from the top down, as far as anything below asks; the rest is skipped.

    What is asked never grows on the way down, so a cost too large for a node is too large for all below it. Origins
    learn their costs from the nodes they hang on; `found` holds what they know already.
    """
    width = cost.dtype.type
    most = width(np.iinfo(cost.dtype).max)
    p = 0
    while p < len(size):
        asked, least, nearest = below[p], cost[p], most
        for e in range(first[p], first[p + 1]):
            above = cost[head[e]]
            s = width(above + up[e])
            s = most if s < above else s
            nearest, least = min(nearest, above), min(least, s)
        if nearest > asked and not climbed[p]:
            p += size[p]
            continue
        if least <= asked:
            cost[p] = least
            for k in range(hung_first[p], hung_first[p + 1]):
                s = width(least + hung_at[k])
                found[hung[k]] = min(found[hung[k]], most if s < least else s)
        p += 1
