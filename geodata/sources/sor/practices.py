"""The register's practices as table REGISTER: each with its days, and its position from itself or one of its units."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.catalogue import Card, Region
from geodata.errors import Breach, MisfitError
from geodata.fetching import Ask, Fetched, Fetcher, read_note
from geodata.fetching.asking import endpoint_of
from geodata.geocoding.spelling import plain_address
from geodata.register import REGISTER
from geodata.sources.reading import Reading, source_file
from geodata.sources.sor.positions import Position, UnreadablePositionError, position_of
from geodata.sources.sor.rows import Place, cut, units_of
from geodata.sources.sor.versions import Dated, Remark, by_institution, current, dated, remark, within

MOST_UNREADABLE = 10
"""One row in so many may have days or ids that cannot be read; more is another file."""


@dataclass(frozen=True)
class Register:
    """The register, read: table REGISTER with its card, and remarks on its rows (as REGISTER_REPORT)."""

    reading: Reading
    remarks: tuple[Remark, ...]


def fetch_sor(fetcher: Fetcher, card: Card, region: Region) -> Fetched:  # noqa: ARG001 - one file for the country
    """The nightly file, of which the rows of general practices are kept.

    Raises
    ------
    FetchError, MisfitError : it cannot be had, or is something else
    """
    endpoint = endpoint_of(card)
    ask = Ask(
        card,
        endpoint.url.format(**endpoint.settings),
        make=partial(cut, card=card),
        check=partial(register_of, card=card, day=date.today()),
    )
    return fetcher.file(ask)


def read_sor(folder: Path, region: Region) -> Reading:  # noqa: ARG001 - one file for the country
    """Table REGISTER as of today; raises as `register_of`."""
    return register_of(*source_file(folder, "sor_entities"), date.today()).reading


def read_sor_legacy(folder: Path, region: Region) -> Reading:  # noqa: ARG001 - one file for the country
    """Table REGISTER of the former file; raises as `register_of`."""
    return register_of(*source_file(folder, "sor_legacy"), date.today()).reading


def register_of(path: Path, card: Card, day: date) -> Register:
    """The general practices of the country on a day: open, closed and to come.

    Raises
    ------
    MisfitError : as `rows.units_of`, or too many rows have days or ids that cannot be read
    """
    found = units_of(path, card)
    rows, remarks = dated(found.units)
    if len(rows) * MOST_UNREADABLE < len(found.units) * (MOST_UNREADABLE - 1):
        first = remarks[0]
        raise MisfitError(card.id, Breach(first["row"], "", str(first["found"]), str(first["told"])))
    specialities = endpoint_of(card).settings["specialities"].split(",")
    practices = by_institution(current(rows, day.isoformat()))
    general = {one: members for one, members in practices.items() if _general(members, specialities)}
    positions = Positions()
    records = [row for one, members in general.items() for row in _rows(one, members, day.isoformat(), positions)]
    frame = REGISTER.check(pd.DataFrame(records, columns=REGISTER.names))
    notes = [*found.notes, *_counts(len(found.ragged), len(practices) - len(general), len(positions.remarks))]
    note = read_note(path)
    as_of = note.data_date if note else ""
    reading = Reading(frame, card, found.rows, len(found.units), "; ".join(notes), as_of)
    return Register(reading, (*remarks, *positions.remarks))


class Positions:
    """Reads places of units; `remarks` collects what is read otherwise than written, or not at all."""

    def __init__(self) -> None:
        self.remarks: list[Remark] = []

    def of(self, row: Dated, place: Place) -> Position | None:
        """The point of one place; None where it has none that can be read."""
        written = f"{place.east} {place.north}".strip()
        try:
            found = position_of(place.east, place.north)
        except UnreadablePositionError as error:
            self.remarks.append(remark("no_position", row.unit, written, str(error)))
            return None
        if found is not None and found.reading != "as_written":
            told = f"{found.x:.0f} {found.y:.0f} ({found.reading})"
            self.remarks.append(remark("read_as", row.unit, written, told))
        return found


def _counts(ragged: int, other: int, positions: int) -> Iterator[str]:
    if ragged:
        yield f"{ragged} rows with another number of fields left out"
    if other:
        yield f"{other} practices of other specialities left out"
    if positions:
        yield f"{positions} positions read otherwise than written, or not at all"


def _general(members: Sequence[Dated], specialities: Sequence[str]) -> bool:
    """Whether a practice states one of the specialities, or none at all."""
    stated = {word for row in members if row.unit.practice for word in row.unit.specialities}
    return not stated or bool(stated & {word.strip().casefold() for word in specialities})


def _rows(institution: str, members: Sequence[Dated], day: str, positions: Positions) -> Iterator[dict[str, Any]]:
    """Rows of REGISTER for one practice: its main address, then each other address of its units."""
    head = members[0]
    here = [row for row in members if row is head or not head.open_on(day) or row.open_on(day)]
    numbers = {row.ydernummer for row in here if row.ydernummer}
    for group in _by_address(here, several=len(numbers) > 1):
        unit = group[0].unit
        places = [place for row in group for place in row.unit.places]
        address = next((place for place in places if place.address), places[0] if places else None)
        dates = within(group[0], head)
        number = next((row.ydernummer for row in group if row.ydernummer), None)
        yield {
            "sor_id": institution,
            "unit_id": unit.sor_id,
            "ydernummer": number or (min(numbers) if len(numbers) == 1 else None),
            "name": head.unit.name or unit.name or institution,
            **_place_columns(address),
            **_position_columns(group, positions),
            "valid_from": dates.start,
            "valid_to": dates.end,
        }


def _by_address(members: Sequence[Dated], *, several: bool) -> list[list[Dated]]:
    """Members by address, and by number where the practice has several; those without an address go with the first."""
    lead = next((plain_address(place.address) for row in members if (place := _address(row))), "")
    groups: dict[tuple[str, str | None], list[Dated]] = {}
    for row in members:
        place = _address(row)
        where = plain_address(place.address) if place else lead
        groups.setdefault((where, row.ydernummer if several else None), []).append(row)
    return list(groups.values())


def _address(row: Dated) -> Place | None:
    return next((place for place in row.unit.places if place.address), None)


def _place_columns(place: Place | None) -> Mapping[str, Any]:
    if place is None:
        return {}
    code = place.municipality.zfill(4)
    return {
        "address": place.address or None,
        "kommunekode": code if len(code) == 4 and code.isdigit() and code.startswith("0") and code != "0000" else None,
        "region_code": place.region or None,
    }


def _position_columns(group: Sequence[Dated], positions: Positions) -> Mapping[str, Any]:
    """The first position that can be read: of the unit itself, then of the others at its address."""
    for row in group:
        own = _address(row)
        for place in row.unit.places:
            if place.address and own is not None and plain_address(place.address) != plain_address(own.address):
                continue
            found = positions.of(row, place)
            if found is not None:
                return {"x": found.x, "y": found.y, "reading": found.reading, "position_of": row.unit.sor_id}
    return {}
