"""What an area sheet says: the words and figures of the page's panel, in the order of the sheet."""

from typing import Any

import pandas as pd

from app import language as say
from app.language import Lang
from app.publish import figures, palette
from app.publish.area_sheet.drawing import bar_kilometres, shows_overview, square
from app.publish.area_sheet.helps import what_helps
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.development import KINDS, PEOPLE, shown_years, years_ahead
from app.publish.development import figures as told_of_years
from app.publish.distance_limit import limit_note
from app.publish.page import View
from app.publish.panel import Bar, Figure, Panel, Writer
from geodata.facts import INTAKES

YEARS = 3
"""Years in the table of years ahead."""
GROUPS = (("practices", (0, 1, 2, 3)), ("distance", (4, 5)), ("affected", (6, 7, 8)))
"""Heads of the tables of key figures and which of the panel's figures stand in each."""

COLOURS = ("ink", "soft", "header", "banner", "banner-edge", "control", "little-choice")


def sheet_content(publication: Publication, by: str, code: str, lang: Lang) -> dict[str, Any]:
    """Every text of the sheet, for the template.

    Raises
    ------
    NotFoundError : there is no such area
    """
    writer = Writer(publication, lang)
    row, panel, region = writer.row(by, code), writer.area(by, code), writer.region()
    banner = publication.provenance.banner(lang)
    headline = panel.headline
    return {
        "lang": lang,
        "app": text("app.name", lang),
        "kind": f"{text('sheet.title', lang)} · {say.day(publication.study.day, lang)}",
        "name": panel.title,
        "sub": panel.sub,
        "banner": str(banner or ""),
        "warnings": publication.provenance.warnings(lang),
        "headline": say.sentence(f"{headline.big} {headline.before} {headline.strong} {headline.after}"),
        "reason": " ".join(part for part in (panel.reason, panel.fragile) if part),
        "estimated": panel.estimated,
        "map": _map_words(row, lang),
        "classes": _classes(writer, panel, region),
        "figures": [_group(panel, name, rows, lang) for name, rows in GROUPS],
        "standards": _standards(panel, lang),
        "helps": _helps(publication, row, writer, lang),
        "years": _years(publication, by, code, lang),
        "notes": [*panel.notes, f"{limit_note(publication.study, lang)} {text('sheet.computed', lang)}"],
        "foot": _foot(publication, by, code, lang),
        "colours": {name: palette.CSS[name] for name in COLOURS},
    }


def _classes(writer: Writer, panel: Panel, region: Panel) -> dict[str, Any]:
    """The distribution over the classes of choice, the area beside the region."""
    lang = writer.lang
    heads = [text("choice.distribution", lang), text("layer.residents", lang), text("choice.col_share", lang)]
    rows = [_class(own, whole) for own, whole in zip(panel.bars, region.bars, strict=True)]
    return {"heads": [*heads, text("sheet.region", lang)], "rows": rows}


def _class(own: Bar, whole: Bar) -> dict[str, str]:
    return {"colour": own.colour, "label": own.label, "count": own.count, "share": own.share, "region": whole.share}


def _group(panel: Panel, name: str, rows: tuple[int, ...], lang: Lang) -> dict[str, Any]:
    chosen: list[Figure] = [panel.figures[i] for i in rows]
    return {"head": text(f"sheet.{name}", lang), "rows": [[figure.label, figure.value] for figure in chosen]}


def _standards(panel: Panel, lang: Lang) -> dict[str, Any]:
    heads = [text("choice.standard_has", lang), text("layer.residents", lang), text("choice.col_share", lang)]
    return {"heads": heads, "rows": [[row.label, row.under, row.share] for row in panel.standards]}


def _helps(publication: Publication, row: "pd.Series[Any]", writer: Writer, lang: Lang) -> dict[str, Any]:
    """What one new practice in each of the best places would give; a sentence where none gives anything."""
    found = what_helps(publication, row["geometry"], lang)
    lines = [text("sheet.help", lang, place=one.name, people=one.people, k=writer.minimum) for one in found]
    none = text("sheet.help_none", lang, k=writer.minimum)
    return {
        "head": text("sheet.helps", lang),
        "lines": lines or [none],
        "note": text("sheet.help_note", lang) if lines else "",
    }


def _years(publication: Publication, by: str, code: str, lang: Lang) -> dict[str, Any]:
    """Residents, and those of 80 or over, in the study's year and the next known; no rows where none is known."""
    years = shown_years(publication)[:YEARS]
    frame = years_ahead(publication) if by in KINDS and years else pd.DataFrame(columns=["kind", "code", "year"])
    own = frame[(frame["kind"] == by) & (frame["code"] == code)].set_index("year")
    if own.empty:
        return {"heads": [], "rows": []}
    rows = [
        [column.label(lang), *(figures.decimal(own.loc[year, name], lang, 0) for year in years)]
        for name, column in told_of_years(publication).items()
        if name in PEOPLE
    ]
    return {"heads": [text("development.until", lang, year=years[-1]), *map(str, years)], "rows": rows}


def _map_words(row: "pd.Series[Any]", lang: Lang) -> dict[str, Any]:
    bounds = square(row["geometry"].bounds)
    overview = shows_overview(bounds)
    bar = say.as_needed(bar_kilometres(bounds), lang)
    symbols = [code for code in INTAKES if code.value == "open" or not overview]
    notes = [text("sheet.bar", lang, km=bar)]
    notes += [text("sheet.spread", lang)] if overview else []
    return {
        "alt": text("sheet.alt", lang, name=row["name"]),
        "symbols": [{"kind": code.value, "label": code.title_da if lang == "da" else code.title} for code in symbols],
        "areas": text("layer.areas", lang),
        "notes": notes,
    }


def _foot(publication: Publication, by: str, code: str, lang: Lang) -> list[str]:
    provenance, study = publication.provenance, publication.study
    address = View(lang=lang, by=by, area=code).link()
    rules = text("note.rules_line", lang, date=say.short_day(study.rules.day, lang))
    return [" · ".join(provenance.credits(lang)), f"{rules} · {provenance.short_hash} · {address}"]
