"""(E), what a cell's share can be at most: it counts r sites wherever they are, so t of them say no more than t.

For a cell that needs r of the sites S, and any T of S with t < r sites, a whole placement that lifts it holds at least
r - t sites of S without T. So its share z is at most x(S without T) / (r - t); the t largest x make this smallest. At
a whole placement the smallest of these and 1 is exactly 1 or 0 (knapsack cover; Carr et al. 2000).
"""

import numpy as np

from app.access.matrix import Floats, Ints
from app.siting.covering.cells import Cells
from app.siting.covering.master import Cut
from app.siting.covering.problem import Starts
from geodata.network.kernel import kernel

TINY = 1e-9
"""x below this counts as zero; gradients, too."""


class Separator:
    """Makes cuts of (E) for stretches of cells."""

    def __init__(self, cells: Cells) -> None:
        """For these cells, in the order of their groups."""
        self._cells = cells
        self._top = np.zeros(int(cells.need.max(initial=1)), dtype=np.int32)

    def shares(self, x: Floats) -> Floats:
        """(cells,) weight times the largest share that (E) leaves at x."""
        found = np.zeros(len(self._cells))
        envelopes(*self._cells.arrays, x, self._top, found)
        return found

    def cut(self, cells: tuple[int, int], groups: tuple[int, int], x: Floats) -> Cut:
        """The cut of a stretch of cells that is tight at x."""
        gradient = np.zeros(self._cells.sites)
        constant = envelope_cut(cells[0], cells[1], *self._cells.arrays, x, self._top, gradient)
        return make_cut(groups, constant, gradient)


def make_cut(groups: tuple[int, int], constant: float, gradient: Floats) -> Cut:
    """A cut without the sites that do not matter."""
    site = np.flatnonzero(gradient)
    return Cut(*groups, constant, site.astype(np.int32), gradient[site])


@kernel
def largest(x: Floats, site: Ints, begin: int, end: int, wanted: int, top: Ints) -> tuple[int, float]:
    """Put the sites of largest x > TINY into `top`, the first of equal ones first; how many, and the sum of all x."""
    held, total = 0, 0.0
    for e in range(begin, end):
        s = site[e]
        value = x[s]
        if value <= TINY:
            continue
        total += value
        place = held
        while place > 0 and x[top[place - 1]] < value:
            place -= 1
        if place >= wanted:
            continue
        held = min(held + 1, wanted)
        for k in range(held - 1, place, -1):
            top[k] = top[k - 1]
        top[place] = s
    return held, total


@kernel
def tightest(x: Floats, total: float, need: int, held: int, top: Ints) -> tuple[int, float]:
    """How many of the largest x to leave out, and the share that is left."""
    best, share, rest = 0, total / need, total
    for t in range(1, min(held, need - 1) + 1):
        rest -= x[top[t - 1]]
        if rest / (need - t) < share:
            best, share = t, max(rest, 0.0) / (need - t)
    return best, share


@kernel
def envelopes(weight: Floats, need: Ints, start: Starts, site: Ints, x: Floats, top: Ints, found: Floats) -> None:
    """Weight times share of each cell."""
    for i in range(len(weight)):
        held, total = largest(x, site, start[i], start[i + 1], need[i] - 1, top)
        found[i] = weight[i] * min(1.0, tightest(x, total, need[i], held, top)[1])


@kernel
def add_envelope(
    mass: float, need: int, start: int, end: int, site: Ints, x: Floats, top: Ints, gradient: Floats
) -> float:
    """Add a cell's inequality, `mass` times, to a gradient; gives its constant."""
    held, total = largest(x, site, start, end, need - 1, top)
    left_out, share = tightest(x, total, need, held, top)
    if share >= 1.0:
        return mass
    step = mass / (need - left_out)
    for e in range(start, end):
        gradient[site[e]] += step
    for k in range(left_out):
        gradient[top[k]] -= step
    return 0.0


@kernel
def envelope_cut(
    lo: int,
    hi: int,
    weight: Floats,
    need: Ints,
    start: Starts,
    site: Ints,
    x: Floats,
    top: Ints,
    gradient: Floats,
) -> float:
    """Sum of the inequalities of a stretch of cells; gives the constant."""
    constant = 0.0
    for i in range(lo, hi):
        constant += add_envelope(weight[i], need[i], start[i], start[i + 1], site, x, top, gradient)
    return constant
