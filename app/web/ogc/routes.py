"""The routes of OGC API - Features under `/ogc`."""

import hashlib
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.errors import NotFoundError
from app.language import Lang
from app.publish.collections import Collection, Publication
from app.web.caching import CHECKED
from app.web.ogc import describe
from app.web.ogc.conformance import CLASSES
from app.web.ogc.describe import GEOJSON, JSON, OPENAPI, SCHEMA, Addresses
from app.web.ogc.features import features, ids, page
from app.web.ogc.offered import Offered
from app.web.ogc.openapi import document
from app.web.ogc.query import ITEM, PLAIN, Query, parameters, read_query
from app.web.ogc.systems import CRS84, System, system_of

Maker = Callable[[Addresses], Any]


def router(publication: Publication, offered: Offered | None = None) -> APIRouter:
    """All routes; described in OpenAPI 3.0 at `/ogc/api`, and so not in the service's own document.

    Parameters
    ----------
    offered : the collections; the published tables unless given
    """
    routes = APIRouter(prefix="/ogc", include_in_schema=False)
    offered = offered or Offered(publication)
    _add_service(routes, publication, offered)
    _add_collections(routes, publication, offered)
    _add_items(routes, publication, offered)
    return routes


def _add_service(routes: APIRouter, publication: Publication, offered: Offered) -> None:
    @routes.get("")
    def bare(request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{str(request.base_url).rstrip('/')}/ogc/{query}", 308)

    @routes.get("/")
    def landing(request: Request) -> Response:
        return said(publication, request, JSON, lambda at: describe.landing(publication, at))

    @routes.get("/api")
    def api(request: Request) -> Response:
        found = [offered.collection(name) for name in offered.names()]
        return said(publication, request, OPENAPI, lambda at: document(publication, found, at), names_of(found))

    @routes.get("/conformance")
    def conformance(request: Request) -> Response:
        return said(publication, request, JSON, lambda _: {"conformsTo": list(CLASSES)})


def _add_collections(routes: APIRouter, publication: Publication, offered: Offered) -> None:
    @routes.get("/collections")
    def collections(request: Request) -> Response:
        found = [offered.collection(name) for name in offered.names()]
        return said(
            publication, request, JSON, lambda at: describe.collections(publication, found, at), names_of(found)
        )

    @routes.get("/collections/{name}")
    def collection(request: Request, name: str) -> Response:
        found = offered.collection(name)
        return said(publication, request, JSON, lambda at: describe.collection(publication, found, at))

    @routes.get("/collections/{name}/queryables")
    def queryables(request: Request, name: str) -> Response:
        table = offered.collection(name).table
        return said(publication, request, SCHEMA, lambda at: describe.queryable_schema(table, at))

    @routes.get("/collections/{name}/schema")
    def schema(request: Request, name: str) -> Response:
        table = offered.collection(name).table
        return said(publication, request, SCHEMA, lambda at: describe.schema(table, at))


def _add_items(routes: APIRouter, publication: Publication, offered: Offered) -> None:
    @routes.get("/collections/{name}/items")
    def items(request: Request, name: str) -> Response:
        found = offered.collection(name)
        query = read_query(request, found.table)

        def body(at: Addresses) -> bytes:
            own = _said_with(publication, at.lang)
            return page(found, query, lambda matched: page_links(request, at, found, query, matched), own)

        return answered(publication, request, GEOJSON, body, query.system)

    @routes.get("/collections/{name}/items/{feature_id:path}")
    def item(request: Request, name: str, feature_id: str) -> Response:
        found = offered.collection(name)
        system = system_of("crs", parameters(request, ITEM).get("crs", CRS84.uri))
        row = row_of(found, feature_id)

        def body(at: Addresses) -> bytes:
            links = _item_links(at, found, feature_id)
            return orjson.dumps(
                {**features(found, [row], system)[0], **_said_with(publication, at.lang), "links": links}
            )

        return answered(publication, request, GEOJSON, body, system)


def names_of(found: Sequence[Collection]) -> str:
    """What an answer on several collections depends on: which they are."""
    return " ".join(one.table.name for one in found)


def row_of(collection: Collection, feature_id: str) -> int:
    """The row with an id.

    Raises
    ------
    NotFoundError : there is none
    """
    try:
        return ids(collection).index(feature_id)
    except ValueError:
        raise NotFoundError(f"{collection.table.name} has no feature {feature_id[:60]!r}") from None


def said(publication: Publication, request: Request, kind: str, make: Maker, mark: str = "") -> Response:
    """A description as JSON, for a request that may ask only for its language and format."""
    parameters(request, PLAIN)
    return answered(publication, request, kind, lambda at: orjson.dumps(make(at)), mark=mark)


def answered(
    publication: Publication,
    request: Request,
    kind: str,
    body: Callable[[Addresses], bytes],
    system: System | None = None,
    mark: str = "",
) -> Response:
    """The answer with a strong tag, or 304 where the asker has it: same study, address and packing, same bytes.

    Parameters
    ----------
    mark : what else the answer depends on
    """
    lang: Lang = "en" if request.query_params.get("lang") == "en" else "da"
    packed = "gzip" if "gzip" in request.headers.get("accept-encoding", "") else ""
    mark = strong_tag(version("laegevalg"), publication.study.hash, str(request.url), packed, mark)
    headers = {"ETag": mark, "Cache-Control": CHECKED, "Content-Language": lang}
    if system is not None:
        headers["Content-Crs"] = f"<{system.uri}>"
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if mark in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body(Addresses(request, lang)), media_type=kind, headers=headers)


def strong_tag(*parts: str) -> str:
    """A strong entity tag of everything an answer depends on (RFC 9110, 8.8.1)."""
    return f'"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]}"'


def page_links(request: Request, at: Addresses, of: Collection, query: Query, matched: int) -> list[dict[str, str]]:
    """Links to this page, the next, the one before, and the collection."""
    path = f"/collections/{of.table.name}"
    asked = {name: value for name, value in request.query_params.items() if name != "lang"}

    def to(rel: str, offset: int) -> dict[str, str]:
        turned = {**asked, "limit": str(query.limit), "offset": str(offset)}
        return {"rel": rel, "href": at.of(f"{path}/items", query=turned), "type": GEOJSON, "hreflang": at.lang}

    title = of.table.label(at.lang)
    this = {**to("self", query.offset), "title": title}
    other: Lang = "da" if at.lang == "en" else "en"
    links = [this, {**this, "rel": "alternate", "href": at.of(f"{path}/items", other, asked), "hreflang": other}]
    if query.offset + query.limit < matched:
        links.append({**to("next", query.offset + query.limit), "title": title})
    if query.offset > 0:
        links.append({**to("prev", max(0, query.offset - query.limit)), "title": title})
    return [*links, at.link("collection", path, JSON, title)]


def _item_links(at: Addresses, of: Collection, feature_id: str) -> list[dict[str, str]]:
    path, title = f"/collections/{of.table.name}", of.table.label(at.lang)
    here = f"{path}/items/{urlencode({'': feature_id})[1:]}"
    return [*at.here(here, GEOJSON, title), at.link("collection", path, JSON, title)]


def _said_with(publication: Publication, lang: Lang) -> dict[str, Any]:
    """What stands beside features: the words on example data, credits and the study."""
    banner = publication.provenance.banner(lang)
    own = {"attribution": describe.attribution(publication, lang), "study": publication.study.hash}
    return {**own, "banner": str(banner)} if banner else own
