"""Cells that look the same at a fractional placement, and what sets of sites they speak of.

At a given x, only the sites with some x count: cells of a group that need the same number of the same ones form a
pattern. A pattern that needs r sites S comes in versions t = 0 .. r - 1: without its t largest x it still needs r - t.
"""

from typing import NamedTuple

import numpy as np

from app.access.matrix import Floats, Ints
from app.siting.covering.cells import Keys
from app.siting.covering.problem import Starts
from geodata.network.kernel import kernel

TINY = 1e-9
"""x below this counts as zero."""


class Patterns(NamedTuple):
    """Patterns of a stretch of cells, of those only whose share at x is above zero.

    Parameters
    ----------
    first, cell : cells of pattern p are `cell[first[p]:first[p + 1]]`
    need, weight, share : (patterns,) `share` is that of (E), at most 1
    start, site : sites of pattern p with some x, largest first, are `site[start[p]:start[p + 1]]`
    version : first version of each pattern, and their number at the end
    holds : (versions,) x of the sites of a version
    """

    first: Ints
    cell: Ints
    need: Ints
    weight: Floats
    share: Floats
    start: Ints
    site: Ints
    version: Ints
    holds: Floats


@kernel
def looks(lo: int, hi: int, need: Ints, start: Starts, site: Ints, x: Floats, keys: Keys) -> Keys:
    """Hash of what each cell of a stretch sees at x; 0 where it sees too few sites to be lifted at all."""
    found = np.zeros(hi - lo, dtype=np.uint64)
    for i in range(lo, hi):
        key, seen = keys[need[i] - 1] * np.uint64(3), 0
        for e in range(start[i], start[i + 1]):
            if x[site[e]] > TINY:
                key += keys[site[e]]
                seen += 1
        if seen >= need[i]:
            found[i - lo] = key
    return found


@kernel
def seen_sites(begin: int, end: int, site: Ints, x: Floats) -> Ints:
    """Sites with some x, largest first, the first of equal ones first."""
    found = np.empty(end - begin, dtype=np.int32)
    held = 0
    for e in range(begin, end):
        s = site[e]
        if x[s] <= TINY:
            continue
        place = held
        while place > 0 and x[found[place - 1]] < x[s]:
            found[place] = found[place - 1]
            place -= 1
        found[place] = s
        held += 1
    return found[:held]


@kernel
def find_patterns(
    lo: int, hi: int, weight: Floats, need: Ints, start: Starts, site: Ints, x: Floats, keys: Keys
) -> Patterns:
    """Patterns of the cells lo to hi (exclusive) at x."""
    look = looks(lo, hi, need, start, site, x, keys)
    order = np.argsort(look, kind="mergesort")
    order = order[np.searchsorted(look[order], np.uint64(1)) :]
    new = np.ones(len(order), dtype=np.bool_)
    for k in range(1, len(order)):
        new[k] = look[order[k]] != look[order[k - 1]]
    first = np.append(np.flatnonzero(new), len(order)).astype(np.int32)
    patterns = len(first) - 1
    needs, weights, shares = np.zeros(patterns, dtype=np.int32), np.zeros(patterns), np.zeros(patterns)
    starts, versions = np.zeros(patterns + 1, dtype=np.int32), np.zeros(patterns + 1, dtype=np.int32)
    for p in range(patterns):
        i = lo + order[first[p]]
        needs[p] = need[i]
        versions[p + 1] = versions[p] + need[i]
        seen = 0
        for e in range(start[i], start[i + 1]):
            seen += x[site[e]] > TINY
        starts[p + 1] = starts[p] + seen
        for k in range(first[p], first[p + 1]):
            weights[p] += weight[lo + order[k]]
    sites, holds = np.zeros(starts[-1], dtype=np.int32), np.zeros(versions[-1])
    for p in range(patterns):
        i = lo + order[first[p]]
        sites[starts[p] : starts[p + 1]] = seen_sites(start[i], start[i + 1], site, x)
        shares[p] = hold(x, sites[starts[p] : starts[p + 1]], holds[versions[p] : versions[p + 1]])
    cell = (order + lo).astype(np.int32)
    return Patterns(first, cell, needs, weights, shares, starts, sites, versions, holds)


@kernel
def hold(x: Floats, seen: Ints, holds: Floats) -> float:
    """Write what each version holds; gives the share of (E)."""
    for k in range(len(seen)):
        for t in range(min(k + 1, len(holds))):
            holds[t] += x[seen[k]]
    share = 1.0
    for t in range(len(holds)):
        share = min(share, holds[t] / (len(holds) - t))
    return share
