"""Outlines: exactly the card's municipalities, valid, in one coordinate system, or a clear refusal."""

from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from geodata.errors import CrsError, SourceError
from geodata.sources.boundaries import read_districts, read_municipalities, valid_polygons

WEST, EAST = shapely.box(700_000, 6_170_000, 710_000, 6_180_000), shapely.box(710_000, 6_170_000, 720_000, 6_180_000)
SOUTH = shapely.box(700_000, 6_160_000, 710_000, 6_170_000)


def write(folder, rows, crs=25832, name="kommuner.geojson"):
    """Rows of (kode, navn, regionskode or None, shape)."""
    frame = gpd.GeoDataFrame(rows, columns=["kode", "navn", "regionskode", "geometry"], geometry="geometry", crs=crs)
    if frame["regionskode"].isna().all():
        frame = frame.drop(columns="regionskode")
    (folder / "boundaries").mkdir(exist_ok=True)
    frame.to_crs(4326).to_file(folder / "boundaries" / name, driver="GeoJSON")
    return folder


BOTH = [("0101", "Vestby", "1084", WEST), ("0147", "Et andet navn", "1084", EAST)]


def areas_by_kind(reading):
    return {kind: sorted(rows["code"]) for kind, rows in reading.frame.groupby("kind")}


def test_members_councils_and_the_neighbour_the_file_holds(tmp_path, region):
    reading = read_municipalities(write(tmp_path, [*BOTH, ("0253", "Sydby", "1085", SOUTH)]), region)
    assert {"municipality": ["0101", "0147"], "health_council": ["one", "two"], "neighbour": ["0253"]} == areas_by_kind(
        reading
    )
    assert 25832 == reading.frame.crs.to_epsg()
    assert {"MultiPolygon"} == set(reading.frame.geom_type)
    assert reading.frame.is_valid.all()
    by_code = reading.frame.set_index(["kind", "code"])
    assert by_code.loc[("municipality", "0101"), "geometry"].area == pytest.approx(1e8, rel=1e-6)
    assert "Østby" == by_code.loc[("municipality", "0147"), "name"], "the card's name, whatever the file says"


def test_pieces_of_one_municipality_are_dissolved(tmp_path, region):
    north, south = (shapely.box(700_000, y, 710_000, y + 5_000) for y in (6_175_000, 6_170_000))
    rows = [("0101", "Vestby", "1084", north), ("0101", "Vestby", "1084", south), BOTH[1]]
    reading = read_municipalities(write(tmp_path, rows), region)
    assert ["0101", "0147"] == areas_by_kind(reading)["municipality"]
    assert (3, 3) == (reading.rows_in, reading.rows_kept)


def test_a_council_is_the_union_of_its_municipalities(tmp_path, region):
    frame = read_municipalities(write(tmp_path, BOTH), region).frame.set_index(["kind", "code"])
    council = frame.loc[("health_council", "one"), "geometry"]
    assert council.equals(frame.loc[("municipality", "0101"), "geometry"])


def test_a_missing_municipality_is_named(tmp_path, region):
    with pytest.raises(SourceError, match=r"kommuner.geojson that lacks 0147"):
        read_municipalities(write(tmp_path, BOTH[:1]), region)


def test_another_municipality_of_the_same_region_is_named(tmp_path, region):
    with pytest.raises(SourceError, match="has 0999 too many"):
        read_municipalities(write(tmp_path, [*BOTH, ("0999", "Ny", "1084", SOUTH)]), region)


def test_a_municipality_that_no_region_claims_is_named(tmp_path, region):
    rows = [(code, name, None, shape) for code, name, _, shape in [*BOTH, ("0999", "Ny", "", SOUTH)]]
    with pytest.raises(SourceError, match="has 0999 too many"):
        read_municipalities(write(tmp_path, rows), region)


def test_a_file_of_the_whole_country_gives_the_region_and_counts_what_is_left(tmp_path, region):
    reading = read_municipalities(write(tmp_path, [*BOTH, ("0851", "Aalborg", "1081", SOUTH)]), region)
    assert (3, 2, "1 outlines outside the region left out") == (reading.rows_in, reading.rows_kept, reading.note)


def test_a_code_that_is_no_municipality_is_left_out(tmp_path, region):
    """Christiansø is given to a region by some files, and belongs to none."""
    rows = [*BOTH, ("0411", "Christiansø", "1084", SOUTH)]
    reading = read_municipalities(write(tmp_path, rows), replace(region, outside=("0411",)))
    assert (["0101", "0147"], 2) == (areas_by_kind(reading)["municipality"], reading.rows_kept)


def test_codes_without_their_zero_are_understood(tmp_path, region):
    rows = [(code.lstrip("0"), name, number, shape) for code, name, number, shape in BOTH]
    assert ["0101", "0147"] == areas_by_kind(read_municipalities(write(tmp_path, rows), region))["municipality"]


def test_an_outline_that_crosses_itself_is_mended(tmp_path, region):
    bow = shapely.Polygon([(700_000, 6_170_000), (710_000, 6_180_000), (710_000, 6_170_000), (700_000, 6_180_000)])
    reading = read_municipalities(write(tmp_path, [("0101", "Vestby", "1084", bow), BOTH[1]]), region)
    assert reading.frame.is_valid.all()


def test_mending_keeps_polygons_only():
    bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    spike = shapely.Polygon([(0, 0), (1, 0), (1, 1), (1, 3), (1, 1), (0, 1)])
    found = valid_polygons(gpd.GeoSeries([bow, spike], crs=25832))
    assert [2.0, 1.0] == found.area.tolist()
    assert {"MultiPolygon"} == set(found.geom_type)


def test_points_are_no_outlines(tmp_path, region):
    with pytest.raises(SourceError, match="row 2, column geometry: found Point, expected a polygon"):
        read_municipalities(
            write(tmp_path, [BOTH[0], ("0147", "x", "1084", shapely.Point(715_000, 6_175_000))]), region
        )


def test_a_file_without_a_coordinate_system_is_refused(tmp_path, region):
    """A GeoJSON always has one; other formats under that name need not, and GDAL reads by content."""
    (tmp_path / "boundaries").mkdir()
    bare = gpd.GeoDataFrame({"kode": ["0101"], "navn": ["x"]}, geometry=[shapely.box(0, 0, 1, 1)])
    with pytest.warns(UserWarning, match="crs"):
        bare.to_file(tmp_path / "boundaries" / "bare.fgb", driver="FlatGeobuf")
    (tmp_path / "boundaries" / "bare.fgb").rename(tmp_path / "boundaries" / "kommuner.geojson")
    with pytest.raises(CrsError, match=r"kommuner.geojson names no coordinate system"):
        read_municipalities(tmp_path, region)


@pytest.mark.parametrize(
    "content", [b"", b"not json", b"\x00\x01\x02", b'{"type": "FeatureCollection", "features": []}']
)
def test_what_is_no_file_of_outlines_is_refused(tmp_path, region, content):
    (tmp_path / "boundaries").mkdir()
    (tmp_path / "boundaries" / "kommuner.geojson").write_bytes(content)
    with pytest.raises(SourceError, match=r"kommuner.geojson"):
        read_municipalities(tmp_path, region)


def test_a_missing_file_is_named_with_what_it_is(tmp_path, region):
    with pytest.raises(SourceError, match=r"holds no boundaries/kommuner.geojson \(Municipalities\)"):
        read_municipalities(tmp_path, region)


def test_a_missing_column_is_named_with_those_there_are(tmp_path, region):
    (tmp_path / "boundaries").mkdir()
    frame = gpd.GeoDataFrame({"code": ["0101"]}, geometry=[WEST], crs=25832).to_crs(4326)
    frame.to_file(tmp_path / "boundaries" / "kommuner.geojson", driver="GeoJSON")
    with pytest.raises(SourceError, match="column kode, navn: found only code"):
        read_municipalities(tmp_path, region)


def write_districts(folder, numbers):
    (folder / "boundaries").mkdir(exist_ok=True)
    shapes = [shapely.box(700_000 + 1_000 * n, 6_170_000, 701_000 + 1_000 * n, 6_171_000) for n in numbers]
    frame = gpd.GeoDataFrame({"bydel_nr": numbers, "navn": "x"}, geometry=shapes, crs=25832)
    frame.to_crs(4326).to_file(folder / "boundaries" / "bydele_koebenhavn.geojson", driver="GeoJSON")
    return folder


def test_districts_take_the_cards_names_and_their_municipalitys_council(tmp_path, region):
    frame = read_districts(write_districts(tmp_path, [2, 1]), region).frame
    assert [("1", "Indre", "one"), ("2", "Ydre", "one")] == list(
        frame[["code", "name", "health_council"]].itertuples(index=False, name=None)
    )


def test_districts_that_are_not_the_cards_are_named(tmp_path, region):
    with pytest.raises(SourceError, match=r"lacks 2 and has 3 too many, expected the city districts of 0101"):
        read_districts(write_districts(tmp_path, [1, 3]), region)
