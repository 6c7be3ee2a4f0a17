"""Siting questions over HTTP: asked as jobs, told about as they close in, stopped, and taken home as files."""

import json
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any, Literal

import anyio
from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from sse_starlette import EventSourceResponse

from app.errors import NotFoundError
from app.jobs.jobs import ENDED, PROGRESS, Event, Job, Jobs
from app.language import Lang
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.job_words import progress_block, state_words
from app.publish.proof_words import duration
from app.publish.site_files import ENDINGS, write_sites
from app.siting.ground import make_ground
from app.siting.objectives import OBJECTIVES, objective_of
from app.siting.question import COMPARED, SitingQuestion, parse_question, read_question
from app.web.exports import MEDIA
from app.web.parameters import LangQuery, refuse_unknown
from app.web.planning import PROBLEMS

PAUSE_SECONDS = 0.25
"""Between two looks for news of a job."""
QUESTION_BODY: dict[str, Any] = {
    "required": True,
    "description": "How many new practices, where, for whom and by what objective; what is left out takes its default.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["add"],
                "additionalProperties": False,
                "properties": {
                    "add": {"type": "integer", "minimum": 1},
                    "objective": {"enum": list(OBJECTIVES)},
                    "k": {"type": "integer", "minimum": 1},
                    "standard": {
                        "type": "object",
                        "properties": {"mode": {"type": "string"}, "minutes": {"type": "number"}},
                    },
                    "area": {
                        "type": "object",
                        "properties": {
                            "kind": {"type": "string"},
                            "code": {"type": "string"},
                            "ring": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
                        },
                    },
                    "serve": {"enum": ["area", "region"]},
                    "weights": {"type": "object", "additionalProperties": {"type": "number"}},
                    "close": {"type": "array", "items": {"type": "string"}},
                    "move": {"type": "array", "items": {"type": "string"}},
                    "kinds": {"type": "array", "items": {"type": "string"}},
                    "zones": {"type": "array", "items": {"type": "string"}},
                    "stop_m": {"type": "number"},
                    "per_site": {"type": "integer", "minimum": 1},
                    "capacity": {"type": "number"},
                    "require": {"type": "array", "items": {"type": "string"}},
                    "by": {"enum": list(COMPARED)},
                    "gini": {"type": "number", "minimum": 0, "maximum": 1},
                    "give": {"type": "number", "minimum": 0},
                    "alternatives": {"type": "integer", "minimum": 0},
                    "time_limit": {"type": "number"},
                },
            },
            "example": {"add": 5, "k": 2, "area": {"kind": "health_council", "code": "nordsjaelland"}},
        }
    },
}
Ending = Literal["gpkg", "xlsx", "geojson", "csv", "json"]
LastEvent = Annotated[str, Header(alias="last-event-id", description="Number of the last event that was seen.")]


def router(publication: Publication, jobs: Jobs) -> APIRouter:
    """Routes of siting questions and their jobs."""
    routes = APIRouter(prefix="/api", tags=["siting"], responses=PROBLEMS)
    study = publication.study

    @routes.post(
        "/sites",
        status_code=202,
        summary="Where new practices help most",
        openapi_extra={"requestBody": QUESTION_BODY},
        responses={200: {"description": "The same question was asked before and is answered."}},
    )
    async def sites(request: Request, lang: LangQuery = "da") -> Response:
        """Ask; the answer is a job. The same question to the same study and code is the same job."""
        refuse_unknown(request, ())
        question = read_question(await request.body())
        job = await run_in_threadpool(lambda: ask(publication, jobs, question))
        where = f"/api/jobs/{job.id}"
        body = await run_in_threadpool(lambda: job_block(publication, jobs, job, lang))
        return JSONResponse(body, 200 if job.ended else 202, headers={"Location": where, "Cache-Control": "no-store"})

    @routes.get("/jobs/{name}", summary="A job")
    def job(request: Request, name: str, lang: LangQuery = "da") -> Response:
        """State, found and ceiling, and the answer when it has ended."""
        refuse_unknown(request, ())
        return JSONResponse(job_block(publication, jobs, jobs.get(name), lang), headers={"Cache-Control": "no-store"})

    @routes.get("/jobs/{name}/events", summary="A job as it goes, by server-sent events")
    async def events(request: Request, name: str, lang: LangQuery = "da", last_event_id: LastEvent = "") -> Response:
        """States, and found and ceiling as they close in; begins after `Last-Event-ID`. 204 when nothing will come."""
        refuse_unknown(request, ())
        found = await run_in_threadpool(jobs.get, name)
        after = int(last_event_id) if last_event_id.isdecimal() and len(last_event_id) < 10 else 0
        if found.ended and not await run_in_threadpool(jobs.events, name, after):
            return Response(status_code=204)
        return EventSourceResponse(_stream(publication, jobs, found, after, lang), ping=15)

    @routes.post("/jobs/{name}/stop", summary="Stop a job and keep the best it has")
    @routes.delete("/jobs/{name}", summary="Stop a job and keep the best it has")
    def stop(request: Request, name: str, lang: LangQuery = "da") -> Response:
        """The computation ends with its best answer, and with the ceiling that it has proven by then."""
        refuse_unknown(request, ())
        return JSONResponse(
            job_block(publication, jobs, jobs.stop(name), lang), 202, headers={"Cache-Control": "no-store"}
        )

    @routes.get("/jobs/{name}/sites.{ending}", summary="The answer as a file")
    def file(request: Request, name: str, ending: Ending, lang: LangQuery = "da") -> Response:
        """GeoPackage with sites, nearly equal places, gains, proof and a QGIS project; the sites as GeoJSON or CSV."""
        refuse_unknown(request, ())
        file_name = f"laegevalg-sites-{study.facts.region.id}-{study.day.isoformat()}-{name[:8]}.{ending}"
        content = site_file(publication, answer_of(jobs.get(name), lang), file_name, lang)
        headers = {"Content-Disposition": f'attachment; filename="{file_name}"', "Cache-Control": "no-store"}
        return Response(content, media_type=MEDIA.get(f".{ending}", "application/json"), headers=headers)

    return routes


def ask(publication: Publication, jobs: Jobs, question: SitingQuestion) -> Job:
    """The job of a question that fits the study.

    Raises
    ------
    QuestionError, NotFoundError : it does not fit
    BusyError : too many jobs are waiting
    """
    objective_of(question)
    make_ground(publication.study.baseline, question)
    return jobs.ask(publication.study.hash, question.document())


def job_block(publication: Publication, jobs: Jobs, job: Job, lang: Lang) -> dict[str, Any]:
    """A job ready for JSON, with its answer when it has ended."""
    question = parse_question(job.question)
    return {
        "id": job.id,
        "status": job.status,
        "state": state_words(job.status, job.place, job.seconds, job.error, lang),
        "place": job.place,
        "seconds": round(job.seconds, 3),
        "study": job.study,
        "same_study": job.study == publication.study.hash,
        "same_code": job.code == jobs.code,
        "progress": progress_block(question, job.found, job.ceiling, lang, publication.smallest),
        "question": {"hash": question.hash, **question.document()},
        "links": {
            "self": f"/api/jobs/{job.id}",
            "events": f"/api/jobs/{job.id}/events",
            "stop": f"/api/jobs/{job.id}/stop",
            "map": f"/maps/sites?job={job.id}",
            "files": [f"/api/jobs/{job.id}/sites{ending}" for ending in ENDINGS] if job.result else [],
        },
        "result": job.result[lang] if job.result else None,
    }


def answer_of(job: Job, lang: Lang) -> dict[str, Any]:
    """The answer of a job that has one.

    Raises
    ------
    NotFoundError : it has none yet
    """
    if not job.result:
        raise NotFoundError("the job has no answer yet", "unfinished")
    answer: dict[str, Any] = job.result[lang]
    return answer


def site_file(publication: Publication, answer: dict[str, Any], file_name: str, lang: Lang) -> bytes:
    """An answer as the bytes of a file, made under the name it is handed out with."""
    with tempfile.TemporaryDirectory(prefix="laegevalg-sites-") as folder:
        return write_sites(publication, answer, Path(folder) / file_name, lang).read_bytes()


async def _stream(
    publication: Publication, jobs: Jobs, job: Job, after: int, lang: Lang
) -> AsyncIterator[dict[str, str]]:
    """What happened after a number, and what happens, until the job has ended."""
    question = parse_question(job.question)
    while True:
        news = await run_in_threadpool(jobs.events, job.id, after)
        for event in news:
            after = event.number
            now = await run_in_threadpool(jobs.get, job.id)
            block = _event(publication, question, now, event, lang)
            yield {"id": str(event.number), "event": event.kind, "data": json.dumps(block, ensure_ascii=False)}
        if news and news[-1].kind in ENDED:
            return
        await anyio.sleep(PAUSE_SECONDS)


def _event(publication: Publication, question: SitingQuestion, job: Job, event: Event, lang: Lang) -> dict[str, Any]:
    block: dict[str, Any] = {"status": job.status, "seconds": round(job.seconds, 1)}
    block["elapsed"] = duration(job.seconds, lang)
    if event.kind == PROGRESS:
        return block | progress_block(question, event.found, event.ceiling, lang, publication.smallest)
    if event.kind == "resumed":
        return block | {"state": text("job.resumed", lang)}
    return block | {"state": state_words(event.kind, job.place, job.seconds, job.error, lang)}
