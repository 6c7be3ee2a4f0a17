"""A bound on p-median from prices of the cells, by ascent: no linear program is solved.

Each cell offers a price t, at most its cost today. Whatever the prices,

    L(t) = sum of w t - the p largest of s_j(t),     s_j(t) = sum of w (t - c_j) over the cells with c_j < t

is a bound: p sites can save no more than the p that save most (Cornuejols, Fisher and Nemhauser 1977). Prices rise
where no chosen site is near and fall where several are, with smoothed steps that shrink (volume algorithm, Barahona and
Anbil 2000). Only candidates nearer than the price are looked at: of millions of entries, a few per cent.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Floats, Ints
from app.siting.branching.model import Node, Sites, root
from app.siting.branching.safe_bound import ROUNDING, Bound, choose
from app.siting.median.problem import MedianProblem, Starts
from app.siting.watch import Watch
from geodata.network.kernel import kernel

SMOOTH = 0.15
"""Share of a new direction in the smoothed one."""
FIRST_STEP, SMALLEST_STEP, SHRINK = 0.5, 1e-4, 0.7
"""Step lengths as shares of the way to the known value (Polyak 1969)."""
PATIENCE = 8
"""Steps without a better bound before steps shrink."""
BEYOND = 1.001
"""Steps aim at the known value, and this much more."""
CLOSE = 5e-7


@dataclass
class Prices:
    """The best bound found and its prices.

    Parameters
    ----------
    price : (cells,) t
    bound : L(t), lowered by what rounding can take, and what sites would add to it
    """

    price: Floats
    bound: Bound


def price_bound(problem: MedianProblem, price: Floats, add: int, node: Node | None = None, threads: int = 2) -> Bound:
    """L(t) of a part of all choices."""
    saved = savings(problem, price, threads)
    total = float(problem.weight @ price)
    chosen = choose(-saved, node or root(problem.candidates), add, add)
    rounding = ROUNDING * (total + float(saved[chosen.taken].sum()))
    return Bound(total + chosen.value - rounding, chosen.adds, chosen.taken)


def savings(problem: MedianProblem, price: Floats, threads: int = 2) -> Floats:
    """(candidates,) what each candidate saves at prices; parts of the cells are summed in threads, in a fixed order."""
    ends = np.linspace(0, problem.cells, threads + 1).astype(int)
    parts = [
        (problem.start, problem.candidate, problem.cost, problem.weight, price, a, b, problem.candidates)
        for a, b in pairwise(ends)
    ]
    if problem.start[-1] < 100_000:
        parts = [(*parts[0][:5], 0, problem.cells, problem.candidates)]
        return _savings(*parts[0])
    with ThreadPoolExecutor(threads) as pool:
        return np.asarray(sum(pool.map(lambda part: _savings(*part), parts)))


def ascend(
    problem: MedianProblem,
    add: int,
    value: float,
    watch: Watch,
    price: Floats,
    steps: int,
    length: float = FIRST_STEP,
) -> Prices:
    """Raise the bound until it meets a known value, steps vanish, or time is up."""
    best = Prices(price, price_bound(problem, price, add))
    smooth: Floats | None = None
    waited, least = 0, nearest(problem)
    at, bound = price, best.bound
    for _ in range(steps):
        if best.bound.value >= value * (1 - CLOSE) or length < SMALLEST_STEP:
            break
        if not watch.goes_on(value, best.bound.value):
            break
        direction = 1.0 - count_near(problem, at, bound.taken)
        smooth = direction if smooth is None else SMOOTH * direction + (1 - SMOOTH) * smooth
        apart = length * max(value * BEYOND - best.bound.value, 1e-9)
        at = np.clip(_step(problem, best.price, smooth, apart), least, problem.today)
        bound = price_bound(problem, at, add)
        waited += 1
        if bound.value > best.bound.value:
            best, waited = Prices(at, bound), 0
        elif waited >= PATIENCE:
            length, waited = length * SHRINK, 0
    return best


def _step(problem: MedianProblem, price: Floats, direction: Floats, apart: float) -> Floats:
    """One step that would raise the bound by `apart` if it went on as it begins; prices move in proportion."""
    bold = np.where((direction < 0) | (price < problem.today), direction, 0.0)
    size = float(np.sum(problem.weight * price * bold**2))
    return price + (apart / size if size > 0 else 0.0) * price * bold


def nearest(problem: MedianProblem) -> Floats:
    """(cells,) the least cost there can be."""
    least = problem.today.copy()
    some = np.diff(problem.start) > 0
    least[some] = problem.cost[problem.start[:-1][some]]
    return least


def count_near(problem: MedianProblem, price: Floats, taken: NDArray[np.bool_]) -> Floats:
    """(cells,) how many of the sites taken are nearer than the price."""
    return _count_near(problem.start, problem.candidate, problem.cost, price, taken)


def first_prices(problem: MedianProblem, sites: Sites) -> Floats:
    """Prices at which the placement's sites are nearly what they save: between a cell's first and second nearest."""
    first, second = _two_nearest(problem.start, problem.candidate, problem.cost, problem.today, _mask(problem, sites))
    return np.asarray(first + 0.25 * (second - first))


def _mask(problem: MedianProblem, sites: Sites) -> NDArray[np.bool_]:
    mask = np.zeros(problem.candidates, dtype=np.bool_)
    mask[list(sites)] = True
    return mask


@kernel
def _savings(
    start: Starts,
    candidate: Ints,
    cost: NDArray[np.floating],
    weight: Floats,
    price: Floats,
    first: int,
    last: int,
    candidates: int,
) -> Floats:
    saved = np.zeros(candidates)
    for cell in range(first, last):
        t, w = price[cell], weight[cell]
        for at in range(start[cell], start[cell + 1]):
            if cost[at] >= t:
                break
            saved[candidate[at]] += w * (t - cost[at])
    return saved


@kernel
def _count_near(
    start: Starts, candidate: Ints, cost: NDArray[np.floating], price: Floats, taken: NDArray[np.bool_]
) -> Floats:
    count = np.zeros(len(price))
    for cell in range(len(price)):
        for at in range(start[cell], start[cell + 1]):
            if cost[at] >= price[cell]:
                break
            if taken[candidate[at]]:
                count[cell] += 1.0
    return count


@kernel
def _two_nearest(
    start: Starts, candidate: Ints, cost: NDArray[np.floating], today: Floats, chosen: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    first, second = today.copy(), today.copy()
    for cell in range(len(today)):
        found = 0
        for at in range(start[cell], start[cell + 1]):
            if chosen[candidate[at]]:
                found += 1
                if found == 1:
                    first[cell] = cost[at]
                else:
                    second[cell] = cost[at]
                    break
    return first, second
