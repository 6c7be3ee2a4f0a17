"""The covering objective on a ground: residents lifted to at least k open practices within reach.

Maximal covering (MCLP, Church and ReVelle 1974) where one practice is enough, backup coverage (Hogan and ReVelle 1986)
where a cell needs two or three more.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from app.access.matrix import Floats, Matrix
from app.siting.answer import Answer, Budget, no_figures
from app.siting.covering.problem import CoverProblem
from app.siting.covering.solve import solve_cover
from app.siting.ground import Cells, Ground

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Lifting:
    """Cells that are short, and the spots that reach them.

    Parameters
    ----------
    ground : what is asked on
    short : (s,) positions in `ground.cells` of cells that have fewer than k
    need : (s,) open practices they lack
    weight : (s,) of each in the objective
    near : spots by row, and the short cells (columns) they are within reach of
    fallen : weight of the cells that have enough today and not when practices have closed or left to move
    """

    ground: Ground
    short: Cells
    need: Counts
    weight: Floats
    near: Matrix
    fallen: float = 0.0

    maximizing, figures = True, no_figures

    def solve(self, budget: Budget, alternatives: int) -> Answer:
        """The placement that lifts most, with its proof."""
        found = solve_cover(self.problem, self.ground.add, self._net(budget), alternatives)
        proof = replace(found.proof, value=found.proof.value - self.fallen, bound=found.proof.bound - self.fallen)
        best, *others = (
            replace(one, value=one.value - self.fallen) for one in (found.best, *found.alternatives) if one is not None
        )
        return replace(found, best=best, alternatives=tuple(others), proof=proof)

    @cached_property
    def problem(self) -> CoverProblem:
        """The same for the solver, which knows nothing of what falls."""
        by_cell = self._reached.tocsc()
        by_cell.sort_indices()
        return CoverProblem(
            weight=self.weight,
            need=self.need.astype(np.int32),
            start=by_cell.indptr.astype(np.int64),
            candidate=by_cell.indices,
            candidates=self.near.rows,
            priority=self.ground.away,
        )

    def _net(self, budget: Budget) -> Budget:
        """Tells value and bound less what closings take."""
        return replace(budget, go_on=lambda value, bound: budget.go_on(value - self.fallen, bound - self.fallen))

    def value(self, spots: Sequence[int]) -> float:
        """Weight lifted by a practice at each of some spots, less what falls by closings."""
        return float(self.weight[self._counts(spots) >= self.need].sum()) - self.fallen

    def with_each(self, spots: Sequence[int], _enough: float = math.inf) -> Floats:
        """(spots,) weight lifted by those spots and one more."""
        lacking = self.need - self._counts(spots)
        gain = np.where(lacking == 1, self.weight, 0.0)
        return np.asarray(self.weight[lacking <= 0].sum() - self.fallen + self._reached @ gain, dtype=float)

    def outcome(self, spots: Sequence[int]) -> Floats:
        """(d,) 1 for each counted cell that has enough practices with those spots, else 0."""
        found = np.ones(len(self.ground.cells))
        found[self.short] = self._counts(spots) >= self.need
        return found

    @property
    def helpless(self) -> Cells:
        """Positions in `ground.cells` of the cells that no placement can lift."""
        most = np.asarray(self._reached.sum(axis=0)).ravel()
        return np.asarray(self.short[most < self.need], dtype=np.intp)

    @cached_property
    def _reached(self) -> csr_array:
        """(spots, s) 1 where a spot is within reach of a cell."""
        ones = np.ones(len(self.near.cell))
        return csr_array((ones, self.near.cell, self.near.start), shape=(self.near.rows, self.near.cells))

    def _counts(self, spots: Sequence[int]) -> Counts:
        cells = np.concatenate([self.near.row(spot)[0] for spot in spots] or [np.empty(0, np.int32)])
        return np.bincount(cells, minlength=len(self.short)).astype(np.int64)


def pose_lifting(ground: Ground) -> Lifting:
    """Ask how many can be lifted to k practices within reach."""
    short = np.flatnonzero(ground.has < ground.k)
    need = ground.k - ground.has[short]
    fallen = ground.weight[short][ground.had[short] >= ground.k].sum()
    return Lifting(ground, short, need, ground.weight[short], ground.reach(short), float(fallen))
