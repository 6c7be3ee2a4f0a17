"""Covering questions: greedily, and small ones by HiGHS as a plain mixed-integer program."""

import time
from collections.abc import Sequence
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack, identity, vstack

from app.access.matrix import Floats
from app.siting.answer import Answer, Budget, Placement, Proof

MOST_ENTRIES = 300_000


def solve_cover(
    reached: csr_array, need: NDArray[np.int64], weight: Floats, add: int, budget: Budget, alternatives: int
) -> Answer:
    """Choose `add` rows that lift most.

    Parameters
    ----------
    reached : (spots, cells) 1 where a spot reaches a cell
    need, weight : (cells,)
    """
    began = time.monotonic()
    sites = _greedy(reached, need, weight, add)
    value = _value(reached, need, weight, sites)
    bound = min(float(weight.sum()), float(np.sort(reached @ weight)[::-1][:add].sum()))
    if budget.go_on(value, bound) and reached.nnz <= MOST_ENTRIES and len(weight):
        sites, value, bound = _exact(reached, need, weight, add, budget, (sites, value, bound))
    proof = Proof(value, max(value, bound), True, time.monotonic() - began)
    return Answer(Placement(sites, value), proof, _others(reached, need, weight, sites, value, alternatives))


def _greedy(reached: csr_array, need: NDArray[np.int64], weight: Floats, add: int) -> tuple[int, ...]:
    """Take the row with the largest partial credit, one after the other."""
    sites: list[int] = []
    left = need.astype(float)
    for _ in range(add):
        credit = reached @ np.where(left > 0, weight / np.maximum(left, 1.0) ** 1.5, 0.0)
        credit[sites] = -1.0
        sites.append(int(np.argmax(credit)))
        left = left - reached[[sites[-1]]].toarray().ravel()
    return tuple(sorted(sites))


def _value(reached: csr_array, need: NDArray[np.int64], weight: Floats, sites: Sequence[int]) -> float:
    return float(weight[np.asarray(reached[list(sites)].sum(axis=0)).ravel() >= need].sum())


Found = tuple[tuple[int, ...], float, float]


def _exact(
    reached: csr_array, need: NDArray[np.int64], weight: Floats, add: int, budget: Budget, known: Found
) -> Found:
    patterns, group = np.unique(_marks(reached, need), return_inverse=True)
    first = np.zeros(len(patterns), dtype=np.intp)
    first[group[::-1]] = np.arange(len(group))[::-1]
    merged = np.bincount(group, weights=weight, minlength=len(patterns))
    columns = reached.tocsc()[:, first].T.tocsr()
    spots, cells = reached.shape[0], len(first)
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, option in (("output_flag", False), ("time_limit", budget.seconds), ("mip_rel_gap", 0.0), ("threads", 1)):
        solver.setOptionValue(name, option)
    rows = vstack(
        [
            hstack([csr_array(np.ones((1, spots))), csr_array((1, cells))]),
            hstack([columns, -_diagonal(need[first].astype(float))]),
        ]
    ).tocsr()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = spots + cells, 1 + cells
    lp.col_cost_ = np.concatenate([np.zeros(spots), merged])
    lp.col_lower_, lp.col_upper_ = np.zeros(spots + cells), np.ones(spots + cells)
    lp.row_lower_ = np.concatenate([[add], np.zeros(cells)])
    lp.row_upper_ = np.concatenate([[add], np.full(cells, highspy.kHighsInf)])
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.integrality_ = [highspy.HighsVarType.kInteger] * (spots + cells)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    solver.passModel(lp)
    found = list(known[1:])

    def told(_kind: Any, _message: str, out: Any, into: Any, _data: Any) -> None:
        found[:] = max(found[0], out.mip_primal_bound), min(found[1], out.mip_dual_bound)
        into.user_interrupt = not budget.go_on(found[0], found[1])

    solver.setCallback(told, None)
    solver.startCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)
    solver.run()
    bound = min(known[2], float(solver.getInfo().mip_dual_bound))
    solution = solver.getSolution().col_value[:spots]
    if len(solution) < spots or sum(solution) < add - 0.5:
        return known[0], known[1], bound
    sites = tuple(int(i) for i in np.flatnonzero(np.array(solution) > 0.5))
    value = _value(reached, need, weight, sites)
    return (sites, value, bound) if value > known[1] else (known[0], known[1], bound)


def _diagonal(values: Floats) -> csr_array:
    return csr_array(identity(len(values)).multiply(values))


def _marks(reached: csr_array, need: NDArray[np.int64]) -> list[bytes]:
    turned = reached.tocsc()
    turned.sort_indices()
    parts = np.split(turned.indices, turned.indptr[1:-1])
    return [part.tobytes() + bytes([need[i] & 255]) for i, part in enumerate(parts)]


def _others(
    reached: csr_array, need: NDArray[np.int64], weight: Floats, sites: Sequence[int], value: float, wanted: int
) -> tuple[Placement, ...]:
    """The best placements that differ in one site."""
    found = []
    for gone in sites:
        kept = [site for site in sites if site != gone]
        lacking = need - np.asarray(reached[kept].sum(axis=0)).ravel()
        values = weight[lacking <= 0].sum() + reached @ np.where(lacking == 1, weight, 0.0)
        values[list(sites)] = -1.0
        best = int(np.argmax(values))
        found.append(Placement(tuple(sorted([*kept, best])), float(values[best])))
    good = sorted((one for one in found if one.value >= 0.99 * value), key=lambda one: (-one.value, one.sites))
    return tuple(dict.fromkeys(good))[:wanted]
