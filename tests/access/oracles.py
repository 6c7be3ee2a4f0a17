"""Slow, plain Python answers to the questions of access, to hold the fast ones against."""

import heapq
from dataclasses import replace
from math import hypot

import numpy as np

from app.access.travel import limits
from app.access.trips import make_trips
from geodata.network.modes import read_mode
from geodata.network.snap import snap

MODES = ("drive", "bike", "walk")


STEPS = {"m": 1000, "min": 600}


def plain_costs(trips):
    """Cost from every origin to every destination: Dijkstra with a heap over a graph where each place is a node.

    Every arc's cost is rounded to whole millimetres or tenths of a second, half to the even one.
    """
    graph, cost, steps = trips.graph, trips.cost, STEPS[trips.unit]
    arcs = {}

    def arc(tail, head, price):
        arcs.setdefault(tail, []).append((head, round(price * steps)))

    for e in range(graph.edges):
        if graph.forward[e]:
            arc(int(graph.u[e]), int(graph.v[e]), cost[e])
        if graph.backward[e]:
            arc(int(graph.v[e]), int(graph.u[e]), cost[e])
    for name, ends in (("o", trips.origins), ("d", trips.destinations)):
        for i in range(len(ends.edge)):
            e, f, way = ends.edge[i], ends.fraction[i], ends.way[i]
            if e < 0:
                continue
            u, v = int(graph.u[e]), int(graph.v[e])
            if name == "o":
                if graph.backward[e] or f == 0:
                    arc((name, i), u, way + f * cost[e])
                if graph.forward[e] or f == 1:
                    arc((name, i), v, way + (1 - f) * cost[e])
            else:
                if graph.forward[e] or f == 0:
                    arc(u, (name, i), way + f * cost[e])
                if graph.backward[e] or f == 1:
                    arc(v, (name, i), way + (1 - f) * cost[e])
    for i in range(len(trips.origins.edge)):
        for j in range(len(trips.destinations.edge)):
            e, a, b = trips.origins.edge[i], trips.origins.fraction[i], trips.destinations.fraction[j]
            same = e >= 0 and e == trips.destinations.edge[j]
            if same and ((b >= a and graph.forward[e]) or (b <= a and graph.backward[e])):
                arc(("o", i), ("d", j), trips.origins.way[i] + abs(b - a) * cost[e] + trips.destinations.way[j])
    found = [_from(arcs, ("o", i), len(trips.destinations.edge)) for i in range(len(trips.origins.edge))]
    return np.array(found) / steps


def _from(arcs, start, destinations):
    """Costs from one place to the destinations."""
    best, heap, number = {start: 0.0}, [(0.0, 0, start)], 0
    while heap:
        so_far, _, node = heapq.heappop(heap)
        if so_far > best[node]:
            continue
        for head, price in arcs.get(node, ()):
            if so_far + price < best.get(head, np.inf):
                best[head] = so_far + price
                number += 1
                heapq.heappush(heap, (best[head], number, head))
    return [best.get(("d", j), np.inf) for j in range(destinations)]


def plain_two_nearest(row, member, group):
    """The least cost and the least of another group, from one origin's costs."""
    candidates = sorted((row[m], g) for m, g in zip(member, group, strict=True) if np.isfinite(row[m]))
    if not candidates:
        return (np.inf, np.inf)
    first = candidates[0]
    return first[0], min((cost for cost, g in candidates if g != first[1]), default=np.inf)


def plain_estimate(straight, rules, mode):
    """Road metres for a straight line: never below the estimate of a shorter one."""
    card = rules.value("circuity")
    bounds, factors = card["upto"], card[mode]
    number = sum(straight > bound for bound in bounds)
    return max([straight * factors[number], *(bounds[i] * factors[i] for i in range(number))])


def plain_travel(facts, rules, mode, unit):
    """Cost from every cell to every location of the table, by network or estimate: (cells, locations)."""
    places, graph = facts.locations, facts.graphs.get(mode)
    straight = [[hypot(c.x - p.x, c.y - p.y) for p in places.itertuples()] for c in facts.cells.itertuples()]
    joined = np.zeros((len(facts.cells), len(places)), dtype=bool)
    cost = np.full(joined.shape, np.inf)
    if graph is not None:
        reach = rules.number("snapping")
        at, to = (snap(graph, frame["x"], frame["y"], reach) for frame in (facts.cells, places))
        cost = plain_costs(make_trips(graph, at, to, unit, read_mode(mode).walk_kmh))
        joined = (at.component[:, None] == to.component) & at.covered[:, None] & to.covered
    island = facts.region.island_of
    kmh = rules.value("estimated_speed")[mode]
    for i, home in enumerate(facts.cells["kommunekode"]):
        for j, there in enumerate(places["kommunekode"]):
            if not joined[i, j] and island(home) == island(there):
                metres = plain_estimate(straight[i][j], rules, mode)
                cost[i, j] = min(cost[i, j], metres if unit == "m" else metres / 1000 / kmh * 60)
    return cost, joined, np.array(straight)


def choices(facts, unit):
    """What there is to choose between: (locations by index, open, amounts by practice) of every practice or address."""
    ids = list(facts.locations["location_id"])
    places = {}
    for pair in facts.practice_locations.itertuples():
        places.setdefault(pair.ydernummer, []).append(ids.index(pair.location_id))
    is_open = dict(zip(facts.practices["ydernummer"], facts.practices["intake"] == "open", strict=True))
    if unit == "ydernummer":
        return [(places[number], is_open[number], [number]) for number in places]
    there = {place: [n for n in places if place in places[n]] for place in range(len(ids))}
    return [([place], any(is_open[n] for n in who), who) for place, who in there.items() if who]


def shares(facts):
    """Part of each practice found at each location: by capacities, or equal parts."""
    found = {}
    for number, rows in facts.practice_locations.groupby("ydernummer"):
        total = rows["capacities"].sum()
        for row in rows.itertuples():
            found[number, row.location_id] = row.capacities / total if total else 1 / len(rows)
    return found


def plain_cells(facts, rules):
    """Every metric of every cell: a dict of lists."""
    unit = rules.value("count_unit")
    road, joined, straight = plain_travel(facts, rules, "drive", "m")
    minutes = {mode: plain_travel(facts, rules, mode, "min")[0] for mode in MODES}
    those, limit = choices(facts, unit), limits(facts, rules)
    found = {name: [] for name in ("open_within_limit", "open_within_limit_straight", "all_within_limit")}
    found |= {name: [] for name in ("nearest_open_m", "second_open_m", "nearest_m", "estimated")}
    found |= {f"nearest_open_min_{mode}": [] for mode in MODES} | {f"open_within_standard_{mode}": [] for mode in MODES}
    for i in range(len(facts.cells)):
        ways = {is_open: sorted(min(road[i, places]) for places, o, _ in those if o == is_open) for is_open in (0, 1)}
        every, reached = sorted(ways[0] + ways[1]), ways[1] + [np.inf, np.inf]
        found["open_within_limit"].append(_within(ways[1], limit[i]))
        found["all_within_limit"].append(_within(every, limit[i]))
        lines = [min(straight[i, places]) for places, o, _ in those if o]
        found["open_within_limit_straight"].append(_within(lines, limit[i]))
        found["nearest_open_m"].append(reached[0])
        found["second_open_m"].append(reached[1])
        found["nearest_m"].append([*every, np.inf][0])
        for mode in MODES:
            times = [min(minutes[mode][i, places]) for places, o, _ in those if o]
            found[f"nearest_open_min_{mode}"].append(min([*times, np.inf]))
            found[f"open_within_standard_{mode}"].append(_within(times, rules.value(f"standard_{mode}")["minutes"]))
        found["estimated"].append(_is_estimated(facts, rules, joined[i], straight[i], i, limit[i]))
    return found | _plain_catchments(facts, rules, those, road, minutes, limit)


def _is_estimated(facts, rules, joined, straight, i, limit):
    graph = facts.graphs.get("drive")
    cell = facts.cells.iloc[i]
    if graph is None or not snap(graph, [cell.x], [cell.y], rules.number("snapping")).covered[0]:
        return True
    island = facts.region.island_of
    used = set(facts.practice_locations["location_id"])
    return any(
        not joined[j] and straight[j] <= limit and place.location_id in used
        for j, place in enumerate(facts.locations.itertuples())
        if island(place.kommunekode) == island(cell.kommunekode)
    )


def _within(costs, limit):
    return sum(np.float32(cost) <= np.float32(limit) for cost in costs)


def _plain_catchments(facts, rules, those, road, minutes, limit):
    """E2SFCA, spatial availability and free places, pair by pair."""
    zones, people = rules.value("catchment"), facts.cells["residents"].to_list()
    times, cells = minutes[zones["mode"]], range(len(facts.cells))

    def zone(cost):
        weights = [w for bound, w in zip(zones["minutes"], zones["weights"], strict=True) if np.float32(cost) <= bound]
        return max(weights, default=0.0)

    e2sfca, available, free = ([0.0] * len(people) for _ in range(3))
    for places, _, who in those:
        step = [zone(min(times[i, places])) for i in cells]
        near = [float(np.float32(min(road[i, places])) <= np.float32(limit[i])) for i in cells]
        capacity, spare = _supply(facts, who, places)
        for weights, supply, target in ((step, capacity, e2sfca), (near, spare, free)):
            demand = sum(people[i] * weights[i] for i in cells)
            for i in cells:
                target[i] += 1000 * supply * weights[i] / demand if demand else 0.0
        pull = sum(people[i] * step[i] for i in cells)
        for i in cells:
            available[i] += capacity * people[i] * step[i] / pull if pull else 0.0
    return {"e2sfca": e2sfca, "available_places": available, "free_places_per_1000": free}


def _supply(facts, who, places):
    """Closing limit and free places of practices at some locations, as far as those lie in the region."""
    part, capacity, spare = shares(facts), 0.0, 0.0
    for place in facts.locations.iloc[places].itertuples():
        for practice in facts.practices[facts.practices["ydernummer"].isin(who)].itertuples():
            here = part.get((practice.ydernummer, place.location_id), 0.0)
            if place.kommunekode in facts.region.codes:
                capacity += practice.closing_limit * here
                if practice.intake == "open":
                    spare += max(0, practice.closing_limit - practice.listed_patients) * here
    return capacity, spare


def plain_fragility(facts, rules, inside):
    """(ydernummer, residents) of the closing that takes most of the residents inside below the minimum."""
    unit, least = rules.value("count_unit"), rules.value("minimum_open")
    road, limit = plain_travel(facts, rules, "drive", "m")[0], limits(facts, rules)
    people = facts.cells["residents"].to_numpy()

    def enough(practices):
        those = choices(replace(facts, practices=practices), unit)
        counts = [_within([min(road[i, p]) for p, o, _ in those if o], limit[i]) for i in range(len(facts.cells))]
        return np.array(counts) >= least

    today, best = enough(facts.practices), (None, 0)
    for number in sorted(facts.practices.loc[facts.practices["intake"] == "open", "ydernummer"]):
        without = facts.practices.assign(
            intake=facts.practices["intake"].where(facts.practices["ydernummer"] != number, "closed")
        )
        lost = int(people[inside & today & ~enough(without)].sum())
        best = (number, lost) if lost > best[1] else best
    return best
