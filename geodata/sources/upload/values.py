"""Single values of an uploaded file: numbers with comma or point, dates in Danish or ISO order, words of a list."""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime

from geodata.sources.upload.form import plain
from geodata.sources.upload.wording import Expected, WrongValueError

Cell = str | int | float | bool | date | datetime | None

PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
THOUSANDS = re.compile(
    r"[+-]?\d{1,3}(?:(?:\.\d{3})+(?:,\d+)?|(?:,\d{3})+\.\d+|(?:[ \u00a0\u202f]\d{3})+(?:,\d+)?)", re.ASCII
)
GROUPED_COUNT = re.compile(r"[+-]?\d{1,3}(?:([., \u00a0\u202f])\d{3})(?:\1\d{3})*", re.ASCII)
DIGITS_AND_MARKS = re.compile(r"[+-]?[\d.,]+", re.ASCII)
DANISH_DATE = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})", re.ASCII)
ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?", re.ASCII)
QUOTED = re.compile(r'="([^"]*)"')
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

A_NUMBER = Expected("et tal", "a number")
A_WHOLE_NUMBER = Expected("et helt tal", "a whole number")
DECIMAL_COMMA = Expected("et tal med ét komma som decimaltegn", "a number with one decimal comma or point")
NOT_NEGATIVE = Expected("0 eller derover", "0 or more")
A_DATE = Expected("en dato som 31-12-2025", "a date like 31-12-2025 or 2025-12-31")


def text_of(cell: Cell) -> str:
    """A cell as the user sees it: no `.0` after whole numbers, dates in ISO form, `="..."` taken out of its coat."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ja" if cell else "nej"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    text = str(cell).strip(" \u00a0\n")
    coat = QUOTED.fullmatch(text)
    return coat[1] if coat else text


def dangerous(text: str) -> bool:
    """Whether a spreadsheet might take a text for a formula; a plain number is none."""
    return text.startswith(DANGEROUS) and not PLAIN_NUMBER.fullmatch(text)


def number_of(text: str) -> float:
    """A number with decimal comma or point, thousands set off or not.

    Raises
    ------
    WrongValueError : "decimal" when marks stand where none can be, else "number"
    """
    if THOUSANDS.fullmatch(text) and not PLAIN_NUMBER.fullmatch(text):
        if re.search(r"\.\d{3}\.", text) and "," not in text:
            raise WrongValueError("decimal", DECIMAL_COMMA)
        decimal = max(text.rfind(","), text.rfind("."))
        whole, rest = (text[:decimal], text[decimal + 1 :]) if decimal > 0 else (text, "0")
        return float(re.sub(r"[^\d+-]", "", whole) + "." + rest)
    if not PLAIN_NUMBER.fullmatch(text):
        marks = DIGITS_AND_MARKS.fullmatch(text)
        raise WrongValueError("decimal", DECIMAL_COMMA) if marks else WrongValueError("number", A_NUMBER)
    value = float(text.replace(",", "."))
    if not math.isfinite(value):
        raise WrongValueError("number", A_NUMBER)
    return value


def count_of(text: str, most: int) -> int:
    """A whole number of people from 0 to `most`; thousands may be set off by point, comma or space.

    Raises
    ------
    WrongValueError : "negative", "number", "decimal" or "range"
    """
    bare = re.sub(r"[., \u00a0\u202f]", "", text) if GROUPED_COUNT.fullmatch(text) else text
    value = number_of(bare)
    if value < 0:
        raise WrongValueError("negative", NOT_NEGATIVE)
    if value != math.floor(value):
        raise WrongValueError("number", A_WHOLE_NUMBER)
    if value > most:
        raise WrongValueError("range", Expected(f"højst {most}", f"at most {most}"))
    return int(value)


def regrouped(text: str) -> bool:
    """Whether a count was written with thousands set off."""
    return bool(GROUPED_COUNT.fullmatch(text))


def date_of(text: str) -> str:
    """A date in Danish (31-12-2025, 31.12.2025, 31/12/2025) or ISO order as ISO text.

    Raises
    ------
    WrongValueError : "date"
    """
    danish, iso = DANISH_DATE.fullmatch(text), ISO_DATE.fullmatch(text)
    try:
        if danish:
            return date(int(danish[3]), int(danish[2]), int(danish[1])).isoformat()
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3])).isoformat()
    except ValueError as error:  # the 31st of February
        raise WrongValueError("date", A_DATE) from error
    raise WrongValueError("date", A_DATE)


def code_of(text: str, codes: Mapping[str, str], shown: tuple[str, ...]) -> str:
    """The code of a word in either language; `shown` are the words the message offers.

    Raises
    ------
    WrongValueError : "code"
    """
    known = {plain(word): code for word, code in codes.items()}
    if plain(text) not in known:
        offered = ", ".join(shown)
        raise WrongValueError("code", Expected(f"en af: {offered}", f"one of: {offered}"))
    return known[plain(text)]
