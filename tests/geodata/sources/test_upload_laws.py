"""Laws of the upload: nothing crashes it, nothing is lost."""

import io

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from practice_files import GOOD, csv_text, row

from geodata.facts import DOCTORS, LOCATIONS, PRACTICE_LOCATIONS, PRACTICES
from geodata.sources.upload import rejected_csv

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

UGLY = st.sampled_from(
    [
        "",
        " ",
        "-1",
        "0",
        "1e9",
        "nan",
        "=1+1",
        "'=x",
        "@",
        "\x00",
        "12,5",
        "1.000",
        "åben",
        "999999999999",
        '"',
        "ja",
        "٣",
    ]
)
VALUES = {
    "Ydernummer": st.sampled_from(["012345", "12345", "000000", "x"]) | UGLY,
    "Navn": st.text(max_size=8) | UGLY,
    "Øst": st.integers(695_000, 725_000).map(str) | UGLY,
    "Nord": st.integers(6_155_000, 6_185_000).map(str) | UGLY,
    "Tilgang": st.sampled_from(["Åben", "lukket", "open"]) | UGLY,
    "Lægekapaciteter": st.sampled_from(["1", "0,5", "49"]) | UGLY,
    "Tilmeldte": st.sampled_from(["0", "1600", "3.100"]) | UGLY,
    "Kommunekode": st.sampled_from(["0101", "101", "0265", ""]) | UGLY,
}
ROWS = st.lists(st.fixed_dictionaries(VALUES), min_size=1, max_size=6)


def assert_nothing_is_lost(upload):
    assert upload.rows == upload.kept + len(upload.rejected)
    PRACTICES.check(upload.practices)
    LOCATIONS.check(upload.locations)
    PRACTICE_LOCATIONS.check(upload.practice_locations)
    DOCTORS.check(upload.doctors)
    named = {breach.row for breach in upload.breaches}
    assert all(bad.number in named or 0 in named for bad in upload.rejected)
    assert upload.kept == len(upload.practice_locations)
    for breach in upload.breaches:
        assert breach.text("da")
        assert breach.text("en")
    for note in upload.notes:
        assert note.text("da")
        assert note.text("en")
    assert rejected_csv(upload)


@SETTINGS
@given(st.binary(max_size=400))
def test_any_bytes_are_answered(desk, content):
    assert_nothing_is_lost(desk.bytes(content))


@SETTINGS
@given(st.binary(max_size=200))
def test_any_bytes_after_a_good_head_are_answered(desk, content):
    assert_nothing_is_lost(desk.bytes(";".join(GOOD).encode() + b"\n" + content))


@SETTINGS
@given(st.binary(max_size=300))
def test_any_bytes_in_the_coat_of_a_workbook_are_answered(desk, content):
    assert_nothing_is_lost(desk.bytes(b"PK\x03\x04" + content, name="practices.xlsx"))


FLIPS = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), max_size=5)


@SETTINGS
@given(FLIPS)
def test_a_workbook_with_flipped_bytes_is_answered(desk, flips):
    book = openpyxl.Workbook()
    book.active.append(list(GOOD))
    book.active.append(list(GOOD.values()))
    saved = io.BytesIO()
    book.save(saved)
    content = bytearray(saved.getvalue())
    for share, change in flips:
        content[4 + int(share * (len(content) - 4))] ^= change
    assert_nothing_is_lost(desk.bytes(bytes(content), name="practices.xlsx"))


@SETTINGS
@given(ROWS)
def test_rows_are_kept_or_rejected_never_lost(desk, rows):
    upload = desk.bytes(csv_text(*(row(**values) for values in rows)).encode("utf-8", errors="replace"))
    assert_nothing_is_lost(upload)


@SETTINGS
@given(ROWS, st.randoms())
def test_a_bad_row_never_changes_what_becomes_of_good_ones(desk, rows, random):
    bad = row(Ydernummer="777777", Tilmeldte="-1")
    table = [row(**values) for values in rows]
    position = random.randint(0, len(table))
    without = desk.bytes(csv_text(*table).encode("utf-8", errors="replace"))
    table.insert(position, bad)
    spoilt = desk.bytes(csv_text(*table).encode("utf-8", errors="replace"))
    assert without.practices.equals(spoilt.practices)
    assert without.locations.equals(spoilt.locations)
