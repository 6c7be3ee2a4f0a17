"""The last sheet: what each column means, in both languages, and the classes and colours of the maps."""

from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from app.language import Lang
from app.publish.collections import Publication
from app.publish.copy import text, word
from app.publish.legend import Layer, legends
from app.publish.provenance import title
from app.publish.workbook.columns import COMPUTED, SheetColumn
from app.publish.workbook.styles import Styles
from app.publish.workbook.table_sheet import lay_out, sheet_name

WIDTHS = (26, 40, 40, 18, 80, 60)


def meaning_name(lang: Lang) -> str:
    """Name of the sheet."""
    return sheet_name(text("xlsx.meaning", lang))


def write_meaning(
    book: Workbook,
    styles: Styles,
    publication: Publication,
    tables: Sequence[tuple[str, Sequence[SheetColumn]]],
    lang: Lang,
    foot: str,
) -> None:
    """Add the sheet.

    Parameters
    ----------
    tables : name and columns of each sheet
    """
    page: Worksheet = book.add_worksheet(meaning_name(lang))
    for j, width in enumerate(WIDTHS):
        page.set_column(j, j, width)
    page.write_string(0, 0, text("xlsx.meaning", lang), styles["title"])
    page.write_string(1, 0, text("xlsx.meaning_note", lang), styles["note"])
    for j, key in enumerate(("sheet", "danish", "english", "unit", "method", "source")):
        page.write_string(3, j, text(f"xlsx.{key}", lang), styles["head"])
    row = 4
    for name, columns in tables:
        for column in columns:
            cells = (
                name,
                column.head("da"),
                column.head("en"),
                word(f"unit.{column.unit}", column.unit, lang),
                column.column.about,
                _source(publication, column, lang),
            )
            for j, cell in enumerate(cells):
                page.write_string(row, j, cell, styles["wrapped"])
            row += 1
    _write_legends(page, styles, row + 1, legends(publication.profiles), lang)
    lay_out(page, foot, repeat=3)
    page.freeze_panes(4, 0)


def _source(publication: Publication, column: SheetColumn, lang: Lang) -> str:
    """Titles of the sources of a column's layer, or that it is computed."""
    if column.origin == COMPUTED:
        return text("xlsx.computed", lang)
    found = [title(source.card, lang) for source in publication.provenance.sources if column.origin in source.layers]
    return ", ".join(found) or text("xlsx.computed", lang)


def _write_legends(page: Worksheet, styles: Styles, row: int, layers: Sequence[Layer], lang: Lang) -> None:
    """Each surface of the maps with its classes and their colours."""
    page.write_string(row, 0, text("map.legend", lang), styles["heading"])
    row += 1
    for layer in layers:
        page.write_string(row, 0, layer.label(lang), styles["text"])
        for swatch in layer.swatches:
            row += 1
            page.write_blank(row, 0, None, styles.swatch(swatch.colour))
            page.write_string(row, 1, swatch.label(lang), styles["text"])
        row += 2
