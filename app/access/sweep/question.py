"""One question put to a hierarchy: everything a part of the answer needs, as arrays that can be shipped elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.access.costs import STEPS, ByEdge, Legs, along_edges, by_edge, leaving_legs, reaching_legs
from app.access.matrix import Flags, Ints
from app.access.sweep.contraction import Hierarchy
from app.access.sweep.customization import Lanes, Metric, saturated
from app.access.sweep.phast import LANES, WANTED, climb, count, gather, gather_along, mark_along, reach, sweep
from app.access.trips import Trips


@dataclass(frozen=True)
class Ways:
    """Legs in positions of the hierarchy and numbers of the metric's type."""

    u: Ints
    v: Ints
    at_u: Lanes
    at_v: Lanes


@dataclass(frozen=True)
class Origins:
    """Origins brought into a hierarchy's order and a metric's type: the part that many questions share.

    Parameters
    ----------
    ways : to the ends of their edges
    order : origins as their edges lie in the hierarchy
    by_edge : origins as their edges are numbered
    nodes : of the hierarchy
    """

    ways: Ways
    order: Ints
    by_edge: ByEdge
    nodes: int

    @cached_property
    def lined_up(self) -> Ways:
        """`ways` in the order of `order`."""
        return Ways(*(part[self.order] for part in (self.ways.u, self.ways.v, self.ways.at_u, self.ways.at_v)))

    @cached_property
    def hung(self) -> "Hung":
        """The origins by the nodes at the ends of their edges; for places that are searched alone."""
        u_v, ways = np.concatenate([self.ways.u, self.ways.v]), self.ways
        at = np.concatenate([ways.at_u, ways.at_v])
        used = np.flatnonzero(at < np.iinfo(at.dtype).max)
        order = used[np.argsort(u_v[used], kind="stable")]
        first = np.concatenate([[0], np.cumsum(np.bincount(u_v[used], minlength=self.nodes))]).astype(np.int64)
        return Hung(first, (order % max(len(ways.u), 1)).astype(np.int32), at[order])


@dataclass(frozen=True)
class Hung:
    """Origins hung on the nodes that their trips may begin by.

    Parameters
    ----------
    first : (nodes+1,) int64; those of node p are `origin[first[p]:first[p+1]]`
    origin : (k,) int32
    at : (k,) cost from the origin to the node
    """

    first: NDArray[np.int64]
    origin: Ints
    at: Lanes


@dataclass(frozen=True)
class Question:
    """Costs from all origins to many destinations, as far as a limit.

    Parameters
    ----------
    hierarchy, metric : of the network
    origins : where trips begin
    reaching : of the destinations
    along_first, along_origin, along : as `Along`, in the metric's type
    limit : largest cost asked for, in steps, inclusive; less than the type's largest number
    steps : steps in a unit
    """

    hierarchy: Hierarchy
    metric: Metric
    origins: Origins
    reaching: Ways
    along_first: NDArray[np.int64]
    along_origin: Ints
    along: Lanes
    limit: int
    steps: int


@dataclass(frozen=True)
class Rows:
    """Answer for a batch of destinations.

    Parameters
    ----------
    origin : (k,) int32 origins in reach of any of them, ascending
    cost : (k, LANES) in steps, exact as far as the limit
    counts : (destinations,) origins within the limit of each
    """

    origin: Ints
    cost: Lanes
    counts: NDArray[np.int64]


def make_origins(trips: Trips, hierarchy: Hierarchy, width: type[Any]) -> Origins:
    """Bring the origins of trips into a hierarchy's order and a type of whole numbers."""
    ways = _ways(leaving_legs(trips), hierarchy, width)
    order = np.argsort(np.maximum(ways.u, ways.v), kind="stable").astype(np.int32)
    return Origins(ways, order, by_edge(trips.origins), hierarchy.nodes)


def make_question(trips: Trips, hierarchy: Hierarchy, metric: Metric, origins: Origins, limit: int) -> Question:
    """Bring the destinations of trips into a hierarchy's order and a metric's type."""
    width = metric.up.dtype.type
    along = along_edges(trips, origins.by_edge)
    return Question(
        hierarchy,
        metric,
        origins,
        _ways(reaching_legs(trips), hierarchy, width),
        along.first,
        along.origin,
        saturated(along.cost, width),
        limit,
        STEPS[trips.unit],
    )


def _ways(legs: Legs, hierarchy: Hierarchy, width: type[Any]) -> Ways:
    u, v = _positions(hierarchy, legs.u), _positions(hierarchy, legs.v)
    return Ways(u, v, saturated(legs.at_u, width), saturated(legs.at_v, width))


def _positions(hierarchy: Hierarchy, node: Ints) -> Ints:
    return hierarchy.position[node] if hierarchy.nodes else np.zeros_like(node)


def answer(question: Question, batches: Sequence[Ints]) -> list[Rows]:
    """Rows of batches of at most `LANES` destinations; the arrays of the search are used again and again."""
    nodes = question.hierarchy.nodes
    cost = np.empty((nodes, LANES), dtype=question.metric.up.dtype)
    climbed, live = np.empty((2, nodes), dtype=np.bool_)
    return [_batch(question, batch, cost, climbed, live) for batch in batches]


def _batch(q: Question, batch: Ints, cost: Lanes, climbed: Flags, live: Flags) -> Rows:
    limit, tree, ways = q.metric.up.dtype.type(q.limit), q.hierarchy, q.origins.ways
    climb(tree.first, tree.head, q.metric.down, _start(q, batch, cost), cost, climbed)
    sweep(tree.first, tree.head, tree.size, q.metric.up, limit, cost, climbed, live)
    slot = np.empty(len(ways.u), dtype=np.int32)
    reach(live, ways.u, ways.v, ways.at_u, ways.at_v, limit, slot)
    mark_along(batch, q.along_first, q.along_origin, slot)
    origin = np.flatnonzero(slot == WANTED).astype(np.int32)
    slot[origin] = np.arange(len(origin), dtype=np.int32)
    found, ways = np.empty((len(origin), LANES), dtype=cost.dtype), q.origins.lined_up
    gather(cost, live, ways.u, ways.v, ways.at_u, ways.at_v, limit, q.origins.order, slot, found)
    gather_along(batch, q.along_first, q.along_origin, q.along, slot, found)
    return Rows(origin, found, count(found, limit)[: len(batch)])


def _start(q: Question, batch: Ints, cost: Lanes) -> NDArray[np.int64]:
    """Put the places of a batch at the ends of their edges, a lane each; returns those nodes."""
    ends = (q.reaching.u[batch], q.reaching.at_u[batch]), (q.reaching.v[batch], q.reaching.at_v[batch])
    start = np.concatenate([node for node, _ in ends]).astype(np.int64)
    cost[start] = np.iinfo(cost.dtype).max
    for node, at in ends:
        lane = np.arange(len(batch))
        cost[node, lane] = np.minimum(cost[node, lane], at)
    return start
