"""How one published figure is written: a count, a share, a distance; or that it is hidden."""

from collections.abc import Mapping
from typing import Any, Union

import pandas as pd

from app import language as say
from app.language import EN_DASH, Lang
from app.publish.copy import text

Row = Union[Mapping[str, Any], "pd.Series[Any]"]
"""A published row."""
LEAST_SHARE = 0.001
"""The least share that one decimal of a percent can show."""


def is_hidden(row: Row, column: str) -> bool:
    """Whether a row's count is hidden, for its own sake or another's."""
    return column in f"{row['suppressed']} {row['withheld']}".split()


def count(row: Row, column: str, smallest: float, lang: Lang = "da") -> str:
    """A count in a table: 204.752, `< 5` for a small one, the word for a withheld one, a dash for none."""
    if column in row["suppressed"].split():
        return say.table_count(1, lang, max(smallest, 2))
    if column in row["withheld"].split():
        return text("note.withheld", lang)
    return EN_DASH if pd.isna(row[column]) else say.number(row[column], lang)


def people(row: Row, column: str, smallest: float, lang: Lang = "da", *, about: bool = False) -> str:
    """A count of residents in a sentence: 836 borgere, færre end 5 borgere, et antal borgere, der ikke vises."""
    if column in row["suppressed"].split():
        return say.fewer_than(smallest, "resident", lang)
    if column in row["withheld"].split() or pd.isna(row[column]):
        return text("note.withheld_people", lang)
    write = say.about_count if about else say.count
    return write(row[column], "resident", lang)


def headline(row: Row, column: str, smallest: float, lang: Lang = "da") -> tuple[str, str]:
    """A count as the big figure and the noun that begins its sentence."""
    if is_hidden(row, column):
        return count(row, column, smallest, lang), say.noun(2, "resident", lang)
    return say.about(row[column], lang), say.noun(row[column], "resident", lang)


def share(row: Row, part: str, whole: str, lang: Lang = "da", *, sentence: bool = False) -> str:
    """A part of a whole as percent; a dash where either is hidden or the whole is nought."""
    if is_hidden(row, part) or is_hidden(row, whole) or pd.isna(row[part]) or not row[whole]:
        return EN_DASH
    return percent(row[part] / row[whole], lang, sentence=sentence)


def percent(part: float, lang: Lang = "da", *, sentence: bool = False) -> str:
    """A share as percent with one decimal; one that would round to nought is said to be below the least."""
    write = say.percent if sentence else say.percent_sign
    if not 0 < part < LEAST_SHARE / 2:
        return write(part, lang)
    below = text("note.below", lang) if sentence else f"<{say.NBSP}"
    return f"{below}{write(LEAST_SHARE, lang)}"


def distance(metres: float, lang: Lang = "da") -> str:
    """A mean distance: 7,8 km; a dash where there is none."""
    return EN_DASH if pd.isna(metres) else say.km(metres, lang)


def decimal(value: float, lang: Lang = "da", decimals: int = 1) -> str:
    """A number with decimals; a dash where there is none."""
    return EN_DASH if pd.isna(value) else say.number(value, lang, decimals)
