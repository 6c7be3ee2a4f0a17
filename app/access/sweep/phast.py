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

LANES = 64
"""Places searched together: as 16-bit numbers they fill two lines of the processor's memory. With fewer, a compiler
unrolls the loop over lanes instead of taking many at once; with more, costs outgrow the memory near the processor."""
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
    every way from the subtree of r passes a node beyond the limit: the whole stretch is left out. Costs of the node in
    hand lie apart from the others (`own`), so that no sum waits for a number that was just written.
    """
    width = cost.dtype.type
    most, own = width(np.iinfo(cost.dtype).max), np.empty(LANES, dtype=cost.dtype)
    live[:] = False
    p = 0
    while p < len(size):
        reached, here = climbed[p], np.uint64(p)
        for lane in range(LANES):
            own[lane] = cost[here, lane] if reached else most
        for e in range(first[p], first[p + 1]):
            a, w = np.uint64(head[e]), up[e]
            if not live[a]:
                continue
            reached, rest = True, width(most - w)
            for lane in range(LANES):
                own[lane] = min(own[lane], width(min(cost[a, lane], rest) + w))
        if not reached:
            p += size[p]
            continue
        least = most
        for lane in range(LANES):
            cost[here, lane] = own[lane]
            least = min(least, own[lane])
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
    """(LANES,) costs within the limit in each lane; a tile at a time, in numbers as narrow as the costs."""
    counts, near = np.zeros(LANES, dtype=np.int64), np.empty(LANES, dtype=found.dtype)
    for low in range(0, len(found), TILE):
        near[:] = 0
        for row in range(low, min(low + TILE, len(found))):
            here = np.uint64(row)
            for lane in range(LANES):
                near[lane] += found[here, lane] <= limit
        for lane in range(LANES):
            counts[lane] += near[lane]
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
    tile, kept = np.empty((LANES, TILE), dtype=found.dtype), np.empty(TILE, dtype=np.int32)
    for low in range(0, len(origin), TILE):
        size = min(TILE, len(origin) - low)
        for i in range(size):
            here, there = np.uint64(low + i), np.uint64(i)
            for lane in range(LANES):
                tile[lane, there] = found[here, lane]
        for lane in range(len(start)):
            near = _near(tile[lane, :size], origin[low : low + size], limit, kept, number)
            at = start[lane]
            for i in range(near):
                cell[np.uint64(at + i)] = kept[i]
            for i in range(near):
                value[np.uint64(at + i)] = number[i] / steps
            start[lane] = at + near


@kernel
def _near(cost: Lanes, origin: Ints, limit: Any, kept: Ints, number: NDArray[Any]) -> int:
    """Move the origins within the limit to the front of `kept` and their costs to that of `number`; says how many."""
    width = cost.dtype.type
    nearest, farthest = width(np.iinfo(cost.dtype).max), width(0)
    for i in range(len(cost)):
        nearest, farthest = min(nearest, cost[i]), max(farthest, cost[i])
    if farthest <= limit:
        for i in range(len(cost)):
            kept[i], number[i] = origin[i], cost[i]
        return len(cost)
    near = 0
    if nearest <= limit:
        for i in range(len(cost)):
            kept[near], number[near] = origin[i], cost[i]
            near += cost[i] <= limit
    return near


@kernel
def mark_along(batch: Ints, first: NDArray[np.int64], along: Ints, slot: Ints) -> None:
    """Mark the origins on the edges of a batch's places as `WANTED` in `slot`; `first` and `along` as in `Along`."""
    for place in batch:
        for k in range(first[place], first[place + 1]):
            slot[along[k]] = WANTED


@kernel
def gather_along(batch: Ints, first: NDArray[np.int64], along: Ints, at: Lanes, slot: Ints, found: Lanes) -> None:
    """Take the cost straight along the edge, `at`, where it is less than what `gather` found."""
    for lane in range(len(batch)):
        for k in range(first[batch[lane]], first[batch[lane] + 1]):
            row = slot[along[k]]
            found[row, lane] = min(found[row, lane], at[k])
