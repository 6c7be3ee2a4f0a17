"""One row of an uploaded file: every value read, every mistake named."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from geodata.facts import DOCTORS, PRACTICES
from geodata.register import SOR_ID
from geodata.sources.upload import values
from geodata.sources.upload.checked import Checked, checked_row, spoken
from geodata.sources.upload.columns import INTAKE_OF, INTAKE_WORDS, PRACTICE_FORM, STEP_FREE_OF, STEP_FREE_WORDS
from geodata.sources.upload.ground import Ground
from geodata.sources.upload.locating import BY_ADDRESS, BY_LIST, Whereabouts
from geodata.sources.upload.position import POINT_COLUMNS, point_of
from geodata.sources.upload.raw import RawRow
from geodata.sources.upload.wording import Expected, WrongValueError

MOST_PATIENTS = 999_999

A_NUMBER_OF_SIX = Expected("et ydernummer på seks cifre", "a practice number of six digits")
A_CODE_OF_FOUR = Expected("en kommunekode på fire cifre", "a municipality code of four digits")
A_SOR_ID = Expected("et SOR-id på 5 til 18 cifre", "a SOR id of 5 to 18 digits")
A_REAL_ROW = Expected("en rigtig praksis; slet eksemplet", "a real practice; delete the example")


@dataclass(frozen=True)
class Row:
    """A row that could be read.

    Parameters
    ----------
    number : as the user sees it
    practice : what belongs to the ydernummer: name, intake, listed_patients, closing_limit, status_date
    x, y : EPSG:25832
    kommunekode : as the file says, or empty
    sor_id : as the file says, or empty
    placed_by : code of `facts.PLACED_BY`
    """

    number: int
    ydernummer: str
    practice: Mapping[str, Any]
    capacities: float
    address: str
    kommunekode: str
    x: float
    y: float
    step_free_access: str
    ages: tuple[int, ...]
    sor_id: str = ""
    placed_by: str = BY_LIST


def read_row(raw: RawRow, head: tuple[str, ...], ground: Ground, places: Whereabouts) -> tuple[Row | None, Checked]:
    """Read one row; without a Row it has breaches."""
    checked = checked_row(raw, head, PRACTICE_FORM)
    if checked.breaches:
        return None, checked
    row = _located(_row(checked, ground), checked, places)
    return (None if checked.breaches else row), checked


def _located(row: Row, checked: Checked, places: Whereabouts) -> Row:
    """A row whose file gives no coordinates, put where its address or the register says."""
    if row.placed_by == BY_LIST or checked.breaches:
        return row
    try:
        found = places.practice(row.address, row.ydernummer, row.sor_id)
    except WrongValueError as wrong:
        checked.refuse("address", wrong)
        return row
    checked.note("address", f"by_{found.by}", x=found.candidate.label, n=found.candidate.source)
    return replace(row, x=found.candidate.x, y=found.candidate.y, placed_by=found.by)


def _row(checked: Checked, ground: Ground) -> Row:
    said = any(checked.texts.get(name) for name in POINT_COLUMNS)
    x, y = point_of(checked, ground) if said else (np.nan, np.nan)
    return Row(
        number=checked.number,
        ydernummer=checked.value("ydernummer", lambda text: _ydernummer(text, checked)),
        practice={
            "name": checked.value("name", lambda text: spoken(text, "name", checked)),
            "intake": checked.value("intake", lambda text: values.code_of(text, INTAKE_OF, INTAKE_WORDS)),
            "listed_patients": checked.value("listed_patients", lambda t: _count(t, "listed_patients", checked)),
            "closing_limit": checked.value("closing_limit", lambda t: _count(t, "closing_limit", checked)),
            "status_date": checked.value("status_date", values.date_of),
        },
        capacities=checked.value("capacities", _capacities),
        address=checked.value("address", lambda text: spoken(text, "address", checked)),
        kommunekode=checked.value("kommunekode", lambda text: _kommunekode(text, ground), ""),
        x=x,
        y=y,
        step_free_access=checked.value(
            "step_free_access", lambda text: values.code_of(text, STEP_FREE_OF, STEP_FREE_WORDS), "unknown"
        ),
        ages=checked.value("ages", _ages, ()),
        sor_id=checked.value("sor_id", _sor_id, ""),
        placed_by=BY_LIST if said else BY_ADDRESS,
    )


def _sor_id(text: str) -> str:
    if not re.fullmatch(SOR_ID, text, re.ASCII):
        raise WrongValueError("sor_id", A_SOR_ID)
    return text


def _ydernummer(text: str, checked: Checked) -> str:
    """Six digits; zeros that a spreadsheet cut off are put back, which is noted."""
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise WrongValueError("ydernummer", A_NUMBER_OF_SIX)
    if not text.strip("0"):
        raise WrongValueError("example", A_REAL_ROW)
    padded = text.zfill(6)
    if padded != text:
        checked.note("ydernummer", "zeros", x=padded)
    return padded


def _count(text: str, name: str, checked: Checked) -> int:
    count = values.count_of(text, MOST_PATIENTS)
    if values.regrouped(text):
        checked.note(name, "thousands", x=count)
    return count


def _capacities(text: str) -> float:
    number = values.number_of(text)
    low, high = PRACTICES["capacities"].lowest or 0.0, PRACTICES["capacities"].highest or np.inf
    if number < 0:
        raise WrongValueError("negative", values.NOT_NEGATIVE)
    if not low <= number <= high:
        danish = f"mellem {low:g} og {high:g}".replace(".", ",")
        raise WrongValueError("range", Expected(danish, f"between {low:g} and {high:g}"))
    return number


def _kommunekode(text: str, ground: Ground) -> str:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise WrongValueError("code", A_CODE_OF_FOUR)
    if text.zfill(4) not in ground.codes:
        raise WrongValueError(
            "code", Expected("en kommune i regionen eller lige uden for", "a municipality of the region or next to it")
        )
    return text.zfill(4)


def _ages(text: str) -> tuple[int, ...]:
    low, high = int(DOCTORS["age"].lowest or 0), int(DOCTORS["age"].highest or 0)
    words = text.replace(",", " ").replace(";", " ").replace("/", " ").split()
    for word in words:
        if not (word.isascii() and word.isdigit() and len(word) <= 3 and low <= int(word) <= high):
            expected = Expected(f"aldre mellem {low} og {high}", f"ages between {low} and {high}")
            raise WrongValueError("range", expected)
    return tuple(int(word) for word in words)
