"""The page of premises: what an address or a posted list asks for, answered as HTML."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response

from app.errors import QuestionError
from app.language import Lang
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.frontier import MEASURES, FrontierWriter, Joint
from app.publish.premises import Asked, PremisesWriter
from app.publish.premises_page import PATH, WEIGHT, PremisesView, premises_context
from app.publish.vendor import PREMISES_SCRIPTS, linked
from app.siting.premises.criteria import CRITERIA
from app.siting.premises.frontier import MOST_SITES
from app.siting.premises.requirements import OCCASIONS
from app.siting.premises.weights import STEPS
from app.siting.question import Area
from app.web.caching import conditional
from app.web.pages import Pages
from app.web.parameters import LONGEST, unknown_line, view_of
from app.web.premises import Limit, checked, posted

OWN = ("area", "by", "occasion", "premises", "sites", "measure", *(WEIGHT.format(name) for name in CRITERIA))


def router(pages: Pages, limit: Limit) -> APIRouter:
    """Routes of the page."""
    routes = APIRouter(include_in_schema=False)
    publication = pages.publication
    marks = publication.study.hash

    @routes.get(PATH)
    def premises(request: Request) -> Response:
        view, infos = premises_view(request)

        def made() -> Response:
            answer = PremisesWriter(publication, view.lang).answer(view.asked)
            frontier, lines = joint(publication, view)
            return HTMLResponse(rendered(pages, view, answer, (*infos, *lines), frontier))

        return conditional(request, f"{marks}{pages.today().isoformat()}", made)

    @routes.post(PATH)
    async def check(request: Request) -> Response:
        view, infos = premises_view(request)
        try:
            async with posted(request) as path:
                return await run_in_threadpool(answered, pages, view, path, limit(path), tuple(infos))
        except QuestionError:
            return await run_in_threadpool(answered, pages, view, Path(os.devnull), 0, tuple(infos))

    return routes


def answered(pages: Pages, view: PremisesView, path: Path, largest: int, infos: tuple[str, ...]) -> Response:
    """The page on a posted list; one without a good row is answered above the premises that are known."""
    answer = checked(pages.publication, path, view.asked, largest, view.lang)
    if not answer["check"]["kept"]:
        known = PremisesWriter(pages.publication, view.lang).answer(view.asked)
        answer = {**known, "check": answer["check"], "difference": None}
    return HTMLResponse(rendered(pages, view, answer, infos), 200 if answer["difference"] else 422)


def joint(publication: Publication, view: PremisesView) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """The frontier that an address asks for, or why it cannot be drawn."""
    if not view.sites:
        return None, ()
    try:
        asked = Joint(view.sites, view.measure, view.asked)
        return FrontierWriter(publication, view.lang).answer(asked), ()
    except QuestionError as error:
        return None, (text(f"error.{error.key}", view.lang, **error.slots),)


def rendered(
    pages: Pages,
    view: PremisesView,
    answer: Mapping[str, Any],
    infos: tuple[str, ...],
    frontier: Mapping[str, Any] | None = None,
) -> str:
    """The page's HTML."""
    chart = pages.chart(view.lang)
    assets = linked(list(chart.vendored), pages.script_url(view.lang), PREMISES_SCRIPTS)
    context = premises_context(
        pages.atlas,
        view,
        answer,
        chart,
        assets,
        pages.picture_url,
        today=pages.today(),
        infos=infos,
        frontier=frontier,
    )
    return pages.render("premises.html", context)


def premises_view(request: Request) -> tuple[PremisesView, list[str]]:
    """What an address asks for, and a line for each value that is not known and was set to its default."""
    query = {name: value[:LONGEST] for name, value in request.query_params.items()}
    base, infos = view_of(request, OWN)
    weights = _weights(query, base.lang, infos)
    occasion = _known("occasion", query, [code.value for code in OCCASIONS], base.lang, infos)
    area = Area(base.by, query["area"]) if query.get("area") else Area()
    asked = Asked(weights, area, occasion)
    sites = _known("sites", query, ("", *(str(n) for n in range(1, MOST_SITES + 1))), base.lang, infos)
    measure = _known("measure", query, MEASURES, base.lang, infos)
    shown = PremisesView(base.lang, asked, query.get("premises", ""), int(sites or 0), measure, base.print)
    return replace(shown, z=base.z, lat=base.lat, lon=base.lon), infos


def _known(name: str, query: Mapping[str, str], known: Sequence[str], lang: Lang, infos: list[str]) -> str:
    """The value of a parameter; the first known one, and a line, where it is none."""
    value = query.get(name, known[0])
    if value not in known:
        infos.append(unknown_line(name, value, known[0], lang))
    return value if value in known else known[0]


def _weights(query: Mapping[str, str], lang: Lang, infos: list[str]) -> dict[str, int]:
    """Steps of the criteria; all unimportant would rank nothing, so then the rule's hold."""
    steps = [str(step) for step in range(len(STEPS))]
    found = {}
    for name in CRITERIA:
        value = query.get(WEIGHT.format(name), "")
        if value in steps:
            found[name] = int(value)
        elif value:
            infos.append(unknown_line(WEIGHT.format(name), value, "", lang))
    if len(found) == len(CRITERIA) and not any(found.values()):
        infos.append(text("error.no_weight", lang))
        return {}
    return found
