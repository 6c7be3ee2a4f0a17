"""PHAST: costs from every node to a batch of places, by a climb and one sweep (Delling, Goldberg, Nowatzyk, Werneck).

Costs are held as (n, LANES), a lane for each place of the batch, so that one instruction advances many places and one
look at an arc serves them all. Nodes come in the order of the hierarchy, all upper neighbours before a node.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Flags, Ints, Singles
from app.access.sweep.customization import Lanes
from app.access.sweep.kernel import kernel

LANES = 32
"""Places searched together; as 16-bit numbers they fill one line of the processor's memory."""


@kernel
def climb(
    first: Ints, head: Ints, down: Lanes, start: NDArray[np.int64], cost: Lanes, climbed: Flags
) -> None:
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
def sweep(
    first: Ints, head: Ints, size: Ints, up: Lanes, limit: Any, cost: Lanes, climbed: Flags, live: Flags
) -> None:
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
def gather(
    cost: Lanes, live: Flags, u: Ints, v: Ints, at_u: Lanes, at_v: Lanes, limit: Any, found: Lanes, near: Flags
) -> None:
    """Costs from origins, by the ends of their edges, after a sweep.

    After: where `near`, the row of `found` (origins, LANES) is exact as far as the limit; elsewhere the ends say
    nothing within it and the row means nothing.
    """
    width = cost.dtype.type
    most = width(np.iinfo(cost.dtype).max)
    for i in range(len(u)):
        by_u = live[u[i]] and at_u[i] <= limit
        by_v = live[v[i]] and at_v[i] <= limit
        near[i] = by_u or by_v
        if not near[i]:
            continue
        if by_u and by_v:
            a, b = at_u[i], at_v[i]
            for lane in range(LANES):
                s, t = width(cost[u[i], lane] + a), width(cost[v[i], lane] + b)
                s = most if s < a else s
                t = most if t < b else t
                found[i, lane] = min(s, t)
            continue
        end, w = (u[i], at_u[i]) if by_u else (v[i], at_v[i])
        for lane in range(LANES):
            s = width(cost[end, lane] + w)
            found[i, lane] = most if s < w else s


@kernel
def lay_along(lane: int, origin: Ints, along: Lanes, found: Lanes, near: Flags) -> None:
    """Let origins on the edge of a lane's place go straight to it."""
    most = np.iinfo(found.dtype).max
    for k in range(len(origin)):
        i = origin[k]
        if not near[i]:
            near[i] = True
            found[i, :] = most
        found[i, lane] = min(found[i, lane], along[k])


@kernel
def compress(
    found: Lanes, near: Flags, limit: Any, lanes: int, steps: int
) -> tuple[NDArray[np.int64], Ints, Singles]:
    """Keep what is within the limit: (counts of each lane, origins, costs in units), lane after lane."""
    counts = np.zeros(LANES, dtype=np.int64)
    for i in range(len(near)):
        if near[i]:
            for lane in range(LANES):
                counts[lane] += found[i, lane] <= limit
    at = np.zeros(LANES, dtype=np.int64)
    for lane in range(1, lanes):
        at[lane] = at[lane - 1] + counts[lane - 1]
    kept = at[lanes - 1] + counts[lanes - 1]
    origin, value = np.empty(kept, dtype=np.int32), np.empty(kept, dtype=np.float32)
    for i in range(len(near)):
        if not near[i]:
            continue
        for lane in range(lanes):
            if found[i, lane] <= limit:
                origin[at[lane]], value[at[lane]] = i, np.float32(found[i, lane] / steps)
                at[lane] += 1
    return counts[:lanes].copy(), origin, value
