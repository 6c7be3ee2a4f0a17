"""An answer to a siting question as a workbook: the sites and what is lost without them, premises, proof, sources."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.language import Lang
from app.publish.collections import Collection, Publication
from app.publish.suppress import SUPPRESSED, WITHHELD, counted
from app.publish.workbook.book import note_line, write_book
from app.publish.workbook.columns import collection_columns
from app.publish.workbook.table_sheet import TableSheet, sheet_name


def write_answer(
    publication: Publication, answer: Mapping[str, Any], tables: list[Collection], path: Path, lang: Lang
) -> None:
    """Write the workbook.

    Parameters
    ----------
    answer : as published
    tables : its tables, in the order of the sheets
    """
    write_book(publication, path, list(_sheets(publication, answer, tables, lang)), lang)


def _sheets(
    publication: Publication, answer: Mapping[str, Any], tables: list[Collection], lang: Lang
) -> Iterator[TableSheet]:
    words, proof = answer["words"], answer["proof"]["words"]
    proven = " · ".join(
        part
        for part in (
            words["title"],
            f"{proof['found_label']}: {proof['found']}",
            f"{proof['bound_label']}: {proof['bound']}",
            proof["tag"],
            proof["computed"],
            proof["stopped"],
        )
        if part
    )
    for one in tables:
        title = one.table.label(lang)
        note = f"{proven}. {note_line(publication, lang)}"
        yield TableSheet(sheet_name(title), title, note, collection_columns(one.table), _marked(one), 2)


def _marked(one: Collection) -> Any:
    """Rows that name the counts which the answer hides, as sheets read them."""
    names = counted(one.table, one.frame)
    hidden = [" ".join(name for name in names if missing[name]) for _, missing in one.frame[names].isna().iterrows()]
    return one.frame.drop(columns="geometry", errors="ignore").assign(**{SUPPRESSED.name: "", WITHHELD.name: hidden})
