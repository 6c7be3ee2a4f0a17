"""The map as one file that opens without a service: everything in it, nothing asked for from elsewhere."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from app.errors import ExportError
from app.language import Lang
from app.publish import page
from app.publish.collections import Publication
from app.publish.maps import Atlas, as_data_uri
from app.publish.page import View
from app.publish.premises import Asked, PremisesWriter
from app.publish.premises_page import PremisesView, premises_context
from app.publish.site_form import SiteForm
from app.publish.site_pictures import SitePictures, helpless_surface
from app.publish.sites_page import sites_context
from app.publish.vendor import PREMISES_SCRIPTS, SINGLE_SCRIPTS, SITES_SCRIPTS, inlined

MAPS = ("choice", "premises")
"""Maps that can be written without a question; that of an answer is written by `write_sites_map`."""


def write_map(publication: Publication, kind: str, path: Path, lang: Lang = "da", today: date | None = None) -> Path:
    """Write a map as one HTML file.

    Parameters
    ----------
    kind : one of MAPS
    today : day that the file says it was made; the study's day unless told otherwise

    Raises
    ------
    ExportError : there is no such map, a script is not vendored, or the file cannot be written
    """
    if kind not in MAPS:
        raise ExportError(f"there is no map {kind!r}; choose one of {', '.join(MAPS)}")
    atlas, day = Atlas(publication), today or publication.study.day
    if kind == "premises":
        return _written(path, "premises.html", _premises(atlas, lang, day))
    chart = atlas.choice_map(lang, atlas.data_uri)
    context = page.choice_context(
        atlas,
        View(lang=lang),
        chart,
        inlined(list(chart.vendored), chart.script, SINGLE_SCRIPTS),
        atlas.data_uri,
        today=day,
        single=True,
    )
    return _written(path, "choice.html", context)


def _premises(atlas: Atlas, lang: Lang, day: date) -> dict[str, Any]:
    """The page of premises, ranked by the weights of the rules."""
    chart = atlas.choice_map(lang, atlas.data_uri, ("choice",))
    answer = PremisesWriter(atlas.publication, lang).answer(Asked())
    assets = inlined(list(chart.vendored), chart.script, PREMISES_SCRIPTS)
    return premises_context(atlas, PremisesView(lang), answer, chart, assets, atlas.data_uri, today=day, single=True)


def write_sites_map(
    publication: Publication, answer: Mapping[str, Any], path: Path, lang: Lang = "da", today: date | None = None
) -> Path:
    """Write the map of the best placement of a published answer as one HTML file.

    Raises
    ------
    ExportError : the file cannot be written
    """
    atlas = Atlas(publication)
    chart = atlas.choice_map(lang, atlas.data_uri)
    pictures = SitePictures(publication, answer, 1) if answer["solutions"] else None

    def site_url(_rank: int, view: str, part: str, scale: str) -> str:
        surface = pictures.surface(view) if pictures else helpless_surface(publication, answer)
        return as_data_uri(atlas.painted(surface.values, surface.layer.colours, part, scale))

    context = sites_context(
        atlas,
        lang,
        chart,
        inlined(list(chart.vendored), chart.script, SITES_SCRIPTS),
        atlas.data_uri,
        site_url,
        today=today or publication.study.day,
        form=SiteForm(),
        job={"id": "", "status": "done", "seconds": 0, "same_study": True, "same_code": True, "result": answer},
        single=True,
    )
    return _written(path, "sites.html", context)


def _written(path: Path, template: str, context: Mapping[str, Any]) -> Path:
    html = page.environment().get_template(template).render(context)
    try:
        path.write_text(html, encoding="utf-8")
    except OSError as error:
        raise ExportError(f"{path.name} cannot be written: {error}; choose a folder you may write to") from error
    return path
