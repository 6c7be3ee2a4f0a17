"""What to branch on: how many sites a neighbourhood gets, rather than whether one site is chosen.

A fractional placement smears a site over neighbours that do nearly the same. To forbid one of them changes nothing; to
say whether the neighbourhood gets f sites or f + 1 does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Flags, Floats, Ints
from app.siting.covering.cells import Cells
from app.siting.covering.master import Branching, Master, Relaxed
from app.siting.covering.ruling import rule_out

CENTRES = 12
"""Neighbourhoods that are tried."""
IN_VAIN = 5
"""So many in a row that are no better than the best end the trying."""
FRACTIONAL = 1e-6
LEAST_FALL = 1e-6
"""Share of the bound that a fall counts for at least."""

Bits = NDArray[np.uint8]


def is_whole(x: Floats) -> bool:
    """Whether a placement is one."""
    return bool((np.minimum(x, 1.0 - x) <= FRACTIONAL).all())


@dataclass(frozen=True)
class Part:
    """Some of the placements.

    Parameters
    ----------
    branching : how many sites of which sets they hold
    may : (sites,) which sites they may hold, as bits
    bound : none of them is better
    """

    branching: Branching
    may: Bits
    bound: float


def choose(master: Master, cells: Cells, part: Part, now: Relaxed, needed: float) -> list[Part]:
    """The two halves of the best branching, without those that hold nothing of the value needed."""
    best: list[Part] = []
    most, vain = -np.inf, 0
    may = master.here
    candidates = _candidates(cells, now.x, may)
    basis = master.prepare([sites for sites, _ in candidates])
    for sites, fewest in candidates:
        halves: list[Part] = []
        for allowed in ((0, fewest), (fewest + 1, master.wanted)):
            branching = _joined(part.branching, sites, allowed)
            halves.append(_part(master, branching, master.try_out(branching, may, basis), part.bound, needed))
        falls = [_fall(part, half, needed) for half in halves]
        if falls[0] * falls[1] > most:
            best, most, vain = halves, falls[0] * falls[1], 0
        elif (vain := vain + 1) == IN_VAIN:
            break
    return [half for half in best if half.bound >= needed]


def _fall(part: Part, half: Part, needed: float) -> float:
    """How far the bound falls in a half; all that goes beyond what is needed is as good."""
    return min(max(part.bound - half.bound, LEAST_FALL * abs(part.bound)), part.bound - needed + 1.0)


def _part(master: Master, branching: Branching, now: Relaxed, bound: float, needed: float) -> Part:
    """A part that was tried, and the sites that are not ruled out in it."""
    left, _ = rule_out(now.constant, now.worth, master.here, master.must, master.wanted, needed)
    return Part(branching, np.packbits(left), min(bound, now.bound))


def _joined(here: Branching, sites: Ints, allowed: tuple[int, int]) -> Branching:
    """A branching and one more; ranges over the same sites are met."""
    fewest, most = allowed
    rest = []
    for other, (low, high) in here:
        if len(other) == len(sites) and (other == sites).all():
            fewest, most = max(fewest, low), min(most, high)
        else:
            rest.append((other, (low, high)))
    return (*rest, (sites, (fewest, most)))


def _candidates(cells: Cells, x: Floats, is_open: Flags) -> list[tuple[Ints, int]]:
    """Sets of sites with a fractional sum, and its whole part; different ones."""
    found: dict[bytes, tuple[Ints, int]] = {}
    split = np.minimum(x, 1.0 - x)
    free = split > FRACTIONAL
    for _ in range(CENTRES):
        if not free.any():
            break
        centre = int(np.where(free, split, -1.0).argmax())
        likeness = cells.shared_with(centre)
        sites = _neighbourhood(centre, likeness, x, is_open)
        free[sites] = False
        free[centre] = False
        for chosen in (sites, np.array([centre], dtype=np.int32)):
            amount = float(x[chosen].sum())
            if abs(amount - round(amount)) > FRACTIONAL:
                found.setdefault(chosen.tobytes(), (chosen, int(np.floor(amount))))
    return list(found.values())


def _neighbourhood(centre: int, likeness: Floats, x: Floats, is_open: Flags) -> Ints:
    """The sites most like the centre, as many as bring their x nearest to a half; and unused ones in between."""
    likeness = likeness.copy()
    likeness[centre] = np.inf
    used = np.flatnonzero(x > FRACTIONAL)
    used = used[np.argsort(-likeness[used], kind="stable")]
    used = used[likeness[used] > 0]
    sums = np.cumsum(x[used])
    end = int(np.argmin(np.abs(sums - np.floor(sums) - 0.5)))
    last = likeness[used[end]]
    beyond = likeness[used[end + 1]] if end + 1 < len(used) else 0.0
    reach = last if not np.isfinite(last) else (last + beyond) / 2
    near = (likeness >= reach) & (likeness > 0) & is_open & (x <= FRACTIONAL)
    near[used[: end + 1]] = True
    return np.flatnonzero(near).astype(np.int32)
