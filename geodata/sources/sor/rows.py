"""The register's file row by row, however large: only rows of general practices are held."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from geodata.catalogue import Card
from geodata.errors import Breach, MisfitError
from geodata.fetching.asking import endpoint_of
from geodata.sources.sor.layout import Layout, layout_of
from geodata.sources.upload.values import text_of

DELIMITER = ";"
MOST_RAGGED = 100
"""One row in so many may have too few or too many fields; more is another file."""

Fields = Sequence[str]


@dataclass(frozen=True, slots=True)
class Place:
    """One address of a unit, as it is written; empty where nothing is."""

    street: str = ""
    house: str = ""
    postcode: str = ""
    town: str = ""
    municipality: str = ""
    region: str = ""
    east: str = ""
    north: str = ""

    @property
    def address(self) -> str:
        """Street, number, postcode and town."""
        parts = (f"{self.street} {self.house}".strip(), f"{self.postcode} {self.town}".strip())
        return ", ".join(part for part in parts if part) if self.street else ""


@dataclass(frozen=True, slots=True)
class Unit:
    """One row of a general practice, as it is written.

    Parameters
    ----------
    row : in the file, as a spreadsheet counts
    institution : SOR id of the practice that it belongs to
    practice : whether the row itself is of a practice's type
    """

    row: int
    sor_id: str
    institution: str
    practice: bool
    name: str
    ydernummer: str
    valid_from: str
    valid_to: str
    specialities: frozenset[str]
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Units:
    """What a file holds: rows of general practices, rows in all, rows left out for their number of fields."""

    units: tuple[Unit, ...]
    rows: int
    ragged: tuple[int, ...]
    notes: tuple[str, ...]


def units_of(path: Path, card: Card) -> Units:
    """Rows of general practices. The file is read twice, since a unit may stand before its practice.

    Raises
    ------
    MisfitError : the file is not UTF-8, lacks a column, is cut off, or holds no general practice
    """
    layout, records = _opened(path, card)
    reader = RowReader(layout, card)
    ragged, rows, wanted = [], 0, set[str]()
    last = 0
    for number, fields in records:
        rows, last = rows + 1, number
        if len(fields) != layout.width:
            ragged.append(number)
        elif reader.is_practice(fields):
            wanted.add(reader.institution(fields))
    _refuse_ragged(card, ragged, rows, last, layout.width)
    if not wanted:
        types = endpoint_of(card).settings["practice_types"]
        mend = "put the setting practice_types right by LAEGEVALG_SOURCES"
        raise MisfitError(card.id, Breach(0, "", f"no general practice in {rows} rows", f"rows of type {types}"), mend)
    units = tuple(reader.unit(n, institution, fields) for n, institution, fields in _of(path, card, reader, wanted))
    return Units(units, rows, tuple(ragged), layout.notes)


def cut(path: Path, kept: Path, card: Card) -> None:
    """Write the head and the rows of general practices as they are; raises as `units_of`."""
    wanted = {unit.row for unit in units_of(path, card).units}
    with path.open(encoding="utf-8-sig", newline="") as file, kept.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=DELIMITER, lineterminator="\r\n")
        for number, fields in enumerate(csv.reader(file, delimiter=DELIMITER), start=1):
            if number == 1 or number in wanted:
                writer.writerow(fields)


class RowReader:
    """Reads the fields of a row where the layout has them."""

    def __init__(self, layout: Layout, card: Card) -> None:
        settings = endpoint_of(card).settings
        self.layout = layout
        self.types = _words(settings["practice_types"])
        self.children = _words(settings["child_kinds"])

    def said(self, fields: Fields, role: str) -> str:
        """A field without its coat; empty where the file has no such column."""
        at = self.layout.single.get(role)
        return "" if at is None else text_of(fields[at])

    def is_practice(self, fields: Fields) -> bool:
        """Whether the row's type, by code or name, is that of a practice."""
        return any(self.said(fields, role).casefold() in self.types for role in ("type_code", "type_name"))

    def institution(self, fields: Fields) -> str:
        """The practice of a row of a practice's type: its parent where it is a unit of one, else itself."""
        parent = self.said(fields, "parent")
        child = self.said(fields, "kind").casefold() in self.children
        return parent if child and parent else self.said(fields, "sor_id")

    def owner(self, fields: Fields, wanted: set[str]) -> str:
        """The practice that a row belongs to; empty for a row of something else."""
        parent, own = self.said(fields, "parent"), self.said(fields, "sor_id")
        return own if own in wanted else parent if parent in wanted else ""

    def unit(self, number: int, institution: str, fields: Fields) -> Unit:
        """The row as a unit of a practice."""
        places = (
            Place(**{role: text_of(fields[at]) for role, at in address.items()}) for address in self.layout.addresses
        )
        return Unit(
            row=number,
            sor_id=self.said(fields, "sor_id"),
            institution=institution,
            practice=self.is_practice(fields),
            name=self.said(fields, "name"),
            ydernummer=self.said(fields, "ydernummer"),
            valid_from=self.said(fields, "valid_from"),
            valid_to=self.said(fields, "valid_to"),
            specialities=frozenset(
                text for at in self.layout.specialities if (text := text_of(fields[at]).casefold()) not in ("", "0")
            ),
            places=tuple(place for place in places if place != Place()),
        )


def _of(path: Path, card: Card, reader: RowReader, wanted: set[str]) -> Iterator[tuple[int, str, Fields]]:
    _, records = _opened(path, card)
    for number, fields in records:
        if len(fields) == reader.layout.width and (institution := reader.owner(fields, wanted)):
            yield number, institution, fields


def _words(setting: str) -> set[str]:
    return {word.strip().casefold() for word in setting.split(",") if word.strip()}


def _opened(path: Path, card: Card) -> tuple[Layout, Iterator[tuple[int, Fields]]]:
    records = _records(path, card)
    head = next(records, (0, ()))[1]
    if not any(head):
        raise MisfitError(card.id, Breach(0, "", "no row", "a table with semicolons between"))
    return layout_of(head, card), records


def _records(path: Path, card: Card) -> Iterator[tuple[int, Fields]]:
    """Filled records with their numbers, from 1."""
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, fields in enumerate(csv.reader(file, delimiter=DELIMITER), start=1):
                if fields:
                    yield number, fields
    except UnicodeDecodeError as error:
        found = f"the byte {error.object[error.start]:#x}"
        raise MisfitError(card.id, Breach(_line_of_bad_byte(path), "", found, "UTF-8")) from error
    except csv.Error as error:
        raise MisfitError(card.id, Breach(number + 1, "", f"no table ({error})", "fields with semicolons")) from error


def _line_of_bad_byte(path: Path) -> int:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            decoded = None
            with suppress(UnicodeDecodeError):
                decoded = line.decode("utf-8")
            if decoded is None:
                return number
    return 0


def _refuse_ragged(card: Card, ragged: Sequence[int], rows: int, last: int, width: int) -> None:
    """Refuse a file that is cut off, or of which too many rows have another number of fields."""
    if ragged and ragged[-1] == last:
        found = "another number of fields than the head has, in the last row"
        raise MisfitError(
            card.id, Breach(last, "", found, f"{width} fields"), "the file may be cut off; fetch it again"
        )
    if len(ragged) * MOST_RAGGED > rows:
        found = f"{len(ragged)} of {rows} rows with another number of fields than the head has"
        raise MisfitError(card.id, Breach(ragged[0], "", found, f"{width} fields"))
