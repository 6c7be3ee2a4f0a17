"""Road distances from the inhabited cells to practices, on the invented network."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from geodata.network.graph import Graph
from geodata.sample.ground import Flags, Floats, Ints

APPROACH = 1.25
"""The way from a cell to its node, over the straight line."""
BLOCK = 25


class Reach:
    """Distances (m) by car from cells to places: one search from the places over all roads, turned round."""

    def __init__(self, graph: Graph, cells: pd.DataFrame) -> None:
        """Tie the cells to the network of ``graph``."""
        arcs = graph.arcs()
        turned = coo_array((arcs.length_m, (arcs.head, arcs.tail)), shape=(graph.nodes, graph.nodes))
        self.turned = csr_array(turned)
        self.tree = cKDTree(np.column_stack([graph.x, graph.y]))
        away, self.node = self.tree.query(cells[["x", "y"]].to_numpy())
        self.approach = APPROACH * away

    def nearest(self, places: Floats) -> Floats:
        """Distance (m) of every cell to the nearest of the places, given as (k, 2)."""
        starts = np.unique(self.tree.query(places)[1])
        away = dijkstra(self.turned, indices=starts, min_only=True)
        return np.asarray(away[self.node] + self.approach)

    def within(self, places: Floats, limit: Floats) -> Ints:
        """How many of the places every cell reaches within its own limit (m)."""
        count = np.zeros(len(self.node), dtype=np.int64)
        for reached in self._blocks(places, float(limit.max())):
            count += reached <= limit
        return count

    def _blocks(self, places: Floats, limit: float) -> Iterator[Floats]:
        node = self.tree.query(places)[1]
        for start in range(0, len(node), BLOCK):
            away = dijkstra(self.turned, indices=node[start : start + BLOCK], limit=limit)
            for row in away:
                yield row[self.node] + self.approach


def mean_by(code: np.ndarray, people: Floats, metres: Floats) -> pd.Series:
    """Mean kilometres of the residents of each municipality."""
    frame = pd.DataFrame({"code": code, "people": people, "km": people * metres / 1000.0})
    sums = frame.groupby("code")[["people", "km"]].sum()
    return sums["km"] / sums["people"]


def share_by(code: np.ndarray, people: Floats, which: Flags) -> pd.Series:
    """Share of the residents of each municipality who live in the cells marked."""
    frame = pd.DataFrame({"code": code, "people": people, "marked": people * which})
    sums = frame.groupby("code")[["people", "marked"]].sum()
    return sums["marked"] / sums["people"]
