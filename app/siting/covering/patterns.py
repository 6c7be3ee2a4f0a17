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


class Chains(NamedTuple):
    """Inequalities over cells of different patterns: sum_l (p_l - p_(l-1)) z_l <= x(union of their sites).

    Parameters
    ----------
    version : (chains, links) versions by rising effective need p_l; -1 where the chain is shorter
    excess : (chains,) by how much x with the shares of (E) breaks the inequality
    """

    version: Ints
    excess: Floats


@kernel
def owners(patterns: Patterns) -> tuple[Ints, Ints]:
    """Pattern and effective need of each version."""
    pattern = np.empty(patterns.version[-1], dtype=np.int32)
    effective = np.empty(patterns.version[-1], dtype=np.int32)
    for p in range(len(patterns.need)):
        for t in range(patterns.need[p]):
            pattern[patterns.version[p] + t] = p
            effective[patterns.version[p] + t] = patterns.need[p] - t
    return pattern, effective


@kernel
def by_seen_site(patterns: Patterns, local: Ints) -> tuple[Ints, Ints, Ints]:
    """For each site seen: the patterns that see it, and at which place. `local` numbers the sites, and is filled."""
    seen = 0
    for e in range(len(patterns.site)):
        if local[patterns.site[e]] < 0:
            local[patterns.site[e]] = seen
            seen += 1
    start = np.zeros(seen + 1, dtype=np.int32)
    for e in range(len(patterns.site)):
        start[local[patterns.site[e]] + 1] += 1
    start = np.cumsum(start).astype(np.int32)
    fill = start[:-1].copy()
    pattern = np.empty(len(patterns.site), dtype=np.int32)
    place = np.empty(len(patterns.site), dtype=np.int32)
    for p in range(len(patterns.need)):
        for e in range(patterns.start[p], patterns.start[p + 1]):
            k = local[patterns.site[e]]
            pattern[fill[k]], place[fill[k]] = p, e - patterns.start[p]
            fill[k] += 1
    return start, pattern, place


@kernel
def find_pairs(patterns: Patterns, x: Floats, local: Ints, least: float) -> Chains:
    """All pairs that x breaks by more than `least`; `local` must be -1 everywhere and is left so."""
    pattern, effective = owners(patterns)
    start, seer, place = by_seen_site(patterns, local)
    common = np.zeros(len(pattern))
    touched = np.empty(len(pattern), dtype=np.int32)
    version, excess = np.empty((256, 2), dtype=np.int32), np.empty(256)
    found = 0
    for a in range(len(pattern)):
        p, need = pattern[a], effective[a]
        met = 0
        for e in range(patterns.start[p] + patterns.need[p] - need, patterns.start[p + 1]):
            k, value = local[patterns.site[e]], x[patterns.site[e]]
            for h in range(start[k], start[k + 1]):
                q = seer[h]
                for t in range(min(patterns.need[q] - need, place[h] + 1)):
                    b = patterns.version[q] + t
                    if common[b] == 0.0:
                        touched[met] = b
                        met += 1
                    common[b] += value
        for m in range(met):
            b = touched[m]
            union = patterns.holds[a] + patterns.holds[b] - common[b]
            common[b] = 0.0
            lifted = need * patterns.share[p] + (effective[b] - need) * patterns.share[pattern[b]]
            if lifted - union > least and pattern[b] != p:
                if found == len(excess):
                    version, excess = np.concatenate((version, version)), np.concatenate((excess, excess))
                version[found, 0], version[found, 1], excess[found] = a, b, lifted - union
                found += 1
    local[patterns.site] = -1
    return Chains(version[:found], excess[:found])


@kernel
def union_of(patterns: Patterns, effective: Ints, pattern: Ints, pair: Ints, union: Ints) -> int:
    """Write the sites of two versions, each once; how many."""
    held = 0
    for v in pair:
        p = pattern[v]
        for e in range(patterns.start[p] + patterns.need[p] - effective[v], patterns.start[p + 1]):
            s, known = patterns.site[e], False
            for k in range(held):
                known = known or union[k] == s
            if not known:
                union[held] = s
                held += 1
    return held


@kernel
def lifted_by(patterns: Patterns, effective: Ints, pattern: Ints, chain: Ints) -> float:
    """Left side of a chain's inequality with the shares of (E)."""
    total, before = 0.0, 0
    for v in chain:
        total += (effective[v] - before) * patterns.share[pattern[v]]
        before = effective[v]
    return total


@kernel
def in_order(effective: Ints, a: int, b: int, c: int) -> Ints:
    """Three versions by rising effective need, the first two being so."""
    chain = np.array([a, b, c], dtype=np.int32)
    if effective[c] < effective[a]:
        chain[:] = np.array([c, a, b], dtype=np.int32)
    elif effective[c] < effective[b]:
        chain[:] = np.array([a, c, b], dtype=np.int32)
    return chain


@kernel
def add_thirds(patterns: Patterns, x: Floats, local: Ints, pairs: Chains, most: int) -> Chains:
    """The pairs, and for each of the most broken ones its best third; `local` is -1 everywhere and is left so."""
    pattern, effective = owners(patterns)
    start, seer, place = by_seen_site(patterns, local)
    common = np.zeros(len(pattern))
    touched = np.empty(len(pattern), dtype=np.int32)
    union = np.empty(len(start), dtype=np.int32)
    tried = np.argsort(-pairs.excess, kind="mergesort")[:most]
    version, excess = np.full((len(tried), 3), -1, dtype=np.int32), np.zeros(len(tried))
    found = 0
    for c in tried:
        a, b = pairs.version[c]
        size, met, holds = union_of(patterns, effective, pattern, pairs.version[c], union), 0, 0.0
        for k in range(size):
            holds += x[union[k]]
            for h in range(start[local[union[k]]], start[local[union[k]] + 1]):
                q = seer[h]
                for t in range(min(patterns.need[q], place[h] + 1)):
                    v = patterns.version[q] + t
                    if common[v] == 0.0:
                        touched[met] = v
                        met += 1
                    common[v] += x[union[k]]
        best = pairs.excess[c] * (1.0 + 1e-9)
        took = False
        for m in range(met):
            v = touched[m]
            rest = patterns.holds[v] - common[v]
            common[v] = 0.0
            if effective[v] == effective[a] or effective[v] == effective[b]:
                continue
            if pattern[v] == pattern[a] or pattern[v] == pattern[b]:
                continue
            chain = in_order(effective, a, b, v)
            over = (lifted_by(patterns, effective, pattern, chain) - holds - rest) * effective[b] / effective[chain[2]]
            if over > best:
                best, took = over, True
                version[found], excess[found] = chain, over * effective[chain[2]] / effective[b]
        found += took
    local[patterns.site] = -1
    short = np.full((len(pairs.excess), 1), -1, dtype=np.int32)
    version = np.concatenate((np.concatenate((pairs.version, short), axis=1), version[:found]))
    return Chains(version, np.concatenate((pairs.excess, excess[:found])))
