"""The whole search: cuts at the root, sites ruled out, then a tree that takes the most promising part first."""

from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

import numpy as np

from app.siting.covering.branching import choose, is_whole
from app.siting.covering.heuristics import first_placements, guided
from app.siting.covering.master import Branching, Cut, Relaxed
from app.siting.covering.rounds import chain_rounds, envelope_rounds
from app.siting.covering.state import State

ENVELOPE = {"most": 100, "tail": 1e-3}
ROOT = {"most": 400, "tail": 3e-4, "window": 8}
NODE = {"most": 12, "tail": 2e-4, "window": 3}
"""Rounds of cuts at most, and the gain that is too little over a window of them."""
GUIDED_EVERY = 3
"""Every so many answers at the root, placements are looked for."""


@dataclass(order=True)
class Node:
    """A part of the placements and its bound; ordered by bound, the highest first, then by age."""

    key: float
    age: int
    branching: Branching = field(compare=False)

    @property
    def bound(self) -> float:
        """No placement of this part is better."""
        return -self.key


def search(state: State) -> float:
    """Search until nothing of interest can be left or the clock says stop; gives the bound that is proven."""
    first_placements(state)
    now = _root(state)
    if state.closed or state.clock.over():
        return state.bound
    ages = count()
    queue = [Node(-now.bound, next(ages), ())]
    while queue and queue[0].bound >= state.pool.needed and not state.clock.over():
        node = heappop(queue)
        parts = _explore(state, node)
        if parts is None:
            heappush(queue, node)
            break
        for branching, bound in parts:
            heappush(queue, Node(-min(bound, node.bound), next(ages), branching))
        state.bound = min(state.bound, max([n.bound for n in queue[:1]] + [state.pool.needed]))
        state.clock.bound = max(state.bound, state.pool.best)
    return state.bound


def _root(state: State) -> Relaxed:
    now = envelope_rounds(state, **ENVELOPE)
    state.learn(now)
    guided(state, now.x)
    rounds = count()

    def seen(answer: Relaxed) -> None:
        if next(rounds) % GUIDED_EVERY == 0:
            guided(state, answer.x)
        state.learn(answer)

    now = chain_rounds(state, now, seen=seen, **ROOT)
    guided(state, now.x)
    state.learn(now)
    return now


def _explore(state: State, node: Node) -> list[tuple[Branching, float]] | None:
    """Parts of a node that may still hold something of interest; None where time is up."""
    state.master.branch(node.branching)
    now = state.master.solve()
    now = chain_rounds(state, now, seen=lambda _: None, **NODE)
    guided(state, now.x)
    state.rule_out()
    if state.clock.over():
        return None
    if now.bound < state.pool.needed:
        return []
    if is_whole(now.x):
        _set_aside(state, now)
        return [(node.branching, now.bound)]
    parts = choose(state.master, state.cells, node.branching, now)
    return [(branching, bound) for branching, bound in parts if bound >= state.pool.needed]


def _set_aside(state: State, now: Relaxed) -> None:
    """Offer a whole placement, and let it not be found again: at most N - 1 of its sites from now on."""
    sites = np.flatnonzero(now.x > 0.5).astype(np.int32)
    state.offer(sites)
    state.master.add([Cut(0, 0, len(sites) - 1.0, sites, -np.ones(len(sites)))])
