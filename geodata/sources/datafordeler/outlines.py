"""Municipalities from DAGI: by query as well-known text, or as a GeoPackage."""

from functools import partial
from pathlib import Path

import geopandas as gpd
import shapely
from shapely.errors import ShapelyError

from geodata.catalogue import Card, Region
from geodata.crs import INSIDE
from geodata.errors import Breach, MisfitError
from geodata.fetching import Ask, Fetched, Fetcher
from geodata.fetching.asking import endpoint_of
from geodata.sources.boundaries import municipalities_of, polygons_of, read_outlines
from geodata.sources.datafordeler.pages import fetch_pages, read_pages
from geodata.sources.reading import Reading, source_file

CODE = "kommunekode"
EVERYTHING = ("",)


def fetch_dagi_pages(fetcher: Fetcher, card: Card, region: Region) -> Fetched:
    """All municipalities by query; kept when they are those of the region.

    Raises
    ------
    FetchError, SourceError : they cannot be had, or are not those of the region's card
    """
    return fetch_pages(fetcher, card, EVERYTHING, partial(_of_pages, card=card, region=region))


def read_dagi_pages(folder: Path, region: Region) -> Reading:
    """Municipalities of kept pages, as `municipalities_of`; raises as it and `read_pages`."""
    path, card = source_file(folder, "dagi_graphql")
    return _of_pages(path, card, region)


def fetch_dagi_file(fetcher: Fetcher, card: Card, region: Region) -> Fetched:
    """All municipalities as a GeoPackage, taken out of its zip; raises as `fetch_dagi_pages`."""
    settings = endpoint_of(card).settings
    url = endpoint_of(card).url.format(**settings)
    check = partial(_of_file, card=card, region=region)
    return fetcher.file(Ask(card, url, member=settings["member"], key_in=settings["key_in"], check=check))


def read_dagi_file(folder: Path, region: Region) -> Reading:
    """Municipalities of a kept GeoPackage, as `municipalities_of`; raises as it and `read_outlines`."""
    path, card = source_file(folder, "dagi_file")
    return _of_file(path, card, region)


def _of_pages(path: Path, card: Card, region: Region) -> Reading:
    nodes = read_pages(path, card)
    shapes = [_shape(card, row, node["geometri"]) for row, node in enumerate(nodes, start=1)]
    codes = [str(node[CODE]) for node in nodes]
    frame = gpd.GeoDataFrame({"kode": codes, "navn": [node["navn"] for node in nodes]}, geometry=shapes, crs=INSIDE)
    return municipalities_of(polygons_of(frame, card, path), region, card, path, whole_country=True)


def _of_file(path: Path, card: Card, region: Region) -> Reading:
    rows = read_outlines(path, card, endpoint_of(card).settings["layer"] or None)
    return municipalities_of(rows.rename(columns={CODE: "kode"}), region, card, path, whole_country=True)


def _shape(card: Card, row: int, found: object) -> shapely.Geometry:
    text = found.get("wkt") if isinstance(found, dict) else found
    try:
        return shapely.from_wkt(str(text))
    except ShapelyError:
        raise MisfitError(card.id, Breach(row, "geometri", repr(text)[:60], "well-known text (WKT)")) from None
