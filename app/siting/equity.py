"""The worst-off area first: the longest mean way of any area is as short as can be, then the next longest, and so on.

Areas are ordered by what their residents travel on average, the worst first. Level k makes the sum of the k worst as
small as it can be while the sums before it stay at their least (lexicographic minimax by ordered sums, Ogryczak and
Sliwinski 2003):

    sum of the k largest = min over t of k t + sum of max(0, mean - t).

The tree divides at the number of sites in a region: the candidates that shorten the same area's mean way most.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from app.access.matrix import Floats, Ints
from app.errors import QuestionError
from app.siting.answer import Answer, Budget, Placement
from app.siting.branching.model import Amounts, Cuts, Model, Relaxed, Sites
from app.siting.branching.pool import Pool
from app.siting.branching.regions import Regions
from app.siting.branching.relaxation import Relaxation
from app.siting.branching.surroundings import Around, apart
from app.siting.branching.tree import Search, search_tree
from app.siting.median.around import around
from app.siting.median.group_cuts import Groups, group_cuts, make_groups
from app.siting.median.problem import MedianProblem, Starts, check_number
from app.siting.median.solve import largest
from app.siting.median.swap import exchange, greedy
from app.siting.watch import Watch
from geodata.network.kernel import kernel

SAME = 1e-6
"""Sums closer than this share are the same level; as `Proof` counts them."""
NEAR_BEST = 0.01
"""Alternatives lie within this share of the best."""
SHARE_OF_EXCHANGES, LEAST_GAIN, CALLS_BETWEEN = 0.15, 1e-9, 120
"""Share of the time left that exchanges may take, what one gains at least, and guesses before they are tried again."""
POWER = 32.0
"""Of the mean of the areas' mean ways that exchanges shorten first."""


@dataclass(frozen=True)
class EquityProblem:
    """Travel as in p-median, and the area of each cell; make it by `make_equity_problem`.

    Parameters
    ----------
    travel : residents and costs
    groups : cells by area, scaled so that an area's amount is its mean way; areas without residents are left out
    areas : (groups,) number of each group's area
    """

    travel: MedianProblem
    groups: Groups
    areas: NDArray[np.int64]

    def means(self, sites: Sites) -> Floats:
        """(groups,) mean way of each area's residents."""
        return self.groups.sums(self.travel.weight * self.travel.travel(sites))

    def means_with_each(self, sites: Sites) -> Floats:
        """(candidates, groups) the same with some sites and one more."""
        t, group = self.travel, self.groups.group_of(self.travel.cells)
        links = t.start, t.candidate, t.cost, t.weight
        saved = _saved_by_group(*links, t.travel(sites), group, len(self.groups), t.candidates)
        return np.asarray(self.means(sites) - saved * self.groups.scale, dtype=float)


@kernel
def _saved_by_group(
    start: Starts,
    candidate: Ints,
    cost: NDArray[np.floating],
    weight: Floats,
    now: Floats,
    group: NDArray[np.int64],
    groups: int,
    candidates: int,
) -> Floats:
    """(candidates, groups) residents times cost that each candidate saves; its entries come the nearest first."""
    saved = np.zeros((candidates, groups))
    for cell in range(len(now)):
        if group[cell] < 0:
            continue
        for at in range(start[cell], start[cell + 1]):
            if cost[at] >= now[cell]:
                break
            saved[candidate[at], group[cell]] += weight[cell] * (now[cell] - cost[at])
    return saved


def make_equity_problem(travel: MedianProblem, area: NDArray[np.integer]) -> EquityProblem:
    """Gather cells by the number of their area; cells of a negative number belong to none.

    Raises
    ------
    QuestionError : shapes do not fit, or no area has residents
    """
    if np.shape(area) != (travel.cells,):
        raise QuestionError(f"area has shape {np.shape(area)}; expected ({travel.cells},), one number for each cell")
    lived_in = (np.asarray(area) >= 0) & (travel.weight > 0)
    areas, number = np.unique(np.asarray(area)[lived_in], return_inverse=True)
    if not len(areas):
        raise QuestionError("no area has residents; expected at least one cell with an area and a weight above 0")
    group = np.full(travel.cells, -1, dtype=np.int64)
    group[lived_in] = number
    residents = np.bincount(number, weights=travel.weight[lived_in])
    return EquityProblem(travel, make_groups(group, len(areas), 1.0 / residents), areas.astype(np.int64))


@dataclass
class OrderedOracle:
    """The true problem behind the tree of one level.

    Parameters
    ----------
    problem, add : what is chosen from
    least : least sums of the levels before
    near, watch : candidates around each, and the clock, for guesses
    calls : how often guesses were made
    """

    problem: EquityProblem
    add: int
    least: tuple[float, ...]
    near: Around
    watch: Watch
    calls: int = 0

    def cuts(self, at: Relaxed) -> Cuts:
        """What areas must travel at least."""
        return group_cuts(self.problem.travel, self.problem.groups, at.x, at.amounts)

    def value(self, sites: Sites) -> float:
        """Sum of the worst areas' means; infinite where a level before is worse than it can be."""
        sums = np.cumsum(np.sort(self.problem.means(sites))[::-1])
        if any(sums[k] > least * (1 + SAME) for k, least in enumerate(self.least)):
            return math.inf
        return float(sums[len(self.least)])

    def guess(self, x: Floats) -> list[Sites]:
        """The sites with the largest x; now and then those apart from each other, exchanged for the worst-off."""
        first = largest(x, self.add)
        self.calls += 1
        if self.calls % CALLS_BETWEEN:
            return [first]
        return [first, swapped(self.problem, apart(x, self.add, self.near), _spell(self.watch))]


def solve_worst_off(problem: EquityProblem, add: int, budget: Budget, alternatives: int = 0) -> Answer:
    """Choose `add` candidates so that the longest mean way of any area is least."""
    check_number(add, problem.travel.candidates)
    return _solve_level(problem, add, (), (), Watch(budget), alternatives)


def solve_lexicographic(
    problem: EquityProblem, add: int, budget: Budget, levels: int, alternatives: int = 0
) -> tuple[Answer, ...]:
    """The worst-off area first, then the two worst together, and so on: an answer for each level that was reached.

    The last answer's placement is the one to choose. A level whose proof is not closed is the last.

    Parameters
    ----------
    levels : of areas; no more than there are areas
    alternatives : other placements to look for at the first level

    Raises
    ------
    QuestionError : fewer candidates than sites asked for, or levels that there are not
    """
    check_number(add, problem.travel.candidates)
    if not 1 <= levels <= len(problem.groups):
        raise QuestionError(f"{levels} levels; expected 1 to {len(problem.groups)}, the areas with residents")
    watch, answers = Watch(budget), list[Answer]()
    while len(answers) < levels and (not answers or (answers[-1].proof.gap <= SAME and watch.still())):
        least = tuple(answer.proof.value for answer in answers)
        seeds = tuple(answer.best.sites for answer in answers if answer.best)
        answers.append(_solve_level(problem, add, least, seeds, watch, 0 if answers else alternatives))
    return tuple(answers)


def _solve_level(
    problem: EquityProblem,
    add: int,
    least: tuple[float, ...],
    seeds: tuple[Sites, ...],
    watch: Watch,
    alternatives: int,
) -> Answer:
    near, homes = around(problem.travel), _homes(problem)
    oracle = OrderedOracle(problem, add, least, near, watch)
    search = Search(_model(problem, add, least), oracle, watch, Pool(), around=near, regions=homes)
    for sites in seeds or _started(problem, add, watch):
        search.offer(sites)
    relaxation = Relaxation(search.model)
    bound = search_tree(search, relaxation)
    best, others, ranked = search.pool.placements[0], list[Placement](), False
    if alternatives and watch.still():
        wide = Search(search.model, oracle, watch, Pool(alternatives + 1, NEAR_BEST), around=near)
        for sites in search.known:
            wide.offer(sites)
        search_tree(wide, relaxation)
        (best, *others), ranked = wide.pool.placements, wide.ended
    return Answer(best, watch.proof(best.value, min(bound, best.value)), tuple(others[:alternatives]), ranked=ranked)


def _started(problem: EquityProblem, add: int, watch: Watch) -> tuple[Sites, ...]:
    """Choices to start from: exchanged for the mean of all; site after site for the worst-off, exchanged for those."""
    first = exchange(problem.travel, greedy(problem.travel, add), watch)
    return first, *(swapped(problem, sites, _spell(watch)) for sites in (_filled(problem, add), first))


def _spell(watch: Watch) -> Watch:
    """A share of the time left."""
    return Watch(Budget(watch.left * SHARE_OF_EXCHANGES, lambda _value, _bound: watch.still()))


def _filled(problem: EquityProblem, add: int) -> Sites:
    """Site after site, the one with which the longest mean way is least; of equal ones what helps most there."""
    sites: Sites = ()
    for _ in range(add):
        means = problem.means_with_each(sites)
        means[list(sites)] = math.inf
        worst = int(np.argmax(problem.means(sites)))
        sites = tuple(sorted((*sites, int(np.lexsort((means[:, worst], means.max(axis=1)))[0]))))
    return sites


def swapped(problem: EquityProblem, sites: Sites, watch: Watch) -> Sites:
    """One site for another, as long as the longest mean ways fall: all that are nearly as long first, then the longest.

    Where several areas are nearly as badly off, no one exchange helps them all; their power mean falls with each.
    """
    for power in (POWER, math.inf):
        sites = _swapped(problem, sites, power, watch)
    return sites


def _swapped(problem: EquityProblem, sites: Sites, power: float, watch: Watch) -> Sites:
    now, better = float(_power_mean(problem.means(sites), power)), True
    while better and watch.still():
        better = False
        for out in sites:
            if not watch.still():
                break
            rest = tuple(site for site in sites if site != out)
            found = _power_mean(problem.means_with_each(rest), power)
            found[list(rest)] = math.inf
            into = int(np.argmin(found))
            if found[into] < now * (1 - LEAST_GAIN):
                sites, now, better = tuple(sorted((*rest, into))), float(found[into]), True
    return sites


def _power_mean(means: Floats, power: float) -> Floats:
    """(...,) the longest of the last axis at a power without end; at a large one, those nearly as long count too."""
    longest = np.asarray(means.max(axis=-1, keepdims=True), dtype=float)
    if math.isinf(power):
        return longest[..., 0]
    shares = np.divide(means, longest, out=np.zeros_like(means), where=longest > 0)
    return np.asarray(longest[..., 0] * np.mean(shares**power, axis=-1) ** (1 / power), dtype=float)


def _homes(problem: EquityProblem) -> Regions:
    """Candidates by the area whose mean way each can shorten most; those that shorten none are left out."""
    saved = problem.means(()) - problem.means_with_each(())
    home = np.where(saved.max(axis=1) > 0, np.argmax(saved, axis=1), -1)
    return tuple(tuple(np.flatnonzero(home == area).tolist()) for area in np.unique(home[home >= 0]))


def _model(problem: EquityProblem, add: int, least: tuple[float, ...]) -> Model:
    """Amounts: the mean of each area; then for each level t and the areas' excess over it."""
    areas, sites = len(problem.groups), problem.travel.candidates
    low, high = problem.means(tuple(range(sites))), problem.means(())
    levels = len(least) + 1
    top = float(high.max())
    amounts = Amounts(
        cost=np.concatenate([np.zeros(areas + (levels - 1) * (areas + 1)), [levels], np.ones(areas)]),
        low=np.concatenate([low, np.zeros(levels * (areas + 1))]),
        high=np.concatenate([high, np.full(levels * (areas + 1), top)]),
    )
    rows = [_excess(areas, sites, level, levels) for level in range(levels)]
    rows += [_held(areas, sites, level, levels) for level in range(len(least))]
    floors = [np.zeros(areas)] * levels + [np.array([-value * (1 + SAME)]) for value in least]
    static = Cuts(csr_array(np.vstack(rows)), np.concatenate(floors))
    return Model(np.zeros(sites), amounts, add, add, static)


def _excess(areas: int, sites: int, level: int, levels: int) -> Floats:
    """Rows excess + t - mean >= 0 of a level."""
    rows = np.zeros((areas, sites + areas + levels * (areas + 1)))
    first = sites + areas + level * (areas + 1)
    rows[:, sites : sites + areas] = -np.eye(areas)
    rows[:, first] = 1.0
    rows[:, first + 1 : first + 1 + areas] = np.eye(areas)
    return rows


def _held(areas: int, sites: int, level: int, levels: int) -> Floats:
    """The row that keeps a level's sum at its least."""
    row = np.zeros((1, sites + areas + levels * (areas + 1)))
    first = sites + areas + level * (areas + 1)
    row[0, first] = -(level + 1.0)
    row[0, first + 1 : first + 1 + areas] = -1.0
    return row
