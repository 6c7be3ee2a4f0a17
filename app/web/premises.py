"""Premises over HTTP: ranked, and checked row by row when a list of them is posted."""

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import UploadFile

from app.errors import QuestionError
from app.language import Lang
from app.publish.candidate_edits import candidate_edits
from app.publish.collections import Publication
from app.publish.frontier import FrontierWriter, Joint
from app.publish.premises import Asked, PremisesWriter, write_premises
from app.publish.uploads import difference_answer, upload_answer
from app.siting.premises.criteria import CRITERIA
from app.siting.premises.weights import read_weights
from app.siting.question import Area
from app.web.caching import conditional
from app.web.exports import MEDIA
from app.web.parameters import ByQuery, LangQuery, refuse_unknown
from app.web.planning import PROBLEMS
from geodata.sources.upload import difference, read_premises

Occasion = Annotated[Literal["new_establishment", "move"], Query(description="At which the requirements hold.")]
AreaQuery = Annotated[str, Query(description="Code of an area of the kind `by`; all premises unless given.")]
WeightsQuery = Annotated[
    str, Query(description=f"Weights 0 to 4 of {', '.join(CRITERIA)}, such as size=4,lifted=2; by rule where left out.")
]
AddQuery = Annotated[int, Query(description="Premises chosen together, 1 to 5.")]
MeasureQuery = Annotated[
    Literal["least", "total"], Query(description="Points of the least suitable of them, or of all together.")
]
Ending = Literal["xlsx", "gpkg", "geojson", "csv"]
PIECE = 1_000_000
"""Bytes read at a time."""
KNOWN = ("area", "by", "weights", "occasion")
FILE: dict[str, Any] = {"type": "string", "format": "binary"}
UPLOAD_BODY: dict[str, Any] = {
    "required": True,
    "description": "A list of premises: CSV, Excel or GeoPackage, as it is or as the field `file` of a form.",
    "content": {
        "multipart/form-data": {"schema": {"type": "object", "required": ["file"], "properties": {"file": FILE}}},
        "application/octet-stream": {"schema": FILE},
        "text/csv": {"schema": {"type": "string"}},
        "application/geopackage+sqlite3": {"schema": FILE},
    },
}


def asked_of(
    area: AreaQuery = "",
    by: ByQuery = "municipality",
    weights: WeightsQuery = "",
    occasion: Occasion = "new_establishment",
) -> Asked:
    """What an address asks for.

    Raises
    ------
    QuestionError : the weights mean nothing
    """
    return Asked(read_weights(weights), Area(by, area) if area else Area(), occasion)


AskedQuery = Annotated[Asked, Depends(asked_of)]


Limit = Callable[[Path], int]
"""Bytes that a posted file may have, by what is in it."""


def router(publication: Publication, limit: Limit) -> APIRouter:
    """Routes of premises."""
    routes = APIRouter(prefix="/api", tags=["premises"], responses=PROBLEMS)

    @routes.get("/premises", summary="Premises ranked")
    def premises(request: Request, asked: AskedQuery, lang: LangQuery = "da") -> Response:
        """Premises best first, each with requirements, criteria, the reason in words and how firmly it stands."""
        refuse_unknown(request, KNOWN)
        writer = PremisesWriter(publication, lang)
        return conditional(request, publication.study.hash, lambda: JSONResponse(writer.answer(asked)))

    @routes.get("/premises/frontier", summary="Sites and premises together")
    def frontier(
        request: Request,
        add: AddQuery,
        asked: AskedQuery,
        measure: MeasureQuery = "least",
        lang: LangQuery = "da",
    ) -> Response:
        """Residents lifted against suitability: every choice of premises that no other beats in both, with proof."""
        refuse_unknown(request, (*KNOWN, "add", "measure"))
        joint, writer = Joint(add, measure, asked), FrontierWriter(publication, lang)
        return conditional(request, publication.study.hash, lambda: JSONResponse(writer.answer(joint)))

    @routes.get("/premises/ranked.{ending}", summary="Premises ranked, as a file")
    def file(
        request: Request,
        ending: Ending,
        asked: AskedQuery,
        lang: LangQuery = "da",
    ) -> Response:
        """The premises as they rank with these weights: an Excel workbook, a GeoPackage to edit, GeoJSON or CSV."""
        refuse_unknown(request, KNOWN)
        study = publication.study
        name = f"laegevalg-premises-{study.facts.region.id}-{study.day.isoformat()}.{ending}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}

        def made() -> Response:
            content = premises_file(publication, asked, name, lang)
            return Response(content, media_type=MEDIA[f".{ending}"], headers=headers)

        return conditional(request, study.hash, made)

    @routes.post("/premises", summary="A list of premises, checked", openapi_extra={"requestBody": UPLOAD_BODY})
    async def check(
        request: Request, weights: WeightsQuery = "", occasion: Occasion = "new_establishment", lang: LangQuery = "da"
    ) -> Response:
        """Every row with an error by row, column, found and expected; what the list would change; and its ranking.

        Nothing is stored: `laegevalg build --premises FILE` takes a list in.
        """
        refuse_unknown(request, ("weights", "occasion"))
        asked = Asked(read_weights(weights), Area(), occasion)
        async with posted(request) as path:
            answer = await run_in_threadpool(checked, publication, path, asked, limit(path), lang)
        return JSONResponse(answer)

    return routes


def premises_file(publication: Publication, asked: Asked, name: str, lang: Lang) -> bytes:
    """The file of a ranking, of the format of its name's ending."""
    ranking = PremisesWriter(publication, lang).ranking(asked)
    with tempfile.TemporaryDirectory(prefix="laegevalg-premises-") as folder:
        return write_premises(Publication(publication.study, ranking), Path(folder) / name, lang).read_bytes()


@asynccontextmanager
async def posted(request: Request) -> AsyncIterator[Path]:
    """The file of a request, its body or the field `file` of a form, on disk until it is answered.

    Raises
    ------
    QuestionError : a form without such a field
    """
    with tempfile.TemporaryDirectory(prefix="laegevalg-premises-") as folder:
        path = Path(folder) / "list"
        with path.open("wb") as file:
            async for piece in _pieces(request):
                file.write(piece)
        yield path


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """The file piece by piece, so that a large one is never whole in memory."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        async for piece in request.stream():
            yield piece
        return
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise QuestionError("the form has no field `file` with a file in it; send the list there")
        while piece := await file.read(PIECE):
            yield piece


def checked(publication: Publication, path: Path, asked: Asked, largest: int, lang: Lang) -> dict[str, Any]:
    """A list of premises, checked, held against those there are, and ranked as far as its rows are good."""
    study = publication.study
    upload = read_premises(path, publication.surroundings, study.rules, largest)
    told = difference_answer(difference(upload, study.facts.premises), upload, lang)
    ranked = PremisesWriter(publication, lang).answer(asked, upload.premises)
    candidates = candidate_edits(publication, path, lang)
    return {"check": upload_answer(upload, lang), "difference": told, "candidates": candidates, **ranked}
