"""Which chains of (P) a fractional placement breaks: all pairs, and threes made of them.

A chain links versions of different patterns by rising effective need p_1 < p_2 < ..; it says that

    p_1 z_1 + (p_2 - p_1) z_2 + (p_3 - p_2) z_3 + ..  <=  x(union of their sites).
"""

from typing import NamedTuple

import numpy as np

from app.access.matrix import Floats, Ints
from app.siting.covering.patterns import Patterns
from geodata.network.kernel import kernel


class Chains(NamedTuple):
    """Broken inequalities.

    Parameters
    ----------
    version : (chains, links) versions by rising effective need; -1 where the chain is shorter
    excess : (chains,) left side minus right side, at x and the shares of (E)
    """

    version: Ints
    excess: Floats


class Seers(NamedTuple):
    """Who sees what.

    Parameters
    ----------
    local : (sites,) number of each site seen, by first sight; -1 for others
    start, pattern, place : patterns that see the site of number k, and at which place of theirs, stand from `start[k]`
    owner, effective : (versions,) pattern and effective need of each version
    """

    local: Ints
    start: Ints
    pattern: Ints
    place: Ints
    owner: Ints
    effective: Ints


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
def number_sites(patterns: Patterns, local: Ints) -> int:
    """Number the sites that are seen in `local`, which is -1 before; how many."""
    seen = 0
    for s in patterns.site:
        if local[s] < 0:
            local[s] = seen
            seen += 1
    return seen


@kernel
def find_seers(patterns: Patterns, local: Ints) -> Seers:
    """Who sees what; `local` is -1 everywhere before, and whoever gave it sets it back."""
    start = np.zeros(number_sites(patterns, local) + 1, dtype=np.int32)
    for s in patterns.site:
        start[local[s] + 1] += 1
    start = np.cumsum(start).astype(np.int32)
    free = start[:-1].copy()
    pattern, place = np.empty(len(patterns.site), dtype=np.int32), np.empty(len(patterns.site), dtype=np.int32)
    for p in range(len(patterns.need)):
        for e in range(patterns.start[p], patterns.start[p + 1]):
            k = local[patterns.site[e]]
            pattern[free[k]], place[free[k]] = p, e - patterns.start[p]
            free[k] += 1
    owner, effective = owners(patterns)
    return Seers(local, start, pattern, place, owner, effective)


@kernel
def sites_of(patterns: Patterns, seers: Seers, version: int) -> Ints:
    """Sites of a version: those of its pattern without the largest x."""
    p = seers.owner[version]
    return patterns.site[patterns.start[p] + patterns.need[p] - seers.effective[version] : patterns.start[p + 1]]


@kernel
def meet(patterns: Patterns, seers: Seers, x: Floats, sites: Ints, above: int, common: Floats, met: Ints) -> int:
    """Add to `common` the x that each version of more effective need than `above` shares with some sites.

    `common` is zero before. Versions that share anything are written to `met`; how many.
    """
    many = 0
    for s in sites:
        k = seers.local[s]
        for h in range(seers.start[k], seers.start[k + 1]):
            q = seers.pattern[h]
            for t in range(min(patterns.need[q] - above, seers.place[h] + 1)):
                v = patterns.version[q] + t
                if common[v] == 0.0:
                    met[many] = v
                    many += 1
                common[v] += x[s]
    return many


@kernel
def find_pairs(patterns: Patterns, x: Floats, local: Ints, least: float) -> Chains:
    """All pairs that x breaks by more than `least`; `local` is -1 everywhere, before and after."""
    seers = find_seers(patterns, local)
    common, met = np.zeros(len(seers.owner)), np.empty(len(seers.owner), dtype=np.int32)
    version, excess = np.empty((256, 2), dtype=np.int32), np.empty(256)
    found = 0
    for a in range(len(seers.owner)):
        p, need = seers.owner[a], seers.effective[a]
        for b in met[: meet(patterns, seers, x, sites_of(patterns, seers, a), need, common, met)]:
            union = patterns.holds[a] + patterns.holds[b] - common[b]
            common[b] = 0.0
            lifted = need * patterns.share[p] + (seers.effective[b] - need) * patterns.share[seers.owner[b]]
            if lifted - union > least and seers.owner[b] != p:
                if found == len(excess):
                    version, excess = np.concatenate((version, version)), np.concatenate((excess, excess))
                version[found, 0], version[found, 1], excess[found] = a, b, lifted - union
                found += 1
    local[patterns.site] = -1
    return Chains(version[:found], excess[:found])


@kernel
def with_third(patterns: Patterns, seers: Seers, pair: Ints, third: int, chain: Ints) -> float:
    """Write pair and third by rising effective need; the left side of their inequality, 0 where they make no chain."""
    low, high = seers.effective[pair[0]], seers.effective[pair[1]]
    new, owner = seers.effective[third], seers.owner[third]
    if new in (low, high) or owner in (seers.owner[pair[0]], seers.owner[pair[1]]):
        return 0.0
    place = int(new > low) + int(new > high)
    chain[:place], chain[place], chain[place + 1 :] = pair[:place], third, pair[place:]
    total, before = 0.0, 0
    for v in chain:
        total += (seers.effective[v] - before) * patterns.share[seers.owner[v]]
        before = seers.effective[v]
    return total


@kernel
def union_of(patterns: Patterns, seers: Seers, pair: Ints, marked: Ints, union: Ints) -> int:
    """Write the sites of two versions, each once; how many. `marked` is zero before and after."""
    held = 0
    for v in pair:
        for s in sites_of(patterns, seers, v):
            if not marked[seers.local[s]]:
                marked[seers.local[s]] = 1
                union[held] = s
                held += 1
    marked[seers.local[union[:held]]] = 0
    return held


@kernel
def add_thirds(patterns: Patterns, x: Floats, local: Ints, pairs: Chains, most: int) -> Chains:
    """The pairs, and for each of the most broken ones its best third, if any is better for the weight it takes.

    `local` is -1 everywhere, before and after.
    """
    seers = find_seers(patterns, local)
    common, met = np.zeros(len(seers.owner)), np.empty(len(seers.owner), dtype=np.int32)
    marked, union = np.zeros(len(seers.start), dtype=np.int32), np.empty(len(seers.start), dtype=np.int32)
    tried = np.argsort(-pairs.excess, kind="mergesort")[:most]
    version, excess = np.full((len(tried), 3), -1, dtype=np.int32), np.zeros(len(tried))
    chain = np.empty(3, dtype=np.int32)
    found = 0
    for c in tried:
        pair = pairs.version[c]
        sites = union[: union_of(patterns, seers, pair, marked, union)]
        holds, best, took = x[sites].sum(), pairs.excess[c] / seers.effective[pair[1]] * (1.0 + 1e-9), False
        for v in met[: meet(patterns, seers, x, sites, 0, common, met)]:
            union_holds = holds + patterns.holds[v] - common[v]
            common[v] = 0.0
            over = with_third(patterns, seers, pair, v, chain) - union_holds
            if over > 0.0 and over > best * seers.effective[chain[2]]:
                best, took = over / seers.effective[chain[2]], True
                version[found], excess[found] = chain, over
        found += took
    local[patterns.site] = -1
    short = np.full((len(pairs.excess), 1), -1, dtype=np.int32)
    longer = np.concatenate((np.concatenate((pairs.version, short), axis=1), version[:found]))
    return Chains(longer, np.concatenate((pairs.excess, excess[:found])))
