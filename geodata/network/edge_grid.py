"""The nearest edge of very many places: a uniform grid over the streets, searched ring by ring around each place.

Every straight piece of a street is listed in the grid squares it touches, about one piece a square. A place looks into
its own square, then into the ring of squares around it, and so on until no square left can hold anything as near as
what was found. Distances are computed as GEOS computes them, so that ties fall the same way.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from geodata.network.graph import Floats, Graph, Ids, Ints
from geodata.network.kernel import kernel

RINGS = 24
"""How far a place looks, in squares; what is farther is better found by a tree."""
SLACK = 1e-6
"""Metres by which squares are held to be larger, so that rounding hides no street from them."""


@dataclass(frozen=True)
class EdgeGrid:
    """Straight pieces of edges by the squares of a grid.

    Parameters
    ----------
    x, y, side : south-western corner of the first square and the side of all, metres
    columns, rows : how many squares
    start, piece : pieces in square s (row * columns + column) are `piece[start[s]:start[s+1]]`
    edge : (k,) int32 edge of each piece
    ends : (k, 4) x and y of its beginning, x and y of its end
    """

    x: float
    y: float
    side: float
    columns: int
    rows: int
    start: Ids
    piece: Ints
    edge: Ints
    ends: Floats


def make_grid(graph: Graph) -> EdgeGrid:
    """Lay a grid over the edges of a graph that has some."""
    counts = np.diff(graph.shape_start)
    edge = np.repeat(np.arange(graph.edges, dtype=np.int32), counts)
    inside = np.flatnonzero(edge[1:] == edge[:-1])
    ends = np.column_stack([graph.shape_xy[inside], graph.shape_xy[inside + 1]])
    corner = np.minimum(ends[:, :2], ends[:, 2:]).min(axis=0) - 1.0
    width, height = np.maximum(ends[:, :2], ends[:, 2:]).max(axis=0) + 1.0 - corner
    side = float(np.sqrt(width * height / len(ends)))
    columns, rows = int(width / side) + 1, int(height / side) + 1
    start, piece = _fill(ends, corner[0], corner[1], side, columns, rows)
    return EdgeGrid(float(corner[0]), float(corner[1]), side, columns, rows, start, piece, edge[inside], ends)


def nearest_edges(grid: EdgeGrid, x: Floats, y: Floats) -> tuple[Ints, Floats]:
    """Nearest edge and metres to it, the lowest edge among equals; -1 and infinity beyond `RINGS` squares."""
    return _nearest(
        grid.x,
        grid.y,
        grid.side,
        grid.columns,
        grid.rows,
        grid.start,
        grid.piece,
        grid.edge,
        grid.ends,
        x,
        y,
        RINGS * grid.side,
    )


@kernel
def fractions_along(shape_start: Ids, shape_xy: Floats, edge: Ints, x: Floats, y: Floats) -> Floats:
    """(p,) how far along its edge each place is nearest to it, by length from 0 to 1; 0 on an edge without length."""
    found = np.zeros(len(edge))
    for i in range(len(edge)):
        along, nearest, length = 0.0, np.inf, 0.0
        for k in range(shape_start[edge[i]], shape_start[edge[i] + 1] - 1):
            ax, ay, bx, by = shape_xy[k, 0], shape_xy[k, 1], shape_xy[k + 1, 0], shape_xy[k + 1, 1]
            metres = _metres(ax, ay, bx, by, x[i], y[i])
            step = sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay))
            if metres < nearest:
                share = min(max(_share(ax, ay, bx, by, x[i], y[i]), 0.0), 1.0)
                along, nearest = length + share * step, metres
            length += step
        if length > 0:
            found[i] = min(along / length, 1.0)
    return found


@kernel
def _share(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> float:
    """Where the foot of a place's plumb line falls, 0 at the beginning of a piece and 1 at its end."""
    if ax == bx and ay == by:
        return 0.0
    squared = (bx - ax) * (bx - ax) + (by - ay) * (by - ay)
    return ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / squared


@kernel
def _metres(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> float:
    """Distance from a place to a straight piece, operation for operation as in GEOS."""
    share = _share(ax, ay, bx, by, x, y)
    if share <= 0.0:
        return sqrt((x - ax) * (x - ax) + (y - ay) * (y - ay))
    if share >= 1.0:
        return sqrt((x - bx) * (x - bx) + (y - by) * (y - by))
    squared = (bx - ax) * (bx - ax) + (by - ay) * (by - ay)
    return abs(((ay - y) * (bx - ax) - (ax - x) * (by - ay)) / squared) * sqrt(squared)


@kernel
def _fill(ends: Floats, x: float, y: float, side: float, columns: int, rows: int) -> tuple[Ids, Ints]:
    """List every piece in the squares it touches: first count, then write."""
    start = np.zeros(rows * columns + 1, dtype=np.int64)
    piece = np.empty(0, dtype=np.int32)
    for turn in range(2):
        for k in range(len(ends)):
            low, high = min(ends[k, 1], ends[k, 3]), max(ends[k, 1], ends[k, 3])
            for row in range(int((low - y - SLACK) / side), min(rows - 1, int((high - y + SLACK) / side)) + 1):
                west, east = _span(ends[k], y + row * side - SLACK, y + (row + 1) * side + SLACK)
                for column in range(
                    max(0, int((west - x - SLACK) / side)), min(columns - 1, int((east - x + SLACK) / side)) + 1
                ):
                    square = row * columns + column
                    if turn == 0:
                        start[square + 1] += 1
                    else:
                        piece[start[square]] = k
                        start[square] += 1
        if turn == 0:
            start = np.cumsum(start)
            piece = np.empty(start[-1], dtype=np.int32)
    start[1:] = start[:-1].copy()
    start[0] = 0
    return start, piece


@kernel
def _span(ends: Floats, south: float, north: float) -> tuple[float, float]:
    """West and east ends of the part of a piece between two latitudes."""
    ax, ay, bx, by = ends[0], ends[1], ends[2], ends[3]
    if ay == by:
        return min(ax, bx), max(ax, bx)
    first = ax + (min(max(south, min(ay, by)), max(ay, by)) - ay) / (by - ay) * (bx - ax)
    last = ax + (max(min(north, max(ay, by)), min(ay, by)) - ay) / (by - ay) * (bx - ax)
    return min(first, last), max(first, last)


@kernel
def _nearest(
    x0: float,
    y0: float,
    side: float,
    columns: int,
    rows: int,
    start: Ids,
    piece: Ints,
    edge: Ints,
    ends: Floats,
    x: Floats,
    y: Floats,
    reach: float,
) -> tuple[Ints, Floats]:
    found, metres = np.full(len(x), -1, dtype=np.int32), np.full(len(x), np.inf)
    for i in range(len(x)):
        column = min(max(int((x[i] - x0) / side), 0), columns - 1)
        row = min(max(int((y[i] - y0) / side), 0), rows - 1)
        best, nearest = -1, np.inf
        ring = 0
        while ring <= max(columns, rows) and (ring - 1) * side <= min(nearest, reach) + SLACK:
            for r in range(max(row - ring, 0), min(row + ring, rows - 1) + 1):
                step = 1 if abs(r - row) == ring else max(2 * ring, 1)
                for c in range(column - ring, column + ring + 1, step):
                    if c < 0 or c >= columns:
                        continue
                    dx = max(x0 + c * side - x[i], x[i] - x0 - (c + 1) * side, 0.0)
                    dy = max(y0 + r * side - y[i], y[i] - y0 - (r + 1) * side, 0.0)
                    bound = min(nearest, reach) + SLACK
                    if dx * dx + dy * dy > bound * bound:
                        continue
                    for k in range(start[r * columns + c], start[r * columns + c + 1]):
                        p = piece[k]
                        far = _metres(ends[p, 0], ends[p, 1], ends[p, 2], ends[p, 3], x[i], y[i])
                        if far < nearest or (far == nearest and edge[p] < best):
                            best, nearest = edge[p], far
            ring += 1
        if nearest <= reach:
            found[i], metres[i] = best, nearest
    return found, metres
