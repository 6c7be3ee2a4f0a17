"""A siting question: how many new practices, where, for whom, by what objective; read strictly from JSON.

    {"add": 5, "objective": "covering", "k": 2, "area": {"kind": "health_council", "code": "nord"},
     "standard": {"mode": "drive", "minutes": 15}, "weights": {"age_80_plus": 1}, "close": ["012345"],
     "move": ["012346"], "time_limit": 30}

What is not said takes its default and is left out of the canonical form, so that the same question has the same hash.
Whether it fits a region's facts is asked when it is posed (`app.siting.ground`).
"""

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from dataclasses import fields as fields_of
from functools import cached_property
from typing import Any

import shapely

from app.access.findings import MODES
from app.access.need import CONTACTS
from app.errors import QuestionError
from app.siting.reasons import KINDS, ZONES
from geodata.facts import AGE_COLUMNS, YDERNUMMER
from geodata.tables import Code

MOST_SITES = 200
MOST_SECONDS = 600.0
MOST_CORNERS = 500
MOST_ALTERNATIVES = 9
MOST_K = 9
MOST_MINUTES = 240.0
MOST_GIVE = 50.0
AREA_KINDS = ("region", "health_council", "municipality", "city_district", "polygon")
SERVED = ("area", "region")
COMPARED = ("municipality", "health_council", "city_district")
OBJECTIVE = "covering"
SECONDS = 30.0

WEIGHED = (*AGE_COLUMNS, CONTACTS)

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Area:
    """Where the sites may lie.

    Parameters
    ----------
    kind : one of `AREA_KINDS`
    code : of an area of that kind; empty for the region and a polygon
    ring : corners of a polygon, longitude and latitude, not closed
    """

    kind: str = "region"
    code: str = ""
    ring: Ring = ()


@dataclass(frozen=True)
class Standard:
    """What counts as within reach: the home's legal limit, or so many minutes by a mode.

    Parameters
    ----------
    mode : drive, bike or walk; empty for the legal limit
    minutes : inclusive; 0 for the legal limit
    """

    mode: str = ""
    minutes: float = 0.0

    @property
    def legal(self) -> bool:
        """Whether it is the legal limit."""
        return not self.mode


@dataclass(frozen=True)
class SitingQuestion:
    """What is asked.

    Parameters
    ----------
    add : number of new practices
    objective : a key of `objectives.OBJECTIVES`
    k : open practices that residents shall have within reach; None for the rule `minimum_open`
    standard : what is within reach
    area : where the sites may lie
    serve : whose residents count, those of the `area` or of the whole `region`
    weights : weight of each age group, or of their contacts with doctors (`access.need`); empty where all count as one
    close : practices that close in the answer
    move : practices that may move to one of the sites, or stay
    kinds, zones : kinds of candidates to choose from, and zones they may lie in; empty for all (`siting.candidates`)
    stop_m : metres to a bus stop or station at most; None for any
    per_site : most new practices at one site
    capacity : GP capacities of each new practice
    require : requirements that a site must be known to meet (`premises.requirements`); then only premises are sites
    by : kind of the areas that `worst_off` and `even` compare
    gini : what the Gini of their mean ways may be at most under `even`; None for what it is today
    give : percent of the residents lifted that `lift_then_near` may give up for shorter ways
    alternatives : how many other placements to look for
    time_limit : seconds
    """

    add: int
    objective: str = OBJECTIVE
    k: int | None = None
    standard: Standard = field(default_factory=Standard)
    area: Area = field(default_factory=Area)
    serve: str = "area"
    weights: tuple[tuple[str, float], ...] = ()
    close: tuple[str, ...] = ()
    move: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    stop_m: float | None = None
    per_site: int = 1
    capacity: float = 1.0
    require: tuple[str, ...] = ()
    by: str = "municipality"
    gini: float | None = None
    give: float = 0.0
    alternatives: int = 2
    time_limit: float = SECONDS

    def document(self) -> dict[str, Any]:
        """The question as JSON, without what is as usual; read again, it is equal."""
        usual = SitingQuestion(self.add)
        changed = [one.name for one in fields_of(self) if getattr(self, one.name) != getattr(usual, one.name)]
        return {"add": self.add, **{name: _written(getattr(self, name)) for name in changed}}

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON, as hex."""
        return hashlib.sha256(json.dumps(self.document(), sort_keys=True).encode()).hexdigest()


def read_question(content: bytes) -> SitingQuestion:
    """Read a question from the bytes of a JSON document.

    Raises
    ------
    QuestionError : they are not JSON, or as `parse_question`
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"the question is not JSON: {error}", "json") from error
    return parse_question(document)


def parse_question(document: Any) -> SitingQuestion:
    """Read a question from a JSON document.

    Raises
    ------
    QuestionError : says which field is wrong, what was found and what was expected
    """
    given = _object(document, "the question", tuple(READERS))
    if "add" not in given:
        raise QuestionError("the question lacks add: the number of new practices", "lacks", field="add")
    question = SitingQuestion(**{name: READERS[name](value, name) for name, value in given.items()})
    both = sorted(set(question.close) & set(question.move))
    if both:
        raise QuestionError(f"practice {both[0]} stands in close and in move; choose one", "both", nr=both[0])
    return question


def _written(value: Any) -> Any:
    if isinstance(value, Area):
        return {"kind": value.kind, **({"ring": value.ring} if value.ring else {"code": value.code})}
    if isinstance(value, Standard):
        return {"mode": value.mode, "minutes": value.minutes}
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def _object(document: Any, where: str, known: tuple[str, ...]) -> Mapping[str, Any]:
    names = ", ".join(known)
    if not isinstance(document, dict):
        raise _unlike(where, document, f"an object with {names}", "object", known=names)
    strange = sorted(set(document) - set(known))
    if strange:
        message = f"{where} has the unknown key {_shown(strange[0])}; known are {names}"
        raise QuestionError(message, "unknown_key", field=_field(where), x=_shown(strange[0]), known=names)
    return document


def _number(value: Any, where: str) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not good:
        raise QuestionError(f"{where} is not a number: found {_shown(value)}", "nan", field=where)
    return float(value)


def _between(low: float, high: float) -> Callable[[Any, str], float]:
    def read(value: Any, where: str) -> float:
        number = _number(value, where)
        if not low <= number <= high:
            raise _out_of_range(where, value, low, high)
        return number

    return read


def _whole(low: int, high: int) -> Callable[[Any, str], int]:
    def read(value: Any, where: str) -> int:
        number = _number(value, where)
        if number != int(number) or not low <= number <= high:
            raise _out_of_range(where, value, low, high)
        return int(number)

    return read


def _out_of_range(where: str, value: Any, low: float, high: float) -> QuestionError:
    message = f"{where} is {_shown(value)}; expected {low:g} to {high:g}"
    return QuestionError(message, "range", field=where, x=_shown(value), low=low, high=high)


def _one_of(known: tuple[str, ...]) -> Callable[[Any, str], str]:
    def read(value: Any, where: str) -> str:
        if value not in known:
            names = ", ".join(filter(None, known))
            raise _unlike(where, value, f"one of {names}", "one_of", known=names)
        return str(value)

    return read


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise _unlike(where, value, "text", "text")
    return value


def _k(value: Any, where: str) -> int | None:
    return None if value is None else _whole(1, MOST_K)(value, where)


def _gini(value: Any, where: str) -> float | None:
    return None if value is None else _between(0.0, 1.0)(value, where)


def _standard(document: Any, where: str) -> Standard:
    given = _object(document, where, ("mode", "minutes"))
    mode = _one_of(("", *(code.value for code in MODES)))(given.get("mode", ""), f"{where}.mode")
    minutes = _number(given.get("minutes", 0.0), f"{where}.minutes")
    if not mode:
        if "minutes" in given and minutes != 0.0:
            raise QuestionError(f"{where}.minutes needs a mode; the legal limit has none", "mode")
        return Standard()
    if minutes <= 0:
        raise QuestionError(f"{where}.minutes is {minutes:g}; a limit must be above 0", "limit")
    return Standard(mode, _between(0.0, MOST_MINUTES)(minutes, f"{where}.minutes"))


def _area(document: Any, where: str) -> Area:
    given = _object(document, where, ("kind", "code", "ring"))
    kind = _one_of(AREA_KINDS)(given.get("kind"), f"{where}.kind")
    if kind == "polygon":
        return Area(kind, ring=_ring(given.get("ring"), f"{where}.ring"))
    if kind == "region":
        return Area()
    return Area(kind, _text(given.get("code"), f"{where}.code"))


def _ring(value: Any, where: str) -> Ring:
    if not isinstance(value, list) or not 3 <= len(value) <= MOST_CORNERS:
        raise _unlike(where, value, f"a list of 3 to {MOST_CORNERS} corners [lon, lat]", "corners", most=MOST_CORNERS)
    corners = tuple(_corner(corner, f"{where}, corner {i}") for i, corner in enumerate(value, start=1))
    corners = corners[:-1] if corners[0] == corners[-1] else corners
    if len(set(corners)) < 3:
        raise QuestionError(f"{where} has {len(set(corners))} different corners; expected at least 3", "flat")
    reason = shapely.is_valid_reason(shapely.Polygon(corners))
    if reason != "Valid Geometry":
        point = re.search(r"\[(.*?)\]", reason)
        at = ", ".join(f"{float(part):.5f}" for part in point.group(1).split()) if point else "?"
        raise QuestionError(f"the area crosses itself at {at}; draw it again", "polygon", point=at)
    return corners


def _corner(value: Any, where: str) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise _unlike(where, value, "[lon, lat]", "corner")
    return _between(-180, 180)(value[0], f"{where}, lon"), _between(-90, 90)(value[1], f"{where}, lat")


def _weights(document: Any, where: str) -> tuple[tuple[str, float], ...]:
    given = _object(document, where, WEIGHED)
    weights = {name: _number(value, f"{where}.{name}") for name, value in given.items()}
    if any(weight < 0 for weight in weights.values()) or not any(weights.values()):
        raise QuestionError(
            f"{where} is {_shown(document)}; expected weights of nought or more, and one at least above nought",
            "weights",
        )
    return tuple((name, weights[name]) for name in WEIGHED if weights.get(name))


def _numbers(value: Any, where: str) -> tuple[str, ...]:
    good = isinstance(value, list) and all(
        isinstance(one, str) and re.fullmatch(YDERNUMMER, one, re.ASCII) for one in value
    )
    if not good or len(set(value)) != len(value) or len(value) > MOST_SITES:
        raise _unlike(where, value, "a list of different practice numbers of six digits", "practice_numbers")
    return tuple(sorted(value))


def _names(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _unlike(where, value, "a list of names", "names")
    return tuple(sorted(set(value)))


def _one_each(codes: tuple[Code, ...]) -> Callable[[Any, str], tuple[str, ...]]:
    def read(value: Any, where: str) -> tuple[str, ...]:
        one = _one_of(tuple(code.value for code in codes))
        return tuple(one(name, where) for name in _names(value, where))

    return read


def _distance(value: Any, where: str) -> float | None:
    if value is None:
        return None
    metres = _number(value, where)
    if metres <= 0:
        raise QuestionError(f"{where} is {metres:g}; a distance must be above 0", "limit")
    return metres


def _unlike(where: str, value: Any, expected: str, key: str, **slots: object) -> QuestionError:
    """What is said of a value that is no such thing as expected."""
    found = _shown(value)
    return QuestionError(f"{where} is {found}; expected {expected}", key, field=_field(where), x=found, **slots)


def _field(where: str) -> str:
    """What is called by its name in a message of either language."""
    return where.removeprefix("the ")


def _shown(value: Any) -> str:
    """A value in a message, cut off."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


READERS: Mapping[str, Callable[[Any, str], Any]] = {
    "add": _whole(1, MOST_SITES),
    "objective": _text,
    "k": _k,
    "standard": _standard,
    "area": _area,
    "serve": _one_of(SERVED),
    "weights": _weights,
    "close": _numbers,
    "move": _numbers,
    "kinds": _one_each(KINDS),
    "zones": _one_each(ZONES),
    "stop_m": _distance,
    "per_site": _whole(1, MOST_K),
    "capacity": _between(0.1, 20.0),
    "require": _names,
    "by": _one_of(COMPARED),
    "gini": _gini,
    "give": _between(0.0, MOST_GIVE),
    "alternatives": _whole(0, MOST_ALTERNATIVES),
    "time_limit": _between(0.1, MOST_SECONDS),
}
"""How each field is read."""
