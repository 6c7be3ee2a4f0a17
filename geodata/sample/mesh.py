"""The planar mesh all surface roads are chosen from: a triangulation without its wet sides."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial import Delaunay

from geodata.sample.ground import Flags, Floats, Ints
from geodata.sample.terrain import Terrain

LONGEST = 2_500.0
"""No side is longer than this (m)."""


@dataclass(frozen=True)
class Mesh:
    """Points and the dry sides between them.

    Parameters
    ----------
    xy : (n, 2) points (m)
    u, v : (e,) ends of each side
    length : (e,) straight (m)
    urquhart : (e,) the longest side of neither of its triangles
    gabriel : (e,) no other point inside the circle over it
    tree : (e,) in the minimum spanning tree, which keeps each island whole
    """

    xy: Floats
    u: Ints
    v: Ints
    length: Floats
    urquhart: Flags
    gabriel: Flags
    tree: Flags


def make_mesh(xy: Floats, terrain: Terrain) -> Mesh:
    """Triangulate the points; wet and overlong sides are left out, and points cut off from every island."""
    full = triangulated(xy, terrain)
    joined = coo_array((np.ones(len(full.u)), (full.u, full.v)), shape=(len(xy), len(xy)))
    label = connected_components(joined, directed=False)[1]
    size = np.bincount(label)
    kept = size[label] > 500
    return triangulated(xy[kept], terrain)


def triangulated(xy: Floats, terrain: Terrain) -> Mesh:
    """The mesh of all points, islands or not."""
    corners = Delaunay(xy).simplices.astype(np.int64)
    u, v, urquhart, gabriel = sides(xy, corners)
    length = np.hypot(*(xy[u] - xy[v]).T)
    kept = length < LONGEST
    kept[kept] = terrain.dry(xy[u[kept]], xy[v[kept]])
    u, v, length, urquhart, gabriel = (column[kept] for column in (u, v, length, urquhart, gabriel))
    return Mesh(xy, u, v, length, urquhart, gabriel, spanning(len(xy), u, v, length))


def sides(xy: Floats, corners: Ints) -> tuple[Ints, Ints, Flags, Flags]:
    """Every side once, with what its one or two triangles say of it."""
    a, b, c = corners[:, [0, 1, 2]].ravel(), corners[:, [1, 2, 0]].ravel(), corners[:, [2, 0, 1]].ravel()
    square = ((xy[a] - xy[b]) ** 2).sum(axis=1).reshape(-1, 3)
    longest = (square == square.max(axis=1, keepdims=True)).ravel()
    obtuse = ((xy[a] - xy[c]) * (xy[b] - xy[c])).sum(axis=1) < 0.0
    key = np.minimum(a, b) * len(xy) + np.maximum(a, b)
    unique, number = np.unique(key, return_inverse=True)
    never_longest = np.bincount(number, longest) == 0
    never_obtuse = np.bincount(number, obtuse) == 0
    return unique // len(xy), unique % len(xy), never_longest, never_obtuse


def spanning(nodes: int, u: Ints, v: Ints, length: Floats) -> Flags:
    """Which sides are in the minimum spanning tree (forest)."""
    numbered = coo_array((length, (u, v)), shape=(nodes, nodes)).tocsr()
    tree = minimum_spanning_tree(numbered).tocoo()
    return np.isin(u * nodes + v, tree.row.astype(np.int64) * nodes + tree.col)


def with_sides(mesh: Mesh, u: Ints, v: Ints) -> Mesh:
    """The mesh with sides that no triangle gave: bridges."""
    no = np.zeros(len(u), dtype=bool)
    return Mesh(
        mesh.xy,
        np.concatenate([mesh.u, u]),
        np.concatenate([mesh.v, v]),
        np.concatenate([mesh.length, np.hypot(*(mesh.xy[u] - mesh.xy[v]).T)]),
        np.concatenate([mesh.urquhart, no]),
        np.concatenate([mesh.gabriel, no]),
        np.concatenate([mesh.tree, no]),
    )
