"""Four age groups in every cell: chances tilted by place, totals per municipality kept to the person."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.sample.outlines import read_table

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
AGES = ("age_0_14", "age_15_64", "age_65_79", "age_80_plus")
ROUNDS = 20


def age_groups(cells: pd.DataFrame, figures: pd.DataFrame, km: Floats, random: np.random.Generator) -> Floats:
    """Expected people by age, cells x groups: fitted to the cells' people and to each municipality's groups.

    Parameters
    ----------
    cells : with `kommunekode`, `expected` and `sea` (m)
    figures : population by municipality, as `people.official`
    km : distance of each cell to the nearest centre
    """
    code = cells["kommunekode"].to_numpy()
    names, owner = np.unique(code, return_inverse=True)
    totals = group_totals(figures.loc[names])
    people = cells["expected"].to_numpy()
    guess = people[:, None] * (totals / totals.sum(axis=1, keepdims=True))[owner]
    guess *= tilts(people, cells["sea"].to_numpy(), km, random)
    return fitted(guess, people, owner, totals)


def group_totals(figures: pd.DataFrame) -> Floats:
    """People by age group in each municipality; 65-79 and 80+ are published, children are estimated."""
    everybody = figures["pop_2026"].to_numpy(dtype=float)
    old = figures["pop_65_79_2026"].to_numpy(dtype=float)
    oldest = figures["pop_80plus_2026"].to_numpy(dtype=float)
    share = np.clip(0.215 - 0.28 * (old + oldest) / everybody, 0.11, 0.20)
    known = read_table("child_shares").set_index("kommunekode")["share_0_14"]
    share = known.reindex(figures.index).fillna(pd.Series(share, index=figures.index)).to_numpy()
    young = np.round(everybody * share)
    return np.column_stack([young, everybody - young - old - oldest, old, oldest])


def tilts(people: Floats, sea: Floats, km: Floats, random: np.random.Generator) -> Floats:
    """How much likelier than in its municipality a person of a cell is in each group."""
    crowd = np.minimum(people / 40.0, 6.0)
    chance = random.standard_normal((3, len(people)))
    homes = (random.random(len(people)) < 0.004) & (people > 15.0)
    return np.column_stack(
        [
            np.exp(-0.10 * crowd + 0.15 * chance[0]),
            np.exp(0.05 * crowd),
            np.exp(-0.06 * crowd + 0.25 * np.exp(-sea / 1500.0) + 0.15 * chance[1]),
            np.exp(-0.35 * np.minimum(km, 3.0) + 0.35 * chance[2]) * np.where(homes, 12.0, 1.0),
        ]
    )


def fitted(guess: Floats, people: Floats, owner: Ints, totals: Floats) -> Floats:
    """Iterative proportional fitting of cells x groups; ends on the groups' totals."""
    table = guess.copy()
    for _ in range(ROUNDS):
        table *= (people / table.sum(axis=1))[:, None]
        for group in range(table.shape[1]):
            have = np.bincount(owner, table[:, group], minlength=len(totals))
            table[:, group] *= (totals[:, group] / have)[owner]
    return table


def systematic(expected: Floats, code: NDArray[np.str_], random: np.random.Generator) -> Ints:
    """Whole numbers near the expected ones whose sums over a municipality are exact.

    One random offset for each municipality and group; a cell gets the difference of the whole parts of
    the running sum before and after it, so no cell is off by one person or more.
    """
    whole = np.zeros(expected.shape, dtype=np.int64)
    for name in np.unique(code):
        here = np.flatnonzero(code == name)
        running = np.cumsum(expected[here], axis=0)
        running[-1] = np.round(running[-1])
        steps = np.floor(running + random.random(expected.shape[1])).astype(np.int64)
        whole[here] = np.diff(steps, axis=0, prepend=0)
    return whole
