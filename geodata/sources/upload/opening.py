"""An uploaded file opened: size first, then what it is by its content, never by its name."""

from collections.abc import Sequence
from pathlib import Path

from geodata.sources.upload.delimited import delimited_rows
from geodata.sources.upload.excel import excel_rows
from geodata.sources.upload.form import Form
from geodata.sources.upload.geopackage import MAGIC, geopackage_lines
from geodata.sources.upload.raw import UNREADABLE, RawRow, RawTable, RefusedFileError, table_of
from geodata.sources.upload.wording import Note

SNIFFED = 65_536
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MEGABYTE = 1_000_000


def open_upload(path: Path, limit: int, form: Form) -> RawTable:
    """Head and rows of a CSV, Excel or GeoPackage file of at most `limit` bytes; a refused one has its breach.

    Raises
    ------
    OSError : the file cannot be opened
    """
    try:
        start = _start(path, limit)
        if start.startswith(OLD_EXCEL):
            raise RefusedFileError("unreadable", "Excel 97-2003 (.xls)", UNREADABLE)
        return table_of(*_lines(path, start, limit, form))
    except RefusedFileError as refused:
        return RawTable(breaches=(refused.breach,))


def form_of(path: Path, limit: int, forms: Sequence[Form]) -> Form:
    """The form whose heads fit a file best, of equal ones the first.

    Raises
    ------
    OSError : the file cannot be opened
    """
    fits = [len(form.recognised(open_upload(path, limit, form).head)) for form in forms]
    return forms[fits.index(max(fits))]


def _lines(path: Path, start: bytes, limit: int, form: Form) -> tuple[list[RawRow], Form, list[Note]]:
    if start.startswith(MAGIC):
        return geopackage_lines(path, form), form, []
    lines, notes = excel_rows(path, limit, form) if start.startswith(ZIP) else delimited_rows(path, start, form)
    return lines, form, notes


def _start(path: Path, limit: int) -> bytes:
    """First bytes of a file that is neither empty nor too large."""
    size = path.stat().st_size
    if size > limit:
        most = limit / MEGABYTE
        found = f"{size / MEGABYTE:.0f} MB"
        raise RefusedFileError("too_large", found, (f"højst {most:g} MB", f"at most {most:g} MB"), n=f"{most:g}")
    with path.open("rb") as file:
        start = file.read(SNIFFED)
    if not start.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise RefusedFileError("empty", "nothing", ("rækker", "rows"))
    return start
