"""Places onto the street network: to the nearest point of the nearest edge, not to its nearest node."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geodata.errors import NetworkError
from geodata.network.edge_grid import fractions_along, make_grid, nearest_edges
from geodata.network.graph import Floats, Graph, Ints

NOWHERE = -1
"""Edge and component of a place that the network does not cover."""


@dataclass(frozen=True)
class Snapped:
    """Where places meet a network; every array has one entry per place.

    Parameters
    ----------
    edge : (p,) int32 edge of the graph, -1 for a place beyond the limit
    fraction : (p,) how far along the edge from u (0) to v (1), by length; NaN beyond the limit
    distance_m : (p,) metres in a straight line to the nearest edge, beyond the limit too; NaN when there are no edges
    component : (p,) int32 strong component of the edge's node u, -1 beyond the limit
    """

    edge: Ints
    fraction: Floats
    distance_m: Floats
    component: Ints

    @property
    def covered(self) -> NDArray[np.bool_]:
        """(p,) whether the network covers the place."""
        return np.asarray(self.edge != NOWHERE)


@dataclass(frozen=True)
class SnapReport:
    """How well a network covers places; distances in metres.

    Parameters
    ----------
    points, covered : places asked for, and those within the limit
    limit_m : the limit, inclusive
    mean_m, p95_m, max_m : of the covered ones; NaN when there is none
    beyond : places beyond the limit (index, metres to the nearest street), farthest first
    """

    points: int
    covered: int
    limit_m: float
    mean_m: float
    p95_m: float
    max_m: float
    beyond: tuple[tuple[int, float], ...]

    def __str__(self) -> str:
        """One line for the log."""
        return (
            f"{self.points} places, {self.covered} on the network "
            f"(mean {self.mean_m:.0f} m, 95 % within {self.p95_m:.0f} m, farthest {self.max_m:.0f} m), "
            f"{len(self.beyond)} beyond {self.limit_m:.0f} m"
        )


def snap(graph: Graph, x: ArrayLike, y: ArrayLike, max_m: float) -> Snapped:
    """Snap places to the nearest edge within a limit; of edges equally near, the one of lowest index.

    Snap to a graph of main components (`main_components`), so that no place lands on a piece cut off from the rest.

    Parameters
    ----------
    x, y : (p,) coordinates in EPSG:25832
    max_m : farthest straight line to an edge, metres, inclusive

    Raises
    ------
    NetworkError : x and y differ in length, or a coordinate is missing
    """
    return Streets(graph).snap(x, y, max_m)


class Streets:
    """The streets of a graph, laid under a grid once for many snaps."""

    def __init__(self, graph: Graph) -> None:
        self._graph, self._grid = graph, make_grid(graph) if graph.edges else None

    def snap(self, x: ArrayLike, y: ArrayLike, max_m: float) -> Snapped:
        """See `snap`."""
        east, north = _places(x, y)
        graph = self._graph
        edge, distance = self._nearest(east, north)
        edge[~(distance <= max_m)] = NOWHERE
        within = np.flatnonzero(edge != NOWHERE)
        fraction = np.full(len(east), np.nan)
        fraction[within] = fractions_along(graph.shape_start, graph.shape_xy, edge[within], east[within], north[within])
        component = np.full(len(east), NOWHERE, dtype=np.int32)
        component[within] = graph.component[graph.u[edge[within]]]
        return Snapped(edge, fraction, distance, component)

    def _nearest(self, x: Floats, y: Floats) -> tuple[Ints, Floats]:
        """(p,) nearest edge of each place and metres to it: by the grid as far as that looks, the others by a tree."""
        if self._grid is None or not len(x):
            return np.full(len(x), NOWHERE, dtype=np.int32), np.full(len(x), np.nan)
        edge, distance = nearest_edges(self._grid, x, y)
        far = np.flatnonzero(edge == NOWHERE)
        if len(far):
            edge[far], distance[far] = nearest_by_tree(self._graph, x[far], y[far])
        return edge, distance


def snap_report(snapped: Snapped, max_m: float) -> SnapReport:
    """Count and measure what `snap` did under the same limit."""
    near = snapped.distance_m[snapped.covered]
    beyond = np.flatnonzero(~snapped.covered)
    order = beyond[np.argsort(-snapped.distance_m[beyond], kind="stable")]
    mean, p95, top = (near.mean(), np.percentile(near, 95), near.max()) if len(near) else (np.nan,) * 3
    return SnapReport(
        points=len(snapped.edge),
        covered=len(near),
        limit_m=float(max_m),
        mean_m=float(mean),
        p95_m=float(p95),
        max_m=float(top),
        beyond=tuple((int(i), float(snapped.distance_m[i])) for i in order),
    )


def edge_lines(graph: Graph) -> NDArray[np.object_]:
    """(e,) shapely lines of the edges, from u to v."""
    counts = np.diff(graph.shape_start)
    lines: NDArray[np.object_] = shapely.linestrings(
        graph.shape_xy, indices=np.repeat(np.arange(graph.edges), counts), out=np.empty(graph.edges, dtype=object)
    )
    return lines


def _places(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    east, north = np.atleast_1d(np.asarray(x, dtype=float)), np.atleast_1d(np.asarray(y, dtype=float))
    if east.shape != north.shape or east.ndim != 1:
        raise NetworkError(f"x has shape {east.shape} and y {north.shape}; expected one of each for every place")
    bad = np.flatnonzero(~(np.isfinite(east) & np.isfinite(north)))
    if len(bad):
        raise NetworkError(f"place {bad[0]} has coordinates {east[bad[0]]}, {north[bad[0]]}; expected numbers")
    return np.ascontiguousarray(east), np.ascontiguousarray(north)


def nearest_by_tree(graph: Graph, x: Floats, y: Floats) -> tuple[Ints, Floats]:
    """(p,) nearest edge of each place, the lowest index among equals, and metres to it, however far: by shapely."""
    lines, places = edge_lines(graph), shapely.points(x, y)
    nearest = np.full(len(places), np.iinfo(np.int32).max, dtype=np.int32)
    place, line = shapely.STRtree(lines).query_nearest(places, all_matches=True)
    np.minimum.at(nearest, place, line.astype(np.int32))
    return nearest, shapely.distance(lines[nearest], places)
