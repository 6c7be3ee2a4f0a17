"""Smaller covers by local search: leave a site out, then mend what is uncovered, rows that stay uncovered weighing more.

Row weighting local search (Gao, Weise and Li 2015): in each step the site that is missed least goes, and a site that covers
a long-uncovered row comes; a site does not come back before something around it has changed.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from app.access.matrix import Flags, Ints
from app.siting.branching.model import Sites
from geodata.network.kernel import kernel

MULTIPLIER, INCREMENT, MODULUS = 1103515245, 12345, 2**31
"""A linear congruential generator: the same steps every time."""


def fewer(rows: csr_array, sites: Sites, target: int, steps: int, seed: int = 1) -> Sites:
    """A cover of all rows with `target` sites or the fewest met within some steps, from a cover to start from."""
    columns = csc_array(rows)
    chosen = np.zeros(rows.shape[1], dtype=np.bool_)
    chosen[list(sites)] = True
    best = _search(
        rows.indptr.astype(np.int64), rows.indices.astype(np.int32), columns.indptr.astype(np.int64),
        columns.indices.astype(np.int32), chosen, target, steps, seed,
    )
    return tuple(np.flatnonzero(best).tolist())


@kernel
def _flip(
    site: int, sign: int, row_start: NDArray[np.int64], column: Ints, start: NDArray[np.int64], row: Ints,
    count: NDArray[np.int64], weight: NDArray[np.int64], score: NDArray[np.int64], free: Flags, chosen: Flags,
) -> int:
    """Take a site in (sign 1) or out (-1); returns the change in uncovered rows."""
    chosen[site] = sign > 0
    score[site] = -score[site]
    change = 0
    for at in range(start[site], start[site + 1]):
        r = row[at]
        before = count[r]
        count[r] += sign
        edge = before if sign > 0 else count[r]
        if edge == 0:
            change -= sign
        for k in range(row_start[r], row_start[r + 1]):
            other = column[k]
            if other == site:
                continue
            free[other] = True
            if edge == 0 and not chosen[other]:
                score[other] -= sign * weight[r]
            elif edge == 1 and chosen[other]:
                score[other] += sign * weight[r]
    return change


@kernel
def _least_missed(chosen: Flags, score: NDArray[np.int64], moved: NDArray[np.int64], last: int) -> int:
    """The chosen site with the least loss, of equal ones the one that has stayed longest."""
    best = -1
    for j in range(len(chosen)):
        better = best < 0 or score[j] > score[best] or (score[j] == score[best] and moved[j] < moved[best])
        if chosen[j] and j != last and better:
            best = j
    return best


@kernel
def _search(
    row_start: NDArray[np.int64], column: Ints, start: NDArray[np.int64], row: Ints, chosen: Flags, target: int,
    steps: int, seed: int,
) -> Flags:
    rows, sites = len(row_start) - 1, len(start) - 1
    count, weight = np.zeros(rows, dtype=np.int64), np.ones(rows, dtype=np.int64)
    score, moved = np.zeros(sites, dtype=np.int64), np.zeros(sites, dtype=np.int64)
    free = np.ones(sites, dtype=np.bool_)
    wanted = chosen.copy()
    chosen[:] = False
    for j in range(sites):
        score[j] = start[j + 1] - start[j]
    for j in range(sites):
        if wanted[j]:
            _flip(j, 1, row_start, column, start, row, count, weight, score, free, chosen)
    best, uncovered, last, random = wanted.copy(), 0, -1, seed
    size = wanted.sum()
    best_size = size
    for step in range(steps):
        while uncovered == 0:
            best[:], best_size = chosen, size
            if size <= target:
                return best
            out = _least_missed(chosen, score, moved, -1)
            uncovered += _flip(out, -1, row_start, column, start, row, count, weight, score, free, chosen)
            free[out] = False
            size -= 1
        out = _least_missed(chosen, score, moved, last)
        if out >= 0:
            uncovered += _flip(out, -1, row_start, column, start, row, count, weight, score, free, chosen)
            free[out], moved[out], size = False, step, size - 1
        random = (MULTIPLIER * random + INCREMENT) % MODULUS
        left = (random >> 8) % uncovered
        r = 0
        while True:
            if count[r] == 0:
                if left == 0:
                    break
                left -= 1
            r += 1
        into = -1
        for k in range(row_start[r], row_start[r + 1]):
            j = column[k]
            if free[j] and (into < 0 or score[j] > score[into] or (score[j] == score[into] and moved[j] < moved[into])):
                into = j
        if into < 0 or size >= best_size:
            continue
        uncovered += _flip(into, 1, row_start, column, start, row, count, weight, score, free, chosen)
        moved[into], last, size = step, into, size + 1
        for q in range(rows):
            if count[q] == 0:
                weight[q] += 1
                for k in range(row_start[q], row_start[q + 1]):
                    score[column[k]] += 1
    return best
