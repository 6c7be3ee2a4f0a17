"""Delimited text as raw rows: semicolon, comma or tab, UTF-8 or Windows-1252."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from geodata.sources.upload.form import Form
from geodata.sources.upload.raw import HEAD_WITHIN, UNREADABLE, RawRow, RefusedFileError
from geodata.sources.upload.wording import Note

SNIFFED = 65_536
DELIMITERS = (";", ",", "\t")
UTF16 = (b"\xff\xfe", b"\xfe\xff")


def delimited_rows(path: Path, start: bytes, form: Form) -> tuple[list[RawRow], list[Note]]:
    """Records of a delimited text, and how it was read.

    Parameters
    ----------
    start : the first bytes of the file; binary junk is told by them alone
    form : the delimiter is that under which most of its heads are understood

    Raises
    ------
    RefusedFileError : no text of a known encoding, or a field longer than csv allows
    """
    if start.startswith(UTF16) or start.count(0) * 10 > len(start):
        raise RefusedFileError("encoding", "UTF-16, or no text", ("UTF-8 eller Windows-1252", "UTF-8 or Windows-1252"))
    text, notes = _decoded(path.read_bytes())
    return list(_records(text, _delimiter(text, form))), notes


def _decoded(content: bytes) -> tuple[str, list[Note]]:
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), [Note(0, "", "legacy_encoding")]
    except UnicodeDecodeError as error:
        found = f"byte 0x{content[error.start]:02x}"
        expected = ("UTF-8 eller Windows-1252", "UTF-8 or Windows-1252")
        raise RefusedFileError("encoding", found, expected) from error


def _delimiter(text: str, form: Form) -> str:
    """The mark that makes the most of the heads understood; of equal ones the first of ; , and tab."""
    first = "\n".join(text[:SNIFFED].splitlines()[:HEAD_WITHIN])

    def understood(delimiter: str) -> int:
        rows = csv.reader(io.StringIO(first), delimiter=delimiter)
        return max((len(form.recognised(row)) for row in rows), default=0)

    try:
        return max(DELIMITERS, key=understood)
    except csv.Error:  # a field beyond csv's limit: no head either
        return DELIMITERS[0]


def _records(text: str, delimiter: str) -> Iterator[RawRow]:
    """Records of a CSV text, numbered from 1 as a spreadsheet shows them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, start=1):
            if number == 1 and cells and cells[0].lower().startswith("sep="):
                continue
            yield RawRow(number, tuple(cells))
    except csv.Error as error:
        raise RefusedFileError("unreadable", str(error), UNREADABLE) from error
