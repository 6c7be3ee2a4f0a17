"""The zip of a GTFS feed: the files and columns its card promises, read in batches of bounded size."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
from pyarrow import csv as arrow_csv

from geodata.catalogue import Card
from geodata.errors import Breach, MisfitError
from geodata.fetching.archives import LARGEST_RATIO, SMALL, climbs
from geodata.fetching.asking import endpoint_of
from geodata.fetching.bounds import MEGABYTE

BLOCK = 4 << 20
"""Bytes of a file that are looked at together."""
FIRST_ROW = 2
"""The row after the head, as an editor counts. Empty lines are not counted."""
ROW = re.compile(r"Row #(\d+): (.*)", re.DOTALL)
COLUMN = re.compile(r"In CSV column #(\d+)")
SHOWN = 80
"""Characters of a cell or line that an error shows."""


@dataclass(frozen=True)
class Batch:
    """Some rows of a file.

    Parameters
    ----------
    card, file : the source card and the name of the file, for errors
    first : row of the first of them
    columns : cells as text by column; a cell without content is an empty text
    """

    card: Card
    file: str
    first: int
    columns: dict[str, pa.Array]

    def misfit(self, place: int, column: str, found: str, expected: str) -> MisfitError:
        """The error about one cell; `place` counts from 0 within the batch."""
        return _misfit(self.card, self.first + place, f"{column} of {self.file}", found, expected)


@dataclass(frozen=True)
class Feed:
    """An open feed."""

    card: Card
    archive: zipfile.ZipFile

    @property
    def files(self) -> list[str]:
        """Names of the files at the top of the zip."""
        return [info.filename for info in self.archive.infolist() if not info.is_dir()]

    def promised(self, file: str) -> list[str]:
        """Columns that the card promises of a file; empty when it promises none."""
        return [name for of, _, name in (said.partition(":") for said in self.card.columns) if of == file]

    def refuse(self, found: str, expected: str, where: str = "", row: int = 0) -> MisfitError:
        """An error about the feed or one of its files."""
        return _misfit(self.card, row, where, found, expected)

    def batches(self, file: str, optional: Sequence[str] = ()) -> Iterator[Batch]:
        """The promised columns of a file and those optional ones that it has, some rows at a time.

        Raises
        ------
        MisfitError : a promised column is missing, a row has other columns than the head, or a cell is not UTF-8
        """
        head = self._head(file)
        wanted = [*self.promised(file), *(name for name in optional if name in head)]
        row = FIRST_ROW
        try:
            with self.archive.open(file) as packed:
                source = _Counted(self, self.archive.getinfo(file), packed)
                for batch in arrow_csv.open_csv(pa.PythonFile(source, mode="r"), *_options(wanted)):
                    columns = dict(zip(batch.schema.names, batch.columns, strict=True))
                    yield Batch(self.card, file, row, columns)
                    row += batch.num_rows
        except pa.ArrowInvalid as error:
            raise self._unreadable(file, head, str(error)) from error

    def _head(self, file: str) -> list[str]:
        """Names of a file's columns; those promised are among them."""
        with self.archive.open(file) as packed:
            try:
                head = next(csv.reader(io.TextIOWrapper(packed, encoding="utf-8-sig", newline="")), [])
            except (UnicodeDecodeError, csv.Error) as error:
                raise self.refuse(str(error), "a table in UTF-8", file, 1) from error
        missing = [name for name in self.promised(file) if name not in head]
        if missing:
            has = ", ".join(head)[:SHOWN] or "none"
            raise self.refuse(f"only {has}", "this column", f"{', '.join(missing)} of {file}", 1)
        return head

    def _unreadable(self, file: str, head: list[str], message: str) -> MisfitError:
        """What the reader of tables says, by row and column."""
        row, column = ROW.search(message), COLUMN.search(message)
        where = f"{head[int(column[1])]} of {file}" if column else file
        found = (row[2] if row else message).replace("CSV conversion error to string: ", "")
        return self.refuse(
            found[:SHOWN], f"a table in UTF-8 with {len(head)} columns", where, int(row[1]) if row else 0
        )


@contextmanager
def open_feed(path: Path, card: Card) -> Iterator[Feed]:
    """Open a feed whose files are those that its card promises.

    Raises
    ------
    MisfitError : it is no whole zip, a name climbs out of it, or a promised file is missing
    """
    try:
        with zipfile.ZipFile(path) as archive:
            feed = Feed(card, archive)
            _refuse_files(feed)
            yield feed
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        found = f"a damaged or truncated zip ({error})"
        raise MisfitError(card.id, Breach(0, "", found, "a whole zip of GTFS tables"), "fetch it again") from error


def _refuse_files(feed: Feed) -> None:
    """Refuse names that climb, and a feed without the files that the card promises; either calendar will do."""
    for name in feed.files:
        if climbs(name):
            raise feed.refuse(f"{name!r} in the zip, which leads out of it", "plain names within the zip")
    needed = dict.fromkeys(said.partition(":")[0] for said in feed.card.columns)
    missing = [file for file in needed if file not in feed.files and file not in CALENDARS]
    if not set(CALENDARS) & set(feed.files):
        missing.append(" or ".join(CALENDARS))
    if missing:
        has = ", ".join(feed.files[:12]) or "nothing"
        raise feed.refuse(f"no {', '.join(missing)}, only {has}", "these files at the top of the zip")


CALENDARS = ("calendar.txt", "calendar_dates.txt")


class _Counted(io.RawIOBase):
    """A file of the zip as a stream that ends with an error where it unpacks to too much."""

    def __init__(self, feed: Feed, info: zipfile.ZipInfo, packed: IO[bytes]) -> None:
        self._feed, self._info, self._packed, self._come = feed, info, packed, 0
        endpoint = endpoint_of(feed.card)
        self._largest = int(float(endpoint.settings["largest_file_megabytes"]) * MEGABYTE)

    def readable(self) -> bool:
        """It can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Some bytes, unpacked.

        Raises
        ------
        MisfitError : more have come than the card allows, or than a table can be packed into so few
        """
        block = self._packed.read(size)
        self._come += len(block)
        dense = self._come > SMALL and self._come > LARGEST_RATIO * max(self._info.compress_size, 1)
        if self._come > self._largest or dense:
            found = f"more than {self._come} bytes from {self._info.compress_size}"
            expected = f"at most {self._largest} bytes and {LARGEST_RATIO} times as large as packed"
            raise self._feed.refuse(found, expected, self._info.filename)
        return block


def _options(columns: Sequence[str]) -> tuple[Any, Any, Any]:
    """How a file is read: one block after the other, all cells as text."""
    text = dict.fromkeys(columns, pa.string())
    return (
        arrow_csv.ReadOptions(use_threads=False, block_size=BLOCK),
        arrow_csv.ParseOptions(newlines_in_values=True),
        arrow_csv.ConvertOptions(column_types=text, include_columns=list(columns), strings_can_be_null=False),
    )


def _misfit(card: Card, row: int, column: str, found: str, expected: str) -> MisfitError:
    return MisfitError(card.id, Breach(row, column, found, expected))
