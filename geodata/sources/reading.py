"""What every source gives: a checked frame, whose it is, and how many rows came in and were kept."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata import crs
from geodata.catalogue import Card, read_card
from geodata.errors import Breach, CrsError, MisfitError, NetworkError, SourceError, TableError
from geodata.network.graph import Floats


@dataclass(frozen=True)
class Reading:
    """One source, read.

    Parameters
    ----------
    frame : rows that passed their table's check
    card : the source card
    rows_in, rows_kept : rows found, and rows that came into the frame
    note : what was dropped or estimated, and why; empty when nothing was
    as_of : date the data describe, where the file says it better than the card
    """

    frame: pd.DataFrame
    card: Card
    rows_in: int
    rows_kept: int
    note: str = ""
    as_of: str = ""

    def layer(self, name: str, standing: str = "") -> dict[str, Any]:
        """The row of the LAYERS table for the table or network that this source went into."""
        return {
            "layer": name,
            "source": self.card.id,
            "as_of": self.as_of or self.card.as_of.isoformat(),
            "standing": standing or self.card.standing,
            "rows_in": self.rows_in,
            "rows_kept": self.rows_kept,
            "note": self.note or None,
        }


def credited_once(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """One row for each layer and source: two extracts under one card are counted together, dated by the older."""
    credited: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        known = credited.get((row["layer"], row["source"]))
        if known is None:
            credited[row["layer"], row["source"]] = dict(row)
            continue
        known.update({count: known[count] + row[count] for count in ("rows_in", "rows_kept")})
        known["as_of"] = min(known["as_of"], row["as_of"])
        known["note"] = "; ".join(note for note in (known["note"], row["note"]) if note) or None
    return list(credited.values())


@contextmanager
def named(source: str) -> Iterator[None]:
    """Say of every error in the block whose data it is about.

    Raises
    ------
    MisfitError : in the place of a TableError (its first breach, and how many there are more) and of a CrsError
    """
    try:
        yield
    except TableError as error:
        more = len(error.breaches) - 1
        raise MisfitError(source, error.breaches[0], f"and {more} more" if more else "") from error
    except CrsError as error:
        raise MisfitError(source, Breach(0, "", str(error), "the coordinate system of the source card")) from error


@contextmanager
def named_extract(card: Card) -> Iterator[None]:
    """Say of every error in the block which source's extract it is about.

    Raises
    ------
    MisfitError : in the place of a SourceError or NetworkError
    """
    try:
        yield
    except MisfitError:
        raise
    except (SourceError, NetworkError) as error:
        expected = "an extract with streets of the region"
        raise MisfitError(card.id, Breach(0, "", str(error), expected), "fetch it again") from error


@contextmanager
def readable(path: Path, card: Card) -> Iterator[None]:
    """Say of an OpenStreetMap file that is damaged which one it is.

    Raises
    ------
    MisfitError : in the place of what osmium raises in the block
    """
    try:
        yield
    except RuntimeError as error:  # osmium raises nothing more specific
        breach = Breach(0, "", f"{path.name} unreadable ({error})", "an OpenStreetMap file")
        raise MisfitError(card.id, breach, "fetch it again") from error


def refuse_elsewhere(card: Card, ground: BaseGeometry, x: Floats, y: Floats) -> None:
    """Refuse an extract of which no place lies on a region's ground, all in EPSG:25832.

    Raises
    ------
    MisfitError : says where its places lie
    """
    if not shapely.contains_xy(ground, x, y).any():
        lon, lat = crs.from_inside(x, y)
        found = f"streets from {lon.min():.2f} to {lon.max():.2f} E and {lat.min():.2f} to {lat.max():.2f} N"
        raise MisfitError(card.id, Breach(0, "", found, "streets in the region"), "is it the extract of another place?")


def source_file(folder: Path, source: str) -> tuple[Path, Card]:
    """The file of a source below the folder of `laegevalg build --from`, and its card.

    Raises
    ------
    SourceError : the folder does not hold the file
    CardError : there is no such card
    """
    card = read_card(source)
    path = folder / card.file
    if not path.is_file():
        raise SourceError(
            f"{folder} holds no {card.file} ({card.title}); put it there as docs/how-to/real-data.md says"
        )
    return path, card


def has_source(folder: Path, source: str) -> bool:
    """Whether a folder holds the file of a source."""
    return (folder / read_card(source).file).is_file()


def comma_table(path: Path, card: Card, kinds: Mapping[str, str] | None = None) -> pd.DataFrame:
    """A comma-separated UTF-8 table with the columns of its card.

    Parameters
    ----------
    kinds : columns that are not to be guessed -> their pandas type

    Raises
    ------
    SourceError : it is no such table
    MisfitError : it lacks a column
    """
    try:
        rows = pd.read_csv(path, low_memory=False, encoding="utf-8-sig", dtype=kinds)
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise SourceError(f"{path.name} is not a comma-separated UTF-8 table: {error}") from error
    require_columns(rows, card, path)
    return rows


def require_columns(frame: pd.DataFrame, card: Card, path: Path) -> None:
    """Refuse a file that lacks a column its card asks for.

    Raises
    ------
    MisfitError : names every missing column and the columns there are
    """
    missing = [column for column in card.columns if column not in frame.columns]
    if missing:
        has = ", ".join(map(str, frame.columns)) or "none"
        raise MisfitError(card.id, Breach(0, ", ".join(missing), f"only {has} in {path.name}", "this column"))
