"""Invented practices: capacities, lists, intake, doctors and premises. No real practice is meant."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geodata.catalogue import read_card
from geodata.network.graph import Graph
from geodata.rules import RuleSet, read_rules
from geodata.sample.density import CITY_HALL
from geodata.sample.ground import Ints
from geodata.sample.intake import intakes, lists
from geodata.sample.outlines import read_table
from geodata.sample.people import city_distance, official
from geodata.sample.practice_sites import (
    CAPACITIES,
    PRACTICES,
    apportioned,
    attraction,
    outside_sites,
    shares,
    tuned_sites,
)
from geodata.sample.reach import Reach
from geodata.sample.road_points import crowd, within_reach
from geodata.sample.terrain import Terrain

SEED = 18
LARGEST = 7
"""No practice has more capacities."""
SECOND_PREMISES = 8
"""Practices that also receive patients at a second address."""
FIRST_NUMBER = 101
"""Invented practice numbers count on from here, far below any that was issued."""


@dataclass(frozen=True)
class Supply:
    """The tables of practices: see the tables of the same names in `geodata.facts`."""

    practices: pd.DataFrame
    locations: pd.DataFrame
    practice_locations: pd.DataFrame
    doctors: pd.DataFrame


def make_supply(cells: pd.DataFrame, outlines: gpd.GeoDataFrame, terrain: Terrain, drive: Graph) -> Supply:
    """Practices of the region and, beyond, those near enough across its border to count for choice."""
    random = np.random.default_rng(SEED)
    sites = make_sites(cells, outlines, terrain, drive, random)
    practices = make_practices(sites, random)
    locations = make_locations(sites, practices, random)
    return Supply(
        listed(practices),
        locations,
        premises(practices, random),
        doctors(practices, random),
    )


def make_sites(
    cells: pd.DataFrame, outlines: gpd.GeoDataFrame, terrain: Terrain, drive: Graph, random: np.random.Generator
) -> pd.DataFrame:
    """Every site: code, x, y, pull, km to the next centre, and how many practices stand there."""
    near = cells[within_reach(cells["x"].to_numpy(), cells["y"].to_numpy(), outlines)].reset_index(drop=True)
    around = crowd(near, terrain.windows, near["x"].to_numpy(), near["y"].to_numpy(), 4.0)
    near["km"] = city_distance(near)
    near["pull"] = attraction(around, near["km"].to_numpy())
    inside = near[near["home"]].reset_index(drop=True)
    beyond = near[~near["home"]].reset_index(drop=True)
    far, doubled = outside_sites(beyond, beyond["pull"].to_numpy(), random)
    outside = beyond.loc[far, ["x", "y"]].to_numpy()
    found = tuned_sites(inside, official(), inside["pull"].to_numpy(), Reach(drive, inside), outside, random)
    own = [_sites(inside, chosen, crowded(inside, chosen, code)) for code, chosen in found.items()]
    return pd.concat([*own, _sites(beyond, far, doubled)], ignore_index=True)


def _sites(cells: pd.DataFrame, chosen: Ints, practices: Ints) -> pd.DataFrame:
    return cells.loc[chosen, ["kommunekode", "x", "y", "home", "pull", "km"]].assign(number=practices)


def crowded(cells: pd.DataFrame, chosen: Ints, code: str) -> Ints:
    """How many practices stand at each site of a municipality: health houses where it is nearest to many people."""
    practices = int(shares(official()).loc[code, "practices"])
    own = cells[cells["kommunekode"] == code]
    nearest = cKDTree(cells.loc[chosen, ["x", "y"]]).query(own[["x", "y"]])[1]
    people = np.bincount(nearest, own["residents"], minlength=len(chosen))
    return 1 + apportioned(np.maximum(practices * people / people.sum() - 0.9, 0.01), practices - len(chosen))


def make_practices(
    sites: pd.DataFrame, random: np.random.Generator, totals: Mapping[str, int] | None = None
) -> pd.DataFrame:
    """One row for each practice: site, capacities, intake, list, limit, name.

    Parameters
    ----------
    totals : capacities by municipality; without them those of the sample region
    """
    rows = sites.loc[sites.index.repeat(sites["number"])].rename_axis("site").reset_index()
    rows = rows.drop(columns="number")
    rows["ydernummer"] = [f"{number:06d}" for number in range(FIRST_NUMBER, FIRST_NUMBER + len(rows))]
    own = shares(official())["capacities"].to_dict()
    rows["capacities"] = capacities(rows, random, own if totals is None else totals)
    rows["intake"] = intakes(rows, random)
    day = read_card("sample_practices").as_of
    limit = RuleSet(day, read_rules()).number("closing_limit")
    rows["closing_limit"] = (limit * rows["capacities"]).astype(int)
    rows["listed_patients"], rows["intake"] = lists(rows, random)
    rows["status_date"] = day.isoformat()
    rows["distance"] = np.hypot(rows["x"] - CITY_HALL[0], rows["y"] - CITY_HALL[1]) / 1000.0
    return named(rows, random)


def capacities(rows: pd.DataFrame, random: np.random.Generator, totals: Mapping[str, int]) -> Ints:
    """Capacities of each practice: one at least, the others drawn so that large ones grow larger."""
    count = np.ones(len(rows), dtype=np.int64)
    for code, here in rows.groupby("kommunekode").indices.items():
        total = totals.get(code, round(len(here) * CAPACITIES / PRACTICES))
        for _ in range(min(total, LARGEST * len(here)) - len(here)):
            weight = np.where(count[here] < LARGEST, count[here] + 0.35, 0.0)
            count[here[random.choice(len(here), p=weight / weight.sum())]] += 1
    return count


def named(rows: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Rows with an address for each site and a name for each practice; both invented."""
    sites = rows.drop_duplicates("site").set_index("site")
    towns = read_table("places").query("residents > 0")
    spots = pd.concat([towns, read_table("centres").query("kind == 'district'")])
    town = spots["name"].to_numpy()[cKDTree(spots[["x", "y"]]).query(sites[["x", "y"]])[1]]
    street = pd.Series("", index=sites.index)
    streets = read_table("street_names")["street"].to_numpy()
    for _, here in pd.Series(sites.index).groupby(town):
        street[here] = np.resize(random.permutation(streets), len(here))
    kinds = read_table("practice_names")["kind"].to_numpy()
    turn = random.integers(len(kinds), size=len(sites))[rows["site"].to_numpy() - sites.index[0]]
    rank = rows.groupby("site").cumcount().to_numpy()
    house = pd.Series(random.integers(1, 120, len(sites)), index=sites.index)
    name = kinds[(turn + rank) % len(kinds)] + " " + street[rows["site"]].to_numpy()
    town_of = pd.Series(town, index=sites.index)[rows["site"]].to_numpy()
    address = street + " " + house.astype(str)
    return rows.assign(name=name, address=address[rows["site"]].to_numpy() + ", " + town_of)


def listed(rows: pd.DataFrame) -> pd.DataFrame:
    """The table `practices`."""
    columns = ["ydernummer", "name", "intake", "capacities", "listed_patients", "closing_limit", "status_date"]
    return rows[columns].astype({"capacities": float})


def make_locations(sites: pd.DataFrame, rows: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """The table `locations`: a door somewhere in its cell, with or without a step."""
    by_site = rows.groupby("site")
    largest = by_site["capacities"].max().reindex(sites.index).to_numpy()
    km = by_site["distance"].first().to_numpy()
    chance = np.where(largest >= 3, 0.85, np.where(km < 6.0, 0.45, 0.66))
    draw = random.random((2, len(sites)))
    step_free = np.where(draw[0] < chance, "yes", "no")
    door = random.uniform(-30.0, 30.0, (len(sites), 2))
    return pd.DataFrame(
        {
            "location_id": location_ids(sites.index.to_numpy()),
            "address": by_site["address"].first().to_numpy(),
            "kommunekode": sites["kommunekode"].to_numpy(),
            "x": sites["x"].to_numpy() + door[:, 0],
            "y": sites["y"].to_numpy() + door[:, 1],
            "step_free_access": np.where(draw[1] < 0.04, "unknown", step_free),
        }
    )


def location_ids(sites: Ints) -> list[str]:
    """Ids of the locations at the sites."""
    return [f"L{site + 1:04d}" for site in sites]


def premises(rows: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """The table `practice_locations`: one address each, and for a handful of larger practices a second."""
    first = pd.DataFrame(
        {
            "ydernummer": rows["ydernummer"],
            "location_id": location_ids(rows["site"].to_numpy()),
            "capacities": rows["capacities"].astype(float),
        }
    )
    able = np.flatnonzero((rows["capacities"] >= 3) & rows["home"])
    large = random.choice(able, min(SECOND_PREMISES, len(able)), replace=False) if len(able) else able
    first.loc[large, "capacities"] -= 1.0
    second = first.loc[large].assign(capacities=1.0)
    second["location_id"] = location_ids(np.array([neighbour_site(rows, row) for row in large.tolist()]))
    return pd.concat([first, second], ignore_index=True).sort_values(["ydernummer", "location_id"], ignore_index=True)


def neighbour_site(rows: pd.DataFrame, row: int) -> int:
    """The nearest other site to that of a practice."""
    away = np.hypot(rows["x"] - rows["x"].iloc[row], rows["y"] - rows["y"].iloc[row])
    return int(rows.loc[away[rows["site"] != rows["site"].iloc[row]].idxmin(), "site"])


def doctors(rows: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """The table `doctors`: one for each capacity; older in single practices and far from the city."""
    each = rows.loc[rows.index.repeat(rows["capacities"])]
    mean = 52.0 + 4.0 * (each["capacities"] == 1) + 0.04 * np.minimum(each["distance"], 60.0)
    age = np.clip(np.round(random.normal(mean.to_numpy(), 9.0)), 34, 75).astype(int)
    return pd.DataFrame({"ydernummer": each["ydernummer"].to_numpy(), "age": age})
