"""Who travels how far today, and which candidates would be nearer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Floats, Ints
from app.errors import QuestionError
from app.siting.branching.model import Sites
from geodata.network.kernel import kernel

Starts = NDArray[np.int64]


@dataclass(frozen=True)
class MedianProblem:
    """Travel of cells to existing practices, and to candidates that are nearer; make it by `make_median_problem`.

    Parameters
    ----------
    weight : (cells,) residents, or need
    today : (cells,) cost to the nearest existing practice; where there is none, a penalty
    start : (cells + 1,) where each cell's entries begin
    candidate : (entries,) candidates nearer than `today`, the nearest first, equal ones by their index
    cost : (entries,) travel to them, metres or minutes
    candidates : how many candidates there are
    """

    weight: Floats
    today: Floats
    start: Starts
    candidate: Ints
    cost: NDArray[np.floating]
    candidates: int

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.weight)

    def travel(self, sites: Sites) -> Floats:
        """(cells,) cost to the nearest of existing practices and chosen sites."""
        chosen = np.zeros(self.candidates, dtype=np.bool_)
        chosen[list(sites)] = True
        return _travel(self.start, self.candidate, self.cost, self.today, chosen)

    def value(self, sites: Sites) -> float:
        """Residents times cost, summed over the cells."""
        return float(self.weight @ self.travel(sites))

    @property
    def cell(self) -> NDArray[np.intp]:
        """(entries,) cell of each entry."""
        return np.repeat(np.arange(self.cells), np.diff(self.start))

    def saved_with_each(self, sites: Sites) -> Floats:
        """(entries,) residents times cost that each entry's cell saves when its candidate opens beside some sites."""
        now, cell = self.travel(sites), self.cell
        return np.asarray(np.maximum(0.0, now[cell] - self.cost) * self.weight[cell], dtype=float)

    def value_with_each(self, sites: Sites) -> Floats:
        """(candidates,) residents times cost with some sites and one more."""
        saved = np.bincount(self.candidate, weights=self.saved_with_each(sites), minlength=self.candidates)
        return np.asarray(self.value(sites) - saved, dtype=float)

    def only(self, kept: NDArray[np.intp]) -> "MedianProblem":
        """The same problem with some of the candidates, renumbered in the order given (ascending)."""
        number = np.full(self.candidates, -1, dtype=np.int32)
        number[kept] = np.arange(len(kept), dtype=np.int32)
        renamed = number[self.candidate]
        here = renamed >= 0
        start = np.concatenate([[0], np.cumsum(here)])[self.start]
        return MedianProblem(self.weight, self.today, start, renamed[here], self.cost[here], len(kept))


def make_median_problem(
    weight: Floats, today: Floats, start: Starts, candidate: Ints, cost: NDArray[np.floating], candidates: int
) -> MedianProblem:
    """Check a problem, put each cell's candidates in order, and leave out those no nearer than today.

    Raises
    ------
    QuestionError : shapes do not fit, or a number is negative, not a number, or a candidate that is not there
    """
    _check(weight, today, start, candidate, cost, candidates)
    cell = np.repeat(np.arange(len(weight)), np.diff(start))
    nearer = cost < today[cell]
    if not nearer.all():
        start = np.concatenate([[0], np.cumsum(nearer)])[start]
        cell, candidate, cost = cell[nearer], candidate[nearer], cost[nearer]
    same = cell[1:] == cell[:-1]
    sorted_already = (cost[1:] > cost[:-1]) | ((cost[1:] == cost[:-1]) & (candidate[1:] > candidate[:-1]))
    if not np.all(sorted_already | ~same):
        order = np.lexsort([candidate, cost, cell])
        candidate, cost = candidate[order], cost[order]
    return MedianProblem(
        np.ascontiguousarray(weight, dtype=float),
        np.ascontiguousarray(today, dtype=float),
        np.ascontiguousarray(start, dtype=np.int64),
        np.ascontiguousarray(candidate, dtype=np.int32),
        np.ascontiguousarray(cost),
        candidates,
    )


def _check(
    weight: Floats, today: Floats, start: Starts, candidate: Ints, cost: NDArray[np.floating], candidates: int
) -> None:
    check_amounts("weight", weight, len(weight))
    check_amounts("today", today, len(weight))
    check_amounts("cost", cost, len(candidate))
    check_links(start, candidate, len(weight), candidates)


def check_amounts(name: str, amounts: NDArray[np.floating], expected: int) -> None:
    """Amounts are as many as expected, finite and not negative.

    Raises
    ------
    QuestionError : naming the first that is not
    """
    if np.shape(amounts) != (expected,):
        raise QuestionError(f"{name} has shape {np.shape(amounts)}; expected ({expected},)")
    wrong = np.flatnonzero(~(np.isfinite(amounts) & (np.asarray(amounts) >= 0)))
    if len(wrong):
        raise QuestionError(f"{name}[{wrong[0]}] is {amounts[wrong[0]]}; expected a finite number of 0 or more")


def check_links(start: Starts, candidate: Ints, rows: int, candidates: int) -> None:
    """Rows of candidates, stored one after another, fit together.

    Raises
    ------
    QuestionError : naming what does not fit
    """
    if np.shape(start) != (rows + 1,):
        raise QuestionError(f"start has shape {np.shape(start)}; expected ({rows + 1},), one more than the rows")
    if start[0] != 0 or start[-1] != len(candidate) or np.any(np.diff(start) < 0):
        raise QuestionError(f"start must ascend from 0 to {len(candidate)}, the number of entries")
    wrong = np.flatnonzero((np.asarray(candidate) < 0) | (np.asarray(candidate) >= candidates))
    if len(wrong):
        raise QuestionError(f"candidate[{wrong[0]}] is {candidate[wrong[0]]}; expected 0 to {candidates - 1}")


def check_number(add: int, candidates: int, least: int = 1) -> None:
    """As many sites are asked for as can be chosen.

    Raises
    ------
    QuestionError : more sites than candidates, or too few
    """
    if not least <= add <= candidates:
        raise QuestionError(
            f"{add} sites cannot be chosen from {candidates} candidates; expected {least} to {candidates}"
        )


@kernel
def _travel(
    start: Starts, candidate: Ints, cost: NDArray[np.floating], today: Floats, chosen: NDArray[np.bool_]
) -> Floats:
    found = today.copy()
    for cell in range(len(today)):
        for at in range(start[cell], start[cell + 1]):
            if chosen[candidate[at]]:
                found[cell] = cost[at]
                break
    return found
