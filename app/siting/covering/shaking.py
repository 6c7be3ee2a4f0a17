"""Better placements by shaking one neighbourhood at a time.

A few chosen sites near one another are given up, others put in their place with some noise, and exchanged until nothing
gains. What loses is undone, but for small losses, which are taken the less often the later it is (iterated local search
with the acceptance of simulated annealing; Kirkpatrick, Gelatt and Vecchi 1983). A shake touches few of a hundred
sites, so that thousands can be tried.
"""

import numpy as np

from app.access.matrix import Flags, Floats, Ints
from app.siting.covering.exchange import Placing, Reach, Tally, best_site, shift
from geodata.network.kernel import kernel

FEWEST, MOST = 3, 9
"""Sites given up in a shake: at least, and fewer than."""
NOISE = 0.25
"""How far gains are blurred when sites are put in, as a share."""
WARM = 0.003
"""A loss that is taken in one of e cases at the start, as a share of what a chosen site lifts on average."""


class Shaker:
    """A placement that is shaken; the best one met is kept."""

    def __init__(self, placing: Placing, sites: Ints, planned: int, seed: int = 0) -> None:
        """Start from some sites; after so many shakes no loss is taken any more."""
        self._random = np.random.default_rng(seed)
        self._planned, self._done = planned, 0
        self.start(placing, sites)

    def start(self, placing: Placing, sites: Ints) -> None:
        """Go on from other sites, or with fewer to choose from."""
        self._placing = placing
        self._sites = np.asarray(sites, dtype=np.int32)
        self._tally = placing.tally(self._sites, 0.0)
        self.best, self._value = self._sites, placing.value(self._sites)
        self._most = self._value

    def shake(self, times: int) -> Ints:
        """Shake so often; the best sites met."""
        for _ in range(times):
            out = self._near()
            if len(out) > 1:
                self._shake(out)
            self._done += 1
        return self.best

    def _shake(self, out: Ints) -> None:
        placing = self._placing
        blur = 1.0 + NOISE * self._random.random(placing.cells.sites)
        warmth = WARM * self._most / len(self._sites) * max(0.0, 1.0 - self._done / self._planned)
        loss = max(placing.least, warmth * float(self._random.exponential()))
        self._sites, change = replace(
            out, blur, loss, placing.least, placing.open, placing.reach, self._sites, self._tally
        )
        self._value += change
        if self._value > self._most + placing.least:
            self._most, self.best = self._value, self._sites

    def _near(self) -> Ints:
        """Places of some chosen sites that share most weight with a site at random, chosen or not."""
        cells, random = self._placing.cells, self._random
        centre = int(random.integers(cells.sites))
        if random.random() < 0.5:
            centre = int(self._sites[random.integers(len(self._sites))])
        shared = cells.shared_with(centre)[self._sites]
        wanted = int(random.integers(FEWEST, MOST))
        near = np.argsort(-shared, kind="stable")[:wanted]
        return near[shared[near] > 0].astype(np.int32)


@kernel
def replace(
    out: Ints,
    blur: Floats,
    loss: float,
    least: float,
    is_open: Flags,
    reach: Reach,
    sites: Ints,
    tally: Tally,
) -> tuple[Ints, float]:
    """Sites with those at some places replaced, and what that gains; undone where it loses more than may be lost.

    Counts and gains are kept true.
    """
    found, free, change = sites.copy(), is_open.copy(), 0.0
    free[found] = False
    for k in out:
        shift(found[k], -1, 0.0, reach, tally)
        change -= tally.gain[found[k]]
        free[found[k]] = True
    for k in out:
        found[k] = best_site(tally.gain * blur, free)
        free[found[k]] = False
        change += tally.gain[found[k]]
        shift(found[k], 1, 0.0, reach, tally)
    quiet, at = 0, 0
    while quiet < len(out):
        old = found[out[at]]
        shift(old, -1, 0.0, reach, tally)
        new = best_site(tally.gain, free)
        if new >= 0 and tally.gain[new] > tally.gain[old] + least:
            change += tally.gain[new] - tally.gain[old]
            free[old], free[new] = True, False
            found[out[at]] = new
            quiet = 0
        else:
            quiet += 1
        shift(found[out[at]], 1, 0.0, reach, tally)
        at = (at + 1) % len(out)
    if change >= -loss:
        return found, change
    for k in out:
        shift(found[k], -1, 0.0, reach, tally)
    for k in out:
        shift(sites[k], 1, 0.0, reach, tally)
    return sites, 0.0
