"""Rows that say what groups of cells must travel at least, at any choice of sites.

For prices t of the cells of a group, with s_j(t) as in `app.siting.median.prices`,

    travel of the group >= sum of w t - sum over sites of s_j(t) x_j .

At a relaxed x the strongest row has t = the cost at which the x of a cell's nearest candidates first add up to one,
read off in one pass (radius form: Cornuejols, Nemhauser and Wolsey 1980; Garcia, Labbe and Marin 2011; Duran-Mateluna,
Ales and Elloumi 2023).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from app.access.matrix import Floats, Ints
from app.siting.branching.model import Cuts
from app.siting.median.problem import MedianProblem, Starts
from geodata.network.kernel import kernel

BROKEN = 1e-7
"""A row is broken from this share of a group's travel on."""


@dataclass(frozen=True)
class Groups:
    """Cells in groups, and what a resident's cost counts in each.

    Parameters
    ----------
    order : cells, group after group
    start : (groups + 1,) where each group begins in it
    scale : (groups,) the group's amount is this times residents times cost
    """

    order: NDArray[np.int64]
    start: NDArray[np.int64]
    scale: Floats

    def __len__(self) -> int:
        return len(self.scale)

    def group_of(self, cells: int) -> NDArray[np.int64]:
        """(cells,) group of each cell; -1 for those in none."""
        found = np.full(cells, -1, dtype=np.int64)
        found[self.order] = np.repeat(np.arange(len(self)), np.diff(self.start))
        return found

    def sums(self, cells: Floats) -> Floats:
        """(groups,) scaled sums of an amount of the cells."""
        padded = np.concatenate([cells[self.order], [0.0]])
        sums = np.add.reduceat(padded, self.start[:-1]) if len(self) else np.empty(0)
        return np.asarray(np.where(np.diff(self.start) > 0, sums, 0.0) * self.scale)


def make_groups(group: NDArray[np.integer], count: int, scale: Floats) -> Groups:
    """Gather cells by the number of their group; cells of a negative group are left out."""
    order = np.argsort(group, kind="stable")
    order = order[np.asarray(group)[order] >= 0]
    start = np.searchsorted(np.asarray(group)[order], np.arange(count + 1))
    return Groups(order.astype(np.int64), start.astype(np.int64), scale)


def group_cuts(problem: MedianProblem, groups: Groups, x: Floats, amounts: Floats) -> Cuts:
    """The strongest row of each group whose amount falls short at a relaxed x; amount g is column `candidates + g`."""
    price = critical_costs(problem, x)
    return price_cuts(problem, groups, price, short_of(problem, groups, price, x, amounts), len(amounts))


def short_of(problem: MedianProblem, groups: Groups, price: Floats, x: Floats, amounts: Floats) -> NDArray[np.intp]:
    """Groups whose amount is less than their row says."""
    covered = _covered(problem.start, problem.candidate, problem.cost, price, x)
    needed = groups.sums(problem.weight * (price - covered))
    return np.flatnonzero(needed > amounts[: len(groups)] + BROKEN * np.abs(needed) + 1e-12)


def price_cuts(problem: MedianProblem, groups: Groups, price: Floats, wanted: NDArray[np.intp], amounts: int) -> Cuts:
    """Rows of some groups at given prices."""
    column, value, length = _group_savings(
        problem.start,
        problem.candidate,
        problem.cost,
        problem.weight,
        price,
        groups.order,
        groups.start,
        np.asarray(wanted, dtype=np.int64),
        groups.scale,
        problem.candidates,
    )
    start = np.concatenate([[0], np.cumsum(length)])
    floor = groups.sums(problem.weight * price)[wanted]
    matrix = csr_array((value, column, start), shape=(len(wanted), problem.candidates + amounts))
    return Cuts(matrix, floor)


def critical_costs(problem: MedianProblem, x: Floats) -> Floats:
    """(cells,) cost at which the x of the nearest candidates add up to one, or today's."""
    return _critical(problem.start, problem.candidate, problem.cost, problem.today, x)


@kernel
def _critical(start: Starts, candidate: Ints, cost: NDArray[np.floating], today: Floats, x: Floats) -> Floats:
    price = today.copy()
    for cell in range(len(today)):
        total = 0.0
        for at in range(start[cell], start[cell + 1]):
            total += x[candidate[at]]
            if total >= 1.0 - 1e-9:
                price[cell] = cost[at]
                break
    return price


@kernel
def _covered(start: Starts, candidate: Ints, cost: NDArray[np.floating], price: Floats, x: Floats) -> Floats:
    found = np.zeros(len(price))
    for cell in range(len(price)):
        for at in range(start[cell], start[cell + 1]):
            if cost[at] >= price[cell]:
                break
            found[cell] += (price[cell] - cost[at]) * x[candidate[at]]
    return found


@kernel
def _group_savings(
    start: Starts,
    candidate: Ints,
    cost: NDArray[np.floating],
    weight: Floats,
    price: Floats,
    order: NDArray[np.int64],
    group_start: NDArray[np.int64],
    wanted: NDArray[np.int64],
    scale: Floats,
    candidates: int,
) -> tuple[Ints, Floats, NDArray[np.int64]]:
    """Columns and values of the rows, each ending with its own amount."""
    saved, seen = np.zeros(candidates), np.full(candidates, -1, dtype=np.int64)
    room = 1024
    column, value = np.empty(room, dtype=np.int32), np.empty(room)
    length, filled = np.zeros(len(wanted), dtype=np.int64), 0
    touched = np.empty(candidates, dtype=np.int32)
    for row in range(len(wanted)):
        g, count = wanted[row], 0
        for k in range(group_start[g], group_start[g + 1]):
            cell = order[k]
            for at in range(start[cell], start[cell + 1]):
                if cost[at] >= price[cell]:
                    break
                j = candidate[at]
                if seen[j] != row:
                    seen[j], saved[j], touched[count] = row, 0.0, j
                    count += 1
                saved[j] += weight[cell] * (price[cell] - cost[at])
        while filled + count + 1 > room:
            room *= 2
            column, value = _grown(column, value, room)
        for k in range(count):
            column[filled], value[filled] = touched[k], saved[touched[k]] * scale[g]
            filled += 1
        column[filled], value[filled] = candidates + g, 1.0
        filled += 1
        length[row] = count + 1
    return column[:filled], value[:filled], length


@kernel
def _grown(column: Ints, value: Floats, room: int) -> tuple[Ints, Floats]:
    columns, values = np.empty(room, dtype=np.int32), np.empty(room)
    columns[: len(column)], values[: len(value)] = column, value
    return columns, values
