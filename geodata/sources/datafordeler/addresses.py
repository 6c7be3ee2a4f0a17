"""Addresses from DAR: house numbers of the region, each with the point it stands at."""

import re
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.catalogue import Card, Region
from geodata.crs import DENMARK
from geodata.errors import Breach, MisfitError
from geodata.fetching import Fetched, Fetcher
from geodata.fetching.asking import endpoint_of
from geodata.sources.datafordeler.pages import Nodes, ask_pages, fetch_pages, read_pages
from geodata.sources.map_points import MAP_POINTS
from geodata.sources.reading import Reading, source_file

POINT = re.compile(r"POINT ?(?:Z ?)?\((-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)(?: -?[\d.]+)?\)")
"""Well-known text of a point, with or without a height."""


def fetch_dar(fetcher: Fetcher, card: Card, region: Region) -> Fetched:
    """House numbers of the region's municipalities, and their points.

    Raises
    ------
    FetchError, MisfitError : they cannot be had, or are something else
    """
    wheres = [endpoint_of(card).settings["where"].format(code=code) for code in region.codes]
    check = partial(addresses_of, card=card)
    return fetch_pages(fetcher, card, wheres, check, partial(_with_points, fetcher, card))


def read_dar(folder: Path, region: Region) -> Reading:  # noqa: ARG001 - it was asked for by the region's municipalities
    """Addresses as table MAP_POINTS; raises as `addresses_of`."""
    return addresses_of(*source_file(folder, "dar_graphql"))


def addresses_of(path: Path, card: Card) -> Reading:
    """Addresses of kept pages as table MAP_POINTS; those without a point are left out and counted.

    Raises
    ------
    MisfitError : the pages are none, or a point does not lie in Denmark
    """
    nodes = read_pages(path, card)
    rows = [(str(node["adgangsadressebetegnelse"]), *point) for node, point in _placed(card, nodes)]
    frame = pd.DataFrame(rows, columns=["label", "x", "y"]).assign(kind="address")
    note = f"{len(nodes) - len(rows)} addresses without a point left out" if len(rows) < len(nodes) else ""
    return Reading(MAP_POINTS.check(frame), card, len(nodes), len(rows), note)


def point_of(card: Card, row: int, column: str, found: Any) -> tuple[float, float] | None:
    """Easting and northing of a node's point in EPSG:25832; None when it has none.

    Raises
    ------
    MisfitError : it is no point, or none in Denmark
    """
    text = found.get("wkt") if isinstance(found, dict) else found
    if not text:
        return None
    at = POINT.fullmatch(str(text))
    if at is None:
        raise MisfitError(card.id, Breach(row, column, repr(text)[:60], "a point as well-known text (WKT)"))
    x, y = float(at[1]), float(at[2])
    west, south, east, north = DENMARK
    if not (west <= x <= east and south <= y <= north):
        raise MisfitError(card.id, Breach(row, column, f"{x:g} {y:g}", "a point of Denmark in EPSG:25832"))
    return x, y


def _placed(card: Card, nodes: Nodes) -> list[tuple[dict[str, Any], tuple[float, float]]]:
    points = [(node, point_of(card, row, "position", node.get("position"))) for row, node in enumerate(nodes, start=1)]
    return [(node, point) for node, point in points if point is not None]


def _with_points(fetcher: Fetcher, card: Card, nodes: Nodes) -> Nodes:
    """House numbers with the position that the register of points has for them."""
    settings = endpoint_of(card).settings
    points = card.with_settings({"entity": settings["point_entity"], "fields": settings["point_fields"]})
    ids = ", ".join(f'"{node["adgangspunkt"]}"' for node in nodes if node.get("adgangspunkt"))
    if not ids:
        return nodes
    found = {
        p["id_lokalId"]: p.get("position")
        for page in ask_pages(fetcher, points, settings["point_where"].format(ids=ids))
        for p in page
    }
    return [{**node, "position": found.get(node.get("adgangspunkt"))} for node in nodes]
