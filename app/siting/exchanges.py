"""Other placements nearly as good, one site exchanged for another, where a search has found fewer than asked for."""

from dataclasses import replace
from typing import Protocol

import numpy as np

from app.access.matrix import Floats
from app.siting.answer import Answer, Placement, Status
from app.siting.ground import Ground

NEAR_BEST = 0.01
"""Share of the best value by which another placement may be worse."""
SAME = 1e-9
"""Share of a value that rounding can take."""
Spots = tuple[int, ...]


class Valued(Protocol):
    """What of a posed question is needed; as `objectives.Posed`."""

    @property
    def ground(self) -> Ground:
        """What it is asked on."""

    @property
    def maximizing(self) -> bool:
        """Whether more is better."""

    def value(self, spots: Spots, /) -> float:
        """The objective with a practice at each of some spots."""

    def with_each(self, spots: Spots, enough: float = ..., /) -> Floats:
        """(spots,) the objective with those spots and one more."""


def with_exchanges(posed: Valued, answer: Answer, wanted: int) -> Answer:
    """The answer with as many others as are wanted, where exchanging one site gives enough within 1 % of the best.

    Others of the best value, where that is proven, are as good as any; then the answer is ranked. Where something is
    aimed at second, the search has its own others.
    """
    if answer.best is None or answer.second is not None or answer.ranked or len(answer.alternatives) >= wanted:
        return answer
    taken = {_at(posed.ground, one.sites) for one in (answer.best, *answer.alternatives)}
    found = list(answer.alternatives)
    for out in range(len(answer.best.sites)):
        if sum(_equal(one.value, answer.best.value) for one in found) >= wanted:
            break
        for one in _instead_of(posed, answer.best, out, wanted):
            if _at(posed.ground, one.sites) not in taken:
                taken.add(_at(posed.ground, one.sites))
                found.append(one)
    sign = -1.0 if posed.maximizing else 1.0
    others = tuple(sorted(found, key=lambda one: (sign * one.value, one.sites))[:wanted])
    tied = len(others) == wanted and all(_equal(one.value, answer.best.value) for one in others)
    ranked = tied and answer.proof.status is Status.OPTIMAL
    return replace(answer, alternatives=others, ranked=ranked)


def _instead_of(posed: Valued, best: Placement, out: int, wanted: int) -> list[Placement]:
    """The best placements with another site in place of one; none better than the best, which is told as the best."""
    rest = (*best.sites[:out], *best.sites[out + 1 :])
    sign = -1.0 if posed.maximizing else 1.0
    worse = sign * (posed.with_each(rest) - best.value)
    good = (worse >= -SAME * abs(best.value)) & (worse <= NEAR_BEST * abs(best.value))
    good[list(best.sites)] = False
    order = [int(j) for j in np.argsort(np.where(good, worse, np.inf), kind="stable")[: wanted + len(rest)] if good[j]]
    placements = [tuple(sorted((*rest, spot))) for spot in order]
    return [Placement(sites, posed.value(sites)) for sites in placements]


def _at(ground: Ground, sites: Spots) -> Spots:
    return tuple(sorted(ground.spot_of[list(sites)].tolist()))


def _equal(value: float, best: float) -> bool:
    return abs(value - best) <= SAME * max(abs(best), 1.0)
