"""What the service says of itself and of each collection: landing page, collections, queryables and schema."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import numpy as np
from fastapi import Request

from app.language import LANGS, Lang
from app.publish.collections import Collection, Publication
from app.publish.copy import text
from app.web.ogc.features import temporal
from app.web.ogc.query import queryables
from app.web.ogc.systems import CRS84, STORAGE, SYSTEMS
from geodata.crs import from_inside
from geodata.tables import Column, Table

JSON, GEOJSON = "application/json", "application/geo+json"
OPENAPI, SCHEMA = "application/vnd.oai.openapi+json;version=3.0", "application/schema+json"
REL = "http://www.opengis.net/def/rel/ogc/1.0/"
GEOMETRY_FORMATS = {"point": "geometry-point", "polygon": "geometry-polygon-or-multipolygon"}
JSON_KINDS = {"text": "string", "date": "string", "int": "integer", "float": "number", "flag": "boolean"}


NOTHING: Mapping[str, str] = {}


class Addresses:
    """Absolute addresses under `/ogc`, in the language asked for.

    Parameters
    ----------
    request : the request that is answered
    lang : its language
    """

    def __init__(self, request: Request, lang: Lang) -> None:
        self.root = str(request.base_url).rstrip("/") + "/ogc"
        self.lang = lang

    def of(self, path: str, lang: Lang | None = None, query: Mapping[str, str] = NOTHING) -> str:
        """The address of a path; Danish is not written out."""
        spoken = lang or self.lang
        asked = {**query, **({"lang": spoken} if spoken != LANGS[0] else {})}
        return f"{self.root}{path}" + (f"?{urlencode(asked)}" if asked else "")

    def link(self, rel: str, path: str, kind: str, title: str) -> dict[str, str]:
        """A link in the language asked for."""
        return {"rel": rel, "href": self.of(path), "type": kind, "title": title, "hreflang": self.lang}

    def here(self, path: str, kind: str, title: str) -> list[dict[str, str]]:
        """Links to this page and to it in the other languages."""
        others = [
            {"rel": "alternate", "href": self.of(path, lang), "type": kind, "title": title, "hreflang": lang}
            for lang in LANGS
            if lang != self.lang
        ]
        return [self.link("self", path, kind, title), *others]


def landing(publication: Publication, at: Addresses) -> dict[str, Any]:
    """The first page: what this is, whose data, and where the rest is."""
    say = words(at.lang)
    return {
        "title": title(publication, at.lang),
        "description": about(publication, at.lang),
        "attribution": attribution(publication, at.lang),
        "links": [
            *at.here("/", JSON, title(publication, at.lang)),
            at.link("service-desc", "/api", OPENAPI, say("api")),
            {
                "rel": "service-doc",
                "href": at.root.removesuffix("/ogc") + "/docs",
                "type": "text/html",
                "title": say("doc"),
            },
            at.link("conformance", "/conformance", JSON, say("conformance")),
            at.link("data", "/collections", JSON, say("collections")),
        ],
    }


def collections(publication: Publication, found: Sequence[Collection], at: Addresses) -> dict[str, Any]:
    """All collections."""
    return {
        "links": at.here("/collections", JSON, words(at.lang)("collections")),
        "crs": list(SYSTEMS),
        "collections": [collection(publication, one, at) for one in found],
    }


def collection(publication: Publication, of: Collection, at: Addresses) -> dict[str, Any]:
    """One collection: title, what it says, extent in space and time, systems and links."""
    table, say = of.table, words(at.lang)
    path, label = f"/collections/{table.name}", table.label(at.lang)
    return {
        "id": table.name,
        "title": label,
        "description": f"{table.about} {about(publication, at.lang)}",
        "attribution": attribution(publication, at.lang),
        "itemType": "feature",
        "extent": extent(publication, of),
        "crs": list(SYSTEMS),
        "storageCrs": STORAGE,
        "links": [
            *at.here(path, JSON, label),
            at.link("items", f"{path}/items", GEOJSON, label),
            at.link(f"{REL}queryables", f"{path}/queryables", SCHEMA, say("queryables")),
            at.link("describedby", f"{path}/schema", SCHEMA, say("schema")),
        ],
    }


def extent(publication: Publication, of: Collection) -> dict[str, Any]:
    """Bounds in degrees, and the days the data are of."""
    dated = temporal(of.table)
    days = of.frame[dated.name].dropna() if dated is not None else []
    if not len(days):
        days = [source.as_of.isoformat() for source in publication.provenance.sources]
    time = {"interval": [[f"{min(days)}T00:00:00Z", f"{max(days)}T00:00:00Z"]]}
    frame = of.frame if of.table.geometry is not None and len(of.frame) else publication.areas.frame
    west, south, east, north = frame.total_bounds
    lon, lat = from_inside(np.array([west, west, east, east]), np.array([south, north, south, north]))
    box = [round(float(value), 6) for value in (lon.min(), lat.min(), lon.max(), lat.max())]
    return {"spatial": {"bbox": [box], "crs": CRS84.uri}, "temporal": time}


def queryable_schema(table: Table, at: Addresses) -> dict[str, Any]:
    """The columns a client may filter by, as JSON Schema."""
    return _schema(table, queryables(table), at, "queryables")


def schema(table: Table, at: Addresses) -> dict[str, Any]:
    """All columns with labels, units and allowed values, as JSON Schema."""
    return _schema(table, list(table.columns), at, "schema")


def _schema(table: Table, columns: list[Column], at: Addresses, page: str) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": at.of(f"/collections/{table.name}/{page}"),
        "type": "object",
        "title": table.label(at.lang),
        "description": table.about,
        "properties": {column.name: property_of(column, at.lang) for column in columns},
        "additionalProperties": False,
    }


def property_of(column: Column, lang: Lang) -> dict[str, Any]:
    """One column as JSON Schema."""
    said: dict[str, Any] = {"title": column.label(lang), "description": column.about}
    if column.kind in GEOMETRY_FORMATS:
        return {**said, "format": GEOMETRY_FORMATS[column.kind], "x-ogc-role": "primary-geometry"}
    said["type"] = JSON_KINDS[column.kind]
    if column.kind == "date":
        said |= {"format": "date", "x-ogc-role": "primary-instant"}
    if column.unit:
        said["x-ogc-unit"] = column.unit
    if column.allowed:
        said["enum"] = [code.value for code in column.allowed]
        said["x-enum-titles"] = [column.code_label(code.value, lang) for code in column.allowed]
    return said


def title(publication: Publication, lang: Lang) -> str:
    """Name of the service and its region."""
    region = publication.study.facts.region
    return f"{text('app.name', lang)} – {region.name_da if lang == 'da' else region.name}"


def about(publication: Publication, lang: Lang) -> str:
    """The words on example data, the day and the study's hash."""
    provenance = publication.provenance
    banner = provenance.banner(lang)
    return " ".join([*([str(banner)] if banner else []), f"{provenance.dates(lang)} · {provenance.stamp(lang)}."])


def attribution(publication: Publication, lang: Lang) -> str:
    """The credits that licences ask for."""
    return " · ".join(publication.provenance.credits(lang))


def words(lang: Lang) -> Any:
    """The words of the service's links, by their key."""
    return lambda key: text(f"ogc.{key}", lang)
