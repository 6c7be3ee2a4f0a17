"""Writes area sheets: tagged PDF (PDF/UA-1) by typst; texts are handed over as data and never read as markup."""

import json
from datetime import UTC, datetime, time
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from app.errors import ExportError
from app.language import Lang
from app.publish.area_sheet.content import sheet_content
from app.publish.area_sheet.drawing import area_map
from app.publish.collections import Publication
from app.publish.panel import Writer

STANDARD = "ua-1"


def write_area_sheet(publication: Publication, by: str, code: str, path: Path, lang: Lang = "da") -> Path:
    """Write the sheet of one area.

    Raises
    ------
    NotFoundError : there is no such area
    ExportError : the file cannot be written
    """
    made = compiled(publication, by, code, lang, format="pdf", pdf_standards=[STANDARD])
    try:
        path.write_bytes(made)
    except OSError as error:
        raise ExportError(f"{path.name} cannot be written: {error}; choose a folder you may write to") from error
    return path


def compiled(publication: Publication, by: str, code: str, lang: Lang, **how: Any) -> bytes:
    """The sheet in a format of typst: pdf, or png to look at."""
    content = sheet_content(publication, by, code, lang)
    outline = Writer(publication, lang).row(by, code)["geometry"]
    day = datetime.combine(publication.study.day, time(), UTC)
    template = (files("app.publish.area_sheet") / "sheet.typ").read_bytes()
    parts = {
        "main": template,
        "content.json": json.dumps(content, ensure_ascii=False).encode(),
        "map.svg": area_map(publication, outline).encode(),
    }
    made: bytes = typst.compile(parts, timestamp=int(day.timestamp()), **how)
    return made
