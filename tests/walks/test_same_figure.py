"""The same figure is the same everywhere: ten areas of the example region, on every face, to the digit."""

import csv
import json
import re

import openpyxl
import pandas as pd
import pyogrio
import pypdf
import pytest
from fastapi.testclient import TestClient

from app import language as say
from app.main import create_app
from app.publish.area_sheet.write import write_area_sheet
from app.publish.exporters import Request, export
from app.publish.panel import Writer
from app.publish.workbook.columns import AREA_COLUMNS
from app.publish.workbook.table_sheet import FIRST_ROW, HEAD_ROW
from app.settings import Settings

TEN = [
    *(("municipality", code) for code in ("0400", "0260", "0270", "0155", "0185", "0101", "0219")),
    ("health_council", "nordsjaelland"),
    ("health_council", "amager-og-vestegnen"),
    ("city_district", "10"),
]
"""The most affected, the capital, two councils and a district."""
PLAIN = [column for column in AREA_COLUMNS if column.ratio is None and column.form != "text"]
NAMES = [column.column.name for column in PLAIN]


@pytest.fixture(scope="module")
def client(sample_study):
    """The example region's service."""
    return TestClient(create_app(Settings(), sample_study))


@pytest.fixture(scope="module")
def faces(client, sample_publication, sample_package, tmp_path_factory):
    """Area -> face -> figures by column, as numbers; a hidden or missing figure is None."""
    folder = tmp_path_factory.mktemp("faces")
    read = {
        "API": api(client),
        "OGC": ogc(client),
        "GeoPackage": by_area(pyogrio.read_dataframe(sample_package, layer="areas")),
        "FlatGeobuf": by_area(pyogrio.read_dataframe(export(sample_publication, folder / "areas.fgb"))),
        "GeoParquet": by_area(pd.read_parquet(export(sample_publication, folder / "areas.parquet"))),
        "GeoJSON": geojson(export(sample_publication, folder / "areas.geojson")),
        "CSV": comma(export(sample_publication, folder / "areas.csv")),
        "Excel": excel(export(sample_publication, folder / "areas.xlsx", Request(lang="da"))),
    }
    return read


def by_area(frame):
    """Figures of a table by kind and code."""
    return {(row["kind"], row["code"]): numbers(row) for row in frame.to_dict("records")}


def numbers(row):
    return {name: None if pd.isna(row[name]) else float(row[name]) for name in NAMES}


def api(client):
    kinds = {kind for kind, _ in TEN}
    answers = {kind: client.get("/api/areas", params={"by": kind}).json()["areas"] for kind in kinds}
    return by_area(pd.DataFrame([row for rows in answers.values() for row in rows], dtype=object))


def ogc(client):
    features = client.get("/ogc/collections/areas/items", params={"limit": 1000}).json()["features"]
    return by_area(pd.DataFrame([feature["properties"] for feature in features], dtype=object))


def geojson(path):
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return by_area(pd.DataFrame([feature["properties"] for feature in features], dtype=object))


def comma(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    for row in rows:
        row |= {name: row[name].replace(",", ".") or None for name in NAMES}
    return by_area(pd.DataFrame(rows))


def excel(path):
    """Figures of the three sheets of areas, kilometres as metres again."""
    book = openpyxl.load_workbook(path)
    found = {}
    for kind, name in (("municipality", "Kommuner"), ("health_council", "Sundhedsråd"), ("city_district", "Bydele")):
        sheet = book[name]
        heads = [cell.value for cell in sheet[HEAD_ROW + 1]]
        for line in sheet.iter_rows(min_row=FIRST_ROW + 1, values_only=True):
            row = dict(zip(heads, line, strict=True))
            if row["Kode"]:
                found[kind, row["Kode"]] = {column.column.name: metres(column, row) for column in PLAIN}
    return found


def metres(column, row):
    value = row[column.head("da")]
    if value is None or isinstance(value, str):
        return None
    return value * 1000 if column.unit == "km" else float(value)


@pytest.mark.parametrize("area", TEN, ids="-".join)
def test_every_file_and_the_api_hold_the_same_figures(sample_publication, faces, area):
    """Counts are equal; shares and distances to the digits that each format can hold."""
    kind, code = area
    published = numbers(sample_publication.areas.only(kind=kind, code=code).frame.iloc[0])
    for face, found in faces.items():
        for name in NAMES:
            expected, value = published[name], found[area][name]
            told = value if expected is None or value is None else pytest.approx(value, rel=5e-10)
            assert expected == told, f"{face}: {name}"
            if expected is not None and expected == int(expected) and face != "Excel":
                assert expected == value, f"{face}: {name}"


@pytest.mark.parametrize("area", TEN, ids="-".join)
def test_page_popup_and_sheet_say_the_figures_of_the_api(client, sample_publication, faces, area, tmp_path):
    """What is read on the panel, in the map's popup and on the area sheet is what the API answers, as it is written."""
    kind, code = area
    figures = faces["API"][area]
    page = flat(client.get("/maps/choice", params={"by": kind, "area": code}).text)
    reader = pypdf.PdfReader(write_area_sheet(sample_publication, kind, code, tmp_path / "sheet.pdf"))
    sheet = flat(" ".join(one.extract_text() for one in reader.pages))
    for name in ("residents_0", "residents_1", "residents_2_4", "residents_5_plus"):
        if figures[name] is not None:
            assert flat(say.number(figures[name])) in page, name
            assert flat(say.number(figures[name])) in sheet, name
    for name in ("nearest_open_m", "second_open_m"):
        assert flat(say.km(figures[name])) in page
        assert flat(say.km(figures[name])) in sheet
    practices = f"{say.number(figures['practices'])} ({say.number(figures['open_practices'])})"
    assert practices in page
    assert practices in sheet
    big = flat(say.about(figures["under_two"]))
    assert big in page
    assert say.sentence(big) in sheet
    if kind == "municipality":
        script = client.get("/maps/choice.js").text
        popup = json.loads(script.split("var map_data = ", 1)[1].split("\n")[0].rstrip("; "))["areas"][code]
        assert flat(say.sentence(say.count(figures["under_two"], "resident"))) in flat(popup["lines"][0])


def test_the_regions_headline_is_the_same_on_page_and_in_the_workbook(client, sample_publication, tmp_path):
    """The first figure a reader meets: start page, choice page, workbook's line of totals."""
    row = sample_publication.areas.only(kind="region").frame.iloc[0]
    big = flat(say.about(row["under_two"]))
    assert big in flat(client.get("/").text)
    assert big in flat(client.get("/maps/choice").text)
    assert Writer(sample_publication, "da").region().headline.big == say.about(row["under_two"])
    sheet = openpyxl.load_workbook(export(sample_publication, tmp_path / "a.xlsx"))["Kommuner"]
    assert row["under_two"] in [cell.value for cell in sheet["I"]]


def flat(text):
    """The text without markup, every space the same."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
