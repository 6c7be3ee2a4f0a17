"""The map as one file that opens without a service: everything in it, nothing asked for from elsewhere."""

from datetime import date
from pathlib import Path

from app.errors import ExportError
from app.language import Lang
from app.publish import page
from app.publish.collections import Publication
from app.publish.maps import Atlas
from app.publish.page import View
from app.publish.vendor import inlined

MAPS = ("choice",)
"""Maps that can be written; sites and premises come with their questions."""


def write_map(publication: Publication, kind: str, path: Path, lang: Lang = "da", today: date | None = None) -> Path:
    """Write a map as one HTML file.

    Parameters
    ----------
    kind : choice
    today : day that the file says it was made; the study's day unless told otherwise

    Raises
    ------
    ExportError : there is no such map, a script is not vendored, or the file cannot be written
    """
    if kind not in MAPS:
        raise ExportError(f"there is no map {kind!r}; choose one of {', '.join(MAPS)}")
    atlas = Atlas(publication)
    chart = atlas.choice_map(lang, atlas.data_uri, atlas.usual_layers)
    context = page.choice_context(
        atlas,
        View(lang=lang),
        chart,
        inlined(list(chart.vendored), chart.script),
        atlas.data_uri,
        today=today or publication.study.day,
        single=True,
    )
    html = page.environment().get_template("choice.html").render(context)
    try:
        path.write_text(html, encoding="utf-8")
    except OSError as error:
        raise ExportError(f"{path.name} cannot be written: {error}; choose a folder you may write to") from error
    return path
