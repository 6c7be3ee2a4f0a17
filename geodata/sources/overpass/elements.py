"""Overpass's elements as an OpenStreetMap extract (.osm.pbf), each node and way once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import osmium
from osmium.io import File
from osmium.osm.mutable import Node, Way

from geodata.catalogue import Card
from geodata.errors import Breach, MisfitError

DATE = "osmosis_replication_timestamp"
Answer = dict[str, Any]


@dataclass
class Elements:
    """Nodes and ways by id, how many of the ways are streets, and the latest moment that an answer names."""

    nodes: dict[int, Node] = field(default_factory=dict)
    ways: dict[int, Way] = field(default_factory=dict)
    streets: int = 0
    moment: str = ""


def write_extract(answers: Iterable[Answer], target: Path, card: Card) -> Elements:
    """Write nodes, then ways, each in the order of their ids, dated by what Overpass says of its data.

    Raises
    ------
    MisfitError : an element is none, there is no street, or a way runs through a node that did not come
    """
    found = Elements()
    for answer in answers:
        found.moment = max(found.moment, str(answer.get("osm3s", {}).get("timestamp_osm_base", "")))
        for row, element in enumerate(answer["elements"], start=1):
            _take(found, element, row, card)
    if not found.streets:
        raise MisfitError(card.id, Breach(0, "", f"{len(found.ways)} ways, and no street", "ways with a highway tag"))
    header = osmium.io.Header()
    if found.moment:
        header.set(DATE, found.moment)
    with osmium.SimpleWriter(File(str(target), "pbf"), header=header, overwrite=True) as writer:
        for _, node in sorted(found.nodes.items()):
            writer.add_node(node)
        for _, way in sorted(found.ways.items()):
            writer.add_way(way)
    return found


def _take(found: Elements, element: Any, row: int, card: Card) -> None:
    """One element; relations are left out."""
    try:
        kind, number, tags = element["type"], int(element["id"]), dict(element.get("tags", {}))
        if kind == "node":
            place = float(element["lon"]), float(element["lat"])
            found.nodes[number] = Node(id=number, location=place, tags=tags)
        elif kind == "way":
            found.streets += "highway" in tags and number not in found.ways
            found.ways[number] = Way(id=number, nodes=[int(node) for node in element["nodes"]], tags=tags)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        expected = "a node with lon and lat or a way with nodes"
        raise MisfitError(card.id, Breach(row, "elements", repr(element)[:80], expected)) from error
