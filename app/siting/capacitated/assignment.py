"""The best assignment of residents to open sites, and the prices that prove it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Floats, Ints
from app.siting.blocks import make_blocks
from app.siting.capacitated.flow import Graph, State, call_in, in_parts, open_up, rescan, send_off
from app.siting.capacitated.graph import grown, make_graph
from app.siting.capacitated.problem import CapacitatedProblem, Ways
from app.siting.capacitated.reach import most_saved_by_row
from app.siting.median.problem import Starts
from geodata.network.kernel import kernel

BLOCKS, MANY_CELLS = (100, 10), 6_000
"""Cells in a block of each likeness that prices are taken over from; used from so many cells on."""
MOST_IN_USE = 60
"""Candidates that a graph may hold without places; beyond, an assignment is made from the practices anew."""


@dataclass(frozen=True)
class Assignment:
    """Who goes where at least cost.

    Parameters
    ----------
    problem : whose residents
    graph, state : as the search over the sites holds them
    used : candidates in the graph, in their order after the practices
    """

    problem: CapacitatedProblem
    graph: Graph
    state: State
    used: tuple[int, ...] = ()

    @property
    def value(self) -> float:
        """Residents times cost, those assigned to nobody included."""
        return float(self.state.flow @ self.graph.cost)

    @property
    def load(self) -> Floats:
        """(sites,) residents of each site."""
        return self._of_sites(self.state.load)

    @property
    def places(self) -> Floats:
        """(sites,) places of each site: none where a candidate is not open."""
        return self._of_sites(self.state.capacity)

    @property
    def left_over(self) -> float:
        """Residents whom nobody can take."""
        return float(self.state.load[-1])

    @property
    def means(self) -> Floats:
        """(cells,) what a resident of each cell is charged on average; 0 where nobody lives."""
        total = np.add.reduceat(self.state.flow * self.graph.cost, self.graph.start[:-1])
        demand = self.problem.demand
        return np.asarray(np.divide(total, demand, out=np.zeros(len(demand)), where=demand > 0), dtype=float)

    def with_places(self, places: Mapping[int, float]) -> "Assignment":
        """The best assignment where some candidates have places and all others none; this one stays as it is.

        What changes is mended: who has no place left is sent off, and who has one is called in.
        """
        fresh = [candidate for candidate in places if candidate not in self.used]
        graph, state = self.graph, self.state
        if fresh:
            graph, state = grown(graph, state, self.problem.reach, fresh)
        else:
            state = State(*map(_copy, state))
        used, first = (*self.used, *fresh), self.problem.practices
        for slot in range(first + len(self.used), first + len(used)):
            open_up(graph, state, slot)
        for slot, candidate in enumerate(used, start=first):
            state.capacity[slot] = in_parts(places.get(candidate, 0.0))
        _settle(graph, state, range(first, first + len(used)))
        return Assignment(self.problem, graph, state, used)

    @property
    def crowded(self) -> bool:
        """Whether so many candidates without places are in the graph that it had better be made anew."""
        return int((self.places[self.problem.practices :][list(self.used)] == 0).sum()) > MOST_IN_USE

    def _of_sites(self, values: Floats) -> Floats:
        found = np.zeros(self.problem.sites)
        found[: self.problem.practices] = values[: self.problem.practices]
        found[[self.problem.practices + candidate for candidate in self.used]] = values[self.problem.practices : -1]
        return found


def _copy(part: NDArray[Any]) -> Any:
    return part.copy()


def _settle(graph: Graph, state: State, slots: range) -> None:
    """Make an assignment whose places have changed the best again."""
    for slot in slots:
        if state.price[slot] > 0 and state.load[slot] < state.capacity[slot]:
            call_in(graph, state, slot)
    for slot in slots:
        if state.load[slot] > state.capacity[slot]:
            send_off(graph, state, slot)


def assign_practices(problem: CapacitatedProblem, price: Floats | None = None) -> Assignment:
    """The best assignment to the practices that stay, no candidate being open.

    Parameters
    ----------
    price : (practices + 1,) of a place, near the right ones, where they are known
    """
    if price is None:
        price = np.zeros(problem.practices + 1)
        if len(problem.demand) > MANY_CELLS:
            for size in BLOCKS:
                price = _assigned(_gathered(problem, size), price).state.price
    return _assigned(problem, price)


def _gathered(problem: CapacitatedProblem, size: int) -> CapacitatedProblem:
    """A likeness: cells that see the same sites first are gathered at one of them."""
    near = problem.near
    blocks = make_blocks(near.start, near.site, size)
    start, entry = blocks.entries(near.start)
    return replace(problem, demand=blocks.sums(problem.demand), near=Ways(start, near.site[entry], near.cost[entry]))


def _assigned(problem: CapacitatedProblem, price: Floats) -> Assignment:
    """From prices near the right ones: everybody to where cost plus price is least, then to where there is room."""
    near = problem.near
    graph = make_graph(near.start, near.site, near.cost, problem.practices)
    state = _first_state(problem, price)
    for site in range(problem.practices + 1):
        rescan(graph, state, site)
    _settle(graph, state, range(problem.practices))
    return Assignment(problem, graph, state)


def _first_state(problem: CapacitatedProblem, price: Floats) -> State:
    near, sites = problem.near, problem.practices + 1
    flow = _to_nearest(near.start, near.site, near.cost, problem.demand, price)
    return State(
        capacity=np.append(problem.capacity[: problem.practices], np.inf),
        flow=flow,
        load=np.bincount(near.site, weights=flow, minlength=sites).astype(float),
        price=price.copy(),
        move=np.full((sites, sites), np.inf),
        back=np.full((sites, sites), np.inf),
        leaves=np.full((sites, sites), -1, dtype=np.int64),
        enters=np.full((sites, sites), -1, dtype=np.int64),
    )


@kernel
def _to_nearest(start: Starts, site: Ints, cost: Floats, demand: Floats, price: Floats) -> Floats:
    """Everybody to the site with the least cost plus price, whatever its room."""
    flow = np.zeros(len(site))
    for cell in range(len(demand)):
        best = start[cell + 1] - 1
        for at in range(start[cell], start[cell + 1]):
            if cost[at] + price[site[at]] < cost[best] + price[site[best]]:
                best = at
        flow[best] = demand[cell]
    return flow


def worths(assignment: Assignment) -> Floats:
    """(cells,) least cost plus price of each cell's ways, and never more than it is known to be charged at most.

    All ways to practices count, also those that no assignment was looked for among, so that every bound made of these
    worths is one.
    """
    problem, price = assignment.problem, np.maximum(assignment.state.price, 0.0)
    worth = _least(problem.ways.start, problem.ways.site, problem.ways.cost, np.append(price[: problem.practices], 0.0))
    if assignment.used:
        graph = assignment.graph
        worth = np.minimum(worth, _least(graph.start, graph.site, graph.cost, np.append(price[:-1], 0.0)))
    return np.asarray(np.minimum(worth, problem.most), dtype=float)


@kernel
def _least(start: Starts, site: Ints, cost: Floats, price: Floats) -> Floats:
    worth = np.empty(len(start) - 1)
    for cell in range(len(worth)):
        worth[cell] = np.inf
        for at in range(start[cell], start[cell + 1]):
            worth[cell] = min(worth[cell], cost[at] + price[site[at]])
    return worth


def most_saved(problem: CapacitatedProblem, worth: Floats) -> Floats:
    """(candidates,) the most that each one's places can save against the cells' worths: who saves most comes first."""
    reach, most = problem.reach, problem.most
    parts = (reach.row, reach.start, reach.cell, reach.cost, reach.floor, problem.room)
    return most_saved_by_row(*parts, np.minimum(worth, most), most, problem.demand)
