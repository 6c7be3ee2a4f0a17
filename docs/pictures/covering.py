"""Draws the pictures of the covering proof in docs/method.md, with the solver: `python docs/pictures/covering.py`."""

from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

from app.siting.answer import Budget
from app.siting.covering.cells import reduce
from app.siting.covering.clock import Clock
from app.siting.covering.heuristics import first_placements
from app.siting.covering.pool import Pool
from app.siting.covering.problem import CoverProblem
from app.siting.covering.rounds import Limits, chain_rounds, envelope_rounds
from app.siting.covering.solve import solve_cover
from app.siting.covering.state import State

HERE = Path(__file__).parent
INK, SMEARED, CHARGED, TRUE = "#222222", "#c8553d", "#2f6f9f", "#4c8c4a"
NEEDS = {1: "#e9d8a6", 2: "#d9a066", 3: "#a65e2e"}
SITES, CELLS, REACH, WANTED = 60, 700, 0.16, 5


def region():
    """Cells around five towns, sites among them, needs of one to three by chance."""
    random = np.random.default_rng(10)
    towns = random.uniform(0.12, 0.88, (7, 2))
    home = np.clip(towns[random.integers(0, 7, CELLS)] + random.normal(0, 0.09, (CELLS, 2)), 0.01, 0.99)
    place = np.clip(towns[random.integers(0, 7, SITES)] + random.normal(0, 0.09, (SITES, 2)), 0.02, 0.98)
    need = random.choice([1, 2, 3], CELLS, p=[0.3, 0.4, 0.3])
    near = np.hypot(*(home[:, None] - place[None]).transpose(2, 0, 1)) <= REACH
    start = np.concatenate([[0], np.cumsum(near.sum(axis=1))])
    weight = random.integers(1, 40, CELLS)
    return home, place, CoverProblem(weight, need, start, np.nonzero(near)[1], SITES)


def draw_shares():
    """Two cells, one that needs one site and one that needs two, and an amount of x smeared over four sites."""
    amount = np.linspace(0, 3, 301)
    envelope = 10 * np.minimum(1, amount) + 10 * np.minimum(1, amount / 2)
    figure, axis = plt.subplots(figsize=(6.4, 3.6))
    axis.plot(amount, envelope, color=SMEARED, lw=2, label="(E) alone: each cell by itself")
    axis.plot(amount, np.minimum(envelope, 10 * amount), color=CHARGED, lw=2, label="(E) and (P): z₁ + z₂ ≤ x(U)")
    axis.plot([0, 1, 2, 3], [0, 10, 20, 20], "o", color=TRUE, ms=8, label="whole placements")
    axis.annotate(
        "half of the second cell\nfor nothing", (1, 15), (0.15, 18), arrowprops={"arrowstyle": "->"}, fontsize=9
    )
    axis.set_xlabel("x(U): how many sites within reach of both cells")
    axis.set_ylabel("residents lifted")
    axis.set_xticks([0, 1, 2, 3])
    axis.legend(loc="lower right", frameon=False, fontsize=9)
    save(figure, "cover-shares.svg")


def relax(problem):
    """Bounds round by round, and x at the end of (E) and of (P)."""
    reduced = reduce(problem, WANTED)
    state = State(reduced.cells, WANTED, Pool(1, True), Clock(Budget(60.0)))
    first_placements(state)
    limits = Limits(most=60, tail=1e-6, window=6)
    bounds = []
    first = envelope_rounds(state, limits)
    state.pool = Pool(1, True)
    last = chain_rounds(state, first, limits, lambda now: bounds.append(now.bound))
    spread = [np.zeros(SITES), np.zeros(SITES)]
    for x, now in zip(spread, (first, last), strict=True):
        x[reduced.names] = now.x
    return [first.bound, *np.minimum.accumulate(bounds)], spread


def draw_search():
    home, place, problem = region()
    bounds, spread = relax(problem)
    answer = solve_cover(problem, WANTED, Budget(60.0))
    best = answer.best.value
    chosen = np.zeros(SITES)
    chosen[list(answer.best.sites)] = 1.0
    figure, axes = plt.subplots(1, 4, figsize=(13, 3.6), gridspec_kw={"width_ratios": [1, 1, 1, 1.25]})
    titles = (
        f"(E): bound {bounds[0]:,.0f}",
        f"(E) and (P): bound {bounds[-1]:,.0f}",
        f"the answer, optimal: {best:,.0f}",
    )
    for axis, x, title in zip(axes[:3], (*spread, chosen), titles, strict=True):
        axis.scatter(*home.T, rasterized=True, s=5, color=[NEEDS[n] for n in problem.need], zorder=1)
        axis.scatter(*place.T, s=8, color="#777777", zorder=2)
        axis.scatter(*place.T, s=260 * x, color=CHARGED, alpha=0.75, edgecolor=INK, zorder=3)
        axis.set_title(title, fontsize=10)
        axis.set_aspect("equal")
        axis.axis("off")
    axes[3].plot(range(len(bounds)), bounds, color=CHARGED, lw=2, label="bound")
    axes[3].axhline(best, color=TRUE, lw=2, label="best placement")
    axes[3].set_xlabel("rounds of (P)")
    axes[3].set_title("bound, round by round", fontsize=10)
    axes[3].legend(frameon=False, fontsize=9)
    save(figure, "cover-search.png")


def save(figure, name):
    figure.tight_layout()
    undated = {"Date": None} if name.endswith("svg") else {}
    figure.savefig(HERE / name, metadata=undated, dpi=110)
    plt.close(figure)


if __name__ == "__main__":
    mpl.rcParams["svg.hashsalt"] = "laegevalg"
    draw_shares()
    draw_search()
