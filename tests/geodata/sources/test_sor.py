"""The national register: what is read of its nightly file, one test for each ugly row, and what never is guessed."""

import tracemalloc
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sor_register import COATED, HEAD, content, row, somewhere

from geodata.catalogue import read_card
from geodata.errors import MisfitError
from geodata.sources.sor.positions import UnreadablePositionError, position_of
from geodata.sources.sor.practices import register_of
from geodata.sources.sor.rows import cut, units_of

CARD = read_card("sor_entities")
DAY = date(2026, 11, 22)
ONE, TWO, THREE = "1000016009", "2000016009", "3000016009"


@pytest.fixture
def read(tmp_path):
    """Reads rows as the nightly file on a day."""

    def reading(*rows, day=DAY, card=CARD, **form):
        path = tmp_path / "sor.csv"
        path.write_bytes(content(*rows, **form))
        return register_of(path, card, day)

    return reading


def only(register):
    assert 1 == len(register.reading.frame)
    return register.reading.frame.iloc[0]


def cases(register):
    return [(remark["finding"], remark["row"]) for remark in register.remarks]


@pytest.mark.parametrize("form", [{}, {"bom": False}, {"coat": False}, {"end": "\n"}])
def test_a_practice_takes_its_position_from_its_unit(read, form):
    found = read(
        row(ONE, place=somewhere(east="", north=""), ProviderIdentifier="012345"),
        row(TWO, ONE, place=somewhere()),
        **form,
    )
    practice = only(found)
    assert (ONE, ONE, "012345") == tuple(practice[["sor_id", "unit_id", "ydernummer"]])
    assert ("Torvet 1, 2000 Vestby", "1084") == tuple(practice[["address", "region_code"]])
    assert (705000.0, 6175000.0, "as_written", TWO) == tuple(practice[["x", "y", "reading", "position_of"]])
    assert ("2015-01-01", True) == (practice["valid_from"], np.isnan(practice["valid_to"]))
    assert () == found.remarks


def test_a_unit_may_stand_before_its_practice_and_an_address_be_the_units_only(read):
    found = read(row(TWO, ONE, place=somewhere(), ProviderIdentifier="7"), row(ONE))
    assert ("Torvet 1, 2000 Vestby", "000007", 705000.0) == tuple(only(found)[["address", "ydernummer", "x"]])


def test_a_second_address_is_a_row_of_its_own(read):
    found = read(row(ONE, place=somewhere()), row(TWO, ONE, place=somewhere("9", "706000", "6176000")))
    assert [ONE, TWO] == found.reading.frame["unit_id"].tolist()
    assert [ONE, ONE] == found.reading.frame["sor_id"].tolist()
    assert [705000.0, 706000.0] == found.reading.frame["x"].tolist()


def test_practices_that_share_an_institution_keep_their_own_numbers(read):
    found = read(
        row(ONE, place=somewhere()),
        row(TWO, ONE, place=somewhere(), ProviderIdentifier="000002"),
        row(THREE, ONE, place=somewhere(), ProviderIdentifier="000003"),
    )
    numbers = found.reading.frame.set_index("unit_id")["ydernummer"]
    assert ("000002", "000003") == (numbers[TWO], numbers[THREE])


@pytest.mark.parametrize(
    ("east", "north", "reading"),
    [
        ("6175000", "705000", "swapped"),
        ("70500012", "617500098", "scaled"),
        ("705.000", "6175.000", "scaled"),
        ("12,2613", "55,6777", "degrees"),
        ("55.6777", "12.2613", "degrees"),
        ("122613", "556777", "degrees"),
    ],
)
def test_a_position_read_otherwise_than_written_is_told_row_by_row(read, east, north, reading):
    found = read(row(ONE, place=somewhere(east=east, north=north)))
    practice = only(found)
    assert reading == practice["reading"]
    assert (705000.0, 6175000.0) == pytest.approx(tuple(practice[["x", "y"]]), abs=60)
    assert [("read_as", 2)] == cases(found)
    assert (f"{east} {north}", True) == (found.remarks[0]["found"], reading in found.remarks[0]["told"])


@pytest.mark.parametrize(
    ("east", "north", "told"),
    [
        ("705000", "", "two numbers"),
        ("øst", "6175000", "two numbers"),
        ("705000", "617500", "a point in Denmark"),
        ("13.4", "52.5", "a point in Denmark"),
        ("3609500", "4482500", "a point in Denmark"),
        ("1e400", "6175000", "two numbers"),
    ],
)
def test_a_position_that_means_no_place_is_left_out_and_told(read, east, north, told):
    found = read(row(ONE, place=somewhere(east=east, north=north)))
    assert np.isnan(only(found)["x"])
    assert [("no_position", 2)] == cases(found)
    assert told == found.remarks[0]["told"]


def test_no_position_is_no_remark(read):
    found = read(row(ONE, place=somewhere(east="0", north="0")))
    assert (True, ()) == (np.isnan(only(found)["x"]), found.remarks)


def test_the_post_address_elsewhere_gives_no_position(read):
    post = row(ONE, place=somewhere("44", "710000", "6180000"), at="PostalAddress")
    found = read({**post, **row(ONE, place=somewhere(east="", north=""))})
    assert ("Torvet 1, 2000 Vestby", True) == (only(found)["address"], np.isnan(only(found)["x"]))


def test_of_rows_that_follow_in_time_the_one_of_the_day_counts(read):
    rows = [
        row(ONE, EntityName="Før", FromDate="2010-01-01", ToDate="2019-12-31", place=somewhere("1")),
        row(ONE, EntityName="Nu", FromDate="2020-01-01", ToDate="2026-12-31", place=somewhere("2")),
        row(ONE, EntityName="Så", FromDate="2027-01-01", ToDate="9999-12-31", place=somewhere("3")),
    ]
    assert "Nu" == only(read(*rows))["name"]
    assert "Nu" == only(read(*rows, day=date(2026, 12, 31)))["name"], "the last day is inside"
    assert "Så" == only(read(*rows, day=date(2027, 1, 1)))["name"]
    assert "Før" == only(read(rows[0]))["name"], "a closed one is kept, with its last day"
    assert "2019-12-31" == only(read(rows[0]))["valid_to"]
    assert np.isnan(only(read(*rows, day=date(2027, 1, 1)))["valid_to"]), "a far century is no last day"


def test_a_closed_unit_says_nothing_of_an_open_practice(read):
    found = read(
        row(ONE, place=somewhere("1", "", "")),
        row(TWO, ONE, ToDate="2019-12-31", place=somewhere("1", "709000", "6179000")),
        row(THREE, ONE, ToDate="31-12-2030", place=somewhere("1")),
    )
    assert (705000.0, THREE) == tuple(only(found)[["x", "position_of"]])


def test_other_institutions_and_specialities_are_left_out(read):
    found = read(
        row(ONE, place=somewhere()),
        row(TWO, type=("394658006", "speciallægepraksis"), place=somewhere("2")),
        row(THREE, PrioritizedEntitySpeciality1Id="394582007", place=somewhere("3")),
        row("4000016009", PrioritizedEntitySpeciality1Id="", place=somewhere("4")),
    )
    assert [ONE, "4000016009"] == found.reading.frame["sor_id"].tolist()
    assert "1 practices of other specialities left out" in found.reading.note


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"FromDate": "i går"}, "two days"),
        ({"ToDate": "2026-02-31"}, "two days"),
        ({"SorId": "12AB6009"}, "a SOR id"),
        ({"ProviderIdentifier": "12345678"}, "a practice number of six digits"),
        ({"ProviderIdentifier": "000000"}, "a practice number of six digits"),
    ],
)
def test_a_field_that_cannot_be_read_is_told_by_its_row(read, said, told):
    good = [row(f"{n}000016009", place=somewhere(str(n))) for n in range(2, 40)]
    found = read(*good, row(ONE, **{"HealthInstitutionSorId": "", **said}))
    assert [("unreadable", 40)] == cases(found)
    assert told == found.remarks[0]["told"]


def test_a_row_with_too_many_fields_is_left_out_and_counted(read, tmp_path):
    rows = [row(f"{n}000016009", place=somewhere(str(n))) for n in range(2, 200)]
    lines = content(*rows).decode().splitlines()
    lines[7] = lines[7] + ";for meget"
    path = tmp_path / "sor.csv"
    path.write_text("\r\n".join(lines) + "\r\n")
    found = register_of(path, CARD, DAY)
    assert (197, "1 rows with another number of fields left out") == (len(found.reading.frame), found.reading.note)


def test_a_semicolon_and_a_line_within_a_name_are_no_new_field_or_row(read):
    found = read(row(ONE, EntityName="Nord; \nSyd", place=somewhere()), row(TWO, ONE))
    assert "Nord; \nSyd" == only(found)["name"]


def test_the_column_of_practice_numbers_need_not_be_there_unless_it_is_named(read):
    head = [name for name in HEAD if name != "ProviderIdentifier"]
    found = read(row(ONE, place=somewhere()), head=head)
    assert found.reading.frame["ydernummer"].isna().all()
    assert "no column ProviderIdentifier|" in found.reading.note
    named = CARD.with_settings({"ydernummer": "YderNr"})
    with pytest.raises(MisfitError, match=r"column YderNr: found only the columns SorId, .* the setting ydernummer"):
        read(row(ONE, place=somewhere()), head=head, card=named)
    renamed = [name.replace("ProviderIdentifier", "YderNr") for name in HEAD]
    assert "000007" == only(read(row(ONE, YderNr="7"), head=renamed, card=named))["ydernummer"]


def test_the_former_file_is_read_by_its_own_names(tmp_path):
    lines = [
        "Enhedsnavn;Enhedstype;P_Region;Hovedspeciale;SOR-kode;Parent-SOR-kode;CVR;A_KK;A_X;A_Y",
        f'Lægerne;Almen lægepraksis;Region Hovedstaden;almen medicin;="{ONE}";="9000016009";1;101;705000;6175000',
        f'Tandlægerne;Tandlægepraksis;Region Hovedstaden;;="{TWO}";="9000016009";1;101;705000;6175000',
    ]
    path = tmp_path / "sor.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    practice = only(register_of(path, read_card("sor_legacy"), DAY))
    assert (ONE, "0101", 705000.0, "Region Hovedstaden") == tuple(
        practice[["sor_id", "kommunekode", "x", "region_code"]]
    )


def test_what_is_cut_out_of_the_country_reads_as_the_country(tmp_path, read):
    rows = [
        row(ONE, place=somewhere()),
        row(TWO, type=("1", "sygehus")),
        row(THREE, ONE, EntityName='Den "nye"; klinik'),
    ]
    whole = read(*rows)
    kept = tmp_path / "kept.csv"
    cut(tmp_path / "sor.csv", kept, CARD)
    assert 2 == units_of(kept, CARD).rows
    assert whole.reading.frame.equals(register_of(kept, CARD, DAY).reading.frame)


def test_memory_does_not_grow_with_the_country(tmp_path):
    line = content(row(TWO, type=("1", "sygehus"), place=somewhere())).decode().splitlines()[1] + "\r\n"
    path = tmp_path / "sor.csv"
    path.write_bytes(content(row(ONE, place=somewhere())) + line.encode() * 20_000)
    tracemalloc.start()
    units = units_of(path, CARD)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (20_001, 1) == (units.rows, len(units.units))
    assert peak < path.stat().st_size / 4


@given(x=st.floats(430_000, 900_000), y=st.floats(6_040_000, 6_400_000), power=st.integers(-3, 3), turned=st.booleans())
def test_whatever_is_read_is_where_it_was_meant(x, y, power, turned):
    """Shifted and swapped metres lead back to the point, or are not read at all."""
    pair = [f"{value * 10.0**power:.6f}" for value in ((y, x) if turned else (x, y))]
    try:
        found = position_of(*pair)
    except UnreadablePositionError:
        return
    assert (x, y) == pytest.approx((found.x, found.y), abs=1.0)


@given(st.text(max_size=12), st.text(max_size=12))
def test_no_text_is_read_as_a_place_outside_denmark(east, north):
    try:
        found = position_of(east, north)
    except UnreadablePositionError:
        return
    assert found is None or (390_000 < found.x < 960_000 and 5_990_000 < found.y < 6_460_000)


def test_ids_are_written_in_a_coat():
    """Else the test of coats would prove nothing."""
    assert b'="1000016009"' in content(row(ONE))
    assert set(COATED) <= set(HEAD)
