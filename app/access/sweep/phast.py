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
TILE = 256
"""Origins whose costs are turned round at a time."""
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
        reached, here = climbed[p], np.uint64(p)
        for e in range(first[p], first[p + 1]):
            a, w = head[e], up[e]
            if not live[a]:
                continue
            reached = True
            if w > limit:
                continue
            above, rest = np.uint64(a), width(most - w)
            for lane in range(LANES):
                cost[here, lane] = min(cost[here, lane], width(min(cost[above, lane], rest) + w))
        if not reached:
            p += size[p]
            continue
        least = most
        for lane in range(LANES):
            least = min(least, cost[here, lane])
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

    Before: `slot` has the row of `found` of every origin wanted, -1 for others; u, v, at_u and at_v go through the
    origins as their edges lie in the hierarchy, which is `order`. After: what is within the limit is exact, the rest is
    beyond it.

    A sum stops at the type's largest number as least(c, most - w) + w, which never wraps around, and rows are asked for
    by unsigned numbers, which are never counted from the end: two instructions for all lanes.
    """
    width = cost.dtype.type
    most = width(np.iinfo(cost.dtype).max)
    for i in range(len(order)):
        row = slot[order[i]]
        if row < 0:
            continue
        a = at_u[i] if live[u[i]] and at_u[i] <= limit else most
        b = at_v[i] if live[v[i]] and at_v[i] <= limit else most
        by_u, by_v, here, rest_a, rest_b = (
            np.uint64(u[i]),
            np.uint64(v[i]),
            np.uint64(row),
            width(most - a),
            width(most - b),
        )
        for lane in range(LANES):
            s, t = width(min(cost[by_u, lane], rest_a) + a), width(min(cost[by_v, lane], rest_b) + b)
            found[here, lane] = min(s, t)


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
    steps: Any,
    start: NDArray[np.int64],
    cell: Ints,
    value: Singles,
    number: NDArray[Any],
) -> None:
    """Write each lane's origins within the limit, ascending, and their costs in units from `start[lane]` on.

    A tile of rows at a time is turned round near the processor, so that a lane is divided and written in one stretch.
    `number` (TILE,) and `steps` are of one type. It is single where that holds every cost: the quotient is then the
    double one, rounded (Figueroa 1995, SIGNUM Newsletter 30(3)), for less than half the work.
    """
    tile, kept, quotient = np.empty((LANES, TILE), found.dtype), np.empty(TILE, np.int32), np.empty(TILE, np.float32)
    for low in range(0, len(origin), TILE):
        size = min(TILE, len(origin) - low)
        for i in range(size):
            here, there = np.uint64(low + i), np.uint64(i)
            for lane in range(LANES):
                tile[lane, there] = found[here, lane]
        for lane in range(len(start)):
            at, farthest, near = start[lane], found.dtype.type(0), 0
            for i in range(size):
                farthest = max(farthest, tile[lane, i])
                number[i] = tile[lane, i]
            for i in range(size):
                quotient[i] = number[i] / steps
            if farthest <= limit:
                near = size
                cell[at : at + near], value[at : at + near] = origin[low : low + near], quotient[:near]
            else:
                for i in range(size):
                    kept[near], quotient[near] = origin[low + i], quotient[i]
                    near += tile[lane, i] <= limit
                cell[at : at + near], value[at : at + near] = kept[:near], quotient[:near]
            start[lane] = at + near
