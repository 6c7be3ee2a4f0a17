"""An invented region for the covering benchmarks: towns, cells with residents, practices that are, sites that could be."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from app.siting.covering.problem import CoverProblem

SIDE, GRID = 62_000.0, 100.0
TOWNS, RURAL = 140, 0.12
LIMIT = {"town": 2_700.0, "country": 3_200.0}
HOUSES_PER_CELL, ALONE = 0.0018, 0.8


@dataclass(frozen=True)
class Region:
    """Cells (x, y, residents), their limit in metres, practices open in reach of each, and sites that could be."""

    xy: np.ndarray
    residents: np.ndarray
    limit: np.ndarray
    open: np.ndarray
    sites: np.ndarray


def make_region(cells, sites, seed=7):
    """A region of its size; the same for the same seed."""
    random = np.random.default_rng(seed)
    side = SIDE * np.sqrt(cells / 100_000)
    centre = random.uniform(0.06 * side, 0.94 * side, (TOWNS, 2))
    size = 1.0 / np.arange(1, TOWNS + 1) ** 0.85
    spread = 5_500.0 * np.sqrt(size) * np.sqrt(cells / 100_000)
    xy = _cells(random, cells, side, centre, size, spread)
    distance, town = cKDTree(centre).query(xy)
    density = np.exp(-((distance / (1.6 * spread[town])) ** 2)) * (0.4 + np.sqrt(size[town]))
    residents = np.maximum(1, np.rint(random.lognormal(1.6, 0.7, cells) * (0.35 + 9.0 * density)))
    limit = np.where(density > 0.25, LIMIT["town"], LIMIT["country"])
    share = residents**0.4 / (residents**0.4).sum()
    houses = random.choice(cells, max(3, round(HOUSES_PER_CELL * cells)), p=share)
    is_open = cKDTree(xy[np.repeat(houses, random.geometric(ALONE, len(houses)))]).query_ball_point(
        xy, limit, return_length=True
    )
    wish = np.sqrt(residents) / np.sqrt(residents).sum()
    return Region(xy, residents, limit, is_open, xy[np.sort(random.choice(cells, sites, replace=False, p=wish))])


def _cells(random, cells, side, centre, size, spread):
    """Different cells of the grid, most of them around towns."""
    wanted = 3 * cells
    town = random.choice(TOWNS, wanted, p=size / size.sum())
    xy = centre[town] + random.normal(0.0, 1.0, (wanted, 2)) * spread[town, None]
    rural = random.random(wanted) < RURAL
    xy[rural] = random.uniform(0.0, side, (int(rural.sum()), 2))
    xy = xy[((xy > 0) & (xy < side)).all(axis=1)]
    _, first = np.unique(np.floor(xy / GRID).astype(np.int64), axis=0, return_index=True)
    return np.floor(xy[np.sort(first)[:cells]] / GRID) * GRID + GRID / 2


def in_reach(region, least):
    """Cells that lack open practices, how many they lack, and the sites within their limit as start and index."""
    short = np.flatnonzero(region.open < least)
    near = cKDTree(region.sites).query_ball_point(region.xy[short], region.limit[short])
    sizes = np.array([len(row) for row in near])
    start = np.r_[0, np.cumsum(sizes)]
    flat = np.concatenate([np.sort(row) for row in near]).astype(np.int32)
    return short, (least - region.open[short]), start, flat


def all_in_reach(region):
    """The MCLP over every cell, as if no practice were open."""
    near = cKDTree(region.sites).query_ball_point(region.xy, region.limit)
    start = np.r_[0, np.cumsum([len(row) for row in near])]
    flat = np.concatenate([np.sort(row) for row in near]).astype(np.int32)
    return CoverProblem(region.residents, np.ones(len(region.xy), dtype=np.int32), start, flat, len(region.sites))
