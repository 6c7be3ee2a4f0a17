"""Files hold what is published, read back equal, and say whose data they are."""

import csv
import json
import sqlite3
from contextlib import closing

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from shown_town import UGLY_NAME

from app.errors import ExportError, NotFoundError
from app.publish.collections import TABLES
from app.publish.exporters import EXPORTERS, Request, export, safe_text
from geodata.facts import TABLES as FACT_TABLES

BANNER = "Eksempeldata:"


@pytest.fixture(scope="module")
def package(publication, tmp_path_factory):
    return export(publication, tmp_path_factory.mktemp("gpkg") / "town.gpkg")


def assert_same(table, expected, found):
    """Values equal column by column; what is missing is missing in both."""
    for column in table.columns:
        if column is table.geometry:
            continue
        want, got = expected[column.name], found[column.name]
        assert want.isna().tolist() == got.isna().tolist(), column.name
        if column.kind in ("int", "float"):
            a, b = (np.asarray(s.astype("Float64").fillna(-1), dtype=float) for s in (want, got))
            np.testing.assert_allclose(a, b, rtol=1e-9, err_msg=column.name)
        elif column.kind == "date":
            assert want.astype(str).tolist() == pd.to_datetime(got).dt.strftime("%Y-%m-%d").tolist()
        else:
            assert want.dropna().astype(str).tolist() == got.dropna().astype(str).tolist(), column.name


@pytest.mark.parametrize("name", list(TABLES))
def test_geopackage_reads_back_equal(publication, package, name):
    """Every collection is a layer with the same rows, values and geometry."""
    collection = publication.collection(name)
    found = pyogrio.read_dataframe(package, layer=name)
    assert len(collection.frame) == len(found)
    assert_same(collection.table, collection.frame, found)
    if collection.table.geometry is not None:
        assert 25832 == found.crs.to_epsg()
        same = shapely.equals(collection.frame.geometry.to_numpy(), found.geometry.to_numpy())
        assert same.all()


def test_geopackage_has_danish_aliases_and_english_descriptions(package):
    """Each column has its Danish title, and a description that begins with the English one."""
    with closing(sqlite3.connect(package)) as file:
        rows = file.execute(
            "SELECT table_name, column_name, name, title || description FROM gpkg_data_columns"
        ).fetchall()
    labels = {(table, column): (title, about) for table, column, title, about in rows}
    for table in TABLES.values():
        for column in table.columns:
            if column is not table.geometry:
                title, about = labels[table.name, column.name]
                assert title in (column.title_da, f"{column.title_da} ({column.name})")
                assert about.startswith(column.title)


def test_geopackage_has_value_lists_in_both_languages(package):
    """The codes of intake are listed with their labels."""
    with closing(sqlite3.connect(package)) as file:
        rows = file.execute(
            "SELECT value, description FROM gpkg_data_column_constraints WHERE constraint_name = 'practices_intake'"
        ).fetchall()
    assert ("open", "Åben for nye patienter / Open to new patients") in rows
    assert 3 == len(rows)


def test_geopackage_says_it_is_example_data(package):
    """Every layer's description carries the banner, the credits and the study."""
    with closing(sqlite3.connect(package)) as file:
        rows = dict(file.execute("SELECT table_name, description FROM gpkg_contents").fetchall())
    assert set(TABLES) < set(rows)
    assert all(BANNER in description for table, description in rows.items() if table != "layer_styles")


def test_geojson_is_rfc_7946(publication, tmp_path):
    """Longitude first, outlines counter-clockwise, no crs member, missing as null; the block on the data beside it."""
    path = export(publication, tmp_path / "town.geojson", Request("areas", by="municipality"))
    read = json.loads(path.read_text(encoding="utf-8"))
    assert "crs" not in read
    assert read["data"]["banner"].startswith(BANNER)
    assert len(publication.areas.only(kind="municipality").frame) == len(read["features"])
    for feature in read["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        lon, lat = shapely.get_coordinates(shape)[0]
        assert 5 < lon < 20 < 50 < lat < 60
        outer = feature["geometry"]["coordinates"][0]
        ring = outer[0] if feature["geometry"]["type"] == "MultiPolygon" else outer
        assert shapely.is_ccw(shapely.LinearRing(ring))


def test_geojson_reads_back_equal(publication, tmp_path):
    """A GIS reads the same rows and values."""
    path = export(publication, tmp_path / "p.geojson", Request("practices"))
    found = gpd.read_file(path)
    collection = publication.practices
    assert_same(collection.table, collection.frame, found)
    moved = found.to_crs(25832).geometry.distance(collection.frame.geometry.set_crs(25832), align=False)
    assert moved.max() < 0.2


@pytest.mark.parametrize("name", list(TABLES))
def test_parquet_reads_back_equal(publication, tmp_path, name):
    """The same values, types and geometry; labels in each field, the block on the data in the file."""
    path = export(publication, tmp_path / f"{name}.parquet", Request(name))
    collection = publication.collection(name)
    found = gpd.read_parquet(path) if collection.table.geometry is not None else pd.read_parquet(path)
    assert_same(collection.table, collection.frame, found)
    schema = pq.read_schema(path)
    first = collection.table.columns[0]
    assert first.title_da == schema.field(first.name).metadata[b"title_da"].decode()
    assert first.title == schema.field(first.name).metadata[b"title"].decode()
    assert json.loads(schema.metadata[b"laegevalg"])["banner"].startswith(BANNER)


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_csv_reads_back_equal(publication, tmp_path):
    """Semicolons, decimal commas, a byte order mark; names of columns in row 1 when no language is asked for."""
    path = export(publication, tmp_path / "a.csv", Request("areas"))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows, frame = read_csv(path), publication.areas.frame
    assert len(frame) == len(rows)
    for row, (_, expected) in zip(rows, frame.iterrows(), strict=True):
        assert expected["code"] == row["code"]
        for column in publication.areas.table.columns:
            if column.kind == "float" and not pd.isna(expected[column.name]):
                assert expected[column.name] == pytest.approx(float(row[column.name].replace(",", ".")), rel=1e-9)
            if column.kind == "int":
                assert ("" if pd.isna(expected[column.name]) else str(expected[column.name])) == row[column.name]
        assert row["source_note"].startswith(BANNER)


@pytest.mark.parametrize(
    ("lang", "head", "intake"), [("da", "Tilgang", "Åben for nye patienter"), ("en", "Intake", "Open to new patients")]
)
def test_csv_speaks_the_language_asked_for(publication, tmp_path, lang, head, intake):
    """Heads and codes are words in Danish or English; a point has its degrees."""
    rows = read_csv(export(publication, tmp_path / "p.csv", Request("practices", lang)))
    assert intake == rows[0][head]
    assert "," in rows[0]["lon"]


def test_csv_heads_are_different_from_each_other(publication, tmp_path):
    """No two columns share a label, or a spreadsheet could not tell them apart."""
    for name in TABLES:
        for lang in ("da", "en"):
            path = export(publication, tmp_path / f"{name}-{lang}.csv", Request(name, lang))
            with path.open(encoding="utf-8-sig", newline="") as file:
                heads = next(csv.reader(file, delimiter=";"))
            assert len(heads) == len(set(heads)), (name, lang, sorted(h for h in heads if heads.count(h) > 1))


def test_csv_disarms_formulas(publication, tmp_path):
    """A name that a spreadsheet would run is written as text, and nothing of it is lost."""
    rows = read_csv(export(publication, tmp_path / "p.csv", Request("practices")))
    assert "'" + UGLY_NAME in {row["name"] for row in rows}


@pytest.mark.parametrize("value", ["=1+1", "+45", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_formula_like_text_is_marked(value):
    """Every beginning that a spreadsheet takes for a formula."""
    assert "'" + value == safe_text(value)


def test_ordinary_text_is_left_alone():
    """A name, a number with zeros before it, nothing."""
    assert ["Lægerne", "000123", ""] == [safe_text(value) for value in ("Lægerne", "000123", "")]


def test_no_file_holds_anything_personal(publication, package):
    """No published table has a personal column, nor the table of doctors."""
    personal = {column.name for table in FACT_TABLES.values() for column in table.columns if column.personal}
    assert personal, "there is such a column to keep inside"
    for table in TABLES.values():
        assert not personal & set(table.names)
    assert "doctors" not in pyogrio.list_layers(package)[:, 0]


def test_an_unknown_ending_is_refused(publication, tmp_path):
    """The message names what can be written."""
    with pytest.raises(ExportError, match=r"no exporter writes \.shp.*\.gpkg"):
        export(publication, tmp_path / "town.shp")


def test_an_unknown_collection_is_refused(publication, tmp_path):
    """The message names the collections."""
    with pytest.raises(NotFoundError, match=r"doctors.*practices"):
        export(publication, tmp_path / "d.csv", Request("doctors"))


def test_a_folder_that_does_not_exist_is_refused(publication, tmp_path):
    """One clear line, whatever the format."""
    for ending in EXPORTERS:
        with pytest.raises(ExportError, match="cannot be written"):
            export(publication, tmp_path / "nowhere" / f"a{ending}")


def test_clients_of_gdal_see_the_danish_alias(package):
    """GDAL itself reads the alias of a field from the file."""
    schema = pyogrio.read_arrow(package, layer="areas", max_features=1)[1].schema
    assert b"F\xc3\xa6rre end 2 \xc3\xa5bne praksis" == schema.field("under_two").metadata[b"GDAL:OGR:alternative_name"]
