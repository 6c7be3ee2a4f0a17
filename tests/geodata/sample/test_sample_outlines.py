"""The committed outlines: who is there, whole, apart by water where they should be."""

import pytest
import shapely

from geodata.catalogue import read_region
from geodata.sample.outlines import DATA, municipalities, read_table

LARGE = 50e6


def union(frame):
    return shapely.union_all(frame.geometry.to_numpy())


def test_every_municipality_of_the_card_is_drawn(outlines):
    region = read_region("sample")
    assert sorted(region.codes) == list(municipalities(outlines, in_region=True).index)
    assert sorted(one.code for one in region.neighbours) == list(municipalities(outlines, in_region=False).index)


def test_outlines_share_their_borders(outlines):
    areas = municipalities(outlines).geometry
    assert areas.is_valid.all()
    assert shapely.coverage_is_valid(areas.to_numpy())


def test_areas_are_within_six_per_cent_of_the_official_ones(outlines):
    official = read_table("municipalities").set_index("kommunekode")["area_km2"]
    drawn = municipalities(outlines, in_region=True).area / 1e6
    error = (drawn / official - 1).abs()
    assert error.max() < 0.06
    assert error.median() < 0.02


def test_there_are_four_landmasses(outlines):
    parts = shapely.get_parts(union(municipalities(outlines, in_region=True)))
    assert 4 == (shapely.area(parts) > LARGE).sum()


def test_the_neighbours_close_the_way_round_the_fjord(outlines):
    parts = shapely.get_parts(union(municipalities(outlines)))
    assert 3 == (shapely.area(parts) > LARGE).sum()


def test_the_districts_fill_the_city(outlines):
    districts = outlines[outlines["kind"] == "city_district"]
    (names,) = read_region("sample").districts.values()
    assert names == dict(zip(districts["code"], districts["name"], strict=True))
    city = municipalities(outlines).geometry["0101"]
    assert union(districts).symmetric_difference(city).area < 0.005 * city.area


def test_only_the_old_city_lies_on_both_sides_of_the_harbour(outlines):
    districts = outlines[outlines["kind"] == "city_district"].set_index("name").geometry
    masses = [part for part in shapely.get_parts(union(municipalities(outlines))) if part.area > LARGE]
    both = [name for name, area in districts.items() if sum(area.intersection(m).area > 1e5 for m in masses) > 1]
    assert ["Indre By"] == both


def test_the_file_is_small():
    assert (DATA / "outlines.geojson").stat().st_size < 250_000


@pytest.mark.parametrize("name", ["stations", "places", "centres"])
def test_places_stand_on_or_by_the_land(outlines, name):
    table = read_table(name)
    away = shapely.distance(union(municipalities(outlines)), shapely.points(table[["x", "y"]].to_numpy()))
    assert away.max() < 800
