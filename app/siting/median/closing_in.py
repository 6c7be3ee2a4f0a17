"""Close in on the best placement: exchanges from above, prices from below, candidates left out between."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Floats
from app.siting.answer import Budget
from app.siting.branching.model import Sites
from app.siting.branching.pool import Pool
from app.siting.median.coarse import liken
from app.siting.median.prices import FIRST_STEP, Prices, ascend, first_prices, nearest, price_bound
from app.siting.median.problem import MedianProblem
from app.siting.median.swap import exchange, greedy
from app.siting.watch import Watch

STEPS_BETWEEN, ROUNDS = 150, 40
"""After how many steps of the ascent its sites are tried, and how often that is done."""
BLOCKS, MANY_CELLS = (25, 5), 16_000
"""Cells in a block of each likeness, from the coarsest; used from so many cells on."""
OUTLINE_STEPS, SHARE_OF_OUTLINE, NEXT_STEP = 800, 0.15, 0.1
"""Steps on a likeness, the share of the time left that they may take, and how short steps begin afterwards."""
SHARE_OF_START = 0.3
"""Of the time left, for closing in before a tree that asks for more."""
FEWER = 0.7
"""Candidates are left out when no more than this share remains."""
SLOW = 1e-2
"""A round that closes a smaller share of the gap is the last."""


@dataclass(frozen=True)
class Part:
    """A problem with the candidates that a better placement may still hold.

    Parameters
    ----------
    problem : with these candidates only
    kept : their indices in the whole problem
    """

    problem: MedianProblem
    kept: NDArray[np.intp]

    def inner(self, sites: Sites) -> Sites | None:
        """Indices in the part; None where a site has been left out."""
        at = np.searchsorted(self.kept, sites)
        there = (at < len(self.kept)) & (self.kept[np.minimum(at, len(self.kept) - 1)] == sites)
        return tuple(at.tolist()) if there.all() else None

    def outer(self, sites: Sites) -> Sites:
        """Indices in the whole problem."""
        return tuple(self.kept[list(sites)].tolist())

    def without(self, gone: NDArray[np.bool_]) -> "Part":
        """The part with fewer candidates."""
        stays = np.flatnonzero(~gone)
        return Part(self.problem.only(stays), self.kept[stays])


def whole(problem: MedianProblem) -> Part:
    """Nothing left out."""
    return Part(problem, np.arange(problem.candidates))


def close_in(problem: MedianProblem, add: int, pool: Pool, watch: Watch) -> tuple[Part, Prices]:
    """Fill the pool and raise the bound until rounds become slow; the bound is of the part that is given back.

    A placement that holds a site left out has at least the pool's value.
    """
    sites, price = _outline(problem, add, watch)
    sites = exchange(problem, sites, watch)
    pool.offer(sites, problem.value(sites))
    part, length = whole(problem), FIRST_STEP if price is None else NEXT_STEP
    at = first_prices(problem, sites) if price is None else price
    best = Prices(nearest(problem), price_bound(problem, nearest(problem), add))
    for _ in range(ROUNDS):
        before = best.bound.value
        found = ascend(part.problem, add, pool.value, watch, at, STEPS_BETWEEN, length)
        best = found if found.bound.value > before else best
        at = best.price
        _try(problem, part, best, pool, watch)
        slow = best.bound.value - before <= SLOW * (pool.value - before)
        part, best, fewer = _leave_out(part, best, add, pool.value)
        if (slow and not fewer) or not watch.still():
            break
    return part, best


def price_start(problem: MedianProblem, add: int, watch: Watch) -> tuple[Sites, Prices]:
    """Sites and prices of the whole, by closing in for a share of the time: for trees that ask for more than travel."""
    spell, pool = Watch(Budget(watch.left * SHARE_OF_START, lambda _value, _bound: watch.still())), Pool()
    _, found = close_in(problem, add, pool, spell)
    return pool.placements[0].sites, Prices(found.price, price_bound(problem, found.price, add))


def _try(problem: MedianProblem, part: Part, prices: Prices, pool: Pool, watch: Watch) -> None:
    """Exchange from the sites that the prices favour."""
    sites = tuple(np.flatnonzero(prices.bound.taken).tolist())
    if watch.still() and part.outer(sites) != pool.placements[0].sites:
        better = part.outer(exchange(part.problem, sites, watch))
        pool.offer(better, problem.value(better))


def _leave_out(part: Part, prices: Prices, add: int, value: float) -> tuple[Part, Prices, bool]:
    """Leave out candidates whose choice would cost at least a known value (reduced-cost fixing), if they are many."""
    gone = (prices.bound.value + prices.bound.adds >= value) & ~prices.bound.taken
    if len(gone) - gone.sum() > FEWER * len(gone):
        return part, prices, False
    fewer = part.without(gone)
    return fewer, Prices(prices.price, price_bound(fewer.problem, prices.price, add)), True


def _outline(problem: MedianProblem, add: int, watch: Watch) -> tuple[Sites, Floats | None]:
    """Sites and prices to start from, taken over from coarser likenesses where there are many cells."""
    levels = [liken(problem, size) for size in BLOCKS] if problem.cells > MANY_CELLS else []
    sites = greedy(levels[0].problem if levels else problem, add)
    price: Floats | None = None
    for level in levels:
        small = level.problem
        sites = exchange(small, sites, watch)
        start, length = (first_prices(small, sites), FIRST_STEP) if price is None else (level.gather(price), NEXT_STEP)
        quiet = Watch(Budget(watch.left * SHARE_OF_OUTLINE, lambda _value, _bound: watch.still()))
        found = ascend(small, add, small.value(sites), quiet, start, OUTLINE_STEPS, length)
        favoured = exchange(small, tuple(np.flatnonzero(found.bound.taken).tolist()), watch)
        sites = min(sites, favoured, key=small.value)
        price = level.prices(found.price, problem)
    return sites, price
