"""Small made-up regions for location problems, and what is best in them by trying everything."""

from itertools import combinations
from math import inf

import numpy as np

from app.siting.answer import Budget
from app.siting.median import make_median_problem

PLENTY = Budget(120.0)


def town(seed, cells=None, candidates=None, whole=False):
    """Weights, costs today and a table of costs; in whole numbers there are many ties."""
    rng = np.random.default_rng(seed)
    cells, candidates = cells or int(rng.integers(2, 22)), candidates or int(rng.integers(2, 10))
    costs = np.hypot(*(rng.random((cells, 1, 2)) - rng.random((1, candidates, 2))).transpose(2, 0, 1))
    weight = rng.integers(0, 9, cells).astype(float)
    weight[0] = 1.0
    today = np.full(cells, costs.max() * 1.1) if seed % 3 else rng.random(cells) * costs.max()
    if whole:
        costs, today = np.rint(costs * 20), np.rint(today * 20)
    return weight, today, costs


def problem(weight, today, costs):
    """The same for the solvers."""
    cells, candidates = costs.shape
    every = np.tile(np.arange(candidates, dtype=np.int32), cells)
    start = np.arange(0, cells * candidates + 1, candidates)
    return make_median_problem(weight, today, start, every, costs.ravel(), candidates)


def number(seed, candidates):
    """How many sites to choose."""
    return int(np.random.default_rng(seed + 10**6).integers(1, candidates + 1))


def travel(today, costs, sites):
    """Way that each cell has left."""
    return np.minimum(today, costs[:, list(sites)].min(axis=1, initial=inf))


def placements(candidates, add):
    """Every choice there is."""
    return list(combinations(range(candidates), add))
