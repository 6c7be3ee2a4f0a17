"""Whole people that add up: largest remainders, iterative proportional fitting and controlled rounding."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDS = 500
CLOSE = 1e-9


def largest_remainders(values: Floats, group: Ints, totals: Ints) -> Ints:
    """Whole numbers near `values` that sum to `totals[g]` in each group (Hamilton's method).

    Values are first scaled so that each group sums to its total; ties go to the earlier row.

    Parameters
    ----------
    values : (n,) non-negative
    group : (n,) position in `totals`
    totals : (g,) whole non-negative numbers; a group whose values are all 0 must have total 0

    Raises
    ------
    ValueError : a group has people to give and nobody to give them to
    """
    sums = np.bincount(group, values, minlength=len(totals))
    if np.any((sums <= 0) & (totals > 0)):
        raise ValueError(f"group {int(np.flatnonzero((sums <= 0) & (totals > 0))[0])} has a total but no values")
    scaled = values * np.divide(totals, sums, out=np.zeros(len(totals)), where=sums > 0)[group]
    whole = np.floor(scaled + CLOSE).astype(np.int64)
    left = totals - np.bincount(group, whole, minlength=len(totals)).astype(np.int64)
    order = np.lexsort((np.arange(len(values)), -(scaled - whole), group))
    starts = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=len(totals)))[:-1]])
    rank = np.arange(len(values)) - starts[group[order]]
    whole[order[rank < left[group[order]]]] += 1
    return whole


def fit(seed: Floats, rows: Floats, columns: Floats) -> Floats:
    """Iterative proportional fitting: the table nearest `seed` with the row and column sums asked for.

    Parameters
    ----------
    seed : (n, k) positive
    rows, columns : (n,) and (k,) with the same sum

    Source: Deming and Stephan (1940), On a least squares adjustment of a sampled frequency table, Annals of
    Mathematical Statistics 11(4).
    """
    table = seed.astype(float)
    for _ in range(ROUNDS):
        table *= _ratio(columns, table.sum(axis=0))
        off = table.sum(axis=1)
        table *= _ratio(rows, off)[:, None]
        if np.max(np.abs(off - rows), initial=0) < CLOSE:
            break
    return table


def _ratio(wanted: Floats, found: Floats) -> Floats:
    return np.divide(wanted, found, out=np.zeros_like(found), where=found > 0)


def round_table(table: Floats, rows: Ints, columns: Ints) -> Ints:
    """Whole numbers near a table with exactly the row and column sums asked for.

    Every row is rounded by largest remainders; then single people move between columns, in the rows where
    that costs least, until the columns sum too. Rows never change, and no cell falls below nought.

    Raises
    ------
    ValueError : rows and columns do not have the same sum
    """
    if rows.sum() != columns.sum():
        raise ValueError(f"rows sum to {rows.sum()}, columns to {columns.sum()}")
    group = np.repeat(np.arange(len(rows)), table.shape[1])
    whole = largest_remainders(table.ravel(), group, rows).reshape(table.shape)
    while np.any(excess := whole.sum(axis=0) - columns):
        source, target = int(excess.argmax()), int(excess.argmin())
        movable = np.flatnonzero(whole[:, source] > 0)
        gain = (whole - table)[movable, source] - (whole - table)[movable, target]
        count = min(excess[source], -excess[target], len(movable))
        chosen = movable[np.argsort(-gain, kind="stable")[:count]]
        whole[chosen, source] -= 1
        whole[chosen, target] += 1
    return whole
