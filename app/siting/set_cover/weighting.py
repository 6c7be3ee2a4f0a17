"""Smaller covers by local search: leave a site out, then mend what is uncovered.

Row weighting local search (Gao, Weise and Li 2015): in each step the site that is missed least goes, and one that
covers an uncovered row comes. Rows that stay uncovered weigh more and more, and a site does not come back before
something around it has changed.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from app.access.matrix import Flags, Ints
from app.siting.branching.model import Sites
from geodata.network.kernel import kernel

STEPS = 60_000
"""Of one search, where few rows are covered."""
MULTIPLIER, INCREMENT, MODULUS = 1103515245, 12345, 2**31
"""A linear congruential generator: the same steps every time."""


def fewer(rows: csr_array, sites: Sites, target: int, steps: int, seed: int = 1) -> Sites:
    """A cover of all rows with `target` sites or the fewest met within some steps, from a cover to start from."""
    columns = csc_array(rows)
    best = _search(
        rows.indptr.astype(np.int64),
        rows.indices.astype(np.int32),
        columns.indptr.astype(np.int64),
        columns.indices.astype(np.int32),
        np.array(sites, dtype=np.int64),
        target,
        steps,
        seed,
    )
    return tuple(np.flatnonzero(best).tolist())


@kernel
def _flip(
    site: int,
    sign: int,
    row_start: NDArray[np.int64],
    column: Ints,
    start: NDArray[np.int64],
    row: Ints,
    count: NDArray[np.int64],
    weight: NDArray[np.int64],
    score: NDArray[np.int64],
    free: Flags,
    chosen: Flags,
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
def _pick(count: NDArray[np.int64], left: int) -> int:
    """The uncovered row of a rank."""
    for r in range(len(count)):
        if count[r] == 0:
            if left == 0:
                return r
            left -= 1
    return -1


@kernel
def _most_wanted(
    begin: int, end: int, column: Ints, free: Flags, score: NDArray[np.int64], moved: NDArray[np.int64]
) -> int:
    """The site of a row that may come and gains most, of equal ones the one that has been away longest."""
    best = -1
    for k in range(begin, end):
        j = column[k]
        if free[j] and (best < 0 or score[j] > score[best] or (score[j] == score[best] and moved[j] < moved[best])):
            best = j
    return best


@kernel
def _weigh(
    row_start: NDArray[np.int64],
    column: Ints,
    count: NDArray[np.int64],
    weight: NDArray[np.int64],
    score: NDArray[np.int64],
) -> None:
    """Uncovered rows weigh one more."""
    for r in range(len(count)):
        if count[r] == 0:
            weight[r] += 1
            for k in range(row_start[r], row_start[r + 1]):
                score[column[k]] += 1


@kernel
def _search(
    row_start: NDArray[np.int64],
    column: Ints,
    start: NDArray[np.int64],
    row: Ints,
    first: NDArray[np.int64],
    target: int,
    steps: int,
    seed: int,
) -> Flags:
    rows, sites = len(row_start) - 1, len(start) - 1
    count, weight = np.zeros(rows, dtype=np.int64), np.ones(rows, dtype=np.int64)
    score, moved = start[1:] - start[:-1], np.zeros(sites, dtype=np.int64)
    free, chosen = np.ones(sites, dtype=np.bool_), np.zeros(sites, dtype=np.bool_)
    for j in first:
        _flip(j, 1, row_start, column, start, row, count, weight, score, free, chosen)
    best, uncovered, last, random, size = chosen.copy(), 0, -1, seed, len(first)
    for step in range(steps):
        if uncovered == 0:
            best[:] = chosen
            if size <= target:
                break
        for _ in range(1 if uncovered else 2):
            out = _least_missed(chosen, score, moved, last)
            if out >= 0:
                uncovered += _flip(out, -1, row_start, column, start, row, count, weight, score, free, chosen)
                free[out], moved[out], size = False, step, size - 1
        if uncovered == 0:
            continue
        random = (MULTIPLIER * random + INCREMENT) % MODULUS
        r = _pick(count, (random >> 8) % uncovered)
        into = _most_wanted(row_start[r], row_start[r + 1], column, free, score, moved)
        if into >= 0:
            uncovered += _flip(into, 1, row_start, column, start, row, count, weight, score, free, chosen)
            moved[into], last, size = step, into, size + 1
        _weigh(row_start, column, count, weight, score)
    return best
