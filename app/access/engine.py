"""The engines; and exact shortest paths with scipy, which the other is held against.

Scipy's search runs from each destination against the direction of travel, and is cut off. Residents travel from their
cell to the practice, so it goes over the reversed graph. A place on a street is held at its fraction of the edge: a
trip leaves or reaches it by the ends its one-way allows, and a trip along a single edge never visits an end.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from app.access.costs import NEVER, Legs, Steps, whole_costs
from app.access.matrix import Floats, Ints, Matrix, from_rows
from app.access.sweep.engine import default_engine
from app.access.sweep.executor import Dask, Processes
from app.access.trips import NOBODY, Engine, Nearest, Some, Trips
from app.errors import QuestionError

PROCESSES = "processes"
BLOCK = 32
"""Destinations searched together; they are neighbours, so that they reach much the same part of the graph."""


@dataclass(frozen=True)
class Arcs:
    """Arcs in the direction of travel: tail -> head at a whole cost, as a float; infinite ones do not exist."""

    tail: Ints
    head: Ints
    cost: Floats


class ScipyEngine:
    """Dijkstra (1959) by `scipy.sparse.csgraph`, nodes renumbered along a Z curve for locality (Morton 1966)."""

    def within(
        self,
        trips: Trips,
        cutoff: float,
        enough: Floats | None = None,  # noqa: ARG002
        boundless: Some | None = None,  # noqa: ARG002
    ) -> Matrix:
        """See `Engine.within`; nothing is left out."""
        network = _Network(trips)
        return from_rows(network.rows(cutoff), len(trips.origins.edge), trips.unit, cutoff)

    def nearest(self, trips: Trips, member: Ints, group: Ints) -> Nearest:
        """See `Engine.nearest`.

        Two searches in all. The first labels every place with its nearest group. A path to the nearest place of another
        group runs among places of the same label until it crosses into one of another; the second search starts from
        those crossings, over arcs within a label only.
        """
        network = _Network(trips)
        count = len(trips.origins.edge)
        covered = trips.destinations.covered[member]
        member, group = member[covered], group[covered]
        if not len(member):
            return Nearest(np.full((count, 2), np.inf), np.full((count, 2), NOBODY, dtype=np.int32))
        arcs, nodes = network.with_places(member)
        sinks = np.arange(nodes - len(member), nodes, dtype=np.int32)
        one, label = _search(arcs, nodes, sinks, group)
        two, other = _second(arcs, nodes, one, label)
        cells = slice(network.nodes, network.nodes + count)
        return Nearest(
            np.column_stack([one[cells], two[cells]]) / network.costs.steps,
            np.column_stack([label[cells], other[cells]]).astype(np.int32),
        )


_SWEEP = default_engine()
ENGINES: Mapping[str, Engine] = {"sweep": _SWEEP, "scipy": ScipyEngine()}
DEFAULT = "sweep"


def engine_named(name: str) -> Engine:
    """One of `ENGINES`; or the sweep by others than threads of this process: `processes`, or those of a Dask scheduler.

    Parameters
    ----------
    name : key of `ENGINES`, `processes`, or a scheduler's address such as tcp://host:8786

    Raises
    ------
    QuestionError : it is none of these
    """
    if name in ENGINES:
        return ENGINES[name]
    if name == PROCESSES:
        return _SWEEP.computed_by(Processes())
    if "://" in name:
        return _SWEEP.computed_by(Dask(name))
    known = ", ".join([*ENGINES, PROCESSES])
    raise QuestionError(f"there is no engine {name!r}; choose one of {known}, or a Dask scheduler's tcp://host:port")


class _Network:
    """The graph of some trips, ready to be searched; costs are whole steps, held as floats, as scipy wants them."""

    def __init__(self, trips: Trips) -> None:
        graph = trips.network
        self.trips, self.costs = trips, whole_costs(trips)
        self.nodes = graph.nodes
        self.number = _locality(graph.x, graph.y)
        arcs = self.costs.arcs
        self.arcs = Arcs(self.number[arcs.tail], self.number[arcs.head], _floats(arcs.cost))

    def legs(self, legs: Legs, places: NDArray[np.intp]) -> tuple[Ints, Floats, Ints, Floats]:
        """Costs between places and the ends of their edges: (u, at u, v, at v), infinite against a one-way."""
        at_u, at_v = _floats(legs.at_u[places]), _floats(legs.at_v[places])
        return self.number[legs.u[places]], at_u, self.number[legs.v[places]], at_v

    def rows(self, cutoff: float) -> list[tuple[Ints, Floats]]:
        """For each destination the origins within the cut-off, ascending, and their costs in units."""
        nothing = (np.empty(0, np.int32), np.empty(0))
        found = [nothing] * len(self.trips.destinations.edge)
        limit = self.costs.limit(cutoff)
        covered = np.flatnonzero(self.trips.destinations.covered & (limit >= 0))
        places = covered[np.argsort(self.number[self.costs.reaching.u[covered]], kind="stable")]
        search = _Search(self, places, limit)
        for first in range(0, len(places), BLOCK):
            block = np.arange(first, min(first + BLOCK, len(places)))
            for place, (cell, cost) in zip(places[block], search.rows(block), strict=True):
                found[place] = cell, cost / self.costs.steps
        return found

    def with_places(self, member: Ints) -> tuple[Arcs, int]:
        """Arcs with every origin and every member as a node of its own: nodes, then origins, then members."""
        origins = np.flatnonzero(self.trips.origins.covered)
        u, to_u, v, to_v = self.legs(self.costs.leaving, origins)
        pu, from_u, pv, from_v = self.legs(self.costs.reaching, member.astype(np.intp))
        cell = (self.nodes + origins).astype(np.int32)
        first_sink = self.nodes + len(self.trips.origins.edge)
        sink = (first_sink + np.arange(len(member))).astype(np.int32)
        along = self._along_arcs(member, first_sink)
        arcs = Arcs(
            np.concatenate([self.arcs.tail, cell, cell, pu, pv, along.tail]),
            np.concatenate([self.arcs.head, u, v, sink, sink, along.head]),
            np.concatenate([self.arcs.cost, to_u, to_v, from_u, from_v, along.cost]),
        )
        return arcs, first_sink + len(member)

    def _along_arcs(self, member: Ints, first_sink: int) -> Arcs:
        along = self.costs.along
        tails, heads, costs = [np.empty(0, np.int32)], [np.empty(0, np.int32)], [np.empty(0)]
        for i, place in enumerate(member):
            own = slice(along.first[place], along.first[place + 1])
            tails.append((self.nodes + along.origin[own]).astype(np.int32))
            heads.append(np.full(len(along.origin[own]), first_sink + i, dtype=np.int32))
            costs.append(_floats(along.cost[own]))
        return Arcs(np.concatenate(tails), np.concatenate(heads), np.concatenate(costs))


class _Search:
    """Searches from many places: a block of neighbours at a time, over the part of the graph the block can reach."""

    def __init__(self, network: _Network, places: NDArray[np.intp], limit: int) -> None:
        self.network, self.places, self.limit = network, places, limit
        u, from_u, v, from_v = network.legs(network.costs.reaching, places)
        sink = (network.nodes + np.arange(len(places))).astype(np.int32)
        arcs = Arcs(
            np.concatenate([network.arcs.tail, u, v]),
            np.concatenate([network.arcs.head, sink, sink]),
            np.concatenate([network.arcs.cost, from_u, from_v]),
        )
        self.against = _reversed(arcs, network.nodes + len(places))
        self.origins = np.flatnonzero(network.trips.origins.covered)
        self.u, self.to_u, self.v, self.to_v = network.legs(network.costs.leaving, self.origins)
        self.edge = network.trips.origins.edge[self.origins]

    def rows(self, block: NDArray[np.intp]) -> Iterator[tuple[Ints, Floats]]:
        """Origins within the limit of each place of a block, ascending, and their costs in steps."""
        edges = self.network.trips.destinations.edge[self.places[block]]
        costs, number = self._costs(self.network.nodes + block)
        beyond = costs.shape[1] - 1
        near = np.flatnonzero((number[self.u] < beyond) | (number[self.v] < beyond) | np.isin(self.edge, edges))
        u, v, to_u, to_v = number[self.u[near]], number[self.v[near]], self.to_u[near], self.to_v[near]
        origins = self.origins[near]
        along = self.network.costs.along
        for cost, place in zip(costs, self.places[block], strict=True):
            value = np.minimum(cost[u] + to_u, cost[v] + to_v)
            own = slice(along.first[place], along.first[place + 1])
            same = np.searchsorted(origins, along.origin[own])
            value[same] = np.minimum(value[same], _floats(along.cost[own]))
            within = value <= self.limit
            yield origins[within].astype(np.int32), value[within]

    def _costs(self, sinks: NDArray[np.intp]) -> tuple[Floats, Ints]:
        """Costs (places, m + 1) from the m nodes in reach of any of the sinks, and the column of every node.

        The last column is infinite: it stands for all nodes out of reach.
        """
        limit = self.limit + 0.5
        reach = dijkstra(self.against, indices=sinks, min_only=True, limit=limit)
        kept = np.flatnonzero(np.isfinite(reach))
        number = np.full(len(reach), len(kept), dtype=np.int32)
        number[kept] = np.arange(len(kept))
        part = self.against[kept][:, kept]
        costs = np.full((len(sinks), len(kept) + 1), np.inf)
        costs[:, :-1] = dijkstra(part, indices=number[sinks], limit=limit)
        return costs, number


def _floats(cost: Steps) -> Floats:
    """Whole costs as floats, infinite where never."""
    return np.where(cost == NEVER, np.inf, cost)


def _reversed(arcs: Arcs, nodes: int) -> csr_array:
    """The graph against the direction of travel: of parallel arcs the cheapest, free arcs kept, infinite ones dropped.

    Built by hand: converting a COO matrix would add parallel arcs up.
    """
    finite = np.isfinite(arcs.cost)
    pair = arcs.head[finite].astype(np.int64) * nodes + arcs.tail[finite]
    order = np.argsort(pair, kind="stable")
    pair, first = np.unique(pair[order], return_index=True)
    cost = np.minimum.reduceat(arcs.cost[finite][order], first) if len(first) else np.empty(0)
    row, column = np.divmod(pair, max(nodes, 1))
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=nodes))]).astype(np.int32)
    return csr_array((cost, column.astype(np.int32), start), shape=(nodes, nodes))


def _search(arcs: Arcs, nodes: int, sinks: Ints, group: Ints) -> tuple[Floats, Ints]:
    """Cost from every node to its nearest sink and that sink's group: (nodes,) inf and -1 where there is none."""
    cost, _, source = dijkstra(_reversed(arcs, nodes), indices=sinks, min_only=True, return_predecessors=True)
    group_of = np.full(nodes + 1, NOBODY, dtype=np.int32)
    group_of[sinks] = group
    return cost, group_of[np.where(np.isfinite(cost), source, nodes)]


def _second(arcs: Arcs, nodes: int, one: Floats, label: Ints) -> tuple[Floats, Ints]:
    """Cost from every node to the nearest sink of another group than its nearest, and that group."""
    usable = label[arcs.head] != NOBODY
    across = usable & (label[arcs.tail] != label[arcs.head])
    groups, sink = np.unique(label[arcs.head[across]], return_inverse=True)
    if not len(groups):
        return np.full(nodes, np.inf), np.full(nodes, NOBODY, dtype=np.int32)
    inside = usable & ~across
    crossing = Arcs(
        np.concatenate([arcs.tail[inside], arcs.tail[across]]),
        np.concatenate([arcs.head[inside], (nodes + sink).astype(np.int32)]),
        np.concatenate([arcs.cost[inside], arcs.cost[across] + one[arcs.head[across]]]),
    )
    sinks = (nodes + np.arange(len(groups))).astype(np.int32)
    two, other = _search(crossing, nodes + len(groups), sinks, groups.astype(np.int32))
    return two[:nodes], other[:nodes]


def _locality(x: Floats, y: Floats) -> Ints:
    """(n,) number of each node along a Z curve, so that neighbours lie close in memory."""
    code = np.zeros(len(x), dtype=np.uint64)
    for bit, values in enumerate((x, y)):
        span = (np.ptp(values) or 1.0) if len(values) else 1.0
        steps = ((values - (values.min() if len(values) else 0.0)) / span * 0xFFFF).astype(np.uint64)
        code |= _spread(steps) << np.uint64(bit)
    number = np.empty(len(x), dtype=np.int32)
    number[np.argsort(code, kind="stable")] = np.arange(len(x), dtype=np.int32)
    return number


def _spread(steps: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Put a nought between the 16 lowest bits of each number."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        steps = (steps | (steps << np.uint64(shift))) & np.uint64(mask)
    return steps
