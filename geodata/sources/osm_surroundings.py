"""OpenStreetMap extracts as amenities and buildings: stops, shops, clinics, and what is known of a building."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pandas as pd
import shapely
from osmium.filter import KeyFilter
from osmium.osm import Node, Way

from geodata import crs
from geodata.catalogue import Card
from geodata.facts import no_rows
from geodata.premises import AMENITIES, BUILDING_STOREYS, BUILDINGS
from geodata.sources.networks import network_files
from geodata.sources.reading import Reading, readable

KEYS = ("amenity", "building", "healthcare", "highway", "shop")
HEALTH = {"clinic", "doctors", "doctor", "centre"}
USE_OF_BUILDING = {
    "apartments": "home",
    "detached": "home",
    "dormitory": "home",
    "house": "home",
    "residential": "home",
    "semidetached_house": "home",
    "terrace": "home",
    "office": "office",
    "commercial": "office",
    "retail": "shop",
    "shop": "shop",
    "supermarket": "shop",
    "hospital": "health",
    "clinic": "health",
    "civic": "public",
    "government": "public",
    "public": "public",
    "industrial": "industry",
    "warehouse": "industry",
}
"""OpenStreetMap's word for a building -> use; `yes` says nothing of it."""
YEAR = re.compile(r"(1[5-9]\d\d|20\d\d)\b.*")
STEP_FREE = {"yes": "yes", "designated": "yes", "no": "no"}
"""wheelchair=limited is neither."""

Tags = Mapping[str, str]


def read_osm_surroundings(folder: Path) -> tuple[list[Reading], list[Reading]]:
    """Amenities and buildings of every OpenStreetMap extract below `network/`; readings may be without rows.

    Raises
    ------
    MisfitError : an extract is damaged
    """
    pairs = [read_surroundings(path, card) for path, card in network_files(folder) if path.suffix == ".pbf"]
    return [amenities for amenities, _ in pairs], [buildings for _, buildings in pairs]


def read_surroundings(path: Path, card: Card) -> tuple[Reading, Reading]:
    """Tables AMENITIES and BUILDINGS of one extract.

    The floor area of a building is its outline times its storeys, where both are known.

    Raises
    ------
    MisfitError : the file is damaged
    """
    with readable(path, card):
        rows = list(_scan(path))
    amenities = [row for table, row in rows if table == AMENITIES.name]
    buildings = [row for table, row in rows if table == BUILDINGS.name]
    telling = [row for row in buildings if any(row[name] for name in ("building_use", "levels", "building_year"))]
    return (
        Reading(_amenities(amenities), card, len(amenities), len(amenities)),
        Reading(_buildings(telling), card, len(buildings), len(telling), "buildings of which nothing is said left out"),
    )


def _amenities(rows: list[dict[str, Any]]) -> pd.DataFrame:
    if not rows:
        return no_rows(AMENITIES)
    frame = pd.DataFrame(rows)
    frame["x"], frame["y"] = crs.to_inside(frame["lon"], frame["lat"])
    return AMENITIES.check(frame)


def _buildings(rows: list[dict[str, Any]]) -> pd.DataFrame:
    if not rows:
        return no_rows(BUILDINGS)
    frame = pd.DataFrame(rows).assign(source="osm")
    rings = [np.column_stack(crs.to_inside(*np.array(ring).T)) for ring in frame.pop("ring")]
    outlines = [shapely.Polygon(ring) if len(ring) > 3 else shapely.Point(ring[0]) for ring in rings]
    middle = shapely.centroid(outlines)
    levels = pd.to_numeric(frame.pop("levels"), errors="coerce")
    levels = levels.where(levels.between(1, BUILDING_STOREYS.highest) & (levels % 1 == 0))
    area = shapely.area(outlines) * levels
    frame = frame.assign(
        x=shapely.get_x(middle), y=shapely.get_y(middle), building_storeys=levels.astype("Int64"), size_m2=area.round()
    )
    return BUILDINGS.check(frame.reindex(columns=BUILDINGS.names))


def _scan(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for item in osmium.FileProcessor(str(path)).with_locations().with_filter(KeyFilter(*KEYS)):
        if isinstance(item, Node):
            yield from _of_amenity(dict(item.tags), item.location.lon, item.location.lat)
        elif isinstance(item, Way) and item.tags.get("building", item.tags.get("shop", item.tags.get("amenity"))):
            ring = [(node.lon, node.lat) for node in item.nodes if node.location.valid()]
            if ring:
                tags = dict(item.tags)
                yield from _of_amenity(tags, *(float(value) for value in np.mean(ring, axis=0)))
                yield from _of_building(tags, f"w{item.id}", ring)


def _of_amenity(tags: Tags, lon: float, lat: float) -> Iterator[tuple[str, dict[str, Any]]]:
    kind = _kind(tags)
    if kind:
        yield AMENITIES.name, {"kind": kind, "name": tags.get("name"), "lon": lon, "lat": lat}


def _kind(tags: Tags) -> str:
    if tags.get("highway") == "bus_stop":
        return "bus_stop"
    if tags.get("amenity") in HEALTH or tags.get("healthcare") in HEALTH:
        return "health_centre"
    if tags.get("amenity") == "pharmacy":
        return "pharmacy"
    return "shop" if tags.get("shop", "vacant") != "vacant" else ""


def _of_building(tags: Tags, identity: str, ring: list[tuple[float, float]]) -> Iterator[tuple[str, dict[str, Any]]]:
    if "building" not in tags:
        return
    year = YEAR.fullmatch(tags.get("start_date", ""))
    street = f"{tags.get('addr:street', '')} {tags.get('addr:housenumber', '')}".strip()
    row = {
        "building_id": identity,
        "name": tags.get("name"),
        "address": street or None,
        "building_use": _use(tags),
        "building_year": int(year[1]) if year else None,
        "levels": tags.get("building:levels"),
        "step_free": STEP_FREE.get(tags.get("wheelchair", "")),
        "ring": ring,
    }
    yield BUILDINGS.name, row


def _use(tags: Tags) -> str | None:
    """What a building is for: what is in it before what it was built as."""
    if tags.get("amenity") in HEALTH or "healthcare" in tags:
        return "health"
    if "office" in tags:
        return "office"
    return "shop" if "shop" in tags else USE_OF_BUILDING.get(tags["building"])
