"""Invented premises, bus stops, shops and health centres of the sample. No real building is meant."""

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geodata.sample.outlines import read_table
from geodata.sample.people import official
from geodata.sample.practice_sites import apportioned

SEED = 31
PREMISES = 140
"""Premises in the whole region, told by population, two at least in each municipality."""
STOP_SIDE, STOP_PEOPLE = 500.0, 25
SHOP_SIDE, SHOP_PEOPLE = 700.0, 150
KNOWN = 0.85
"""Share of the fields that the invented owners have filled in."""
FIRST_DAYS = ("2026-12-01", "2027-01-01", "2027-04-01", "2027-08-01")
OWNERS = ("Opdigtet ejendomsselskab", "Opdigtet kommune", "Opdigtet boligforening", "Opdigtet privat ejer")
USES = ("office", "shop", "health", "service", "public")


def make_amenities(cells: pd.DataFrame) -> pd.DataFrame:
    """The table `amenities`: stops and shops where people live close together, a health centre in each municipality."""
    stops = densest(cells, STOP_SIDE, STOP_PEOPLE).assign(kind="bus_stop")
    shops = densest(cells, SHOP_SIDE, SHOP_PEOPLE).assign(kind="shop")
    order = cells.sort_values(["kommunekode", "residents", "x", "y"], ascending=[True, False, True, True])
    centres = order.drop_duplicates("kommunekode").assign(kind="health_centre")
    centres["name"] = "Opdigtet sundhedshus " + centres["kommunekode"].map(official()["kommune"])
    return pd.concat([stops, shops, centres], ignore_index=True).reindex(columns=["kind", "name", "x", "y"])


def densest(cells: pd.DataFrame, side: float, people: int) -> pd.DataFrame:
    """The cell with most residents in every square of a side that holds at least so many people."""
    square = np.floor(cells[["x", "y"]] / side)
    order = cells[around(cells, side) >= people].assign(column=square["x"], row=square["y"])
    order = order.sort_values(["residents", "x", "y"], ascending=[False, True, True])
    return order.drop_duplicates(["column", "row"]).sort_values(["x", "y"])[["x", "y"]]


def around(cells: pd.DataFrame, side: float) -> pd.Series:
    """Residents of the square of a side that each cell lies in."""
    square = np.floor(cells[["x", "y"]] / side)
    return cells["residents"].groupby([square["x"], square["y"]]).transform("sum")


def make_premises(cells: pd.DataFrame) -> pd.DataFrame:
    """The table `premises`: where people and stations are, each with some fields that nobody has filled in."""
    random = np.random.default_rng(SEED)
    sites = _sites(cells, random)
    number = len(sites)
    storey = random.choice([0, 0, 0, 1, 2], number)
    storeys = storey + random.integers(1, 4, number)
    step_free = random.random(number) < 0.7
    size = np.round(random.uniform(70, 420, number), -1)
    answers = {
        "size_m2": size,
        "rooms": np.maximum(size // 22, 1),
        "storey": storey,
        "lift": _yes(random.random(number) < np.where(storeys > 2, 0.75, 0.1)),
        "step_free": _yes(step_free),
        "accessible_toilet": _yes(step_free & (random.random(number) < 0.85)),
        "parking_spaces": random.poisson(6, number),
        "room_for_gps": np.maximum(size // 60, 1),
        "available_from": random.choice(FIRST_DAYS, number),
        "owner": random.choice(OWNERS, number),
        "market_rent": _yes(random.random(number) < 0.95),
        "building_year": random.integers(1890, 2024, number),
    }
    kept = {name: pd.Series(values).where(random.random(number) < KNOWN) for name, values in answers.items()}
    return pd.DataFrame(
        {
            "premises_id": [f"E{rank + 1:04d}" for rank in range(number)],
            "name": [f"Opdigtet lokale {rank + 1}" for rank in range(number)],
            "address": _addresses(sites, random),
            "kommunekode": sites["kommunekode"].to_numpy(),
            "x": sites["x"].to_numpy(),
            "y": sites["y"].to_numpy(),
            **kept,
            "building_use": random.choice(USES, number),
            "building_storeys": storeys,
            "source": "sample",
        }
    )


def _yes(flags: np.ndarray) -> np.ndarray:
    return np.where(flags, "yes", "no")


def _sites(cells: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Cells in which premises stand: the more people around, the likelier."""
    score = np.log(around(cells, STOP_SIDE).to_numpy(dtype=float)) + random.gumbel(size=len(cells))
    people = cells.groupby("kommunekode")["residents"].sum()
    wanted = pd.Series(2 + apportioned(people.to_numpy(dtype=float), PREMISES - 2 * len(people)), index=people.index)
    rank = pd.Series(-score, index=cells.index).groupby(cells["kommunekode"]).rank(method="first")
    chosen = cells[rank <= cells["kommunekode"].map(wanted)]
    return chosen.sort_values(["kommunekode", "x", "y"], ignore_index=True)


def _addresses(sites: pd.DataFrame, random: np.random.Generator) -> list[str]:
    towns = read_table("places").query("residents > 0")
    town = towns["name"].to_numpy()[cKDTree(towns[["x", "y"]]).query(sites[["x", "y"]])[1]]
    streets = random.choice(read_table("street_names")["street"].to_numpy(), len(sites))
    houses = random.integers(1, 120, len(sites))
    return [f"{street} {house}, {place}" for street, house, place in zip(streets, houses, town, strict=True)]
