"""A table of StatBank read back: one row for each combination of values, by role, with its number in the file.

StatBank writes `-` for nothing, and dots for what is not known or not shown.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from geodata.catalogue import Card
from geodata.errors import Breach, MisfitError
from geodata.fetching.asking import endpoint_of
from geodata.sources.statbank.asking import ROLES

NUMBER = "INDHOLD"
HEADER_ROWS = 1
UNKNOWN = {"", ".", "..", "...", "…"}
NOTHING = "-"


def read_cube(path: Path, card: Card) -> pd.DataFrame:
    """Columns by role (text), `value` (float; missing where StatBank knows or shows none) and `row` of the file.

    Raises
    ------
    MisfitError : the file is no such table, lacks a variable of the card, or holds what is no number
    """
    frame = _read(path, card)
    settings = endpoint_of(card).settings
    names = {role: settings[role].upper() for role in ROLES if settings.get(role)}
    missing = sorted({*names.values(), NUMBER} - set(frame.columns))
    if missing:
        has = ", ".join(frame.columns) or "none"
        raise MisfitError(card.id, Breach(1, missing[0], f"only the columns {has}", "this column"))
    if frame.empty:
        raise MisfitError(card.id, Breach(0, "", "no row", "at least one"))
    cube = pd.DataFrame({role: frame[name].str.strip() for role, name in names.items()})
    cube["row"] = np.arange(len(frame)) + 1 + HEADER_ROWS
    return cube.assign(value=_numbers(frame[NUMBER], card))


def refuse_gaps(card: Card, cube: pd.DataFrame) -> None:
    """Refuse rows whose number StatBank does not know or show.

    Raises
    ------
    MisfitError : names the first
    """
    gaps = cube["row"][cube["value"].isna()]
    if len(gaps):
        raise MisfitError(card.id, Breach(int(gaps.iloc[0]), NUMBER, "no number", "a number for every combination"))


def _read(path: Path, card: Card) -> pd.DataFrame:
    try:
        frame = pd.read_csv(path, sep=";", dtype=str, encoding="utf-8-sig", keep_default_na=False)
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise MisfitError(card.id, Breach(line, "", f"the byte {error.object[error.start]:#x}", "UTF-8")) from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise MisfitError(card.id, Breach(0, "", f"no table ({error})", "columns with semicolons between")) from error
    return frame.rename(columns=lambda name: str(name).strip().upper())


def _numbers(text: pd.Series, card: Card) -> pd.Series:
    plain = text.str.strip().str.replace(",", ".", regex=False)
    plain = plain.mask(plain == NOTHING, "0").mask(plain.isin(UNKNOWN))
    numbers = pd.to_numeric(plain, errors="coerce")
    wrong = np.flatnonzero((numbers.isna() & plain.notna()) | ~np.isfinite(numbers.fillna(0)))
    if len(wrong):
        row = int(wrong[0]) + 1 + HEADER_ROWS
        raise MisfitError(card.id, Breach(row, NUMBER, repr(text.iloc[wrong[0]]), "a number"))
    return numbers.astype(float)
