"""Which candidates would cover each cell that is not covered today."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Flags, Floats, Ints
from app.siting.branching.model import Sites
from app.siting.median.problem import Starts, check_links
from geodata.network.kernel import kernel


@dataclass(frozen=True)
class SetCoverProblem:
    """Cells and the candidates that would cover them.

    Parameters
    ----------
    start, stop : (cells,) where each cell's entries begin and end
    candidate : (entries,) candidates that cover it
    open : (cells,) whether a cell has still to be covered
    candidates : how many candidates there are
    """

    start: Starts
    stop: Starts
    candidate: Ints
    open: Flags
    candidates: int

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.open)

    @cached_property
    def unreachable(self) -> tuple[int, ...]:
        """Cells that have to be covered, and that no candidate covers."""
        return tuple(np.flatnonzero(self.open & (self.stop == self.start)).tolist())

    def covered(self, x: Floats) -> Floats:
        """(cells,) sum of x over the candidates that cover a cell; 0 for one that needs none."""
        return _covered(self.start, self.stop, self.candidate, self.open, x)

    def only(self, cells: NDArray[np.int64]) -> "SetCoverProblem":
        """The same problem for some of the cells."""
        return SetCoverProblem(
            self.start[cells], self.stop[cells], self.candidate, np.ones(len(cells), dtype=bool), self.candidates
        )

    def is_cover(self, sites: Sites) -> bool:
        """Whether nobody is left out."""
        return bool(np.all((self.covered(marked(sites, self.candidates)) > 0)[self.open]))


def marked(sites: Sites, candidates: int) -> Floats:
    """(candidates,) 1 at some sites, else 0."""
    x = np.zeros(candidates)
    x[list(sites)] = 1.0
    return x


def make_set_cover_problem(
    start: Starts, candidate: Ints, candidates: int, covered_today: Flags | None = None
) -> SetCoverProblem:
    """Check a problem; cells covered today need nothing.

    Parameters
    ----------
    start : (cells + 1,) where each cell's entries begin

    Raises
    ------
    QuestionError : shapes do not fit, or a candidate is not there
    """
    rows = len(start) - 1
    check_links(start, candidate, rows, candidates)
    open_cells = np.ones(rows, dtype=bool) if covered_today is None else ~np.asarray(covered_today, dtype=bool)
    return SetCoverProblem(
        np.ascontiguousarray(start[:-1], dtype=np.int64),
        np.ascontiguousarray(start[1:], dtype=np.int64),
        np.ascontiguousarray(candidate, dtype=np.int32),
        open_cells,
        candidates,
    )


def complete(problem: SetCoverProblem, sites: Sites) -> Sites:
    """Add the site that covers most cells left out, the first of equal ones, until nobody is; then drop idle ones."""
    chosen = np.array(sites, dtype=np.int32)
    found = _complete(problem.start, problem.stop, problem.candidate, problem.open, chosen, problem.candidates)
    return tuple(found.tolist())


@kernel
def _covered(start: Starts, stop: Starts, candidate: Ints, wanted: Flags, x: Floats) -> Floats:
    total = np.zeros(len(start))
    for cell in range(len(total)):
        if wanted[cell]:
            for at in range(start[cell], stop[cell]):
                total[cell] += x[candidate[at]]
    return total


@kernel
def _count(start: Starts, stop: Starts, candidate: Ints, missing: Flags, gain: NDArray[np.int64]) -> None:
    gain[:] = 0
    for cell in range(len(missing)):
        if missing[cell]:
            for at in range(start[cell], stop[cell]):
                gain[candidate[at]] += 1


@kernel
def _take(start: Starts, stop: Starts, candidate: Ints, missing: Flags, gain: NDArray[np.int64], site: int) -> None:
    """Take a site: the cells it covers count no more."""
    for cell in range(len(missing)):
        if not missing[cell]:
            continue
        covers = False
        for at in range(start[cell], stop[cell]):
            covers = covers or candidate[at] == site
        if covers:
            missing[cell] = False
            for at in range(start[cell], stop[cell]):
                gain[candidate[at]] -= 1


@kernel
def _count_chosen(start: Starts, stop: Starts, candidate: Ints, chosen: Flags) -> NDArray[np.int64]:
    count = np.zeros(len(start), dtype=np.int64)
    for cell in range(len(start)):
        for at in range(start[cell], stop[cell]):
            count[cell] += chosen[candidate[at]]
    return count


@kernel
def _idle(start: Starts, stop: Starts, candidate: Ints, wanted: Flags, chosen: Flags) -> Flags:
    """Sites without which every cell is still covered, each taken alone."""
    idle, count = chosen.copy(), _count_chosen(start, stop, candidate, chosen)
    for cell in range(len(wanted)):
        if wanted[cell] and count[cell] == 1:
            for at in range(start[cell], stop[cell]):
                idle[candidate[at]] = False
    return idle


@kernel
def _complete(
    start: Starts, stop: Starts, candidate: Ints, wanted: Flags, sites: Ints, candidates: int
) -> NDArray[np.int64]:
    chosen = np.zeros(candidates, dtype=np.bool_)
    chosen[sites] = True
    missing = wanted & (_count_chosen(start, stop, candidate, chosen) == 0)
    gain = np.zeros(candidates, dtype=np.int64)
    _count(start, stop, candidate, missing, gain)
    while gain.max() > 0:
        site = int(np.argmax(gain))
        chosen[site] = True
        _take(start, stop, candidate, missing, gain, site)
    while True:
        idle = np.flatnonzero(_idle(start, stop, candidate, wanted, chosen)).astype(np.int64)
        if len(idle) == 0:
            return np.flatnonzero(chosen).astype(np.int64)
        chosen[idle[-1]] = False
