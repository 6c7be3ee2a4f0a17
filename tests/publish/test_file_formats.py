"""Files keep to the rules of their formats, as programs nobody here wrote read them."""

import csv
import json

import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from pyproj import CRS

from app.errors import ExportError
from app.publish.collections import TABLES
from app.publish.exporters import Request, chunks, export

WITH_GEOMETRY = [name for name, table in TABLES.items() if table.geometry is not None]
GEOPARQUET_TYPES = {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}


@pytest.mark.parametrize("name", WITH_GEOMETRY)
def test_flatgeobuf_reads_back_equal(publication, tmp_path, name):
    """The same rows, whatever their order (the index sorts them), in EPSG:25832, under the Danish title."""
    path = export(publication, tmp_path / f"{name}.fgb", Request(name))
    collection = publication.collection(name)
    key = list(collection.table.key) or ["name", "kind"]
    found = pyogrio.read_dataframe(path).sort_values(key)
    expected = collection.frame.sort_values(key)
    assert 25832 == found.crs.to_epsg()
    assert expected[key].astype(str).to_numpy().tolist() == found[key].astype(str).to_numpy().tolist()
    assert shapely.equals(expected.geometry.to_numpy(), found.geometry.to_numpy()).all()
    for column in collection.table.columns:
        if column.kind in ("int", "float"):
            want, got = (np.asarray(f[column.name].astype("Float64").fillna(-1)) for f in (expected, found))
            np.testing.assert_allclose(want.astype(float), got.astype(float), rtol=1e-12, err_msg=column.name)
    about = pyogrio.read_info(path)["layer_metadata"]
    assert collection.table.title_da == about["TITLE"]
    assert about["DESCRIPTION"].startswith("Eksempeldata:")


def test_flatgeobuf_finds_by_place(publication, tmp_path):
    """The file has an index: a box around one cell gives that cell and those it touches, no other."""
    path = export(publication, tmp_path / "cells.fgb", Request("cells"))
    one = publication.cells.frame.geometry.iloc[0]
    found = pyogrio.read_dataframe(path, bbox=one.bounds)
    assert {publication.cells.frame["cell_id"].iloc[0]} <= set(found["cell_id"])
    assert len(found) < len(publication.cells.frame)


def test_flatgeobuf_of_a_table_without_geometry_is_refused(publication, tmp_path):
    """The message says what to write instead."""
    with pytest.raises(ExportError, match=r"layers has no geometry.*\.csv"):
        export(publication, tmp_path / "layers.fgb", Request("layers"))


@pytest.mark.parametrize("name", WITH_GEOMETRY)
def test_geoparquet_keeps_every_rule_of_its_specification(publication, tmp_path, name):
    """GeoParquet 1.1: what the file says of its geometry column, and whether the column is so."""
    path = export(publication, tmp_path / f"{name}.parquet", Request(name))
    file = pq.ParquetFile(path)
    geo = json.loads(file.schema_arrow.metadata[b"geo"])
    assert "1.1.0" == geo["version"]
    primary = geo["primary_column"]
    assert "geometry" == primary
    assert [primary] == list(geo["columns"])
    column = geo["columns"][primary]
    assert "WKB" == column["encoding"]
    assert set(column) <= {"encoding", "geometry_types", "crs", "orientation", "edges", "bbox", "epoch", "covering"}
    assert_projjson(column["crs"])
    values = file.read().column(primary)
    assert str(values.type) in ("binary", "large_binary")
    shapes = shapely.from_wkb(values.to_pylist())
    assert {shape.geom_type for shape in shapes} == set(column["geometry_types"]) <= GEOPARQUET_TYPES
    assert len(column["geometry_types"]) == len(set(column["geometry_types"]))
    assert list(shapely.total_bounds(shapes)) == pytest.approx(column["bbox"])
    assert 4 == len(column["bbox"])
    assert 2 == max(shapely.get_coordinate_dimension(shapes))
    assert column.get("edges", "planar") == "planar"


def assert_projjson(crs):
    """The coordinate system as PROJJSON, with its id, that PROJ reads back as the house's own."""
    assert crs["$schema"].startswith("https://proj.org/schemas/")
    assert {"authority": "EPSG", "code": 25832} == crs["id"]
    assert CRS.from_json_dict(crs) == CRS(25832)


@pytest.mark.parametrize("name", list(TABLES))
def test_parquet_has_the_columns_in_the_order_of_the_table(publication, tmp_path, name):
    """Names and order are those of the table; the geometry comes where the table has it."""
    path = export(publication, tmp_path / f"{name}.parquet", Request(name))
    assert TABLES[name].names == pq.read_schema(path).names


def test_geojson_names_no_coordinate_system_and_turns_every_ring(publication, tmp_path):
    """RFC 7946: no crs member, longitude before latitude, outer rings counter-clockwise, holes clockwise."""
    path = export(publication, tmp_path / "areas.geojson", Request("areas"))
    read = json.loads(path.read_text(encoding="utf-8"))
    assert {"type", "name", "data", "features"} == set(read)
    for feature in read["features"]:
        assert {"type", "properties", "geometry"} == set(feature)
        for polygon in shapely.get_parts(shapely.geometry.shape(feature["geometry"])):
            assert shapely.is_ccw(polygon.exterior)
            assert not any(shapely.is_ccw(hole) for hole in polygon.interiors)
            west, south, east, north = polygon.bounds
            assert 5 < west <= east < 20 < 50 < south <= north < 60


@pytest.mark.parametrize("ending", [".geojson", ".csv"])
def test_a_file_written_in_pieces_is_whole(publication, tmp_path, monkeypatch, ending):
    """Pieces of two rows make the same bytes as one piece."""
    whole = export(publication, tmp_path / f"whole{ending}", Request("cells")).read_bytes()
    monkeypatch.setattr(chunks, "__defaults__", (2,))
    pieces = export(publication, tmp_path / f"pieces{ending}", Request("cells")).read_bytes()
    assert len(publication.cells.frame) > 2
    assert whole == pieces


def test_an_empty_collection_is_an_empty_file(publication, tmp_path):
    """No row is a finding: the GeoJSON has no feature, the CSV only its heads."""
    asked = Request("areas", by="neighbour")
    read = json.loads(export(publication, tmp_path / "none.geojson", asked).read_text(encoding="utf-8"))
    assert [] == read["features"]
    with export(publication, tmp_path / "none.csv", asked).open(encoding="utf-8-sig", newline="") as file:
        assert 1 == len(list(csv.reader(file, delimiter=";")))
