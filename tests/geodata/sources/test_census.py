"""The census grid: squares of EPSG:3035 with three age groups."""

import geopandas as gpd
import pytest
import shapely

from geodata.errors import CrsError, SourceError, TableError
from geodata.sources.census import read_census

ROW = {
    "GRD_ID": "CRS3035RES1000mN3609000E4482000",
    "T": 10,
    "Y_LT15": 2,
    "Y_1564": 7,
    "Y_GE65": 1,
    "LAND_SURFACE": 0.394,
}


def write(folder, *rows, crs=3035):
    (folder / "population").mkdir()
    shapes = [shapely.box(4_482_000, 3_609_000, 4_483_000, 3_610_000)] * len(rows)
    frame = gpd.GeoDataFrame(list(rows), geometry=shapes, crs=crs)
    frame.to_file(folder / "population" / "census2021_grid_1km.gpkg", driver="GPKG")
    return folder


def test_a_square_is_placed_by_its_id(tmp_path, region):
    row = read_census(write(tmp_path, ROW), region).frame.iloc[0]
    assert (4_482_000.0, 3_609_000.0, 1000.0) == (row["east"], row["north"], row["side"])
    assert [10, 2, 7, 1] == row[["residents", "age_0_14", "age_15_64", "age_65_plus"]].tolist()
    assert 0.394 == row["land"]


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
@pytest.mark.parametrize("crs", [25832, None])
def test_another_coordinate_system_or_none_is_refused(tmp_path, region, crs):
    with pytest.raises(CrsError, match="expected EPSG:3035"):
        read_census(write(tmp_path, ROW, crs=crs), region)


def test_an_id_that_is_not_of_the_grid_is_shown(tmp_path, region):
    with pytest.raises(SourceError, match="row 1, column GRD_ID: found '1kmN3609E4482'"):
        read_census(write(tmp_path, {**ROW, "GRD_ID": "1kmN3609E4482"}), region)


def test_a_missing_column_is_named(tmp_path, region):
    with pytest.raises(SourceError, match="column Y_GE65: found only"):
        read_census(write(tmp_path, {name: value for name, value in ROW.items() if name != "Y_GE65"}), region)


def test_a_negative_count_is_refused(tmp_path, region):
    with pytest.raises(TableError, match="row 1, column age_0_14"):
        read_census(write(tmp_path, {**ROW, "Y_LT15": -1}), region)


def test_a_square_twice_is_refused(tmp_path, region):
    with pytest.raises(TableError, match="again"):
        read_census(write(tmp_path, ROW, ROW), region)


def test_what_is_no_grid_is_refused(tmp_path, region):
    (tmp_path / "population").mkdir()
    (tmp_path / "population" / "census2021_grid_1km.gpkg").write_bytes(b"junk")
    with pytest.raises(SourceError, match="expected a grid file"):
        read_census(tmp_path, region)


def test_a_square_whose_residents_are_not_published_is_left_out(tmp_path, region):
    hidden = {**ROW, "GRD_ID": "CRS3035RES1000mN3610000E4482000", "T": -9999}
    reading = read_census(write(tmp_path, ROW, hidden), region)
    assert (2, 1, "1 squares without published residents left out") == (
        reading.rows_in,
        len(reading.frame),
        reading.note,
    )


def test_ages_that_are_not_published_follow_the_squares_that_have_them(tmp_path, region):
    hidden = {**ROW, "GRD_ID": "CRS3035RES1000mN3610000E4482000", "T": 20, "Y_LT15": -9999}
    reading = read_census(write(tmp_path, ROW, hidden), region)
    assert [4, 14, 2] == reading.frame.iloc[1][["age_0_14", "age_15_64", "age_65_plus"]].tolist()
    assert "ages of 1 squares estimated" in reading.note


def test_only_squares_that_meet_the_window_are_read(tmp_path, region):
    """100 by 100 squares; a window in the middle of four of them meets those four."""
    folder = tmp_path / "population"
    folder.mkdir()
    ids = [(e, n) for e in range(4400, 4500) for n in range(3600, 3700)]
    rows = [{**ROW, "GRD_ID": f"CRS3035RES1000mN{n}000E{e}000"} for e, n in ids]
    shapes = [shapely.box(e * 1000, n * 1000, e * 1000 + 1000, n * 1000 + 1000) for e, n in ids]
    frame = gpd.GeoDataFrame(rows, geometry=shapes, crs=3035)
    frame.to_file(folder / "census2021_grid_1km.gpkg", driver="GPKG")
    reading = read_census(tmp_path, region, (4_450_500, 3_650_500, 4_451_500, 3_651_500))
    assert {(4_450_000, 3_650_000), (4_451_000, 3_650_000), (4_450_000, 3_651_000), (4_451_000, 3_651_000)} == set(
        zip(reading.frame["east"], reading.frame["north"], strict=True)
    )
    assert 4 == reading.rows_in


def test_a_window_without_squares_is_refused(tmp_path, region):
    with pytest.raises(SourceError, match="found no square, expected squares in the window"):
        read_census(write(tmp_path, ROW), region, (0, 0, 1, 1))
