"""What-if over HTTP: a scenario in, its effect out, small enough to follow a practice that is dragged over the map.

Scenarios are computed in turn, as they come, by as many threads as there are processors: twenty that take turns all
wait less than twenty that share. An answer is kept for who asks the same again.
"""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.language import Lang
from app.publish.collections import Publication
from app.publish.what_if import COUNTS, FIGURES, Effects
from app.siting.scenario import KINDS, Scenario, read_scenario
from app.web.parameters import LangQuery, refuse_unknown

KEPT = 512
"""Answers kept, those asked for last; about 20 kB each."""

EXAMPLE = {
    "changes": [
        {"open": {"lon": 12.3, "lat": 55.96, "capacity": 2}},
        {"close": {"ydernummer": "000101"}},
        {"move": {"ydernummer": "000102", "lon": 12.3, "lat": 55.96}},
        {"intake": {"ydernummer": "000103", "to": "open"}},
        {"capacity": {"ydernummer": "000104", "capacities": 3}},
    ]
}
SCENARIO_BODY: dict[str, Any] = {
    "required": True,
    "description": "Changes to the practices; base is the hash of the study they were made on, or left out.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["changes"],
                "additionalProperties": False,
                "properties": {
                    "base": {"type": "string"},
                    "changes": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "minProperties": 1,
                            "maxProperties": 1,
                            "additionalProperties": False,
                            "properties": {kind: {"type": "object"} for kind in KINDS},
                        },
                    },
                },
            },
            "example": EXAMPLE,
        }
    },
}


def _bytes_of(what: str) -> dict[str, Any]:
    return {"type": "string", "contentEncoding": "base64", "description": what}


_PEOPLE = {"type": ["integer", "null"], "description": "Residents; null where the count is hidden."}
_NAMES = {"type": "array", "items": {"type": "string", "enum": list(COUNTS)}}
_BEFORE_AFTER = {"type": "array", "prefixItems": [{"type": ["number", "null"]}] * 2, "minItems": 2, "maxItems": 2}
_AREA: dict[str, Any] = {
    "type": "object",
    "description": "An area in which a figure changes; the region always.",
    "properties": {
        **{name: {"type": "string"} for name in ("kind", "code", "name")},
        **dict.fromkeys(COUNTS, _PEOPLE),
        "suppressed": {**_NAMES, "description": "Counts hidden because they are small."},
        "withheld": {**_NAMES, "description": "Counts hidden because they would give small ones away."},
        "figures": {
            "type": "object",
            "description": "Today and in the scenario.",
            "properties": dict.fromkeys(FIGURES, _BEFORE_AFTER),
        },
    },
}
_CELLS: dict[str, Any] = {
    "type": "object",
    "description": "Cells of another class of choice, in the order of the collection of cells.",
    "properties": {
        "count": {"type": "integer"},
        "encoding": {"type": "string"},
        "cell": _bytes_of("Index of each cell, ascending, int32 little-endian."),
        "before": _bytes_of("Its class today, uint8: 0, 1, 2 to 4, 5 and more open practices are 0, 1, 2, 3."),
        "after": _bytes_of("Its class in the scenario, uint8."),
    },
}
ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The effect: what changes in each area, and the cells to draw anew.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "data": {"type": "object", "description": "Where the data come from."},
                        "scenario": {"type": "object", "description": "As it was asked, with its hash."},
                        "sentences": {"type": "array", "items": {"type": "string"}},
                        "areas": {"type": "array", "items": _AREA},
                        "cells": _CELLS,
                    },
                }
            }
        },
    }
}


def add_what_if(routes: APIRouter, publication: Publication) -> None:
    """The route of what-if for one publication."""
    effects, study = Effects(publication), publication.study
    turns = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="what-if")

    @lru_cache(maxsize=KEPT)
    def answer(scenario: Scenario, lang: Lang) -> bytes:
        return orjson.dumps(effects.answer(study.what_if(scenario), lang))

    @routes.post(
        "/what-if",
        summary="The effect of a scenario",
        openapi_extra={"requestBody": SCENARIO_BODY},
        responses=ANSWER,
    )
    async def what_if(request: Request, lang: LangQuery = "da") -> Response:
        """Who gets more and who gets fewer practices to choose between when practices open, close, move or change."""
        refuse_unknown(request, ())
        scenario = read_scenario(await request.body())
        body = await asyncio.get_running_loop().run_in_executor(turns, answer, scenario, lang)
        return Response(body, media_type="application/json")
