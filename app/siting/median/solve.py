"""Solve p-median: close in from above and below, then a tree over what is left undecided."""

from dataclasses import dataclass, replace

import numpy as np

from app.access.matrix import Floats
from app.siting.answer import Answer, Budget, Placement
from app.siting.branching.model import Amounts, Cuts, Model, Node, Relaxed, Sites, no_cuts, root
from app.siting.branching.pool import Pool
from app.siting.branching.relaxation import Relaxation
from app.siting.branching.tree import Search, search_tree
from app.siting.median.around import around
from app.siting.median.closing_in import Part, close_in, whole
from app.siting.median.group_cuts import Groups, group_cuts, make_groups, price_cuts
from app.siting.median.prices import CLOSE, Prices, nearest, price_bound
from app.siting.median.problem import MedianProblem, check_number
from app.siting.watch import Watch

NEAR_BEST = 0.01
"""Alternatives lie within this share of the best."""
MOST_GROUPS, FEW_GROUPS = 1000, 200
"""Groups of cells with a row each: as many, or few where much else is asked of the program."""
TREE_ENTRIES = 5_000_000
"""With more entries left than this, the tree would be slower than the ascent."""


@dataclass(frozen=True)
class MedianOracle:
    """The true problem behind the tree.

    Parameters
    ----------
    problem, groups : one amount for each group
    add : sites to choose
    """

    problem: MedianProblem
    groups: Groups
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
    alternatives : how many other placements within 1 % of the best are wanted; they are the best such ones where the
        search for them ends before the budget does

    Raises
    ------
    QuestionError : fewer candidates than sites asked for
    """
    check_number(add, problem.candidates)
    watch, pool = Watch(budget), Pool()
    part, prices = close_in(problem, add, pool, watch)
    bound = _lifted(problem, prices.bound.value)
    if bound < pool.value * (1 - CLOSE) and watch.still():
        bound = max(bound, _search(part, prices, add, pool, watch)[0])
    best = pool.placements[0]
    others, ranked = _others(problem, add, prices, best, alternatives, watch) if alternatives else ((), False)
    best, *rest = sorted({best, *others}, key=lambda p: (p.value, p.sites))
    proof = watch.proof(best.value, min(bound, best.value))
    return Answer(best, proof, tuple(rest[:alternatives]), ranked=ranked)


def _search(part: Part, prices: Prices, add: int, pool: Pool, watch: Watch) -> tuple[float, bool]:
    """Branch and cut over the candidates that the prices leave; returns a bound on all, and whether it ended."""
    limit = pool.limit * (1 + (CLOSE if pool.size > 1 else 0))
    beyond = prices.bound.value + prices.bound.adds >= limit
    needed = (beyond & prices.bound.taken)[~beyond | prices.bound.taken]
    part = part.without(beyond & ~prices.bound.taken)
    if part.problem.start[-1] > TREE_ENTRIES:
        return prices.bound.value, False
    groups, inner = median_groups(part.problem), Pool(pool.size, pool.within)
    for placement in pool.placements:
        sites = part.inner(placement.sites)
        if sites is not None:
            inner.offer(sites, placement.value)
    model, oracle = median_model(part.problem, groups, add), MedianOracle(part.problem, groups, add)
    search = Search(model, oracle, watch, inner, around=around(part.problem))
    relaxation, everything = primed(search, part.problem, groups, prices)
    bound = search_tree(search, relaxation, replace(everything, low=needed.astype(np.int8)))
    for placement in inner.placements:
        pool.offer(part.outer(placement.sites), placement.value)
    return min(bound, limit), search.ended


def primed(search: Search, problem: MedianProblem, groups: Groups, prices: Prices) -> tuple[Relaxation, Node]:
    """The program with the groups' rows at prices, and everything that is to be searched with their bound."""
    relaxation = Relaxation(search.model)
    relaxation.add(price_cuts(problem, groups, prices.price, np.arange(len(groups)), len(groups)))
    return relaxation, replace(root(problem.candidates), bound=prices.bound.value)


def median_groups(problem: MedianProblem, most: int = MOST_GROUPS) -> Groups:
    """Cells one by one where they are few, else those together that are nearest to the same candidate."""
    if problem.cells <= most:
        return make_groups(np.arange(problem.cells), problem.cells, np.ones(problem.cells))
    home = np.full(problem.cells, problem.candidates)
    some = np.diff(problem.start) > 0
    home[some] = problem.candidate[problem.start[:-1][some]]
    _, group = np.unique(home, return_inverse=True)
    group %= most
    return make_groups(group, int(group.max()) + 1, np.ones(int(group.max()) + 1))


def median_model(problem: MedianProblem, groups: Groups, add: int) -> Model:
    """One amount of residents times cost for each group, their sum to be least."""
    low = groups.sums(problem.weight * nearest(problem))
    high = groups.sums(problem.weight * problem.today)
    amounts = Amounts(np.ones(len(groups)), low, high)
    static = no_cuts(problem.candidates + len(groups))
    return Model(np.zeros(problem.candidates), amounts, add, add, static, _step(problem))


def _step(problem: MedianProblem) -> float:
    """1 where every weight and cost is a whole number, so that every value is; else 0."""
    parts = (problem.weight, problem.today, problem.cost)
    return 1.0 if all(np.all(part == np.rint(part)) for part in parts) else 0.0


def _lifted(problem: MedianProblem, bound: float) -> float:
    """A bound raised to the next whole number where every value is one."""
    return float(np.ceil(bound - 1e-6)) if _step(problem) else bound


def _others(
    problem: MedianProblem, add: int, prices: Prices, best: Placement, alternatives: int, watch: Watch
) -> tuple[tuple[Placement, ...], bool]:
    """The best placements within 1 % of the best, by a second tree that closes nothing nearer; whether it ended."""
    wide = Pool(alternatives + 1, NEAR_BEST)
    wide.offer(best.sites, best.value)
    for sites in _neighbours(problem, best.sites, watch):
        wide.offer(sites, problem.value(sites))
    ended = False
    if watch.still():
        again = Prices(prices.price, price_bound(problem, prices.price, add))
        _, ended = _search(whole(problem), again, add, wide, watch)
    return tuple(wide.placements), ended


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
    return np.bincount(problem.candidate, weights=saved, minlength=problem.candidates).astype(float)
