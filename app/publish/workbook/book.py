"""Puts the workbook together: which sheets there are, in which order."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from pathlib import Path

import pandas as pd
from xlsxwriter import Workbook

from app import language as say
from app.language import Lang
from app.publish import development
from app.publish.collections import TABLES, Publication
from app.publish.copy import text
from app.publish.panel import BYS
from app.publish.workbook.columns import (
    AREA_COLUMNS,
    DEVELOPMENT_COLUMNS,
    LITTLE_COLUMNS,
    LITTLE_COLUMNS_EN,
    PRACTICE_COLUMNS,
    collection_columns,
    counted,
)
from app.publish.workbook.front import write_front
from app.publish.workbook.meaning import meaning_name, write_meaning
from app.publish.workbook.styles import Styles
from app.publish.workbook.table_sheet import Bars, TableSheet, sheet_name, write_table
from geodata.register import REGISTER_REPORT

TOP = 10
FURTHER = ("premises", "register_report")
"""Further collections with a sheet of their own; the others have files (`.csv`)."""


def write_workbook(publication: Publication, path: Path, lang: Lang = "da") -> None:
    """Write the workbook."""
    write_book(publication, path, list(table_sheets(publication, lang)), lang)


def write_book(publication: Publication, path: Path, sheets: Sequence[TableSheet], lang: Lang) -> None:
    """Write a front sheet with the sources, some tables, and what each of their columns means."""
    day = publication.study.day
    foot = text("xlsx.foot", lang, date=say.short_day(day, lang), page="{page}", pages="{pages}")
    with Workbook(str(path), {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": text("app.name", lang), "created": datetime.combine(day, time())})
        styles = Styles(book)
        named = [(sheet.name, sheet.title) for sheet in sheets]
        named.append((meaning_name(lang), text("xlsx.meaning_note", lang)))
        write_front(book, styles, publication, named, lang, foot)
        for sheet in sheets:
            write_table(book, styles, sheet, publication.smallest, lang, foot)
        columns = [(sheet.name, sheet.columns) for sheet in sheets if sheet.columns is not AREA_COLUMNS]
        areas = [(text("xlsx.areas", lang), AREA_COLUMNS)] if len(columns) < len(sheets) else []
        write_meaning(book, styles, publication, [*areas, *columns], lang, foot)


def table_sheets(publication: Publication, lang: Lang) -> Iterator[TableSheet]:
    """Every sheet with a table, in order; one of a kind of area that the region has none of is left out."""
    kinds = set(publication.areas.frame["kind"])
    yield from (_areas(publication, by, lang) for by in BYS if by in kinds)
    yield _little_choice(publication, lang)
    yield _practices(publication, lang)
    if development.shown_years(publication):
        yield _development(publication, lang)
    for name in FURTHER:
        if name in TABLES:
            table = TABLES[name]
            title = table.label(lang)
            rows = publication.collection(name).frame
            if name == REGISTER_REPORT.name and rows.empty:
                continue
            yield TableSheet(sheet_name(title), title, note_line(publication, lang), collection_columns(table), rows)


def note_line(publication: Publication, lang: Lang) -> str:
    """The line under a title: banner, year and what is hidden."""
    banner = publication.provenance.banner(lang)
    hidden = text("note.suppressed", lang, n=say.number(publication.smallest, lang))
    year = text("xlsx.year", lang, year=publication.study.facts.year)
    return " ".join([*([str(banner)] if banner else []), year, hidden])


def _areas(publication: Publication, by: str, lang: Lang) -> TableSheet:
    """Areas of a kind, most affected first, with the region below those that add up to it."""
    councils = {council.code: council.name for council in publication.study.facts.region.health_councils}
    rows = publication.areas.only(kind=by).frame.drop(columns="geometry")
    total = publication.areas.only(kind="region").frame.iloc[0].copy()
    total[["code", "health_council"]] = ""
    rows = _named(rows, "health_council", councils)
    smallest, minimum = publication.smallest, publication.study.rules.number("minimum_open")
    known = rows["under_two"].astype("Float64").fillna(smallest / 2)
    order = rows.assign(affected=known, letters=rows["name"].map(say.sort_key))
    sorted_rows = order.sort_values(["affected", "letters"], ascending=[False, True]).drop(
        columns=["affected", "letters"]
    )
    title = text("xlsx.areas_title", lang, what=text(f"by.{by}", lang))
    hit = int((sorted_rows["under_two"].astype("Float64").fillna(0) > 0).sum())
    return TableSheet(
        sheet_name(text(f"by.{by}", lang)),
        title,
        note_line(publication, lang),
        AREA_COLUMNS,
        sorted_rows,
        frozen=2,
        total=None if by == "city_district" else total,
        bars=Bars("under_two", min(hit, TOP), text("xlsx.chart", lang, k=say.number(minimum, lang))),
    )


def _named(rows: pd.DataFrame, column: str, names: dict[str, str]) -> pd.DataFrame:
    """The rows with names for codes."""
    return rows.assign(**{column: rows[column].map(lambda code: names.get(code, code))})


def _municipalities(publication: Publication) -> dict[str, str]:
    region = publication.study.facts.region
    return {one.code: one.name for one in (*region.municipalities, *region.neighbours)}


def _little_choice(publication: Publication, lang: Lang) -> TableSheet:
    frame = publication.little_choice_areas.frame.drop(columns="geometry")
    rows = _named(frame, "kommunekode", _municipalities(publication)).sort_values("residents", ascending=False)
    columns = LITTLE_COLUMNS if lang == "da" else LITTLE_COLUMNS_EN
    title = text("layer.areas", lang)
    return TableSheet(sheet_name(text("qgis.little_choice", lang)), title, note_line(publication, lang), columns, rows)


def _development(publication: Publication, lang: Lang) -> TableSheet:
    """Municipalities, then health councils, by year, with the region below."""
    years = development.shown_years(publication)
    rows = [development.wide(publication, kind) for kind in ("municipality", "health_council")]
    rows = [frame.sort_values("name", key=lambda names: names.map(say.sort_key)) for frame in rows]
    note = f"{note_line(publication, lang)} {text('development.note', lang)}"
    title = text("development.title", lang, first=years[0], last=years[-1])
    return TableSheet(
        sheet_name(text("development.sheet", lang)),
        title,
        note,
        (*DEVELOPMENT_COLUMNS, *(counted(column, 13) for column in development.columns(publication))),
        pd.concat(rows, ignore_index=True),
        frozen=2,
        total=development.wide(publication, "region").iloc[0].replace({"region": ""}),
    )


def _practices(publication: Publication, lang: Lang) -> TableSheet:
    frame = publication.practices.frame.drop(columns="geometry")
    rows = _named(frame, "kommunekode", _municipalities(publication)).sort_values(["ydernummer", "location_id"])
    title = text("xlsx.practices_title", lang)
    return TableSheet(
        sheet_name(text("qgis.practices", lang)), title, note_line(publication, lang), PRACTICE_COLUMNS, rows, 2
    )
