"""Placements to begin with, and placements that a fractional one suggests."""

import numpy as np

from app.access.matrix import Floats, Ints
from app.siting.covering.state import State

CREDITS = (0.0, 0.35, 1.0)
"""Credit for cells on the way to their need, in turn."""
KICKS, SAMPLES = 12, 3
"""How often the best is shaken at the start; placements drawn from each fractional one."""


def first_placements(state: State) -> None:
    """Greedy choices improved by exchanges, and the best of them shaken and improved again."""
    for credit in CREDITS:
        polish(state, state.placing.greedy(np.zeros(0, dtype=np.int32), state.wanted, credit), credit)
    for kick in range(KICKS):
        if state.clock.over():
            return
        sites = np.array(state.pool.placements[0][0], dtype=np.int32)
        kept = state.random.random(len(sites)) >= 0.3
        credit = CREDITS[1 + kick % 2]
        polish(state, state.placing.greedy(sites[kept], state.wanted, credit), credit)


def guided(state: State, x: Floats) -> None:
    """The sites of largest x, and some drawn in proportion to x, filled up and improved."""
    used = np.flatnonzero((x > 1e-6) & state.master.open)
    starts = [used[np.argsort(-x[used], kind="stable")]]
    for _ in range(SAMPLES):
        noise = state.random.gumbel(size=len(used))
        starts.append(used[np.argsort(-(np.log(x[used]) + noise), kind="stable")])
    for k, start in enumerate(starts):
        if state.clock.over():
            return
        credit = CREDITS[k % 2]
        sites = start[: state.wanted].astype(np.int32)
        polish(state, state.placing.greedy(sites, state.wanted, credit), credit)


def polish(state: State, sites: Ints, credit: float) -> None:
    """Exchanges with credit, then without; both are offered."""
    if credit:
        sites = state.placing.improve(sites, credit)
        state.offer(sites)
    state.offer(state.placing.improve(sites, 0.0))
