"""The front sheet: whose data, how old, by which rules, and where each sheet is."""

from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from app import language as say
from app.language import Lang
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.provenance import title
from app.publish.rule_values import rule_rows
from app.publish.workbook.styles import Styles
from app.publish.workbook.table_sheet import lay_out, sheet_name

WIDTHS = (38, 34, 22, 22, 60)


def write_front(
    book: Workbook, styles: Styles, publication: Publication, sheets: Sequence[tuple[str, str]], lang: Lang, foot: str
) -> None:
    """Add the front sheet; the sheets it leads to are added after.

    Parameters
    ----------
    sheets : name and title of each sheet
    """
    page: Worksheet = book.add_worksheet(front_name(lang))
    for j, width in enumerate(WIDTHS):
        page.set_column(j, j, width)
    row = _write_heading(page, styles, publication, lang)
    row = _block(page, styles, row, text("xlsx.sheets", lang))
    for name, words in sheets:
        page.write_url(row, 0, f"internal:'{name}'!A1", styles["link"], name)
        page.write_string(row, 1, words, styles["note"])
        row += 1
    row = _block(page, styles, row + 1, text("data.sources", lang))
    row = _table(page, styles, row, _source_heads(lang), _sources(publication, lang))
    for line in publication.provenance.credits(lang):
        page.write_string(row, 0, line, styles["note"])
        row += 1
    row = _block(page, styles, row + 1, text("data.rules", lang))
    row = _table(page, styles, row, _rule_heads(lang), _rules(publication, lang))
    page.write_string(row + 1, 0, text("data.study_hash", lang), styles["note"])
    page.write_string(row + 1, 1, publication.study.hash, styles["note"])
    page.write_string(row + 2, 0, publication.provenance.stamp(lang), styles["note"])
    page.write_string(row + 3, 0, text("xlsx.contact", lang), styles["note"])
    lay_out(page, foot)


def front_name(lang: Lang) -> str:
    """Name of the sheet."""
    return sheet_name(text("xlsx.front", lang))


def _write_heading(page: Worksheet, styles: Styles, publication: Publication, lang: Lang) -> int:
    """Title, region, day and banner; the row after them."""
    study, region = publication.study, publication.study.facts.region
    page.write_string(
        0, 0, text("start.h1", lang, region=region.name_da if lang == "da" else region.name), styles["title"]
    )
    page.write_string(1, 0, text("xlsx.drawn", lang, date=say.day(study.day, lang)), styles["note"])
    lines = [str(banner)] if (banner := publication.provenance.banner(lang)) else []
    for i, line in enumerate([*lines, *publication.provenance.warnings(lang)]):
        page.merge_range(2 + i, 0, 2 + i, len(WIDTHS) - 1, line, styles["banner"])
    return 3 + len(lines) + len(publication.provenance.warnings(lang))


def _block(page: Worksheet, styles: Styles, row: int, words: str) -> int:
    page.write_string(row, 0, words, styles["heading"])
    return row + 1


def _table(page: Worksheet, styles: Styles, row: int, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """Heads and rows of texts; the row after them."""
    for j, head in enumerate(heads):
        page.write_string(row, j, head, styles["head"])
    for i, cells in enumerate(rows, start=row + 1):
        for j, cell in enumerate(cells):
            page.write_string(i, j, str(cell), styles["wrapped"])
    return row + 1 + len(rows)


def _source_heads(lang: Lang) -> list[str]:
    return [text(f"data.{key}", lang) for key in ("source", "publisher", "as_of", "licence", "standing")]


def _sources(publication: Publication, lang: Lang) -> list[list[str]]:
    return [
        [
            title(source.card, lang),
            source.card.publisher,
            say.short_day(source.as_of, lang),
            source.card.licence,
            source.standing_label(lang),
        ]
        for source in publication.provenance.sources
    ]


def _rule_heads(lang: Lang) -> list[str]:
    return [text(f"data.{key}", lang) for key in ("rule", "value", "where", "status", "read_in")]


def _rules(publication: Publication, lang: Lang) -> list[list[str]]:
    return [
        [rule["title"], value["shown"], value["where"], text(f"status.{rule['status']}", lang), value["source"]]
        for rule in rule_rows(publication.provenance, lang)
        for value in rule["values"]
    ]
