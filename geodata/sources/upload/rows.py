"""One row of an uploaded file: every value read, every mistake named."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from geodata import crs
from geodata.facts import DOCTORS, PRACTICES
from geodata.sources.upload import values
from geodata.sources.upload.columns import BY_NAME, INTAKE_OF, INTAKE_WORDS, STEP_FREE_OF, STEP_FREE_WORDS
from geodata.sources.upload.ground import Ground, check_pair
from geodata.sources.upload.raw import RawRow
from geodata.sources.upload.wording import NOTHING, Expected, Note, RowBreach, WrongValueError

MOST_PATIENTS = 999_999
FAR_APART_M = 100.0
SHOWN = 80

A_VALUE = Expected("en værdi", "a value")
A_NUMBER_OF_SIX = Expected("et ydernummer på seks cifre", "a practice number of six digits")
A_CODE_OF_FOUR = Expected("en kommunekode på fire cifre", "a municipality code of four digits")
NO_CONTROL = Expected("almindelig tekst", "plain text")
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


@dataclass
class Checked:
    """A row being read: its texts by column, the heads they stand under, and what was found."""

    number: int
    texts: Mapping[str, str]
    heads: Mapping[str, str]
    breaches: list[RowBreach] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def value(self, name: str, read: Callable[[str], Any], empty: Any = None) -> Any:
        """A value read; `empty` when the field is empty and need not be filled, None when it is wrong."""
        text = self.texts.get(name, "")
        if not text and not BY_NAME[name].needed:
            return empty
        try:
            if not text:
                raise WrongValueError("missing", A_VALUE)
            if values.CONTROL.search(text):
                raise WrongValueError("control", NO_CONTROL)
            return read(text)
        except WrongValueError as wrong:
            self.refuse(name, wrong)
        return None

    def refuse(self, name: str, wrong: WrongValueError, **said: object) -> None:
        """Add a breach of a column."""
        text = self.texts.get(wrong.column or name, "")
        found = values.CONTROL.sub("\ufffd", text)[:SHOWN] or NOTHING
        column = self.title(wrong.column or name)
        breach = RowBreach(self.number, column, found, wrong.expected.en, wrong.case, wrong.expected.da, said)
        self.breaches.append(breach)

    def note(self, name: str, case: str, **said: object) -> None:
        """Add a remark on a column."""
        self.notes.append(Note(self.number, self.title(name), case, said))

    def title(self, name: str) -> str:
        """Head of a column as the user wrote it."""
        return self.heads.get(name) or BY_NAME[name].title_da


def read_row(
    raw: RawRow, columns: Mapping[int, str], head: tuple[str, ...], ground: Ground
) -> tuple[Row | None, Checked]:
    """Read one row; without a Row it has breaches."""
    texts = {name: values.text_of(raw.cells[at]) if at < len(raw.cells) else "" for at, name in columns.items()}
    checked = Checked(raw.number, texts, {name: head[at] for at, name in columns.items()})
    over = sum(cell not in (None, "") for cell in raw.cells[len(head) :])
    if over:
        wanted = Expected(f"{len(head)} felter", f"{len(head)} fields")
        found = f"{len(head) + over} felter"
        checked.breaches.append(RowBreach(raw.number, head[-1], found, wanted.en, "fields", wanted.da))
        return None, checked
    row = _row(checked, ground)
    return (None if checked.breaches else row), checked


def _row(checked: Checked, ground: Ground) -> Row:
    x, y = _point(checked, ground)
    return Row(
        number=checked.number,
        ydernummer=checked.value("ydernummer", lambda text: _ydernummer(text, checked)),
        practice={
            "name": checked.value("name", lambda text: _text(text, "name", checked)),
            "intake": checked.value("intake", lambda text: values.code_of(text, INTAKE_OF, INTAKE_WORDS)),
            "listed_patients": checked.value("listed_patients", lambda t: _count(t, "listed_patients", checked)),
            "closing_limit": checked.value("closing_limit", lambda t: _count(t, "closing_limit", checked)),
            "status_date": checked.value("status_date", values.date_of),
        },
        capacities=checked.value("capacities", _capacities),
        address=checked.value("address", lambda text: _text(text, "address", checked)),
        kommunekode=checked.value("kommunekode", lambda text: _kommunekode(text, ground), ""),
        x=x,
        y=y,
        step_free_access=checked.value(
            "step_free_access", lambda text: values.code_of(text, STEP_FREE_OF, STEP_FREE_WORDS), "unknown"
        ),
        ages=checked.value("ages", _ages, ()),
    )


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


def _text(text: str, name: str, checked: Checked) -> str:
    bare = text[1:] if text.startswith("'") and values.dangerous(text[1:]) else text
    if values.dangerous(bare):
        checked.note(name, "formula")
    return bare


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


def _point(checked: Checked, ground: Ground) -> tuple[float, float]:
    """The row's point in EPSG:25832; (nan, nan) when it has none, which is a breach."""
    systems = [
        (("x", "y"), ground.metric, ground.degrees, crs.INSIDE),
        (("lon", "lat"), ground.degrees, ground.metric, crs.WGS84),
    ]
    filled = [system for system in systems if any(checked.texts.get(name) for name in system[0])]
    if not filled:
        name = next((name for name in ("x", "lon") if name in checked.texts), "x")
        checked.refuse(name, WrongValueError("missing", Expected("en koordinat", "a coordinate")))
        return np.nan, np.nan
    points = [point for system in filled if (point := _pair(checked, *system)) is not None]
    if len(points) == 2 and (apart := math.dist(*points)) > FAR_APART_M:
        checked.note("x", "two_systems", n=round(apart))
    return points[0] if points else (np.nan, np.nan)


def _pair(checked: Checked, names: tuple[str, str], bounds: Any, other: Any, epsg: int) -> tuple[float, float] | None:
    pair = list(_numbers(checked, names))
    if len(pair) < 2:
        return None
    try:
        check_pair(pair[0], pair[1], bounds, other, names)
    except WrongValueError as wrong:
        checked.refuse(names[0], wrong)
        return None
    x, y = crs.to_inside(pair[0], pair[1], epsg)
    return float(x), float(y)


def _numbers(checked: Checked, names: tuple[str, str]) -> Iterator[float]:
    for name in names:
        try:
            if not checked.texts.get(name):
                raise WrongValueError("missing", Expected("en koordinat", "a coordinate"))
            yield values.number_of(checked.texts[name])
        except WrongValueError as wrong:
            checked.refuse(name, wrong)
