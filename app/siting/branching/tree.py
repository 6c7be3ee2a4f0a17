"""Best-first branch and cut (Land and Doig 1960; Padberg and Rinaldi 1991) over which sites are chosen.

Parts of all choices wait by their bound. A part is relaxed, cut, and either closed, because nothing in it can beat what
is known, or divided at one site. Wherever the search stops, the least bound of all that waits or was closed is a bound
of the whole.
"""

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from app.access.matrix import Floats
from app.siting.branching.model import Model, Node, Oracle, Relaxed, Sites, root
from app.siting.branching.pool import Pool
from app.siting.branching.promise import Gains, branching_site
from app.siting.branching.regions import Regions, branching_region, divided
from app.siting.branching.relaxation import Relaxation
from app.siting.branching.safe_bound import Bound
from app.siting.branching.surroundings import Around, branching_surroundings
from app.siting.watch import Watch

TOLERANCE = 5e-7
"""Parts closer to the best than this share are closed; half of what `Proof` counts as met."""
ROUNDS_AT_ROOT, ROUNDS_BELOW = 400, 12
STALLED, STALLS = 1e-3, 4
"""A round that closes a smaller share of the gap has stalled; so many in a row end the cutting of a part."""
WHOLE = 1e-6


@dataclass
class Search:
    """A running search.

    Parameters
    ----------
    model, oracle, watch : what is searched, and until when
    pool : placements found
    closed : least bound of the parts closed so far
    outer : bound of the whole, as far as it is known while the search runs
    known : values of the choices met
    hopeless : tells a part in which no choice is allowed
    around : tells which sites lie around a site; parts are then divided at whole surroundings
    regions : sets of sites; parts are divided at how many of one are chosen, before all else; for models of which all
        choices have equally many sites
    least : tells what a choice costs at least, from what it is known to cost, where that may be too much
    ended : whether nothing is left to search
    gains : what decisions gained so far
    """

    model: Model
    oracle: Oracle
    watch: Watch
    pool: Pool
    closed: float = math.inf
    outer: float = -math.inf
    known: dict[Sites, float] = field(default_factory=dict)
    hopeless: Callable[[Node], bool] = lambda _node: False
    around: Around | None = None
    regions: Regions = ()
    least: Callable[[Sites, float], float] = lambda _sites, value: value
    ended: bool = False
    gains: Gains = field(default_factory=Gains)

    def offer(self, sites: Sites) -> None:
        """Value a choice of an allowed number of sites, once, and keep it if it is good."""
        ordered = tuple(sorted(sites))
        if ordered not in self.known and self.model.fewest <= len(ordered) <= self.model.most:
            self.known[ordered] = self.oracle.value(ordered)
            self.pool.offer(ordered, self.known[ordered])

    @property
    def enough(self) -> float:
        """A part with this bound or more is closed."""
        limit = self.pool.limit
        if not math.isfinite(limit):
            return math.inf
        if self.pool.size > 1:
            return math.nextafter(limit + TOLERANCE * abs(limit), math.inf)
        return limit - (self.model.step * (1 - WHOLE) if self.model.step else TOLERANCE * abs(limit))

    def lift(self, bound: float) -> float:
        """A bound, raised to the next value that there can be."""
        step = self.model.step
        return math.ceil(bound / step - WHOLE) * step if step and math.isfinite(bound) else bound


def search_tree(search: Search, relaxation: Relaxation, start: Node | None = None) -> float:
    """Search all of a part (everything, unless told); returns a bound on it, placements being in the pool."""
    first = start or root(search.model.sites)
    waiting: list[tuple[float, int, Node]] = [(first.bound, 0, first)]
    number = 0
    while waiting:
        bound, _, node = heapq.heappop(waiting)
        if search.lift(bound) >= search.enough:
            search.closed = min(search.closed, bound)
            continue
        search.outer = search.lift(min(search.closed, bound))
        if not search.watch.goes_on(search.pool.value, search.outer) and number:
            search.closed = min(search.closed, bound)
            break
        for child in _divide(search, relaxation, node, at_root=number == 0):
            number += 1
            heapq.heappush(waiting, (child.bound, number, child))
    else:
        search.ended = True
    waiting_bound = min((entry[0] for entry in waiting), default=math.inf)
    return search.lift(min(search.closed, waiting_bound))


def _divide(search: Search, relaxation: Relaxation, node: Node, at_root: bool) -> list[Node]:
    """Cut a part; nothing where it is closed, else its two halves."""
    node, guide, bound = _cut(search, relaxation, node, ROUNDS_AT_ROOT if at_root else ROUNDS_BELOW)
    value = max(bound.value, node.bound)
    if search.lift(value) >= search.enough:
        search.closed = min(search.closed, value)
        return []
    node = _fix(search, node, bound)
    if _is_leaf(search, node) or search.hopeless(node):
        return []
    children = _children(search, relaxation, node, guide, bound)
    return [child for child in children if _possible(search.model, child)]


def _children(search: Search, relaxation: Relaxation, node: Node, guide: Relaxed, bound: Bound) -> tuple[Node, Node]:
    """The two halves of a part: by the number of sites in a region, at whole surroundings, or at one site."""
    value = max(bound.value, node.bound)
    region = branching_region(search.regions, relaxation, node, guide, bound, search.watch)
    if region:
        return divided(search.model, node, region, guide.x, value)
    near = branching_surroundings(search.around, relaxation, node, guide, bound, search.watch)
    if near:
        return node.without(near, value), node.holding(near, value)
    site = branching_site(search.gains, relaxation, node, guide, bound, search.watch)
    return node.child(site, True, value), node.child(site, False, value)


def _cut(search: Search, relaxation: Relaxation, node: Node, rounds: int) -> tuple[Node, Relaxed, Bound]:
    """Solve and cut until nothing is broken, nothing moves, or the part can be closed."""
    best, guide, stalls = node.bound, Relaxed(node.high.astype(float), search.model.amounts.low), 0
    bound = Bound(best, np.zeros(search.model.sites), node.low == 1)
    for _ in range(rounds):
        guide, found = relaxation.solve(node, search.watch.left)
        bound = found if found.value >= bound.value else bound
        _guess(search, guide.x)
        search.outer = bound.value if math.isinf(node.bound) else search.outer
        if search.lift(bound.value) >= search.enough or bound.value == math.inf:
            break
        cuts = search.oracle.cuts(guide)
        if not len(cuts) or not search.watch.goes_on(search.pool.value, search.outer):
            break
        relaxation.add(cuts)
        moved = bound.value - best > STALLED * abs(min(search.enough, 1e300) - bound.value)
        stalls, best = 0 if moved else stalls + 1, max(best, bound.value)
        if stalls >= STALLS and not _is_whole(guide.x):
            break
    relaxation.tidy()
    return node, guide, bound


def _guess(search: Search, x: Floats) -> None:
    if _is_whole(x):
        search.offer(tuple(np.flatnonzero(x > WHOLE).tolist()))
    for sites in search.oracle.guess(x):
        search.offer(sites)


def _is_whole(x: Floats) -> bool:
    return bool(np.all(np.minimum(x, 1 - x) < WHOLE))


def _fix(search: Search, node: Node, bound: Bound) -> Node:
    """Decide the sites whose other decision could not beat what is known (reduced-cost fixing)."""
    free = (node.low == 0) & (node.high == 1)
    other = free & (bound.value + bound.adds >= search.enough) & np.isfinite(bound.adds)
    beyond = bound.value + bound.adds[other]
    low, high = node.low.copy(), node.high.copy()
    low[other & bound.taken], high[other & ~bound.taken] = 1, 0
    if other.any():
        search.closed = min(search.closed, float(beyond.min()))
    return Node(low, high, max(node.bound, bound.value), node.held)


def _is_leaf(search: Search, node: Node) -> bool:
    """Value the one choice of a part that has no more; its value closes the part."""
    inside, free = np.flatnonzero(node.low), np.flatnonzero((node.low == 0) & (node.high == 1))
    full, short = len(inside) == search.model.most, len(inside) + len(free) == search.model.fewest
    if not (full or short or not len(free)):
        return False
    sites = tuple(int(j) for j in (inside if full else np.sort(np.concatenate([inside, free]))))
    search.offer(sites)
    search.closed = min(search.closed, search.least(sites, search.known.get(sites, math.inf)))
    return True


def _possible(model: Model, node: Node) -> bool:
    inside = int(node.low.sum())
    return inside <= model.most and int(node.high.sum()) >= model.fewest
