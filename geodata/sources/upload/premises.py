"""An uploaded file of premises: good rows as a checked table, bad rows answered one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geodata.catalogue import Region, read_card
from geodata.facts import Facts
from geodata.geocoding.gazetteer import Online
from geodata.premises import PREMISES
from geodata.rules import RuleSet
from geodata.sources.buildings import fill_in
from geodata.sources.reading import Reading
from geodata.sources.upload.answer import Answered, unused_heads
from geodata.sources.upload.checked import Checked
from geodata.sources.upload.ground import Ground, ground_of
from geodata.sources.upload.locating import Whereabouts, whereabouts_of_premises
from geodata.sources.upload.opening import open_upload
from geodata.sources.upload.position import POINT_COLUMNS
from geodata.sources.upload.premises_columns import PREMISES_FORM
from geodata.sources.upload.premises_rows import PremisesRow, read_premises_row
from geodata.sources.upload.raw import RawTable
from geodata.sources.upload.wording import Expected, WrongValueError

ON_LAND = Expected("et punkt på land i regionen", "a point on land in the region")


@dataclass(frozen=True)
class Surroundings:
    """What a file of premises is held against.

    Parameters
    ----------
    areas : table AREAS
    region : of the facts
    places : by which addresses are found
    buildings : table BUILDINGS, from which silent fields are filled in
    """

    areas: gpd.GeoDataFrame
    region: Region
    places: Whereabouts
    buildings: pd.DataFrame


def surroundings_of(facts: Facts, online: Online | None = None) -> Surroundings:
    """The surroundings that facts give: addresses of maps, of practices and of premises known already."""
    places = whereabouts_of_premises(facts, date.today(), online)
    return Surroundings(gpd.GeoDataFrame(facts.areas), facts.region, places, facts.buildings)


@dataclass(frozen=True, kw_only=True)
class PremisesUpload(Answered):
    """What came of an uploaded file of premises.

    Parameters
    ----------
    premises : table PREMISES, of the good rows
    numbers : row of the file of each of them
    given : columns of PREMISES that the file has
    named : ids that stand in the file, in good rows or bad
    """

    premises: pd.DataFrame
    numbers: tuple[int, ...]
    given: frozenset[str]
    named: frozenset[str]

    def reading(self) -> Reading:
        """The table with its card and counts."""
        left = self.rows - self.kept
        note = f"{left} of {self.rows} rows rejected; {len(self.notes)} remarks" if left or self.notes else ""
        return Reading(self.premises, read_card("premises_upload"), self.rows, self.kept, note)


def read_premises(path: Path, around: Surroundings, rules: RuleSet, limit: int) -> PremisesUpload:
    """Read premises from a CSV, Excel or GeoPackage file. Mistakes never raise; they come back row by row.

    Parameters
    ----------
    rules : `edge_buffer`, `outline_tolerance` and `building_match` are read
    limit : bytes; a larger file is refused without being read

    Raises
    ------
    OSError : the file cannot be opened
    """
    raw = open_upload(path, limit, PREMISES_FORM)
    if raw.breaches:
        return _answer(raw, [], {}, around, rules)
    ground = ground_of(around.areas, around.region, rules)
    read = [read_premises_row(row, raw.head, ground, around.places) for row in raw.rows]
    checked = {report.number: report for _, report in read}
    placed = _placed([row for row, _ in read if row is not None], checked, ground)
    return _answer(raw, _named(placed, checked), checked, around, rules)


def _placed(rows: Sequence[PremisesRow], checked: Mapping[int, Checked], ground: Ground) -> list[PremisesRow]:
    """Rows whose point lies on land in the region, each with its municipality."""
    x, y = (pd.Series([getattr(row, axis) for row in rows], dtype=float).to_numpy() for axis in "xy")
    placed = []
    for row, owner in zip(rows, ground.owners(x, y) if rows else [], strict=True):
        report = checked[row.number]
        if owner not in ground.members:
            column = next((name for name in POINT_COLUMNS if report.texts.get(name)), "address")
            report.refuse(column, WrongValueError("outside", ON_LAND))
            continue
        said = report.texts.get("kommunekode", "")
        if said and said.zfill(4) != owner:
            report.note("kommunekode", "moved_municipality", x=said, n=owner)
        row.said["kommunekode"] = owner
        placed.append(row)
    return placed


def _named(rows: Sequence[PremisesRow], checked: Mapping[int, Checked]) -> list[dict[str, Any]]:
    """Rows as records of PREMISES, each id once; those without an id get one after their place."""
    first: dict[str, int] = {row.premises_id: row.number for row in reversed(rows) if row.premises_id}
    records = []
    for row in rows:
        report, name = checked[row.number], row.premises_id
        if name and first[name] != row.number:
            expected = Expected(f"hvert id én gang; se række {first[name]}", f"each id once; see row {first[name]}")
            report.refuse("premises_id", WrongValueError("again", expected), x=name, a=first[name], b=row.number)
            continue
        if not name:
            name = _free_name(row, first)
            first[name] = row.number
            report.note("premises_id", "new_id", x=name)
        source = {"premises_id": name, "x": row.x, "y": row.y, "source": "upload", "row": row.number}
        records.append({**row.said, **source})
    return records


def _free_name(row: PremisesRow, taken: Mapping[str, int]) -> str:
    stem = f"P{row.x:.0f}-{row.y:.0f}"
    names = (stem if turn == 1 else f"{stem}-{turn}" for turn in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _answer(
    raw: RawTable,
    records: list[dict[str, Any]],
    checked: Mapping[int, Checked],
    around: Surroundings,
    rules: RuleSet,
) -> PremisesUpload:
    frame = PREMISES.check(pd.DataFrame(records, columns=PREMISES.names))
    numbers = tuple(record["row"] for record in records)
    frame, filled = fill_in(frame, around.buildings, rules.number("building_match"))
    for at, said in filled.items():
        checked[numbers[at]].note("premises_id", "from_building", **said)
    good = set(numbers)
    notes = (note for row in checked.values() if row.number in good for note in row.notes)
    return PremisesUpload(
        premises=frame,
        numbers=numbers,
        given=frozenset(PREMISES_FORM.recognised(raw.head).values()),
        named=frozenset(row.texts["premises_id"] for row in checked.values() if row.texts.get("premises_id")),
        rows=len(raw.rows),
        kept=len(frame),
        breaches=(*raw.breaches, *(breach for row in checked.values() for breach in row.breaches)),
        notes=(*raw.notes, *(unused_heads(raw, PREMISES_FORM) if checked else ()), *notes),
        head=raw.head,
        rejected=tuple(row for row in raw.rows if row.number not in good),
    )
