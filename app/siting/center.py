"""p-center: the longest way that anyone has left is as short as can be (Hakimi 1964; Minieka 1970).

Whether p sites bring everybody within a distance is a set cover. Local search alone shortens the longest way first, by
smaller and smaller shares of it. Then the distances that can be the answer are halved: a cover found lowers the value
to the longest way it leaves, a proof that none exists raises the bound to the next distance. At each, few cells are
covered first, and those left out join them; cells that mattered at one distance are the first at the next (Chen and
Chen 2009; Contardo, Iori and Kramer 2019).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Floats
from app.errors import QuestionError
from app.siting.answer import Answer, Budget, Placement
from app.siting.branching.model import Sites
from app.siting.branching.pool import Pool
from app.siting.median.problem import MedianProblem, Starts, check_number
from app.siting.set_cover.descent import STEPS_A_SITE, cover_few, left_out
from app.siting.set_cover.dominance import Core, core
from app.siting.set_cover.problem import SetCoverProblem
from app.siting.set_cover.rows import rows_of
from app.siting.set_cover.solve import CoverOracle, cover
from app.siting.set_cover.weighting import STEPS
from app.siting.watch import Watch
from geodata.network.kernel import kernel

NO_DOUBT = (math.inf, -math.inf)
CLOSE = 1e-3
"""Distances in doubt are tried again when those beside them lie within this share."""
SAMPLE = 100_000
"""Distances of which the middle is taken, about."""
MANY = 500
"""With more rows than this, local search is shorter."""
FIRST_SHARE, LAST_SHARE = 0.1, 2e-3
"""By which local search tries to shorten the longest way; halved each time it fails."""
SHARE_OF_SHORTENING = 0.25
"""Of the time, at most."""
PATIENCE = 5.0
"""Seconds that one distance may take before others are tried; doubled each time all have been."""

AskFew = Callable[[Core, Sites, int, Watch], tuple[Sites | None, bool]]
"""A cover of few cells, or whether it is proven that there is none."""


@dataclass
class _Range:
    """Where the answer lies.

    Parameters
    ----------
    value, sites : the best placement and the longest way it leaves
    bound : no placement leaves less
    doubt : least and largest distance that could not be decided in their time
    ways : costs that can be the answer
    patience : seconds that one distance may take
    active, tight : cells that choices left out so far, and those that relaxed choices did
    """

    value: float
    sites: Sites
    bound: float
    ways: Floats
    doubt: tuple[float, float] = NO_DOUBT
    patience: float = PATIENCE
    active: set[int] = field(default_factory=set)
    tight: set[int] = field(default_factory=set)


def solve_center(problem: MedianProblem, add: int, budget: Budget) -> Answer:
    """Choose `add` candidates so that the longest way of any cell with residents is least.

    Raises
    ------
    QuestionError : fewer candidates than sites asked for, or no residents at all
    """
    check_number(add, problem.candidates)
    if not np.any(problem.weight > 0):
        raise QuestionError("no cell has residents; expected at least one weight above 0")
    watch = Watch(budget)
    start = _filled(problem, (), add)
    ways = np.concatenate([problem.cost.astype(float), problem.today])
    found = _Range(longest(problem, start), start, _least_possible(problem), ways)
    _shorten(problem, add, found, watch)
    while found.bound < found.value and watch.goes_on(found.value, found.bound):
        _narrow(problem, add, found, watch)
    best = Placement(_filled(problem, found.sites, add), found.value)
    return Answer(best, watch.proof(found.value, min(found.bound, found.value)))


def longest(problem: MedianProblem, sites: Sites) -> float:
    """The longest way of any cell with residents."""
    return float(problem.travel(sites)[problem.weight > 0].max())


def covered_within(problem: MedianProblem, distance: float) -> SetCoverProblem:
    """Which candidates are within a distance of the cells that have nothing within it today."""
    needy = (problem.weight > 0) & (problem.today > distance)
    stop = _stops(problem.start, problem.cost, distance)
    return SetCoverProblem(problem.start[:-1], stop, problem.candidate, needy, problem.candidates)


@kernel
def _stops(start: Starts, cost: NDArray[np.floating], distance: float) -> Starts:
    """Where the entries of each cell that are within a distance end; costs ascend."""
    stop = start[:-1].copy()
    for cell in range(len(stop)):
        low, high = start[cell], start[cell + 1]
        while low < high:
            middle = (low + high) // 2
            if cost[middle] <= distance:
                low = middle + 1
            else:
                high = middle
        stop[cell] = low
    return stop


def _least_possible(problem: MedianProblem) -> float:
    """The longest way if every candidate opened."""
    return longest(problem, tuple(range(problem.candidates)))


def _filled(problem: MedianProblem, sites: Sites, add: int) -> Sites:
    """As many sites as asked for: the first others are added."""
    others = (j for j in range(problem.candidates) if j not in sites)
    return tuple(sorted([*sites, *(next(others) for _ in range(add - len(sites)))]))


def _shorten(problem: MedianProblem, add: int, found: _Range, watch: Watch) -> None:
    """Lower the value by shares of it, by local search alone."""
    spell = Watch(Budget(watch.left * SHARE_OF_SHORTENING, watch.budget.go_on))
    share, failed = FIRST_SHARE, -math.inf
    while share > LAST_SHARE and found.bound < found.value and spell.goes_on(found.value, found.bound):
        wanted = max(found.bound, found.value * (1 - share))
        distance = float(found.ways[found.ways <= wanted].max())
        sites = None
        if distance > failed:
            sites, _ = _decide_by_few(covered_within(problem, distance), add, found, spell, _cover_quickly)
        if sites is None:
            share, failed = share / 2, max(failed, distance)
        else:
            found.value, found.sites = longest(problem, sites), sites


def _narrow(problem: MedianProblem, add: int, found: _Range, watch: Watch) -> None:
    """Decide one distance, or leave it in doubt."""
    found.ways = found.ways[(found.ways >= found.bound) & (found.ways < found.value)]
    middle = _next_distance(found)
    sites, proven = _decide(covered_within(problem, middle), add, found, watch)
    if sites is not None:
        found.value, found.sites = longest(problem, sites), sites
    elif proven:
        found.bound = float(found.ways[found.ways > middle].min(initial=found.value))
    else:
        found.doubt = (min(found.doubt[0], middle), max(found.doubt[1], middle))


def _next_distance(found: _Range) -> float:
    """A middle distance of those above or below what is in doubt, whichever lie farther apart."""
    least, most = found.doubt
    above, below = found.ways[found.ways > most], found.ways[found.ways < least]
    ways = max(above, below, key=_spread)
    if _spread(ways) < CLOSE * found.bound and least <= most:
        found.doubt, found.patience, ways = NO_DOUBT, found.patience * 2, found.ways
    some = np.sort(ways[:: len(ways) // SAMPLE + 1])
    return float(some[(len(some) - 1) // 2])


def _spread(ways: Floats) -> float:
    return float(ways.max() - ways.min()) if len(ways) else -1.0


def _decide(problem: SetCoverProblem, add: int, found: _Range, watch: Watch) -> tuple[Sites | None, bool]:
    """A cover of at most `add` sites, or whether it is proven that there is none.

    Half of the time a relaxation is asked, whose rows are the cells that it leaves out; then choices are, of few cells.
    """
    sites, proven = _decide_relaxed(problem, add, found, _spell(found, watch))
    if sites is None and not proven and watch.still():
        sites, proven = _decide_by_few(problem, add, found, _spell(found, watch), _cover_or_prove)
    return sites, proven


def _spell(found: _Range, watch: Watch) -> Watch:
    """Half of the time that one distance may take."""
    return Watch(Budget(min(watch.left, found.patience / 2), lambda _value, _bound: watch.still()))


def _decide_relaxed(problem: SetCoverProblem, add: int, found: _Range, watch: Watch) -> tuple[Sites | None, bool]:
    """The same by a tree over all cells, with rows as they are needed."""
    return _decide_by_tree(problem, sorted(cell for cell in found.tight if problem.open[cell]), add, watch, found.tight)


def _decide_by_few(
    problem: SetCoverProblem, add: int, found: _Range, watch: Watch, ask: AskFew
) -> tuple[Sites | None, bool]:
    """The same: few cells are covered, those left out join them, until none is or not even the few can be."""
    sites, few = found.sites, _few(problem, found)
    while len(few):
        cover_of_few, proven = ask(core(rows_of(problem, few)), sites, add, watch)
        if cover_of_few is None:
            return None, proven
        sites, left = cover_of_few, left_out(problem, cover_of_few)
        if len(left) and not watch.still():
            return None, False
        found.active.update(left.tolist())
        few = np.union1d(few, left) if len(left) else left
    return sites, False


def _few(problem: SetCoverProblem, found: _Range) -> NDArray[np.int64]:
    """Cells to begin with: those that mattered before and are open, else some that are."""
    known = np.array(sorted(cell for cell in found.active if problem.open[cell]), dtype=np.int64)
    few = known if len(known) else left_out(problem, ())
    found.active.update(few.tolist())
    return few


def _cover_quickly(few: Core, seed: Sites, add: int, _watch: Watch) -> tuple[Sites | None, bool]:
    """The same for a part of the cells, by local search from known sites; nothing is proven."""
    quick = cover_few(few, seed, add, min(STEPS, add * STEPS_A_SITE))
    return (quick if len(quick) <= add else None), False


def _cover_or_prove(few: Core, seed: Sites, add: int, watch: Watch) -> tuple[Sites | None, bool]:
    """The same for a part of the cells: by local search from known sites, then by a tree."""
    quick = cover_few(few, seed, add, STEPS * MANY // max(MANY, few.problem.cells))
    if len(quick) <= add:
        return quick, False
    sites, proven = _decide_by_tree(few.problem, list(range(few.problem.cells)), add, watch, set())
    return (None if sites is None else few.outer(sites)), proven


def _decide_by_tree(
    problem: SetCoverProblem, rows: list[int], add: int, watch: Watch, met: set[int]
) -> tuple[Sites | None, bool]:
    """The same by a tree that begins with some cells; those that became rows are added to `met`."""
    pool = Pool(ceiling=add + 1.0)
    oracle = CoverOracle(problem, add, rows, worth=add + 1, still=watch.still, left=lambda: watch.left)
    undecided = Watch(Budget(watch.left, lambda value, bound: value > add and bound <= add and watch.still()))
    bound = cover(problem, pool, oracle, undecided)
    met.update(oracle.active)
    return (pool.placements[0].sites if pool.placements else None), bound > add
