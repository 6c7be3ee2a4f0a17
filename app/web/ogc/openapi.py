"""The service in OpenAPI 3.0, as the class `oas30` asks; made from the published tables."""

from collections import ChainMap
from importlib.metadata import version
from typing import Any

from app.publish.collections import Collection, Publication
from app.web.ogc.describe import GEOJSON, JSON_KINDS, OPENAPI, SCHEMA, Addresses, about, title
from app.web.ogc.features import ids
from app.web.ogc.query import FARTHEST, MOST, USUAL, queryables
from app.web.ogc.systems import CRS84, SYSTEMS
from app.web.ogc.temporal import INTERVAL
from app.web.problems import PROBLEM
from geodata.tables import Column, Table

JSON = "application/json"
TEXT = {"type": "string"}
Node = dict[str, Any]
BOX: Node = {
    "type": "array",
    "items": {"type": "number"},
    "minItems": 4,
    "maxItems": 6,
    "oneOf": [{"minItems": count, "maxItems": count} for count in (4, 6)],
}


def document(publication: Publication, found: list[Collection], at: Addresses) -> Node:
    """The whole document; each collection's first feature stands as the example of an id."""
    paths = [_collection(one.table, next(iter(ids(one)), "")) for one in found]
    return {
        "openapi": "3.0.3",
        "info": {
            "title": title(publication, at.lang),
            "description": about(publication, at.lang),
            "version": version("laegevalg"),
        },
        "servers": [{"url": at.root}],
        "paths": dict(ChainMap(_fixed(), *paths)),
        "components": {"parameters": _parameters(), "responses": _problems()},
    }


def _fixed() -> Node:
    return {
        "/": _get("landing", "Landing page", JSON),
        "/api": _get("api", "This document", OPENAPI),
        "/conformance": _get("conformance", "Classes of the standards that are kept", JSON),
        "/collections": _get("collections", "Collections", JSON),
    }


def _collection(table: Table, known: str) -> Node:
    """Paths of one collection."""
    root, name = f"/collections/{table.name}", table.name
    shared = ["crs"]
    values = [_value(column) for column in queryables(table)]
    one = [{"name": "featureId", "in": "path", "required": True, "schema": TEXT, "example": known}, *_refs(shared)]
    items = [*_refs([*shared, "limit", "offset", "bbox", "bboxCrs", "datetime"]), *values]
    return {
        root: _get(f"{name}Collection", f"{table.title}: description", JSON),
        f"{root}/items": _get(f"{name}Items", f"{table.title}: features", GEOJSON, items),
        f"{root}/items/{{featureId}}": _get(f"{name}Item", f"{table.title}: one feature", GEOJSON, one, missing=True),
        f"{root}/queryables": _get(f"{name}Queryables", f"{table.title}: what can be filtered", SCHEMA),
        f"{root}/schema": _get(f"{name}Schema", f"{table.title}: columns", SCHEMA),
    }


def _get(operation: str, summary: str, kind: str, parameters: list[Node] | None = None, missing: bool = False) -> Node:
    good = {
        "description": summary,
        "content": {kind.split(";", maxsplit=1)[0] if kind == OPENAPI else kind: {"schema": {"type": "object"}}},
    }
    bad = {"400": {"$ref": "#/components/responses/Refused"}}
    if missing:
        bad["404"] = {"$ref": "#/components/responses/Missing"}
    unchanged = {"304": {"description": "The answer is the one you have."}}
    asked = [*(parameters or []), *_refs(["lang", "f"])]
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": asked,
            "responses": {"200": good, **unchanged, **bad},
        }
    }


def _refs(names: list[str]) -> list[Node]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _value(column: Column) -> Node:
    """A column as a parameter of its own."""
    kind: Node = {"type": "number" if column.kind in ("int", "float") else JSON_KINDS[column.kind]}
    return {"name": column.name, "in": "query", "required": False, "description": column.title, "schema": kind}


def _parameters() -> Node:
    systems = {"type": "string", "format": "uri", "enum": list(SYSTEMS), "default": CRS84.uri}
    return {
        "lang": _query("lang", "Language of titles", {"type": "string", "enum": ["da", "en"], "default": "da"}),
        "f": _query("f", "Format", {"type": "string", "enum": ["json"], "default": "json"}),
        "limit": _query(
            "limit", "Features on a page", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
        ),
        "offset": _query(
            "offset", "Features before the page", {"type": "integer", "minimum": 0, "maximum": FARTHEST, "default": 0}
        ),
        "bbox": {**_query("bbox", "Box that features touch", BOX), "style": "form", "explode": False},
        "bboxCrs": _query("bbox-crs", "System of the box", systems),
        "crs": _query("crs", "System of the answer", systems),
        "datetime": {
            **_query("datetime", "Moment or interval, open at ..", {"type": "string", "pattern": INTERVAL}),
            "style": "form",
            "explode": False,
        },
    }


def _query(name: str, about: str, schema: Node) -> Node:
    return {"name": name, "in": "query", "description": about, "required": False, "schema": schema}


def _problems() -> Node:
    return {
        name: {"description": said, "content": {PROBLEM: {"schema": {"type": "object"}}}}
        for name, said in (
            ("Refused", "A parameter is unknown or has a value that cannot be."),
            ("Missing", "There is no such collection or feature."),
        )
    }
