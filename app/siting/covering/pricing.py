"""Close in on a large question of single needs: prices from above and shakes from below, side by side on two threads.

The linear program of such a question has many answers that smear sites widely; simplex steps and cuts find their way to
one slowly, prices fast. What they prove, and what it rules out, is handed on as cuts.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from app.access.matrix import Ints
from app.siting.covering.cells import Cells
from app.siting.covering.master import Cut, Relaxed
from app.siting.covering.prices import Priced, Prices
from app.siting.covering.shaking import Shaker
from app.siting.covering.state import State

STEPS, SHAKES, PLANNED = 100, 300, 6_000
"""Steps of prices and shakes in a round, which take about the same time; shakes until no loss is taken any more."""
WINDOW, LITTLE = 5, 0.01
"""Rounds that together close a smaller share of the gap are the last."""
FEWER = 0.8
"""Prices go on with the open sites alone when no more than this share is left."""


def price_rounds(state: State) -> None:
    """Raise the bound and the best placement until both slow down, the gap is closed or time is up."""
    shaker = Shaker(state.placing, np.array(state.pool.placements[0][0], dtype=np.int32), PLANNED)
    prices = Prices(state.cells, state.wanted, shaker.best, state.master.open)
    group, gaps = state.levels.group, [np.inf] * WINDOW
    with ThreadPoolExecutor(1) as beside:
        while not state.closed and not state.watch.over and _worth_it(gaps):
            shaken = beside.submit(shaker.shake, SHAKES)
            found = prices.approach(STEPS)
            state.offer(shaken.result())
            state.learn(_relaxed(state, prices, found))
            gaps.append(found.bound - state.pool.best)
            if state.master.open.sum() <= FEWER * prices.may.sum():
                group = group[prices.only(state.master.open)]
                shaker.start(state.placing, np.array(state.pool.placements[0][0], dtype=np.int32))
    state.master.add(price_cuts(prices.cells, prices.best.price, group))


def _worth_it(gaps: list[float]) -> bool:
    return bool(gaps[-1] > 0 and not gaps[-1] > (1.0 - LITTLE) * gaps[-WINDOW])


def _relaxed(state: State, prices: Prices, found: Priced) -> Relaxed:
    none = np.zeros(len(state.master.group_weight))
    return Relaxed(prices.x, none, found.bound, found.constant, found.worth)


def price_cuts(cells: Cells, price: np.ndarray, group: Ints) -> list[Cut]:
    """The bound of some prices as a cut for each group of cells; the groups ascend."""
    cuts = []
    for g in np.unique(group).tolist():
        mine = np.flatnonzero(group == g)
        part = cells.take(mine)
        gradient = part.sums_by_site(price[mine])
        site = np.flatnonzero(gradient).astype(np.int32)
        cuts.append(Cut(g, g + 1, float((part.weight - price[mine]).sum()), site, gradient[site]))
    return cuts
