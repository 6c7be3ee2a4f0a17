"""`make bench-denmark`: how the engine grows from a town to the whole country; written to docs/benchmarks-denmark.md.

The country is made up: junctions around towns of all sizes, streets as in an Urquhart graph (Urquhart 1980), 1.5 million
nodes, 680,000 cells and 4,700 practices. Each size runs in a process of its own, in parts of 256 practices whose rows
are counted and let go, as one would who keeps only what the findings need.
"""

import json
import os
import platform
import resource
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay

from app.access.costs import whole_costs
from app.access.sweep.contraction import contract
from app.access.sweep.customization import customize
from app.access.sweep.engine import SweepEngine
from app.access.sweep.executor import Processes, Threads
from app.access.trips import Ends, Trips
from geodata.network.graph import main_components, make_graph

ROOT = Path(__file__).parents[2]
SIZES = (50_000, 150_000, 500_000, 1_500_000)
CELLS, PRACTICES = 680 / 1500, 4.7 / 1500
PART, MINUTES, KMH = 256, 15.0, (40, 50, 60, 80)
SPACING = 160.0
"""Metres between junctions, on average, in towns and country together."""


def country(nodes, seed=5):
    """A street network with so many junctions, three in four of them around towns."""
    rng = np.random.default_rng(seed)
    side = SPACING * np.sqrt(nodes)
    towns = rng.uniform(0, side, (max(nodes // 3000, 3), 2))
    share = rng.pareto(1.1, len(towns)) + 0.2
    home = rng.choice(len(towns), 3 * nodes // 4, p=share / share.sum())
    around = towns[home] + rng.normal(0, 1, (len(home), 2)) * 900 * np.sqrt(share[home])[:, None]
    xy = np.concatenate([around, rng.uniform(0, side, (nodes - len(home), 2))])
    triangles = Delaunay(xy).simplices
    sides = np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]], axis=2)
    length = np.hypot(*np.moveaxis(xy[sides[..., 0]] - xy[sides[..., 1]], -1, 0))
    key = sides[..., 0].astype(np.int64) * nodes + sides[..., 1]
    longest = np.take_along_axis(key, length.argmax(axis=1)[:, None], axis=1)
    u, v = np.divmod(np.setdiff1d(key, longest), nodes)
    metres = np.hypot(*(xy[u] - xy[v]).T) * 1.1 + 1
    kept = bridged(xy[u], xy[v], side, rng)
    kept |= needed(nodes, u, v, np.where(kept, metres, metres * 1e4))
    u, v, metres = u[kept], v[kept], metres[kept]
    minutes = metres / 1000 / rng.choice(KMH, len(u)) * 60
    yes = np.ones(len(u), dtype=bool)
    one_way = (rng.random(len(u)) < 0.05) & (metres < SPACING / 4)
    graph = make_graph("drive", xy, u, v, metres, minutes, yes, ~one_way, np.full(len(u), ""))
    return main_components(graph, np.zeros(nodes, dtype=np.int32))


def needed(nodes, u, v, cost):
    """Which streets a country cannot do without, so that all of it hangs together: a cheapest tree."""
    number = coo_array((np.arange(1.0, len(u) + 1), (u, v)), shape=(nodes, nodes)).tocsr()
    tree = minimum_spanning_tree(coo_array((cost, (u, v)), shape=(nodes, nodes)).tocsr()).tocoo()
    found = np.zeros(len(u), dtype=bool)
    found[number[tree.row, tree.col].astype(np.int64) - 1] = True
    return found


def bridged(start, end, side, rng):
    """Which streets remain where water, railways and fields part a country: the larger the pieces, the fewer cross.

    Of n junctions in a square, real networks have about n^(1/3) streets between its halves, random points n^(1/2); so
    across the middle of a square of k x k junctions k^(-1/3) of the streets are kept, down to squares of 8 x 8.
    """
    kept, undecided, square = np.ones(len(start), dtype=bool), np.ones(len(start), dtype=bool), side
    while square / SPACING >= 8:
        half = square / 2
        across = undecided & (np.floor(start / half) != np.floor(end / half)).any(axis=1)
        kept[across] = rng.random(across.sum()) < (square / SPACING) ** (-1 / 3)
        undecided, square = undecided & ~across, half
    return kept


def trips_in(graph, seed=6):
    """Cells and practices at random places on the streets."""
    rng = np.random.default_rng(seed)

    def ends(count):
        edge = rng.integers(0, graph.edges, count).astype(np.int32)
        return Ends(edge, rng.random(count), rng.uniform(0, 1, count), graph.component[graph.u[edge]])

    return Trips(graph, graph.minutes, "min", ends(round(graph.nodes * CELLS)), ends(round(graph.nodes * PRACTICES)))


def in_parts(engine, trips):
    """Pairs within reach, found part by part; neighbours go into the same part."""
    places = trips.destinations
    west = trips.graph.x[trips.graph.u[places.edge]]
    order, pairs = np.argsort(west, kind="stable"), 0
    for first in range(0, len(order), PART):
        own = order[first : first + PART]
        pairs += len(
            engine.within(replace(trips, destinations=Ends(*(a[own] for a in vars(places).values()))), MINUTES).cell
        )
    return pairs


def measure(nodes):
    """One size: seconds of CPU of each step, and the most memory the process held."""
    contract(country(2000)), SweepEngine(executor=Threads(1)).within(trips_in(country(2000)), MINUTES)
    graph = country(nodes)
    trips = trips_in(graph)
    laps = [process_time()]
    tree = contract(graph)
    laps.append(process_time())
    arcs = whole_costs(trips).arcs
    customize(tree, arcs, np.uint16)
    laps.append(process_time())
    engine = SweepEngine(executor=Threads(1))
    engine.hold(graph, tree)
    laps.append(process_time())
    pairs = in_parts(engine, trips)
    laps.append(process_time())
    order, customized, _, swept = np.diff(laps)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    found = {
        "nodes": graph.nodes,
        "edges": graph.edges,
        "cells": len(trips.origins.edge),
        "practices": len(trips.destinations.edge),
    }
    found |= {
        "arcs": tree.arcs,
        "order": order,
        "customize": customized,
        "sweep": swept,
        "pairs": pairs,
        "memory": memory,
    }
    if nodes == SIZES[0]:
        several = SweepEngine(executor=Processes(2))
        several.hold(graph, tree)
        found["same"] = in_parts(several, trips) == pairs
    return found


def write(rows):
    """The page and its picture."""
    lines = [
        "# The whole country",
        "",
        f"Written by `make bench-denmark`; do not edit. {os.cpu_count()} cores, Python {platform.python_version()}; {datetime.now(UTC).date()}. A made-up country, "
        f"costs within {MINUTES:.0f} minutes by car, in parts of {PART} practices, seconds of CPU on one core, compiled beforehand. The machine is shared: read how it grows.",
        "",
        "| nodes | edges | arcs with shortcuts | cells | practices | order and contract, s | customize, s | all parts, s | pairs | memory, MB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {r['nodes']:,} | {r['edges']:,} | {r['arcs']:,} | {r['cells']:,} | {r['practices']:,} | {r['order']:.1f} | {r['customize']:.2f} | {r['sweep']:.2f} | {r['pairs']:,} | {r['memory'] / 1e6:,.0f} |"
        for r in rows
    ]
    same = "gave" if rows[0]["same"] else "DID NOT GIVE"
    lines += [
        "",
        f"Two processes {same} the same number of pairs as one thread (smallest size).",
        "",
        "![Growth of time with size](pictures/denmark.svg)",
        "",
    ]
    (ROOT / "docs" / "benchmarks-denmark.md").write_text("\n".join(lines), encoding="utf-8")
    mpl.rcParams["svg.hashsalt"] = "laegevalg"
    figure, axis = plt.subplots(figsize=(6.5, 4))
    nodes = [row["nodes"] for row in rows]
    for step, label in (("order", "order and contract (once)"), ("customize", "customize"), ("sweep", "all parts")):
        axis.loglog(nodes, [row[step] for row in rows], marker="o", label=label)
    axis.loglog(nodes, [rows[0]["order"] * n / nodes[0] for n in nodes], ls=":", color="grey", label="in proportion")
    axis.set(xlabel="nodes", ylabel="seconds of CPU")
    axis.legend()
    figure.tight_layout()
    figure.savefig(ROOT / "docs" / "pictures" / "denmark.svg", metadata={"Date": None})


def main():
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1])), default=float))
        return
    rows = []
    for size in SIZES:
        done = subprocess.run([sys.executable, __file__, str(size)], check=True, stdout=subprocess.PIPE, text=True)
        rows.append(json.loads(done.stdout))
        print(rows[-1], flush=True)
    write(rows)


if __name__ == "__main__":
    main()
