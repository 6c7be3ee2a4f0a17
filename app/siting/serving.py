"""The objective of serving everybody on a ground: the fewest new practices that bring all within reach of one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from app.access.matrix import Floats, Matrix
from app.siting.answer import Answer, Budget, no_figures
from app.siting.ground import Cells, Ground
from app.siting.set_cover.problem import SetCoverProblem, make_set_cover_problem
from app.siting.set_cover.solve import solve_set_cover


@dataclass(frozen=True)
class Serving:
    """LSCP (Toregas, Swain, ReVelle and Bergman 1971): cells without an open practice, and the spots that reach them.

    The number of new practices is what is looked for; `question.add` is not read.

    Parameters
    ----------
    bare : (s,) positions in `ground.cells` of the cells that have none
    near : spots by row, and the bare cells (columns) they are within reach of
    """

    ground: Ground
    bare: Cells
    near: Matrix

    maximizing, figures = False, no_figures

    def solve(self, budget: Budget, alternatives: int) -> Answer:
        """The fewest spots that serve everybody, with their proof; infeasible where some cannot be served."""
        del alternatives
        return solve_set_cover(self._problem, budget)

    def value(self, spots: Sequence[int]) -> float:
        """Number of spots."""
        return float(len(spots))

    def with_each(self, spots: Sequence[int], _enough: float = math.inf) -> Floats:
        """(spots,) number of practices with those spots and one more; infinite where somebody is still left out."""
        left = self._counts(spots) == 0
        covers = self._reached @ left.astype(float) == left.sum()
        return np.where(covers, len(spots) + 1.0, np.inf)

    def outcome(self, spots: Sequence[int]) -> Floats:
        """(d,) 1 for each counted cell that has a practice within reach with those spots, else 0."""
        found = np.ones(len(self.ground.cells))
        found[self.bare] = self._counts(spots) > 0
        return found

    @property
    def helpless(self) -> Cells:
        """Positions in `ground.cells` of the cells that no candidate reaches."""
        return np.asarray(self.bare[list(self._problem.unreachable)], dtype=np.intp)

    @cached_property
    def _reached(self) -> csr_array:
        ones = np.ones(len(self.near.cell))
        return csr_array((ones, self.near.cell, self.near.start), shape=(self.near.rows, self.near.cells))

    @cached_property
    def _problem(self) -> SetCoverProblem:
        by_cell = self._reached.tocsc()
        by_cell.sort_indices()
        return make_set_cover_problem(by_cell.indptr.astype(np.int64), by_cell.indices.astype(np.int32), self.near.rows)

    def _counts(self, spots: Sequence[int]) -> Floats:
        return np.asarray(self._reached[list(spots)].sum(axis=0), dtype=float).ravel()


def pose_serving(ground: Ground) -> Serving:
    """Ask how few serve everybody."""
    bare = np.flatnonzero(ground.has < 1)
    return Serving(ground, bare, ground.reach(bare))
