"""Good placements quickly: greedy, then exchanging one site for another as long as it helps (Teitz and Bart 1968).

What every exchange would gain is kept up to date from the cells that the last exchange touched (Whitaker 1983; Resende
and Werneck 2007): gain of a site in, loss of a site out, and what is counted twice where both touch one cell.
"""

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Floats, Ints
from app.siting.branching.model import Sites
from app.siting.median.problem import MedianProblem, Starts
from app.siting.watch import Watch
from geodata.network.kernel import kernel

LEAST_GAIN = 1e-9
"""An exchange that gains a smaller share of the value is none."""
ROUNDS_A_LOOK = 16
UNKNOWN = -2
"""A cell whose nearest sites are to be found."""


def greedy(problem: MedianProblem, add: int) -> Sites:
    """Sites taken one after another, each the one that saves most; the first of equal ones."""
    travel = problem.today.copy()
    gain = _gains(problem.start, problem.candidate, problem.cost, problem.weight, travel, problem.candidates)
    chosen: list[int] = []
    for _ in range(add):
        gain[chosen] = -np.inf
        site = int(np.argmax(gain))
        chosen.append(site)
        gain[site] = 0.0
        _take(problem.start, problem.candidate, problem.cost, problem.weight, travel, gain, site)
    return tuple(sorted(chosen))


def exchange(problem: MedianProblem, sites: Sites, watch: Watch) -> Sites:
    """The local optimum reached by best exchanges."""
    state = _State(problem, sites)
    while state.rounds(ROUNDS_A_LOOK) and watch.still():
        pass
    return tuple(sorted(int(site) for site in state.sites))


class _State:
    def __init__(self, problem: MedianProblem, sites: Sites) -> None:
        self.problem, self.sites = problem, np.array(sorted(sites), dtype=np.int32)
        self.slot = np.full(problem.candidates, -1, dtype=np.int32)
        self.slot[self.sites] = np.arange(len(self.sites), dtype=np.int32)
        self.gain = np.zeros(problem.candidates)
        self.loss = np.zeros(len(self.sites))
        self.extra = np.zeros((len(self.sites), problem.candidates))
        self.first = np.full(problem.cells, UNKNOWN, dtype=np.int64)
        self.second = np.full(problem.cells, UNKNOWN, dtype=np.int64)
        self.least = LEAST_GAIN * max(problem.value(sites), 1e-300)

    def rounds(self, count: int) -> bool:
        """Make some exchanges; False at a local optimum."""
        p = self.problem
        return bool(
            _exchange(
                p.start,
                p.candidate,
                p.cost,
                p.weight,
                p.today,
                self.sites,
                self.slot,
                self.gain,
                self.loss,
                self.extra,
                self.first,
                self.second,
                self.least,
                count,
            )
        )


@kernel
def _gains(
    start: Starts, candidate: Ints, cost: NDArray[np.floating], weight: Floats, travel: Floats, candidates: int
) -> Floats:
    gain = np.zeros(candidates)
    for cell in range(len(travel)):
        for at in range(start[cell], start[cell + 1]):
            if cost[at] >= travel[cell]:
                break
            gain[candidate[at]] += weight[cell] * (travel[cell] - cost[at])
    return gain


@kernel
def _take(
    start: Starts, candidate: Ints, cost: NDArray[np.floating], weight: Floats, travel: Floats, gain: Floats, site: int
) -> None:
    for cell in range(len(travel)):
        before = travel[cell]
        after = before
        for at in range(start[cell], start[cell + 1]):
            if cost[at] >= before:
                break
            if candidate[at] == site:
                after = cost[at]
                break
        if after == before:
            continue
        for at in range(start[cell], start[cell + 1]):
            if cost[at] >= before:
                break
            gain[candidate[at]] -= weight[cell] * (before - max(after, cost[at]))
        travel[cell] = after


@kernel
def _count_cell(
    begin: int,
    end: int,
    candidate: Ints,
    cost: NDArray[np.floating],
    w: float,
    today: float,
    slot: Ints,
    gain: Floats,
    loss: Floats,
    extra: Floats,
    first: int,
    second: int,
    sign: float,
) -> None:
    """Add (or take away) what one cell contributes, its nearest two entries being `first` and `second` (-1: today)."""
    nearest = today if first < 0 else cost[first]
    next_one = today if second < 0 else cost[second]
    home = -1 if first < 0 else slot[candidate[first]]
    if home >= 0:
        loss[home] += sign * w * (next_one - nearest)
    for at in range(begin, end):
        c = cost[at]
        if c >= next_one:
            break
        j = candidate[at]
        if c < nearest:
            gain[j] += sign * w * (nearest - c)
        if home >= 0:
            extra[home, j] += sign * w * (next_one - max(c, nearest))


@kernel
def _find_two(begin: int, end: int, candidate: Ints, slot: Ints) -> tuple[int, int]:
    """Entries of a cell's nearest two sites; -1 where there is none."""
    one, two = -1, -1
    for at in range(begin, end):
        if slot[candidate[at]] >= 0:
            if one >= 0:
                two = at
                break
            one = at
    return one, two


@kernel
def _best(sites: Ints, slot: Ints, gain: Floats, loss: Floats, extra: Floats, least: float) -> tuple[int, int]:
    """The exchange that gains most, as slot and candidate; -1 where none gains more than the least."""
    best, out, into = least, -1, -1
    for r in range(len(sites)):
        for j in range(len(slot)):
            profit = gain[j] - loss[r] + extra[r, j]
            if profit > best and slot[j] < 0:
                best, out, into = profit, r, j
    return out, into


@kernel
def _enters(begin: int, end: int, candidate: Ints, cost: NDArray[np.floating], limit: float, into: int) -> bool:
    """Whether a candidate is within a limit of a cell."""
    for at in range(begin, end):
        if cost[at] > limit:
            return False
        if candidate[at] == into:
            return True
    return False


@kernel
def _exchange(
    start: Starts,
    candidate: Ints,
    cost: NDArray[np.floating],
    weight: Floats,
    today: Floats,
    sites: Ints,
    slot: Ints,
    gain: Floats,
    loss: Floats,
    extra: Floats,
    first: Starts,
    second: Starts,
    least: float,
    rounds: int,
) -> bool:
    for _ in range(rounds):
        for cell in range(len(weight)):
            if first[cell] == UNKNOWN:
                begin, end = start[cell], start[cell + 1]
                one, two = _find_two(begin, end, candidate, slot)
                first[cell], second[cell] = one, two
                _count_cell(
                    begin, end, candidate, cost, weight[cell], today[cell], slot, gain, loss, extra, one, two, 1.0
                )
        slot_out, into = _best(sites, slot, gain, loss, extra, least)
        if slot_out < 0:
            return False
        out = sites[slot_out]
        for cell in range(len(weight)):
            begin, end, one, two = start[cell], start[cell + 1], first[cell], second[cell]
            limit = today[cell] if two < 0 else cost[two]
            leaves = (one >= 0 and candidate[one] == out) or (two >= 0 and candidate[two] == out)
            if leaves or _enters(begin, end, candidate, cost, limit, into):
                _count_cell(
                    begin, end, candidate, cost, weight[cell], today[cell], slot, gain, loss, extra, one, two, -1.0
                )
                first[cell] = UNKNOWN
        slot[out], slot[into] = -1, slot_out
        sites[slot_out] = into
    return True
