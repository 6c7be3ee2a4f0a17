"""Vector tiles and their descriptions under `/tiles`."""

import gzip
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.language import Lang
from app.publish.collections import Publication
from app.publish.tiles import Tiles, columns_of, tiling_of
from app.web.caching import conditional
from app.web.parameters import LangQuery, refuse_unknown
from geodata.crs import outward

MVT = "application/vnd.mapbox-vector-tile"
PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"description": "A parameter is unknown or no number.", "content": {"application/problem+json": {}}},
    404: {"description": "There is no such layer, zoom or tile.", "content": {"application/problem+json": {}}},
}


def router(tiles: Tiles) -> APIRouter:
    """Routes of the tiles of one publication."""
    routes = APIRouter(prefix="/tiles", tags=["tiles"], responses=PROBLEMS)
    study = tiles.publication.study.hash

    @routes.get("/{layer}.json", summary="Description of a layer's tiles (TileJSON 3.0)")
    def description(request: Request, layer: str, lang: LangQuery = "da") -> Response:
        """Address, zooms, bounds, credits and columns with labels."""
        refuse_unknown(request, ())
        tiling_of(layer)
        root = str(request.base_url).rstrip("/")
        return conditional(request, study, lambda: JSONResponse(tile_json(tiles.publication, layer, root, lang)))

    @routes.get("/{layer}/{z}/{x}/{y}.mvt", summary="A vector tile")
    def tile(request: Request, layer: str, z: int, x: int, y: int) -> Response:
        """A tile of the usual grid of web maps; 204 where nothing lies in it."""
        refuse_unknown(request, ("v",))

        def made() -> Response:
            packed = tiles.tile(layer, z, x, y)
            if not packed:
                return Response(status_code=204)
            if "gzip" in request.headers.get("accept-encoding", ""):
                return Response(packed, media_type=MVT, headers={"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
            return Response(gzip.decompress(packed), media_type=MVT, headers={"Vary": "Accept-Encoding"})

        return conditional(request, study, made)

    return routes


def tile_json(publication: Publication, layer: str, root: str, lang: Lang) -> dict[str, object]:
    """A layer's tiles in TileJSON 3.0.

    Parameters
    ----------
    root : address of the service
    """
    table, tiling = publication.collection(layer).table, tiling_of(layer)
    west, south, east, north = outward(publication.collection(layer).frame).total_bounds.tolist()
    return {
        "tilejson": "3.0.0",
        "name": table.label(lang),
        "description": publication.provenance.line(lang),
        "attribution": " · ".join(publication.provenance.credits(lang)),
        "tiles": [f"{root}/tiles/{layer}/{{z}}/{{x}}/{{y}}.mvt"],
        "minzoom": tiling.lowest,
        "maxzoom": tiling.highest,
        "bounds": [round(value, 6) for value in (west, south, east, north)],
        "vector_layers": [{"id": layer, "fields": {column.name: column.label(lang) for column in columns_of(table)}}],
    }
