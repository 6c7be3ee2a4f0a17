"""Solve p-median: exchanges from above, prices from below, and a tree over what these leave undecided."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Floats
from app.siting.answer import Answer, Budget, Placement
from app.siting.branching.model import Amounts, Cuts, Model, Node, Relaxed, Sites, no_cuts
from app.siting.branching.pool import Pool
from app.siting.branching.relaxation import Relaxation
from app.siting.branching.tree import Search, search_tree
from app.siting.median.group_cuts import Groups, group_cuts, make_groups, price_cuts
from app.siting.median.prices import Prices, ascend, first_prices, nearest
from app.siting.median.problem import MedianProblem, check_number
from app.siting.median.swap import exchange, greedy
from app.siting.watch import Watch

NEAR_BEST = 0.01
"""Alternatives lie within this share of the best (issue 4)."""
MOST_GROUPS = 1000
STEPS, STEPS_BETWEEN = 4000, 150
"""Steps of the ascent, and after how many the sites it favours are tried."""
TREE_ENTRIES = 5_000_000
"""With more entries left than this, the tree would be slower than the ascent."""


@dataclass(frozen=True)
class MedianOracle:
    """The true problem behind the tree.

    Parameters
    ----------
    problem, groups : one amount for each group
    watch : exchanges stop with it
    """

    problem: MedianProblem
    groups: Groups
    watch: Watch
    add: int

    def cuts(self, at: Relaxed) -> Cuts:
        """The strongest row of each group that falls short."""
        return group_cuts(self.problem, self.groups, at.x, at.amounts)

    def value(self, sites: Sites) -> float:
        """Residents times cost."""
        return self.problem.value(sites)

    def guess(self, x: Floats) -> list[Sites]:
        """The sites with the largest x."""
        return [largest(x, self.add)]


def largest(x: Floats, add: int) -> Sites:
    """Indices of the largest numbers; of equal ones the first."""
    return tuple(sorted(int(j) for j in np.argsort(-x, kind="stable")[:add]))


def solve_median(problem: MedianProblem, add: int, budget: Budget, alternatives: int = 0) -> Answer:
    """Choose `add` candidates so that residents times cost is least.

    Parameters
    ----------
    alternatives : how many other placements within 1 % of the best are wanted

    Raises
    ------
    QuestionError : fewer candidates than sites asked for
    """
    check_number(add, problem.candidates)
    watch = Watch(budget)
    pool = Pool()
    start = exchange(problem, greedy(problem, add), watch)
    pool.offer(start, problem.value(start))
    prices = _close_in(problem, add, pool, watch)
    bound = prices.bound.value
    if bound < pool.value * (1 - 5e-7) and watch.still():
        bound = max(bound, _search(problem, add, prices, pool, watch))
    best = pool.placements[0]
    others = _others(problem, add, prices, pool, alternatives, watch) if alternatives else ()
    best, others = _first(best, others)
    return Answer(best, watch.proof(best.value, min(bound, best.value)), others[:alternatives])


def _first(best: Placement, others: tuple[Placement, ...]) -> tuple[Placement, tuple[Placement, ...]]:
    """The alternatives' search may meet a placement as good as the best, with lower indices: the rule of ties."""
    ordered = sorted({best, *others}, key=lambda p: (p.value, p.sites))
    return ordered[0], tuple(ordered[1:])


def _close_in(problem: MedianProblem, add: int, pool: Pool, watch: Watch) -> Prices:
    """Ascend, and try the sites that the ascent favours."""
    prices = Prices(nearest(problem), ascend(problem, add, pool.value, watch, nearest(problem), 0).bound)
    prices = ascend(problem, add, pool.value, watch, first_prices(problem, pool.placements[0].sites), STEPS_BETWEEN)
    for _ in range(STEPS // STEPS_BETWEEN):
        sites = tuple(np.flatnonzero(prices.bound.taken).tolist())
        if watch.still() and sites != pool.placements[0].sites:
            better = exchange(problem, sites, watch)
            pool.offer(better, problem.value(better))
        before = prices.bound.value
        prices = ascend(problem, add, pool.value, watch, prices.price, STEPS_BETWEEN)
        if prices.bound.value - before <= 1e-2 * (pool.value - before) or not watch.still():
            break
    return prices


def _undecided(problem: MedianProblem, prices: Prices, limit: float) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Candidates that a placement below a limit may hold, and which of them it must hold."""
    beyond = prices.bound.value + prices.bound.adds >= limit
    kept = np.flatnonzero(~(beyond & ~prices.bound.taken))
    return kept, (beyond & prices.bound.taken)[kept]


def _search(problem: MedianProblem, add: int, prices: Prices, pool: Pool, watch: Watch) -> float:
    """Branch and cut over the candidates that the prices leave; returns a bound on all."""
    limit = pool.limit * (1 + (5e-7 if pool.size > 1 else 0))
    kept, needed = _undecided(problem, prices, limit)
    part = problem.only(kept)
    if part.start[-1] > TREE_ENTRIES or len(kept) < add:
        return prices.bound.value if len(kept) >= add else pool.value
    groups = _groups(part, prices)
    inner = Pool(pool.size, pool.within)
    number = {int(j): i for i, j in enumerate(kept)}
    for placement in pool.placements:
        if all(j in number for j in placement.sites):
            inner.offer(tuple(number[j] for j in placement.sites), placement.value)
    search = Search(_model(part, groups, add), MedianOracle(part, groups, watch, add), watch, inner)
    relaxation = Relaxation(search.model)
    relaxation.add(price_cuts(part, groups, prices.price, np.arange(len(groups)), len(groups)))
    first = Node(needed.astype(np.int8), np.ones(len(kept), dtype=np.int8), prices.bound.value)
    bound = search_tree(search, relaxation, first)
    for placement in inner.placements:
        pool.offer(tuple(int(kept[j]) for j in placement.sites), placement.value)
    return min(bound, limit)


def _groups(problem: MedianProblem, prices: Prices) -> Groups:
    """Cells one by one where they are few, else those together whose prices meet the same candidate first."""
    if problem.cells <= MOST_GROUPS:
        return make_groups(np.arange(problem.cells), problem.cells, np.ones(problem.cells))
    home = np.full(problem.cells, problem.candidates)
    some = np.diff(problem.start) > 0
    home[some] = problem.candidate[problem.start[:-1][some]]
    _, group = np.unique(home, return_inverse=True)
    group %= MOST_GROUPS
    return make_groups(group, int(group.max()) + 1, np.ones(int(group.max()) + 1))


def _model(problem: MedianProblem, groups: Groups, add: int) -> Model:
    low = groups.sums(problem.weight * nearest(problem))
    high = groups.sums(problem.weight * problem.today)
    amounts = Amounts(np.ones(len(groups)), low, high)
    static = no_cuts(problem.candidates + len(groups))
    return Model(np.zeros(problem.candidates), amounts, add, add, static, _step(problem))


def _step(problem: MedianProblem) -> float:
    """1 where every weight and cost is a whole number, so that every value is; else 0."""
    parts = (problem.weight, problem.today, problem.cost)
    return 1.0 if all(np.all(part == np.rint(part)) for part in parts) else 0.0


def _others(
    problem: MedianProblem, add: int, prices: Prices, pool: Pool, alternatives: int, watch: Watch
) -> tuple[Placement, ...]:
    """The best placements within 1 % of the best, by a second tree that closes nothing nearer than that."""
    wide = Pool(alternatives + 1, NEAR_BEST)
    wide.offer(pool.placements[0].sites, pool.placements[0].value)
    for sites in _neighbours(problem, pool.placements[0].sites, watch):
        wide.offer(sites, problem.value(sites))
    if watch.still():
        _search(problem, add, prices, wide, watch)
    return tuple(p for p in wide.placements if p.sites != pool.placements[0].sites)


def _neighbours(problem: MedianProblem, sites: Sites, watch: Watch) -> list[Sites]:
    """Placements one site away, each site against the few that replace it best."""
    found = []
    for out in sites:
        if not watch.still():
            break
        rest = tuple(site for site in sites if site != out)
        travel = problem.travel(rest)
        gain = _gain(problem, travel)
        gain[list(sites)] = -np.inf
        found += [tuple(sorted((*rest, int(j)))) for j in np.argsort(-gain, kind="stable")[:3] if np.isfinite(gain[j])]
    return found


def _gain(problem: MedianProblem, travel: Floats) -> Floats:
    cell = np.repeat(np.arange(problem.cells), np.diff(problem.start))
    saved = np.maximum(travel[cell] - problem.cost, 0.0) * problem.weight[cell]
    return np.bincount(problem.candidate, weights=saved, minlength=problem.candidates)
