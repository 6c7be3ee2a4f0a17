"""Rows of the register as units that are open, closed or to come on a day: one for each SOR id."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from geodata.register import SOR_ID
from geodata.sources.sor.rows import Unit
from geodata.sources.upload.values import date_of
from geodata.sources.upload.wording import WrongValueError

FOR_EVER = "2500"
"""The register writes the last day of what is open as one in a far century."""

Remark = dict[str, Any]
"""A row of `register.REGISTER_REPORT`."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A row whose ids and days could be read; days are ISO text, None where they are open."""

    unit: Unit
    ydernummer: str | None
    start: str | None
    end: str | None

    def open_on(self, day: str) -> bool:
        """Whether it is open on a day (ISO); both days are inclusive."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


def dated(units: Iterable[Unit]) -> tuple[list[Dated], list[Remark]]:
    """Rows that can be read, and what is said of fields that cannot; a row without readable days is left out."""
    rows, remarks = [], []
    for unit in units:
        if not re.fullmatch(SOR_ID, unit.sor_id):
            remarks.append(remark("unreadable", unit, unit.sor_id, "a SOR id"))
            continue
        try:
            start, end = _day(unit.valid_from), _day(unit.valid_to)
        except WrongValueError:
            remarks.append(remark("unreadable", unit, f"{unit.valid_from} - {unit.valid_to}", "two days"))
            continue
        number = _ydernummer(unit)
        if unit.ydernummer and number is None:
            remarks.append(remark("unreadable", unit, unit.ydernummer, "a practice number of six digits"))
        rows.append(Dated(unit, number, start, end if end and end < FOR_EVER else None))
    return rows, remarks


def remark(finding: str, unit: Unit, found: str, told: str) -> Remark:
    """A remark on one row of the file."""
    said = {"sor_id": unit.sor_id if re.fullmatch(SOR_ID, unit.sor_id) else None, "name": unit.name or None}
    return {"finding": finding, "ydernummer": _ydernummer(unit), "row": unit.row, "found": found, "told": told, **said}


def current(rows: Sequence[Dated], day: str) -> list[Dated]:
    """One row for each SOR id: that of the day, else the last before it, else the first after it."""
    best: dict[str, Dated] = {}
    for row in rows:
        other = best.get(row.unit.sor_id)
        if other is None or _nearness(row, day) > _nearness(other, day):
            best[row.unit.sor_id] = row
    return list(best.values())


def by_institution(rows: Iterable[Dated]) -> Mapping[str, list[Dated]]:
    """Rows of each practice: its own first, then its units by id. Units that are closed say nothing of an open one."""
    found: dict[str, list[Dated]] = {}
    for row in rows:
        found.setdefault(row.unit.institution, []).append(row)
    return {one: sorted(members, key=lambda row: _order(row, one)) for one, members in sorted(found.items())}


def within(row: Dated, institution: Dated) -> Dated:
    """A unit's days as far as its practice is open."""
    starts = [day for day in (row.start, institution.start) if day]
    ends = [day for day in (row.end, institution.end) if day]
    return replace(row, start=max(starts, default=None), end=min(ends, default=None))


def _order(row: Dated, institution: str) -> tuple[bool, str]:
    return row.unit.sor_id != institution, row.unit.sor_id


def _nearness(row: Dated, day: str) -> tuple[int, str]:
    """Larger is nearer to the day: open, then closed the later the better, then to come."""
    if row.open_on(day):
        return 2, row.start or ""
    if row.end is not None and row.end < day:
        return 1, row.end
    return 0, ""


def _day(text: str) -> str | None:
    return date_of(text) if text else None


def _ydernummer(unit: Unit) -> str | None:
    text = unit.ydernummer
    good = text.isascii() and text.isdigit() and len(text) <= 6 and text.strip("0")
    return text.zfill(6) if good else None
