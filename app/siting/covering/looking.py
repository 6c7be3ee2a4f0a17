"""A look at one part of the placements: cuts, what they rule out, and its two halves if something may be left.

Nothing of the search is changed but the desk, so that two parts can be looked at side by side, and the answer does not
depend on which of the two is faster.
"""

from dataclasses import dataclass

import numpy as np

from app.access.matrix import Ints
from app.siting.covering.branching import Part, choose, is_whole
from app.siting.covering.heuristics import guided
from app.siting.covering.rounds import Limits, chain_rounds
from app.siting.covering.ruling import rule_out
from app.siting.covering.state import Desk, State

NODE = Limits(most=8, tail=2e-4, window=3)


@dataclass(frozen=True)
class Looked:
    """What came of it.

    Parameters
    ----------
    left : parts that may hold something of interest; the part itself where time is up
    placements : found on the way
    whole : the placement that the program ended with, if it did with one
    """

    left: list[Part]
    placements: list[Ints]
    whole: Ints | None = None


def look(state: State, desk: Desk, part: Part, seed: int, needed: float) -> Looked:
    """Look at a part; only placements of the value needed are of interest."""
    if state.watch.over:
        return Looked([part], [])
    master = desk.master
    master.branch(part.branching, np.unpackbits(part.may, count=master.sites).astype(bool))
    now = chain_rounds(state, desk, master.solve(), NODE, lambda _: None)
    placements = list(guided(state, now.x, np.random.default_rng(seed)))
    if min(part.bound, now.bound) < needed:
        return Looked([], placements)
    may, _ = rule_out(now.constant, now.worth, master.here & master.open, master.must, master.wanted, needed)
    here = Part(part.branching, np.packbits(may), min(part.bound, now.bound))
    if state.watch.over:
        return Looked([here], placements)
    if is_whole(now.x):
        sites = np.flatnonzero(now.x > 0.5).astype(np.int32)
        return Looked([here], [*placements, sites], sites)
    master.branch(part.branching, may)
    return Looked(choose(master, state.cells, here, now, needed), placements)
