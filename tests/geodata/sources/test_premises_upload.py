"""Premises from a file: what is read, one test for each ugly row, addresses, buildings, and laws."""

import io

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from practice_files import csv_text, note_cases, only_breach
from premises_files import GOOD, Counter, row

from geodata.facts import no_rows
from geodata.premises import BUILDINGS, PREMISES
from geodata.sources.upload import (
    PRACTICE_FORM,
    PREMISES_FORM,
    difference,
    form_of,
    rejected_csv,
    write_template,
)


@pytest.fixture
def counter(tmp_path, areas, region, rules):
    return Counter(tmp_path, areas, region, rules)


def addresses(*rows):
    return pd.DataFrame(rows, columns=["address", "x", "y"])


def test_a_good_row_is_read_whole(counter):
    upload = counter.rows(row())
    assert (1, 1, ()) == (upload.rows, upload.kept, upload.breaches)
    found = upload.premises.iloc[0]
    expected = {
        "premises_id": "T1", "kommunekode": "0101", "x": 705000.0, "y": 6175000.0, "size_m2": 180.5, "rooms": 7,
        "storey": 0, "lift": "no", "step_free": "yes", "parking_spaces": 6, "bus_stop_m": 120.0, "room_for_gps": 3,
        "available_from": "2027-04-01", "owner": "Kommunen", "market_rent": "yes", "source": "upload",
    }  # fmt: skip
    assert expected == {name: found[name] for name in expected}


def test_what_is_not_said_is_empty_and_never_no(counter):
    bare = {"Lokale-id": "T1", "Øst": "705000", "Nord": "6175000"}
    found = counter.rows(bare).premises.iloc[0]
    known = {"premises_id", "kommunekode", "x", "y", "source"}
    assert known == {name for name in PREMISES.names if pd.notna(found[name])}
    told = counter.rows(row(**{"Handicaptoilet": "ukendt", "Elevator": ""})).premises.iloc[0]
    assert [True, True] == [pd.isna(told["accessible_toilet"]), pd.isna(told["lift"])]


@pytest.mark.parametrize(
    ("column", "value", "case", "da"),
    [
        ("Lokale-id", "to ord", "premises_id", "et id uden mellemrum på højst 40 tegn"),
        ("Lokale-id", "x" * 41, "premises_id", "et id uden mellemrum på højst 40 tegn"),
        ("Lokale-id", "EKSEMPEL", "example", "et rigtigt lokale; slet eksemplet"),
        ("Øst", "x", "number", "et tal"),
        ("Øst", "805000", "outside", "et tal mellem 685000 og 735000"),
        ("Øst", "715000,0,0", "decimal", "et tal med ét komma som decimaltegn"),
        ("Areal", "-5", "negative", "0 eller derover"),
        ("Areal", "mange", "number", "et tal"),
        ("Areal", "1e9", "number", "et tal"),
        ("Areal", "999999", "range", "mellem 0 og 100000"),
        ("Rum", "2,5", "number", "et helt tal"),
        ("Rum", "0", "range", "mellem 1 og 500"),
        ("Etage", "oppe", "number", "et tal"),
        ("Etage", "88", "range", "mellem -5 og 60"),
        ("Elevator", "måske", "code", "en af: Ja, Nej, Ukendt"),
        ("P-pladser", "ja", "number", "et tal"),
        ("Ledig fra", "31-02-2027", "date", "en dato som 31-12-2025"),
        ("Ejer", "a\x07b", "control", "almindelig tekst"),
    ],
)
def test_each_ugly_value_is_named_with_what_was_expected(counter, column, value, case, da):
    upload = counter.rows(row(), row(**{"Lokale-id": "T2", column: value}))
    breach = only_breach(upload)
    assert (3, column, case, da) == (breach.row, breach.column, breach.case, breach.expected_da)
    assert (2, 1, ["T1"]) == (upload.rows, upload.kept, list(upload.premises["premises_id"]))


def test_swapped_coordinates_are_told_from_wrong_ones(counter):
    assert "swapped" == only_breach(counter.rows(row(**{"Øst": "6175000", "Nord": "705000"}))).case


@pytest.mark.parametrize(("x", "y"), [("705000", "6165000"), ("703000", "6181000")])
def test_premises_outside_the_region_are_refused_also_in_a_neighbour(counter, x, y):
    breach = only_breach(counter.rows(row(**{"Øst": x, "Nord": y})))
    assert ("outside", "Øst") == (breach.case, breach.column)


def test_an_id_stands_once(counter):
    upload = counter.rows(row(), row(**{"Øst": "706000"}))
    assert "Lokale T1 står i række 2 og 3" == only_breach(upload).title("da")
    assert [705000.0] == list(upload.premises["x"])


def test_without_an_id_premises_are_named_after_their_place_each_differently(counter):
    upload = counter.rows(row(**{"Lokale-id": ""}), row(**{"Lokale-id": ""}))
    assert ["P705000-6175000", "P705000-6175000-2"] == list(upload.premises["premises_id"])
    assert ["new_id", "new_id"] == note_cases(upload)


def test_a_row_with_more_fields_than_heads_is_refused(counter):
    content = csv_text(row()).rstrip() + ";for meget\r\n"
    assert "fields" == only_breach(counter.bytes(content.encode())).case


def test_a_file_without_any_place_is_refused_whole(counter):
    upload = counter.rows({"Lokale-id": "T1", "Areal": "100"})
    assert ["missing_column", "missing_column"] == [breach.case for breach in upload.breaches]
    assert (1, 0, 1) == (upload.rows, upload.kept, len(upload.rejected))


def test_an_address_without_coordinates_is_found_where_it_is_known(tmp_path, areas, region, rules):
    known = addresses(("Torvet 1, 2000 Vestby", 701000.0, 6171000.0), ("Bakken 2", 702000.0, 6172000.0))
    counter = Counter(tmp_path, areas, region, rules, addresses=known)
    bare = {"Lokale-id": "T1", "Adresse": "torvet 1, Vestby"}
    upload = counter.rows(bare)
    assert [(701000.0, 6171000.0)] == list(zip(upload.premises["x"], upload.premises["y"], strict=True))
    assert ["by_address"] == note_cases(upload)
    breach = only_breach(counter.rows({**bare, "Adresse": "Torvet 3, Vestby"}))
    assert ("near", "Adresse", "Torvet 3, Vestby") == (breach.case, breach.column, breach.found)
    assert "perhaps Torvet 1, 2000 Vestby (701000 6171000)" in breach.expected
    assert "address" == only_breach(counter.rows({**bare, "Adresse": "Langgade 3, Vestby"})).case
    assert "no_place" == only_breach(counter.rows({**bare, "Adresse": ""}, {**bare, "Lokale-id": "T2"})).case


def test_an_address_in_two_places_is_refused_rather_than_guessed(tmp_path, areas, region, rules):
    twice = addresses(("Torvet 1", 701000.0, 6171000.0), ("Torvet 1", 708000.0, 6171000.0))
    counter = Counter(tmp_path, areas, region, rules, addresses=twice)
    breach = only_breach(counter.rows({"Lokale-id": "T1", "Adresse": "Torvet 1"}))
    assert "ambiguous" == breach.case
    assert [701000.0, 708000.0] == [candidate.x for candidate in breach.candidates]


def buildings(*rows):
    columns = ["building_id", "source", "x", "y", "building_use", "building_storeys", "building_year", "step_free"]
    return pd.DataFrame(rows, columns=columns)


def test_silent_fields_are_filled_in_from_the_building_and_those_said_stay(tmp_path, areas, region, rules):
    """The building 10 m away is used, not the one at 26 m; the way in that the owner denies stays denied."""
    known = buildings(
        ("a", "bbr", 705010.0, 6175000.0, "office", 2, 1970, "yes"),
        ("b", "osm", 705226.0, 6175000.0, "shop", 1, 1980, "yes"),
    )
    counter = Counter(tmp_path, areas, region, rules, buildings=known)
    upload = counter.rows(
        row(**{"Niveaufri adgang": "Nej"}), row(**{"Lokale-id": "T2", "Øst": "705200", "Niveaufri adgang": ""})
    )
    found = upload.premises.set_index("premises_id")
    assert ("office", 2, 1970, "no") == tuple(
        found.loc["T1", ["building_use", "building_storeys", "building_year", "step_free"]]
    )
    assert found.loc["T2", ["building_use", "building_storeys", "building_year", "step_free"]].isna().all()
    assert "from_building" in note_cases(upload)
    assert "10 m" in next(note for note in upload.notes if note.case == "from_building").text("da")


def test_rejected_rows_come_back_as_they_were_written_with_the_reason(counter):
    lines = rejected_csv(counter.rows(row(), row(**{"Lokale-id": "T2", "Rum": "0"}))).decode("utf-8-sig").splitlines()
    assert 2 == len(lines)
    assert lines[1].startswith("T2;Torvet;")
    assert "mellem 1 og 500" in lines[1]


def test_the_template_explains_itself_and_its_example_is_refused(counter, tmp_path):
    path = tmp_path / "premises.xlsx"
    write_template(path, PREMISES_FORM)
    assert "example" in [breach.case for breach in counter.path(path).breaches]
    book = openpyxl.load_workbook(path)
    assert [head.title_da for head in PREMISES_FORM.heads] == [cell.value for cell in book["Lokaler"][1]]
    for cell, head in zip(book["Lokaler"][2], PREMISES_FORM.heads, strict=True):
        cell.value = GOOD.get(head.title_da)
    book.save(path)
    assert ((), 1) == (counter.path(path).breaches, counter.path(path).kept)


def test_a_file_tells_by_its_heads_whether_it_lists_practices_or_premises(tmp_path):
    forms = (PRACTICE_FORM, PREMISES_FORM)
    for form in forms:
        write_template(tmp_path / f"{form.name}.xlsx", form)
        assert form is form_of(tmp_path / f"{form.name}.xlsx", 1_000_000, forms)


def geopackage(path, frame, layer="premises"):
    frame.to_file(path, layer=layer, driver="GPKG", engine="pyogrio")
    return path


def edited(upload, **columns):
    """Premises as a layer, as they are exported: a geometry in the place of x and y."""
    frame = upload.premises.drop(columns=["x", "y"]).assign(**columns)
    points = shapely.points(upload.premises["x"], upload.premises["y"])
    return gpd.GeoDataFrame(frame, geometry=points, crs=25832)


def test_a_geopackage_that_nobody_touched_changes_nothing(counter, tmp_path):
    before = counter.rows(row(), row(**{"Lokale-id": "T2", "Øst": "706000", "Rum": ""}))
    upload = counter.path(geopackage(tmp_path / "p.gpkg", edited(before)))
    assert ((), 2) == (upload.breaches, upload.kept)
    told = difference(upload, before.premises)
    assert ((), {}, {}, (), 2, 0) == tuple(vars(told).values())


def test_what_was_added_moved_changed_removed_and_refused_in_qgis_is_told(counter, tmp_path):
    """T1 is moved 30 m and keeps its old x and y; T2 gets a lift; T3 is gone; T4 is refused; one is new, in degrees."""
    before = counter.rows(*(row(**{"Lokale-id": f"T{i}", "Øst": str(705000 + 100 * i)}) for i in range(1, 5)))
    layer = edited(before, x=before.premises["x"], y=before.premises["y"])
    layer.loc[0, "geometry"] = shapely.Point(705100, 6175030)
    layer.loc[1, "lift"] = "yes"
    layer.loc[3, "size_m2"] = -1
    layer = layer.drop(index=2)
    new = layer.iloc[[0]].assign(premises_id=None, geometry=[shapely.Point(703000, 6173000)])
    layer = gpd.GeoDataFrame(pd.concat([layer, new], ignore_index=True), crs=25832).to_crs(4326)
    upload = counter.path(geopackage(tmp_path / "p.gpkg", layer))
    told = difference(upload, before.premises)
    assert ("P703000-6173000",) == told.added
    assert {"T1": 30.0} == dict(told.moved)
    assert {"T2": {"lift": ("no", "yes")}} == told.changed
    assert (("T3",), 0, 1) == (told.removed, told.unchanged, told.refused)


@pytest.mark.parametrize(
    ("spoil", "case"),
    [
        (lambda layer: layer.set_crs(None, allow_override=True), "crs"),
        (lambda layer: layer.set_geometry([shapely.box(705000, 6175000, 705100, 6175100)], crs=25832), "number"),
        (lambda layer: layer.set_geometry([None], crs=25832), "no_place"),
    ],
)
def test_ugly_geometries_are_named(counter, tmp_path, spoil, case):
    upload = counter.rows({key: value for key, value in row().items() if key != "Adresse"})
    layer = spoil(edited(upload).drop(columns="address"))
    found = counter.path(geopackage(tmp_path / "p.gpkg", layer))
    assert case in [breach.case for breach in found.breaches]
    assert 0 == found.kept


def test_a_geopackage_with_other_layers_only_or_junk_inside_is_refused(counter, tmp_path):
    layer = edited(counter.rows(row()))
    path = geopackage(tmp_path / "p.gpkg", layer, "one")
    geopackage(path, layer, "other")
    assert "layer" == only_breach(counter.path(path)).case
    assert "unreadable" == only_breach(counter.bytes(b"SQLite format 3\x00" + b"junk" * 100)).case


UGLY = st.sampled_from(
    ["", " ", "-1", "0", "1e9", "nan", "=1+1", "'=x", "\x00", "12,5", "999999999999", '"', "ja", "٣"]
)
VALUES = {
    "Lokale-id": st.sampled_from(["T1", "T2", "EKSEMPEL"]) | UGLY,
    "Adresse": st.text(max_size=8) | UGLY,
    "Øst": st.integers(695_000, 725_000).map(str) | UGLY,
    "Nord": st.integers(6_155_000, 6_185_000).map(str) | UGLY,
    "Etage": st.sampled_from(["st", "1. sal", "-1"]) | UGLY,
    "Areal": st.floats(-10, 1e6).map(str) | UGLY,
    "Elevator": UGLY,
    "Ledig fra": st.sampled_from(["2027-01-01", "1/4/2027"]) | UGLY,
}
SETTINGS = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SETTINGS
@given(st.lists(st.fixed_dictionaries(VALUES), min_size=1, max_size=5))
def test_nothing_crashes_and_nothing_is_lost(counter, rows):
    """Kept and rejected rows are all rows; every rejected row has a reason; what is kept holds its table's promise."""
    text = io.StringIO()
    pd.DataFrame(rows).to_csv(text, sep=";", index=False)
    upload = counter.bytes(text.getvalue().encode())
    assert upload.rows == upload.kept + len(upload.rejected)
    PREMISES.check(upload.premises)
    named = {breach.row for breach in upload.breaches}
    assert all(bad.number in named or 0 in named for bad in upload.rejected)
    assert rejected_csv(upload)
    told = difference(upload, no_rows(PREMISES))
    assert upload.kept == len(told.added)


@SETTINGS
@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reading(counter, content):
    for start in (b"", b"SQLite format 3\x00", b"PK\x03\x04"):
        upload = counter.bytes(start + content)
        assert upload.rows == upload.kept + len(upload.rejected)


def test_buildings_without_rows_are_no_table_breach():
    assert 0 == len(no_rows(BUILDINGS))
