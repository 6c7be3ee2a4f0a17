"""Costs of trips in whole numbers: tenths of a second, or millimetres. The one place where a cost is rounded.

Whole numbers add up the same in any order, so that every exact engine gives the same answer to the last digit, and
equal means equal. Rounded once each are: a whole edge, the way from a place to an end of its edge, and the way along
one edge between two places on it. A trip over k edges is thus at most k/2 + 1 steps from its unrounded cost.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Floats, Ints
from app.access.ports import Ports
from app.access.trips import Ends, Trips
from app.errors import QuestionError
from geodata import units

Steps = NDArray[np.int64]

STEPS = {units.METRES: 1000, units.MINUTES: 600}
"""Steps in a unit: millimetres in a metre, tenths of a second in a minute."""
MOST = 2**40
"""Largest cost of one edge, in steps; a million of them still add up exactly in 64 bits."""
NEVER = np.int64(2**62)
"""Cost of what is not allowed; larger than any sum that is."""


@dataclass(frozen=True)
class Arcs:
    """Arcs in the direction of travel: tail -> head at a cost, one for each way an edge may be travelled."""

    tail: Ints
    head: Ints
    cost: Steps


@dataclass(frozen=True)
class Legs:
    """What joins places to the ends of their edges.

    Parameters
    ----------
    u, v : (p,) int32 the ends; 0 for a place that is not covered
    at_u, at_v : (p,) cost between the place and that end, `NEVER` where a one-way forbids it or nothing is covered;
        a place at a junction is free to take any street there, whichever of them it was snapped to
    """

    u: Ints
    v: Ints
    at_u: Steps
    at_v: Steps


@dataclass(frozen=True)
class Along:
    """Pairs of places on the same edge and the cost of going straight along it, by destination and then origin.

    Parameters
    ----------
    first : (destinations+1,) int64; the origins of destination j are `origin[first[j]:first[j+1]]`, ascending
    origin, cost : (k,)
    """

    first: NDArray[np.int64]
    origin: Ints
    cost: Steps


@dataclass(frozen=True)
class Costs:
    """All costs of some trips, in steps.

    Parameters
    ----------
    steps : steps in a unit of the answer
    arcs : of the network
    leaving, reaching : origins to the network, the network to destinations
    along : from origins to destinations without leaving an edge
    """

    steps: int
    arcs: Arcs
    leaving: Legs
    reaching: Legs
    along: Along

    def limit(self, cutoff: float) -> int:
        """See `whole_limit`."""
        return whole_limit(cutoff, self.steps)


def whole_limit(cutoff: float, steps: int) -> int:
    """Most steps within a cut-off in units, inclusive; -1 when nothing is.

    Raises
    ------
    QuestionError : the cut-off is not a number
    """
    if np.isnan(cutoff):
        raise QuestionError("the cut-off is not a number; expected metres or minutes")
    most = np.floor(cutoff * steps + 1e-6)
    return int(max(-1.0, most)) if most < NEVER else int(NEVER) - 1


def whole_costs(trips: Trips) -> Costs:
    """Round the costs of trips.

    Raises
    ------
    QuestionError : a cost is negative, not a number or larger than can be added up exactly
    """
    steps = STEPS[trips.unit]
    return Costs(
        steps=steps,
        arcs=whole_arcs(trips),
        leaving=leaving_legs(trips),
        reaching=reaching_legs(trips),
        along=along_edges(trips, by_edge(trips.origins)),
    )


def _whole(cost: Floats, steps: int, what: str) -> Steps:
    """Costs in steps, half a step to the even one."""
    bad = np.flatnonzero(~((cost >= 0) & (cost * steps <= MOST)))
    if len(bad):
        raise QuestionError(f"{what} {bad[0]} costs {cost[bad[0]]}; expected 0 to {MOST / steps:.0f}")
    return np.rint(cost * steps).astype(np.int64)


def whole_arcs(trips: Trips) -> Arcs:
    """Arcs of the network; raises as `whole_costs`."""
    graph, steps = trips.graph, STEPS[trips.unit]
    cost = _whole(trips.cost, steps, "edge")
    ahead, back = np.flatnonzero(graph.forward), np.flatnonzero(graph.backward)
    if trips.ports is not None:
        return _arcs_of_ports(trips.ports, cost, steps, ahead, back)
    return Arcs(
        np.concatenate([graph.u[ahead], graph.v[back]]),
        np.concatenate([graph.v[ahead], graph.u[back]]),
        np.concatenate([cost[ahead], cost[back]]),
    )


def _arcs_of_ports(ports: Ports, cost: Steps, steps: int, ahead: NDArray[np.intp], back: NDArray[np.intp]) -> Arcs:
    """Streets with the delay at their end, and turns."""
    delay = _delays(ports, steps)
    along = np.concatenate([cost[ahead] + delay[1][ahead], cost[back] + delay[0][back]])
    turning = _whole(ports.minutes, steps, "turn")
    return Arcs(ports.u, ports.v, np.concatenate([along, turning]))


def _delays(ports: Ports, steps: int) -> Steps:
    """(2, e) steps lost on arriving at either end of each edge and going on."""
    return np.stack([_whole(delay, steps, "delay of edge") for delay in ports.delay])


def leaving_legs(trips: Trips) -> Legs:
    """From the origins to the network; raises as `whole_costs`."""
    return _legs(trips, trips.origins, outward=True)


def reaching_legs(trips: Trips) -> Legs:
    """From the network to the destinations; raises as `whole_costs`."""
    return _legs(trips, trips.destinations, outward=False)


def _legs(trips: Trips, ends: Ends, *, outward: bool) -> Legs:
    graph, steps, covered = trips.graph, STEPS[trips.unit], np.flatnonzero(ends.covered)
    edge, fraction, way = ends.edge[covered], ends.fraction[covered], ends.way[covered]
    towards_u, towards_v = (graph.backward, graph.forward) if outward else (graph.forward, graph.backward)
    u, v = np.zeros((2, len(ends.edge)), dtype=np.int32)
    at_u, at_v = np.full((2, len(ends.edge)), NEVER)
    u[covered], v[covered] = graph.u[edge], graph.v[edge]
    cost = trips.cost[edge]
    if trips.ports is not None:
        ends_of = trips.ports.arrive if outward else trips.ports.leave
        u[covered], v[covered] = ends_of[0][edge], ends_of[1][edge]
    by_u, by_v = towards_u[edge] | (fraction == 0.0), towards_v[edge] | (fraction == 1.0)
    at_u[covered] = np.where(by_u, _whole(way + fraction * cost, steps, "way of place"), NEVER)
    at_v[covered] = np.where(by_v, _whole(way + (1.0 - fraction) * cost, steps, "way of place"), NEVER)
    if trips.ports is not None and outward:
        delay = _delays(trips.ports, steps)
        at_u[covered] += np.where(at_u[covered] < NEVER, delay[0][edge], 0)
        at_v[covered] += np.where(at_v[covered] < NEVER, delay[1][edge], 0)
    return Legs(u, v, at_u, at_v)


@dataclass(frozen=True)
class ByEdge:
    """Origins in order of their edges, and those edges."""

    origin: NDArray[np.intp]
    edge: Ints


def by_edge(origins: Ends) -> ByEdge:
    """Sort origins by their edges; of one edge in their own order."""
    order = np.argsort(origins.edge, kind="stable")
    return ByEdge(order, origins.edge[order])


def along_edges(trips: Trips, origins: ByEdge) -> Along:
    """Between origins and destinations on the same edge; raises as `whole_costs`."""
    at, to, graph, order = trips.origins, trips.destinations, trips.graph, origins.origin
    begin, end = (np.searchsorted(origins.edge, to.edge, side=side) for side in ("left", "right"))
    counts = np.where(to.covered, end - begin, 0)
    first = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
    place = np.repeat(np.arange(len(counts)), counts)
    origin = order[np.arange(first[-1]) - np.repeat(first[:-1] - begin, counts)]
    edge, ahead = to.edge[place], to.fraction[place] - at.fraction[origin]
    way = at.way[origin] + np.abs(ahead) * trips.cost[edge] + to.way[place]
    cost = _whole(way, STEPS[trips.unit], "way along an edge")
    allowed = ((ahead >= 0) & graph.forward[edge]) | ((ahead <= 0) & graph.backward[edge])
    return Along(first, origin.astype(np.int32), np.where(allowed, cost, NEVER))
