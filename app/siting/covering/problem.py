"""A covering question, checked: cells with weight and need, and the candidate sites within reach of each."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Floats, Ints
from app.errors import QuestionError

Starts = NDArray[np.int64]


@dataclass(frozen=True)
class CoverProblem:
    """Cells to lift and candidates that could lift them.

    A cell counts with its whole weight as soon as `need` of its candidates are chosen, and not at all before.

    Parameters
    ----------
    weight : (cells,) what a cell counts, such as its residents; finite and not negative
    need : (cells,) how many sites within reach it lacks, at least one
    start, candidate : the candidates within reach of cell i are `candidate[start[i]:start[i + 1]]`, each at most once
    candidates : how many there are
    priority : (candidates,) smaller is preferred among placements of the same value; by index where it is left out
    fixed : candidates that every placement must hold; they are among the sites asked for
    forbidden : candidates that none may hold

    Raises
    ------
    QuestionError : the arrays do not fit together or hold a value that means nothing, named with its place
    """

    weight: Floats
    need: Ints
    start: Starts
    candidate: Ints
    candidates: int
    priority: Floats | None = None
    fixed: tuple[int, ...] = ()
    forbidden: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be answered, and take arrays of other kinds in as ours."""
        for name, kind in (("weight", np.float64), ("need", np.int32), ("start", np.int64), ("candidate", np.int32)):
            object.__setattr__(self, name, _array(name, getattr(self, name), kind))
        _check_cells(self)
        _check_reach(self)
        _check_sites(self)

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return len(self.weight)

    def reached(self, sites: Iterable[int]) -> Ints:
        """(cells,) how many of some sites each cell has within reach."""
        chosen = np.zeros(self.candidates + 1)
        chosen[list(sites)] = 1
        return _row_sums(chosen[self.candidate], self.start).astype(np.int32)

    def value(self, sites: Iterable[int]) -> float:
        """Weight of the cells that a placement lifts."""
        return float(self.weight[self.reached(sites) >= self.need].sum())


def _array(name: str, given: object, kind: type) -> NDArray[np.generic]:
    try:
        array = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise QuestionError(f"{name}: numbers are wanted, {error}") from error
    if array.ndim != 1:
        raise QuestionError(f"{name}: one dimension is wanted, {array.ndim} were found")
    if kind is not np.float64 and (bad := np.flatnonzero(array != np.rint(array))).size:
        raise QuestionError(f"{name}[{bad[0]}]: a whole number is wanted, {array[bad[0]]} was found")
    return array.astype(kind)


def _row_sums(values: Floats, start: Starts) -> Floats:
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray(sums[start[1:]] - sums[start[:-1]])


def ascending(start: Starts, entry: Ints) -> bool:
    """Whether each row's entries rise."""
    rises = np.diff(entry) > 0
    inner = start[1:-1]
    rises[inner[(inner > 0) & (inner < len(entry))] - 1] = True
    return bool(rises.all())


def _check_cells(problem: CoverProblem) -> None:
    weight, need = problem.weight, problem.need
    if len(need) != len(weight):
        raise QuestionError(f"need: {len(weight)} cells have a weight, {len(need)} a need")
    if (bad := np.flatnonzero(~(np.isfinite(weight) & (weight >= 0)))).size:
        raise QuestionError(f"weight[{bad[0]}]: a finite number from 0 is wanted, {weight[bad[0]]} was found")
    if (bad := np.flatnonzero(need < 1)).size:
        raise QuestionError(f"need[{bad[0]}]: at least 1 is wanted, {need[bad[0]]} was found; leave served cells out")


def _check_reach(problem: CoverProblem) -> None:
    start, candidate = problem.start, problem.candidate
    if len(start) != problem.cells + 1 or start[0] != 0 or start[-1] != len(candidate) or (np.diff(start) < 0).any():
        raise QuestionError(
            f"start: {problem.cells + 1} rising numbers from 0 to {len(candidate)} are wanted, "
            f"{len(start)} were found, {start[:1].tolist()} to {start[-1:].tolist()}"
        )
    if (bad := np.flatnonzero((candidate < 0) | (candidate >= problem.candidates))).size:
        raise QuestionError(
            f"candidate[{bad[0]}]: 0 to {problem.candidates - 1} are known, {candidate[bad[0]]} was found"
        )
    if ascending(start, candidate):
        return
    cell = np.repeat(np.arange(problem.cells), np.diff(start))
    order = np.lexsort((candidate, cell))
    twice = (np.diff(candidate[order]) == 0) & (np.diff(cell[order]) == 0)
    if twice.any():
        place = order[np.flatnonzero(twice)[0]]
        raise QuestionError(f"candidate: cell {cell[place]} names candidate {candidate[place]} twice")


def _check_sites(problem: CoverProblem) -> None:
    for name in ("fixed", "forbidden"):
        strange = [site for site in getattr(problem, name) if not 0 <= site < problem.candidates]
        if strange:
            raise QuestionError(f"{name}: 0 to {problem.candidates - 1} are known, {strange[0]} was found")
    if both := sorted(set(problem.fixed) & set(problem.forbidden)):
        raise QuestionError(f"candidate {both[0]} is both fixed and forbidden")
    priority = problem.priority
    if priority is None:
        return
    object.__setattr__(problem, "priority", _array("priority", priority, np.float64))
    if len(priority) != problem.candidates or not np.isfinite(priority).all():
        raise QuestionError(f"priority: {problem.candidates} finite numbers are wanted, {len(priority)} were found")
