"""The whole search: cuts at the root, sites ruled out, then a tree that takes the most promising part first."""

from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import count

import numpy as np

from app.siting.covering.branching import Part
from app.siting.covering.heuristics import first_placements, guided
from app.siting.covering.looking import Looked, look
from app.siting.covering.master import Relaxed
from app.siting.covering.pricing import price_rounds
from app.siting.covering.rounds import Limits, chain_rounds, envelope_rounds
from app.siting.covering.state import State

ENVELOPE = Limits(most=100, tail=1e-3, window=5)
ROOT = Limits(most=400, tail=5e-5, window=20)
SLOW = 7_500
"""Steps of the simplex method from which on the prices of cells are the faster way to a bound."""
BATCH = 3
"""Parts that each thread looks at before what was found is exchanged."""
GUIDED_EVERY = 3
"""Every so many answers at the root, placements are looked for."""


@dataclass(order=True)
class Node:
    """A part in the queue: the highest bound comes first, of equal ones the oldest."""

    key: float
    age: int
    part: Part = field(compare=False)


def search(state: State) -> None:
    """Search until nothing of interest can be left or the watch says stop. What the pool holds is not looked for."""
    known = [np.array(sites, dtype=np.int32) for sites, _ in state.pool.placements]
    for sites in known:
        state.set_aside(sites)
    if not known:
        first_placements(state)
    now = _root(state)
    if state.closed or state.watch.over:
        return
    state.split()
    ages = count()
    queue = [Node(-now.bound, next(ages), Part((), np.packbits(state.master.open), now.bound))]
    while not state.closed and not state.watch.over:
        nodes = [heappop(queue) for _ in range(min(len(queue), BATCH * len(state.desks)))]
        for part in _halves(state, nodes):
            heappush(queue, Node(-part.bound, next(ages), part))
        state.bound = min(state.bound, -queue[0].key if queue else -np.inf)
        state.tell()
        _tidy(state, [node.part for node in queue])


def _halves(state: State, nodes: list[Node]) -> list[Part]:
    """What is left of some parts, looked at side by side; what was found on the way is taken in when all are done."""
    needed, desks = state.pool.needed, state.desks

    def look_at(which: int) -> list[Looked]:
        return [look(state, desks[which], node.part, node.age, needed) for node in nodes[which :: len(desks)]]

    found = [one for some in state.beside.map(look_at, range(len(desks))) for one in some]
    for one in found:
        state.offer_all(one.placements)
        if one.whole is not None:
            state.set_aside(one.whole)
    state.exchange_news()
    state.rule_out()
    return [part for one in found for part in one.left if part.bound >= state.pool.needed]


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
    random = np.random.default_rng(0)
    state.offer_all(guided(state, now.x, random))
    rounds = count()

    def seen(answer: Relaxed) -> None:
        if next(rounds) % GUIDED_EVERY == 0:
            state.offer_all(guided(state, answer.x, random))
        state.learn(answer)

    now = chain_rounds(state, state.desks[0], now, ROOT, seen)
    state.offer_all(guided(state, now.x, random))
    state.learn(now)
    return now
