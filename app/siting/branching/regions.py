"""How many sites to decide together: those of a region of which a relaxed choice has a number that is not whole.

Where areas are compared, it matters first how many sites each has, and only then where they lie. So a part is divided
at the number in a region: no more than the relaxed number rounded down, or one more at least (Vanderbeck 2011). All
choices have equally many sites, so that no more than k here means so many at least elsewhere.
"""

import math

import numpy as np

from app.access.matrix import Floats
from app.siting.branching.model import Model, Node, Relaxed, Sites
from app.siting.branching.relaxation import Relaxation
from app.siting.branching.safe_bound import Bound
from app.siting.branching.surroundings import LEAST, LITTLE, STEPS
from app.siting.watch import Watch

Regions = tuple[Sites, ...]
"""Sets of sites, no two with a site in common."""
TRIED = 8
"""Regions tried at a part."""


def branching_region(
    regions: Regions, relaxation: Relaxation, node: Node, guide: Relaxed, bound: Bound, watch: Watch
) -> Sites:
    """The region at which to divide, the one whose division raises the bound most either way; empty where none is."""
    broken = [_off_whole(guide.x, region) for region in regions]
    order = [i for i in np.argsort([-one for one in broken], kind="stable")[:TRIED] if broken[i] > LITTLE]
    sets = [regions[i] for i in order]
    if len(sets) < 2 or not watch.still():
        return sets[0] if sets else ()

    def gain(region: Sites) -> float:
        parts = divided(relaxation.model, node, region, guide.x, bound.value)
        worst = 2 * abs(bound.value) + 1
        glances = [min(relaxation.glance(part, STEPS, watch.left), worst) for part in parts]
        return math.prod(max(found - bound.value, LEAST) for found in glances)

    return max(sets, key=gain)


def divided(model: Model, node: Node, region: Sites, x: Floats, bound: float) -> tuple[Node, Node]:
    """The part with no more sites of a region than x has, and the part with more.

    Parameters
    ----------
    model : of choices that all have equally many sites
    x : (sites,) a relaxed choice
    """
    fewer = math.floor(float(x[list(region)].sum()))
    elsewhere = np.ones(model.sites, dtype=bool)
    elsewhere[list(region)] = False
    others = tuple(np.flatnonzero(elsewhere).tolist())
    return node.holding(others, bound, model.fewest - fewer), node.holding(region, bound, fewer + 1)


def _off_whole(x: Floats, region: Sites) -> float:
    total = float(x[list(region)].sum())
    return abs(total - round(total))
