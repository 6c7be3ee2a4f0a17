"""OpenStreetMap files become networks; each ugly thing has its own test.

The grid: 1 (0,0) - 2 (100,0) - 3 (200,0) eastward, 4 (200,100) north of 3, 5 (0,100) north of 1; all in metres.
"""

import numpy as np
import osmium
import pytest

from geodata.errors import CardError, NetworkError, SourceError
from geodata.network.osm import read_osm

NODES = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (200, 100), 5: (0, 100)}
STREET = {"highway": "residential"}


def edges(graph):
    """Edges as sorted (from id, to id, metres, both ways)."""
    return sorted(
        (int(graph.node_id[u]), int(graph.node_id[v]), round(float(m)), bool(back))
        for u, v, m, back in zip(graph.u, graph.v, graph.length_m, graph.backward, strict=True)
    )


@pytest.fixture
def read(osm_file):
    def of(ways, mode="drive", nodes=NODES):
        return read_osm(osm_file(nodes, ways), [mode])[mode]

    return of


def test_a_bend_is_merged_into_the_street_and_keeps_its_line(read):
    graph = read([([1, 3, 4], STREET)])
    assert [(1, 4, 300, True)] == edges(graph)
    assert [0, 3] == graph.shape_start.tolist()
    x, y = graph.shape_xy.T
    assert (graph.x[graph.u[0]], graph.y[graph.u[0]]) == (x[0], y[0])
    assert (graph.x[graph.v[0]], graph.y[graph.v[0]]) == (x[-1], y[-1])


def test_a_junction_stays(read):
    assert [(1, 2, 100, True), (2, 3, 100, True), (2, 4, 141, True)] == edges(
        read([([1, 2, 3], STREET), ([2, 4], STREET)])
    )


def test_two_ways_that_meet_end_to_end_become_one_edge_whatever_their_direction(read):
    assert [(1, 3, 200, True)] == edges(read([([1, 2], STREET), ([3, 2], STREET)]))


def test_a_one_way_street_is_open_one_way(read):
    graph = read([([1, 2, 3], STREET | {"oneway": "yes"})])
    assert [(1, 3, 200, False)] == edges(graph)
    assert 2 == len(set(graph.component.tolist()))


def test_oneway_minus_one_is_open_against_the_order_of_its_nodes(read):
    assert [(3, 1, 200, False)] == edges(read([([1, 2, 3], STREET | {"oneway": "-1"})]))


def test_a_one_way_drawn_against_another_still_joins_it(read):
    ways = [([1, 2], STREET | {"oneway": "yes"}), ([3, 2], STREET | {"oneway": "-1"})]
    assert [(1, 3, 200, False)] == edges(read(ways))


def test_two_one_ways_that_lead_to_the_same_node_are_two_edges(read):
    ways = [([1, 2], STREET | {"oneway": "yes"}), ([3, 2], STREET | {"oneway": "yes"})]
    assert [(1, 2, 100, False), (3, 2, 100, False)] == edges(read(ways))


def test_a_change_from_two_way_to_one_way_keeps_the_node(read):
    ways = [([1, 2], STREET), ([2, 3], STREET | {"oneway": "yes"})]
    assert [(1, 2, 100, True), (2, 3, 100, False)] == edges(read(ways))


@pytest.mark.parametrize("value", ["reversible", "alternating", "no"])
def test_a_street_whose_direction_the_map_does_not_fix_is_open_both_ways(read, value):
    assert [(1, 2, 100, True)] == edges(read([([1, 2], STREET | {"oneway": value})]))


def test_a_motorway_is_for_cars_only_and_one_way_without_saying_so(osm_file):
    graphs = read_osm(osm_file(NODES, [([1, 2], {"highway": "motorway"}), ([3, 4], STREET)]), ["drive", "bike", "walk"])
    assert [(1, 2, 100, False), (3, 4, 100, True)] == edges(graphs["drive"])
    assert [(3, 4, 100, True)] == edges(graphs["bike"]) == edges(graphs["walk"])


def test_a_motorway_tagged_oneway_no_is_open_both_ways(read):
    assert [(1, 2, 100, True)] == edges(read([([1, 2], {"highway": "motorway", "oneway": "no"})]))


def test_a_footpath_is_for_walking_only(osm_file):
    graphs = read_osm(osm_file(NODES, [([1, 2], {"highway": "footway"}), ([3, 4], STREET)]), ["drive", "bike", "walk"])
    assert [1, 1, 2] == [graph.edges for graph in graphs.values()]


def test_people_walk_against_one_way_streets(read):
    assert [(1, 2, 100, True)] == edges(read([([1, 2], STREET | {"oneway": "yes"})], "walk"))


def test_a_bicycle_heeds_a_one_way_street(read):
    assert [(1, 2, 100, False)] == edges(read([([1, 2], STREET | {"oneway": "yes"})], "bike"))


@pytest.mark.parametrize(
    "tag", [{"oneway:bicycle": "no"}, {"cycleway": "opposite_lane"}, {"cycleway:left": "opposite"}]
)
def test_bicycle_contraflow_opens_a_one_way_street_to_bicycles_only(osm_file, tag):
    graphs = read_osm(osm_file(NODES, [([1, 2], STREET | {"oneway": "yes"} | tag)]), ["drive", "bike"])
    assert [(1, 2, 100, False)] == edges(graphs["drive"])
    assert [(1, 2, 100, True)] == edges(graphs["bike"])


def test_a_street_one_way_for_bicycles_only(osm_file):
    graphs = read_osm(osm_file(NODES, [([1, 2], STREET | {"oneway:bicycle": "-1"})]), ["drive", "bike"])
    assert [(1, 2, 100, True)] == edges(graphs["drive"])
    assert [(2, 1, 100, False)] == edges(graphs["bike"])


def test_a_private_road_is_left_out(read):
    assert [(1, 2, 100, True)] == edges(read([([1, 2], STREET), ([2, 3], STREET | {"access": "private"})]))


def test_the_more_specific_tag_opens_a_private_road_again(read):
    tags = STREET | {"access": "private", "motor_vehicle": "destination"}
    assert [(1, 2, 100, True)] == edges(read([([1, 2], tags)]))


def test_a_road_closed_to_motors_is_open_to_bicycles(osm_file):
    ways = [([1, 2], STREET | {"motor_vehicle": "no"}), ([3, 4], STREET)]
    graphs = read_osm(osm_file(NODES, ways), ["drive", "bike"])
    assert [(3, 4, 100, True)] == edges(graphs["drive"])
    assert [(1, 2, 100, True), (3, 4, 100, True)] == edges(graphs["bike"])


def test_a_square_drawn_as_an_area_is_no_street(read):
    square = {"highway": "pedestrian", "area": "yes"}
    assert [(1, 2, 100, True)] == edges(read([([1, 2], STREET), ([2, 3, 4, 2], square)], "walk"))


def test_a_roundabout_is_one_way_and_its_arms_meet_it(read):
    ways = [([1, 2], STREET), ([2, 3, 4, 2], STREET | {"junction": "roundabout"}), ([4, 5], STREET)]
    assert [(1, 2, 100, True), (2, 4, 200, False), (4, 2, 141, False), (4, 5, 200, True)] == edges(read(ways))


def test_a_loop_survives_as_an_edge_from_a_node_to_itself(read):
    ways = [([1, 2], STREET), ([2, 3, 4, 2], STREET)]
    assert [(1, 2, 100, True), (2, 2, 341, True)] == edges(read(ways))


def test_a_ring_without_any_junction_keeps_its_lowest_node(read):
    assert [(2, 2, 341, True)] == edges(read([([3, 4, 2, 3], STREET)]))


def test_parallel_streets_between_the_same_junctions_both_survive(read):
    ways = [([1, 2, 3], STREET), ([1, 5, 4, 3], STREET), ([1, 9], STREET), ([3, 8], STREET)]
    graph = read(ways, nodes=NODES | {9: (-100, 0), 8: (300, 0)})
    assert [(1, 3, 200, True), (1, 3, 400, True), (1, 9, 100, True), (3, 8, 100, True)] == edges(graph)


def test_a_street_without_length_joins_what_it_touches(read):
    graph = read(
        [([1, 2], STREET | {"oneway": "yes"}), ([2, 6], STREET), ([6, 3], STREET)], nodes=NODES | {6: (100, 0)}
    )
    assert [(1, 2, 100, False), (2, 3, 100, True)] == edges(graph)
    alone = read([([1, 2], STREET | {"oneway": "yes"}), ([2, 6], STREET)], nodes=NODES | {6: (100, 0)})
    assert [(1, 2, 100, False), (2, 6, 0, True)] == edges(alone)
    assert 0.0 == alone.minutes[alone.length_m.argmin()]


def test_a_node_named_twice_in_a_row_adds_nothing(read):
    assert [(1, 2, 100, True)] == edges(read([([1, 2, 2], STREET), ([1, 1], STREET)]))


def test_a_node_the_file_lacks_cuts_the_way_there(read):
    assert [(1, 2, 100, True), (3, 4, 100, True)] == edges(read([([1, 2, 77, 3, 4], STREET)]))


def test_a_way_of_one_node_or_none_is_no_street(read):
    assert [(1, 2, 100, True)] == edges(read([([3], STREET), ([], STREET), ([1, 2], STREET)]))


def test_a_merged_street_has_the_class_of_most_of_its_length(read):
    ways = [([1, 3], {"highway": "tertiary"}), ([3, 4], STREET)]
    graph = read(ways)
    assert [(1, 4, 300, True)] == edges(graph)
    assert ["tertiary"] == graph.highway.tolist()


def test_a_merged_street_takes_the_minutes_of_its_parts(read):
    """200 m at 60 km/h are 0.2 min, 100 m at 30 km/h are 0.2 min."""
    ways = [([1, 3], STREET | {"maxspeed": "60"}), ([3, 4], STREET | {"maxspeed": "30"})]
    assert pytest.approx([0.4], rel=1e-3) == read(ways).minutes


def test_a_street_without_speed_takes_the_cards_where_its_class_is_hardly_tagged(read):
    """100 m tagged is less than the card asks for; residential is 45 km/h there: 100 m are 0.1333 min."""
    ways = [([1, 2], STREET | {"maxspeed": "20"}), ([4, 5], STREET)]
    graph = read(ways)
    assert pytest.approx([0.3, 2 * 0.1333], rel=1e-3) == graph.minutes


def test_a_street_without_speed_takes_the_mean_of_its_class_where_enough_is_tagged(read):
    """Streets at 30 and 50 km/h, 2,000 m together, have a mean of 40; 200 m untagged are 0.3 min."""
    nodes = {1: (0, 0), 2: (1500, 0), 3: (0, 100), 4: (500, 100), 5: (0, 200), 6: (200, 200)}
    ways = [([1, 2], STREET | {"maxspeed": "30"}), ([3, 4], STREET | {"maxspeed": "50"}), ([5, 6], STREET)]
    assert pytest.approx([3.0, 0.6, 0.3], rel=1e-3) == read(ways, nodes=nodes).minutes


def test_a_street_that_cars_may_not_use_does_not_speak_for_its_class(read):
    nodes = {1: (0, 0), 2: (3000, 0), 3: (0, 100), 4: (1200, 100), 5: (0, 200), 6: (100, 200)}
    closed = STREET | {"maxspeed": "5", "access": "no"}
    ways = [([1, 2], closed), ([3, 4], STREET | {"maxspeed": "30"}), ([5, 6], STREET)]
    assert pytest.approx([2.4, 0.2], rel=1e-2) == read(ways, nodes=nodes).minutes


def test_a_bicycle_does_not_ride_at_the_speed_of_cars(read):
    """100 m at 16 km/h are 0.375 min."""
    assert pytest.approx([0.375], rel=1e-3) == read([([1, 2], STREET | {"maxspeed": "80"})], "bike").minutes


def test_lengths_are_the_earths_not_the_projections(read):
    """On Bornholm (15 degrees east) EPSG:25832 stretches a kilometre by 1.4 m; the street stays 1,000 m."""
    graph = read([([1, 2], STREET)], nodes={1: (157_000, -60_000), 2: (158_000, -60_000)})
    drawn = np.hypot(*(graph.shape_xy[1] - graph.shape_xy[0]))
    assert pytest.approx(1001.4, abs=0.15) == drawn * 1000 / graph.length_m[0]


def test_a_file_without_a_street_for_a_mode_gives_an_empty_network(read):
    graph = read([([1, 2], {"highway": "footway"})])
    assert (0, 0) == (graph.nodes, graph.edges)


def test_a_file_without_streets_is_refused(osm_file):
    with pytest.raises(NetworkError, match=r"town.osm holds no street or path; expected ways with a highway tag"):
        read_osm(osm_file(NODES, [([1, 2], {"building": "yes"})]), ["drive"])


def test_a_file_whose_ways_have_no_nodes_is_refused(osm_file):
    with pytest.raises(NetworkError, match="expected nodes before ways"):
        read_osm(osm_file({}, [([1, 2], STREET)]), ["drive"])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a map", b"\x00" * 100])
@pytest.mark.parametrize("name", ["map.osm.pbf", "map.osm"])
def test_a_file_that_is_no_map_is_refused_by_name(tmp_path, content, name):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises((SourceError, NetworkError), match=name):
        read_osm(path, ["drive"])


def test_a_pbf_cut_in_the_middle_is_refused(tmp_path, osm_file):
    whole = tmp_path / "whole.osm.pbf"
    with osmium.SimpleWriter(str(whole)) as writer:
        for thing in osmium.FileProcessor(str(osm_file(NODES, [([1, 2], STREET)]))):
            writer.add(thing)
    assert 1 == read_osm(whole, ["drive"])["drive"].edges
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(whole.read_bytes()[:-20])
    with pytest.raises(SourceError, match=r"cut.osm.pbf cannot be read as OpenStreetMap data"):
        read_osm(cut, ["drive"])


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"there is no file none.osm.pbf"):
        read_osm(tmp_path / "none.osm.pbf", ["drive"])


def test_an_unknown_mode_is_refused_with_those_there_are(osm_file):
    with pytest.raises(CardError, match="there is no mode boat; the cards hold bike, drive, walk"):
        read_osm(osm_file(NODES, [([1, 2], STREET)]), ["boat"])
