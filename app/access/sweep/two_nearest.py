"""The nearest group of places and the nearest other one from every node, in one climb and one sweep.

Every node holds two pairs (cost, group), least first, of different groups; of equal costs the lower group goes first.
That is enough: if two groups are nearer than a third at a node, they are nearer wherever a way through it leads.
"""

import numpy as np
from numpy.typing import NDArray

from app.access.costs import NEVER
from app.access.matrix import Ints
from geodata.network.kernel import kernel

Costs = NDArray[np.uint64]
NOT_REACHED = np.uint64(NEVER)


@kernel
def offer(cost: Costs, group: Ints, i: int, c: np.uint64, g: int) -> None:
    """Let place i know of group g at cost c."""
    if c >= NOT_REACHED:
        return
    if g == group[i, 0]:
        cost[i, 0] = min(cost[i, 0], c)
    elif c < cost[i, 0] or (c == cost[i, 0] and g < group[i, 0]):
        cost[i, 1], group[i, 1] = cost[i, 0], group[i, 0]
        cost[i, 0], group[i, 0] = c, g
    elif g == group[i, 1]:
        cost[i, 1] = min(cost[i, 1], c)
    elif c < cost[i, 1] or (c == cost[i, 1] and g < group[i, 1]):
        cost[i, 1], group[i, 1] = c, g


@kernel
def climb_two(first: Ints, head: Ints, down: Costs, cost: Costs, group: Ints) -> None:
    """From the bottom: nodes tell their upper neighbours what is reached by descending."""
    for p in range(len(first) - 2, -1, -1):
        if group[p, 0] < 0:
            continue
        for e in range(first[p], first[p + 1]):
            if down[e] < NOT_REACHED:
                for k in range(2):
                    offer(cost, group, head[e], cost[p, k] + down[e], group[p, k])


@kernel
def sweep_two(first: Ints, head: Ints, up: Costs, cost: Costs, group: Ints) -> None:
    """From the top: nodes learn from their upper neighbours, which know all by then."""
    for p in range(len(first) - 1):
        for e in range(first[p], first[p + 1]):
            if up[e] < NOT_REACHED:
                for k in range(2):
                    offer(cost, group, p, cost[head[e], k] + up[e], group[head[e], k])


@kernel
def offer_along(
    member: Ints, member_group: Ints, first: NDArray[np.int64], origin: Ints, along: Costs, cost: Costs, group: Ints
) -> None:
    """Let origins on a member's edge go straight to it."""
    for m in range(len(member)):
        for k in range(first[member[m]], first[member[m] + 1]):
            offer(cost, group, origin[k], along[k], member_group[m])


@kernel
def offer_by_ends(
    u: Ints, v: Ints, at_u: Costs, at_v: Costs, node_cost: Costs, node_group: Ints, cost: Costs, group: Ints
) -> None:
    """Let origins learn from the ends of their edges."""
    for i in range(len(u)):
        for k in range(2):
            offer(cost, group, i, node_cost[u[i], k] + at_u[i], node_group[u[i], k])
            offer(cost, group, i, node_cost[v[i], k] + at_v[i], node_group[v[i], k])


@kernel
def seed(node: Ints, at: Costs, place_group: Ints, cost: Costs, group: Ints) -> None:
    """Let nodes at the ends of places' edges know of the places' groups."""
    for i in range(len(node)):
        offer(cost, group, node[i], at[i], place_group[i])
