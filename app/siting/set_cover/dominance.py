"""What can be left out of a set cover: sites that cover no more than another, and cells that are covered whenever
another is (Balas and Ho 1980).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from app.access.matrix import Flags, Ints
from app.siting.branching.model import Sites
from app.siting.median.problem import Starts
from app.siting.set_cover.problem import SetCoverProblem
from geodata.network.kernel import kernel


@dataclass(frozen=True)
class Core:
    """A set cover without what is dominated; its smallest covers are smallest covers of the whole.

    Parameters
    ----------
    problem : every cell of it is open
    kept : indices of its sites in the whole
    """

    problem: SetCoverProblem
    kept: NDArray[np.intp]

    def inner(self, sites: Sites) -> Sites:
        """Indices here, of those that are here."""
        return tuple(np.flatnonzero(np.isin(self.kept, sites)).tolist())

    def outer(self, sites: Sites) -> Sites:
        """Indices in the whole."""
        return tuple(self.kept[list(sites)].tolist())


def core(rows: csr_array) -> Core:
    """Leave out dominated sites and cells, in turn, until none is left; every row holds a site.

    Parameters
    ----------
    rows : (cells, candidates) 1 where a candidate covers a cell
    """
    kept, before = np.arange(rows.shape[1]), (-1, -1)
    while before != rows.shape:
        before = rows.shape
        by_site = _sorted(csr_array(rows.T))
        inside, _ = _contained(*_sets(by_site), *_sets(rows))
        stays = np.flatnonzero(~inside & (np.diff(by_site.indptr) > 0))
        rows, kept = _sorted(csr_array(rows[:, stays])), kept[stays]
        _, around = _contained(*_sets(rows), *_sets(_sorted(csr_array(rows.T))))
        rows = csr_array(rows[np.flatnonzero(~around)])
    start, candidate = _sets(rows)
    opened = np.ones(rows.shape[0], dtype=bool)
    return Core(SetCoverProblem(start[:-1], start[1:], candidate, opened, rows.shape[1]), kept)


def _sorted(rows: csr_array) -> csr_array:
    rows.sort_indices()
    return rows


def _sets(rows: csr_array) -> tuple[Starts, Ints]:
    return rows.indptr.astype(np.int64), rows.indices.astype(np.int32)


@kernel
def _contained(start: Starts, item: Ints, holder_start: Starts, holder: Ints) -> tuple[Flags, Flags]:
    """Which sets lie within another, and which hold another; of equal ones the first does neither.

    Parameters
    ----------
    start, item : items of each set
    holder_start, holder : sets that hold each item
    """
    sets = len(start) - 1
    inside, around = np.zeros(sets, dtype=np.bool_), np.zeros(sets, dtype=np.bool_)
    stamp = np.full(len(holder_start) - 1, -1, dtype=np.int64)
    for a in range(sets):
        size, rarest = start[a + 1] - start[a], -1
        for at in range(start[a], start[a + 1]):
            stamp[item[at]] = a
            count = holder_start[item[at] + 1] - holder_start[item[at]]
            if rarest < 0 or count < holder_start[rarest + 1] - holder_start[rarest]:
                rarest = item[at]
        if rarest < 0:
            continue
        for k in range(holder_start[rarest], holder_start[rarest + 1]):
            b = holder[k]
            other = start[b + 1] - start[b]
            if b == a or other < size:
                continue
            shared = 0
            for at in range(start[b], start[b + 1]):
                shared += stamp[item[at]] == a
            if shared == size:
                inside[a] = inside[a] or other > size or b < a
                around[b] = around[b] or other > size or a < b
    return inside, around
