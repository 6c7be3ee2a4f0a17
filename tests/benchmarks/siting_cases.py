"""Location problems of the size that matters, made from seeds, and the sample region with its practices' places."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from app.access.findings import MODES
from app.access.matrix import gather
from app.access.metrics import Case, capacity
from app.siting.answer import Budget
from app.siting.capacitated import make_capacitated_problem
from app.siting.center import solve_center
from app.siting.median import make_median_problem
from geodata import units

SIDE = 60_000.0
"""Metres of the made-up region's sides."""
TOWNS = 60
NEAR = 400
"""Candidates kept for each cell when all sites are new; how far that goes is checked at the answer."""
BEYOND_ROW = f"Each cell sees its {NEAR} nearest candidates; beyond them it would be charged the way to the next one, a lower bound."


def random_graph(nodes, seed):
    """Shortest ways in a random graph as in Beasley's p-median problems: n^2/50 edges of 1 to 100, and a ring through all.

    Beasley, J. E. (1985). A note on solving large p-median problems. European Journal of Operational Research 21, 270-273.
    """
    rng = np.random.default_rng(seed)
    edges = nodes * nodes // 50
    tail = np.concatenate([rng.integers(0, nodes, edges), np.arange(nodes)])
    head = np.concatenate([rng.integers(0, nodes, edges), (np.arange(nodes) + 1) % nodes])
    cost = rng.integers(1, 101, len(tail)).astype(float)
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort([cost, high, low])
    low, high, cost = low[order], high[order], cost[order]
    first = np.concatenate([[True], (low[1:] != low[:-1]) | (high[1:] != high[:-1])]) & (low != high)
    ways = dijkstra(coo_array((cost[first], (low[first], high[first])), shape=(nodes, nodes)).tocsr(), directed=False)
    start = np.arange(0, nodes * nodes + 1, nodes)
    every = np.tile(np.arange(nodes, dtype=np.int32), nodes)
    return make_median_problem(np.ones(nodes), np.full(nodes, ways.max() + 1), start, every, ways.ravel(), nodes)


def scattered(count, rng, towns, size):
    """Points around towns, and three in ten anywhere."""
    near = int(count * 0.7)
    home = rng.choice(TOWNS, near, p=size / size.sum())
    around = towns[home] + rng.normal(0, 900, (near, 2)) * np.sqrt(size[home])[:, None]
    return np.clip(np.concatenate([around, rng.uniform(0, SIDE, (count - near, 2))]), 0, SIDE)


def made_up_region(cells, candidates, practices, seed=1):
    """Cells, candidates, practices and residents."""
    rng = np.random.default_rng(seed)
    towns, size = rng.uniform(0, SIDE, (TOWNS, 2)), rng.pareto(1.2, TOWNS) + 0.2
    places = [scattered(count, rng, towns, size) for count in (cells, candidates, practices)]
    return *places, np.ceil(rng.pareto(1.5, cells) * 8).clip(1, 400)


def all_new(cells, candidates, seed=1):
    """Nobody has a practice today; each cell sees its nearest candidates, and is charged the next one's way beyond them."""
    at, sites, _, residents = made_up_region(cells, candidates, 0, seed)
    far, near = cKDTree(sites).query(at, k=NEAR + 1)
    far = far.astype(np.float32)
    start = np.arange(0, cells * NEAR + 1, NEAR)
    entries = near[:, :-1].astype(np.int32).ravel()
    return make_median_problem(residents, far[:, -1].astype(float), start, entries, far[:, :-1].ravel(), candidates)


def all_new_within(cells, candidates, add, seed=1):
    """Nobody has a practice today; each cell sees every candidate within the longest way that known sites leave.

    A better choice leaves nobody farther than that, so nothing is left out that p-center's answer could need. The sites
    come from p-center among few cells taken far-off-first (Gonzalez 1985), whose way is then measured to every cell.
    """
    at, sites, _, residents = made_up_region(cells, candidates, 0, seed)
    limit = np.inf
    for few, seconds in FEW_CELLS:
        near = far_off_first(at, few)
        reach = min(limit, way_left(at, sites[cKDTree(sites).query(at[near[:add]])[1]]))
        found = solve_center(seen_within(at[near], np.ones(few), sites, reach), add, Budget(seconds))
        limit = min(reach, way_left(at, sites[list(found.best.sites)]))
    return seen_within(at, residents, sites, limit)


FEW_CELLS = ((500, 10.0), (2000, 20.0))
"""Cells from which the longest way is bounded first, and seconds for each."""


def far_off_first(at, count):
    """Points, each the farthest from those before it."""
    chosen, way = [0], np.hypot(*(at - at[0]).T)
    while len(chosen) < count:
        chosen.append(int(np.argmax(way)))
        way = np.minimum(way, np.hypot(*(at - at[chosen[-1]]).T))
    return np.array(chosen)


def way_left(at, sites):
    """The longest way of any point to the nearest site."""
    return float(cKDTree(sites).query(at)[0].max())


def seen_within(at, residents, sites, limit):
    """Cells that see all candidates within a limit, which is what they travel today."""
    tree = cKDTree(sites)
    parts = [entries_within(tree, at[a : a + 10_000], limit) for a in range(0, len(at), 10_000)]
    length, entries, cost = (np.concatenate(part) for part in zip(*parts, strict=True))
    start, far = np.concatenate([[0], np.cumsum(length)]), np.full(len(at), float(np.float32(limit)))
    return make_median_problem(residents, far, start, entries, cost, len(sites))


def entries_within(tree, at, limit):
    """Sites within a limit of some points: how many, which, and the way, the nearest first."""
    pairs = cKDTree(at).sparse_distance_matrix(tree, limit, output_type="ndarray")
    row, site, way = pairs["i"].astype(np.int32), pairs["j"].astype(np.int32), pairs["v"].astype(np.float32)
    order = np.lexsort([site, way, row])
    return np.bincount(row, minlength=len(at)), site[order], way[order]


def beside_practices(cells, candidates, practices, seed=1):
    """Practices exist; each cell sees the candidates that are nearer."""
    at, sites, existing, residents = made_up_region(cells, candidates, practices, seed)
    today = cKDTree(existing).query(at)[0]
    found = cKDTree(sites).query_ball_point(at, today, return_sorted=True)
    length = np.array([len(those) for those in found])
    entries = np.concatenate([np.array(those, dtype=np.int32) for those in found])
    cell = np.repeat(np.arange(cells), length)
    ways = np.hypot(*(at[cell] - sites[entries]).T).astype(np.float32)
    start = np.concatenate([[0], np.cumsum(length)])
    return make_median_problem(residents, today, start, entries, ways, candidates)


def sample_with_places(study, candidates, doctors=2.0, seed=3):
    """All residents of the sample region, its practices up to their closing limits, and candidates at inhabited cells."""
    base, facts = study.baseline, study.facts
    case = Case(facts, study.rules, study.travel)
    limit = float(study.travel.limit_m.max())
    rng = np.random.default_rng(seed)
    residents = facts.cells["residents"].to_numpy(dtype=float)
    chosen = np.sort(rng.choice(len(residents), candidates, replace=False, p=residents / residents.sum()))
    there = base.roads[MODES[0].value].to(facts.cells.iloc[chosen])
    fresh = gather(there.within(units.METRES, limit), [[i] for i in range(candidates)])
    places = capacity(case)
    own = [(row, *base.case.travel.road.row(row)) for row in range(len(places)) if places[row] > 0]
    rows = [(number, cell, way) for number, (_, cell, way) in enumerate(own)]
    rows += [(len(own) + i, *fresh.row(i)) for i in range(candidates)]
    site = np.concatenate([np.full(len(cell), number, dtype=np.int32) for number, cell, _ in rows])
    cell = np.concatenate([cell for _, cell, _ in rows])
    way = np.concatenate([way for _, _, way in rows]).astype(float)
    near = way <= study.travel.limit_m[cell]
    order = np.lexsort([way[near], cell[near]])
    start = np.searchsorted(cell[near][order], np.arange(len(residents) + 1))
    room = np.concatenate([places[[row for row, _, _ in own]], np.full(candidates, doctors * LIMIT_OF_A_DOCTOR)])
    return make_capacitated_problem(
        residents, start, site[near][order], way[near][order], room, len(own), UNASSIGNED * limit
    )


LIMIT_OF_A_DOCTOR = 1_600.0
"""Residents: places of one doctor at a candidate, in the benchmark only."""
UNASSIGNED = 10.0
"""What a resident counts whom nobody can take, in lengths of the longest way."""
