"""The tools that built the outlines by hand, on shapes small enough to work out."""

import numpy as np
import pytest
import shapely

from geodata.sample.outlines_build import feature, harbour, line
from geodata.sample.outlines_districts import balance
from geodata.sample.outlines_fit import Step, municipality_key, undo
from geodata.sample.outlines_growth import exact, grow, raster_of, shapes, without_crumbs
from geodata.sample.outlines_packages import outline, rings

WINDOW = (0.0, 0.0, 6000.0, 4000.0)


def test_a_path_of_lines_is_read_relative_and_absolute():
    assert [[(1, 1), (4, 1), (4, 5)]] == [[tuple(p) for p in ring.tolist()] for ring in rings("M1,1l3,0l0,4Z")]


def test_a_curve_ends_where_it_says():
    (ring,) = rings("M0,0c1,0 2,1 2,2l-2,0Z")
    assert (2.0, 2.0) == tuple(ring[-2])
    assert 8 == len(ring)


def test_a_ring_within_a_ring_is_a_hole():
    area = outline("M0,0l10,0l0,10l-10,0Zm2,2l2,0l0,2l-2,0Z")
    assert 96.0 == area.area


def test_both_packages_spell_a_municipality_alike():
    assert municipality_key("Lyngby-Tårbæk Kommune") == municipality_key("Lyngby-Taarbæk")
    assert municipality_key("Høje-Taastrup Kommune") == municipality_key("Høje Taastrup")
    assert municipality_key("Gladsaxe Municipality") == municipality_key("Gladsaxe")


def test_undo_turns_the_affine_map_round():
    matrix = np.array([[29.0, -0.5, 443_000.0], [0.3, -29.0, 6_403_000.0]])
    drawn = np.array([(100.0, 200.0), (300.0, 50.0)])
    assert np.allclose(drawn, undo(matrix, drawn @ matrix[:, :2].T + matrix[:, 2]))


def test_a_step_moves_the_edge_most_of_the_way_to_the_coast():
    x, y = np.meshgrid(np.linspace(690_000, 715_000, 12), np.linspace(6_180_000, 6_205_000, 12))
    target = np.column_stack([x.ravel(), y.ravel()])
    source = target + np.array((300.0, -200.0))
    moved = Step(0, source, target).moved(source)
    assert np.hypot(*(moved - target).T).max() < 0.3 * np.hypot(300, 200)


def test_growing_closes_the_gap_and_shares_the_border():
    areas = {"a": shapely.box(500, 500, 2500, 3500), "b": shapely.box(3500, 500, 5500, 3500)}
    land = shapely.box(0, 0, 6000, 4000)
    grown = grow(areas, land, {"a": 12.0, "b": 12.0}, WINDOW)
    assert 12.0 == pytest.approx(grown["a"].area / 1e6, rel=0.03)
    assert 24.0 == pytest.approx(shapely.union_all(list(grown.values())).area / 1e6, rel=0.02)
    assert shapely.coverage_is_valid(list(grown.values()))


def test_growing_gives_the_larger_area_more_of_the_gap():
    areas = {"a": shapely.box(500, 500, 2500, 3500), "b": shapely.box(3500, 500, 5500, 3500)}
    grown = grow(areas, shapely.box(0, 0, 6000, 4000), {"a": 13.5, "b": 10.5}, WINDOW)
    assert grown["a"].area > grown["b"].area + 1e6


def test_pixels_become_their_outline():
    raster = raster_of((0.0, 0.0, 400.0, 300.0), 100.0)
    mask = np.zeros((3, 4), dtype=bool)
    mask[0, 1:3] = mask[1, 2] = True
    assert 30_000.0 == shapes(raster, mask).area
    assert shapes(raster, mask).contains(shapely.Point(250, 150))


def test_exact_outlines_are_a_coverage_again():
    ragged = {"a": shapely.box(0, 0, 1000, 1000), "b": shapely.box(1000.3, 0, 2000, 1000)}
    assert shapely.coverage_is_valid(list(exact(ragged).values()))


def test_crumbs_are_dropped():
    both = shapely.union_all([shapely.box(0, 0, 1000, 1000), shapely.box(2000, 0, 2100, 100)])
    assert 1_000_000.0 == without_crumbs(both).area


def test_shares_are_balanced():
    away = np.array([np.arange(100.0), 100.0 - np.arange(100.0)])
    weight = balance(away * 20, np.array([0.3, 0.7]))
    label = (away * 20 - weight[:, None]).argmin(axis=0)
    assert 30 == pytest.approx((label == 0).sum(), abs=2)


def test_the_harbour_is_filled_then_cut():
    how = {
        "fill": [[55.68, 12.60], [55.66, 12.60]],
        "fill_width": 400.0,
        "cut": [[55.70, 12.61], [55.64, 12.61]],
        "cut_width": 95.0,
        "crumb": 1.0,
    }
    west = line([[55.68, 12.58], [55.66, 12.58]]).buffer(1500)
    shore = harbour(west, how)
    assert shore.area > 0.8 * west.area
    assert shore.intersection(line(how["cut"]).buffer(90)).area < 1.0


def test_a_feature_is_in_degrees():
    drawn = feature(shapely.box(724_000, 6_175_000, 725_000, 6_176_000), code="0101", name="x")
    lon, lat = drawn["geometry"]["coordinates"][0][0]
    assert 12 < lon < 13
    assert 55 < lat < 56
