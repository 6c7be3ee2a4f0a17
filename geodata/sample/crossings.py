"""Bridges over the harbour and the fjord, and motorways, from hand-written lines."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geodata.sample.ground import Floats, Ints
from geodata.sample.junctions import Net
from geodata.sample.outlines import read_table
from geodata.sample.streets import MOTORWAY, PATH, PRIMARY, RAMP, SECONDARY
from geodata.sample.terrain import Terrain

KINDS = {"path": PATH, "secondary": SECONDARY, "primary": PRIMARY}
LEG = 700.0
"""Spacing of motorway nodes (m)."""
BOW = 80.0
"""How far a motorway strays from its line (m)."""


def abutments(terrain: Terrain) -> Floats:
    """Both ends of every bridge on dry ground, (bridges, 2, 2): the ends of the widest water on its line."""
    table = read_table("bridges")
    ends = table[["x_1", "y_1", "x_2", "y_2"]].to_numpy(dtype=float).reshape(-1, 2, 2)
    return np.stack([_abutments(start, end, terrain) for start, end in ends])


def _abutments(start: Floats, end: Floats, terrain: Terrain, inland: float = 15.0) -> Floats:
    length = float(np.hypot(*(end - start)))
    way = np.arange(-400.0, length + 400.0, 5.0)
    points = start + way[:, None] * (end - start) / length
    wet = terrain.island(points[:, 0], points[:, 1]) == 0
    change = np.diff(np.concatenate([[0], wet.astype(int), [0]]))
    first, last = np.flatnonzero(change == 1), np.flatnonzero(change == -1)
    middle = np.abs(way[(first + last) // 2 - 1] - length / 2.0)
    run = int(np.argmax((last - first) * 5.0 - 0.5 * middle))
    step = int(inland / 5.0)
    return points[[max(first[run] - 1 - step, 0), min(last[run] + step, len(points) - 1)]]


def bridges(xy: Floats, spots: Floats) -> tuple[Ints, Ints, Ints]:
    """Ends and class of every bridge, between the points that stand on the abutments."""
    node = cKDTree(xy).query(spots.reshape(-1, 2))[1].reshape(-1, 2)
    return node[:, 0], node[:, 1], read_table("bridges")["highway"].map(KINDS).to_numpy()


def with_motorways(net: Net, terrain: Terrain, random: np.random.Generator) -> Net:
    """The net with its motorways, which meet the surface roads at the points of their lines only."""
    surface = np.isin(net.kind, (SECONDARY, PRIMARY)) & ~net.wet
    candidates = np.unique(np.concatenate([net.u[surface], net.v[surface]]))
    tree = cKDTree(net.xy[candidates])
    meeting: dict[tuple[float, float], int] = {}
    for _, line in read_table("motorways").groupby("name", sort=True):
        net, corners = laid_motorway(net, line, meeting, random)
        away, nearest = tree.query(net.xy[corners])
        target = candidates[nearest]
        island = terrain.island(*net.xy[corners].T)
        fit = (away < 1500.0) & (island > 0) & terrain.dry(net.xy[corners], net.xy[target])
        net = net.with_edges(corners[fit], target[fit], RAMP)
    return net


def laid_motorway(
    net: Net, line: pd.DataFrame, meeting: dict[tuple[float, float], int], random: np.random.Generator
) -> tuple[Net, Ints]:
    """The net with one motorway, and the nodes at the points of its line; points shared with others meet."""
    points = line[["x", "y"]].to_numpy(dtype=float)
    spots: list[Floats] = []
    chain: list[int] = []
    corners: list[int] = []
    for number, point in enumerate(points):
        if number:
            between = bowed(points[number - 1], point, random)
            chain += list(range(len(net.xy) + len(spots), len(net.xy) + len(spots) + len(between)))
            spots += list(between)
        key = (round(float(point[0])), round(float(point[1])))
        if key not in meeting:
            meeting[key] = len(net.xy) + len(spots)
            spots.append(point)
        chain.append(meeting[key])
        corners.append(meeting[key])
    grown = replace(net, xy=np.concatenate([net.xy, np.array(spots)]))
    nodes = np.array(chain)
    return grown.with_edges(nodes[:-1], nodes[1:], MOTORWAY), np.array(corners)


def bowed(start: Floats, end: Floats, random: np.random.Generator) -> Floats:
    """Points between two others, each 700 m or so, on a gentle bow."""
    length = float(np.hypot(*(end - start)))
    number = int(length / LEG)
    part = (np.arange(1, number + 1) / (number + 1))[:, None]
    across = np.array([-(end - start)[1], (end - start)[0]]) / length
    return start + part * (end - start) + np.sin(np.pi * part) * across * random.uniform(-BOW, BOW)
