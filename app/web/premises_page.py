"""The page of premises: what an address or a posted list asks for, answered as HTML."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response

from app.errors import QuestionError
from app.language import Lang
from app.publish.copy import text
from app.publish.premises import Asked, PremisesWriter
from app.publish.premises_page import PATH, WEIGHT, PremisesView, premises_context
from app.publish.vendor import PREMISES_SCRIPTS, linked
from app.siting.premises.criteria import CRITERIA
from app.siting.premises.ranking import NEW
from app.siting.premises.requirements import OCCASIONS
from app.siting.premises.weights import STEPS
from app.siting.question import Area
from app.web.caching import conditional
from app.web.pages import Pages
from app.web.parameters import LONGEST, unknown_line, view_of
from app.web.premises import checked, posted

OWN = ("area", "by", "occasion", "premises", *(WEIGHT.format(name) for name in CRITERIA))


def router(pages: Pages, largest: int) -> APIRouter:
    """Routes of the page.

    Parameters
    ----------
    largest : bytes of a list that is posted
    """
    routes = APIRouter(include_in_schema=False)
    publication = pages.publication
    marks = publication.study.hash

    @routes.get(PATH)
    def premises(request: Request) -> Response:
        view, infos = premises_view(request)

        def made() -> Response:
            answer = PremisesWriter(publication, view.lang).answer(view.asked)
            return HTMLResponse(rendered(pages, view, answer, tuple(infos)))

        return conditional(request, f"{marks}{pages.today().isoformat()}", made)

    @routes.post(PATH)
    async def check(request: Request) -> Response:
        view, infos = premises_view(request)
        try:
            content = await posted(request)
        except QuestionError:
            content = b""
        return await run_in_threadpool(lambda: answered(pages, view, content, largest, tuple(infos)))

    return routes


def answered(pages: Pages, view: PremisesView, content: bytes, largest: int, infos: tuple[str, ...]) -> Response:
    """The page on a posted list; one without a good row is answered above the premises that are known."""
    answer = checked(pages.publication, content, view.asked, largest, view.lang)
    if not answer["check"]["kept"]:
        known = PremisesWriter(pages.publication, view.lang).answer(view.asked)
        answer = {**known, "check": answer["check"], "difference": None}
    return HTMLResponse(rendered(pages, view, answer, infos), 200 if answer["difference"] else 422)


def rendered(pages: Pages, view: PremisesView, answer: Mapping[str, Any], infos: tuple[str, ...]) -> str:
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
    )
    return pages.render("premises.html", context)


def premises_view(request: Request) -> tuple[PremisesView, list[str]]:
    """What an address asks for, and a line for each value that is not known and was set to its default."""
    query = {name: value[:LONGEST] for name, value in request.query_params.items()}
    base, infos = view_of(request, OWN)
    weights = _weights(query, base.lang, infos)
    occasion = query.get("occasion", NEW)
    if occasion not in [code.value for code in OCCASIONS]:
        infos.append(unknown_line("occasion", occasion, NEW, base.lang))
        occasion = NEW
    area = Area(base.by, query["area"]) if query.get("area") else Area()
    asked = Asked(weights, area, occasion)
    position = {"z": base.z, "lat": base.lat, "lon": base.lon}
    return PremisesView(base.lang, asked, query.get("premises", ""), base.print, **position), infos


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
