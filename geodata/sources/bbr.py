"""Buildings of the Building and Housing Register (BBR): the bitemporal XML of a bulk extract, zipped or not."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError, iterparse

import pandas as pd

from geodata.catalogue import Card, Region
from geodata.errors import SourceError
from geodata.premises import BUILDING_STOREYS, BUILDING_YEAR, BUILDINGS
from geodata.sources.reading import Reading, source_file

RECORD, ERECTED = "CO50200t", "6"
"""Element of one building record, and the status of a building that stands."""
USE, AREA, STOREYS, YEAR = (
    "byg021BygningensAnvendelse",
    "byg040BygningensSamledeErhvervsAreal",
    "byg054AntalEtager",
    "byg026Opførelsesår",
)
POINT = re.compile(r"POINT ?\((-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)\)")
YEAR_NOT_KNOWN = "1000"
USE_OF = {
    "1": "home",
    "2": "industry",
    "31": "industry",
    "32": "office",
    "322": "shop",
    "323": "industry",
    "324": "shop",
    "33": "service",
    "41": "public",
    "42": "public",
    "43": "health",
    "44": "public",
    "49": "public",
    "5": "other",
    "9": "other",
}
"""First digits of BBR's code of use -> use; the longest that fits holds (BBR's code list of 2017)."""


def read_bbr(folder: Path, region: Region) -> Reading:
    """Buildings of the region that stand on the card's day, as table BUILDINGS; what BBR leaves at nought is empty.

    Raises
    ------
    SourceError : the file is missing, is no XML of building records, or its zip is damaged
    """
    path, card = source_file(folder, "bbr_buildings")
    try:
        rows_in, rows = 0, {}
        with _opened(path) as file:
            for record in _records(file):
                rows_in += 1
                if _stands(record, card) and record.get("kommunekode") in region.codes:
                    rows[record["id_lokalId"]] = record
    except (ParseError, zipfile.BadZipFile, OSError, KeyError, IndexError) as error:
        raise SourceError(f"{path.name} is not an extract of BBR buildings: {error!r}") from error
    if not rows_in:
        raise SourceError(f"{path.name} holds no building record ({RECORD})")
    found = [row for row in map(building_of, rows.values()) if row]
    frame = BUILDINGS.check(pd.DataFrame(found, columns=BUILDINGS.names).sort_values("building_id", ignore_index=True))
    note = f"{rows_in - len(frame)} records of former states, other regions or without a place left out"
    return Reading(frame, card, rows_in, len(frame), note)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """The XML itself: the only member of a zip, or the file."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as plain:
            yield plain
        return
    with zipfile.ZipFile(path) as parts:
        name = next(name for name in [*parts.namelist(), ""] if name.lower().endswith(".xml") or not name)
        with parts.open(name) as file:
            yield file


def _records(file: IO[bytes]) -> Iterator[dict[str, str]]:
    """Building records one by one; memory holds one."""
    above: list[Element] = []
    for event, element in iterparse(file, events=("start", "end")):
        if event == "start":
            above.append(element)
            continue
        above.pop()
        if element.tag == RECORD:
            yield {child.tag: (child.text or "").strip() for child in element}
            if above:
                above[-1].clear()


def _stands(record: dict[str, str], card: Card) -> bool:
    """Whether the record is the registration in force of a building that stands on the card's day."""
    day = card.as_of.isoformat()
    in_force = record.get("virkningFra", "") <= day < (record.get("virkningTil") or "9")
    return record.get("status") == ERECTED and not record.get("registreringTil") and in_force


def building_of(record: Mapping[str, str]) -> dict[str, object] | None:
    """A row of table BUILDINGS; None for a record without a place."""
    at = POINT.fullmatch(record.get("byg404Koordinat", ""))
    if at is None:
        return None
    year = record.get(YEAR, "")
    return {
        "building_id": record["id_lokalId"],
        "source": "bbr",
        "x": float(at[1]),
        "y": float(at[2]),
        "size_m2": _known(record.get(AREA, ""), 100_000),
        "building_use": _use(record.get(USE, "")),
        "building_storeys": _known(record.get(STOREYS, ""), BUILDING_STOREYS.highest),
        "building_year": None if year == YEAR_NOT_KNOWN else _known(year, BUILDING_YEAR.highest),
    }


def _known(text: str, most: float | None) -> int | None:
    """A whole number above nought; BBR writes nought where nobody has said."""
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text) <= (most or 0) else None


def _use(code: str) -> str | None:
    return next((USE_OF[code[:length]] for length in range(len(code), 0, -1) if code[:length] in USE_OF), None)
