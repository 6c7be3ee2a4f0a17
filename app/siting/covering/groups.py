"""Groups of neighbouring cells, in levels: a few hundred fine ones, and coarser ones made of them.

What is said of cells together is stronger than what is said of each alone, as long as they share sites. Neighbours are
known by the sites they share; no coordinates are needed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, leaves_list, linkage
from scipy.sparse import csr_array

from app.access.matrix import Floats, Ints
from app.siting.covering.cells import Cells
from app.siting.covering.problem import Starts

FINE, COARSER = 200, (60, 15)
"""How many groups at most, from the finest level up."""
FEWEST = 4
"""Cells in a fine group, on average, at least."""


@dataclass(frozen=True)
class Levels:
    """Cells by fine group, and coarser groups as stretches of fine ones.

    Parameters
    ----------
    group : (cells,) fine group of each cell, ascending
    fine : how many fine groups there are
    stretches : for each level, the fine group each of its groups begins with, and `fine` at the end
    """

    group: Ints
    fine: int
    stretches: tuple[Starts, ...]

    def sums(self, values: Floats) -> Floats:
        """(groups,) sums of cells' values over the fine groups."""
        return np.bincount(self.group, weights=values, minlength=self.fine).astype(float)

    def bounds(self, level: int) -> Starts:
        """Where each group of a level begins among the cells."""
        return np.searchsorted(self.group, self.stretches[level]).astype(np.int64)


def make_levels(cells: Cells) -> tuple[Cells, Levels]:
    """The cells put in the order of their groups, and the levels."""
    wanted = min(FINE, max(1, len(cells) // FEWEST))
    shared, closeness = _closeness(cells, wanted)
    group = closeness.argmax(axis=1)
    used, group = np.unique(group, return_inverse=True)
    tree = linkage(shared[:, used].T, method="average", metric="cosine") if len(used) > 1 else None
    place = np.argsort(leaves_list(tree)) if tree is not None else np.zeros(1, dtype=int)
    group = place[group]
    order = np.argsort(group, kind="stable")
    stretches = [np.arange(len(used) + 1), *(_stretches(tree, place, n) for n in COARSER if n < len(used))]
    return cells.take(order), Levels(group[order].astype(np.int32), len(used), tuple(stretches))


def _stretches(tree: Floats | None, place: NDArray[np.integer], wanted: int) -> Starts:
    """Starts of the coarser groups; leaves of a dendrogram lie beside those they are joined with."""
    joined = np.empty(len(place), dtype=np.int64)
    joined[place] = fcluster(tree, wanted, criterion="maxclust")
    return np.concatenate([[0], np.flatnonzero(np.diff(joined)) + 1, [len(place)]]).astype(np.int64)


def _closeness(cells: Cells, wanted: int) -> tuple[Floats, Floats]:
    """Weight that each site shares with each of some middle sites, as a share; and how near each cell is to each."""
    near = csr_array((np.ones(len(cells.site)), cells.site, cells.start), shape=(len(cells), cells.sites))
    middles = _middles(cells, wanted)
    heavy = near.multiply(cells.weight[:, None]).tocsr()
    shared = np.asarray(near.T @ heavy[:, middles].toarray())
    shared /= np.maximum(shared.sum(axis=0), 1e-300)
    return shared, np.asarray(near @ shared)


def _middles(cells: Cells, wanted: int) -> Ints:
    """Sites that reach much weight that no earlier one reaches."""
    start, cell = cells.by_site
    left = cells.weight.copy()
    gain = cells.weight_by_site()
    found: list[int] = []
    while len(found) < wanted and gain.max(initial=0.0) > 0:
        best = int(gain.argmax())
        found.append(best)
        mine = cell[start[best] : start[best + 1]]
        mine = mine[left[mine] > 0]
        gain -= cells.take(mine).weight_by_site()
        gain[best] = 0.0
        left[mine] = 0.0
    return np.array(found, dtype=np.int32)
