"""Scenarios that are saved and shared, and where a typed place is: what the what-if page asks beside the effect."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from app.errors import QuestionError
from app.jobs.scenarios import SavedScenario, Scenarios
from app.language import Lang
from app.publish.collections import Publication
from app.publish.find import find
from app.publish.scenario_tables import collection_ids
from app.siting.scenario import parse_scenario
from app.web.parameters import LONGEST, LangQuery, refuse_unknown
from app.web.planning import PROBLEMS
from app.web.what_if import SCENARIO_BODY

LONGEST_NAME = 80
SHARED = 16
"""Signs of a scenario's hash in an address."""
Typed = Annotated[
    str, Query(description="Coordinates, practice number, practice, address or place.", max_length=LONGEST)
]


def router(publication: Publication, scenarios: Scenarios) -> APIRouter:
    """Routes of saved scenarios and of places."""
    routes = APIRouter(prefix="/api", tags=["planning"], responses=PROBLEMS)
    study = publication.study

    @routes.post("/scenarios", status_code=201, summary="Save a scenario", openapi_extra={"requestBody": _body()})
    async def save(request: Request, lang: LangQuery = "da") -> Response:
        """Keep a scenario by the hash of its content; the same content is kept once, under its first name."""
        refuse_unknown(request, ())
        name, scenario = read_named(await request.body())
        scenario = replace(scenario, base=scenario.base or study.hash)
        await run_in_threadpool(study.what_if, scenario)
        kept = await run_in_threadpool(scenarios.save, scenario, name)
        headers = {"Location": f"/api/scenarios/{kept.hash}"}
        return JSONResponse(saved_block(publication, kept, lang), 201, headers)

    @routes.get("/scenarios/{hash}", summary="A saved scenario")
    def saved(request: Request, hash: str, lang: LangQuery = "da") -> Response:
        """Its changes, and whether it was made on the study that is served; at least eight signs of its hash."""
        refuse_unknown(request, ())
        return JSONResponse(saved_block(publication, scenarios.get(hash), lang), headers={"Cache-Control": "no-cache"})

    @routes.get("/find", summary="Where a typed place is")
    def found(request: Request, q: Typed, lang: LangQuery = "da") -> Response:
        """Coordinates, practices, addresses and places, with longitude and latitude."""
        refuse_unknown(request, ("q",))
        return JSONResponse({"data": publication.provenance.block(lang), "found": find(publication, q, lang)})

    return routes


def read_named(content: bytes) -> tuple[str, Any]:
    """Name and scenario of a request to save.

    Raises
    ------
    QuestionError : they are not JSON, the name is not a short text, or the scenario is empty or as `parse_scenario`
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise QuestionError("the scenario is not JSON", "json") from error
    name = document.pop("name", "") if isinstance(document, dict) else ""
    if not isinstance(name, str) or len(name) > LONGEST_NAME:
        raise QuestionError(f"name is {str(name)[:40]!r}; expected a text of at most {LONGEST_NAME} signs")
    scenario = parse_scenario(document)
    if not scenario.changes:
        raise QuestionError("the scenario has no change; save one that has", "no_change")
    return name.strip(), scenario


def saved_block(publication: Publication, kept: SavedScenario, lang: Lang) -> dict[str, Any]:
    """A saved scenario ready for JSON, with its links."""
    same = kept.scenario.base == publication.study.hash
    short = kept.hash[:SHARED]
    query = "" if lang == "da" else f"&lang={lang}"
    return {
        "data": publication.provenance.block(lang),
        "hash": kept.hash,
        "name": kept.name,
        "saved": datetime.fromtimestamp(kept.saved, UTC).date().isoformat(),
        "same_study": same,
        "scenario": kept.scenario.document(),
        "links": {
            "self": f"/api/scenarios/{kept.hash}",
            "map": f"/maps/choice?edit=1&scenario={short}{query}",
            "collections": [f"/ogc/collections/{name}" for name in collection_ids(kept.hash)] if same else [],
        },
    }


def _body() -> dict[str, Any]:
    """The body of what-if with a name."""
    content = SCENARIO_BODY["content"]["application/json"]
    schema = content["schema"]
    named = {**schema, "properties": {"name": {"type": "string", "maxLength": LONGEST_NAME}, **schema["properties"]}}
    example = {"name": "A", **content["example"]}
    about = "A scenario with a name; base is the study that is served unless given."
    return {
        "required": True,
        "description": about,
        "content": {"application/json": {"schema": named, "example": example}},
    }
