"""Placements to begin with, and placements that a fractional one suggests."""

from collections.abc import Iterator

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
        greedy = state.placing.greedy(np.zeros(0, dtype=np.int32), state.wanted, credit)
        state.offer_all(polished(state, greedy, credit))
    for kick in range(KICKS):
        if state.watch.over:
            return
        sites = np.array(state.pool.placements[0][0], dtype=np.int32)
        kept = state.random.random(len(sites)) >= 0.3
        credit = CREDITS[1 + kick % 2]
        state.offer_all(polished(state, state.placing.greedy(sites[kept], state.wanted, credit), credit))


def guided(state: State, x: Floats, random: np.random.Generator) -> Iterator[Ints]:
    """The sites of largest x, and some drawn in proportion to x, filled up and improved."""
    used = np.flatnonzero((x > 1e-6) & state.master.open)
    starts = [used[np.argsort(-x[used], kind="stable")]]
    for _ in range(SAMPLES):
        noise = random.gumbel(size=len(used))
        starts.append(used[np.argsort(-(np.log(x[used]) + noise), kind="stable")])
    for k, start in enumerate(starts):
        if state.watch.over:
            return
        credit = CREDITS[k % 2]
        sites = start[: state.wanted].astype(np.int32)
        yield from polished(state, state.placing.greedy(sites, state.wanted, credit), credit)


def polished(state: State, sites: Ints, credit: float) -> Iterator[Ints]:
    """After exchanges with credit, and then without."""
    if credit:
        sites = state.placing.improve(sites, credit)
        yield sites
    yield state.placing.improve(sites, 0.0)
