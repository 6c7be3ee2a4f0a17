"""The edge-based graph of the textbooks, made arm by arm in plain Python: a state for every street and direction.

It knows nothing of ports. A state means: this street has been travelled in this direction, to its end, or a trip begins
at that end. A place at a junction may go any way from there, whatever street it lies on. Only the search
itself is SciPy's.
"""

from functools import cache
from math import atan2, degrees

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

STEPS = 600


class Junctions:
    """Delays and turns of a profile, one arm (edge, end) at a time, in tenths of a second."""

    def __init__(self, graph, profile):
        self.graph, self.profile = graph, profile
        self.at = {}
        for name in ("loud", "rank", "heading"):
            setattr(self, name, cache(getattr(self, name)))
        for e in range(graph.edges):
            self.at.setdefault(int(graph.u[e]), []).append((e, 0))
            self.at.setdefault(int(graph.v[e]), []).append((e, 1))

    def loud(self, node, quiet):
        return sum(str(self.graph.highway[e]) not in quiet for e, _ in self.at[node])

    def rank(self, e):
        name = str(self.graph.highway[e])
        return next((i + 1 for i, group in enumerate(self.profile.junction.rank) if name in group), 0)

    def delay(self, e, end):
        card = self.profile.junction
        if card is None:
            return 0
        node = int((self.graph.u, self.graph.v)[end][e])
        control = int((self.graph.control_u, self.graph.control_v)[end][e])
        if control == 2:
            return round(card.signals_s * 10)
        if self.loud(node, card.quiet) < card.arms:
            return 0
        gives_way = control == 1 or any(self.rank(other) > self.rank(e) for other, _ in self.at[node])
        return round((card.give_way_s if gives_way else card.other_s) * 10)

    def heading(self, e, end):
        """Degrees in which an arm leaves its node."""
        graph = self.graph
        line = graph.shape_xy[graph.shape_start[e] : graph.shape_start[e + 1]]
        (x0, y0), (x1, y1) = line[:2] if end == 0 else line[:-3:-1]
        return degrees(atan2(y1 - y0, x1 - x0))

    def turn(self, arrived, leaving):
        card = self.profile.turn
        node = int((self.graph.u, self.graph.v)[arrived[1]][arrived[0]])
        main = card is not None and any(str(self.graph.highway[e]) in card.main for e, _ in self.at[node])
        if not main or self.loud(node, card.quiet) < card.arms:
            return 0
        if arrived == leaving:
            return round(card.back_s * 10)
        change = (self.heading(*leaving) - self.heading(*arrived) - 180) % 360
        change = change - 360 if change > 180 + 1e-7 else change
        if abs(change) <= card.straight_deg + 1e-7:
            return 0
        return round((card.left_s if change > 0 else card.right_s) * 10)


def edge_based(graph, cost, profile, origins, destinations):
    """Minutes from every origin to every destination, infinite where there is no way."""
    junctions = Junctions(graph, profile)
    states = [(e, end) for e in range(graph.edges) for end in (0, 1)]
    number = {state: i for i, state in enumerate(states)}
    first_origin, first_place = len(states), len(states) + len(origins.edge)
    arcs = {}

    def arc(tail, head, price):
        arcs[tail, head] = min(price, arcs.get((tail, head), np.inf))

    def onward(state):
        """Arms where a state has arrived, and what it costs to turn into them, open that way or not."""
        e, end = state
        delay = junctions.delay(e, end)
        for other, its_end in junctions.at[int((graph.u, graph.v)[end][e])]:
            yield (other, its_end), delay + junctions.turn(state, (other, its_end))

    into = {}
    for state in states:
        for (other, its_end), price in onward(state):
            if (graph.forward, graph.backward)[its_end][other]:
                arc(number[state], number[other, 1 - its_end], price + _steps(cost[other]))
            into.setdefault((other, its_end), []).append((number[state], price))
    for i, (e, f, way) in enumerate(zip(origins.edge, origins.fraction, origins.way, strict=True)):
        for end in (0, 1):
            if e >= 0 and ((graph.backward, graph.forward)[end][e] or f == end):
                arc(first_origin + i, number[e, end], _steps(way + (f if end == 0 else 1 - f) * cost[e]))
    for j, (e, f, way) in enumerate(zip(destinations.edge, destinations.fraction, destinations.way, strict=True)):
        for end in (0, 1):
            free = e >= 0 and ((graph.forward, graph.backward)[end][e] or f == end)
            for state, price in into.get((e, end), ()) if free else ():
                arc(state, first_place + j, price + _steps(way + (f if end == 0 else 1 - f) * cost[e]))
        for i in np.flatnonzero((origins.edge == e) & (e >= 0)):
            ahead = f - origins.fraction[i]
            if (ahead >= 0 and graph.forward[e]) or (ahead <= 0 and graph.backward[e]):
                arc(first_origin + i, first_place + j, _steps(origins.way[i] + abs(ahead) * cost[e] + way))
    size = first_place + len(destinations.edge)
    tail, head = np.array(list(arcs), dtype=np.int64).reshape(-1, 2).T
    against = csr_array((np.array(list(arcs.values()), dtype=float), (head, tail)), shape=(size, size))
    found = dijkstra(against, indices=np.arange(first_place, size))
    return found[:, first_origin:first_place].T / STEPS


def _steps(minutes):
    return int(np.rint(minutes * STEPS))
