"""Small covering questions for tests, and the slow truth about them."""

from itertools import combinations

import numpy as np

from app.siting.covering.problem import CoverProblem


def make_problem(rows, weight, need, candidates, **more):
    """A question from each cell's candidates."""
    start = np.cumsum([0, *map(len, rows)])
    flat = np.array([c for row in rows for c in row], dtype=np.int32)
    return CoverProblem(np.array(weight, dtype=float), np.array(need), start, flat, candidates, **more)


def random_problem(seed, most_sites=11, most_cells=70):
    """Random or geometric, whole or real weights, needs of one kind or mixed."""
    random = np.random.default_rng(seed)
    sites, cells = int(random.integers(3, most_sites + 1)), int(random.integers(1, most_cells + 1))
    if random.random() < 0.5:
        near = random.random((cells, sites)) < random.uniform(0.1, 0.6)
    else:
        place, home = random.random((sites, 2)), random.random((cells, 2))
        near = np.hypot(*(home[:, None] - place[None]).transpose(2, 0, 1)) < random.uniform(0.15, 0.5)
    weight = random.integers(0, 30, cells) if random.random() < 0.6 else random.gamma(1.0, 10.0, cells)
    most = int(random.integers(1, 5))
    need = random.integers(1, most + 1, cells) if random.random() < 0.8 else np.full(cells, most)
    return make_problem([np.flatnonzero(row) for row in near], weight, need, sites)


def slow_value(problem, sites):
    """Weight lifted, cell by cell."""
    lifted = 0.0
    for i in range(problem.cells):
        near = problem.candidate[problem.start[i] : problem.start[i + 1]]
        if len(set(near.tolist()) & set(sites)) >= problem.need[i]:
            lifted += problem.weight[i]
    return lifted


def all_values(problem, add):
    """Every placement of so many sites and its value, best first."""
    free = [j for j in range(problem.candidates) if j not in problem.forbidden]
    placements = [s for s in combinations(free, add) if set(problem.fixed) <= set(s)]
    chosen = np.zeros((len(placements), problem.candidates))
    for k, sites in enumerate(placements):
        chosen[k, list(sites)] = 1
    near = np.zeros((problem.cells, problem.candidates))
    near[np.repeat(np.arange(problem.cells), np.diff(problem.start)), problem.candidate] = 1
    values = (chosen @ near.T >= problem.need) @ problem.weight
    order = np.argsort(-values, kind="stable")
    return [(placements[k], float(values[k])) for k in order]
