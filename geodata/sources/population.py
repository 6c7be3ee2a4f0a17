"""Municipal totals (Danmarks Statistik, FRKM126) and published distances to the nearest GP (SUNDAF01)."""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from geodata import units
from geodata.catalogue import Card, Region
from geodata.errors import SourceError
from geodata.facts import KOMMUNEKODE
from geodata.residents import TOTALS
from geodata.sources.reading import Reading, require_columns, source_file
from geodata.tables import Column, Table

TOTAL = re.compile(r"pop_(\d{4})")
OLD = re.compile(r"pop_(65_79|80plus)_(\d{4})")
AGES = {"65_79": "age_65_79", "80plus": "age_80_plus"}

DISTANCES = Table(
    "published_distances",
    "Published distances to the nearest GP",
    "Offentliggjorte afstande til nærmeste læge",
    "Average distance from home to the nearest general practitioner by municipality.",
    (
        KOMMUNEKODE,
        Column("metres", "float", units.METRES, "Distance", "Afstand", "Average over the residents.", lowest=0),
    ),
    key=("kommunekode",),
)


def years(folder: Path) -> tuple[int, ...]:
    """Years the file of municipal totals has.

    Raises
    ------
    SourceError : the file is missing or has no column like pop_2026
    """
    path, card = source_file(folder, "dst_frkm126")
    return _years(_read(path, card), path)


def read_totals(folder: Path, region: Region, year: int) -> Reading:
    """Residents, those aged 65-79 and those aged 80 or over of each municipality of the region in one year.

    A year without an age group gets its share of the residents from the years that have it: interpolated between
    two, the nearest one's outside them. The note says so.

    Raises
    ------
    SourceError : the file has not the year (the message names those it has), a municipality or a column
    TableError : a figure is missing or not a whole number
    """
    path, card = source_file(folder, "dst_frkm126")
    rows = _of_region(_read(path, card), region, path)
    if year not in _years(rows, path):
        there_are = ", ".join(map(str, _years(rows, path)))
        raise SourceError(f"{path.name} has no residents for {year}; it has the years {there_are}")
    total = _number(rows, f"pop_{year}", path)
    frame = pd.DataFrame({"kommunekode": rows["kommunekode"], "residents": total})
    for group, column in AGES.items():
        frame[column] = _aged(rows, group, year, total, path)
    guessed = [AGES[group] for group in AGES if f"pop_{group}_{year}" not in rows.columns]
    note = f"{' and '.join(guessed)} of {year} estimated from the shares of other years" if guessed else ""
    return Reading(TOTALS.check(frame), card, len(rows), len(frame), note)


def read_distances(folder: Path, region: Region) -> Reading:
    """Average distance to the nearest GP as published, as table DISTANCES; for comparison only.

    Raises
    ------
    SourceError : the file lacks a municipality or a column
    """
    path, card = source_file(folder, "dst_sundaf01")
    rows = _of_region(_read(path, card), region, path)
    metres = _number(rows, card.columns[1], path) * units.METRES_PER_KM
    frame = DISTANCES.check(pd.DataFrame({"kommunekode": rows["kommunekode"], "metres": metres}))
    return Reading(frame, card, len(rows), len(frame))


def _read(path: Path, card: Card) -> pd.DataFrame:
    try:
        frame = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise SourceError(f"{path.name} is not a comma-separated UTF-8 table: {error}") from error
    require_columns(frame, card, path)
    return frame


def _years(frame: pd.DataFrame, path: Path) -> tuple[int, ...]:
    found = sorted(int(match[1]) for column in frame.columns if (match := TOTAL.fullmatch(column)))
    if not found:
        raise SourceError(f"{path.name} has no column like pop_2026")
    return tuple(found)


def _of_region(frame: pd.DataFrame, region: Region, path: Path) -> pd.DataFrame:
    frame = frame.assign(kommunekode=frame["kommunekode"].str.zfill(4))
    missing = sorted(set(region.codes) - set(frame["kommunekode"]))
    if missing:
        raise SourceError(f"{path.name} has no row for municipalities {', '.join(missing)}")
    return frame[frame["kommunekode"].isin(region.codes)].reset_index(drop=True)


def _number(frame: pd.DataFrame, column: str, path: Path) -> pd.Series:
    numbers = pd.to_numeric(frame[column], errors="coerce")
    bad = np.flatnonzero(numbers.isna())
    if len(bad):
        where = f"{path.name}, municipality {frame['kommunekode'].iloc[bad[0]]}, column {column}"
        raise SourceError(f"{where}: found {frame[column].iloc[bad[0]]!r}, expected a number")
    return numbers


def _aged(frame: pd.DataFrame, group: str, year: int, total: pd.Series, path: Path) -> pd.Series:
    column = f"pop_{group}_{year}"
    if column in frame.columns:
        return _number(frame, column, path)
    known = sorted(int(m[2]) for c in frame.columns if (m := OLD.fullmatch(c)) and m[1] == group)
    if not known:
        raise SourceError(f"{path.name} has no column like pop_{group}_{year}")
    shares = [_number(frame, f"pop_{group}_{y}", path) / _number(frame, f"pop_{y}", path) for y in known]
    at_year = [np.interp(year, known, row) for row in np.column_stack(shares)]
    return (total * np.array(at_year)).round().astype("int64")
