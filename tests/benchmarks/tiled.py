"""A made-up country of streets: one extract laid down again and again, moved each time, with ids of its own.

A third of the copies lie in the Capital Region, the others all over Denmark. Ids are spread as far as real ones are, so
that nothing is won by their lying close together.

    python tests/benchmarks/tiled.py EXTRACT OUT MEGABYTES
"""

import random
import sys
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way

REGION, DENMARK = (11.8, 55.55, 12.5, 56.05), (8.2, 54.8, 12.6, 57.5)
"""Where the south-west corner of a copy may lie: west, south, east, north in degrees."""
HIGHEST_ID = 12_000_000_000
IN_REGION = 3
BORNHOLM = (14.68, 54.98)


def tile(extract, out, megabytes, seed=7):
    """Write so many copies of an extract that they are about so large together; gives how many there are."""
    copies = round(megabytes * 1e6 / Path(extract).stat().st_size)
    nodes, ways = _read(extract)
    moves = list(_moves(copies, random.Random(seed)))
    step = HIGHEST_ID // (copies * len(nodes))
    number = {node[0]: position for position, node in enumerate(nodes)}
    with osmium.SimpleWriter(str(out)) as writer:
        for copy, (east, north) in enumerate(moves):
            first = copy * len(nodes)
            for position, (_, lon, lat, tags) in enumerate(nodes):
                writer.add_node(Node(id=(first + position) * step + 1, location=(lon + east, lat + north), tags=tags))
        for copy in range(copies):
            first = copy * len(nodes)
            for position, (refs, tags) in enumerate(ways):
                moved = [(first + number[ref]) * step + 1 for ref in refs]
                writer.add_way(Way(id=copy * len(ways) + position + 1, nodes=moved, tags=tags))
    return copies


def _read(extract):
    nodes, ways = [], []
    for item in osmium.FileProcessor(str(extract)):
        tags = dict(item.tags)
        if item.is_node():
            nodes.append((item.id, item.location.lon, item.location.lat, tags))
        elif item.is_way():
            ways.append(([node.ref for node in item.nodes], tags))
    known = {node[0] for node in nodes}
    return nodes, [(refs, tags) for refs, tags in ways if known.issuperset(refs)]


def _moves(copies, chance):
    """How far each copy is moved, degrees east and north."""
    for number in range(copies):
        west, south, east, north = REGION if number % IN_REGION == 0 else DENMARK
        yield chance.uniform(west, east) - BORNHOLM[0], chance.uniform(south, north) - BORNHOLM[1]


if __name__ == "__main__":
    print(tile(sys.argv[1], sys.argv[2], float(sys.argv[3])), "copies")
