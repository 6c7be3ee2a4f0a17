"""PHAST: costs from every node to a batch of places, by a climb and one sweep (Delling, Goldberg, Nowatzyk, Werneck).

Costs are held as (n, LANES), a lane for each place of the batch, so that one instruction advances many places and one
look at an arc serves them all. Nodes come in the order of the hierarchy, all upper neighbours before a node.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Flags, Ints, Singles
from app.access.sweep.customization import Lanes
from geodata.network.kernel import kernel

LANES = 32
"""Places searched together; as 16-bit numbers they fill one line of the processor's memory."""
WANTED = -2
"""Slot of an origin that will get a row."""


@kernel
def climb(first: Ints, head: Ints, down: Lanes, start: NDArray[np.int64], cost: Lanes, climbed: Flags) -> None:
    """Costs to the places over ways that only descend to them: from their nodes, up.

    Before: `start` holds the nodes of the places, `cost` their costs there and the largest number in all other lanes
    of these rows. After: `climbed` marks them and all above, and no other row of `cost` was touched.

    Ancestors of a node have lower positions, so going down from the highest position takes each node after all that
    climb to it.
    """
    width = cost.dtype.type
    most = width(np.iinfo(cost.dtype).max)
    climbed[:] = False
    last = -1
    for p in start:
        climbed[p] = True
        last = max(last, p)
    for p in range(last, -1, -1):
        if not climbed[p]:
            continue
        for e in range(first[p], first[p + 1]):
            a, w = head[e], down[e]
            if not climbed[a]:
                climbed[a] = True
                cost[a, :] = most
            if w == most:
                continue
            for lane in range(LANES):
                s = width(cost[p, lane] + w)
                s = most if s < w else s
                cost[a, lane] = min(cost[a, lane], s)


@kernel
def sweep(first: Ints, head: Ints, size: Ints, up: Lanes, limit: Any, cost: Lanes, climbed: Flags, live: Flags) -> None:
    """Costs to the places from every node, from the top down; subtrees beyond the limit are skipped.

    Before: as `climb` left it. After: where `live`, the row of `cost` is exact as far as the limit; elsewhere every
    cost is beyond it and the row means nothing.

    When node r is taken, its upper neighbours are done. If none of them is live, and no place climbed through r, then
    every way from the subtree of r passes a node beyond the limit: the whole stretch is left out.
    """
    width = cost.dtype.type
    most = width(np.iinfo(cost.dtype).max)
    live[:] = False
    p = 0
    while p < len(size):
        if not climbed[p]:
            cost[p, :] = most
        reached = climbed[p]
        for e in range(first[p], first[p + 1]):
            a, w = head[e], up[e]
            if not live[a]:
                continue
            reached = True
            if w > limit:
                continue
            for lane in range(LANES):
                s = width(cost[a, lane] + w)
                s = most if s < w else s
                cost[p, lane] = min(cost[p, lane], s)
        if not reached:
            p += size[p]
            continue
        least = most
        for lane in range(LANES):
            least = min(least, cost[p, lane])
        live[p] = least <= limit
        p += 1


@kernel
def reach(live: Flags, u: Ints, v: Ints, at_u: Lanes, at_v: Lanes, limit: Any, slot: Ints) -> None:
    """Mark the origins that a sweep reached by an end of their edge: `WANTED` in `slot`, -1 for the others."""
    for i in range(len(u)):
        near = (live[u[i]] and at_u[i] <= limit) or (live[v[i]] and at_v[i] <= limit)
        slot[i] = WANTED if near else -1


@kernel
def gather(
    cost: Lanes,
    live: Flags,
    u: Ints,
    v: Ints,
    at_u: Lanes,
    at_v: Lanes,
    limit: Any,
    order: Ints,
    slot: Ints,
    found: Lanes,
) -> None:
    """Costs from origins, by the ends of their edges, after a sweep.

    Before: `slot` has the row of `found` of every origin wanted, -1 for others; `order` goes through them as their
    edges lie in the hierarchy. After: what is within the limit is exact, the rest is beyond it.
    """
    width = cost.dtype.type
    most = width(np.iinfo(cost.dtype).max)
    for i in order:
        row = slot[i]
        if row < 0:
            continue
        by_u, by_v = live[u[i]] and at_u[i] <= limit, live[v[i]] and at_v[i] <= limit
        if by_u and by_v:
            a, b = at_u[i], at_v[i]
            for lane in range(LANES):
                s, t = width(cost[u[i], lane] + a), width(cost[v[i], lane] + b)
                s = most if s < a else s
                t = most if t < b else t
                found[row, lane] = min(s, t)
        elif by_u or by_v:
            end, w = (u[i], at_u[i]) if by_u else (v[i], at_v[i])
            for lane in range(LANES):
                s = width(cost[end, lane] + w)
                found[row, lane] = most if s < w else s
        else:
            found[row, :] = most


@kernel
def count(found: Lanes, limit: Any) -> NDArray[np.int64]:
    """(LANES,) costs within the limit in each lane."""
    counts = np.zeros(LANES, dtype=np.int64)
    for row in range(len(found)):
        for lane in range(LANES):
            counts[lane] += found[row, lane] <= limit
    return counts


@kernel
def emit(
    origin: Ints,
    found: Lanes,
    limit: Any,
    steps: int,
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    cell: Ints,
    value: Singles,
) -> None:
    """Write each lane's origins within the limit, ascending, and their costs in units to `start[lane]:end[lane]`.

    A tile of rows at a time stays near the processor while lane after lane is written in one stretch. What is beyond
    the limit is written too, and then overwritten: the place moves on only by what is kept, and stops at its end.
    """
    tile = 256
    for low in range(0, len(origin), tile):
        high = min(low + tile, len(origin))
        for lane in range(len(start)):
            at = start[lane]
            for row in range(low, high):
                if at == end[lane]:
                    break
                cell[at], value[at] = origin[row], np.float32(found[row, lane] / steps)
                at += found[row, lane] <= limit
            start[lane] = at
