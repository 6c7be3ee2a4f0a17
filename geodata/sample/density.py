"""How densely people would like to live: towns, suburbs, the city's pull, the coast, and some chance."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geodata.sample.ground import Floats, Ground
from geodata.sample.outlines import read_table

CITY_HALL = (723_900.0, 6_175_600.0)
"""Rådhuspladsen (EPSG:25832), the middle of everything."""


@dataclass(frozen=True)
class Fields:
    """The random fields that make towns look grown: short (250 m) and long (1 km) waves, and a warp (m)."""

    short: Floats
    long: Floats
    warp_x: Floats
    warp_y: Floats


def make_fields(ground: Ground, random: np.random.Generator) -> Fields:
    """Draw the fields once; their order is part of the seed."""
    short, long = ground.field(random, 2.5), ground.field(random, 10.0)
    warp_x = 250.0 * ground.field(random, 5.0) + 380.0 * ground.field(random, 14.0)
    warp_y = 250.0 * ground.field(random, 5.0) + 380.0 * ground.field(random, 14.0)
    return Fields(short, long, warp_x, warp_y)


def centres(ground: Ground, random: np.random.Generator) -> pd.DataFrame:
    """Everything people gather around: x, y, top density (people per km2), radius (m)."""
    parts = [town_centres(), station_centres(), district_centres(), hamlets(ground, random)]
    return pd.concat(parts, ignore_index=True)


def town_centres() -> pd.DataFrame:
    """Towns of GeoNames: larger ones are denser."""
    towns = read_table("places")
    towns = towns[towns["residents"] > 0]
    return by_residents(towns["x"], towns["y"], towns["residents"])


def by_residents(x: pd.Series, y: pd.Series, residents: pd.Series) -> pd.DataFrame:
    """Centres as dense and as wide as so many residents make them."""
    top = 1324.0 * (residents / 1000.0) ** 0.18
    radius = np.maximum(220.0, 1050.0 * np.sqrt(residents / (np.pi * top)))
    return pd.DataFrame({"x": x, "y": y, "top": top, "radius": radius})


def station_centres() -> pd.DataFrame:
    """Stations: people live within walking distance of them."""
    stations = read_table("stations")
    return pd.DataFrame({"x": stations["x"], "y": stations["y"], "top": 1900.0, "radius": 800.0})


def district_centres() -> pd.DataFrame:
    """City districts and suburbs, whose extent is known."""
    found = read_table("centres")
    radius = 1000.0 * found["radius_km"]
    factor = np.where(found["kind"] == "district", 0.9, 1.0)
    top = factor * found["residents"] / (np.pi * found["radius_km"] ** 2)
    wide = np.where(found["kind"] == "district", 1.05, 1.0)
    return pd.DataFrame({"x": found["x"], "y": found["y"], "top": top, "radius": radius * wide})


def hamlets(ground: Ground, random: np.random.Generator, number: int = 160) -> pd.DataFrame:
    """Invented villages too small for the list of towns, in the open country."""
    towns = read_table("places")
    away = cKDTree(towns[["x", "y"]]).query(np.column_stack([ground.x, ground.y]))[0]
    country = np.flatnonzero((away > 1800.0) & (ground.wood == 1.0) & ~ground.islet & rural(ground))
    chosen = random.choice(country, number, replace=False)
    residents = np.exp(random.normal(4.9, 0.6, number))
    return by_residents(pd.Series(ground.x[chosen]), pd.Series(ground.y[chosen]), pd.Series(residents))


def rural(ground: Ground) -> Floats:
    """Whether a square lies more than 17 km from the city hall."""
    return np.asarray(np.hypot(ground.x - CITY_HALL[0], ground.y - CITY_HALL[1]) > 17_000.0)


def density(ground: Ground, fields: Fields, gathered: pd.DataFrame) -> Floats:
    """People per km2 each square would hold if nobody were counted."""
    u = sum_of_bells(ground, fields, gathered)
    km = np.hypot(ground.x - CITY_HALL[0], ground.y - CITY_HALL[1]) / 1000.0
    u += np.where(ground.code == "0400", 0.0, 1200.0 * np.exp(-((km / 11.0) ** 2)))
    u += 25.0 * (1.0 + 1.5 * np.exp(-ground.sea / 800.0))
    east = np.where(ground.x < 690_000.0, 0.63, 1.0)
    u *= 1.0 + 0.9 * np.exp(-ground.sea / 900.0) * east
    return np.asarray(u * ground.wood * np.exp(0.28 * fields.short + 0.25 * fields.long))


def sum_of_bells(ground: Ground, fields: Fields, gathered: pd.DataFrame) -> Floats:
    """The centres' densities added up, each bell bent by the warp so that towns are no discs."""
    x, y = ground.x, ground.y
    tree = cKDTree(np.column_stack([x, y]))
    total = np.zeros(len(x))
    for east, north, top, radius in gathered[["x", "y", "top", "radius"]].to_numpy():
        near = np.array(tree.query_ball_point((east, north), 2.6 * radius + 900.0), dtype=int)
        bend = min(1.0, radius / 1100.0)
        gap = np.hypot(x[near] + bend * fields.warp_x[near] - east, y[near] + bend * fields.warp_y[near] - north)
        total[near] += top * np.exp(-0.8 * (gap / radius) ** 2.3)
    return total
