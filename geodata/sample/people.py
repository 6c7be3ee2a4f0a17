"""Who lives where: inhabited squares and their residents by age, to the person in every municipality."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geodata.sample.ages import AGES, age_groups, systematic
from geodata.sample.density import CITY_HALL, Fields, centres, density, make_fields
from geodata.sample.ground import Flags, Floats, Ground, make_ground
from geodata.sample.outlines import read_table

SEED = 20261
CITY = "0101"
WANTED_CELLS = 80_000


def settle(outlines: gpd.GeoDataFrame) -> pd.DataFrame:
    """All inhabited squares, the neighbours' too (`home` False): id, x, y, codes, residents by age, sea (m)."""
    random = np.random.default_rng(SEED)
    ground = make_ground(outlines)
    fields = make_fields(ground, random)
    wish = density(ground, fields, centres(ground, random))
    people, lived_in = residents(ground, fields, wish, random)
    cells = described(ground, lived_in)
    cells["expected"] = people[lived_in]
    return counted(cells, random)


def official() -> pd.DataFrame:
    """Population and area by municipality code; the neighbours' figures are rounded and only shape their roads."""
    own, other = read_table("municipalities"), read_table("neighbours")
    other = other.assign(pop_2026=other["residents"])
    for column, share in (("pop_65_79_2026", 0.15), ("pop_80plus_2026", 0.05)):
        other[column] = (other["residents"] * share).round().astype(int)
    both = pd.concat([own.assign(home=True), other.assign(home=False)], ignore_index=True)
    return both.set_index("kommunekode").sort_index()


def described(ground: Ground, chosen: Flags) -> pd.DataFrame:
    """The chosen squares as a table, without their residents."""
    x, y = ground.x[chosen], ground.y[chosen]
    east, north = (x // 100).astype(int), (y // 100).astype(int)
    return pd.DataFrame(
        {
            "cell_id": [f"100m_{n}_{e}" for n, e in zip(north, east, strict=True)],
            "x": x,
            "y": y,
            "kommunekode": ground.code[chosen],
            "city_district": ground.district[chosen],
            "home": ground.home[chosen],
            "sea": ground.sea[chosen],
        }
    )


def residents(ground: Ground, fields: Fields, wish: Floats, random: np.random.Generator) -> tuple[Floats, Flags]:
    """Expected residents of every square, and which are lived in; sums to each municipality's population."""
    figures = official()
    squares = habitable(figures, ground)
    per_km2 = 100.0 * figures["pop_2026"] / squares
    share = inhabited_share(per_km2, squares, figures["home"])
    people = np.zeros(len(wish))
    draw = random.random(len(wish))
    jitter = random.standard_normal((3, len(wish)))
    for code, district, everybody in populations(figures):
        here = np.flatnonzero((ground.code == code) & (ground.district == district) & ~ground.islet)
        number = int(share[code] * (ground.wood[here] > 0.1).sum())
        apart = scattered(ground, fields, here, draw, scattered_number(per_km2[code], number))
        rest = np.setdiff1d(here, apart)
        built = rest[np.argsort(-wish[rest] * np.exp(0.35 * jitter[0, rest]))[: number - len(apart)]]
        people[apart] = np.minimum(3.5 * np.exp(0.6 * jitter[1, apart]), 9.0)
        full = np.maximum(wish[built], 40.0) ** 0.93 * np.exp(0.35 * jitter[2, built])
        people[built] = full * (everybody - people[apart].sum()) / full.sum()
    return people, people > 0


def populations(figures: pd.DataFrame) -> Iterator[tuple[str, str, float]]:
    """Municipality, district and population of everything that is filled by itself.

    København is filled district by district, by rounded figures scaled to the city's own.
    """
    districts = read_table("district_residents").set_index("code")["residents"]
    for code, everybody in figures["pop_2026"].items():
        if code == CITY:
            yield from ((code, district, everybody * part / districts.sum()) for district, part in districts.items())
        else:
            yield str(code), "", float(everybody)


def habitable(figures: pd.DataFrame, ground: Ground) -> pd.Series:
    """Number of squares by municipality that are neither wood, airport nor empty islet."""
    fit = (ground.wood > 0.1) & ~ground.islet
    return pd.Series(ground.code[fit]).value_counts().reindex(figures.index)


def inhabited_share(per_km2: pd.Series, squares: pd.Series, home: pd.Series) -> pd.Series:
    """Share of a municipality's squares that are lived in: more where it is dense; scaled to the wanted number."""
    share = 0.2 * (per_km2 / 66.0) ** 0.25
    return (share * WANTED_CELLS / (share * squares)[home].sum()).clip(upper=0.93)


def scattered_number(per_km2: float, number: int) -> int:
    """How many of the inhabited squares are single farms and houses: many where it is thinly settled."""
    return int(number * np.clip(0.52 - 0.00026 * per_km2, 0.02, 0.52))


def scattered(ground: Ground, fields: Fields, here: np.ndarray, draw: Floats, number: int) -> np.ndarray:
    """Squares with single houses, drawn with weights (largest draw to the power of one over the weight)."""
    weight = (0.15 + np.exp(0.4 * fields.long[here] + 0.5 * fields.short[here])) * ground.wood[here]
    return here[np.argsort(np.log(draw[here]) / weight)[::-1][:number]]


def counted(cells: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Whole people by age group in every cell; cells that come out empty are dropped."""
    expected = age_groups(cells, official(), city_distance(cells), random)
    whole = systematic(expected, cells["kommunekode"].to_numpy(), random)
    for number, name in enumerate(AGES):
        cells[name] = whole[:, number]
    cells["residents"] = whole.sum(axis=1)
    kept = cells[cells["residents"] > 0].drop(columns="expected")
    return kept.sort_values("cell_id").reset_index(drop=True)


def city_distance(cells: pd.DataFrame) -> Floats:
    """Kilometres to the nearest town centre or station."""
    towns = read_table("places").query("residents >= 1500")[["x", "y"]]
    spots = pd.concat([towns, read_table("stations")[["x", "y"]], pd.DataFrame([CITY_HALL], columns=["x", "y"])])
    return np.asarray(cKDTree(spots).query(cells[["x", "y"]])[0] / 1000.0)
