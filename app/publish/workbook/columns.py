"""The columns of the workbook's sheets: what stands in the head, where the value comes from, how it is written."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from app.access.findings import AREA_FINDINGS, LITTLE_CHOICE
from app.language import Lang
from app.publish.collections import PUBLISHED_PRACTICES
from app.publish.copy import text
from app.publish.figures import is_hidden
from geodata import units
from geodata.columns import KOMMUNEKODE
from geodata.tables import Column, Table

Row = "pd.Series[Any]"
Form = Literal["text", "count", "decimal", "share", "date"]
AREAS, CELLS, PRACTICES, COMPUTED = "areas", "cells", "practices", "computed"
"""Layers whose sources a column names; the last: computed from several."""


@dataclass(frozen=True)
class Ratio:
    """A part of a whole, both columns of the same row."""

    part: str
    whole: str


@dataclass(frozen=True)
class SheetColumn:
    """One column of a sheet.

    Parameters
    ----------
    column : column of the table it is made from; for a ratio the part
    form : how its cells are written; shares are fractions, distances kilometres with a decimal
    width : in characters
    origin : layer whose sources are named as its source; computed from several otherwise
    key : text of its head; the column's own label unless given
    ratio : for a share that the table does not hold
    """

    column: Column
    form: Form
    width: float
    origin: str = COMPUTED
    key: str = ""
    ratio: Ratio | None = None

    def head(self, lang: Lang) -> str:
        """What stands in the head; a distance without a text of its own says that it is in kilometres."""
        if self.key:
            return text(self.key, lang)
        far = ", km" if self.column.unit == units.METRES else ""
        return f"{self.column.label(lang)}{far}"

    @property
    def unit(self) -> str:
        """Unit of what the sheet shows."""
        if self.form == "share":
            return units.SHARE
        return "km" if self.column.unit == units.METRES else self.column.unit

    def value(self, row: "pd.Series[Any]", lang: Lang) -> Any:
        """The value of a row: a number, a word, or None where there is none."""
        if self.ratio is not None:
            return _share(row, self.ratio)
        found = row[self.column.name]
        if pd.isna(found):
            return None
        if self.form in ("text", "date"):
            return self.column.code_label(found, lang)
        return units.km(found) if self.column.unit == units.METRES else found

    def hidden(self, row: "pd.Series[Any]") -> bool:
        """Whether the value is not told, because a count it rests on is hidden."""
        if "suppressed" not in row.index:
            return False
        names = (self.ratio.part, self.ratio.whole) if self.ratio else (self.column.name,)
        return any(is_hidden(row, name) for name in names)


def _share(row: "pd.Series[Any]", ratio: Ratio) -> float | None:
    part, whole = row[ratio.part], row[ratio.whole]
    return None if pd.isna(part) or pd.isna(whole) or not whole else float(part / whole)


def _from(table: Table) -> Callable[..., SheetColumn]:
    """Makes columns of one table."""

    def column(
        name: str, form: Form, width: float, *, origin: str = COMPUTED, key: str = "", of: str = ""
    ) -> SheetColumn:
        ratio = Ratio(name, of) if of else None
        return SheetColumn(table[name], form, width, origin, key, ratio)

    return column


MUNICIPALITY = replace(KOMMUNEKODE, about="Municipality where it lies; of an area its most populous part.")


def _municipality(width: float, origin: str = COMPUTED) -> SheetColumn:
    """The name of the municipality."""
    return SheetColumn(MUNICIPALITY, "text", width, origin, "by_one.municipality")


_area, _little, _practice = _from(AREA_FINDINGS), _from(LITTLE_CHOICE), _from(PUBLISHED_PRACTICES)

AREA_COLUMNS = (
    _area("code", "text", 7, origin=AREAS),
    _area("name", "text", 24, origin=AREAS),
    _area("health_council", "text", 24, origin=AREAS),
    _area("residents", "count", 11, origin=CELLS),
    _area("residents_0", "count", 10),
    _area("residents_1", "count", 10),
    _area("residents_2_4", "count", 10),
    _area("residents_5_plus", "count", 11),
    _area("under_two", "count", 11),
    _area("under_two_share", "share", 11),
    _area("under_two_straight", "count", 12),
    _area("under_two_if_all_open", "count", 15),
    _area("practices", "count", 9, origin=PRACTICES),
    _area("open_practices", "count", 9, origin=PRACTICES),
    _area("capacities", "decimal", 12, origin=PRACTICES, key="xlsx.capacities"),
    _area("listed_patients", "count", 11, origin=PRACTICES),
    _area("closing_limit", "count", 12, origin=PRACTICES),
    _area("listed_patients", "share", 11, origin=PRACTICES, key="xlsx.use", of="closing_limit"),
    _area("free_places_per_1000", "decimal", 13),
    _area("nearest_open_m", "decimal", 11, key="xlsx.nearest"),
    _area("second_open_m", "decimal", 13, key="xlsx.second"),
    _area("under_two_65_plus", "share", 12, key="xlsx.old65", of="under_two"),
    _area("under_two_80_plus", "share", 12, key="xlsx.old80", of="under_two"),
    _area("estimated_share", "share", 10),
)
"""Columns of the sheets of municipalities, health councils and city districts."""

LITTLE_COLUMNS = (
    _little("name", "text", 34),
    _municipality(20),
    _little("residents", "count", 11),
    _little("residents_65_plus", "count", 14),
    _little("residents_80_plus", "count", 14),
    _little("reason", "text", 24),
    _little("reason_da", "text", 80),
)
LITTLE_COLUMNS_EN = (*LITTLE_COLUMNS[:-1], _little("reason_en", "text", 80))

PRACTICE_COLUMNS = (
    _practice("ydernummer", "text", 12, origin=PRACTICES),
    _practice("name", "text", 34, origin=PRACTICES),
    _practice("address", "text", 34, origin=PRACTICES),
    _municipality(20, PRACTICES),
    _practice("intake", "text", 26, origin=PRACTICES),
    _practice("capacities", "decimal", 12, origin=PRACTICES, key="xlsx.capacities"),
    _practice("listed_patients", "count", 12, origin=PRACTICES),
    _practice("closing_limit", "count", 12, origin=PRACTICES),
    _practice("status_date", "date", 12, origin=PRACTICES),
)


DEVELOPMENT_COLUMNS = (_area("kind", "text", 14, origin=AREAS), _area("name", "text", 24, origin=AREAS))


def counted(column: Column, width: float) -> SheetColumn:
    """A column of whole numbers of people under its own label."""
    return SheetColumn(column, "count", width)


def collection_columns(table: Table) -> tuple[SheetColumn, ...]:
    """Columns of a collection that has no sheet of its own: all but the geometry, under their own labels."""
    forms: dict[str, Form] = {"int": "count", "float": "decimal", "date": "date"}
    shares: dict[bool, Form] = {True: "share"}
    return tuple(
        SheetColumn(column, shares.get(column.unit == units.SHARE, forms.get(column.kind, "text")), 16)
        for column in table.columns
        if column is not table.geometry
    )
