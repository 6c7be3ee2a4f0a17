"""A bound for cells that lack one practice each, from prices of the cells: no linear program is solved.

Let cell i pay u_i, 0 <= u_i <= w_i, to each chosen site within its reach. Whatever the prices, no placement S of N
sites lifts more than

    sum_i (w_i - u_i)  +  [the N largest of s_j],        s_j = sum of u_i over the cells within reach of j,

since a lifted cell counts w_i - u_i on the left and pays u_i at least once. The smallest of these bounds is that of the
linear program with (E). Prices and a fractional placement x approach it together: primal-dual hybrid gradients
(Chambolle and Pock 2011), with steps after the sizes of rows and columns (Pock and Chambolle 2011), reflected and drawn
back to where they began (Halpern 1967; Lu and Yang 2024), and begun anew when much is gained (Applegate et al. 2021).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Flags, Floats, Ints
from app.siting.covering.cells import Cells
from app.siting.covering.problem import Starts
from app.siting.covering.ruling import most_worth
from geodata.network.kernel import kernel

CHECK = 25
"""Steps between two looks at the bound."""
MUCH, SOME, LONG, LONGER = 0.3, 0.8, 150, 400
"""Begin anew when the gap is this share of what it was; of some steps on, this one; and of these steps on, anyhow."""
HALVINGS = 50
"""Steps of the search for the price of a site."""
ROUNDING = 1e-10
"""What the sums of a bound can be off by, relative to the whole weight."""


@dataclass(frozen=True)
class Priced:
    """What prices prove.

    Parameters
    ----------
    price : (cells,) u
    constant : the part of the bound that is the same for all placements
    worth : (sites,) s
    bound : no placement of open sites lifts more
    """

    price: Floats
    constant: float
    worth: Floats
    bound: float


class Prices:
    """Prices and a fractional placement on their way."""

    def __init__(self, cells: Cells, wanted: int, sites: Ints, may: Flags) -> None:
        """Start from a placement: cells that it lifts once pay half, others all or little."""
        self.cells, self.wanted, self.may = cells, wanted, may
        self.x = np.zeros(cells.sites)
        self.x[sites] = 1.0
        count = sums_over_sites(cells.start, cells.site, self.x)
        self.price = cells.weight * np.where(count == 0, 1.0, np.where(count == 1, 0.6, 0.1))
        self._measure()
        self.balance = float(np.sqrt((cells.weight**2 * self._row).sum() / (2.0 * self._column[sites].sum())))
        self._begin(np.inf)
        self.best = self._proven(self.price, self._worth)

    def _measure(self) -> None:
        """Sizes of rows and columns."""
        self._row = np.maximum(np.diff(self.cells.start), 1).astype(float)
        self._column = np.bincount(self.cells.site, minlength=self.cells.sites) + 1.0

    def _begin(self, gap: float) -> None:
        """The point that steps are drawn back to is here."""
        self._gap, self._steps = gap, 0
        self._worth = self.cells.sums_by_site(self.price)
        self._first = (self.price.copy(), self.x.copy(), self._worth.copy())

    def only(self, may: Flags) -> NDArray[np.integer]:
        """Go on with fewer sites; which of the cells are left."""
        self.cells, rows = self.cells.only(may)
        self.may, self.price, self.x = may, self.price[rows], np.where(may, self.x, 0.0)
        self._measure()
        self._begin(np.inf)
        price = self.best.price[rows]
        self.best = self._proven(price, self.cells.sums_by_site(price))
        return np.asarray(rows)

    def approach(self, steps: int) -> Priced:
        """Take so many steps; the best that was proven so far."""
        for step in range(1, steps + 1):
            price, x, worth = self._ahead()
            if step % CHECK == 0 and self._check(price, x, worth):
                continue
            self._steps += 1
            drawn = 1.0 / (self._steps + 1.0)
            self.price = (1.0 - drawn) * (2.0 * price - self.price) + drawn * self._first[0]
            self.x = (1.0 - drawn) * (2.0 * x - self.x) + drawn * self._first[1]
            self._worth = (1.0 - drawn) * (2.0 * worth - self._worth) + drawn * self._first[2]
        return self.best

    def _ahead(self) -> tuple[Floats, Floats, Floats]:
        """Prices, x and what prices are worth to sites one plain step on."""
        pace = np.asarray(1.0 / (self.balance * self._column), dtype=float)
        x = nearest_placement(self.x + pace * self._worth, pace, self.may, self.wanted)
        price, worth = self.price.copy(), np.zeros(self.cells.sites)
        cells = self.cells
        sweep(cells.start, cells.site, 2.0 * x - self.x, self.balance / self._row, cells.weight, price, worth)
        return price, x, worth

    def _check(self, price: Floats, x: Floats, worth: Floats) -> bool:
        """Keep the bound if it is the best, and begin anew from here if it has become good; whether it was."""
        found = self._proven(price, worth)
        self.best = min(self.best, found, key=lambda each: each.bound)
        covered = np.minimum(sums_over_sites(self.cells.start, self.cells.site, x), 1.0)
        gap = found.bound - float(self.cells.weight @ covered)
        good = gap < MUCH * self._gap or (self._steps >= LONG and gap < SOME * self._gap) or self._steps >= LONGER
        if good:
            before = self._first
            self.price, self.x = price, x
            self._rebalance(before[0], before[1])
            self._begin(gap)
        return good

    def _rebalance(self, price: Floats, x: Floats) -> None:
        """Steps of prices and of the placement, after how far each has come (Applegate et al. 2021)."""
        far = float(np.sqrt(((self.price - price) ** 2 * self._row).sum()))
        wide = float(np.sqrt(((self.x - x) ** 2 * self._column).sum()))
        if far > 0 and wide > 0:
            self.balance = float(np.sqrt(self.balance * far / wide))

    def _proven(self, price: Floats, worth: Floats) -> Priced:
        total = float(self.cells.weight.sum())
        constant = total - float(price.sum()) + ROUNDING * total
        bound = constant + most_worth(worth, self.may, np.zeros(len(worth), dtype=bool), self.wanted)
        return Priced(price, constant, worth, bound)


def nearest_placement(aim: Floats, pace: Floats, may: Flags, wanted: int) -> Floats:
    """(sites,) x of the wanted sum between 0 and 1 that is nearest to an aim, distances counted by 1 / pace."""
    at, by = aim[may], pace[may]
    low, high = float((-at / by).min()), float(((1.0 - at) / by).max())
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if np.clip(at + middle * by, 0.0, 1.0).sum() > wanted:
            high = middle
        else:
            low = middle
    found = np.zeros(len(aim))
    found[may] = np.clip(at + low * by, 0.0, 1.0)
    return found


@kernel
def sums_over_sites(start: Starts, site: Ints, x: Floats) -> Floats:
    """(cells,) x within reach of each cell."""
    found = np.zeros(len(start) - 1)
    for i in range(len(found)):
        for e in range(start[i], start[i + 1]):
            found[i] += x[site[e]]
    return found


@kernel
def sweep(start: Starts, site: Ints, x: Floats, pace: Floats, weight: Floats, price: Floats, worth: Floats) -> None:
    """Raise prices where less than one site is near, lower them where more are, and add up what sites are paid."""
    worth[:] = 0.0
    for i in range(len(price)):
        near = 0.0
        for e in range(start[i], start[i + 1]):
            near += x[site[e]]
        price[i] = min(max(price[i] + pace[i] * (1.0 - near), 0.0), weight[i])
        if price[i] > 0.0:
            for e in range(start[i], start[i + 1]):
                worth[site[e]] += price[i]
