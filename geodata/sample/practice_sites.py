"""Where practices are: in centres, as far from people in each municipality as published figures say."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from geodata.sample.ground import Floats, Ints
from geodata.sample.outlines import read_table
from geodata.sample.reach import Reach, mean_by

PRACTICES, CAPACITIES = 630, 1_150
OUTSIDE = 55
"""Practices across the region's border."""
SITES_PER_PRACTICE = 0.72
ROUNDS = 32
SPACING = 180.0


@dataclass
class Tuning:
    """What is adjusted for one municipality until its people are as far from practices as published.

    Parameters
    ----------
    wanted : published mean distance (km)
    sites : number of sites
    least, most : between which that number stays
    pull : how strongly sites cling to centres
    low, high : the interval the pull lies in
    spacing : least distance (m) between two sites
    """

    wanted: float
    sites: int
    least: int
    most: int
    pull: float = 1.5
    low: float = 1.0
    high: float = 5.0
    spacing: float = SPACING
    best: float = np.inf
    cells: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def judge(self, cells: Ints, mean: float) -> None:
        """Remember the sites if no round came nearer."""
        miss = abs(np.log(mean / self.wanted))
        if miss < self.best:
            self.best, self.cells = miss, cells

    def adjust(self, turn: int, mean: float) -> None:
        """Cluster more where practices are too near, spread out where they are too far."""
        ratio = mean / self.wanted
        if turn in (5, 8, 14, 20, 26):
            self.low, self.high = max(1.0, self.pull - 1.25), min(5.0, self.pull + 1.25)
        if ratio < 0.97:
            self.low = self.pull
        elif ratio > 1.03:
            self.high = max(self.pull, self.low + 0.1)
        if turn >= 5 and ratio < 0.93 and self.pull > 2.8:
            self.sites = max(int(0.8 * self.sites), self.least)
        if turn >= 3 and ratio > 1.08 and self.pull < 2.2:
            self.spacing = min(1.6 * self.spacing, 6_000.0)
            self.sites = min(int(np.ceil(1.25 * self.sites)), self.most)
        if not 0.97 <= ratio <= 1.03:
            self.pull = (self.low + self.high) / 2.0


def shares(figures: pd.DataFrame) -> pd.DataFrame:
    """Capacities and practices of each municipality, by largest remainder."""
    own = figures[figures["home"]]
    capacities = apportioned(own["pop_2026"].to_numpy(dtype=float), CAPACITIES)
    size = own["nuts3"].map(read_table("practice_sizes").set_index("nuts3")["capacities_per_practice"])
    practices = apportioned(capacities / size.to_numpy(dtype=float), PRACTICES)
    return pd.DataFrame({"capacities": capacities, "practices": practices}, index=own.index)


def apportioned(weight: Floats, total: int) -> Ints:
    """Whole numbers in proportion to the weights, with the total asked for (largest remainder)."""
    exact = weight / weight.sum() * total
    whole = np.floor(exact).astype(np.int64)
    short = total - int(whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:short]] += 1
    return np.asarray(whole)


def attraction(people_around: Floats, km: Floats) -> Floats:
    """How much a cell draws practices: people around it (smoothed), and a town centre or station near by."""
    return np.asarray(np.log(np.maximum(people_around, 0.05)) + 1.25 * np.exp(-((km / 0.45) ** 2)))


def tuned_sites(
    cells: pd.DataFrame, figures: pd.DataFrame, pull: Floats, reach: Reach, outside: Floats, random: np.random.Generator
) -> dict[str, Ints]:
    """Cells in which practices stand, by municipality: the best round.

    Parameters
    ----------
    cells : inhabited cells of the region
    figures : population by municipality, with the published mean distance
    pull : attraction of each cell
    reach : distances on the roads
    outside : (k, 2) practices across the border, which count too
    """
    chance = random.gumbel(size=len(cells))
    code, people = cells["kommunekode"].to_numpy(dtype=str), cells["residents"].to_numpy(dtype=float)
    xy = cells[["x", "y"]].to_numpy()
    groups = {name: np.flatnonzero((code == name) & (people >= 3)) for name in np.unique(code)}
    tunings = {name: tuning(figures.loc[name], row["practices"]) for name, row in shares(figures).iterrows()}
    for turn in range(ROUNDS):
        found = {
            name: best_cells(groups[name], t.pull * pull + chance, xy, t.sites, t.spacing)
            for name, t in tunings.items()
        }
        metres = reach.nearest(np.concatenate([xy[np.concatenate(list(found.values()))], outside]))
        means = mean_by(code, people, metres)
        for name, one in tunings.items():
            one.judge(found[name], means[name])
            one.adjust(turn, means[name])
    return {str(name): one.cells for name, one in tunings.items()}


def tuning(figures: pd.Series, practices: int) -> Tuning:
    """Where the adjustment of a municipality starts."""
    sites = max(round(SITES_PER_PRACTICE * practices), 1)
    return Tuning(
        float(figures["avg_km_nearest_gp_2024"]), sites, max(2, round(0.25 * sites)), max(sites, round(0.8 * practices))
    )


def best_cells(cells: Ints, score: Floats, xy: Floats, number: int, spacing: float) -> Ints:
    """The cells with the highest score, none within ``spacing`` metres of a better one."""
    order = cells[np.argsort(-score[cells], kind="stable")]
    taken: list[int] = []
    spots = np.empty((number, 2))
    for cell in order.tolist():
        here = xy[cell]
        if not taken or np.hypot(*(spots[: len(taken)] - here).T).min() >= spacing:
            spots[len(taken)] = here
            taken.append(cell)
            if len(taken) == number:
                break
    return np.array(taken, dtype=np.int64)


def outside_sites(cells: pd.DataFrame, pull: Floats, random: np.random.Generator) -> tuple[Ints, Ints]:
    """Cell and practices of the sites across the border, among the neighbours' cells given."""
    people = cells.groupby("kommunekode")["residents"].sum()
    number = apportioned(people.to_numpy(dtype=float), OUTSIDE)
    score = 2.0 * pull + random.gumbel(size=len(cells))
    xy = cells[["x", "y"]].to_numpy()
    chosen: list[int] = []
    practices: list[int] = []
    for code, count in zip(people.index, number.tolist(), strict=True):
        here = np.flatnonzero((cells["kommunekode"] == code).to_numpy() & (cells["residents"] >= 3).to_numpy())
        best = best_cells(here, score, xy, max(round(SITES_PER_PRACTICE * count), min(count, 1)), SPACING)
        extra = count - len(best)
        chosen += best.tolist()
        practices += [1 + (rank < extra) for rank in range(len(best))]
    return np.array(chosen, dtype=np.int64), np.array(practices, dtype=np.int64)
