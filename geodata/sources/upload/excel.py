"""Excel workbooks as raw rows: the sheet that has the heads, formulas by their last value, bombs refused."""

import zipfile
from pathlib import Path
from typing import Any

import openpyxl

from geodata.sources.upload.form import Form
from geodata.sources.upload.raw import (
    HEAD_WITHIN,
    MOST_COLUMNS,
    MOST_ROWS,
    UNREADABLE,
    RawRow,
    RefusedFileError,
    head_at,
)
from geodata.sources.upload.wording import Note

UNPACKED = 10
"""A workbook may unpack to this many times the allowed size of a file."""
MOST_PARTS = 500


def excel_rows(path: Path, limit: int, form: Form) -> tuple[list[RawRow], list[Note]]:
    """Rows of the sheet whose head is understood best, and what is to be said of the others.

    Raises
    ------
    RefusedFileError : the file is no workbook, is locked, or unpacks to more than `UNPACKED` times the limit
    """
    _refuse_bomb(path, limit)
    try:
        sheets = _sheets(path, values=False)
        if any(_is_formula(cell) for rows in sheets.values() for row in rows for cell in row.cells):
            sheets = _with_values(sheets, _sheets(path, values=True))
    except RefusedFileError:
        raise
    except Exception as error:  # openpyxl lets anything through that a damaged workbook can cause
        raise RefusedFileError("unreadable", type(error).__name__, UNREADABLE) from error
    if not sheets:
        raise RefusedFileError("empty", "nothing", ("rækker", "rows"))
    understood = {name: _understood(rows, form) for name, rows in sheets.items()}
    best = max(sheets, key=lambda name: understood[name])
    others = [name for name, count in understood.items() if name != best and count > 1 and count == understood[best]]
    notes = [Note(0, "", "other_sheets", {"x": best, "n": ", ".join(others)})] if others else []
    return sheets[best], notes


def _refuse_bomb(path: Path, limit: int) -> None:
    try:
        with zipfile.ZipFile(path) as parts:
            sizes = [part.file_size for part in parts.infolist()]
    except (zipfile.BadZipFile, OSError, NotImplementedError, UnicodeDecodeError, ValueError) as error:
        raise RefusedFileError("unreadable", type(error).__name__, UNREADABLE) from error
    if sum(sizes) > UNPACKED * limit or len(sizes) > MOST_PARTS:
        most = UNPACKED * limit / 1e6
        expected = (f"højst {most:g} MB udpakket", f"at most {most:g} MB when unpacked")
        raise RefusedFileError("too_large", f"{sum(sizes) / 1e6:.0f} MB unpacked", expected, n=f"{most:g}")


def _sheets(path: Path, values: bool) -> dict[str, list[RawRow]]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=values, keep_links=False)
    try:
        return {sheet.title: _rows(sheet) for sheet in book.worksheets}
    finally:
        book.close()


def _rows(sheet: Any) -> list[RawRow]:
    """Rows of a sheet, bounded whatever size it says it has."""
    sheet.reset_dimensions()
    rows = []
    cells = sheet.iter_rows(max_row=MOST_ROWS + HEAD_WITHIN, max_col=MOST_COLUMNS, values_only=True)
    for number, row in enumerate(cells, start=1):
        if any(cell is not None for cell in row):
            rows.append(RawRow(number, tuple(row)))
    return rows


def _understood(rows: list[RawRow], form: Form) -> int:
    return len(form.recognised(rows[head_at(rows, form)].cells)) if rows else 0


def _is_formula(cell: object) -> bool:
    return isinstance(cell, str) and cell.startswith("=")


def _with_values(formulas: dict[str, list[RawRow]], values: dict[str, list[RawRow]]) -> dict[str, list[RawRow]]:
    """Each formula by the value it had when the workbook was saved; without one it stays a text."""
    known = {(name, row.number): row.cells for name, rows in values.items() for row in rows}
    return {
        name: [RawRow(row.number, _saved(row.cells, known.get((name, row.number), ()))) for row in rows]
        for name, rows in formulas.items()
    }


def _saved(cells: tuple[Any, ...], values: tuple[Any, ...]) -> tuple[Any, ...]:
    padded = values + (None,) * (len(cells) - len(values))
    pairs = zip(cells, padded, strict=False)
    return tuple(value if _is_formula(cell) and value is not None else cell for cell, value in pairs)
