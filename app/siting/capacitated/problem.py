"""Residents, practices with places up to their closing limits, and candidates with places of their own."""

from dataclasses import dataclass, field, replace

import numpy as np

from app.access.matrix import Floats, Ints
from app.errors import QuestionError
from app.siting.capacitated.flow import in_parts
from app.siting.capacitated.reach import Reach, by_candidate
from app.siting.median.problem import Starts, check_amounts, check_links


@dataclass(frozen=True)
class Ways:
    """Practices that cells can go to.

    Parameters
    ----------
    start : (cells + 1,) where each cell's entries begin, the nearest first; the last of each is nobody
    site : (entries,) practices within the cell's travel limit; `practices` for nobody
    cost : (entries,) travel to them; `unassigned` for nobody
    """

    start: Starts
    site: Ints
    cost: Floats


@dataclass(frozen=True)
class CapacitatedProblem:
    """Who can go where, and how many a place takes; make it by `make_capacitated_problem`.

    Sites are numbered practices first, candidates after. An existing practice that may close or move stands among the
    candidates: choosing N + 1 of it and the new ones keeps it open or lets it go.

    Parameters
    ----------
    demand : (cells,) residents, in whole parts of one
    ways : all ways to practices
    near : those that an assignment is looked for among; prices are checked against all
    reach : ways to candidates
    capacity : (sites,) residents a site can take, its closing limit, in whole parts of one
    practices : how many of the sites are practices that stay
    unassigned : what a resident counts whom nobody can take
    most : (cells,) no resident needs to be charged more, in whatever choice; infinite where nothing is known
    group : (candidates,) of which one is to be chosen, such as the places where one practice may be; -1 for none
    place : (candidates,) at which of them stand; at most `per_place` of those at one place are chosen
    per_place : without end unless told
    """

    demand: Floats
    ways: Ways
    near: Ways
    reach: Reach
    capacity: Floats
    practices: int
    unassigned: float
    most: Floats
    group: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    place: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    per_place: int = 2**31 - 1

    @property
    def sites(self) -> int:
        """Practices and candidates."""
        return len(self.capacity)

    @property
    def candidates(self) -> int:
        """Sites to choose from."""
        return self.sites - self.practices

    @property
    def room(self) -> Floats:
        """(candidates,) places of each."""
        return self.capacity[self.practices :]

    def allows(self, sites: tuple[int, ...]) -> bool:
        """Whether some candidates can be chosen together: one of each group, and not too many at a place."""
        chosen = list(sites)
        groups = self.group[chosen] if len(self.group) else np.empty(0, dtype=np.int32)
        kinds, counts = np.unique(groups[groups >= 0], return_counts=True)
        one_each = len(kinds) == self.groups and bool(np.all(counts == 1))
        crowd = int(np.bincount(self.place[chosen]).max(initial=0)) if len(self.place) and chosen else 0
        return one_each and crowd <= self.per_place

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return int(self.group.max(initial=-1)) + 1


def make_capacitated_problem(
    demand: Floats, start: Starts, site: Ints, cost: Floats, capacity: Floats, practices: int, unassigned: float
) -> CapacitatedProblem:
    """Check a problem, give every cell nobody to go to, and count residents and places in whole parts of one.

    Parameters
    ----------
    start, site, cost : sites within each cell's limit, stored cell after cell, and the way there
    unassigned : larger than any cost, so that a resident with room in reach is better assigned; the larger it is, the
        more those left over count against the travel of the others

    Raises
    ------
    QuestionError : shapes do not fit, a number is negative or not one, or a cost is not below `unassigned`
    """
    check_amounts("demand", demand, len(demand))
    check_amounts("capacity", capacity, len(capacity))
    check_amounts("cost", cost, len(site))
    check_links(start, site, len(demand), len(capacity))
    if not 0 <= practices <= len(capacity):
        raise QuestionError(f"{practices} practices; expected 0 to {len(capacity)}, the number of sites")
    most = float(np.max(cost, initial=0.0))
    if not (np.isfinite(unassigned) and unassigned > most):
        raise QuestionError(f"unassigned is {unassigned}; expected a number above {most}, the largest cost")
    cell: Starts = np.repeat(np.arange(len(demand)), np.diff(start))
    site, cost = np.asarray(site, dtype=np.int32), np.asarray(cost, dtype=float)
    nearer = (cost[1:] > cost[:-1]) | ((cost[1:] == cost[:-1]) & (site[1:] > site[:-1]))
    if not np.all(nearer | (cell[1:] != cell[:-1])):
        order = np.lexsort((site, cost, cell))
        site, cost = site[order], cost[order]
    own = site < practices
    ways = _ways(len(demand), cell[own], site[own], cost[own], practices, float(unassigned))
    fresh = ~own
    reach = by_candidate(cell[fresh], site[fresh] - practices, cost[fresh], len(capacity) - practices)
    return CapacitatedProblem(
        in_parts(demand),
        ways,
        ways,
        reach,
        in_parts(capacity),
        practices,
        float(unassigned),
        np.full(len(demand), np.inf),
    )


def _ways(cells: int, cell: Starts, site: Ints, cost: Floats, practices: int, unassigned: float) -> Ways:
    """Entries in order of their cells, nobody put last in each."""
    start = np.searchsorted(cell, np.arange(cells + 1)).astype(np.int64)
    return Ways(
        start + np.arange(cells + 1),
        np.insert(site, start[1:], practices).astype(np.int32),
        np.insert(cost, start[1:], unassigned).astype(float),
    )


def with_candidates(
    problem: CapacitatedProblem, reach: Reach, room: Floats, group: Ints, place: Ints, per_place: int
) -> CapacitatedProblem:
    """A problem of practices alone, with candidates to choose from.

    Parameters
    ----------
    room : (candidates,) places of each
    group, place, per_place : as in `CapacitatedProblem`
    """
    capacity = np.concatenate([problem.capacity, in_parts(room)])
    return replace(problem, reach=reach, capacity=capacity, group=group, place=place, per_place=per_place)


def narrowed(problem: CapacitatedProblem, price: Floats, worth: Floats, leeway: float) -> CapacitatedProblem:
    """The same with an assignment looked for among the ways that cost little more than what a cell pays at some prices.

    Parameters
    ----------
    price : (practices,) of a place
    worth : (cells,) least cost plus price of each cell, which then is known to be the most that it is charged
    leeway : how much more than that
    """
    ways = problem.ways
    cell = np.repeat(np.arange(len(problem.demand)), np.diff(ways.start))
    kept = ways.cost + np.append(price, -np.inf)[ways.site] <= worth[cell] + leeway
    start = np.concatenate([[0], np.cumsum(kept)])[ways.start].astype(np.int64)
    return replace(problem, near=Ways(start, ways.site[kept], ways.cost[kept]), most=worth)
