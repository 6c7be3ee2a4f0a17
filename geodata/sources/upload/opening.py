"""An uploaded file opened: size first, then what it is by its content, never by its name."""

from pathlib import Path

from geodata.sources.upload.delimited import delimited_rows
from geodata.sources.upload.excel import excel_rows
from geodata.sources.upload.raw import UNREADABLE, RawTable, RefusedFileError, table_of

SNIFFED = 65_536
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MEGABYTE = 1_000_000


def open_upload(path: Path, limit: int) -> RawTable:
    """Head and rows of a CSV or Excel file of at most `limit` bytes; a refused file comes back with its breach.

    Raises
    ------
    OSError : the file cannot be opened
    """
    try:
        start = _start(path, limit)
        if start.startswith(OLD_EXCEL):
            raise RefusedFileError("unreadable", "Excel 97-2003 (.xls)", UNREADABLE)
        return table_of(*(excel_rows(path, limit) if start.startswith(ZIP) else delimited_rows(path, start)))
    except RefusedFileError as refused:
        return RawTable(breaches=(refused.breach,))


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
