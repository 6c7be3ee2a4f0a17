"""The whole search: cuts at the root, sites ruled out, then a tree that takes the most promising part first."""

from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import count

import numpy as np

from app.access.matrix import Ints
from app.siting.covering.branching import Part, choose, is_whole
from app.siting.covering.heuristics import first_placements, guided
from app.siting.covering.master import Cut, Relaxed
from app.siting.covering.pricing import price_rounds
from app.siting.covering.rounds import Limits, chain_rounds, envelope_rounds
from app.siting.covering.ruling import rule_out
from app.siting.covering.state import State

ENVELOPE = Limits(most=100, tail=1e-3, window=5)
ROOT = Limits(most=400, tail=5e-5, window=20)
NODE = Limits(most=8, tail=2e-4, window=3)
SLOW = 7_500
"""Steps of the simplex method from which on the prices of cells are the faster way to a bound."""
TIDY_EVERY = 8
"""Every so many parts, sites are closed that are ruled out in all of them."""
GUIDED_EVERY = 3
"""Every so many answers at the root, placements are looked for."""


@dataclass(order=True)
class Node:
    """A part in the queue: the highest bound comes first, of equal ones the oldest."""

    key: float
    age: int
    part: Part = field(compare=False)


def search(state: State) -> None:
    """Search until nothing of interest can be left or the clock says stop. What the pool holds is not looked for."""
    known = [np.array(sites, dtype=np.int32) for sites, _ in state.pool.placements]
    for sites in known:
        _set_aside(state, sites)
    if not known:
        first_placements(state)
    now = _root(state)
    ages = count()
    queue = [Node(-now.bound, next(ages), Part((), np.packbits(state.master.open), now.bound))]
    while not state.closed and not state.clock.over():
        part = heappop(queue).part
        for new in _explore(state, part):
            heappush(queue, Node(-min(new.bound, part.bound), next(ages), new))
        state.bound = min(state.bound, -queue[0].key if queue else -np.inf)
        state.clock.tell(state.pool.best, state.bound)
        if next(ages) % TIDY_EVERY == 0:
            _tidy(state, [node.part for node in queue])


def _tidy(state: State, parts: list[Part]) -> None:
    """Close the sites that are ruled out in every part that still matters."""
    live = [part.may for part in parts if part.bound >= state.pool.needed]
    if live:
        may = np.unpackbits(np.bitwise_or.reduce(live), count=state.master.sites).astype(bool)
        state.allow(state.master.open & may, state.master.must)


def _root(state: State) -> Relaxed:
    single = state.cells.need.max() == 1
    now = envelope_rounds(state, replace(ENVELOPE, steps=SLOW) if single else ENVELOPE)
    if single and state.master.steps > SLOW:
        price_rounds(state)
        now = state.master.solve()
    state.learn(now)
    guided(state, now.x)
    rounds = count()

    def seen(answer: Relaxed) -> None:
        if next(rounds) % GUIDED_EVERY == 0:
            guided(state, answer.x)
        state.learn(answer)

    now = chain_rounds(state, now, ROOT, seen)
    guided(state, now.x)
    state.learn(now)
    return now


def _explore(state: State, part: Part) -> list[Part]:
    """What of a part may still hold something of interest; the part itself where time is up."""
    master, needed = state.master, state.pool.needed
    master.branch(part.branching, np.unpackbits(part.may, count=master.sites).astype(bool))
    now = chain_rounds(state, master.solve(), NODE, lambda _: None)
    guided(state, now.x)
    state.rule_out()
    if now.bound < state.pool.needed:
        return []
    may, _ = rule_out(now.constant, now.worth, master.here & master.open, master.must, master.wanted, needed)
    here = Part(part.branching, np.packbits(may), min(part.bound, now.bound))
    if state.clock.over():
        return [here]
    if is_whole(now.x):
        sites = np.flatnonzero(now.x > 0.5).astype(np.int32)
        state.offer(sites)
        _set_aside(state, sites)
        return [here]
    master.branch(part.branching, may)
    return choose(master, state.cells, part.branching, now, state.pool.needed)


def _set_aside(state: State, sites: Ints) -> None:
    """Let a placement not be found again: at most N - 1 of its sites from now on."""
    state.master.add([Cut(0, 0, len(sites) - 1.0, sites, -np.ones(len(sites)))])
