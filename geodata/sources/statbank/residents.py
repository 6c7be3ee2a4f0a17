"""Residents by municipality and year (FOLK1A, the projection) and by parish, and published distances to the GP."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from geodata import units
from geodata.catalogue import Card, Region
from geodata.errors import Breach, MisfitError
from geodata.facts import POPULATION
from geodata.fetching import Fetched, Fetcher, read_note
from geodata.published import DISTANCES
from geodata.residents import TOTALS
from geodata.sources.reading import Reading, source_file
from geodata.sources.statbank.asking import fetch_table
from geodata.sources.statbank.cube import read_cube, refuse_gaps
from geodata.tables import Column, Table

ALL_AGES = {"IALT", "TOT"}
ALL_SEXES = {"TOT", "IALT", "00"}
GROUPS = {"age_65_79": (65, 79), "age_80_plus": (80, np.inf)}
AGE = r"^(\d+)"
YEAR = r"^(\d{4})(?:K([1-4]))?$"
NOWHERE = {"0", "0000", "9999"}

PARISHES = Table(
    "parishes",
    "Residents by parish",
    "Borgere efter sogn",
    "Residents of each parish; finer than municipalities, without payment.",
    (
        Column("sognekode", "text", "", "Parish code", "Sognekode", "Four-digit code.", pattern=r"\d{4}"),
        TOTALS["residents"],
        TOTALS["age_65_79"],
        TOTALS["age_80_plus"],
    ),
    key=("sognekode",),
)


def read_folk1a(folder: Path, region: Region) -> Reading:
    """Residents on the first day of the newest year, as table POPULATION.

    Raises
    ------
    MisfitError : a municipality or figure is missing, the parts do not add up, or the file is another table
    """
    return population_of(*source_file(folder, "dst_folk1a"), region)


def read_projection(folder: Path, region: Region) -> Reading:
    """Residents of every year of the municipal projection, as table POPULATION; raises as `read_folk1a`."""
    return population_of(*source_file(folder, "dst_projection"), region)


def read_published_distances(folder: Path, region: Region) -> Reading:
    """Average distance to the nearest GP as published, as table DISTANCES; for comparison only.

    Raises
    ------
    MisfitError : a municipality is missing, or the file is another table
    """
    return distances_of(*source_file(folder, "dst_gp_distance"), region)


def read_parishes(folder: Path, region: Region) -> Reading:  # noqa: ARG001 - StatBank says of no parish where it lies
    """Residents of every parish of the country, as table PARISHES; raises as `read_folk1a`."""
    return parishes_of(*source_file(folder, "dst_parishes"))


def fetch_population(fetcher: Fetcher, card: Card, region: Region) -> Fetched:
    """FOLK1A or the projection; raises as `fetch_table` and `population_of`."""
    return fetch_table(fetcher, card, region, partial(population_of, card=card, region=region))


def fetch_distances(fetcher: Fetcher, card: Card, region: Region) -> Fetched:
    """Published distances; raises as `fetch_table` and `distances_of`."""
    return fetch_table(fetcher, card, region, partial(distances_of, card=card, region=region))


def fetch_parishes(fetcher: Fetcher, card: Card, region: Region) -> Fetched:
    """Parish tables; raises as `fetch_table` and `parishes_of`."""
    return fetch_table(fetcher, card, region, partial(parishes_of, card=card))


def population_of(path: Path, card: Card, region: Region) -> Reading:
    """Table POPULATION of a file of FOLK1A's kind; raises as `read_folk1a`."""
    cube = both_sexes(read_cube(path, card))
    refuse_gaps(card, cube)
    cube = cube.assign(kommunekode=cube["area"].str.zfill(4), year=years(card, cube))
    inside = cube[cube["kommunekode"].isin(region.codes)]
    refuse_lacking(card, region, inside)
    frame = by_age(card, inside, ["kommunekode", "year"])
    rows = len(cube)
    return Reading(POPULATION.check(frame), card, rows, len(inside), as_of=_as_of(path, frame))


def distances_of(path: Path, card: Card, region: Region) -> Reading:
    """Table DISTANCES of a file of SUNDAF01; raises as `read_published_distances`."""
    cube = read_cube(path, card)
    refuse_gaps(card, cube)
    cube = cube.assign(kommunekode=cube["area"].str.zfill(4), year=years(card, cube))
    inside = cube[cube["kommunekode"].isin(region.codes)]
    refuse_lacking(card, region, inside)
    refuse_twice(card, inside, ["kommunekode"])
    frame = pd.DataFrame({"kommunekode": inside["kommunekode"], "metres": inside["value"] * units.METRES_PER_KM})
    as_of = f"{int(inside['year'].max())}-12-31"
    return Reading(DISTANCES.check(frame.reset_index(drop=True)), card, len(cube), len(inside), as_of=as_of)


def parishes_of(path: Path, card: Card) -> Reading:
    """Table PARISHES of a file of the parish table; raises as `read_parishes`."""
    cube = both_sexes(read_cube(path, card))
    refuse_gaps(card, cube)
    cube = cube.assign(sognekode=cube["area"].str.zfill(4), year=years(card, cube))
    placed = cube[~cube["area"].isin(NOWHERE)]
    frame = by_age(card, placed, ["sognekode", "year"])
    frame = frame[frame["residents"] > 0].drop(columns="year").reset_index(drop=True)
    note = f"{len(cube) - len(placed)} rows of residents without a parish left out"
    as_of = f"{int(cube['year'].max())}-01-01"
    return Reading(PARISHES.check(frame), card, len(cube), len(placed), note, as_of)


def both_sexes(cube: pd.DataFrame) -> pd.DataFrame:
    """Rows of both sexes together, or of each one where the table has no such rows."""
    if "sex" not in cube:
        return cube
    together = cube["sex"].isin(ALL_SEXES)
    return cube[together] if together.any() else cube


def years(card: Card, cube: pd.DataFrame) -> pd.Series:
    """The year of each row.

    Raises
    ------
    MisfitError : a time is neither a year nor a quarter
    """
    found = cube["time"].str.extract(YEAR)[0]
    wrong = np.flatnonzero(found.isna())
    if len(wrong):
        row = cube.iloc[wrong[0]]
        raise MisfitError(card.id, Breach(int(row["row"]), "time", repr(row["time"]), "a year 2026 or quarter 2026K1"))
    return found.astype(int)


def by_age(card: Card, cube: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Residents and the two old age groups by key; all ages together must be the sum of the single ones.

    Raises
    ------
    MisfitError : a value is no age, a combination comes twice, or the ages do not add up
    """
    refuse_twice(card, cube, [*key, "age", *(["sex"] if "sex" in cube else [])])
    together = cube["age"].isin(ALL_AGES)
    single = cube[~together].assign(age=_ages(card, cube[~together]))
    sums = single.groupby(key)["value"].sum()
    totals = cube[together].groupby(key)["value"].sum() if together.any() else sums
    wrong = totals.index[~np.isclose(totals, sums.reindex(totals.index).fillna(0), atol=0.5)]
    if len(wrong):
        where = " ".join(map(str, wrong[0]))
        found = f"{totals[wrong[0]]:.0f} in all and {sums.get(wrong[0], 0):.0f} by age"
        raise MisfitError(card.id, Breach(0, "age", f"{found} in {where}", "the same"))
    frame = pd.DataFrame({"residents": totals.round().astype("int64")})
    for name, (youngest, oldest) in GROUPS.items():
        group = single[single["age"].between(youngest, oldest)].groupby(key)["value"].sum()
        frame[name] = group.reindex(frame.index).fillna(0).round().astype("int64")
    return frame.reset_index()


def refuse_twice(card: Card, cube: pd.DataFrame, key: list[str]) -> None:
    """Refuse a combination that comes again.

    Raises
    ------
    MisfitError : names the row where it comes again
    """
    again = cube[cube.duplicated(key)]
    if len(again):
        row = again.iloc[0]
        found = f"{' '.join(str(row[name]) for name in key)} again"
        raise MisfitError(card.id, Breach(int(row["row"]), key[0], found, "each combination once"))


def refuse_lacking(card: Card, region: Region, inside: pd.DataFrame) -> None:
    """Refuse a table without one of the region's municipalities.

    Raises
    ------
    MisfitError : names them
    """
    missing = sorted(set(region.codes) - set(inside["kommunekode"]))
    if missing:
        found = f"no row for {', '.join(missing)}"
        raise MisfitError(card.id, Breach(0, "area", found, f"every municipality of region {region.id}"))


def _ages(card: Card, cube: pd.DataFrame) -> pd.Series:
    ages = pd.to_numeric(cube["age"].str.extract(AGE)[0])
    wrong = np.flatnonzero(ages.isna())
    if len(wrong):
        row = cube.iloc[wrong[0]]
        raise MisfitError(card.id, Breach(int(row["row"]), "age", repr(row["age"]), "an age in years, or IALT"))
    return ages


def _as_of(path: Path, frame: pd.DataFrame) -> str:
    """The first day of the only year; of a projection the day it was fetched."""
    if frame["year"].nunique() == 1:
        return f"{int(frame['year'].iloc[0])}-01-01"
    note = read_note(path)
    return note.data_date if note else ""
