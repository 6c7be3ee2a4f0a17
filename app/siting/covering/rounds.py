"""Rounds of cuts: solve the program, find the inequalities that its answer breaks, add them, until little is gained.

This is Kelley's method (1960), and Benders' (1962) where the lifted cells are the inner problem (for the MCLP: Cordeau,
Furini and Ljubic 2019).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Floats
from app.siting.covering.chains import Asked, Found
from app.siting.covering.master import Cut, Relaxed
from app.siting.covering.shelf import BREACH
from app.siting.covering.state import Desk, State


@dataclass(frozen=True)
class Limits:
    """When to stop, and what to forget.

    Parameters
    ----------
    most, steps : rounds and steps of the simplex method at most
    tail, window : the share of the bound that is too little to gain over so many rounds
    patience : answers that a cut may be idle for
    """

    most: int
    tail: float
    window: int
    steps: float = np.inf
    patience: int = 4


Seen = Callable[[Relaxed], None]

INSIDE = 0.3
"""How far (E) is separated inside, towards the last point."""
ENOUGH = 1e-3
"""Coarser groups are asked only where finer ones found less than this share of the bound."""
RECALLS = 2
"""How often idle cuts are looked through before new ones are made."""
AT_ONCE = 16
"""Groups that cuts are made for between two looks at the watch."""


def envelope_rounds(state: State, limits: Limits) -> Relaxed:
    """Cuts of (E), until a window of rounds gains less than a share of the bound."""
    inner = np.full(state.master.sites, state.wanted / state.master.sites)
    state.master.add(_envelope_cuts(state, inner, np.arange(state.levels.fine)))
    best = [sites for sites, _ in state.pool.placements[:1]]
    if best:
        state.master.add(_envelope_cuts(state, _point(state, best[0]), np.arange(state.levels.fine)))
    now = state.master.solve()
    bounds = [now.bound]
    for _ in range(limits.most):
        broken = np.flatnonzero(now.theta > _lifted(state, now.x) + BREACH * state.master.group_weight)
        stalled = state.master.steps > limits.steps or _stalled(bounds, limits)
        if not len(broken) or state.watch.over or stalled:
            break
        inner = INSIDE * inner + (1.0 - INSIDE) * now.x
        state.master.add(_envelope_cuts(state, inner, broken) + _envelope_cuts(state, now.x, broken))
        now = state.master.solve()
        bounds.append(min(now.bound, bounds[-1]))
        state.desks[0].shelf.put(*state.master.purge(limits.patience))
    return now


def chain_rounds(state: State, desk: Desk, now: Relaxed, limits: Limits, seen: Seen) -> Relaxed:
    """Cuts of (P) on all levels, until a window of rounds gains less than a share of the bound.

    Every answer is shown to `seen`.
    """
    master = desk.master
    now = recalled(desk, now)
    bounds = [now.bound]
    for _ in range(limits.most):
        if bounds[-1] < state.pool.needed:
            break
        cuts = chain_cuts(state, desk, now)
        if not cuts or state.watch.over or _stalled(bounds, limits):
            break
        master.add(cuts)
        now = master.solve()
        seen(now)
        bounds.append(min(now.bound, bounds[-1]))
        desk.shelf.put(*master.purge(limits.patience))
    return now


def recalled(desk: Desk, now: Relaxed) -> Relaxed:
    """The answer after cuts that it breaks were put back into the program."""
    for _ in range(RECALLS):
        cuts = desk.shelf.take(now.x, now.theta)
        if not cuts:
            break
        desk.master.add(cuts, own=False)
        now = desk.master.solve()
    return now


def _stalled(bounds: list[float], limits: Limits) -> bool:
    window = limits.window
    return len(bounds) > window and bounds[-1 - window] - bounds[-1] < limits.tail * bounds[-1]


def chain_cuts(state: State, desk: Desk, now: Relaxed) -> list[Cut]:
    """Cuts of (P) that an answer breaks; a coarser level where finer ones found little."""
    cuts: list[Cut] = []
    found = 0.0
    for level in range(len(state.stretches)):
        for cut, breach in _level_cuts(state, desk, level, now):
            cuts.append(cut)
            found += breach
        if found > ENOUGH * now.bound:
            break
    return cuts


def _level_cuts(state: State, desk: Desk, level: int, now: Relaxed) -> list[tuple[Cut, float]]:
    """Cuts of a level's groups, in their order; each of the desk's hands makes some."""
    cell, group = state.stretches[level], state.levels.stretches[level]
    lifted = np.add.reduceat(now.theta, group[:-1])
    least = BREACH * np.add.reduceat(state.master.group_weight, group[:-1])
    wanted = np.flatnonzero((lifted > least) & (np.diff(cell) > 0))
    makers = [state.chains[hand] for hand in desk.hands]

    def made(which: int) -> list[tuple[Cut, float]]:
        cuts: list[tuple[Cut, float]] = []
        mine = wanted[which :: len(makers)]
        for part in np.split(mine, range(AT_ONCE, len(mine), AT_ONCE)):
            if not state.watch.over:
                asked = Asked(cell[part], cell[part + 1], lifted[part], least[part])
                cuts += _named(makers[which].broken(asked, now.x), part, group)
        return cuts

    found = state.beside.map(made, range(len(makers))) if len(makers) > 1 else [made(0)]
    cuts = [cut for some in found for cut in some]
    return sorted(cuts, key=lambda each: each[0].first)


def _named(found: Found, stretches: NDArray[np.integer], group: NDArray[np.integer]) -> list[tuple[Cut, float]]:
    """Cuts with the groups they are of, and how far they are broken."""
    cuts = []
    for c, which in enumerate(stretches[found.stretch].tolist()):
        entry = slice(found.start[c], found.start[c + 1])
        groups = int(group[which]), int(group[which + 1])
        cut = Cut(*groups, float(found.constant[c]), found.site[entry], found.gradient[entry])
        cuts.append((cut, float(found.breach[c])))
    return cuts


def _lifted(state: State, x: Floats) -> Floats:
    """(groups,) weight that (E) leaves at x."""
    return state.levels.sums(state.envelope.shares(x))


def _envelope_cuts(state: State, x: Floats, groups: NDArray[np.integer]) -> list[Cut]:
    bounds = state.stretches[0]
    return [state.envelope.cut((int(bounds[g]), int(bounds[g + 1])), (g, g + 1), x) for g in groups.tolist()]


def _point(state: State, sites: tuple[int, ...]) -> Floats:
    x = np.zeros(state.master.sites)
    x[list(sites)] = 1.0
    return x
