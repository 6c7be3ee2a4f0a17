"""Whom each candidate can take: its cells and the ways there, as many as can matter."""

from dataclasses import dataclass

import numpy as np

from app.access.matrix import Floats, Ints
from app.siting.median.problem import Starts
from geodata.network.kernel import kernel


@dataclass(frozen=True)
class Reach:
    """Ways to candidates.

    Parameters
    ----------
    row : (candidates,) the row of each; several may share one
    start : (rows + 1,) where each row's entries begin; those that can save most come first, where that is known
    cell, cost : (entries,) cells within their limit of the row, and the way there
    floor : (rows,) no cell that was left out of a row saves more there, against the most that it is ever charged
    """

    row: Starts
    start: Starts
    cell: Ints
    cost: Floats
    floor: Floats

    def of(self, candidate: int) -> tuple[Ints, Floats]:
        """Cells and ways of a candidate."""
        part = slice(self.start[self.row[candidate]], self.start[self.row[candidate] + 1])
        return self.cell[part], self.cost[part]


def by_candidate(cell: Starts, candidate: Ints, cost: Floats, candidates: int) -> Reach:
    """All entries, each candidate with a row of its own."""
    order = np.argsort(candidate, kind="stable")
    start = np.searchsorted(candidate[order], np.arange(candidates + 1)).astype(np.int64)
    return Reach(
        np.arange(candidates, dtype=np.int64),
        start,
        cell[order].astype(np.int32),
        np.ascontiguousarray(cost[order], dtype=float),
        np.zeros(candidates),
    )


def join_rows(rows: list[tuple[Ints, Floats, float]], row: Starts) -> Reach:
    """Rows of cells, ways and floor, and which row each candidate has."""
    counts = [len(cell) for cell, _, _ in rows]
    return Reach(
        np.asarray(row, dtype=np.int64),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        np.concatenate([cell for cell, _, _ in rows] or [np.empty(0, np.int32)]).astype(np.int32),
        np.concatenate([cost for _, cost, _ in rows] or [np.empty(0)]).astype(float),
        np.array([floor for _, _, floor in rows]),
    )


def worth_keeping(
    cell: Ints, cost: Floats, worth: Floats, demand: Floats, room: float, spare: float, leeway: float
) -> tuple[Ints, Floats, float]:
    """The entries of a row that can matter, and the most that one left out can save.

    Kept are those that save most against what they pay today, until they fill `spare` times the room, and all that save
    little less than the last who finds room.

    Parameters
    ----------
    cell, cost : (entries,) of the row
    worth, demand : (cells,) most that a cell is charged, and its residents
    """
    saving = worth[cell] - cost
    gains = saving > 0
    cell, cost, saving = cell[gains], cost[gains], saving[gains]
    people = demand[cell]
    last, enough = marginal(saving, people, room), marginal(saving, people, spare * room)
    least = max(min(last - leeway, enough), 0.0)
    kept = saving >= least
    order = np.argsort(-saving[kept], kind="stable")
    return cell[kept][order], cost[kept][order], float(saving[~kept].max(initial=0.0))


def marginal(saving: Floats, people: Floats, room: float) -> float:
    """The saving of the last who finds room when those who save most come first; 0 where all do."""
    return _fill(saving.copy(), people.copy(), room)[1]


@kernel
def _fill(saving: Floats, people: Floats, room: float) -> tuple[float, float, float]:
    """What the first to find room save, the last one's saving, and the room left; both arrays are put in disorder.

    Those who save most come first; they are told from the others by quickselect (Hoare 1961).
    """
    low, high, total = 0, len(saving), 0.0
    while low < high:
        pivot = saving[(low + high) // 2]
        above, at, below = low, low, high
        more = equal = 0.0
        gained = 0.0
        while at < below:
            one = saving[at]
            if one > pivot:
                more += people[at]
                gained += one * people[at]
                _swap(saving, people, above, at)
                above += 1
                at += 1
            elif one < pivot:
                below -= 1
                _swap(saving, people, at, below)
            else:
                equal += people[at]
                at += 1
        if more >= room and above > low:
            high = above
            continue
        total, room = total + gained, room - more
        if equal >= room:
            return total + room * pivot, pivot, 0.0
        total, room, low = total + equal * pivot, room - equal, below
    return total, 0.0, room


@kernel
def _swap(saving: Floats, people: Floats, i: int, j: int) -> None:
    saving[i], saving[j] = saving[j], saving[i]
    people[i], people[j] = people[j], people[i]


@kernel
def most_saved_by_row(
    row: Starts,
    start: Starts,
    cell: Ints,
    cost: Floats,
    floor: Floats,
    room: Floats,
    worth: Floats,
    most: Floats,
    demand: Floats,
) -> Floats:
    """(candidates,) the most that each one's places can save against the cells' worths, which are at most `most`.

    Once some fill the room, nobody who saves less than the least of them comes before any of them; and where entries
    are in the order of what they can save at most, nobody after the first such one does.
    """
    found, longest = np.zeros(len(row)), 0
    for j in range(len(start) - 1):
        longest = max(longest, start[j + 1] - start[j])
    saving, people = np.empty(longest), np.empty(longest)
    for j in range(len(row)):
        size, filled, low = 0, 0.0, np.inf
        for at in range(start[row[j]], start[row[j] + 1]):
            i = cell[at]
            if filled >= room[j] and most[i] - cost[at] < low:
                break
            gain = worth[i] - cost[at]
            if gain <= floor[row[j]] or (filled >= room[j] and gain < low):
                continue
            saving[size], people[size] = gain, demand[i]
            size += 1
            if filled < room[j]:
                filled, low = filled + demand[i], min(low, gain)
        total, _, left = _fill(saving[:size], people[:size], room[j])
        found[j] = total + left * floor[row[j]]
    return found
