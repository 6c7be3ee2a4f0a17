"""The service: rooms are joined here, and logging is configured."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, PackageLoader

from app.jobs.database import open_database
from app.jobs.jobs import Job, Jobs
from app.jobs.scenarios import Scenarios
from app.jobs.worker import GoOn, Work, Worker
from app.language import LANGS, Lang
from app.publish.collections import TABLES, Publication
from app.publish.maps import SCALES, Atlas, TileSource
from app.publish.premises_page import PATH as PREMISES
from app.publish.sites import SitesWriter
from app.publish.tiles import Tiles, archive_folder, archives_of
from app.publish.vendor import STATIC, STYLE, static_url
from app.receipt import code_hash
from app.settings import Settings
from app.siting.answer import Budget
from app.siting.question import parse_question
from app.study import Study, open_study
from app.web import exports, pages, planning, premises, premises_page, problems, scenarios, site_pages, sites, tiles
from app.web.caching import FOREVER
from app.web.heads import Heads
from app.web.limits import Limits
from app.web.ogc import routes as ogc
from app.web.ogc.offered import Offered
from app.web.parameters import language_of

logger = logging.getLogger(__name__)

ABOUT = "Where residents have little choice of general practitioner, and why."
SMALLEST_GZIP = 500
PAUSE_SECONDS = 0.2
"""Between two steps of warming, so that requests are answered meanwhile."""


def create_app(settings: Settings | None = None, study: Study | None = None) -> FastAPI:
    """The whole service.

    Parameters
    ----------
    settings : where and how it runs; from the environment unless given
    study : what it shows; opened from the store unless given

    Raises
    ------
    StoreError : the region is not built
    """
    settings = settings or Settings()
    publication = Publication(study or open_study(settings.store, settings.region))
    background = TileSource(settings.background_url, settings.background_credit) if settings.background_url else None
    atlas = Atlas(publication, background)
    writer = pages.Pages(atlas, date.today)
    banner = partial(banner_words, publication)
    database = open_database(settings.jobs_database)
    jobs = Jobs(database, settings.most_waiting_jobs, line_of(publication.study), code_hash())
    saved = Scenarios(database)

    @asynccontextmanager
    async def warmed(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(warm_first_view, writer)
        threading.Thread(target=warm_rest, args=(writer,), daemon=True).start()
        if settings.workers:
            threading.Thread(target=warm_sites, args=(publication,), daemon=True).start()
        workers = make_workers(publication, jobs, settings.workers)
        yield
        await asyncio.to_thread(close_workers, workers)

    app = FastAPI(
        title="Lægevalg",
        version=version("laegevalg"),
        description="\n\n".join(part for part in (ABOUT, banner("en")) if part),
        docs_url=None,
        redoc_url=None,
        lifespan=warmed,
    )
    problems.install(app, writer.problem, banner)
    app.include_router(planning.router(publication))
    app.include_router(premises.router(publication, settings.upload_limit))
    app.include_router(sites.router(publication, jobs))
    app.include_router(scenarios.router(publication, saved))
    app.include_router(exports.router(publication))
    app.include_router(ogc.router(publication, Offered(publication, saved)))
    app.include_router(tiles.router(Tiles(publication, archives(settings, publication))))
    app.include_router(pages.router(writer))
    app.include_router(site_pages.router(site_pages.SitePages(writer, jobs, saved)))
    app.include_router(premises_page.router(writer, settings.upload_limit))
    _add_health(app, publication)
    _add_docs(app, banner("en"))
    app.mount("/static", Static(directory=STATIC), name="static")
    _surround(app, settings, banner("en"))
    return app


def banner_words(publication: Publication, lang: Lang) -> str:
    """The words on example data or invented practices; empty where all is real."""
    return str(publication.provenance.banner(lang) or "")


def line_of(study: Study) -> str:
    """Which studies this one replaces in the jobs' database: those of the same region by the same profiles."""
    profiles = sorted(study.travel.profiles.items())
    return " ".join([study.facts.region.id, *(f"{mode}={profile}" for mode, profile in profiles)])


def archives(settings: Settings, publication: Publication) -> list[Path]:
    """Tiles that `laegevalg build` encoded beforehand for this study."""
    study = publication.study
    return archives_of(archive_folder(settings.store, study.facts.region.id, study.hash))


def siting_work(publication: Publication) -> Work:
    """What computes a siting job: the published answer in every language."""

    def work(job: Job, go_on: GoOn) -> tuple[dict[str, Any], bool]:
        question = parse_question(job.question)
        sited = publication.study.sites(question, Budget(question.time_limit, go_on))
        return {lang: SitesWriter(publication, lang).answer(sited) for lang in LANGS}, sited.stopped

    return work


def make_workers(publication: Publication, jobs: Jobs, number: int) -> list[Worker]:
    """Workers that have begun."""
    workers = [Worker(jobs, publication.study.hash, siting_work(publication)) for _ in range(number)]
    for worker in workers:
        worker.start()
    return workers


def close_workers(workers: Sequence[Worker]) -> None:
    """End workers; what they have not finished goes back to the queue."""
    for worker in workers:
        worker.close()


def warm_first_view(writer: pages.Pages) -> None:
    """Make what the first visitor sees before the service listens."""
    began = time.monotonic()
    writer.chart(LANGS[0])
    for part in writer.atlas.parts:
        for scale in SCALES:
            writer.atlas.picture(next(iter(writer.atlas.layers)), part.id, scale)
    logger.info("first view ready in %.1f s", time.monotonic() - began)


def warm_sites(publication: Publication) -> None:
    """Compile what searches for sites, where no run before has."""
    began = time.monotonic()
    publication.study.ready_for_sites()
    logger.info("sites can be searched for after %.1f s", time.monotonic() - began)


def warm_rest(writer: pages.Pages) -> None:
    """Make tables, the other pictures and the other language while the service runs; visitors go first."""
    began = time.monotonic()
    publication, atlas = writer.publication, writer.atlas
    pictures = [(layer, part.id, scale) for layer in atlas.usual_layers for part in atlas.parts for scale in SCALES]
    steps: list[Callable[[], object]] = [
        publication.study.ready_for_scenarios,
        *(partial(publication.collection, name) for name in TABLES),
        *(partial(atlas.picture, *picture) for picture in pictures),
        *(partial(writer.chart, lang) for lang in LANGS),
    ]
    for step in steps:
        time.sleep(PAUSE_SECONDS)
        step()
    rows = {name: len(publication.collection(name).frame) for name in TABLES}
    logger.info("everything ready in %.1f s more: %s", time.monotonic() - began, rows)


def configure_logging(level: str = "INFO") -> None:
    """One line for each event on standard error."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


class Static(StaticFiles):
    """Files of the house; their addresses change when they do, so they are kept for ever."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """A file with its caching."""
        answer = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        answer.headers["Cache-Control"] = FOREVER
        return answer


def _surround(app: FastAPI, settings: Settings, banner: str) -> None:
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST_GZIP)
    if settings.cors_origins:
        app.add_middleware(CORSMiddleware, allow_origins=list(settings.cors_origins), allow_methods=["GET"])
    uploads = dict.fromkeys(("/api/premises", PREMISES), max(settings.max_upload_bytes, settings.max_package_bytes))
    app.add_middleware(
        Limits,
        largest=settings.max_request_bytes,
        seconds=settings.request_seconds,
        banner=banner,
        uploads=uploads,
        images=settings.background_origin,
    )
    app.add_middleware(Heads)


def _add_health(app: FastAPI, publication: Publication) -> None:
    @app.get("/health", tags=["service"], summary="Whether the service runs, and on what")
    def health(request: Request) -> Response:
        """Region, study hash and number of practices."""
        study = publication.study
        body: dict[str, str | int] = {
            "status": "ok",
            "region": study.facts.region.id,
            "study": study.hash,
            "practices": len(study.facts.practices),
        }
        if words := banner_words(publication, language_of(request)):
            body["banner"] = words
        return JSONResponse(body, headers={"Cache-Control": "no-store"})


def _add_docs(app: FastAPI, banner: str) -> None:
    template = Environment(loader=PackageLoader("app.web"), autoescape=True).get_template("docs.html")

    @app.get("/docs", include_in_schema=False)
    def docs(_: Request) -> Response:
        return HTMLResponse(
            template.render(
                style=static_url("vendor/swagger-ui/swagger-ui.css"),
                bundle=static_url("vendor/swagger-ui/swagger-ui-bundle.js"),
                start=static_url("js/docs.js"),
                house=static_url(STYLE),
                problems=problems.listed(),
                banner=banner,
            )
        )
