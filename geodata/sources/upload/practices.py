"""Rows of an uploaded file together: practices, locations and what ties them, with contradictions named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from geodata.facts import DOCTORS, LOCATIONS, PRACTICE_LOCATIONS, PRACTICES
from geodata.rules import RuleSet
from geodata.sources.upload.checked import Checked
from geodata.sources.upload.ground import Ground
from geodata.sources.upload.position import POINT_COLUMNS
from geodata.sources.upload.rows import Row
from geodata.sources.upload.wording import Expected, WrongValueError

ON_LAND = Expected(
    "et punkt på land i regionen eller i en nabokommune tæt på",
    "a point on land in the region or in a neighbouring municipality nearby",
)


@dataclass
class Gathered:
    """Rows that can be used, by practice; `checked` collects what is wrong with the others."""

    checked: Mapping[int, Checked]
    rows: list[Row] = field(default_factory=list)
    by_number: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Take a row, or name what keeps it out."""
        before = self.by_number.setdefault(row.ydernummer, [])
        wrong = _clash(row, before)
        if wrong is None:
            before.append(row)
            self.rows.append(row)
            return
        said = {"x": row.ydernummer, "a": before[0].number, "b": row.number}
        self.checked[row.number].refuse("ydernummer", wrong, **said)


def _clash(row: Row, before: Sequence[Row]) -> WrongValueError | None:
    """Why a row cannot stand beside earlier rows of its ydernummer."""
    if not before:
        return None
    same = next((other for other in before if place_of(other) == place_of(row)), None)
    if same is not None:
        expected = Expected(
            f"hver adresse én gang; se række {same.number}", f"each address once; see row {same.number}"
        )
        return WrongValueError("duplicate", expected)
    first = before[0]
    for name, value in row.practice.items():
        if value != first.practice[name]:
            expected = Expected(f"det samme som i række {first.number}", f"the same as in row {first.number}")
            return WrongValueError("contradiction", expected, name)
    most = PRACTICES["capacities"].highest or 0.0
    if sum(other.capacities for other in before) + row.capacities > most:
        return WrongValueError("range", Expected(f"højst {most:g} i alt", f"at most {most:g} in all"), "capacities")
    return None


def place_of(row: Row) -> tuple[str, int, int]:
    """What makes two rows one location: the address as people read it, and the metre."""
    return " ".join(row.address.casefold().split()), round(row.x), round(row.y)


def place_rows(rows: Sequence[Row], checked: Mapping[int, Checked], ground: Ground) -> list[Row]:
    """Rows whose point lies on land in the region or nearby, each with its municipality."""
    x, y = (pd.Series([getattr(row, axis) for row in rows], dtype=float).to_numpy() for axis in "xy")
    if not rows:
        return []
    placed = []
    for row, owner, near in zip(rows, ground.owners(x, y), ground.near(x, y), strict=True):
        code = owner or (row.kommunekode if row.kommunekode in ground.blank else "")
        if not near or not code:
            report = checked[row.number]
            column = next((name for name in POINT_COLUMNS if report.texts.get(name)), "address")
            report.refuse(column, WrongValueError("outside", ON_LAND))
            continue
        _note_place(row, owner, checked[row.number])
        placed.append(replace(row, kommunekode=row.kommunekode or code))
    return placed


def _note_place(row: Row, owner: str, report: Checked) -> None:
    if not owner:
        report.note("kommunekode", "unchecked")
    elif row.kommunekode and row.kommunekode != owner:
        report.note("kommunekode", "municipality", x=row.kommunekode, n=owner)


def practices_of(gathered: Gathered, rules: RuleSet) -> pd.DataFrame:
    """Table PRACTICES: capacities of all locations added up; a missing limit and date by rule, which is noted."""
    rows = [_practice(number, rows, gathered, rules) for number, rows in gathered.by_number.items() if rows]
    return PRACTICES.check(pd.DataFrame(rows, columns=PRACTICES.names).sort_values("ydernummer", ignore_index=True))


def _practice(number: str, rows: Sequence[Row], gathered: Gathered, rules: RuleSet) -> dict[str, Any]:
    first, report = rows[0], gathered.checked[rows[0].number]
    said = dict(first.practice)
    capacities = sum(row.capacities for row in rows)
    if len(rows) > 1:
        report.note("capacities", "several_locations", x=number, n=len(rows))
    if said["closing_limit"] is None:
        said["closing_limit"] = round(capacities * rules.number("closing_limit", first.kommunekode))
        if "closing_limit" in report.texts:
            report.note("closing_limit", "default_limit", n=said["closing_limit"])
    if said["status_date"] is None:
        said["status_date"] = rules.day.isoformat()
        if "status_date" in report.texts:
            report.note("status_date", "default_date", x=said["status_date"])
    _note_mismatch(said, report)
    return {"ydernummer": number, "capacities": capacities, **said}


def _note_mismatch(said: Mapping[str, Any], report: Checked) -> None:
    """Intake is never inferred from the list; where the two disagree it is reported."""
    listed, limit = said["listed_patients"], said["closing_limit"]
    if said["intake"] == "open" and listed >= limit:
        report.note("intake", "open_above_limit", x=listed, n=limit)
    if said["intake"] == "closed" and listed < limit:
        report.note("intake", "closed_below_limit", x=listed, n=limit)


def locations_of(gathered: Gathered) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables LOCATIONS and PRACTICE_LOCATIONS: rows at one address and metre share a location."""
    shared: dict[tuple[str, int, int], list[Row]] = {}
    for row in gathered.rows:
        shared.setdefault(place_of(row), []).append(row)
    ids = _location_ids(list(shared))
    locations = [_location(ids[place], rows, gathered) for place, rows in shared.items()]
    ties = [(row.ydernummer, ids[place_of(row)], row.capacities) for row in gathered.rows]
    frames = pd.DataFrame(locations, columns=LOCATIONS.names), pd.DataFrame(ties, columns=PRACTICE_LOCATIONS.names)
    return (
        LOCATIONS.check(frames[0].sort_values("location_id", ignore_index=True)),
        PRACTICE_LOCATIONS.check(frames[1].sort_values(["ydernummer", "location_id"], ignore_index=True)),
    )


def _location_ids(places: Sequence[tuple[str, int, int]]) -> dict[tuple[str, int, int], str]:
    """An id from the metre; a number after it where several addresses share it, in the order of their names."""
    ids, used = {}, dict[tuple[int, int], int]()
    for place in sorted(places):
        spot = place[1:]
        used[spot] = used.get(spot, 0) + 1
        ids[place] = f"L{spot[0]}-{spot[1]}" + (f"-{used[spot]}" if used[spot] > 1 else "")
    return ids


def _location(identity: str, rows: Sequence[Row], gathered: Gathered) -> dict[str, Any]:
    first = min(rows, key=lambda row: row.number)
    access = {row.step_free_access for row in rows} - {"unknown"}
    if len(access) > 1:
        for row in rows:
            gathered.checked[row.number].note("step_free_access", "step_free")
    return {
        "location_id": identity,
        "address": first.address,
        "kommunekode": first.kommunekode,
        "x": first.x,
        "y": first.y,
        "step_free_access": access.pop() if len(access) == 1 else "unknown",
        "placed_by": first.placed_by,
    }


def doctors_of(gathered: Gathered) -> pd.DataFrame:
    """Table DOCTORS: one row for each age given."""
    ages = [(row.ydernummer, age) for row in gathered.rows for age in row.ages]
    return DOCTORS.check(pd.DataFrame(ages, columns=DOCTORS.names))


def listed_of(gathered: Gathered) -> pd.DataFrame:
    """Good rows as they stand in the file, for what is held against them."""
    names = ("ydernummer", "sor_id", "address", "kommunekode", "x", "y", "placed_by")
    rows = [
        {"row": row.number, "name": row.practice["name"], **{name: getattr(row, name) for name in names}}
        for row in gathered.rows
    ]
    return pd.DataFrame(rows, columns=["row", "name", *names])
