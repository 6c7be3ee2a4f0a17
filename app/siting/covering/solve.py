"""One door: a covering question in, the best placement with its proof and its alternatives out."""

import math
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Ints
from app.errors import QuestionError
from app.siting.answer import Answer, Budget, Placement, Proof
from app.siting.covering.cells import Reduced, reduce
from app.siting.covering.exchange import Placing
from app.siting.covering.heuristics import first_placements
from app.siting.covering.pool import Pool
from app.siting.covering.pricing import price_rounds
from app.siting.covering.problem import CoverProblem
from app.siting.covering.state import State
from app.siting.covering.tree import search
from app.siting.watch import Watch

EVERY = 0.25
"""Seconds between two calls of the listener."""
CELLS, SITES = 60, 12
"""Size of the question that all is compiled with."""
NEAR = 0.99
"""An alternative has at least this share of the best value."""


def solve_cover(problem: CoverProblem, add: int, budget: Budget, alternatives: int = 0) -> Answer:
    """The placement of `add` sites that lifts most weight.

    Parameters
    ----------
    problem : cells, their needs and who is within reach
    add : how many candidates are chosen, the fixed ones among them
    budget : time; its listener is called about four times a second, on the thread that asks
    alternatives : how many other placements are wanted, of at least 99 % of the best value

    Returns
    -------
    The bound holds whenever the search stops, and whatever tolerance the linear solver has. Among placements of the
    same value, no site of the answer could be exchanged for a preferred candidate (lower priority, then lower index)
    without losing value. `ranked` says whether the alternatives are proven to be the next best ones.

    Raises
    ------
    QuestionError : fewer sites are asked for than are fixed or one, or more than there are
    """
    _check(problem, add)
    compile_all()
    watch = Watch(budget, maximizing=True)
    with ThreadPoolExecutor(1) as aside:
        searched = aside.submit(_solve, problem, add, watch, alternatives)
        try:
            while wait([searched], EVERY).not_done:
                watch.still()
        finally:
            watch.stop()
    return searched.result()


@cache
def compile_all() -> None:
    """Compile all kernels, once in a process, so that the watch does not count it."""
    random = np.random.default_rng(0)
    rows = [np.flatnonzero(row) for row in random.random((CELLS, SITES)) < 0.3]
    start, site = np.cumsum([0, *map(len, rows)]), np.concatenate(rows).astype(np.int32)
    weight = random.integers(1, 9, CELLS).astype(np.float64)
    need = random.integers(1, 4, CELLS).astype(np.int32)
    watch = Watch(Budget(math.inf), maximizing=True)
    for each in (need, np.ones_like(need)):
        small = CoverProblem(weight, each, start, site, SITES)
        _solve(small, 4, watch, 1)
    state = State(reduce(small, 4).cells, 4, Pool(1, True), watch)
    first_placements(state)
    price_rounds(state)


def _solve(problem: CoverProblem, add: int, watch: Watch, alternatives: int) -> Answer:
    reduced = reduce(problem, add - len(problem.fixed))
    wanted = add - len(problem.fixed)
    if not wanted or wanted == len(reduced.names) or not len(reduced.cells):
        return _decided(problem, reduced, wanted, watch)
    whole = bool((reduced.cells.weight == np.rint(reduced.cells.weight)).all())
    pool = Pool(1, whole, spare=alternatives)
    state = State(reduced.cells, wanted, pool, watch, reduced.constant)
    search(state)
    bound = max(_proven(state) + reduced.constant, problem.value(problem.fixed))
    best = _all_open(reduced).prefer(_sites(pool))
    ranked = False
    if alternatives:
        pool = _near(reduced, best, pool, alternatives)
        ranked = state.closed and _ranked(reduced, wanted, pool, watch)
    chosen = _placement(problem, reduced, best)
    others = [_placement(problem, reduced, np.array(sites)) for sites, _ in pool.placements]
    others = [p for p in others if p.sites != chosen.sites and p.value >= NEAR * chosen.value][:alternatives]
    return Answer(chosen, Proof(chosen.value, max(bound, chosen.value), True, watch.seconds), tuple(others), (), ranked)


def _check(problem: CoverProblem, add: int) -> None:
    least, most = max(1, len(problem.fixed)), problem.candidates - len(problem.forbidden)
    if not least <= add <= most:
        raise QuestionError(
            f"add: {least} to {most} sites can be asked for ({len(problem.fixed)} candidates are fixed, "
            f"{len(problem.forbidden)} of {problem.candidates} forbidden), {add} were"
        )


def _decided(problem: CoverProblem, reduced: Reduced, wanted: int, watch: Watch) -> Answer:
    """Nothing is to be chosen, or all, or no choice lifts anybody."""
    chosen = _placement(problem, reduced, np.arange(wanted))
    single = wanted in (0, len(reduced.names))
    return Answer(chosen, Proof(chosen.value, chosen.value, True, watch.seconds), ranked=single)


def _proven(state: State) -> float:
    """What no placement exceeds. Parts below what is needed were passed over, and count as that."""
    pool = state.pool
    if pool.whole:
        return pool.best if state.closed else math.floor(state.bound)
    return max(state.bound, pool.needed)


def _near(reduced: Reduced, best: Ints, known: Pool, alternatives: int) -> Pool:
    """Placements near the best: those met on the way, and its neighbours."""
    pool, placing = Pool(alternatives + 1, known.whole, NEAR), _all_open(reduced)
    for sites in (best, *(np.array(sites, dtype=np.int32) for sites, _ in known.placements)):
        pool.offer(placing.value(sites), sites)
    for sites in placing.neighbours(best, alternatives + 1):
        pool.offer(placing.value(sites), sites)
    return pool


def _ranked(reduced: Reduced, wanted: int, pool: Pool, watch: Watch) -> bool:
    """Search for what belongs into the pool; whether it is proven that nothing is missing."""
    state = State(reduced.cells, wanted, pool, watch)
    search(state)
    return state.closed


def _all_open(reduced: Reduced) -> Placing:
    return Placing(reduced.cells, np.ones(len(reduced.names), dtype=bool))


def _sites(pool: Pool) -> Ints:
    return np.array(pool.placements[0][0], dtype=np.int32)


def _placement(problem: CoverProblem, reduced: Reduced, sites: NDArray[np.integer]) -> Placement:
    """Sites by their candidates' indices, with the fixed ones; the value is counted in the question itself."""
    names = (*(int(reduced.names[j]) for j in sites), *problem.fixed)
    return Placement(tuple(sorted(names)), problem.value(names))
