"""The `datetime` parameter: an instant or an interval of days, open at `..` (OGC 17-069r4, 7.15.4)."""

import re
from dataclasses import dataclass

from app.errors import QuestionError

DAY = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
CLOCK = r"[Tt][0-2]\d:[0-5]\d:[0-6]\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)"
MOMENT = re.compile(f"({DAY})(?:{CLOCK})?", re.ASCII)
INTERVAL = rf"^{DAY}({CLOCK})?(/({DAY}({CLOCK})?|\.\.)?)?$|^(\.\.)?/{DAY}({CLOCK})?$"
"""What the OpenAPI document says of the parameter."""
OPEN = ("", "..")
FIRST, LAST = "0000-01-01", "9999-12-31"


@dataclass(frozen=True)
class Days:
    """An interval of days, both ends inside it, as ISO text."""

    first: str
    last: str


def read_days(value: str) -> Days:
    """The days of a `datetime` parameter.

    Raises
    ------
    QuestionError : it is no instant, no interval, or ends before it begins
    """
    ends = value.split("/")
    if len(ends) == 1:
        return Days(_day(value, value), _day(value, value))
    if len(ends) != 2 or all(end in OPEN for end in ends):
        raise _bad(value)
    first = FIRST if ends[0] in OPEN else _day(ends[0], value)
    last = LAST if ends[1] in OPEN else _day(ends[1], value)
    if first > last:
        raise _bad(value)
    return Days(first, last)


def _day(end: str, value: str) -> str:
    found = MOMENT.fullmatch(end)
    if not found:
        raise _bad(value)
    return found[1]


def _bad(value: str) -> QuestionError:
    return QuestionError(
        f"datetime: expected a moment like 2026-01-01T00:00:00Z or an interval like 2026-01-01T00:00:00Z/.., "
        f"found {value[:60]!r}"
    )
