"""How far it is from the counted cells to today's practices and to every spot that would be nearer, in minutes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.access.matrix import Floats, Ints, Matrix, Singles, from_rows, gather
from app.access.travel import ROAD_MODE
from app.errors import QuestionError
from app.siting.by_cell import nearest_first
from app.siting.ground import Cells, Ground
from app.siting.median.problem import MedianProblem, make_median_problem
from geodata import units

PORTION = 256
"""Candidates that are searched at a time, so that what is too far is dropped before there is too much of it."""

Row = tuple[Ints, Singles]
"""Cells in reach of a spot, ascending, and minutes."""


@dataclass(frozen=True)
class Ways:
    """Minutes by the question's mode, by car where it has none.

    Parameters
    ----------
    today : (d,) to the nearest open practice that stays; of cells that reach none, the longest way there is
    stranded : positions of the cells that reach none today
    problem : spots that are nearer
    """

    today: Floats
    stranded: Cells
    problem: MedianProblem

    @property
    def helpless(self) -> Cells:
        """Cells that reach no practice today and no candidate."""
        reached = np.diff(self.problem.start)
        return np.asarray(self.stranded[reached[self.stranded] == 0], dtype=np.intp)


def make_ways(ground: Ground) -> Ways:
    """Measure.

    Raises
    ------
    QuestionError : no practice is open and no candidate can be reached
    """
    mode = ground.question.standard.mode or ROAD_MODE
    roads = ground.base.roads[mode].of(ground.cells)
    supply = ground.base.supply
    open_rows = supply.members(ground.open_count > 0)
    today = (
        roads.nearest(units.MINUTES, *open_rows).value[:, 0]
        if len(open_rows[0])
        else np.full(len(ground.cells), np.inf)
    )
    stranded = np.flatnonzero(~np.isfinite(today))
    stays = gather(roads.within(units.MINUTES, float("inf")), [supply.rows[row] for row in ground.rows_moving])
    rows = [stays.row(i) for i in range(stays.rows)]
    near = list(_candidates(ground, mode, today))
    farthest = _farthest(today, [*near, *rows])
    today = np.where(np.isfinite(today), today, farthest)
    matrix = from_rows(near * ground.question.per_site + rows, len(ground.cells), units.MINUTES, max(farthest, 0.0))
    return Ways(today, stranded, _problem(ground, matrix, today))


def _candidates(ground: Ground, mode: str, today: Floats) -> Iterator[Row]:
    """Cells that each candidate is nearer to than today's nearest practice, and minutes."""
    roads = ground.base.roads[mode].of(ground.cells)
    places, far = ground.candidates.places, np.where(np.isfinite(today), today, np.inf)
    cutoff = float(today[np.isfinite(today)].max(initial=0.0)) if np.isfinite(today).all() else float("inf")
    for start in range(0, len(places), PORTION):
        part = places.iloc[start : start + PORTION]
        matrices = roads.to(part).within(units.MINUTES, cutoff, far)
        whole = gather(matrices, [[i] for i in range(len(part))])
        for i in range(whole.rows):
            cell, cost = whole.row(i)
            nearer = cost < far[cell]
            yield cell[nearer], cost[nearer]


def _farthest(today: Floats, rows: list[Row]) -> float:
    known = [float(today[np.isfinite(today)].max(initial=0.0)), *(float(cost.max(initial=0.0)) for _, cost in rows)]
    if max(known) == 0.0:
        raise QuestionError("nobody in the area can reach any practice or candidate by this mode", "nobody")
    return max(known)


def _problem(ground: Ground, matrix: Matrix, today: Floats) -> MedianProblem:
    """The matrix by cell."""
    spot = np.repeat(np.arange(matrix.rows, dtype=np.int32), np.diff(matrix.start))
    start, spot, cost = nearest_first(matrix.cells, matrix.cell, spot, matrix.value.astype(float))
    return make_median_problem(ground.weight, today, start, spot, cost, matrix.rows)
