"""OpenStreetMap extracts as map points: addresses, buildings, places people name, and stations."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import osmium
import pandas as pd
from osmium.filter import KeyFilter
from osmium.osm import Node, Way

from geodata import crs
from geodata.catalogue import Card, Region
from geodata.errors import Breach, MisfitError
from geodata.sources.map_points import MAP_POINTS
from geodata.sources.networks import network_files
from geodata.sources.reading import Reading, readable, source_file

PLACE_KINDS = {
    "city": "town",
    "town": "town",
    "village": "town",
    "hamlet": "town",
    "suburb": "district",
    "quarter": "district",
    "neighbourhood": "district",
}
STATIONS = {"station", "halt"}
NOT_LIVED_IN = {
    "allotment_house",
    "civic",
    "college",
    "government",
    "grandstand",
    "hospital",
    "hotel",
    "hut",
    "kindergarten",
    "public",
    "shop",
    "stable",
    "supermarket",
    "university",
    "barn",
    "carport",
    "church",
    "commercial",
    "construction",
    "farm_auxiliary",
    "garage",
    "garages",
    "greenhouse",
    "industrial",
    "kiosk",
    "office",
    "retail",
    "roof",
    "school",
    "service",
    "shed",
    "sports_hall",
    "train_station",
    "transformer_tower",
    "warehouse",
}
KEYS = ("addr:housenumber", "building", "place", "railway")
TOWN_CELL = 500.0

Row = tuple[str, str, str, float, float]


def read_maps(folder: Path) -> list[Reading]:
    """Map points of every OpenStreetMap extract below `network/`, the newest first; those of streets only left out.

    Raises
    ------
    MisfitError : as `map_points`
    """
    extracts = [(path, card) for path, card in network_files(folder) if path.suffix == ".pbf"]
    readings = [reading for path, card in extracts if len((reading := map_points(path, card)).frame)]
    return sorted(readings, key=lambda reading: reading.card.as_of, reverse=True)


def read_bornholm(folder: Path, region: Region) -> Reading:  # noqa: ARG001 - an extract knows no region
    """Map points of the Bornholm extract; raises as `read_extract`."""
    return read_extract(*source_file(folder, "osm_bornholm"))


def read_lyngby(folder: Path, region: Region) -> Reading:  # noqa: ARG001 - an extract knows no region
    """Map points of the Lyngby and Gentofte extract; raises as `read_extract`."""
    return read_extract(*source_file(folder, "osm_lyngby"))


def read_extract(path: Path, card: Card) -> Reading:
    """Map points of an extract that must hold some.

    Raises
    ------
    MisfitError : the file is damaged or holds none
    """
    reading = map_points(path, card)
    if not reading.rows_in:
        breach = Breach(0, "", f"none in {path.name}", "an extract with addresses, buildings, places or stations")
        raise MisfitError(card.id, breach)
    return reading


def map_points(path: Path, card: Card) -> Reading:
    """Map points (table MAP_POINTS) of an OpenStreetMap extract; without rows where it holds none.

    Addresses are nodes and ways with a house number; a building stands at the mean of its corners, those that
    nobody lives in are left out. Where a file names no places, the towns of its addresses stand where most of
    their addresses are.

    Raises
    ------
    MisfitError : the file is damaged
    """
    with readable(path, card):
        rows = list(_scan(path))
    found = pd.DataFrame(rows, columns=["kind", "label", "city", "lon", "lat"])
    found["x"], found["y"] = crs.to_inside(found["lon"].astype(float), found["lat"].astype(float))
    kept = found[found["kind"] != ""]
    if not kept["kind"].isin(["town", "district"]).any():
        kept = pd.concat([kept, towns_of(kept[kept["kind"] == "address"])], ignore_index=True)
    frame = MAP_POINTS.check(kept)
    dropped = int((found["kind"] == "").sum())
    note = f"{dropped} buildings that nobody lives in left out" if dropped else ""
    return Reading(frame, card, len(found), len(found) - dropped, note)


def towns_of(addresses: pd.DataFrame) -> pd.DataFrame:
    """One row for each town of addresses (columns city, x, y): the mean of its addresses where they stand closest."""
    named = addresses[addresses["city"] != ""]
    cell = np.floor(named[["x", "y"]] / TOWN_CELL)
    named = named.assign(column=cell["x"], row=cell["y"])
    groups = named.groupby(["city", "column", "row"]).agg(x=("x", "mean"), y=("y", "mean"), count=("x", "size"))
    densest = groups.reset_index().sort_values(["city", "count"], ascending=[True, False], kind="stable")
    towns = densest.drop_duplicates("city")
    return pd.DataFrame({"kind": "town", "label": towns["city"], "city": "", "x": towns["x"], "y": towns["y"]})


def _scan(path: Path) -> Iterator[Row]:
    processor = osmium.FileProcessor(str(path)).with_locations().with_filter(KeyFilter(*KEYS))
    for item in processor:
        if isinstance(item, Node):
            yield from _of_node(item)
        elif isinstance(item, Way):
            yield from _of_way(item)


def _of_node(node: Node) -> Iterator[Row]:
    lon, lat = node.location.lon, node.location.lat
    if "addr:housenumber" in node.tags:
        yield "address", _address(node.tags), _text(node.tags, "addr:city"), lon, lat
    yield from _of_name(node.tags, lon, lat)


def _of_way(way: Way) -> Iterator[Row]:
    corners = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
    if not corners:
        return
    open_ring = corners[:-1] if len(corners) > 1 and corners[0] == corners[-1] else corners
    lon, lat = (float(value) for value in np.mean(open_ring, axis=0))
    if "building" in way.tags:
        yield "" if way.tags["building"] in NOT_LIVED_IN else "building", "", "", lon, lat
    if "addr:housenumber" in way.tags:
        yield "address", _address(way.tags), _text(way.tags, "addr:city"), lon, lat
    yield from _of_name(way.tags, lon, lat)


def _of_name(tags: osmium.osm.TagList, lon: float, lat: float) -> Iterator[Row]:
    if "name" not in tags:
        return
    if tags.get("place", "") in PLACE_KINDS:
        yield PLACE_KINDS[tags["place"]], tags["name"], "", lon, lat
    if tags.get("railway") in STATIONS:
        yield "station", tags["name"], "", lon, lat


def _address(tags: osmium.osm.TagList) -> str:
    """Street, number, postcode and town, as far as they are known: Storegade 1, 3700 Rønne."""
    street = f"{_text(tags, 'addr:street')} {tags['addr:housenumber']}".strip()
    town = f"{_text(tags, 'addr:postcode')} {_text(tags, 'addr:city')}".strip()
    return f"{street}, {town}" if town else street


def _text(tags: osmium.osm.TagList, key: str) -> str:
    return tags.get(key) or ""
