"""One question put to a hierarchy: everything a part of the answer needs, as arrays that can be shipped elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.access.costs import Costs
from app.access.matrix import Ints, Singles
from app.access.sweep.contraction import Hierarchy
from app.access.sweep.customization import Lanes, Metric, saturated
from app.access.sweep.phast import LANES, climb, compress, gather, lay_along, sweep


@dataclass(frozen=True)
class Ways:
    """Legs in positions of the hierarchy and numbers of the metric's type."""

    u: Ints
    v: Ints
    at_u: Lanes
    at_v: Lanes


@dataclass(frozen=True)
class Question:
    """Costs from all origins to many destinations, as far as a limit.

    Parameters
    ----------
    hierarchy, metric : of the network
    leaving, reaching : of the origins and the destinations
    along_first, along_origin, along : as `Along`, in the metric's type
    limit : largest cost asked for, in steps, inclusive; less than the type's largest number
    steps : steps in a unit
    """

    hierarchy: Hierarchy
    metric: Metric
    leaving: Ways
    reaching: Ways
    along_first: NDArray[np.int64]
    along_origin: Ints
    along: Lanes
    limit: int
    steps: int


@dataclass(frozen=True)
class Rows:
    """Answer for some destinations: `counts[k]` origins of the k-th one, ascending, and their costs in units."""

    counts: NDArray[np.int64]
    origin: Ints
    value: Singles


def make_question(hierarchy: Hierarchy, metric: Metric, costs: Costs, limit: int) -> Question:
    """Bring the costs of trips into a hierarchy's order and a metric's type."""
    width = metric.up.dtype.type
    leaving, reaching = (
        Ways(
            _positions(hierarchy, legs.u),
            _positions(hierarchy, legs.v),
            saturated(legs.at_u, width),
            saturated(legs.at_v, width),
        )
        for legs in (costs.leaving, costs.reaching)
    )
    along = costs.along
    return Question(
        hierarchy, metric, leaving, reaching, along.first, along.origin, saturated(along.cost, width), limit, costs.steps
    )


def _positions(hierarchy: Hierarchy, node: Ints) -> Ints:
    return hierarchy.position[node] if hierarchy.nodes else np.zeros_like(node)


def answer(question: Question, destinations: Sequence[Ints]) -> list[Rows]:
    """Rows of batches of at most `LANES` destinations; the arrays of the search are used again and again."""
    nodes, origins = question.hierarchy.nodes, len(question.leaving.u)
    width = question.metric.up.dtype
    cost, found = np.empty((nodes, LANES), dtype=width), np.empty((origins, LANES), dtype=width)
    climbed, live, near = (np.empty(n, dtype=np.bool_) for n in (nodes, nodes, origins))
    return [_batch(question, batch, cost, climbed, live, found, near) for batch in destinations]


def _batch(q: Question, batch: Ints, cost: Lanes, climbed: Any, live: Any, found: Lanes, near: Any) -> Rows:
    limit = q.metric.up.dtype.type(q.limit)
    tree = q.hierarchy
    climb(tree.first, tree.head, q.metric.down, _start(q, batch, cost), cost, climbed)
    sweep(tree.first, tree.head, tree.size, q.metric.up, limit, cost, climbed, live)
    ways = q.leaving
    gather(cost, live, ways.u, ways.v, ways.at_u, ways.at_v, limit, found, near)
    for lane, place in enumerate(batch):
        own = slice(q.along_first[place], q.along_first[place + 1])
        lay_along(lane, q.along_origin[own], q.along[own], found, near)
    return Rows(*compress(found, near, limit, len(batch), q.steps))


def _start(q: Question, batch: Ints, cost: Lanes) -> NDArray[np.int64]:
    """Put the places of a batch at the ends of their edges, a lane each; returns those nodes."""
    ends = (q.reaching.u[batch], q.reaching.at_u[batch]), (q.reaching.v[batch], q.reaching.at_v[batch])
    start = np.concatenate([node for node, _ in ends]).astype(np.int64)
    cost[start] = np.iinfo(cost.dtype).max
    for node, at in ends:
        lane = np.arange(len(batch))
        cost[node, lane] = np.minimum(cost[node, lane], at)
    return start
