"""Invented practices for a region of real residents and real addresses, until the region's own list is uploaded."""

import numpy as np
import pandas as pd

from geodata.sample.practice_sites import CAPACITIES, PRACTICES, SITES_PER_PRACTICE, SPACING, apportioned, best_cells
from geodata.sample.practices import (
    SEED,
    Supply,
    doctors,
    listed,
    make_locations,
    make_practices,
    premises,
)

RESIDENTS_PER_CAPACITY = 1_693.0
"""Of the sample region: 1,947,120 residents and 1,150 capacities."""


def invent_practices(sites: pd.DataFrame, cells: pd.DataFrame) -> Supply:
    """Practices at the most populous of the candidate sites, apart from each other; the same every time.

    Parameters
    ----------
    sites : address, x, y (EPSG:25832), kommunekode, weight (residents around)
    cells : table CELLS; its residents decide how many practices a municipality gets
    """
    random = np.random.default_rng(SEED)
    chosen = chosen_sites(sites, cells, random)
    residents = cells.groupby("kommunekode")["residents"].sum()
    capacities = apportioned(residents.to_numpy(dtype=float), round(residents.sum() / RESIDENTS_PER_CAPACITY))
    rows = make_practices(chosen, random, dict(zip(residents.index, capacities.tolist(), strict=True)))
    rows = rows.assign(
        name="Opdigtet praksis " + rows["ydernummer"],
        address=chosen["address"].to_numpy()[rows["site"]],
    )
    locations = make_locations(chosen, rows, random)
    at_the_address = locations.assign(x=chosen["x"].to_numpy(), y=chosen["y"].to_numpy())
    return Supply(listed(rows), at_the_address, premises(rows, random), doctors(rows, random))


def chosen_sites(sites: pd.DataFrame, cells: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Sites with the practices at each (`number`), by municipality in order of code."""
    residents = cells.groupby("kommunekode")["residents"].sum()
    total = residents.sum() / RESIDENTS_PER_CAPACITY * PRACTICES / CAPACITIES
    practices = dict(zip(residents.index, apportioned(residents.to_numpy(dtype=float), round(total)), strict=True))
    parts = []
    for code, here in sites.sort_values(["kommunekode", "x", "y", "address"]).groupby("kommunekode"):
        count = max(int(practices.get(code, 0)), 1)
        score = np.log(here["weight"].to_numpy() + 1.0) + random.gumbel(size=len(here))
        places = max(round(SITES_PER_PRACTICE * count), 1)
        best = best_cells(np.arange(len(here)), score, here[["x", "y"]].to_numpy(), places, SPACING)
        weight = np.maximum(here["weight"].to_numpy()[best], 1.0)
        more = random.multinomial(max(count - len(best), 0), weight / weight.sum())
        parts.append(here.iloc[best].assign(number=1 + more))
    return pd.concat(parts, ignore_index=True).assign(home=True)
