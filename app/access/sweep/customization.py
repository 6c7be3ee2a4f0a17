"""Give a hierarchy the costs of one question: every arc the least cost of a way over lower nodes.

Customization (Dibbelt, Strasser and Wagner 2016). Afterwards, between any two nodes, some shortest way first climbs
the hierarchy and then descends. Costs are kept in the narrowest whole numbers that hold the cut-off, and additions
saturate: `least(most, a + b)`. Cutting off at `most` commutes with sums and minima, so what comes out below `most` is
exact and `most` itself means: at least that much, or no way.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.access.costs import Arcs
from app.access.matrix import Ints
from app.access.sweep.contraction import Hierarchy
from geodata.network.kernel import kernel

Lanes = NDArray[Any]
"""Costs as uint16, uint32 or uint64."""
WIDTHS = (np.uint16, np.uint32, np.uint64)


@dataclass(frozen=True)
class Metric:
    """Costs of a hierarchy's arcs.

    Parameters
    ----------
    up : (a,) cost from the lower to the upper node, in the direction of travel
    down : (a,) cost from the upper to the lower node
    """

    up: Lanes
    down: Lanes


def width_for(limit: int) -> type[Any]:
    """The narrowest type that holds every cost within a limit, and one more that means beyond it."""
    return next(width for width in WIDTHS if limit < np.iinfo(width).max)


def saturated(cost: NDArray[np.int64], width: type[Any]) -> Lanes:
    """Costs in a type; those it does not hold become its largest number."""
    return np.minimum(cost.astype(np.uint64), np.uint64(np.iinfo(width).max)).astype(width)


def customize(hierarchy: Hierarchy, arcs: Arcs, width: type[Any]) -> Metric:
    """The costs of a hierarchy for the arcs of its network, in a type of whole numbers."""
    most = np.iinfo(width).max
    up, down = np.full((2, hierarchy.arcs), most, dtype=width)
    tail, head = hierarchy.position[arcs.tail], hierarchy.position[arcs.head]
    _respect(hierarchy.first, hierarchy.head, tail, head, saturated(arcs.cost, width), up, down)
    _customize(hierarchy.first, hierarchy.head, up, down)
    return Metric(up, down)


@kernel
def _respect(first: Ints, upper: Ints, tail: Ints, head: Ints, cost: Lanes, up: Lanes, down: Lanes) -> None:
    """Lay the streets on the hierarchy: of parallel ones the cheapest; loops lead nowhere."""
    for i in range(len(tail)):
        low, high = max(tail[i], head[i]), min(tail[i], head[i])
        if low == high:
            continue
        e = first[low] + np.searchsorted(upper[first[low] : first[low + 1]], high)
        if tail[i] == low:
            up[e] = min(up[e], cost[i])
        else:
            down[e] = min(down[e], cost[i])


@kernel
def _customize(first: Ints, head: Ints, up: Lanes, down: Lanes) -> None:
    """Go through the lower triangles p - a - b, with b above a above p, the lowest p first.

    Before p is taken, the arcs between p and its upper neighbours have their final costs.
    """
    width = up.dtype.type
    most = np.iinfo(up.dtype).max
    for p in range(len(first) - 2, -1, -1):
        for i in range(first[p] + 1, first[p + 1]):
            k = first[head[i]]
            for j in range(first[p], i):
                while head[k] != head[j]:
                    k += 1
                rise, fall = width(down[i] + up[j]), width(down[j] + up[i])
                rise = width(most) if rise < up[j] else rise
                fall = width(most) if fall < up[i] else fall
                up[k], down[k] = min(up[k], rise), min(down[k], fall)
