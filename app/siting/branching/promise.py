"""Which site to divide a part at: the one whose decision raises the bound most, either way.

Both decisions are tried on the relaxation for a few sites (strong branching), and what they gained is remembered, so
that sites tried often enough are judged by their mean gain (reliability branching, Achterberg, Koch and Martin 2005).
"""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from app.siting.branching.model import Node, Relaxed
from app.siting.branching.relaxation import Relaxation
from app.siting.branching.safe_bound import Bound
from app.siting.watch import Watch

TRIED, RELIABLE = 8, 4
"""Sites tried at a part, and trials after which a site is no longer tried."""
STEPS = 200
"""Steps of the simplex method for each trial."""
SHARE, START = 0.5, 2048
"""Steps that all trials may take, as a share of those that solve parts, and at the start."""
WHOLE = 1e-6
LEAST = 1e-9


@dataclass
class Gains:
    """Mean gains per unit of x decided, by site: out and in."""

    total: dict[tuple[int, bool], float] = field(default_factory=lambda: defaultdict(float))
    count: dict[tuple[int, bool], int] = field(default_factory=lambda: defaultdict(int))

    def note(self, site: int, chosen: bool, gain: float) -> None:
        """Remember what a decision gained."""
        self.total[site, chosen] += gain
        self.count[site, chosen] += 1

    def mean(self, site: int, chosen: bool) -> float:
        """Of a site; of all sites where it has not been tried."""
        if self.count[site, chosen]:
            return self.total[site, chosen] / self.count[site, chosen]
        counts = [self.count[key] for key in list(self.count) if key[1] == chosen]
        totals = [self.total[key] for key in list(self.total) if key[1] == chosen]
        return sum(totals) / sum(counts) if sum(counts) else 1.0

    def score(self, site: int, x: float) -> float:
        """Product of the gains to be expected."""
        return max(self.mean(site, False) * x, LEAST) * max(self.mean(site, True) * (1 - x), LEAST)

    def tried(self, site: int) -> int:
        """How often both decisions have been tried."""
        return min(self.count[site, False], self.count[site, True])


def branching_site(gains: Gains, relaxation: Relaxation, node: Node, guide: Relaxed, bound: Bound, watch: Watch) -> int:
    """The free site to decide; among whole ones, the one whose decision costs most by the bound."""
    free = (node.low == 0) & (node.high == 1)
    undecided = np.flatnonzero(free & (np.minimum(guide.x, 1 - guide.x) > WHOLE))
    if not len(undecided):
        return int(np.argmax(np.where(free, np.where(np.isfinite(bound.adds), bound.adds, 0.0), -1.0)))
    x: list[float] = guide.x.tolist()
    order = sorted(undecided.tolist(), key=lambda j: (-gains.score(j, x[j]), abs(x[j] - 0.5), j))
    for site in [j for j in order if gains.tried(j) < RELIABLE][:TRIED]:
        if watch.still() and relaxation.glanced <= SHARE * relaxation.steps + START:
            _try(gains, relaxation, node, site, x[site], bound.value, watch)
    return min(order, key=lambda j: (-gains.score(j, x[j]), j))


def _try(gains: Gains, relaxation: Relaxation, node: Node, site: int, x: float, bound: float, watch: Watch) -> None:
    """Solve both decisions for a few steps."""
    for chosen in (False, True):
        moved = 1 - x if chosen else x
        found = relaxation.glance(node.child(site, chosen, bound), STEPS, watch.left)
        gain = max(found - bound, 0.0) if np.isfinite(found) else abs(bound) + 1.0
        gains.note(site, chosen, gain / moved)
