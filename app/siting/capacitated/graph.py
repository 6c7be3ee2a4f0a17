"""The graph of an assignment grows by the candidates that come into use, and its state with it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Floats, Ints
from app.siting.capacitated.flow import Graph, State
from app.siting.capacitated.reach import Reach
from app.siting.median.problem import Starts
from geodata.network.kernel import kernel


def make_graph(start: Starts, site: Ints, cost: Floats, sites: int) -> Graph:
    """Who can go where.

    Parameters
    ----------
    start, site, cost : entries by cell, nobody last in each
    sites : practices and candidates in use; nobody is the next
    """
    cell = np.repeat(np.arange(len(start) - 1, dtype=np.int32), np.diff(start))
    by_site, arcs = _by_site(site, sites + 1)
    return Graph(start, site, cost, cell, by_site, arcs)


@kernel
def _by_site(site: Ints, sites: int) -> tuple[Starts, Starts]:
    """Entries of each site, in their order: counted, then put."""
    start = np.zeros(sites + 1, dtype=np.int64)
    for one in site:
        start[one + 1] += 1
    for k in range(sites):
        start[k + 1] += start[k]
    at, arcs = start[:-1].copy(), np.empty(len(site), dtype=np.int64)
    for entry in range(len(site)):
        arcs[at[site[entry]]] = entry
        at[site[entry]] += 1
    return start, arcs


def grown(graph: Graph, state: State, reach: Reach, candidates: list[int]) -> tuple[Graph, State]:
    """The graph with some candidates more, in their order before nobody, and a state in which they have no places."""
    rows = [reach.of(candidate) for candidate in candidates]
    old = len(state.load) - 1
    cell = np.concatenate([cells for cells, _ in rows]) if rows else np.empty(0, dtype=np.int32)
    cost = np.concatenate([costs for _, costs in rows]) if rows else np.empty(0)
    site = np.repeat(np.arange(old, old + len(rows), dtype=np.int32), [len(cells) for cells, _ in rows])
    start, sites, costs, moved = _merged(graph.start, graph.site, graph.cost, cell, site, cost, old + len(rows))
    flow = np.zeros(len(sites))
    flow[moved] = state.flow
    return make_graph(start, sites, costs, old + len(rows)), State(
        capacity=np.insert(state.capacity, old, np.zeros(len(rows))),
        flow=flow,
        load=np.insert(state.load, old, np.zeros(len(rows))),
        price=np.insert(state.price, old, np.zeros(len(rows))),
        move=_spread(state.move, len(rows), np.inf),
        back=_spread(state.back, len(rows), np.inf),
        leaves=_renamed(_spread(state.leaves, len(rows), -1), moved),
        enters=_renamed(_spread(state.enters, len(rows), -1), moved),
    )


@kernel
def _merged(
    start: Starts, site: Ints, cost: Floats, new_cell: Ints, new_site: Ints, new_cost: Floats, nobody: int
) -> tuple[Starts, Ints, Floats, Starts]:
    """Entries by cell with new ones before nobody, and where each old one went."""
    cells = len(start) - 1
    more = np.zeros(cells + 1, dtype=np.int64)
    for cell in new_cell:
        more[cell + 1] += 1
    for i in range(cells):
        more[i + 1] += more[i]
    begin = start + more
    sites, costs = np.empty(begin[-1], dtype=np.int32), np.empty(begin[-1])
    moved, free = np.empty(len(site), dtype=np.int64), np.empty(cells, dtype=np.int64)
    for i in range(cells):
        last = start[i + 1] - 1
        for at in range(start[i], last):
            moved[at] = at + more[i]
        free[i] = last + more[i]
        moved[last] = begin[i + 1] - 1
        for at in range(start[i], start[i + 1]):
            sites[moved[at]], costs[moved[at]] = site[at], cost[at]
        sites[moved[last]] = nobody
    for entry in range(len(new_cell)):
        i = new_cell[entry]
        sites[free[i]], costs[free[i]] = new_site[entry], new_cost[entry]
        free[i] += 1
    return begin, sites, costs, moved


def _spread(square: NDArray[Any], more: int, empty: float) -> NDArray[Any]:
    """A table of sites by sites with some more before the last."""
    old = len(square) - 1
    wide = np.full((old + more + 1, old + more + 1), empty, dtype=square.dtype)
    kept = np.append(np.arange(old), old + more)
    wide[np.ix_(kept, kept)] = square
    return wide


def _renamed(entries: Starts, moved: Starts) -> Starts:
    return np.where(entries >= 0, moved[np.maximum(entries, 0)], -1)
