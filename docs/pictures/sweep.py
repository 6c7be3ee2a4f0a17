"""Draws the pictures of the engine in docs/method.md, from the engine itself: `python docs/pictures/sweep.py`."""

from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

from app.access.costs import Arcs
from app.access.sweep.contraction import contract
from app.access.sweep.customization import customize
from app.access.sweep.phast import LANES, climb, sweep
from geodata.network.graph import make_graph

HERE = Path(__file__).parent
WIDE, HIGH, LIMIT = 7, 4, 90
INK, STREET, SHORTCUT, FAR = "#222222", "#9aa5b1", "#c8553d", "#d9dde2"


def town():
    """A small town: a grid of streets, some closed, with a river that one bridge crosses."""
    node = np.arange(WIDE * HIGH).reshape(HIGH, WIDE)
    across, upward = (
        np.stack(pair, -1).reshape(-1, 2) for pair in ((node[:, :-1], node[:, 1:]), (node[:-1], node[1:]))
    )
    streets = np.concatenate([across, upward])
    river = (streets[:, 0] % WIDE == 3) & (streets[:, 1] % WIDE == 4) & (streets[:, 0] // WIDE != 1)
    streets = streets[~river]
    y, x = np.divmod(np.arange(WIDE * HIGH), WIDE)
    xy = np.column_stack([x + 0.12 * np.sin(3 * y), y + 0.12 * np.cos(2 * x)]).astype(float)
    cost = np.rint(20 * np.hypot(*(xy[streets[:, 0]] - xy[streets[:, 1]]).T))
    yes = np.ones(len(streets), dtype=bool)
    return make_graph("drive", xy, *streets.T, cost, cost, yes, yes, np.full(len(streets), ""))


def level(tree):
    """How many ancestors each position has."""
    levels = np.zeros(tree.nodes, dtype=int)
    for p in range(tree.nodes):
        if tree.first[p + 1] > tree.first[p]:
            levels[p] = levels[tree.head[tree.first[p + 1] - 1]] + 1
    return levels


def draw_contraction(graph, tree):
    node = np.argsort(tree.position)
    streets = {tuple(sorted(pair)) for pair in zip(tree.position[graph.u], tree.position[graph.v], strict=True)}
    figure, (plan, climbed) = plt.subplots(1, 2, figsize=(11, 4.2))
    deep = level(tree)
    place = np.column_stack([graph.x, graph.y])[node]
    for axis, xy in ((plan, place), (climbed, np.column_stack([place[:, 0] + 0.25 * place[:, 1], -deep]))):
        for p in range(tree.nodes):
            for a in tree.head[tree.first[p] : tree.first[p + 1]]:
                real = (min(a, p), max(a, p)) in streets
                axis.plot(
                    *xy[[a, p]].T,
                    color=STREET if real else SHORTCUT,
                    lw=1.6 if real else 0.9,
                    ls="-" if real else "--",
                    zorder=1,
                )
        axis.scatter(*xy.T, s=210, color="white", edgecolor=INK, zorder=2)
        for p in range(tree.nodes):
            axis.annotate(str(p), xy[p], ha="center", va="center", fontsize=8, zorder=3)
        axis.axis("off")
    plan.set_title("The town: streets, and shortcuts dashed", fontsize=10)
    climbed.set_title("The same, every node below its upper neighbours", fontsize=10)
    save(figure, "contraction.svg")


def draw_sweep(graph, tree, home):
    cost, climbed, live = np.empty((tree.nodes, LANES), np.uint16), *np.empty((2, tree.nodes), np.bool_)
    whole = graph.length_m.astype(np.int64)
    arcs = Arcs(np.concatenate([graph.u, graph.v]), np.concatenate([graph.v, graph.u]), np.concatenate([whole, whole]))
    metric = customize(tree, arcs, np.uint16)
    start = tree.position[[home]].astype(np.int64)
    cost[start] = np.iinfo(np.uint16).max
    cost[start, 0] = 0
    climb(tree.first, tree.head, metric.down, start, cost, climbed)
    up = np.where(climbed, cost[:, 0], 0)
    sweep(tree.first, tree.head, tree.size, metric.up, np.uint16(LIMIT), cost, climbed, live)
    node = np.argsort(tree.position)
    xy = np.column_stack([graph.x, graph.y])[node]
    figure, axes = plt.subplots(1, 2, figsize=(11, 4.2))
    shown = (
        (climbed, up, "1. The climb: from the practice (bold) to the top"),
        (live & (cost[:, 0] <= LIMIT), cost[:, 0], f"2. The sweep: 0, 1, 2, ... as far as {LIMIT}; grey is beyond"),
    )
    for axis, (known, value, title) in zip(axes, shown, strict=True):
        for u, v in zip(graph.u, graph.v, strict=True):
            axis.plot(graph.x[[u, v]], graph.y[[u, v]], color=STREET, lw=1.4, zorder=1)
        bold = np.where(np.arange(tree.nodes) == tree.position[home], 2.4, 0.8)
        axis.scatter(
            *xy.T, s=260, color=[("#f3c9a5" if k else FAR) for k in known], edgecolor=INK, linewidth=bold, zorder=2
        )
        for p in np.flatnonzero(known):
            axis.annotate(str(value[p]), xy[p], ha="center", va="center", fontsize=8, zorder=3)
        axis.set_title(title, fontsize=10)
        axis.axis("off")
    save(figure, "sweep.svg")


def save(figure, name):
    figure.tight_layout()
    figure.savefig(HERE / name, metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    mpl.rcParams["svg.hashsalt"] = "laegevalg"
    small = town()
    draw_contraction(small, contract(small))
    draw_sweep(small, contract(small), home=WIDE + 1)
