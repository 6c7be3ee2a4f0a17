"""The page of siting questions, its pictures, and what its form does without a script."""

from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.errors import NotFoundError, PlanningError
from app.jobs.jobs import Jobs
from app.jobs.scenarios import Scenarios
from app.language import Lang
from app.publish import page
from app.publish.copy import text
from app.publish.maps import SCALES
from app.publish.page import PRINTS
from app.publish.raster import Picture
from app.publish.site_form import TICKED, SiteForm, document, form_of, typed
from app.publish.site_pictures import HELPLESS, SitePictures, helpless_surface
from app.publish.sites_page import address, sites_context
from app.publish.vendor import SITES_SCRIPTS, linked
from app.siting.question import parse_question
from app.siting.scenario import parse_scenario
from app.web.caching import FOREVER, conditional
from app.web.pages import Pages
from app.web.parameters import language_of
from app.web.problems import kind_of
from app.web.scenarios import SHARED
from app.web.sites import answer_of, ask, job_block

KEPT = 24
"""Placements whose pictures are ready; the oldest go first."""


class SitePages:
    """Writes the page and paints its pictures.

    Parameters
    ----------
    pages : the other pages, whose map this one shares
    jobs : where the answers are
    saved : where scenarios are kept
    """

    def __init__(self, pages: Pages, jobs: Jobs, saved: Scenarios) -> None:
        self.pages, self.jobs, self.saved = pages, jobs, saved
        self.publication = pages.publication
        self._templates = page.environment(str(files("app.web") / "templates"))
        self._painters: dict[tuple[str, int], SitePictures] = {}

    def write(
        self,
        lang: Lang,
        *,
        name: str = "",
        rank: int = 1,
        form: SiteForm | None = None,
        problem: str = "",
        paper: str = "",
    ) -> str:
        """The page: of a job, or the form alone.

        Raises
        ------
        NotFoundError : there is no such job
        """
        job: dict[str, Any] | None = None
        infos: tuple[str, ...] = ()
        if name:
            job = job_block(self.publication, self.jobs, self.jobs.get(name), lang)
            infos = () if job["same_study"] and job["same_code"] else (text("sites.old", lang),)
            problem = job["state"] if job["status"] == "failed" else problem
            least = int(self.publication.study.rules.number("minimum_open"))
            question = parse_question({key: value for key, value in job["question"].items() if key != "hash"})
            form = form_of(question, least)
        chart = self.pages.chart(lang)
        short = self.publication.provenance.short_hash
        script = f"/maps/choice.js?v={short}" + ("" if lang == "da" else f"&lang={lang}")
        context = sites_context(
            self.pages.atlas,
            lang,
            chart,
            linked(list(chart.vendored), script, SITES_SCRIPTS),
            self.pages.picture_url,
            lambda n, view, part, scale: f"/maps/sites/{name}/{n}/{view}/{part}/{scale}.png?v={short}",
            today=self.pages.today(),
            form=form or SiteForm(),
            job=job,
            rank=rank,
            problem=problem,
            infos=infos,
            paper=paper,
        )
        return self._templates.get_template("sites.html").render(context)

    def tried(self, name: str, rank: int, lang: Lang) -> str:
        """Address of the what-if page with a placement as its scenario, which is saved.

        Raises
        ------
        NotFoundError : there is no such placement, or it was made on other data
        BusyError : no more scenarios can be kept
        """
        job = self.jobs.get(name)
        if job.study != self.publication.study.hash:
            raise NotFoundError("the answer was made on another study; ask again", "other_study")
        answer = answer_of(job, lang)
        if not 1 <= rank <= len(answer["solutions"]):
            raise NotFoundError("there is no such placement; the page names them all", "unfinished")
        document = {key: value for key, value in answer["solutions"][rank - 1]["scenario"].items() if key != "hash"}
        kept = self.saved.save(parse_scenario(document), answer["words"]["title"])
        return f"/maps/choice?edit=1&scenario={kept.hash[:SHARED]}" + ("" if lang == "da" else f"&lang={lang}")

    def picture(self, name: str, rank: int, view: str, part: str, scale: str) -> Picture:
        """A picture of a placement.

        Raises
        ------
        NotFoundError : there is none
        """
        known = {one.id for one in self.pages.atlas.parts}
        job = self.jobs.get(name)
        good = job.result and job.study == self.publication.study.hash and part in known and scale in SCALES
        if good and view == HELPLESS:
            surface = helpless_surface(self.publication, (job.result or {})["da"])
            return self.pages.atlas.painted(surface.values, surface.layer.colours, part, scale)
        if not good or not 1 <= rank <= len((job.result or {})["da"]["solutions"]):
            raise NotFoundError("there is no such picture; the map names them all")
        key = (name, rank)
        if key not in self._painters:
            self._painters[key] = SitePictures(self.publication, (job.result or {})["da"], rank)
            while len(self._painters) > KEPT:
                self._painters.pop(next(iter(self._painters)))
        try:
            surface = self._painters[key].surface(view)
        except KeyError as error:
            raise NotFoundError("there is no such picture; the map names them all") from error
        return self.pages.atlas.painted(surface.values, surface.layer.colours, part, scale)


def router(pages: SitePages) -> APIRouter:
    """Routes of the page."""
    routes = APIRouter(include_in_schema=False)
    study = pages.publication.study.hash

    @routes.get("/maps/sites")
    def sites(request: Request) -> Response:
        lang, name = language_of(request), request.query_params.get("job", "")
        wanted = request.query_params.get("solution", "1")
        rank = int(wanted) if wanted.isdecimal() and 0 < int(wanted[:3]) < 100 else 1
        paper = request.query_params.get("print", "")
        html = pages.write(lang, name=name, rank=rank, paper=paper if paper in PRINTS else "")
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})

    @routes.post("/maps/sites")
    async def asked(request: Request) -> Response:
        sent = await request.form()
        fields = {name: value for name, value in sent.items() if isinstance(value, str)}
        form = typed(fields, {name: [str(one) for one in sent.getlist(name)] for name in TICKED})
        return await run_in_threadpool(lambda: _asked(pages, form, language_of(request)))

    @routes.post("/maps/sites/{name}/stop")
    def stop(request: Request, name: str) -> Response:
        pages.jobs.stop(name)
        return RedirectResponse(address(name, 1, language_of(request)), 303)

    @routes.post("/maps/sites/{name}/{rank}/try")
    def tried(request: Request, name: str, rank: int) -> Response:
        return RedirectResponse(pages.tried(name, rank, language_of(request)), 303)

    @routes.get("/maps/sites/{name}/{rank}/{view}/{part}/{scale}.png")
    def picture(request: Request, name: str, rank: int, view: str, part: str, scale: str) -> Response:
        def made() -> Response:
            return Response(pages.picture(name, rank, view, part, scale).png, media_type="image/png")

        return conditional(request, study, made, control=FOREVER)

    return routes


def _asked(pages: SitePages, form: SiteForm, lang: Lang) -> Response:
    """Go to the job of a form's question, or say on the form what is wrong with it."""
    try:
        job = ask(pages.publication, pages.jobs, parse_question(document(form)))
    except PlanningError as error:
        said = text(f"error.{error.key}", lang, **error.slots) if error.key else str(error)
        return HTMLResponse(pages.write(lang, form=form, problem=said), kind_of(error).status)
    return RedirectResponse(address(job.id, 1, lang), 303)
