"""The part of a covering question that is open: free candidates in a fixed order, and different cells they can lift.

What is decided is taken out: fixed and forbidden candidates, cells of no weight, cells that cannot be lifted, and cells
that the fixed candidates lift. Cells that need the same number of the same candidates are one cell.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Flags, Floats, Ints
from app.siting.covering.problem import CoverProblem, Starts, ascending
from geodata.network.kernel import kernel

Keys = NDArray[np.uint64]


@dataclass(frozen=True)
class Cells:
    """Different cells, each with its sites in ascending order.

    Parameters
    ----------
    weight, need : (cells,)
    start, site : sites of cell i are `site[start[i]:start[i + 1]]`
    sites : how many sites there are
    """

    weight: Floats
    need: Ints
    start: Starts
    site: Ints
    sites: int

    def __len__(self) -> int:
        """How many cells there are."""
        return len(self.weight)

    @property
    def arrays(self) -> tuple[Floats, Ints, Starts, Ints]:
        """Weight, need, start and site, as kernels take them."""
        return self.weight, self.need, self.start, self.site

    @cached_property
    def by_site(self) -> tuple[Starts, Ints]:
        """The other way round: start and cells of each site."""
        cell = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.start))
        order = np.argsort(self.site, kind="stable")
        start = np.concatenate([[0], np.cumsum(np.bincount(self.site, minlength=self.sites))])
        return start.astype(np.int64), cell[order]

    def weight_by_site(self) -> Floats:
        """(sites,) weight within reach of each site."""
        return self.sums_by_site(self.weight)

    def sums_by_site(self, values: Floats) -> Floats:
        """(sites,) sums of cells' values within reach of each site."""
        found = np.zeros(self.sites)
        add_by_site(self.start, self.site, values, found)
        return found

    def shared_with(self, centre: int) -> Floats:
        """(sites,) weight of the cells that a site shares with the centre."""
        start, cell = self.by_site
        found = np.zeros(self.sites)
        add_shared(cell[start[centre] : start[centre + 1]], self.weight, self.start, self.site, found)
        return found

    def take(self, rows: NDArray[np.integer]) -> "Cells":
        """Some of the cells, in the order given."""
        start, place = _places(self.start, rows)
        return Cells(self.weight[rows], self.need[rows], start, self.site[place], self.sites)

    def only(self, sites: Flags) -> tuple["Cells", NDArray[np.integer]]:
        """Cells with some of the sites only, and which they were; those with too few can never be lifted and go."""
        keep = sites[self.site]
        start = np.concatenate([[0], np.cumsum(keep)])[self.start]
        smaller = Cells(self.weight, self.need, start, self.site[keep], self.sites)
        rows = np.flatnonzero(np.diff(start) >= self.need)
        return smaller.take(rows), rows


@dataclass(frozen=True)
class Reduced:
    """The open part of a question.

    Parameters
    ----------
    cells : what can still be lifted, by which free sites
    names : (sites,) candidate of each site, preferred ones first
    constant : weight that the fixed candidates lift by themselves
    """

    cells: Cells
    names: Ints
    constant: float


def reduce(problem: CoverProblem, wanted: int) -> Reduced:
    """Take out what is decided where so many free candidates are chosen, and merge cells that are the same.

    Sites are ordered by priority, then by index, and cells by what they need, so that the order of the input does not
    matter.
    """
    free = np.ones(problem.candidates, dtype=bool)
    free[list(problem.fixed)] = False
    free[list(problem.forbidden)] = False
    need = problem.need - problem.reached(problem.fixed)
    names = _preferred(problem, np.flatnonzero(free))
    whole = Cells(problem.weight, need.astype(np.int32), problem.start, problem.candidate, problem.candidates)
    cells, _ = whole.take(np.flatnonzero((need > 0) & (need <= wanted) & (problem.weight > 0))).only(free)
    site = np.zeros(problem.candidates, dtype=np.int32)
    site[names] = np.arange(len(names), dtype=np.int32)
    renamed = _sorted(Cells(cells.weight, cells.need, cells.start, site[cells.site], len(names)))
    return Reduced(merge(renamed)[0], names, float(problem.weight[need <= 0].sum()))


def merge(cells: Cells, within: Ints | None = None) -> tuple[Cells, Ints]:
    """Cells with the same need and sites as one, and which class each belongs to; only cells of a class are merged.

    The merged cells come by class, then by a fixed hash of what they are.
    """
    group = np.zeros(len(cells), dtype=np.int32) if within is None else within
    key = fingerprints(cells)
    order = np.lexsort((cells.weight, key, group))
    new = np.ones(len(cells), dtype=bool)
    new[1:] = (np.diff(group[order]) != 0) | (key[order][1:] != key[order][:-1])
    same = np.flatnonzero(~new)
    new[same] = ~_equal(cells, order[same - 1], order[same])
    first = np.flatnonzero(new)
    merged = cells.take(order[first])
    weight = np.add.reduceat(cells.weight[order], first) if len(first) else np.zeros(0)
    return Cells(weight, merged.need, merged.start, merged.site, cells.sites), group[order[first]]


def site_keys(sites: int) -> Keys:
    """(sites,) fixed numbers of 64 bits without pattern: SplitMix64 (Steele, Lea and Flood 2014)."""
    z = np.arange(1, sites + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(z ^ (z >> np.uint64(31)))


def fingerprints(cells: Cells) -> Keys:
    """(cells,) hash of need and sites; the same for the same."""
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(site_keys(cells.sites)[cells.site])])
    return np.asarray(
        sums[cells.start[1:]] - sums[cells.start[:-1]] + site_keys(int(cells.need.max(initial=0)))[cells.need - 1]
    )


def _equal(cells: Cells, one: NDArray[np.integer], other: NDArray[np.integer]) -> Flags:
    """Whether cells of the same hash are the same in truth."""
    size = np.diff(cells.start)
    equal = (size[one] == size[other]) & (cells.need[one] == cells.need[other])
    a, b = one[equal], other[equal]
    start, place = _places(cells.start, a)
    differs = cells.site[place] != cells.site[_places(cells.start, b)[1]]
    sums = np.concatenate([[0], np.cumsum(differs)])
    equal[equal] = sums[start[1:]] == sums[start[:-1]]
    return np.asarray(equal)


@kernel
def add_by_site(start: Starts, site: Ints, values: Floats, found: Floats) -> None:
    """Add each cell's value to its sites."""
    for i in range(len(values)):
        for e in range(start[i], start[i + 1]):
            found[site[e]] += values[i]


@kernel
def add_shared(cells: Ints, weight: Floats, start: Starts, site: Ints, found: Floats) -> None:
    """Add the weight of some cells to their sites."""
    for i in cells:
        for e in range(start[i], start[i + 1]):
            found[site[e]] += weight[i]


def _places(start: Starts, rows: NDArray[np.integer]) -> tuple[Starts, Starts]:
    """New starts of some rows, and where their entries stand."""
    size = np.diff(start)[rows]
    new = np.concatenate([[0], np.cumsum(size)])
    return new, np.arange(new[-1]) - np.repeat(new[:-1] - start[rows], size)


def _preferred(problem: CoverProblem, candidates: NDArray[np.integer]) -> Ints:
    """Candidates by priority, then index."""
    if problem.priority is None:
        return candidates.astype(np.int32)
    return candidates[np.argsort(problem.priority[candidates], kind="stable")].astype(np.int32)


def _sorted(cells: Cells) -> Cells:
    """Each cell's sites ascending."""
    if ascending(cells.start, cells.site):
        return cells
    cell = np.repeat(np.arange(len(cells)), np.diff(cells.start))
    return Cells(cells.weight, cells.need, cells.start, cells.site[np.lexsort((cells.site, cell))], cells.sites)
