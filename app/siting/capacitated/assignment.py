"""The best assignment of residents to open sites, and the prices that prove it."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Flags, Floats, Ints
from app.siting.blocks import make_blocks
from app.siting.capacitated.flow import Graph, State, call_in, open_up, rescan, send_off
from app.siting.capacitated.problem import CapacitatedProblem
from app.siting.median.problem import Starts
from geodata.network.kernel import kernel

BLOCKS, MANY_CELLS = (100, 10), 6_000
"""Cells in a block of each likeness that prices are taken over from; used from so many cells on."""


@dataclass(frozen=True)
class Assignment:
    """Who goes where at least cost.

    Parameters
    ----------
    problem : whose residents
    graph, state : as the search over the sites holds them
    """

    problem: CapacitatedProblem
    graph: Graph
    state: State

    @property
    def value(self) -> float:
        """Residents times cost, those assigned to nobody included."""
        return float(self.state.flow @ self.problem.cost)

    @property
    def load(self) -> Floats:
        """(sites,) residents of each site."""
        return self.state.load[:-1]

    @property
    def left_over(self) -> float:
        """Residents whom nobody can take."""
        return float(self.state.load[-1])

    def opened(self, places: dict[int, float]) -> "Assignment":
        """The best assignment with more sites open, by site and places; this one stays as it is."""
        state = State(*map(_copy, self.state))
        for site, room in places.items():
            state.capacity[site] = room
            open_up(self.graph, state, site)
            call_in(self.graph, state, site)
        return Assignment(self.problem, self.graph, state)


def _copy(part: NDArray[Any]) -> Any:
    return part.copy()


def assign_practices(problem: CapacitatedProblem) -> Assignment:
    """The best assignment to the practices that stay, no candidate being open."""
    price = np.zeros(problem.sites + 1)
    if len(problem.demand) > MANY_CELLS:
        for size in BLOCKS:
            price = _assigned(_gathered(problem, size), price).state.price
    return _assigned(problem, price)


def _gathered(problem: CapacitatedProblem, size: int) -> CapacitatedProblem:
    """A likeness: cells that see the same sites first are gathered at one of them."""
    blocks = make_blocks(problem.start, problem.site, size)
    start, entry = blocks.entries(problem.start)
    return replace(
        problem, demand=blocks.sums(problem.demand), start=start, site=problem.site[entry], cost=problem.cost[entry]
    )


def _assigned(problem: CapacitatedProblem, price: Floats) -> Assignment:
    """From prices near the right ones: everybody to where cost plus price is least, then to where there is room."""
    graph = _graph(problem)
    state = _first_state(problem, price)
    for site in np.flatnonzero(state.usable).tolist():
        rescan(graph, state, site)
    for site in np.flatnonzero(state.usable & (state.price > 0) & (state.load < state.capacity)).tolist():
        call_in(graph, state, site)
    for site in np.flatnonzero(state.load > state.capacity).tolist():
        send_off(graph, state, site)
    return Assignment(problem, graph, state)


def _graph(problem: CapacitatedProblem) -> Graph:
    arcs = np.argsort(problem.site, kind="stable").astype(np.int64)
    cell = np.repeat(np.arange(len(problem.demand), dtype=np.int32), np.diff(problem.start))
    by_site = np.searchsorted(problem.site[arcs], np.arange(problem.sites + 2)).astype(np.int64)
    return Graph(problem.start, problem.site, problem.cost, cell, by_site, arcs)


def _first_state(problem: CapacitatedProblem, price: Floats) -> State:
    sites = problem.sites + 1
    usable = np.arange(sites) < problem.practices
    usable[problem.nobody] = True
    flow = _to_nearest(problem.start, problem.site, problem.cost, problem.demand, price, usable)
    return State(
        capacity=np.append(problem.capacity, np.inf),
        flow=flow,
        load=np.bincount(problem.site, weights=flow, minlength=sites).astype(float),
        price=price.copy(),
        usable=usable,
        move=np.full((sites, sites), np.inf),
        back=np.full((sites, sites), np.inf),
        leaves=np.full((sites, sites), -1, dtype=np.int64),
        enters=np.full((sites, sites), -1, dtype=np.int64),
    )


@kernel
def _to_nearest(start: Starts, site: Ints, cost: Floats, demand: Floats, price: Floats, usable: Flags) -> Floats:
    """Everybody to the usable site with the least cost plus price, whatever its room."""
    flow = np.zeros(len(site))
    for cell in range(len(demand)):
        best = start[cell + 1] - 1
        for at in range(start[cell], start[cell + 1]):
            if usable[site[at]] and cost[at] + price[site[at]] < cost[best] + price[site[best]]:
                best = at
        flow[best] = demand[cell]
    return flow


def worths(assignment: Assignment) -> Floats:
    """(cells,) least cost plus price of each cell's usable sites."""
    problem = assignment.problem
    return _worths(
        problem.start, problem.site, problem.cost, np.maximum(assignment.state.price, 0.0), assignment.state.usable
    )


@kernel
def _worths(start: Starts, site: Ints, cost: Floats, price: Floats, usable: Flags) -> Floats:
    worth = np.empty(len(start) - 1)
    for cell in range(len(worth)):
        worth[cell] = cost[start[cell + 1] - 1]
        for at in range(start[cell], start[cell + 1]):
            if usable[site[at]]:
                worth[cell] = min(worth[cell], cost[at] + price[site[at]])
    return worth


def most_saved(assignment: Assignment, worth: Floats, site: int) -> float:
    """The most that a site's places can save against the cells' worths: those who save most come first."""
    problem = assignment.problem
    graph = assignment.graph
    own = graph.arcs[graph.by_site[site] : graph.by_site[site + 1]]
    saving = worth[graph.cell[own]] - problem.cost[own]
    order = np.argsort(-saving, kind="stable")
    order = order[: int(np.sum(saving > 0))]
    residents: NDArray[np.float64] = problem.demand[graph.cell[own[order]]]
    before = np.cumsum(residents) - residents
    taken = np.clip(problem.capacity[site] - before, 0.0, residents)
    return float(taken @ saving[order])
