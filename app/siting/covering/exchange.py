"""Good placements: greedy choice and exchanges of one site, with credit for cells on the way to their need.

A cell that has c of the r sites it needs gives its whole weight from c = r on, and `credit` x c / r before. Without
credit a cell that needs two sites gives no reason to choose the first one.
"""

from typing import NamedTuple

import numpy as np

from app.access.matrix import Flags, Floats, Ints
from app.siting.covering.cells import Cells
from app.siting.covering.problem import Starts
from geodata.network.kernel import kernel

LEAST_GAIN = 1e-9
"""An exchange must gain more than this share of the whole weight."""


class Reach(NamedTuple):
    """Cells and sites, both ways round.

    Parameters
    ----------
    weight, need, start, site : of the cells
    site_start, cell : cells of site j are `cell[site_start[j]:site_start[j + 1]]`
    """

    weight: Floats
    need: Ints
    start: Starts
    site: Ints
    site_start: Starts
    cell: Ints


class Tally(NamedTuple):
    """What a placement does, kept true while it changes.

    Parameters
    ----------
    held : (cells,) how many sites each has
    gain : (sites,) what one more would bring
    """

    held: Ints
    gain: Floats


class Placing:
    """A placement under change: how many sites each cell has, and what one more site would bring everywhere."""

    def __init__(self, cells: Cells, open_sites: Flags) -> None:
        """Start from no site; only open ones will be chosen."""
        self.cells, self.open = cells, open_sites
        self.reach = Reach(*cells.arrays, *cells.by_site)
        self.least = LEAST_GAIN * float(cells.weight.sum())

    def greedy(self, sites: Ints, wanted: int, credit: float) -> Ints:
        """Sites, filled up to a number with whatever gains most."""
        return fill(wanted, credit, self.open, self.reach, sites, self.tally(sites, credit))

    def improve(self, sites: Ints, credit: float) -> Ints:
        """Sites after exchanges of one for one, until none gains."""
        return exchange(credit, self.least, self.open, self.reach, sites, self.tally(sites, credit))

    def prefer(self, sites: Ints) -> Ints:
        """Sites after exchanges for earlier ones that keep the value, until there is none."""
        return exchange_for_earlier(self.least, self.open, self.reach, sites, self.tally(sites, 0.0))

    def neighbours(self, sites: Ints, most: int) -> list[Ints]:
        """The best placements that differ in one site, at most so many for each site left out."""
        found = []
        for k in range(len(sites)):
            rest = np.delete(sites, k)
            gain = self.tally(rest, 0.0).gain
            gain[sites] = -np.inf
            gain[~self.open] = -np.inf
            best = np.argsort(-gain, kind="stable")[:most]
            found += [np.append(rest, j).astype(np.int32) for j in best.tolist() if np.isfinite(gain[j])]
        return found

    def value(self, sites: Ints) -> float:
        """Weight of the cells that a placement lifts."""
        return float(self.cells.weight[self._count(sites) >= self.cells.need].sum())

    def _count(self, sites: Ints) -> Ints:
        start, cell = self.cells.by_site
        rows = [cell[start[j] : start[j + 1]] for j in sites]
        return np.bincount(np.concatenate([*rows, cell[:0]]), minlength=len(self.cells)).astype(np.int32)

    def tally(self, sites: Ints, credit: float) -> Tally:
        """What some sites do."""
        count = self._count(sites)
        gain = np.zeros(self.cells.sites)
        gains(credit, *self.cells.arrays, count, gain)
        return Tally(count, gain)


@kernel
def marginal(count: int, need: int, credit: float) -> float:
    """What one more site is worth to a cell, as a share of its weight."""
    if count >= need:
        return 0.0
    return 1.0 - credit * count / need if count == need - 1 else credit / need


@kernel
def gains(credit: float, weight: Floats, need: Ints, start: Starts, site: Ints, count: Ints, gain: Floats) -> None:
    """Add to `gain` what each site would bring."""
    for i in range(len(weight)):
        share = marginal(count[i], need[i], credit)
        if share > 0.0:
            for e in range(start[i], start[i + 1]):
                gain[site[e]] += weight[i] * share


@kernel
def shift(
    j: int,
    step: int,
    credit: float,
    reach: Reach,
    tally: Tally,
) -> None:
    """Choose site j (step 1) or give it up (step -1), keeping counts and gains true."""
    for a in range(reach.site_start[j], reach.site_start[j + 1]):
        i = reach.cell[a]
        before = marginal(tally.held[i], reach.need[i], credit)
        tally.held[i] += step
        change = reach.weight[i] * (marginal(tally.held[i], reach.need[i], credit) - before)
        if change != 0.0:
            for e in range(reach.start[i], reach.start[i + 1]):
                tally.gain[reach.site[e]] += change


@kernel
def best_site(gain: Floats, free: Flags) -> int:
    """The free site that gains most, the first of several; -1 where none is free."""
    best, most = -1, -np.inf
    for j in range(len(gain)):
        if free[j] and gain[j] > most:
            best, most = j, gain[j]
    return best


@kernel
def fill(
    wanted: int,
    credit: float,
    is_open: Flags,
    reach: Reach,
    sites: Ints,
    tally: Tally,
) -> Ints:
    """Sites and the best ones more, one by one, as far as there are any."""
    free = is_open.copy()
    found = np.empty(max(wanted, len(sites)), dtype=np.int32)
    found[: len(sites)] = sites
    free[sites] = False
    for n in range(len(sites), wanted):
        j = best_site(tally.gain, free)
        if j < 0:
            return found[:n]
        found[n] = j
        free[j] = False
        shift(j, 1, credit, reach, tally)
    return found


@kernel
def exchange(
    credit: float,
    least: float,
    is_open: Flags,
    reach: Reach,
    sites: Ints,
    tally: Tally,
) -> Ints:
    """Sites after one-for-one exchanges, each for the best other site, until a whole round gains nothing."""
    found = sites.copy()
    free = is_open.copy()
    free[found] = False
    quiet, k = 0, 0
    while quiet < len(found):
        out = found[k]
        shift(out, -1, credit, reach, tally)
        j = best_site(tally.gain, free)
        if j >= 0 and tally.gain[j] > tally.gain[out] + least:
            free[out], free[j] = True, False
            found[k] = j
            quiet = 0
        else:
            quiet += 1
        shift(found[k], 1, credit, reach, tally)
        k = (k + 1) % len(found)
    return found


@kernel
def exchange_for_earlier(
    least: float,
    is_open: Flags,
    reach: Reach,
    sites: Ints,
    tally: Tally,
) -> Ints:
    """Sites, each exchanged for the earliest one that is worth as much, until none is."""
    found = np.sort(sites)
    free = is_open.copy()
    free[found] = False
    quiet, k = 0, len(found) - 1
    while quiet < len(found):
        out = found[k]
        shift(out, -1, 0.0, reach, tally)
        quiet += 1
        for j in range(out):
            if free[j] and tally.gain[j] >= tally.gain[out] - least:
                free[out], free[j] = True, False
                found[k] = j
                quiet = 0
                break
        shift(found[k], 1, 0.0, reach, tally)
        k = (k + len(found) - 1) % len(found)
    return found
