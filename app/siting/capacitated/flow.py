"""Least travel of all residents to sites with room: shortest augmenting paths over the sites, not over the cells.

Every site has a price, nought where it has room. A resident of a cell goes where cost plus price is least. Moving a
resident from site j to site k costs the least `cost to k - cost to j` of those at j; a chain of such moves is a path
over the few hundred sites. An overfull site sends residents off along cheapest paths to sites with room; a site with
room and a price calls them in along the paths that gain most (successive shortest paths with prices: Edmonds and Karp
1972; over sinks only: Tokuyama and Nakano 1995).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Flags, Floats, Ints
from geodata.network.kernel import kernel

Starts = NDArray[np.int64]
PARTS = float(1 << 28)
"""Residents are moved in whole parts of one, this many to each. Sums of them are exact up to 2^25 residents: a site
without residents has a load of nought, and every move brings a site nearer to being just full."""


class Graph(NamedTuple):
    """Who can go where; nothing of it changes.

    Parameters
    ----------
    start, site, cost : entries by cell, as in `Ways`; sites are practices, then the candidates in use, then nobody
    cell : of each entry
    by_site, arcs : entries by site
    """

    start: Starts
    site: Ints
    cost: Floats
    cell: Ints
    by_site: Starts
    arcs: Starts


class State(NamedTuple):
    """Who goes where, and what moving costs.

    Parameters
    ----------
    capacity : (sites + 1,) places, without end for nobody, who is the last; none where a site is shut
    flow : (entries,) residents of the cell that go to the site
    load : (sites + 1,) residents of each site
    price : (sites + 1,) of a place
    move, back : (sites + 1, sites + 1) the cheapest move from row to column, and from column to row
    leaves, enters : the two entries of `move`
    """

    capacity: Floats
    flow: Floats
    load: Floats
    price: Floats
    move: Floats
    back: Floats
    leaves: Starts
    enters: Starts


def in_parts(residents: Floats | float) -> Floats:
    """Residents or places in whole parts of one, the nearest number of them."""
    return np.asarray(np.round(np.asarray(residents) * PARTS) / PARTS, dtype=float)


@kernel
def _note(state: State, j: int, k: int, out: int, into: int, w: float) -> None:
    """Keep a move between two sites if it is the cheapest."""
    if w < state.move[j, k]:
        state.move[j, k] = w
        state.back[k, j] = w
        state.leaves[j, k] = out
        state.enters[j, k] = into


@kernel
def _note_cell(graph: Graph, state: State, j: int, arc: int) -> None:
    """Note the moves of a cell's residents at site j to its other sites."""
    i = graph.cell[arc]
    for other in range(graph.start[i], graph.start[i + 1]):
        k = graph.site[other]
        if k != j:
            _note(state, j, k, arc, other, graph.cost[other] - graph.cost[arc])


@kernel
def rescan(graph: Graph, state: State, j: int) -> None:
    """Find anew what moves from site j cost."""
    state.move[j, :] = np.inf
    state.back[:, j] = np.inf
    for at in range(graph.by_site[j], graph.by_site[j + 1]):
        if state.flow[graph.arcs[at]] > 0:
            _note_cell(graph, state, j, graph.arcs[at])


@kernel
def _rescan_nobody(graph: Graph, state: State, gone: int) -> None:
    """The same for those who go to nobody, of whom a cell's are all gone: only what that cell was cheapest for."""
    nobody, cell = len(state.load) - 1, graph.cell[gone]
    for entry in range(graph.start[cell], graph.start[cell + 1]):
        k = graph.site[entry]
        if state.leaves[nobody, k] != gone or k == nobody:
            continue
        state.move[nobody, k] = np.inf
        state.back[k, nobody] = np.inf
        for at in range(graph.by_site[k], graph.by_site[k + 1]):
            into = graph.arcs[at]
            out = graph.start[graph.cell[into] + 1] - 1
            if state.flow[out] > 0:
                _note(state, nobody, k, out, into, graph.cost[into] - graph.cost[out])


@kernel
def _push(graph: Graph, state: State, path: Ints, amount: float) -> None:
    """Move residents along a path of sites, as many as asked for or as there are."""
    steps = len(path) - 1
    out, into = np.empty(steps, dtype=np.int64), np.empty(steps, dtype=np.int64)
    for p in range(steps):
        out[p] = state.leaves[path[p], path[p + 1]]
        into[p] = state.enters[path[p], path[p + 1]]
        amount = min(amount, state.flow[out[p]])
    for p in range(steps):
        state.flow[out[p]] -= amount
        state.flow[into[p]] += amount
    state.load[path[0]] -= amount
    state.load[path[-1]] += amount
    for p in range(steps):
        if state.flow[out[p]] == 0:
            if path[p] == len(state.load) - 1:
                _rescan_nobody(graph, state, out[p])
            else:
                rescan(graph, state, path[p])
    for p in range(steps):
        if state.flow[into[p]] > 0:
            _note_cell(graph, state, path[p + 1], into[p])


@kernel
def _trace(end: int, before: Ints, forward: bool) -> Ints:
    """The path of sites to an end, from where residents leave to where they enter."""
    length, node = 1, end
    while before[node] >= 0:
        node = before[node]
        length += 1
    path = np.empty(length, dtype=np.int32)
    node = end
    for p in range(length):
        path[length - 1 - p if forward else p] = node
        node = before[node]
    return path


@kernel
def _first(distance: Floats, done: Flags) -> int:
    """The nearest site that is not settled; -1 where all that can be reached are."""
    best = -1
    for k in range(len(distance)):
        if not done[k] and distance[k] < (np.inf if best < 0 else distance[best]):
            best = k
    return best


@kernel
def _settle(state: State, source: int, forward: bool, ends: Floats) -> tuple[int, float, Floats, Ints]:
    """Dijkstra over the sites by costs less prices, until the end with the least distance plus `ends` is known."""
    size = len(state.load)
    distance, before = np.full(size, np.inf), np.full(size, -1, dtype=np.int32)
    done = np.zeros(size, dtype=np.bool_)
    distance[source] = 0.0
    end, least, sign = -1, np.inf, 1.0 if forward else -1.0
    ways = state.move if forward else state.back
    while True:
        j = _first(distance, done)
        if j < 0 or distance[j] >= least:
            return end, least, distance, before
        done[j] = True
        if distance[j] + ends[j] < least:
            end, least = j, distance[j] + ends[j]
        for k in range(size):
            if not done[k]:
                far = distance[j] + max(ways[j, k] + sign * (state.price[k] - state.price[j]), 0.0)
                if far < distance[k]:
                    distance[k], before[k] = far, j


@kernel
def send_off(graph: Graph, state: State, source: int) -> None:
    """An overfull site sends residents off until it is just full."""
    while state.load[source] > state.capacity[source]:
        ends = np.where(state.load < state.capacity, 0.0, np.inf)
        end, far, distance, before = _settle(state, source, True, ends)
        for k in range(len(distance)):
            state.price[k] += max(far - distance[k], 0.0)
        amount = min(state.load[source] - state.capacity[source], state.capacity[end] - state.load[end])
        _push(graph, state, _trace(end, before, True), amount)


@kernel
def call_in(graph: Graph, state: State, source: int) -> None:
    """A site with room calls residents in until it is full or its places are worth nothing.

    They come from overfull sites, or from sites whose own price falls to nought on the way.
    """
    while state.price[source] > 0 and state.load[source] < state.capacity[source]:
        over = state.load - state.capacity
        end, far, distance, before = _settle(state, source, False, np.where(over > 0, 0.0, state.price))
        for k in range(len(distance)):
            if distance[k] < far:
                state.price[k] = max(state.price[k] - (far - distance[k]), 0.0)
        if end == source:
            state.price[source] = 0.0
            return
        room = state.capacity[source] - state.load[source]
        _push(graph, state, _trace(end, before, False), min(room, over[end]) if over[end] > 0 else room)


@kernel
def open_up(graph: Graph, state: State, source: int) -> None:
    """Let a site be gone to, at a price at which nobody moves there yet."""
    state.price[source] = 0.0
    for at in range(graph.by_site[source], graph.by_site[source + 1]):
        own = graph.arcs[at]
        i = graph.cell[own]
        for other in range(graph.start[i], graph.start[i + 1]):
            if state.flow[other] > 0:
                j = graph.site[other]
                w = graph.cost[own] - graph.cost[other]
                state.price[source] = max(state.price[source], state.price[j] - w)
                _note(state, j, source, other, own, w)
