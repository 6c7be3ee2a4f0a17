"""Least travel among placements that lift enough: p-median with a floor under what is covered (epsilon-constraint).

The tree is that of p-median. At a relaxed x, what can be lifted is at most the sum of the cells' inequalities (E) of
`app.siting.covering.envelope`; where that falls short of the floor, it is a row that every placement that lifts enough
meets (Haimes, Lasdon and Wismer 1971; Cordeau, Furini and Ljubic 2019).
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from app.access.matrix import Floats
from app.siting.answer import Answer, Budget
from app.siting.branching.model import Cuts, Node, Relaxed, Sites, join
from app.siting.branching.pool import Pool
from app.siting.branching.tree import Search, search_tree
from app.siting.covering.envelope import envelope_cut
from app.siting.covering.problem import CoverProblem
from app.siting.median.around import around
from app.siting.median.closing_in import price_start
from app.siting.median.problem import MedianProblem
from app.siting.median.solve import FEW_GROUPS, NEAR_BEST, MedianOracle, median_groups, median_model, primed
from app.siting.watch import Watch

BROKEN = 1e-7
ROUNDING = 1e-9
"""Share of the floor that rounding may take."""


@dataclass(frozen=True)
class FlooredOracle:
    """p-median, where a choice that lifts too little is not allowed.

    Parameters
    ----------
    median : the same without the floor
    cover : what choices lift; its candidates are those of the travel
    floor : least weight lifted
    """

    median: MedianOracle
    cover: CoverProblem
    floor: float

    def cuts(self, at: Relaxed) -> Cuts:
        """Rows of travel, and the row of what is lifted where it is broken."""
        travel = self.median.cuts(at)
        gradient, most = np.zeros(self.cover.candidates), int(self.cover.need.max(initial=1))
        top = np.zeros(most, dtype=np.int32)
        arrays = (self.cover.weight, self.cover.need, self.cover.start, self.cover.candidate)
        constant = envelope_cut(0, self.cover.cells, *arrays, at.x, top, gradient)
        if constant + gradient @ at.x >= self.floor * (1 - BROKEN):
            return travel
        row = csr_array(np.concatenate([gradient, np.zeros(len(at.amounts))])[None, :] / max(self.floor, 1.0))
        kept = Cuts(row, np.array([(self.least - constant) / max(self.floor, 1.0)]))
        return join([travel, kept]) if len(travel) else kept

    @property
    def least(self) -> float:
        """The floor, less what rounding may take."""
        return self.floor * (1 - ROUNDING)

    def allowed(self, sites: Sites) -> bool:
        """Whether a choice lifts enough."""
        return self.cover.value(sites) >= self.least

    def value(self, sites: Sites) -> float:
        """Residents times cost; infinite where too little is lifted."""
        return self.median.value(sites) if self.allowed(sites) else math.inf

    def guess(self, x: Floats) -> list[Sites]:
        """As without the floor."""
        return self.median.guess(x)

    def hopeless(self, node: Node) -> bool:
        """Whether not even all sites of a part lift enough."""
        return not self.allowed(tuple(np.flatnonzero(node.high).tolist()))


def solve_floored(
    travel: MedianProblem,
    cover: CoverProblem,
    floor: float,
    seeds: tuple[Sites, ...],
    budget: Budget,
    alternatives: int = 0,
) -> Answer:
    """Choose as many candidates as the seeds have so that travel is least and at least `floor` is lifted.

    Parameters
    ----------
    seeds : choices that lift enough, one at least
    """
    add, watch, groups = len(seeds[0]), Watch(budget), median_groups(travel, FEW_GROUPS)
    start, prices = price_start(travel, add, watch)
    oracle = FlooredOracle(MedianOracle(travel, groups, add), cover, floor)
    model = median_model(travel, groups, add)
    near = around(travel)
    search = Search(model, oracle, watch, Pool(), hopeless=oracle.hopeless, around=near)
    search.offer(start)
    for sites in seeds:
        search.offer(exchanged(oracle, sites, watch))
        search.offer(sites)
    relaxation, everything = primed(search, travel, groups, prices)
    bound = search_tree(search, relaxation, everything)
    best, wide = search.pool.placements[0], Pool(alternatives + 1, NEAR_BEST)
    for sites, value in search.known.items():
        wide.offer(sites, value)
    ranked = False
    if alternatives and watch.still():
        again = Search(model, oracle, watch, wide, hopeless=oracle.hopeless, around=near)
        search_tree(again, relaxation, everything)
        ranked = again.ended
    first, *others = wide.placements
    value = min(first.value, best.value)
    return Answer(first, watch.proof(value, min(bound, value)), tuple(others[:alternatives]), ranked=ranked)


def exchanged(oracle: FlooredOracle, sites: Sites, watch: Watch) -> Sites:
    """One site for another, as long as travel falls and enough is lifted (Teitz and Bart 1968)."""
    now, better = oracle.value(sites), True
    while better and watch.still():
        better = False
        for out in sites:
            if not watch.still():
                break
            rest = tuple(site for site in sites if site != out)
            travel = oracle.median.problem.value_with_each(rest)
            travel[list(rest)] = math.inf
            travel[lifted_with_each(oracle.cover, rest) < oracle.least] = math.inf
            into = int(np.argmin(travel))
            if travel[into] < now:
                sites, now, better = tuple(sorted((*rest, into))), float(travel[into]), True
                break
    return sites


def lifted_with_each(cover: CoverProblem, sites: Sites) -> Floats:
    """(candidates,) weight lifted by some sites and one more."""
    lacking = cover.need - cover.reached(sites)
    gain = np.where(lacking == 1, cover.weight, 0.0)
    cell = np.repeat(np.arange(cover.cells), np.diff(cover.start))
    more = np.bincount(cover.candidate, weights=gain[cell], minlength=cover.candidates)
    return np.asarray(cover.weight[lacking <= 0].sum() + more, dtype=float)
