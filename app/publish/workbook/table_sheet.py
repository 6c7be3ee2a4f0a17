"""One table on a sheet: title, note, heads that stay in view, rows, a line of totals and a chart."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from app import language as say
from app.language import Lang
from app.publish import palette
from app.publish.copy import text
from app.publish.workbook.columns import SheetColumn
from app.publish.workbook.styles import Styles

TITLE_ROW, NOTE_ROW, HEAD_ROW, FIRST_ROW = 0, 1, 3, 4
HEAD_HEIGHT = 62
LONGEST_NAME = 31
A4_PAPER = 9
CHART_SIZE = {"width": 760, "height": 340}


@dataclass(frozen=True)
class Bars:
    """A bar chart of the first rows.

    Parameters
    ----------
    column : column that is drawn
    rows : how many of the first rows
    heading : above the chart
    """

    column: str
    rows: int
    heading: str


@dataclass(frozen=True)
class TableSheet:
    """What stands on one sheet.

    Parameters
    ----------
    name : on the sheet's tab, at most 31 signs
    frozen : columns that stay in view
    total : row under the table; None without
    """

    name: str
    title: str
    note: str
    columns: Sequence[SheetColumn]
    rows: pd.DataFrame
    frozen: int = 1
    total: "pd.Series[Any] | None" = None
    bars: Bars | None = None


def write_table(book: Workbook, styles: Styles, sheet: TableSheet, smallest: float, lang: Lang, foot: str) -> None:
    """Add the sheet to the workbook.

    Parameters
    ----------
    smallest : smallest count that is told
    foot : what stands at the bottom of each printed page
    """
    page: Worksheet = book.add_worksheet(sheet.name)
    page.write_string(TITLE_ROW, 0, sheet.title, styles["title"])
    page.write_string(NOTE_ROW, 0, sheet.note, styles["note"])
    _write_heads(page, styles, sheet, lang)
    rows = [row for _, row in sheet.rows.iterrows()]
    for i, row in enumerate(rows):
        _write_row(page, styles, FIRST_ROW + i, row, sheet, smallest, lang, "")
    last = FIRST_ROW + max(len(rows), 1) - 1
    page.autofilter(HEAD_ROW, 0, last, len(sheet.columns) - 1)
    if sheet.total is not None:
        _write_row(page, styles, last + 1, sheet.total, sheet, smallest, lang, "total_")
        page.write_string(last + 2, 0, text("xlsx.total_note", lang), styles["note"])
    if sheet.bars is not None and sheet.bars.rows:
        _add_chart(book, page, sheet, sheet.bars, last + 4)
    lay_out(page, foot, repeat=HEAD_ROW)
    page.freeze_panes(FIRST_ROW, sheet.frozen)


def sheet_name(words: str) -> str:
    """A text as the name of a sheet: at most 31 signs, none that Excel forbids."""
    kept = "".join(" " if sign in "[]:*?/\\" else sign for sign in unicodedata.normalize("NFC", words))
    return kept[:LONGEST_NAME].strip()


def lay_out(page: Worksheet, foot: str, repeat: int | None = None) -> None:
    """Print landscape, one page wide, with the heads on every page and a line at the bottom."""
    page.set_landscape()
    page.set_paper(A4_PAPER)
    page.fit_to_pages(1, 0)
    page.set_footer(f"&C{foot.replace('&', '&&')}".replace("{page}", "&P").replace("{pages}", "&N"))
    page.hide_gridlines(2)
    if repeat is not None:
        page.repeat_rows(repeat)


def _write_heads(page: Worksheet, styles: Styles, sheet: TableSheet, lang: Lang) -> None:
    page.set_row(HEAD_ROW, HEAD_HEIGHT)
    for j, column in enumerate(sheet.columns):
        page.write_string(HEAD_ROW, j, column.head(lang), styles["head"])
        page.set_column(j, j, column.width)


def _write_row(
    page: Worksheet,
    styles: Styles,
    i: int,
    row: "pd.Series[Any]",
    sheet: TableSheet,
    smallest: float,
    lang: Lang,
    look: str,
) -> None:
    for j, column in enumerate(sheet.columns):
        if column.hidden(row):
            page.write_string(i, j, hidden_words(column, row, smallest, lang), styles[f"{look}hidden"])
        else:
            _write_cell(page, i, j, column.value(row, lang), column.form, styles[f"{look}{column.form}"])


def hidden_words(column: SheetColumn, row: "pd.Series[Any]", smallest: float, lang: Lang) -> str:
    """What stands instead of a hidden figure: <5 for a small count, a word for one that is withheld."""
    small = column.ratio is None and column.column.name in row["suppressed"].split()
    return f"<{say.number(smallest, lang)}" if small else text("note.withheld", lang)


def _write_cell(page: Worksheet, i: int, j: int, value: Any, form: str, style: Any) -> None:
    """A text as text, whatever it begins with; a number as a number; nothing as an empty cell."""
    if value is None:
        page.write_blank(i, j, None, style)
    elif form == "date":
        page.write_datetime(i, j, date.fromisoformat(str(value)), style)
    elif form == "text":
        page.write_string(i, j, str(value), style)
    else:
        page.write_number(i, j, float(value), style)


def _add_chart(book: Workbook, page: Worksheet, sheet: TableSheet, bars: Bars, row: int) -> None:
    names = [column.column.name for column in sheet.columns]
    at, last = names.index(bars.column), FIRST_ROW + bars.rows - 1
    chart = book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": bars.heading,
            "categories": [sheet.name, FIRST_ROW, names.index("name"), last, names.index("name")],
            "values": [sheet.name, FIRST_ROW, at, last, at],
            "fill": {"color": palette.CHOICE[0]},
            "data_labels": {"value": True},
            "gap": 40,
        }
    )
    chart.set_title({"name": bars.heading, "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"num_format": "#,##0", "major_gridlines": {"visible": False}})
    chart.set_size(CHART_SIZE)
    page.insert_chart(row, 0, chart, {"description": bars.heading})
