"""Municipal totals (Danmarks Statistik, FRKM126) and published distances to the nearest GP (SUNDAF01)."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from geodata import units
from geodata.catalogue import Card, Region
from geodata.errors import Breach, MisfitError, SourceError
from geodata.facts import POPULATION
from geodata.published import DISTANCES
from geodata.residents import TOTALS
from geodata.sources.reading import Reading, require_columns, source_file

ROW = "row of the file"
FIRST_ROW = 2
TOTAL = re.compile(r"pop_(\d{4})")
AGES = {"65_79": "age_65_79", "80plus": "age_80_plus"}


def by_year(populations: Sequence[Reading]) -> pd.DataFrame:
    """The table POPULATION of all years; where two sources have a year, the first gives it."""
    rows = pd.concat([reading.frame for reading in populations], ignore_index=True)
    rows = rows.drop_duplicates(list(POPULATION.key)).sort_values(list(POPULATION.key), ignore_index=True)
    return POPULATION.check(rows)


def read_population(folder: Path, region: Region) -> Reading:
    """Residents of the region's municipalities in every year of the file, as table POPULATION.

    Raises
    ------
    SourceError : the file lacks a municipality, a column like pop_2026, or a figure
    """
    path, card = source_file(folder, "dst_frkm126")
    rows = _of_region(_read(path, card), region, card)
    parts = [_of_year(rows, year, card) for year in _years(rows, card)]
    frame = POPULATION.check(pd.concat(parts, ignore_index=True))
    return Reading(frame, card, len(rows), rows["kommunekode"].nunique())


def totals_of(population: Reading, year: int) -> Reading:
    """Residents, those aged 65-79 and those aged 80 or over of each municipality in one year, as table TOTALS.

    A year without an age group gets its share of the residents from the years that have it: interpolated between
    two, the nearest one's outside them. The note says so.

    Parameters
    ----------
    population : as `read_population` gives it

    Raises
    ------
    SourceError : the year is not there (the message names those that are), or an age group in no year
    """
    rows = population.frame
    years = sorted(rows["year"].unique())
    if year not in years:
        raise SourceError(f"no residents for the year {year}; there are the years {', '.join(map(str, years))}")
    frame = rows[rows["year"] == year].reset_index(drop=True)
    guessed = [age for age in AGES.values() if frame[age].isna().any()]
    frame = frame.assign(**{age: _estimated(rows, age, frame) for age in guessed})
    note = f"{' and '.join(guessed)} of {year} estimated from the shares of other years" if guessed else ""
    table = TOTALS.check(frame.drop(columns="year"))
    return Reading(table, population.card, population.rows_in, len(table), note, as_of=f"{year}-01-01")


def read_distances(folder: Path, region: Region) -> Reading:
    """Average distance to the nearest GP as published, as table DISTANCES; for comparison only.

    Raises
    ------
    SourceError : the file lacks a municipality or a column
    """
    path, card = source_file(folder, "dst_sundaf01")
    rows = _of_region(_read(path, card), region, card)
    metres = _number(rows, card.columns[1], card) * units.METRES_PER_KM
    frame = DISTANCES.check(pd.DataFrame({"kommunekode": rows["kommunekode"], "metres": metres}))
    return Reading(frame, card, len(rows), len(frame))


def _read(path: Path, card: Card) -> pd.DataFrame:
    try:
        frame = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        found = f"{path.name}, which is none ({error})"
        raise MisfitError(card.id, Breach(0, "", found, "a comma-separated UTF-8 table")) from error
    require_columns(frame, card, path)
    return frame.assign(**{ROW: np.arange(len(frame)) + FIRST_ROW})


def _years(frame: pd.DataFrame, card: Card) -> tuple[int, ...]:
    found = sorted(int(match[1]) for column in frame.columns if (match := TOTAL.fullmatch(column)))
    if not found:
        raise MisfitError(card.id, Breach(1, "pop_", "no such column", "a column like pop_2026"))
    return tuple(found)


def _of_region(frame: pd.DataFrame, region: Region, card: Card) -> pd.DataFrame:
    frame = frame.assign(kommunekode=frame["kommunekode"].str.zfill(4))
    missing = sorted(set(region.codes) - set(frame["kommunekode"]))
    if missing:
        found = f"no row for municipalities {', '.join(missing)}"
        raise MisfitError(card.id, Breach(0, "kommunekode", found, "every municipality of the region"))
    return frame[frame["kommunekode"].isin(region.codes)].reset_index(drop=True)


def _number(frame: pd.DataFrame, column: str, card: Card) -> pd.Series:
    numbers = pd.to_numeric(frame[column], errors="coerce")
    bad = np.flatnonzero(numbers.isna())
    if len(bad):
        found = f"{frame[column].iloc[bad[0]]!r} for municipality {frame['kommunekode'].iloc[bad[0]]}"
        raise MisfitError(card.id, Breach(int(frame[ROW].iloc[bad[0]]), column, found, "a number"))
    return numbers


def _of_year(rows: pd.DataFrame, year: int, card: Card) -> pd.DataFrame:
    data = {"kommunekode": rows["kommunekode"], "year": year, "residents": _number(rows, f"pop_{year}", card)}
    for group, age in AGES.items():
        column = f"pop_{group}_{year}"
        data[age] = _number(rows, column, card) if column in rows.columns else None
    return pd.DataFrame(data)


def _estimated(rows: pd.DataFrame, age: str, frame: pd.DataFrame) -> pd.Series:
    """Residents of an age group in the year of `frame`, from its share in the years that are known."""
    known = rows[rows[age].notna()]
    if known.empty:
        raise SourceError(f"no year has the residents of {age}")
    share = (known[age] / known["residents"]).astype(float)
    by_year = share.groupby([known["kommunekode"], known["year"]]).first().unstack().loc[frame["kommunekode"]]
    here = [np.interp(frame["year"].iloc[0], by_year.columns, row) for row in by_year.to_numpy(dtype=float)]
    return (frame["residents"] * np.array(here)).round().astype("int64")
