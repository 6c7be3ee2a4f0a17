"""What a proven bound rules out: sites that nothing of interest holds, and sites that all of it holds.

A bound is a constant and the worth of the N most worthy sites. With another site forced in, the least worthy of them
goes out; with one of them forced out, the next one comes in. Where the bound then is below what is needed, it cannot be
(reduced-cost fixing).
"""

import numpy as np

from app.access.matrix import Flags, Floats


def most_worth(worth: Floats, may: Flags, must: Flags, wanted: int) -> float:
    """Largest worth of any placement of sites that may be chosen, with all that must; minus infinity for none."""
    free = np.flatnonzero(may & ~must)
    left = wanted - int(must.sum())
    if left > len(free) or left < 0 or (must & ~may).any():
        return -np.inf
    best = np.partition(worth[free], len(free) - left)[len(free) - left :] if left else worth[:0]
    return float(worth[must].sum() + best.sum())


def rule_out(
    constant: float, worth: Floats, may: Flags, must: Flags, wanted: int, needed: float
) -> tuple[Flags, Flags]:
    """(sites,) which may be chosen, and which must, where a placement is to have at least the value needed."""
    free = np.flatnonzero(may & ~must)
    left = wanted - int(must.sum())
    bound = constant + most_worth(worth, may, must, wanted)
    if not 0 < left < len(free) or bound < needed:
        return may, must
    ranked = np.sort(worth[free])[::-1]
    may, must = may.copy(), must.copy()
    may[free[bound - (ranked[left - 1] - worth[free]) < needed]] = False
    must[free[bound - (worth[free] - ranked[left]) < needed]] = True
    return may, must
