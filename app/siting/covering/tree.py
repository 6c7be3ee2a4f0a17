"""The whole search: cuts at the root, sites ruled out, then a tree that takes the most promising part first."""

from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

import numpy as np

from app.access.matrix import Ints
from app.siting.covering.branching import choose, is_whole
from app.siting.covering.heuristics import first_placements, guided
from app.siting.covering.master import Branching, Cut, Relaxed
from app.siting.covering.rounds import Limits, chain_rounds, envelope_rounds
from app.siting.covering.state import State

ENVELOPE = Limits(most=100, tail=1e-3, window=5)
ROOT = Limits(most=400, tail=3e-4, window=8)
NODE = Limits(most=12, tail=2e-4, window=3)
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


def search(state: State) -> None:
    """Search until nothing of interest can be left or the clock says stop. What the pool holds is not looked for."""
    known = [np.array(sites, dtype=np.int32) for sites, _ in state.pool.placements]
    for sites in known:
        _set_aside(state, sites)
    if not known:
        first_placements(state)
    now = _root(state)
    ages = count()
    queue = [Node(-now.bound, next(ages), ())]
    while not state.closed and not state.clock.over():
        node = heappop(queue)
        for branching, bound in _explore(state, node):
            heappush(queue, Node(-min(bound, node.bound), next(ages), branching))
        state.bound = min(state.bound, queue[0].bound if queue else -np.inf)
        state.clock.tell(state.pool.best, state.bound)


def _root(state: State) -> Relaxed:
    now = envelope_rounds(state, ENVELOPE)
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


def _explore(state: State, node: Node) -> list[tuple[Branching, float]]:
    """Parts of a node that may still hold something of interest; the node itself where time is up."""
    state.master.branch(node.branching)
    now = state.master.solve()
    now = chain_rounds(state, now, NODE, lambda _: None)
    guided(state, now.x)
    state.rule_out()
    if now.bound < state.pool.needed:
        return []
    if state.clock.over():
        return [(node.branching, now.bound)]
    if is_whole(now.x):
        sites = np.flatnonzero(now.x > 0.5).astype(np.int32)
        state.offer(sites)
        _set_aside(state, sites)
        return [(node.branching, now.bound)]
    parts = choose(state.master, state.cells, node.branching, now)
    return [(branching, bound) for branching, bound in parts if bound >= state.pool.needed]


def _set_aside(state: State, sites: Ints) -> None:
    """Let a placement not be found again: at most N - 1 of its sites from now on."""
    state.master.add([Cut(0, 0, len(sites) - 1.0, sites, -np.ones(len(sites)))])
