"""Smaller covers from a solver of integer programs: HiGHS (Huangfu and Hall 2018), asked once for a good cover.

What it proves is not used: a cover is checked against every cell, and bounds are those of the tree.
"""

from typing import Any

import highspy
import numpy as np
from scipy.sparse import csr_array

from app.siting.branching.model import Sites

HALF, NODES = 0.5, 500
"""What counts as chosen, and parts that the solver may look at."""


def fewest(rows: csr_array, target: int, seconds: float) -> Sites:
    """A cover of all rows with at most `target` sites, or the smallest met in time; nothing where none was met."""
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    options = {"output_flag": False, "threads": 1, "time_limit": seconds, "mip_max_nodes": NODES}
    for name, value in {**options, "objective_target": target + HALF}.items():
        solver.setOptionValue(name, value)
    count, sites = rows.shape
    none, whole = np.empty(0), np.full(sites, int(highspy.HighsVarType.kInteger.value), dtype=np.uint8)
    start = np.zeros(sites, dtype=np.int32)
    solver.addCols(sites, np.ones(sites), np.zeros(sites), np.ones(sites), 0, start, none.astype(np.int32), none)
    solver.changeColsIntegrality(sites, np.arange(sites, dtype=np.int32), whole)
    above, begin = np.full(count, highspy.kHighsInf), rows.indptr[:-1].astype(np.int32)
    solver.addRows(count, np.ones(count), above, rows.nnz, begin, rows.indices.astype(np.int32), rows.data)
    solver.run()
    x = np.asarray(solver.getSolution().col_value, dtype=float)
    met = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return tuple(np.flatnonzero(x > HALF).tolist()) if met else ()
