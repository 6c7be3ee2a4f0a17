"""The linear relaxation of a model, kept warm between parts of the tree while rows are added."""

from typing import Any

import highspy
import numpy as np
from scipy.sparse import csr_array

from app.access.matrix import Flags, Floats
from app.siting.branching.model import Cuts, Model, Node, Relaxed, Sites, join
from app.siting.branching.safe_bound import Bound, safe_bound

GLANCE, UNLIMITED = 1.0, 2**31 - 1
"""Seconds for a glance at a part, and what the solver takes for no limit."""

ROWS_A_COLUMN, NEARLY = 2, 1e-3
"""Rows for each column from which on they are tidied, and the share of its floor by which a row nearly holds."""

MOST_HELD = 60
"""Rows of sets of sites that ask for nothing, kept in case they are asked for again."""


class Relaxation:
    """Solves parts of a model by HiGHS (Huangfu and Hall 2018); its bounds are safe, its solutions are guides.

    Steps of the simplex method are counted in `steps` and `glanced`, which tell the work done the same way every time.
    """

    def __init__(self, model: Model) -> None:
        self.model, self.cuts = model, model.static
        self.steps = self.glanced = 0
        self._held: dict[Sites, int] = {}
        self._solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("threads", 1)
        costs = np.concatenate([model.cost, model.amounts.cost])
        none = np.empty(0)
        low = np.concatenate([np.zeros(model.sites), model.amounts.low])
        high = np.concatenate([np.ones(model.sites), model.amounts.high])
        empty = np.zeros(len(costs), dtype=np.int32)
        self._solver.addCols(len(costs), costs, low, high, 0, empty, none.astype(np.int32), none)
        sites = np.arange(model.sites, dtype=np.int32)
        self._solver.addRow(float(model.fewest), float(model.most), model.sites, sites, np.ones(model.sites))
        self._add(model.static)

    def add(self, cuts: Cuts) -> None:
        """Add rows for good."""
        self._add(cuts)
        self.cuts = join([self.cuts, cuts])

    def _add(self, cuts: Cuts) -> None:
        matrix = cuts.matrix
        start, column = matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32)
        above = np.full(len(cuts), highspy.kHighsInf)
        self._solver.addRows(len(cuts), cuts.floor, above, matrix.nnz, start, column, matrix.data)

    def solve(self, node: Node, seconds: float) -> tuple[Relaxed, Bound]:
        """A relaxed solution of a part and its bound; the bound is infinite where the part is proven empty."""
        sites = np.arange(self.model.sites, dtype=np.int32)
        self._hold(node)
        self._solver.changeColsBounds(len(sites), sites, node.low.astype(float), node.high.astype(float))
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + max(seconds, 0.1))
        self._solver.run()
        self.steps += max(int(self._solver.getInfo().simplex_iteration_count), 0)
        if self._solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return self._empty(node)
        solution = self._solver.getSolution()
        return self._guide(solution), self._bound(np.asarray(solution.row_dual)[1:], node)

    def glance(self, node: Node, steps: int, seconds: float) -> float:
        """A bound of a part from a few steps of the simplex method."""
        self._solver.setOptionValue("simplex_iteration_limit", steps)
        before = self.steps
        _, bound = self.solve(node, min(seconds, GLANCE))
        self._solver.setOptionValue("simplex_iteration_limit", UNLIMITED)
        self.glanced, self.steps = self.glanced + self.steps - before, before
        return bound.value

    def tidy(self) -> None:
        """Drop rows that neither hold nor nearly do, once there are many more rows than columns."""
        columns = self._columns
        solution = self._solver.getSolution()
        if len(self.cuts) <= ROWS_A_COLUMN * columns or len(solution.row_dual) != len(self.cuts) + 1:
            return
        slack = self.cuts.matrix @ np.asarray(solution.col_value) - self.cuts.floor
        keep = (np.asarray(solution.row_dual)[1:] > 0) | (slack <= NEARLY * np.abs(self.cuts.floor))
        keep[: len(self.model.static)] = True
        keep[list(self._held.values())] = True
        self._drop(keep)

    def _drop(self, keep: Flags) -> None:
        """Keep some of the rows."""
        drop = np.flatnonzero(~keep).astype(np.int32) + 1
        self._solver.deleteRows(len(drop), drop)
        self.cuts = Cuts(self.cuts.matrix[np.flatnonzero(keep)], self.cuts.floor[keep])
        self._held = {sites: int(keep[:row].sum()) for sites, row in self._held.items() if keep[row]}

    def _hold(self, node: Node) -> None:
        """Rows of sets of sites ask for as many sites of each as the part does, and for none where it does not."""
        asked = dict(sorted(node.held, key=lambda one: one[1]))
        for sites in asked:
            if sites not in self._held:
                self._held[sites] = len(self.cuts)
                row = csr_array(
                    (np.ones(len(sites)), (np.zeros(len(sites), dtype=int), list(sites))), shape=(1, self._columns)
                )
                self.add(Cuts(row, np.zeros(1)))
        for sites, row in self._held.items():
            least = float(asked.get(sites, 0))
            if self.cuts.floor[row] != least:
                self.cuts.floor[row] = least
                self._solver.changeRowBounds(row + 1, least, highspy.kHighsInf)
        if len(self._held) > MOST_HELD + len(asked):
            keep = np.ones(len(self.cuts), dtype=bool)
            keep[[row for sites, row in self._held.items() if sites not in asked]] = False
            self._drop(keep)

    @property
    def _columns(self) -> int:
        return self.model.sites + len(self.model.amounts)

    def _bound(self, multipliers: Floats, node: Node) -> Bound:
        kept = multipliers if len(multipliers) == len(self.cuts) else np.zeros(len(self.cuts))
        return safe_bound(self.model, self.cuts, np.nan_to_num(kept), node)

    def _guide(self, solution: Any) -> Relaxed:
        values = np.asarray(solution.col_value, dtype=float)
        values = values if len(values) else np.zeros(self.model.sites + len(self.model.amounts))
        return Relaxed(np.clip(values[: self.model.sites], 0.0, 1.0), values[self.model.sites :])

    def _empty(self, node: Node) -> tuple[Relaxed, Bound]:
        """Proven empty by the solver's ray, or not proven at all and so to be divided further."""
        _, found, ray = self._solver.getDualRay()
        multipliers = np.asarray(ray, dtype=float)[1:] if found else np.zeros(len(self.cuts))
        proofs = [safe_bound(self.model, self.cuts, sign * multipliers, node, costs=False) for sign in (1.0, -1.0)]
        proof = max(proofs, key=lambda bound: bound.value)
        guide = Relaxed(node.high.astype(float), self.model.amounts.low)
        if proof.value > 0:
            return guide, Bound(np.inf, proof.adds, proof.taken)
        return guide, safe_bound(self.model, self.cuts, np.zeros(len(self.cuts)), node)
