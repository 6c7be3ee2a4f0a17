"""Which sides of the mesh are local streets and which are paths; main roads between towns."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay, cKDTree

from geodata.sample.ground import Flags, Floats, Ints
from geodata.sample.mesh import Mesh

NONE, STREET, PATH, SECONDARY, PRIMARY, MOTORWAY, RAMP = -1, 0, 1, 2, 3, 4, 5
DROPPED = np.array([0.0, 0.05, 0.02])
"""Chance that a side of the Urquhart graph is left out: rural, urban, city."""
EXTRA = np.array([0.42, 0.42, 0.85])
"""Share of the other Gabriel sides that become streets."""
FOOT = np.array([0.05, 0.16, 0.16])
"""Chance that a Gabriel side left over becomes a path."""
CLOSED = np.array([0.03, 0.07, 0.07])
"""Chance that a street not needed to hold the island together is a path instead."""


def local_streets(mesh: Mesh, around: Ints, random: np.random.Generator) -> NDArray[np.int8]:
    """Class of every side: NONE, STREET or PATH."""
    where = around[mesh.u]
    chance = random.random((4, len(mesh.u)))
    base = mesh.tree | (mesh.urquhart & (chance[0] >= DROPPED[where]))
    street = base | extra_sides(mesh, base, where, chance[1])
    kind = np.where(street, STREET, NONE).astype(np.int8)
    kind[~street & mesh.gabriel & (chance[2] < FOOT[where])] = PATH
    kind[street & ~mesh.tree & (chance[3] < CLOSED[where])] = PATH
    return kind


def extra_sides(mesh: Mesh, base: Flags, where: Ints, chance: Floats) -> Flags:
    """Further Gabriel sides, first those whose ends have fewest streets; no end gets more than four."""
    degree = np.bincount(np.concatenate([mesh.u[base], mesh.v[base]]), minlength=len(mesh.xy))
    free = np.flatnonzero(mesh.gabriel & ~base & (chance < np.minimum(1.6 * EXTRA[where], 0.97)))
    order = free[np.argsort(degree[mesh.u[free]] + degree[mesh.v[free]] + chance[free], kind="stable")]
    quota = np.array([int(EXTRA[kind] * (mesh.gabriel & ~base & (where == kind)).sum()) for kind in range(3)])
    taken = np.zeros(len(base), dtype=bool)
    count, left = degree.tolist(), quota.tolist()
    for side, a, b, kind in zip(order, mesh.u[order], mesh.v[order], where[order], strict=True):
        if left[kind] > 0 and count[a] < 4 and count[b] < 4:
            taken[side] = True
            count[a], count[b], left[kind] = count[a] + 1, count[b] + 1, left[kind] - 1
    return taken


def main_roads(
    mesh: Mesh, kind: NDArray[np.int8], towns: pd.DataFrame, random: np.random.Generator
) -> NDArray[np.int8]:
    """The classes with primary and secondary roads laid over the streets, along the mesh between towns.

    ``towns`` has `x`, `y` and `major`, whether primary roads lead there.
    """
    cost = mesh.length * (1.0 + 0.25 * random.random(len(mesh.u)))
    big = towns[towns["major"]]
    primary = routes(mesh, cost, pairs(big[["x", "y"]].to_numpy(), 16_000.0))
    rural = mesh.xy[random.choice(len(mesh.xy), 300, replace=False)]
    every = np.concatenate([towns[["x", "y"]].to_numpy(), rural])
    secondary = routes(mesh, np.where(primary, 0.6, 1.0) * cost, pairs(every, 9_000.0))
    laid = kind.copy()
    laid[secondary] = SECONDARY
    laid[primary] = PRIMARY
    return laid


def pairs(xy: Floats, longest: float) -> Floats:
    """Neighbouring places as (k, 2, 2): sides of their triangulation with no third place near the middle."""
    corners = Delaunay(xy).simplices
    both = np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]]), axis=1)
    both = np.unique(both, axis=0)
    ends = xy[both]
    half = np.hypot(*(ends[:, 0] - ends[:, 1]).T) / 2.0
    nearest = cKDTree(xy).query(ends.mean(axis=1))[0]
    return np.asarray(ends[(half < longest / 2.0) & (half > 100.0) & (nearest >= 0.85 * half)])


def routes(mesh: Mesh, cost: Floats, ends: Floats) -> Flags:
    """The sides used by the cheapest ways between pairs of places."""
    nodes = len(mesh.xy)
    graph = coo_array((cost, (mesh.u, mesh.v)), shape=(nodes, nodes)).tocsr()
    graph = graph + graph.T
    number = cKDTree(mesh.xy).query(ends.reshape(-1, 2))[1].reshape(-1, 2)
    used: set[int] = set()
    for start in np.unique(number[:, 0]):
        goals = number[number[:, 0] == start, 1]
        far = np.hypot(*(mesh.xy[goals] - mesh.xy[start]).T).max()
        _, before = dijkstra(graph, indices=start, limit=1.6 * far + 500.0, return_predecessors=True)
        for goal in goals.tolist():
            here = goal
            while before[here] >= 0:
                there = int(before[here])
                used.add(min(here, there) * nodes + max(here, there))
                here = there
    key = np.minimum(mesh.u, mesh.v) * nodes + np.maximum(mesh.u, mesh.v)
    return np.isin(key, np.fromiter(used, dtype=np.int64))
