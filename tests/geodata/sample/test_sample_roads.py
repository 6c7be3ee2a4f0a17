"""The invented roads: whole, dry, as winding and as jointed as real ones."""

import numpy as np
import pytest
import shapely
from scipy.spatial import cKDTree

from geodata.sample.outlines import lakes, land, read_table
from geodata.sample.report import circuity, degrees, measured, parts
from geodata.sample.terrain import water_lines


@pytest.fixture(scope="module")
def drive(sample):
    return sample.graphs["drive"]


def ends(graph):
    return np.stack([np.column_stack([graph.x[e], graph.y[e]]) for e in (graph.u, graph.v)], axis=1)


def test_the_network_is_large(drive):
    assert drive.nodes > 100_000
    assert drive.edges > drive.nodes


@pytest.mark.parametrize("mode", ["drive", "bike", "walk"])
def test_bornholm_is_one_component_and_all_the_rest_another(sample, mode):
    graph = sample.graphs[mode]
    island = graph.x > 800_000
    assert 1 == len(np.unique(graph.component[island]))
    assert 1 == len(np.unique(graph.component[~island]))
    assert graph.component[island][0] != graph.component[~island][0]


def test_only_bridges_and_motorways_cross_water(sample, outlines):
    ground = land(outlines).difference(shapely.union_all(lakes(outlines) + water_lines()))
    shapely.prepare(ground)
    bridges = read_table("bridges")
    spans = shapely.linestrings(bridges[["x_1", "y_1", "x_2", "y_2"]].to_numpy().reshape(-1, 2, 2))
    near = shapely.union_all(spans).buffer(150)
    for graph in sample.graphs.values():
        roads = shapely.linestrings(ends(graph))
        wet = ~shapely.covers(ground, roads) & (graph.highway != "motorway")
        assert 0 < wet.sum() <= len(bridges)
        assert shapely.covers(near, roads[wet]).all()


def test_every_bridge_is_there_for_walkers(sample):
    walk = sample.graphs["walk"]
    middle = ends(walk).mean(axis=1)
    for bridge in read_table("bridges").itertuples():
        at = np.array([(bridge.x_1 + bridge.x_2) / 2, (bridge.y_1 + bridge.y_2) / 2])
        assert ((np.hypot(*(middle - at).T) < 300) & (walk.length_m > 150)).any(), bridge.name


def test_amager_is_reached_by_bridges_only(sample, terrain):
    """Take the bridges and motorways away and Amager falls off."""
    walk = sample.graphs["walk"]
    sites = terrain.island(walk.x, walk.y)
    crossing = sites[walk.u] != sites[walk.v]
    assert len(read_table("bridges")) >= crossing.sum() >= 6


def test_roads_have_a_hierarchy(drive, sample):
    have = set(drive.highway)
    wanted = {"motorway", "motorway_link", "primary", "secondary", "residential", "unclassified"}
    assert wanted == have
    assert "path" in set(sample.graphs["walk"].highway)
    assert not {"motorway", "motorway_link"} & set(sample.graphs["walk"].highway)


def test_no_road_is_shorter_than_the_straight_line(sample):
    for graph in sample.graphs.values():
        straight = np.hypot(graph.x[graph.u] - graph.x[graph.v], graph.y[graph.u] - graph.y[graph.v])
        assert (graph.length_m >= straight - 1e-6).all()


def test_junctions_have_as_many_arms_as_real_ones(drive):
    for part in (*parts(drive).values(), drive.x > 0):
        assert np.abs(degrees(drive, part) - measured("degree")).max() < 6


@pytest.mark.parametrize("name", ["Bornholm", "inner"])
def test_roads_wind_as_real_ones(drive, name):
    found = circuity(drive, parts(drive)[name])
    assert np.abs(found - measured(name)).max() < 0.1
    assert (np.diff(found) < 0).all()


def test_every_cell_lies_by_the_roads(sample, drive):
    away = cKDTree(np.column_stack([drive.x, drive.y])).query(sample.cells[["x", "y"]])[0]
    assert np.median(away) < 60
    assert away.max() < 1000


def test_cars_may_go_one_way_only_in_towns_and_walkers_both(sample, drive):
    assert 0.01 < (~drive.backward).mean() < 0.10
    assert drive.forward.all()
    assert sample.graphs["walk"].backward.all()
    assert sample.graphs["bike"].backward.all()
