"""Junctions as streets have them: three arms mostly; dead ends meet a street along its way."""

from dataclasses import dataclass, replace
from math import atan2, hypot, pi
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.sample.ground import Flags, Floats, Ints
from geodata.sample.mesh import Mesh
from geodata.sample.streets import NONE, PATH, STREET
from geodata.sample.terrain import Terrain


@dataclass(frozen=True)
class Net:
    """Nodes and edges of all modes together.

    Parameters
    ----------
    xy : (n, 2) nodes (m)
    u, v : (e,) ends
    kind : (e,) STREET, PATH, SECONDARY, PRIMARY, MOTORWAY or RAMP
    wet : (e,) a bridge
    """

    xy: Floats
    u: Ints
    v: Ints
    kind: NDArray[np.int8]
    wet: Flags

    @property
    def straight(self) -> Floats:
        """Straight length (m) of each edge."""
        return np.asarray(np.hypot(*(self.xy[self.u] - self.xy[self.v]).T))

    def degree(self, counted: Flags | None = None) -> Ints:
        """Edges at each node, of those counted."""
        use = np.ones(len(self.u), dtype=bool) if counted is None else counted
        return np.bincount(np.concatenate([self.u[use], self.v[use]]), minlength=len(self.xy))

    def with_edges(self, u: Ints, v: Ints, kind: NDArray[np.signedinteger[Any]] | int, *, wet: bool = False) -> "Net":
        """The net with further edges."""
        kinds = np.full(len(u), kind, dtype=np.int8) if isinstance(kind, int) else kind.astype(np.int8)
        return replace(
            self,
            u=np.concatenate([self.u, u]),
            v=np.concatenate([self.v, v]),
            kind=np.concatenate([self.kind, kinds]),
            wet=np.concatenate([self.wet, np.full(len(u), wet)]),
        )


def chosen(mesh: Mesh, kind: NDArray[np.int8]) -> Net:
    """The net of the sides that have a class."""
    used = kind != NONE
    return Net(mesh.xy, mesh.u[used], mesh.v[used], kind[used], np.zeros(int(used.sum()), dtype=bool))


def staggered(net: Net, terrain: Terrain, random: np.random.Generator, share: float = 0.5) -> Net:
    """Crossings taken apart: all with more than four arms, and a share of those with four.

    An arm is led to a new point a little way along its neighbour instead, which leaves two junctions of
    fewer arms.
    """
    degree = net.degree()
    crowded = np.flatnonzero((degree > 4) | ((degree == 4) & (random.random(len(degree)) < share)))
    work = _Staggering(net, terrain)
    for node in np.repeat(crowded, np.maximum(degree[crowded] - 4, 1)).tolist():
        work.relieve(node)
    return work.net()


class _Staggering:
    def __init__(self, net: Net, terrain: Terrain) -> None:
        self.start, self.terrain = net, terrain
        self.x, self.y = net.xy[:, 0].tolist(), net.xy[:, 1].tolist()
        self.u, self.v, self.kind = net.u.tolist(), net.v.tolist(), net.kind.tolist()
        self.arms: list[list[int]] = [[] for _ in self.x]
        for edge, (a, b) in enumerate(zip(self.u, self.v, strict=True)):
            self.arms[a].append(edge)
            self.arms[b].append(edge)

    def other(self, edge: int, node: int) -> int:
        return int(self.v[edge] if self.u[edge] == node else self.u[edge])

    def relieve(self, node: int) -> None:
        """Move the arm that lies closest beside another to a point along that one."""
        best, choice = pi / 1.8, None
        directed = sorted((self.bearing(edge, node), edge) for edge in self.arms[node])
        for (one, arm), (two, beside) in zip(directed, directed[1:] + directed[:1], strict=True):
            angle = (two - one) % (2 * pi)
            for moved, host in ((arm, beside), (beside, arm)):
                light = self.kind[moved] in (STREET, PATH) and self.kind[host] != PATH
                if light and angle < best and self.length(host) > 45.0:
                    best, choice = angle, (moved, host)
        if choice:
            self.move(node, *choice)

    def bearing(self, edge: int, node: int) -> float:
        far = self.other(edge, node)
        return atan2(self.y[far] - self.y[node], self.x[far] - self.x[node])

    def length(self, edge: int) -> float:
        a, b = self.u[edge], self.v[edge]
        return hypot(self.x[a] - self.x[b], self.y[a] - self.y[b])

    def move(self, node: int, moved: int, host: int) -> None:
        far, end = self.other(moved, node), self.other(host, node)
        part = min(0.4, 38.0 / self.length(host))
        x = self.x[node] + part * (self.x[end] - self.x[node])
        y = self.y[node] + part * (self.y[end] - self.y[node])
        if not self.terrain.dry(np.array([[x, y]]), np.array([[self.x[far], self.y[far]]]))[0]:
            return
        new = len(self.x)
        self.x.append(x)
        self.y.append(y)
        self.u[moved], self.v[moved] = new, far
        self.u[host], self.v[host] = node, new
        self.u.append(new)
        self.v.append(end)
        self.kind.append(self.kind[host])
        self.arms[node].remove(moved)
        self.arms[end].remove(host)
        self.arms[end].append(len(self.u) - 1)
        self.arms.append([moved, host, len(self.u) - 1])

    def net(self) -> Net:
        wet = np.zeros(len(self.u), dtype=bool)
        wet[: len(self.start.wet)] = self.start.wet
        xy = np.column_stack([self.x, self.y])
        return Net(xy, np.array(self.u), np.array(self.v), np.array(self.kind, dtype=np.int8), wet)


def with_dead_ends(net: Net, ends: Floats, terrain: Terrain) -> Net:
    """Tie every dead end to the nearest street: at a bend with two arms close by, else along its way."""
    hosts = np.flatnonzero((net.kind != PATH) & ~net.wet)
    lines = shapely.linestrings(np.stack([net.xy[net.u[hosts]], net.xy[net.v[hosts]]], axis=1))
    edge = hosts[shapely.STRtree(lines).nearest(shapely.points(ends))]
    part, foot = projected(net, edge, ends)
    away = np.hypot(*(ends - foot).T)
    kept = (away > 8.0) & (away < 600.0) & terrain.dry(ends, foot)
    ends, edge, part, foot = ends[kept], edge[kept], part[kept], foot[kept]
    node = bends(net, edge, part, away[kept])
    split, joints = split_edges(net, edge[node < 0], part[node < 0], foot[node < 0])
    node[node < 0] = joints
    first = len(split.xy)
    grown = replace(split, xy=np.concatenate([split.xy, ends]))
    return grown.with_edges(node, np.arange(first, first + len(ends)), STREET)


def projected(net: Net, edge: Ints, points: Floats) -> tuple[Floats, Floats]:
    """How far along its edge (0 to 1) each point's foot lies, and where."""
    start, way = net.xy[net.u[edge]], net.xy[net.v[edge]] - net.xy[net.u[edge]]
    part = np.clip(((points - start) * way).sum(axis=1) / (way**2).sum(axis=1), 0.0, 1.0)
    return part, start + part[:, None] * way


def bends(net: Net, edge: Ints, part: Floats, away: Floats) -> Ints:
    """The end of the edge to use instead of its foot, or -1: very near, or a node of two arms not far off."""
    length, degree = net.straight[edge], net.degree()
    nearer = np.where(part < 0.5, net.u[edge], net.v[edge])
    gap = np.minimum(part, 1.0 - part) * length
    found = np.where(gap < 6.0, nearer, -1)
    bend = (degree[nearer] == 2) & (gap < 30.0 + 0.8 * away)
    _, first = np.unique(np.where(bend, nearer, -1 - np.arange(len(edge))), return_index=True)
    once = np.zeros(len(edge), dtype=bool)
    once[first] = True
    return np.where(bend & once, nearer, found)


def split_edges(net: Net, edge: Ints, part: Floats, spot: Floats) -> tuple[Net, Ints]:
    """Put a node at each spot along its edge; returns the net and the new nodes' numbers."""
    order = np.lexsort((part, edge))
    number = np.empty(len(edge), dtype=np.int64)
    number[order] = len(net.xy) + np.arange(len(edge))
    sorted_edge, node = edge[order], number[order]
    last = np.append(sorted_edge[1:] != sorted_edge[:-1], True)[: len(edge)]
    first = np.append(True, last[:-1])[: len(edge)]
    u, v = net.u.copy(), net.v.copy()
    v[sorted_edge[first]] = node[first]
    onward = np.where(last, net.v[sorted_edge], np.append(node[1:], -1)[: len(edge)])
    whole = replace(net, xy=np.concatenate([net.xy, spot[order]]), u=u, v=v)
    return whole.with_edges(node, onward, net.kind[sorted_edge]), number
