"""One row of a file of premises: every value read, every mistake named."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from geodata.premises import PREMISES
from geodata.sources.upload import values
from geodata.sources.upload.checked import Checked, checked_row, spoken
from geodata.sources.upload.form import plain
from geodata.sources.upload.ground import Ground
from geodata.sources.upload.locating import Whereabouts
from geodata.sources.upload.position import POINT_COLUMNS, point_of
from geodata.sources.upload.premises_columns import ANSWER_OF, ANSWER_WORDS, EXAMPLE_ID, GROUND_FLOOR, PREMISES_FORM
from geodata.sources.upload.raw import RawRow
from geodata.sources.upload.wording import Expected, WrongValueError

AN_ID = Expected("et id uden mellemrum på højst 40 tegn", "an id without spaces of at most 40 signs")
A_REAL_ROW = Expected("et rigtigt lokale; slet eksemplet", "real premises; delete the example")
A_PLACE = Expected("koordinater eller en adresse", "coordinates or an address")
STOREY = re.compile(r"(-?\d{1,2})(?: sal| etage| floor)?")
TEXTS = ("name", "address", "owner")
ANSWERS = ("lift", "step_free", "accessible_toilet", "market_rent")
WHOLE = ("rooms", "parking_spaces", "room_for_gps")
AMOUNTS = ("size_m2", "bus_stop_m", "station_m")


@dataclass(frozen=True)
class PremisesRow:
    """A row that could be read.

    Parameters
    ----------
    number : as the user sees it
    said : columns of PREMISES but place and id; None where the row is silent
    premises_id : empty where the row has none
    x, y : EPSG:25832
    """

    number: int
    premises_id: str
    said: dict[str, Any]
    x: float
    y: float


def read_premises_row(
    raw: RawRow, head: tuple[str, ...], ground: Ground, places: Whereabouts
) -> tuple[PremisesRow | None, Checked]:
    """Read one row; without a PremisesRow it has breaches."""
    checked = checked_row(raw, head, PREMISES_FORM)
    if checked.breaches:
        return None, checked
    premises_id = checked.value("premises_id", _id, "")
    said = {name: checked.value(name, reader) for name, reader in _readers(checked).items()}
    x, y = _place(checked, ground, places)
    return (None if checked.breaches else PremisesRow(raw.number, premises_id, said, x, y)), checked


def _readers(checked: Checked) -> dict[str, Callable[[str], Any]]:
    def text(name: str) -> Callable[[str], str]:
        return lambda found: spoken(found, name, checked)

    def amount(name: str, *, whole: bool) -> Callable[[str], float]:
        return lambda found: _amount(found, name, whole=whole)

    return {
        **{name: text(name) for name in TEXTS},
        **dict.fromkeys(ANSWERS, _answer),
        **{name: amount(name, whole=True) for name in WHOLE},
        **{name: amount(name, whole=False) for name in AMOUNTS},
        "storey": _storey,
        "available_from": values.date_of,
    }


def _id(text: str) -> str:
    if text == EXAMPLE_ID:
        raise WrongValueError("example", A_REAL_ROW)
    if not re.fullmatch(PREMISES["premises_id"].pattern or "", text):
        raise WrongValueError("premises_id", AN_ID)
    return text[1:] if values.dangerous(text[1:]) and text.startswith("'") else text


def _answer(text: str) -> str | None:
    """Yes or no; None for a word that says it is not known."""
    return values.code_of(text, ANSWER_OF, ANSWER_WORDS) or None


def _amount(text: str, name: str, *, whole: bool) -> float:
    value = values.number_of(text)
    low, high = PREMISES[name].lowest or 0, PREMISES[name].highest or 0
    if whole and value != math.floor(value):
        raise WrongValueError("number", values.A_WHOLE_NUMBER)
    if value < 0 <= low:
        raise WrongValueError("negative", values.NOT_NEGATIVE)
    if not low <= value <= high:
        raise WrongValueError("range", Expected(f"mellem {low:g} og {high:g}", f"between {low:g} and {high:g}"))
    return value


def _storey(text: str) -> int:
    """Storey as a number: 0, 1. sal, st, kl."""
    word = plain(text) if not text.startswith("-") else text
    if word in GROUND_FLOOR:
        return GROUND_FLOOR[word]
    storey = STOREY.fullmatch(word)
    return int(_amount(storey[1] if storey else text, "storey", whole=True))


def _place(checked: Checked, ground: Ground, places: Whereabouts) -> tuple[float, float]:
    """The row's point: by its coordinates, else by its address; (nan, nan) when it has none, which is a breach."""
    if any(checked.texts.get(name) for name in POINT_COLUMNS):
        return point_of(checked, ground)
    address = checked.texts.get("address", "")
    try:
        if not address:
            raise WrongValueError("no_place", A_PLACE)
        found = places.place(address)
    except WrongValueError as wrong:
        checked.refuse("address", wrong)
        return math.nan, math.nan
    checked.note("address", f"by_{found.by}", x=found.candidate.label, n=found.candidate.source)
    return found.candidate.x, found.candidate.y
