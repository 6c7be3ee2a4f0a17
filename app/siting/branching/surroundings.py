"""Which sites to decide together: those around one, where a relaxed choice has about half a site.

Of thousands of candidates close to each other, leaving one out changes nothing: its neighbour takes its place. So a
part is divided at the sites around one: none of them is chosen, or one at least (Ryan and Foster 1981).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Flags, Floats
from app.siting.branching.model import Node, Relaxed, Sites
from app.siting.branching.relaxation import Relaxation
from app.siting.branching.safe_bound import Bound
from app.siting.watch import Watch

Around = Callable[[int], NDArray[np.integer]]
"""Sites around a site, the nearest first."""
HALF, NEARLY_ONE, LITTLE = 0.5, 0.85, 0.15
"""A set is divided at when its x sums up to about a half; not to nearly one, and not to little."""
TRIED, STEPS = 4, 200
"""Sets tried at a part, and steps of the simplex method for each trial."""
LEAST = 1e-9


def branching_surroundings(
    around: Around | None, relaxation: Relaxation, node: Node, guide: Relaxed, bound: Bound, watch: Watch
) -> Sites:
    """The set whose decision, tried on the relaxation, raises the bound most either way; empty where there is none."""
    if around is None:
        return ()
    free = (node.low == 0) & (node.high == 1)
    sets, x = list[Sites](), np.where(free, guide.x, 0.0)
    seen = np.zeros(len(x), dtype=bool)
    for _ in range(TRIED):
        site = int(np.argmax(np.where(seen, 0.0, x)))
        if seen[site] or x[site] <= LEAST:
            break
        found = surroundings(around(site), x, free)
        seen[[site, *found]] = True
        sets += [found] if len(found) > 1 else []
    if len(sets) < 2 or not watch.still():
        return sets[0] if sets else ()
    return max(sets, key=lambda one: _gain(relaxation, node, one, bound.value, watch))


def surroundings(near: NDArray[np.integer], x: Floats, free: Flags) -> Sites:
    """The first of some sites, as many as sum up to a half; one less where that jumps to nearly one.

    Empty where that leaves a sum of nearly one, or of little: neither decision would then rule the relaxed choice out.
    """
    near = near[free[near]]
    total = np.cumsum(x[near])
    count = int(np.searchsorted(total, HALF)) + 1
    count = min(count, len(near))
    count -= int(count > 1 and total[count - 1] > NEARLY_ONE)
    fits = count > 0 and LITTLE < total[count - 1] <= NEARLY_ONE
    return tuple(sorted(near[:count].tolist())) if fits else ()


def apart(x: Floats, count: int, around: Around) -> Sites:
    """Sites with the largest x, none of them among the surroundings of another."""
    left, chosen = x.copy(), list[int]()
    while len(chosen) < count:
        chosen.append(int(np.argmax(left)))
        near = around(chosen[-1])
        near = near[: int(np.searchsorted(np.cumsum(np.maximum(left[near], 0.0)), HALF)) + 1]
        left[near] = np.minimum(left[near], 0.0) - 1.0
        left[chosen] = -np.inf
    return tuple(sorted(chosen))


def _gain(relaxation: Relaxation, node: Node, sites: Sites, bound: float, watch: Watch) -> float:
    """Product of what both decisions gain in a few steps."""
    parts = node.without(sites, bound), node.holding(sites, bound)
    gains = [max(min(relaxation.glance(part, STEPS, watch.left), 2 * abs(bound) + 1) - bound, LEAST) for part in parts]
    return gains[0] * gains[1]
