"""An extract is cut to an area: what meets it is kept whole, all else and who drew it are left behind."""

import osmium
import pytest
import shapely
from osmium.osm.mutable import Node, Way

from geodata.errors import NetworkError, SourceError
from geodata.network.cut import Cut, cut
from geodata.network.osm import read_osm

AREA = shapely.box(12.0, 55.0, 12.1, 55.1)
PLACES = {1: (12.05, 55.05), 2: (12.09, 55.05), 3: (12.2, 55.05), 4: (13.0, 55.05), 5: (13.1, 55.05)}


@pytest.fixture
def country(tmp_path):
    """A street within the area, one that leaves it, one far off, a signal, a house number within and one without."""
    path = tmp_path / "country.osm.pbf"
    signal = {1: {"highway": "traffic_signals"}}
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2026-11-02T20:21:22Z")
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for number, place in PLACES.items():
            writer.add_node(Node(id=number, location=place, tags=signal.get(number, {}), user="nogen", version=3))
        writer.add_node(Node(id=8, location=(12.01, 55.01), tags={"addr:housenumber": "1"}))
        writer.add_node(Node(id=9, location=(13.01, 55.01), tags={"addr:housenumber": "2"}))
        writer.add_node(Node(id=10, location=(12.01, 55.01), tags={"natural": "tree"}))
        for number, refs in enumerate([(1, 2), (2, 3), (4, 5)], start=1):
            writer.add_way(Way(id=number, nodes=refs, tags={"highway": "residential"}, user="nogen"))
        writer.add_way(Way(id=4, nodes=(1, 2), tags={"natural": "coastline"}))
    return path


def test_what_meets_the_area_is_kept_whole(country, tmp_path):
    target = tmp_path / "cut.osm.pbf"
    assert Cut(seen=6, kept=4) == cut(country, target, AREA)
    kept = [(item.type_str(), item.id, dict(item.tags), item.user) for item in osmium.FileProcessor(str(target))]
    street = {"highway": "residential"}
    assert [
        ("n", 1, {"highway": "traffic_signals"}, ""),
        ("n", 2, {}, ""),
        ("n", 3, {}, ""),
        ("n", 8, {"addr:housenumber": "1"}, ""),
        ("w", 1, street, ""),
        ("w", 2, street, ""),
    ] == kept
    with osmium.io.Reader(str(target)) as reader:
        assert "2026-11-02T20:21:22Z" == reader.header().get("osmosis_replication_timestamp")


def test_the_streets_of_the_area_are_those_of_the_whole(country, tmp_path):
    """Cut to everything, the networks are the same as those of the file itself."""
    target = tmp_path / "cut.osm.pbf"
    cut(country, target, shapely.box(0, 0, 20, 60))
    for mode, graph in read_osm(country, ["drive", "walk"]).items():
        same = read_osm(target, ["drive", "walk"])[mode]
        assert (graph.nodes, graph.edges, graph.length_m.sum()) == (same.nodes, same.edges, same.length_m.sum())


def test_an_extract_of_elsewhere_is_refused(country, tmp_path):
    with pytest.raises(NetworkError, match="holds no street or building in the area, among 6"):
        cut(country, tmp_path / "cut.osm.pbf", shapely.box(1, 1, 2, 2))


def test_a_truncated_extract_is_refused(country, tmp_path):
    country.write_bytes(country.read_bytes()[:-40])
    with pytest.raises(SourceError, match="cannot be read as OpenStreetMap data"):
        cut(country, tmp_path / "cut.osm.pbf", AREA)
