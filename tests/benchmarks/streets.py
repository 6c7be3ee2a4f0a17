"""Streets of an extract, each way of making them as a process of its own.

python tests/benchmarks/streets.py cut EXTRACT FOLDER OUT   cut to the region whose outlines a folder holds, and read
python tests/benchmarks/streets.py read EXTRACT             drive, bike and walk
python tests/benchmarks/streets.py xml EXTRACT OUT          the ways that cars use as XML, for osmnx
python tests/benchmarks/streets.py osmnx FILE               drive alone, by osmnx from XML
"""

import sys
from pathlib import Path

import osmium

from geodata.catalogue import read_card, read_region
from geodata.network.cut import cut
from geodata.network.modes import mode_names, read_mode
from geodata.network.osm import read_osm
from geodata.sources.ground import ground_of, in_degrees


def cut_and_read(extract, folder, out):
    """What a fetch from Geofabrik and a build do with the country."""
    ground = ground_of(Path(folder), read_card("geofabrik_denmark"), read_region("hovedstaden"))
    cut(Path(extract), Path(out), in_degrees(ground))
    read(out)


def read(extract):
    """Every mode."""
    for mode, graph in read_osm(Path(extract), mode_names()).items():
        print(mode, graph.nodes, graph.edges)


def as_xml(extract, out):
    """The ways that cars use, with their nodes: osmnx cannot read a PBF."""
    drive = read_mode("drive")
    with osmium.BackReferenceWriter(out, ref_src=extract, overwrite=True) as writer:
        for way in osmium.FileProcessor(extract, osmium.osm.WAY):
            if drive.uses({tag.k: tag.v for tag in way.tags}):
                writer.add_way(way)


def by_osmnx(file):
    """Read, simplified, with speeds and times."""
    import osmnx

    graph = osmnx.add_edge_travel_times(osmnx.add_edge_speeds(osmnx.graph_from_xml(file, retain_all=True)))
    print("osmnx", len(graph), graph.number_of_edges())


if __name__ == "__main__":
    {"cut": cut_and_read, "read": read, "xml": as_xml, "osmnx": by_osmnx}[sys.argv[1]](*sys.argv[2:])
