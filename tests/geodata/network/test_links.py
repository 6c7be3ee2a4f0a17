"""A network published as two tables."""

import gzip
import re

import numpy as np
import pytest

from geodata.errors import SourceError, TableError
from geodata.network.links import read_links

NODES = "osm_node_id,lon,lat\n11,12.50,55.70\n22,12.51,55.70\n33,12.51,55.71\n"
HEAD = "from,to,length_m,speed_kmh,lanes\n"


@pytest.fixture
def read(tmp_path):
    def of(links, nodes=NODES, **options):
        (tmp_path / "nodes.csv").write_text(nodes, encoding="utf-8")
        (tmp_path / "links.csv").write_text(HEAD + links, encoding="utf-8")
        return read_links(tmp_path / "nodes.csv", tmp_path / "links.csv", **options)

    return of


def edges(graph):
    return sorted(
        (int(graph.node_id[u]), int(graph.node_id[v]), float(m), bool(ahead), bool(back))
        for u, v, m, ahead, back in zip(graph.u, graph.v, graph.length_m, graph.forward, graph.backward, strict=True)
    )


def test_opposite_links_of_equal_length_become_one_two_way_edge(read):
    assert [(11, 22, 700.0, True, True)] == edges(read("11,22,700,50,1\n22,11,700,50,2\n", spherical=False))


def test_a_link_without_opposite_is_a_one_way_edge_in_its_direction(read):
    graph = read("22,11,700,50,1\n22,33,1200,50,1\n", spherical=False)
    assert [(22, 11, 700.0, True, False), (22, 33, 1200.0, True, False)] == edges(graph)


@pytest.mark.parametrize("opposite", ["22,11,701,50,1\n", "22,11,700,40,1\n"])
def test_opposite_links_that_differ_in_length_or_speed_stay_two_edges(read, opposite):
    assert [False, False] == [back for *_, back in edges(read("11,22,700,50,1\n" + opposite))]


def test_parallel_links_find_one_opposite_each(read):
    graph = read("11,22,700,50,1\n11,22,700,50,1\n22,11,700,50,1\n", spherical=False)
    assert [(11, 22, 700.0, True, False), (11, 22, 700.0, True, True)] == edges(graph)


def test_a_loop_pairs_with_another_loop_of_its_length(read):
    graph = read("11,11,90,50,1\n11,11,90,50,1\n22,22,80,50,1\n", spherical=False)
    assert [(11, 11, 90.0, True, True), (22, 22, 80.0, True, False)] == edges(graph)


def test_every_link_can_be_travelled_as_the_table_says(read):
    """The order of the rows does not matter either."""
    rows = ["11,22,700,50,1", "22,11,700,50,1", "22,33,1200,50,1", "33,11,1500,30,1", "11,33,1500,30,1"]
    arcs = read("\n".join(rows), spherical=False).arcs()
    again = read("\n".join(rows[::-1]), spherical=False).arcs()
    expected = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0)]
    for found in (arcs, again):
        assert expected == sorted(zip(found.tail.tolist(), found.head.tolist(), strict=True))


def test_minutes_follow_from_length_and_speed(read):
    assert pytest.approx([0.84]) == read("11,22,700,50,1\n", spherical=False).minutes


def test_lengths_measured_on_a_sphere_are_brought_to_the_ellipsoid(read):
    """Between 11 and 22, due east, the sphere of osmnx measures 626.62 m and the ellipsoid 628.76 m."""
    graph = read("11,22,626.62,50,1\n22,33,1111.95,50,1\n11,11,100,50,1\n")
    by_ends = {(u, v): m for u, v, m, *_ in edges(graph)}
    assert pytest.approx(628.76, abs=0.01) == by_ends[11, 22]
    assert pytest.approx(1113.38, abs=0.02) == by_ends[22, 33]
    assert 100.1 < by_ends[11, 11] < 100.4


def test_edges_are_drawn_straight_and_have_no_class(read):
    graph = read("11,22,700,50,1\n")
    assert ([0, 2], [""]) == (graph.shape_start.tolist(), graph.highway.tolist())
    assert np.column_stack([graph.x, graph.y])[:2].tolist() == graph.shape_xy.tolist()


def test_tables_may_be_gzipped(tmp_path):
    (tmp_path / "nodes.csv.gz").write_bytes(gzip.compress(NODES.encode()))
    (tmp_path / "links.csv.gz").write_bytes(gzip.compress((HEAD + "11,22,700,50,1\n").encode()))
    assert 1 == read_links(tmp_path / "nodes.csv.gz", tmp_path / "links.csv.gz").edges


@pytest.mark.parametrize(
    ("links", "said"),
    [
        ("11,99,700,50,1\n", "row 1, column to: found 99, expected a node of the nodes table"),
        ("11,22,-1,50,1\n", "row 1, column length_m: found -1, expected a number, at least 0"),
        ("11,22,700,50,1\n11,22,700,0,1\n", "row 2, column speed_kmh: found 0, expected a number, at least 1"),
        ("11,22,,50,1\n", "row 1, column length_m: found nothing"),
        ("11,22,many,50,1\n", "row 1, column length_m: found 'many', expected a number"),
    ],
)
def test_a_bad_link_is_named_by_row_and_column(read, links, said):
    with pytest.raises(TableError, match=re.escape(said)):
        read(links)


def test_a_node_that_comes_twice_is_refused(read):
    with pytest.raises(TableError, match="row 4, column osm_node_id: found 11 again"):
        read("11,22,700,50,1\n", NODES + "11,12.5,55.7\n")


def test_a_table_without_a_column_is_refused(read):
    with pytest.raises(TableError, match="column lat: found no such column"):
        read("11,22,700,50,1\n", "osm_node_id,lon\n11,12.5\n")


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b\x08 broken"])
def test_a_file_that_is_no_table_is_refused(tmp_path, content):
    (tmp_path / "nodes.csv.gz").write_bytes(content)
    (tmp_path / "links.csv").write_text(HEAD, encoding="utf-8")
    with pytest.raises(SourceError, match=r"nodes.csv.gz cannot be read as a table"):
        read_links(tmp_path / "nodes.csv.gz", tmp_path / "links.csv")


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"there is no file nodes.csv"):
        read_links(tmp_path / "nodes.csv", tmp_path / "links.csv")
