"""The API: findings by area, practices, areas of limited choice, the choice of one place, and what-if."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from app.errors import OutsideError
from app.language import Lang
from app.publish.collections import Collection, Publication
from app.publish.copy import text
from app.publish.geojson import feature_collection, records
from app.publish.place import place_answer
from app.web.caching import conditional
from app.web.parameters import ByQuery, LangQuery, Lat, Lon, ProfileQuery, refuse_unknown
from app.web.problems import KINDS
from app.web.what_if import add_what_if

Format = Annotated[Literal["json", "geojson"], Query(description="json for rows, geojson for features.")]
OutsideQuery = Annotated[
    Literal["problem", "answer"],
    Query(description="How a place outside the region is answered: problem (404), or answer (200, outside: true)."),
]
GEOJSON = "application/geo+json"
PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"description": "A parameter is unknown or out of range.", "content": {"application/problem+json": {}}},
    404: {"description": "There is no such place, area or practice.", "content": {"application/problem+json": {}}},
}


def router(publication: Publication) -> APIRouter:
    """The API's routes for one publication."""
    routes = APIRouter(prefix="/api", tags=["planning"], responses=PROBLEMS)
    study = publication.study

    @routes.get("/areas", summary="Findings by area")
    def areas(
        request: Request,
        by: ByQuery = "municipality",
        lang: LangQuery = "da",
        format: Format = "json",
        profile: ProfileQuery = None,
    ) -> Response:
        """What residents can choose between, by municipality, health council or city district."""
        refuse_unknown(request, ("by", "format", "profile"))
        shown = travelled(publication, profile)
        return conditional(request, shown.study.hash, lambda: answer(shown, shown.areas.only(kind=by), lang, format))

    @routes.get("/practices", summary="Practices at their locations")
    def practices(request: Request, lang: LangQuery = "da", format: Format = "json") -> Response:
        """General practices, one row for each practice number and location."""
        refuse_unknown(request, ("format",))
        return conditional(request, study.hash, lambda: answer(publication, publication.practices, lang, format))

    @routes.get("/little-choice-areas", summary="Areas of limited choice")
    def little_choice_areas(request: Request, lang: LangQuery = "da", format: Format = "json") -> Response:
        """Neighbouring cells whose residents have fewer open practices than the minimum, merged."""
        refuse_unknown(request, ("format",))
        return conditional(
            request, study.hash, lambda: answer(publication, publication.little_choice_areas, lang, format)
        )

    @routes.get("/choice", summary="The choice of one place")
    def choice(
        request: Request,
        lon: Lon,
        lat: Lat,
        lang: LangQuery = "da",
        outside: OutsideQuery = "problem",
        profile: ProfileQuery = None,
    ) -> Response:
        """What the residents of the cell at a place can choose between, and why."""
        refuse_unknown(request, ("lon", "lat", "outside", "profile"))
        shown = travelled(publication, profile)

        def make() -> Response:
            try:
                found = place_answer(shown, lon, lat, lang)
            except OutsideError:
                if outside == "problem":
                    raise
                found = outside_answer(lon, lat, lang)
            return JSONResponse({"data": shown.provenance.block(lang), **found})

        return conditional(request, shown.study.hash, make)

    add_what_if(routes, publication)
    return routes


def travelled(publication: Publication, profile: str | None) -> Publication:
    """The publication by a profile, or as it stands."""
    return publication if profile is None else publication.travelled(profile)


def outside_answer(lon: float, lat: float, lang: Lang) -> dict[str, Any]:
    """What a map shows at a place outside the region: the words of the problem, as a popup."""
    kind = KINDS[OutsideError]
    title = kind.title_da if lang == "da" else kind.title
    return {
        "place": {"lon": lon, "lat": lat},
        "outside": True,
        "popup": {"title": title, "lines": [text("error.outside", lang)]},
    }


def answer(publication: Publication, collection: Collection, lang: Lang, format: str) -> Response:
    """A collection with the block on its data: rows by name of the collection, or features."""
    block = publication.provenance.block(lang)
    if format == "geojson":
        return JSONResponse({**feature_collection(collection), "data": block}, media_type=GEOJSON)
    table = collection.table
    columns = [column for column in table.columns if column is not table.geometry]
    labels = {column.name: column.label(lang) for column in columns}
    return JSONResponse({"data": block, "labels": labels, table.name: records(collection.frame, columns)})
