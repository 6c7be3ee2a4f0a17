"""A table is a promise made once: the same `Column` feeds validation, schemas, aliases, legends and the dictionary."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS

from geodata.crs import INSIDE
from geodata.errors import Breach, TableError

Kind = Literal["text", "int", "float", "flag", "date", "point", "line", "polygon"]
GEOMETRIES = ("point", "line", "polygon")
DTYPES = {"text": "str", "int": "Int64", "float": "float64", "flag": "bool", "date": "str"}
Flags = NDArray[np.bool_]
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Code:
    """One allowed value of a column with its label in both languages."""

    value: str
    title: str
    title_da: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, meaning and limits.

    Parameters
    ----------
    name : English snake_case, or the issuer's own name for an issued identifier
    kind : text, int, float, flag, date (ISO text), point, line or polygon (EPSG:25832)
    unit : from `geodata.units`, empty when there is none
    title, title_da : label in English and Danish
    about : one sentence in English: what it says and where it comes from
    allowed : the only values it may hold
    optional : may be empty
    lowest, highest : inclusive limits of a number
    pattern : full-match regular expression of a text
    personal : about a person; never leaves the house
    count : counts people; small values are suppressed in what is published
    """

    name: str
    kind: Kind
    unit: str
    title: str
    title_da: str
    about: str
    allowed: tuple[Code, ...] = ()
    optional: bool = False
    lowest: float | None = None
    highest: float | None = None
    pattern: str | None = None
    personal: bool = False
    count: bool = False

    def label(self, lang: str = "da") -> str:
        """Title in the language asked for (`da` or `en`)."""
        return self.title_da if lang == "da" else self.title

    def code_label(self, value: object, lang: str = "da") -> str:
        """Label of an allowed value in the language asked for; the value itself when it is not a code."""
        for code in self.allowed:
            if code.value == value:
                return code.title_da if lang == "da" else code.title
        return str(value)

    @property
    def expected(self) -> str:
        """What a value of this column must be, in words."""
        parts = [
            {"int": "a whole number", "float": "a number", "flag": "true or false", "text": "text"}.get(
                self.kind, "a date like 2026-01-01" if self.kind == "date" else f"a {self.kind}"
            )
        ]
        if self.allowed:
            parts = ["one of " + ", ".join(code.value for code in self.allowed)]
        if self.lowest is not None:
            parts.append(f"at least {self.lowest:g}")
        if self.highest is not None:
            parts.append(f"at most {self.highest:g}")
        if self.pattern:
            parts.append(f"of the form {self.pattern}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Table:
    """A named set of columns with a key; `check` keeps the promise.

    Parameters
    ----------
    name : English snake_case; names the file, the collection and the layer
    title, title_da : label in English and Danish
    about : one sentence in English
    columns : in the order they are written
    key : columns that together are unique
    """

    name: str
    title: str
    title_da: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = field(default=())

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    @property
    def geometry(self) -> Column | None:
        """The geometry column, if the table has one."""
        return next((column for column in self.columns if column.kind in GEOMETRIES), None)

    def label(self, lang: str = "da") -> str:
        """Title in the language asked for (`da` or `en`)."""
        return self.title_da if lang == "da" else self.title

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with this table's columns, order and types.

        Raises
        ------
        TableError : with every breach; rows count from 1
        """
        breaches = [
            Breach(0, column.name, "no such column", f"column {column.name} ({column.title})")
            for column in self.columns
            if column.name not in frame.columns and not column.optional
        ]
        for column in self.columns:
            if column.name in frame.columns:
                breaches.extend(_breaches(column, frame[column.name]))
        if not breaches:
            breaches.extend(self._duplicates(frame))
        if breaches:
            raise TableError(self.name, breaches)
        return self._typed(frame)

    def _duplicates(self, frame: pd.DataFrame) -> Iterator[Breach]:
        if not self.key:
            return
        keys = frame[list(self.key)]
        for row in np.flatnonzero(keys.duplicated().to_numpy()):
            found = " ".join(str(value) for value in keys.iloc[row])
            yield Breach(int(row) + 1, "+".join(self.key), f"{found} again", "each key once")

    def _typed(self, frame: pd.DataFrame) -> pd.DataFrame:
        data = {column.name: _typed(column, frame) for column in self.columns}
        if self.geometry is None:
            return pd.DataFrame(data)
        return gpd.GeoDataFrame(data, geometry=self.geometry.name, crs=INSIDE)


def _typed(column: Column, frame: pd.DataFrame) -> Any:
    if column.name not in frame.columns:
        dtype = "float64" if column.kind == "float" else DTYPES[column.kind]
        return pd.Series([None] * len(frame), dtype="Int64" if column.kind == "int" else dtype)
    values = frame[column.name].reset_index(drop=True)
    if column.kind in GEOMETRIES:
        return values
    if column.kind == "int" and not column.optional:
        return values.astype("int64")
    return values.astype(DTYPES[column.kind])


def _breaches(column: Column, values: pd.Series) -> Iterator[Breach]:
    """Every value of a column that breaks its promise, in row order."""
    missing = values.isna().to_numpy()
    bad = missing.copy() if not column.optional else np.zeros(len(values), dtype=bool)
    bad |= ~missing & _wrong(column, values)
    for row in np.flatnonzero(bad):
        found = "nothing" if missing[row] else repr(values.iloc[row : row + 1].tolist()[0])
        yield Breach(int(row) + 1, column.name, found, column.expected)


def _wrong(column: Column, values: pd.Series) -> Flags:
    if column.kind in GEOMETRIES:
        return _wrong_geometry(column, values)
    if column.kind in ("int", "float"):
        return _wrong_number(column, values)
    if column.kind == "flag":
        return np.asarray(~values.isin([True, False]), dtype=bool)
    text = values.astype(str)
    wrong = np.zeros(len(values), dtype=bool)
    if column.allowed:
        wrong |= ~text.isin([code.value for code in column.allowed]).to_numpy()
    pattern = ISO_DATE.pattern if column.kind == "date" else column.pattern
    if pattern:
        wrong |= ~text.str.fullmatch(pattern).to_numpy(dtype=bool)
    return np.asarray(wrong, dtype=bool)


def _wrong_number(column: Column, values: pd.Series) -> Flags:
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = ~np.isfinite(numbers)
    with np.errstate(invalid="ignore"):
        if column.kind == "int":
            wrong |= numbers != np.floor(numbers)
        if column.lowest is not None:
            wrong |= numbers < column.lowest
        if column.highest is not None:
            wrong |= numbers > column.highest
    return np.asarray(wrong, dtype=bool)


def _wrong_geometry(column: Column, values: pd.Series) -> Flags:
    series = gpd.GeoSeries(values)
    if series.crs is not None and CRS(series.crs).to_epsg() != INSIDE:
        return np.ones(len(values), dtype=bool)
    kinds = {
        "point": ["Point"],
        "line": ["LineString", "MultiLineString"],
        "polygon": ["Polygon", "MultiPolygon"],
    }[column.kind]
    fits = series.geom_type.isin(kinds) & ~series.is_empty & series.is_valid
    return np.asarray(~fits, dtype=bool)
