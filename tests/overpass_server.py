"""An Overpass of one's own: answers osmnx's questions from an OpenStreetMap file, in Overpass's JSON."""

import json
import re

import osmium
from publisher import Said
from shapely import Point, Polygon

FREE = b"Connected as: 1\nCurrent time: now\nAnnounced endpoint: none\nRate limit: 2\n2 slots available now.\n"
KEY = re.compile(r'way\["(\w+)"\]')
RING = re.compile(r"poly:'([^']*)'")
MOMENT = "2026-11-21T20:00:00Z"


class Overpass:
    """Speaks at /api of a publisher; `answers` holds what it is to say instead, one after the other."""

    def __init__(self, publisher, file):
        self.nodes, self.ways = _read(file)
        self.asked = []
        publisher.says("/api/status", FREE)
        publisher.says("/api/interpreter", self.answer)
        self.settings = {"service": publisher.url("/api")}

    def answer(self, asked):
        """Ways with a key that have a node in the polygon, and all their nodes."""
        query = asked.form["data"][0]
        self.asked.append(query)
        key, ring = KEY.search(query)[1], RING.search(query)[1].split()
        area = Polygon([(float(lon), float(lat)) for lat, lon in zip(ring[::2], ring[1::2], strict=True)])
        ways = [way for way in self.ways if key in way["tags"] and self.meets(way, area)]
        named = {node for way in ways for node in way["nodes"]}
        nodes = [self.nodes[node] for node in sorted(named & set(self.nodes))]
        return said(*ways, *nodes)

    def meets(self, way, area):
        places = (self.nodes[node] for node in way["nodes"] if node in self.nodes)
        return any(area.contains(Point(place["lon"], place["lat"])) for place in places)


def said(*elements, **more):
    """An answer as Overpass gives it."""
    body = {"version": 0.6, "generator": "Overpass API", "osm3s": {"timestamp_osm_base": MOMENT}, **more}
    return Said(json.dumps({**body, "elements": list(elements)}).encode())


def _read(file):
    nodes, ways = {}, []
    for item in osmium.FileProcessor(str(file)):
        told = {"id": item.id, "tags": dict(item.tags)}
        if item.is_node():
            nodes[item.id] = {"type": "node", "lat": item.location.lat, "lon": item.location.lon, **told}
        elif item.is_way():
            ways.append({"type": "way", "nodes": [node.ref for node in item.nodes], **told})
    return nodes, ways
