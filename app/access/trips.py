"""What a travel engine is asked and what it answers: trips from cells to destinations over one street network.

This is the seam for other engines: arrays in, `Matrix` or `Nearest` out.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Flags, Floats, Ints, Matrix
from app.access.ports import Network, Ports
from geodata import units
from geodata.network.graph import Graph
from geodata.network.snap import Snapped

Some = NDArray[np.intp]
"""Indices of some origins."""
NOBODY = -1
"""Group of a place in `Nearest` that does not exist."""


@dataclass(frozen=True)
class Ends:
    """Where trips begin or end.

    Parameters
    ----------
    edge : (p,) int32 edge of the graph, -1 where the network does not cover the place
    fraction : (p,) how far along the edge from u (0) to v (1)
    way : (p,) cost of the way between the place and the street
    component : (p,) int32 strong component of the street, -1 where not covered
    """

    edge: Ints
    fraction: Floats
    way: Floats
    component: Ints

    @property
    def covered(self) -> Flags:
        """(p,) whether the network covers the place."""
        return np.asarray(self.edge >= 0, dtype=bool)


@dataclass(frozen=True)
class Trips:
    """Trips from every origin to every destination over a graph.

    Parameters
    ----------
    graph : street network of one mode
    cost : (edges,) cost of a whole edge, metres or minutes, the same both ways
    unit : of the cost
    origins, destinations : cells and practice locations; the way to the street is counted at both ends
    ports : where junctions delay or turns take time (a cost in minutes); None where neither costs anything
    """

    graph: Graph
    cost: Floats
    unit: str
    origins: Ends
    destinations: Ends
    ports: Ports | None = None

    @property
    def network(self) -> Network:
        """What is searched: the ports where there are any, else the graph."""
        return self.graph if self.ports is None else self.ports


@dataclass(frozen=True)
class Nearest:
    """The nearest destination of each origin and the nearest one of another group.

    Parameters
    ----------
    value : (origins, 2) float64 cost, infinity where there is none
    group : (origins, 2) int32 group it belongs to, -1 where there is none
    """

    value: Floats
    group: Ints


class Engine(Protocol):
    """Exact least costs of trips."""

    def within(
        self, trips: Trips, cutoff: float, enough: Floats | None = None, boundless: Some | None = None
    ) -> Matrix:
        """Cost from each origin (column) to each destination (row) where it is at most the cut-off.

        Parameters
        ----------
        enough : (origins,) how far each origin asks; an engine may leave out what lies beyond it
        boundless : origins that ask as far as the cut-off, whatever `enough` says
        """
        ...

    def nearest(self, trips: Trips, member: Ints, group: Ints) -> Nearest:
        """Nearest two groups of each origin, without a cut-off.

        Parameters
        ----------
        member, group : (m,) destination `member[i]` belongs to `group[i]`; a destination may be in several groups
        """
        ...


def make_trips(graph: Graph, cells: Snapped, locations: Snapped, unit: str, walk_kmh: float) -> Trips:
    """Trips by length (`m`) or by time (`min`); the way to the street adds its metres, or its minutes on foot."""
    cost = graph.length_m if unit == units.METRES else graph.minutes
    return Trips(graph, cost, unit, make_ends(cells, unit, walk_kmh), make_ends(locations, unit, walk_kmh))


def make_ends(snapped: Snapped, unit: str, walk_kmh: float, door_min: float = 0.0) -> Ends:
    """Where trips of one unit begin or end; at a time, `door_min` minutes are added to the way to the street."""
    distance = np.where(snapped.covered, snapped.distance_m, 0.0)
    way = distance if unit == units.METRES else distance * units.minutes_for(1.0, walk_kmh) + door_min
    fraction = np.where(snapped.covered, snapped.fraction, 0.0)
    return Ends(snapped.edge, fraction, way, snapped.component)


def joined(origin_component: NDArray[np.int32], component: int) -> Flags:
    """(origins,) whether the network joins each origin to a destination: both covered, in one strong component."""
    return np.asarray((origin_component == component) & (component != NOBODY), dtype=bool)
