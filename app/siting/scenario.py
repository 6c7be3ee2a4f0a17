"""A scenario: a frozen list of changes to the practices of a study, read strictly from JSON, named by its content.

    {"base": "<study hash>", "changes": [
        {"open":     {"lon": 12.5, "lat": 55.7, "capacity": 2}},
        {"close":    {"ydernummer": "012345"}},
        {"move":     {"ydernummer": "012346", "lon": 12.4, "lat": 55.8}},
        {"intake":   {"ydernummer": "012347", "to": "open"}},
        {"capacity": {"ydernummer": "012348", "capacities": 3}}]}

The order of changes says nothing: they are kept in one canonical order, so that the same changes have the same hash.
Whether they fit a region's facts is asked when they are applied (`app.siting.apply`).
"""

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from app.errors import QuestionError
from geodata.facts import INTAKES, PRACTICES, YDERNUMMER

MOST_CHANGES = 500
"""A scenario holds no more changes than this."""
ALONE = "close"
"""A practice that closes has no other change."""
CAPACITY = 1.0
"""Capacities of a new practice when nothing is said of them."""


@dataclass(frozen=True, order=True)
class Open:
    """A new practice, open for intake, at longitude and latitude (WGS 84), with GP capacities and listed patients."""

    lon: float
    lat: float
    capacity: float = CAPACITY
    listed_patients: int = 0


@dataclass(frozen=True, order=True)
class Close:
    """A practice closes for good; where its patients go is not said."""

    ydernummer: str


@dataclass(frozen=True, order=True)
class Move:
    """A practice moves, with all its locations, to one place (WGS 84)."""

    ydernummer: str
    lon: float
    lat: float


@dataclass(frozen=True, order=True)
class Intake:
    """A practice is registered as open, closed or closed by dispensation."""

    ydernummer: str
    to: str


@dataclass(frozen=True, order=True)
class Capacity:
    """A practice has other capacities; its closing limit and its shares at locations follow in proportion."""

    ydernummer: str
    capacities: float


Change = Open | Close | Move | Intake | Capacity
KINDS: Mapping[str, type[Change]] = {
    "open": Open,
    "close": Close,
    "move": Move,
    "intake": Intake,
    "capacity": Capacity,
}
"""Change by its word, in canonical order."""


@dataclass(frozen=True)
class Scenario:
    """Changes to a study.

    Parameters
    ----------
    changes : in canonical order: by kind as in `KINDS`, then by their fields
    base : hash of the study they were made on; empty where they hold for any
    """

    changes: tuple[Change, ...]
    base: str = ""

    def document(self) -> dict[str, Any]:
        """The scenario as JSON; read again, it is equal."""
        words = {kind: word for word, kind in KINDS.items()}
        changes = [{words[type(change)]: asdict(change)} for change in self.changes]
        return {"base": self.base, "changes": changes} if self.base else {"changes": changes}

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the content, as hex."""
        return hashlib.sha256(json.dumps(self.document(), sort_keys=True).encode()).hexdigest()

    def refuse_other_base(self, study: str) -> None:
        """Refuse a study other than the one the scenario was made on.

        Raises
        ------
        QuestionError : names both hashes
        """
        if self.base and self.base != study:
            raise QuestionError(
                f"the scenario was made on study {self.base[:8]}, and this is {study[:8]}; "
                "look at it again on the new figures, then give their hash as base, or leave base out"
            )


def make_scenario(changes: Sequence[Change], base: str = "") -> Scenario:
    """A scenario in canonical order.

    Raises
    ------
    QuestionError : a practice is changed twice in the same way, or closed and changed
    """
    _refuse_twice(changes)
    order = list(KINDS.values())
    return Scenario(tuple(sorted(changes, key=lambda change: (order.index(type(change)), _fields(change)))), base)


def read_scenario(content: bytes) -> Scenario:
    """Read a scenario from the bytes of a JSON document.

    Raises
    ------
    QuestionError : they are not JSON, or as `parse_scenario`
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"the scenario is not JSON: {error}") from error
    return parse_scenario(document)


def parse_scenario(document: Any) -> Scenario:
    """Read a scenario from a JSON document.

    Raises
    ------
    QuestionError : says where the document is wrong and what was expected
    """
    whole = _object(document, "the scenario", {"base", "changes"})
    base = whole.get("base", "")
    if not isinstance(base, str):
        raise QuestionError(f"base is {_shown(base)}; expected the hash of a study, as text")
    changes = whole.get("changes")
    if not isinstance(changes, list):
        raise QuestionError(f"changes is {_shown(changes)}; expected a list of changes")
    if len(changes) > MOST_CHANGES:
        raise QuestionError(f"the scenario has {len(changes)} changes; expected at most {MOST_CHANGES}")
    return make_scenario([_change(change, f"change {i}") for i, change in enumerate(changes, start=1)], base)


def _change(document: Any, where: str) -> Change:
    one = _object(document, where, set(KINDS))
    if len(one) != 1:
        raise QuestionError(f"{where} has {len(one)} kinds; expected one of {', '.join(KINDS)}")
    ((word, inside),) = one.items()
    kind, where = KINDS[word], f"{where}, {word}"
    fields = kind.__dataclass_fields__
    given = _object(inside, where, set(fields))
    needed = [name for name, field in fields.items() if name not in given and not _has_default(field)]
    if needed:
        raise QuestionError(f"{where} lacks {', '.join(needed)}")
    return kind(**{name: READERS[name](value, f"{where}, {name}") for name, value in given.items()})


def _has_default(field: Any) -> bool:
    return isinstance(field.default, int | float)


def _object(document: Any, where: str, known: set[str]) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise QuestionError(f"{where} is {_shown(document)}; expected an object with {', '.join(sorted(known))}")
    strange = sorted(set(document) - known)
    if strange:
        raise QuestionError(f"{where} has the unknown key {_shown(strange[0])}; known are {', '.join(sorted(known))}")
    return document


def _number(low: float, high: float) -> Callable[[Any, str], float]:
    def read(value: Any, where: str) -> float:
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not (good and math.isfinite(value) and low <= value <= high):
            raise QuestionError(f"{where} is {_shown(value)}; expected a number from {low:g} to {high:g}")
        return float(value)

    return read


def _whole(value: Any, where: str) -> int:
    low, high = (PRACTICES["listed_patients"].lowest or 0, 10**6)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise QuestionError(f"{where} is {_shown(value)}; expected a whole number from {low:g} to {high:g}")
    return value


def _ydernummer(value: Any, where: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(YDERNUMMER, value, re.ASCII):
        raise QuestionError(f"{where} is {_shown(value)}; expected six digits, as text")
    return value


def _intake(value: Any, where: str) -> str:
    known = [code.value for code in INTAKES]
    if value not in known:
        raise QuestionError(f"{where} is {_shown(value)}; expected one of {', '.join(known)}")
    return str(value)


_capacities = _number(float(PRACTICES["capacities"].lowest or 0), float(PRACTICES["capacities"].highest or math.inf))
READERS: Mapping[str, Callable[[Any, str], Any]] = {
    "lon": _number(-180, 180),
    "lat": _number(-90, 90),
    "capacity": _capacities,
    "capacities": _capacities,
    "listed_patients": _whole,
    "ydernummer": _ydernummer,
    "to": _intake,
}
"""How each field of a change is read."""


def _refuse_twice(changes: Sequence[Change]) -> None:
    words = {kind: word for word, kind in KINDS.items()}
    named = [(change.ydernummer, words[type(change)]) for change in changes if not isinstance(change, Open)]
    for (number, word), times in Counter(named).items():
        if times > 1:
            raise QuestionError(f"practice {number} has {word} {times} times; expected once")
    for number, word in named:
        if word != ALONE and (number, ALONE) in named:
            raise QuestionError(f"practice {number} has {ALONE} and {word}; a practice that closes has no other change")


def _fields(change: Change) -> tuple[Any, ...]:
    return tuple(asdict(change).values())


def _shown(value: Any) -> str:
    """A value in a message, cut off."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
