"""(P), cuts that charge a site once for all it does: it cannot be the first of one cell and the second of another.

Take cells with rising effective needs p_1 < p_2 < .. and let U be the union of their sites. Then

    p_1 z_1 + (p_2 - p_1) z_2 + (p_3 - p_2) z_3 + ..  <=  x(U)

because with k = x(U) sites only cells with p_l <= k can be lifted, and their terms add up to the largest such p_l. A
cut gives weight of the cells to such chains, at most all of it, and bounds by (E) what is left of it.
"""

from typing import NamedTuple

import numpy as np

from app.access.matrix import Floats, Ints
from app.siting.covering.cells import Cells, Keys, site_keys
from app.siting.covering.envelope import add_envelope, make_cut
from app.siting.covering.links import Chains, add_thirds, find_pairs, owners
from app.siting.covering.master import Cut
from app.siting.covering.patterns import Patterns, find_patterns
from app.siting.covering.problem import Starts
from geodata.network.kernel import kernel

THIRDS = 100
"""Pairs at most that a third is looked for."""
NOTHING = 1e-12
"""Share of a cell's weight that is rounding."""
LEAST_EXCESS = 1e-6
"""A chain that x breaks by less is not worth its place."""


class Asked(NamedTuple):
    """Stretches of cells to make cuts for.

    Parameters
    ----------
    first, last : (stretches,) cells, the last exclusive
    lifted : (stretches,) weight that the program says they lift
    least : (stretches,) by how much a cut must be broken
    """

    first: Starts
    last: Starts
    lifted: Floats
    least: Floats


class Found(NamedTuple):
    """Cuts that are broken.

    Parameters
    ----------
    stretch : (cuts,) which of those asked for
    constant, breach : (cuts,)
    start, site, gradient : sites of cut c and their gradients stand from `start[c]`
    """

    stretch: Ints
    constant: Floats
    breach: Floats
    start: Starts
    site: Ints
    gradient: Floats


class ChainSeparator:
    """Makes cuts of (P) for stretches of cells."""

    def __init__(self, cells: Cells) -> None:
        """For these cells, in the order of their groups."""
        self._cells = cells
        self._keys = site_keys(max(cells.sites, int(cells.need.max(initial=1))))
        self._local = np.full(cells.sites, -1, dtype=np.int32)
        self._stamp = np.full(cells.sites, -1, dtype=np.int64)

    def patterns(self, cells: tuple[int, int], x: Floats) -> Patterns:
        """Patterns of a stretch of cells."""
        return find_patterns(cells[0], cells[1], *self._cells.arrays, x, self._keys)

    def chains(self, patterns: Patterns, x: Floats) -> Chains:
        """Pairs that x breaks, and chains of three made of them where cells need three or more."""
        return broken_chains(patterns, x, self._local, LEAST_EXCESS, THIRDS)

    def broken(self, asked: Asked, x: Floats) -> Found:
        """Cuts of some stretches of cells, as far as x with the weight they are said to lift breaks them."""
        gradient = np.zeros(self._cells.sites)
        self._stamp[:] = -1
        return broken_cuts(
            asked, *self._cells.arrays, x, self._keys, self._local, LEAST_EXCESS, THIRDS, self._stamp, gradient
        )

    def cut(
        self,
        cells: tuple[int, int],
        groups: tuple[int, int],
        x: Floats,
        patterns: Patterns,
        chains: Chains,
        mass: Floats,
    ) -> Cut:
        """The cut that gives each chain a mass, and is tight at x."""
        gradient = np.zeros(self._cells.sites)
        self._stamp[:] = -1
        constant = spread(cells[0], cells[1], *self._cells.arrays, x, patterns, chains, mass, self._stamp, gradient)
        return make_cut(groups, constant, gradient)


@kernel
def longest(effective: Ints, chain: Ints) -> int:
    """Effective need that a chain ends with."""
    last = 0
    for v in chain:
        if v >= 0:
            last = effective[v]
    return last


@kernel
def give_greedily(patterns: Patterns, chains: Chains) -> Floats:
    """Mass of each chain: all that is left of its cells' weight, the most broken for the weight it takes first."""
    pattern, effective = owners(patterns)
    worth = np.empty(len(chains.excess))
    for c in range(len(worth)):
        worth[c] = -chains.excess[c] / longest(effective, chains.version[c])
    left, mass = patterns.weight.copy(), np.zeros(len(worth))
    for c in np.argsort(worth, kind="mergesort"):
        mass[c], before = np.inf, 0
        for v in chains.version[c]:
            if v >= 0:
                mass[c] = min(mass[c], left[pattern[v]] / (effective[v] - before))
                before = effective[v]
        before = 0
        for v in chains.version[c]:
            if v >= 0:
                left[pattern[v]] -= (effective[v] - before) * mass[c]
                before = effective[v]
    return mass


@kernel
def add_union(
    mass: float,
    tick: int,
    i: int,
    left_out: Ints,
    start: Starts,
    site: Ints,
    stamp: Starts,
    gradient: Floats,
) -> None:
    """Add mass for the sites of cell i that bear no stamp of this tick yet, but for those left out."""
    for e in range(start[i], start[i + 1]):
        s = site[e]
        if stamp[s] == tick:
            continue
        out = False
        for k in range(len(left_out)):
            out = out or left_out[k] == s
        if not out:
            stamp[s] = tick
            gradient[s] += mass


@kernel
def next_cell(patterns: Patterns, p: int, at: Ints, left: Floats, lo: int) -> float:
    """Go on to the next cell of a pattern that has weight left; how much, 0 at the end."""
    while at[p] < patterns.first[p + 1] and left[patterns.cell[at[p]] - lo] <= 0.0:
        at[p] += 1
    return left[patterns.cell[at[p]] - lo] if at[p] < patterns.first[p + 1] else 0.0


@kernel
def spread_chains(
    lo: int,
    weight: Floats,
    start: Starts,
    site: Ints,
    patterns: Patterns,
    chains: Chains,
    mass: Floats,
    left: Floats,
    stamp: Starts,
    gradient: Floats,
) -> None:
    """Add chains to a gradient, and take their mass from what is left of the cells.

    A pattern's mass is taken from its cells one after the other, and each piece speaks of the sites of its own cells.
    """
    pattern, effective = owners(patterns)
    at = patterns.first[:-1].copy()
    tick = 0
    for c in range(len(mass)):
        chain = chains.version[c][chains.version[c] >= 0]
        todo = mass[c]
        while todo > 0.0:
            piece, before = todo, 0
            for v in chain:
                piece = min(piece, next_cell(patterns, pattern[v], at, left, lo) / (effective[v] - before))
                before = effective[v]
            if piece <= 0.0:
                break
            tick, before = tick + 1, 0
            for v in chain:
                p = pattern[v]
                i = patterns.cell[at[p]]
                rest = left[i - lo] - piece * (effective[v] - before)
                left[i - lo] = rest if rest > NOTHING * weight[i] else 0.0
                before = effective[v]
                out = patterns.site[patterns.start[p] : patterns.start[p] + patterns.need[p] - effective[v]]
                add_union(piece, tick, i, out, start, site, stamp, gradient)
            todo -= piece


@kernel
def spread(
    lo: int,
    hi: int,
    weight: Floats,
    need: Ints,
    start: Starts,
    site: Ints,
    x: Floats,
    patterns: Patterns,
    chains: Chains,
    mass: Floats,
    stamp: Starts,
    gradient: Floats,
) -> float:
    """Add chains, and (E) for what is left of each cell, to a gradient; gives the constant."""
    left = weight[lo:hi].copy()
    spread_chains(lo, weight, start, site, patterns, chains, mass, left, stamp, gradient)
    constant = 0.0
    top = np.empty(need[lo:hi].max(), dtype=np.int32)
    for i in range(lo, hi):
        if left[i - lo] > 0.0:
            constant += add_envelope(left[i - lo], need[i], start[i], start[i + 1], site, x, top, gradient)
    return constant


@kernel
def broken_chains(patterns: Patterns, x: Floats, local: Ints, least: float, thirds: int) -> Chains:
    """Pairs that x breaks, and chains of three made of them where cells need three or more."""
    pairs = find_pairs(patterns, x, local, least)
    if len(pairs.excess) and patterns.need.max() >= 3:
        return add_thirds(patterns, x, local, pairs, thirds)
    return pairs


@kernel
def broken_cuts(
    asked: Asked,
    weight: Floats,
    need: Ints,
    start: Starts,
    site: Ints,
    x: Floats,
    keys: Keys,
    local: Ints,
    excess: float,
    thirds: int,
    stamp: Starts,
    gradient: Floats,
) -> Found:
    """Make a cut for each stretch, and keep those that are broken; `gradient` is zero before and after."""
    stretch, constant, breach = np.zeros(0, dtype=np.int32), np.zeros(0), np.zeros(0)
    starts = np.zeros(1, dtype=np.int64)
    sites, gradients = np.zeros(0, dtype=np.int32), np.zeros(0)
    for k in range(len(asked.first)):
        lo, hi = asked.first[k], asked.last[k]
        patterns = find_patterns(lo, hi, weight, need, start, site, x, keys)
        chains = broken_chains(patterns, x, local, excess, thirds)
        mass = give_greedily(patterns, chains)
        stamp[:] = -1
        fixed = spread(lo, hi, weight, need, start, site, x, patterns, chains, mass, stamp, gradient)
        used = np.flatnonzero(gradient).astype(np.int32)
        over = asked.lifted[k] - fixed - (gradient[used] * x[used]).sum()
        if over > asked.least[k]:
            stretch, constant = np.append(stretch, np.int32(k)), np.append(constant, fixed)
            breach = np.append(breach, over)
            starts = np.append(starts, starts[-1] + len(used))
            sites, gradients = np.append(sites, used), np.append(gradients, gradient[used])
        gradient[used] = 0.0
    return Found(stretch, constant, breach, starts, sites, gradients)
