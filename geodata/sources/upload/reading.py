"""An uploaded file of practices: good rows as checked tables, bad rows answered one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geodata.catalogue import Region, read_card
from geodata.facts import PRACTICES
from geodata.rules import RuleSet
from geodata.sources.reading import Reading
from geodata.sources.upload.answer import Answered, unused_heads
from geodata.sources.upload.checked import Checked
from geodata.sources.upload.columns import PRACTICE_FORM
from geodata.sources.upload.ground import Ground, ground_of
from geodata.sources.upload.locating import Whereabouts
from geodata.sources.upload.opening import open_upload
from geodata.sources.upload.practices import (
    Gathered,
    doctors_of,
    listed_of,
    locations_of,
    place_rows,
    practices_of,
)
from geodata.sources.upload.raw import RawTable
from geodata.sources.upload.rows import read_row
from geodata.sources.upload.wording import Note

TABLES = ("practices", "locations", "practice_locations", "doctors")


@dataclass(frozen=True, kw_only=True)
class Upload(Answered):
    """What came of an uploaded file of practices.

    Parameters
    ----------
    practices, locations, practice_locations, doctors : tables of `geodata.facts`, of the good rows
    listed : the good rows of the file: row, ydernummer, sor_id, name, address, kommunekode, x, y, placed_by
    """

    practices: pd.DataFrame
    locations: pd.DataFrame
    practice_locations: pd.DataFrame
    doctors: pd.DataFrame
    listed: pd.DataFrame

    def reading(self, table: str) -> Reading:
        """One of the four tables with its card and counts, dated by the latest row."""
        frame: pd.DataFrame = getattr(self, table)
        latest = str(self.practices["status_date"].max()) if len(self.practices) else ""
        left = self.rows - self.kept
        note = f"{left} of {self.rows} rows rejected; {len(self.notes)} remarks" if left or self.notes else ""
        return Reading(frame, read_card("practices_upload"), self.rows, self.kept, note, latest)

    def layers(self) -> list[dict[str, Any]]:
        """Rows of the LAYERS table for the four tables."""
        return [self.reading(table).layer(table) for table in TABLES]


def read_upload(
    path: Path,
    areas: gpd.GeoDataFrame,
    region: Region,
    rules: RuleSet,
    limit: int,
    places: Whereabouts | None = None,
) -> Upload:
    """Read practices from a CSV or Excel file. Mistakes never raise; they come back row by row.

    Parameters
    ----------
    areas : table AREAS of the region: municipalities, and neighbours if their outlines are known
    region : its neighbours without an outline are taken at their word
    rules : `closing_limit`, `edge_buffer` and `outline_tolerance` are read; `rules.day` stands in for a missing date
    limit : bytes; a larger file is refused without being read
    places : by which rows without coordinates are found; without it none is

    Raises
    ------
    OSError : the file cannot be opened
    """
    raw = open_upload(path, limit, PRACTICE_FORM)
    if raw.breaches:
        return _refused(raw)
    gathered, checked = _gather(raw, ground_of(areas, region, rules), places or Whereabouts(day=rules.day))
    practices = practices_of(gathered, rules)
    of_file = (*raw.notes, *unused_heads(raw, PRACTICE_FORM), *_defaults(raw, rules))
    locations, ties = locations_of(gathered)
    good = {row.number for row in gathered.rows}
    return Upload(
        practices=practices,
        locations=locations,
        practice_locations=ties,
        doctors=doctors_of(gathered),
        listed=listed_of(gathered),
        rows=len(raw.rows),
        kept=len(good),
        breaches=tuple(breach for row in checked.values() for breach in row.breaches),
        notes=(*of_file, *(n for row in checked.values() if row.number in good for n in row.notes)),
        head=raw.head,
        rejected=tuple(row for row in raw.rows if row.number not in good),
    )


def _gather(raw: RawTable, ground: Ground, places: Whereabouts) -> tuple[Gathered, Mapping[int, Checked]]:
    read = [read_row(row, raw.head, ground, places) for row in raw.rows]
    checked = {report.number: report for _, report in read}
    gathered = Gathered(checked)
    for row in place_rows([row for row, _ in read if row is not None], checked, ground):
        gathered.add(row)
    return gathered, checked


def _refused(raw: RawTable) -> Upload:
    empty = Gathered({})
    locations, ties = locations_of(empty)
    return Upload(
        practices=PRACTICES.check(pd.DataFrame(columns=PRACTICES.names)),
        locations=locations,
        practice_locations=ties,
        doctors=doctors_of(empty),
        listed=listed_of(empty),
        rows=len(raw.rows),
        kept=0,
        breaches=raw.breaches,
        notes=raw.notes,
        head=raw.head,
        rejected=raw.rows,
    )


def _defaults(raw: RawTable, rules: RuleSet) -> list[Note]:
    """A note on every column that is left out and stood in for by a rule."""
    known = set(PRACTICE_FORM.recognised(raw.head).values())
    stand_ins = {
        "closing_limit": ("default_limit_all", f"{rules.number('closing_limit'):g}"),
        "status_date": ("default_date_all", rules.day.isoformat()),
    }
    return [
        Note(0, PRACTICE_FORM.by_name[name].title_da, case, {"x": PRACTICE_FORM.by_name[name].title_da, "n": value})
        for name, (case, value) in stand_ins.items()
        if name not in known
    ]
