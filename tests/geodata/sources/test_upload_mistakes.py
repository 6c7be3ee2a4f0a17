"""Every mistake a practice file can have, each answered by row, column, what was found and what was expected."""

import pytest
from practice_files import GOOD, csv_text, note_cases, only_breach, row

OTHER = {"Ydernummer": "054321", "Navn": "Lægerne Havnen", "Adresse": "Havnen 2, 2000 Østby", "Kommunekode": "0147"}
SECOND = row(**OTHER, Øst="715000")


def test_a_good_file_is_kept_whole(desk):
    upload = desk.rows(row(), SECOND)
    assert (2, 2, ()) == (upload.rows, upload.kept, upload.breaches)
    first = upload.practices.iloc[0]
    assert ["012345", "Lægehuset Torvet", "open", 2.0, 3100, 3300, "2025-12-31"] == list(first)
    assert ["0101", "0147"] == sorted(upload.locations["kommunekode"])
    assert [2.0, 2.0] == list(upload.practice_locations["capacities"])
    assert (705000.0, 6175000.0, "yes") == tuple(upload.locations.iloc[0][["x", "y", "step_free_access"]])
    assert "Torvet 1, 2000 Vestby" == upload.locations.iloc[0]["address"]


@pytest.mark.parametrize("column", ["Ydernummer", "Navn", "Adresse", "Øst", "Nord", "Tilgang", "Lægekapaciteter"])
def test_a_missing_column_is_named_and_every_row_is_rejected(desk, column):
    upload = desk.rows(row(**{column: None}), row(**{column: None}))
    breach = only_breach(upload)
    assert (0, column, "missing_column") == (breach.row, breach.column, breach.case)
    assert f"Kolonnen {column} mangler" == breach.title("da")
    assert f"forventede kolonnen {column}." in breach.text("da")
    assert (2, 0, 2) == (upload.rows, upload.kept, len(upload.rejected))


def test_a_column_that_comes_twice_is_named(desk):
    text = csv_text(row()).replace("Navn;", "Navn;Praksisnavn;", 1).replace("Torvet;", "Torvet;Noget andet;", 1)
    breach = only_breach(desk.bytes(text.encode()))
    assert ("column_twice", "Praksisnavn") == (breach.case, breach.column)


@pytest.mark.parametrize(
    ("column", "value", "case"),
    [
        ("Øst", "705.000.12", "decimal"),  # Excel's way of spoiling 705000.12
        ("Øst", "705,000,12", "decimal"),
        ("Øst", "705.000", "decimal"),  # 705 thousand written with a point is 705 metres
        ("Nord", "61750000", "decimal"),  # a lost comma
        ("Øst", "her", "number"),
        ("Øst", "7,05E+05", "number"),
        ("Øst", "", "missing"),
        ("Nord", "", "missing"),
        ("Øst", "nan", "number"),
        ("Nord", "inf", "number"),
        ("Tilmeldte", "-5", "negative"),
        ("Tilmeldte", "1600,5", "number"),
        ("Tilmeldte", "mange", "number"),
        ("Tilmeldte", "", "missing"),
        ("Tilmeldte", "9" * 400, "number"),
        ("Tilmeldte", "10000000", "range"),
        ("Lukkegrænse", "-1600", "negative"),
        ("Lægekapaciteter", "0", "range"),
        ("Lægekapaciteter", "-1", "negative"),
        ("Lægekapaciteter", "51", "range"),
        ("Lægekapaciteter", "1,5,5", "decimal"),
        ("Tilgang", "måske", "code"),
        ("Tilgang", "", "missing"),
        ("Niveaufri adgang", "næsten", "code"),
        ("Ydernummer", "1234567", "ydernummer"),
        ("Ydernummer", "12A45", "ydernummer"),
        ("Ydernummer", "-12345", "ydernummer"),
        ("Ydernummer", "", "missing"),
        ("Ydernummer", "١٢٣٤٥٦", "ydernummer"),  # digits, but not ours
        ("Ydernummer", "000000", "example"),
        ("Navn", "", "missing"),
        ("Navn", "Læge\x00huset", "control"),
        ("Kommunekode", "9999", "code"),
        ("Kommunekode", "Vestby", "code"),
        ("Opgjort", "31-02-2025", "date"),
        ("Opgjort", "12/31/2025", "date"),
        ("Opgjort", "i går", "date"),
    ],
)
def test_a_wrong_value_is_answered_with_row_column_found_and_expected(desk, column, value, case):
    upload = desk.rows(SECOND, row(**{column: value}))
    breach = only_breach(upload)
    assert (3, column, case) == (breach.row, breach.column, breach.case)
    assert breach.found == (value.replace("\x00", "\ufffd")[:80] or "nothing")
    assert breach.expected
    assert breach.expected_da
    assert (2, 1, [3]) == (upload.rows, upload.kept, [bad.number for bad in upload.rejected])


def test_the_answer_reads_as_the_words_of_the_house(desk):
    breach = only_breach(desk.rows(row(Tilmeldte="-5")))
    assert 'Række 2, Tilmeldte: fandt "-5", forventede 0 eller derover.' == breach.text("da")
    assert 'Row 2, Tilmeldte: found "-5", expected 0 or more.' == breach.text("en")
    assert "Antal må ikke være negativt" == breach.title("da")
    missing = only_breach(desk.rows(row(Navn="")))
    assert "Række 2, Navn: fandt ingenting, forventede en værdi." == missing.text("da")
    assert str(missing) == "row 2, column Navn: found nothing, expected a value"


def test_all_mistakes_of_a_row_are_named_at_once(desk):
    upload = desk.rows(row(Tilmeldte="-5", Tilgang="måske", Øst=""))
    assert {"negative", "code", "missing"} == {breach.case for breach in upload.breaches}
    assert {2} == {breach.row for breach in upload.breaches}


def test_an_unquoted_decimal_comma_in_a_comma_file_is_told_by_its_extra_field(desk):
    upload = desk.rows(row(Lægekapaciteter="1,5", Adresse="Torvet 1"), delimiter=",")
    assert "fields" == only_breach(upload).case


def test_swapped_coordinates_look_swapped(desk):
    breach = only_breach(desk.rows(row(Øst=GOOD["Nord"], Nord=GOOD["Øst"])))
    assert ("swapped", "Øst", GOOD["Nord"]) == (breach.case, breach.column, breach.found)


def degrees(**changes):
    base = row(Øst=None, Nord=None)
    return {**base, "Længdegrad": "12,2500", "Breddegrad": "55,7000", **changes}


def test_degrees_are_read_with_comma_and_with_point(desk):
    upload = desk.rows(degrees(), degrees(Ydernummer="054321", Længdegrad="12.2500", Breddegrad="55.7000"))
    assert () == upload.breaches
    x, y = upload.locations[["x", "y"]].to_numpy().T
    assert x[0] == x[-1]
    assert 700_000 < x[0] < 710_000
    assert 6_170_000 < y[0] < 6_180_000


@pytest.mark.parametrize(
    ("lon", "lat", "case"),
    [
        ("55,7000", "12,2500", "swapped"),
        ("12.250.000", "55,7", "decimal"),
        ("12250000", "55700000", "decimal"),
        ("705000", "6175000", "system"),
        ("9,5", "56,5", "outside"),  # Jutland
        ("0", "0", "outside"),
    ],
)
def test_wrong_degrees_are_told_apart(desk, lon, lat, case):
    breach = only_breach(desk.rows(degrees(Længdegrad=lon, Breddegrad=lat)))
    assert (case, "Længdegrad") == (breach.case, breach.column)


def test_degrees_in_the_columns_for_metres_are_not_guessed(desk):
    assert "system" == only_breach(desk.rows(row(Øst="12,25", Nord="55,70"))).case


def test_metres_and_degrees_that_disagree_are_remarked_on_and_metres_win(desk):
    both = {**row(), "Længdegrad": "12,25", "Breddegrad": "55,70"}
    upload = desk.rows(both)
    assert ["two_systems"] == note_cases(upload)
    assert 705000.0 == upload.locations.loc[0, "x"]


@pytest.mark.parametrize(
    ("x", "y", "code", "why"),
    [
        ("705000", "6181000", "0101", "in the sea north of the region"),
        ("725000", "6165000", "0147", "in the sea"),
        ("701000", "6159000", "0253", "beyond the neighbour"),
    ],
)
def test_a_point_at_sea_or_abroad_is_refused(desk, x, y, code, why):
    breach = only_breach(desk.rows(row(Øst=x, Nord=y, Kommunekode=code)))
    assert ("outside", "Øst") == (breach.case, breach.column), why
    assert "Punktet ligger i havet eller uden for Danmark" == breach.title("da")


def test_a_point_on_a_pier_counts_to_the_nearest_municipality(desk):
    upload = desk.rows(row(Øst="705000", Nord="6180099", Kommunekode=""))
    assert ["0101"] == list(upload.locations["kommunekode"])


def test_a_practice_across_the_border_counts(desk):
    upload = desk.rows(row(Øst="705000", Nord="6169000", Kommunekode="0253"))
    assert ((), 1) == (upload.breaches, upload.kept)


def test_a_neighbour_without_an_outline_is_taken_at_its_word_and_remarked_on(desk):
    upload = desk.rows(row(Øst="705000", Nord="6181000", Kommunekode="0265"))
    assert ((), 1, ["unchecked"]) == (upload.breaches, upload.kept, note_cases(upload))


def test_a_neighbour_without_an_outline_is_still_refused_beyond_the_buffer(desk):
    upload = desk.rows(row(Øst="705000", Nord="6195100", Kommunekode="0265"))
    assert "outside" == only_breach(upload).case


def test_a_municipality_that_is_not_the_points_is_reported_and_kept(desk):
    upload = desk.rows(row(Kommunekode="0147"))
    assert ["municipality"] == note_cases(upload)
    assert ["0147"] == list(upload.locations["kommunekode"])


def test_the_same_number_at_the_same_place_is_kept_once(desk):
    upload = desk.rows(row(), SECOND, row())
    breach = only_breach(upload)
    assert ("duplicate", 4) == (breach.case, breach.row)
    assert "Ydernummer 012345 står i række 2 og 4" == breach.title("da")
    assert (3, 2) == (upload.rows, upload.kept)


def test_a_bad_row_does_not_make_its_good_twin_a_duplicate(desk):
    upload = desk.rows(row(Tilmeldte="-5"), row())
    assert ["negative"] == [breach.case for breach in upload.breaches]
    assert 1 == upload.kept


@pytest.mark.parametrize(
    ("column", "value"),
    [("Navn", "Et andet hus"), ("Tilgang", "Lukket"), ("Tilmeldte", "3101"), ("Lukkegrænse", "3201")],
)
def test_a_second_location_that_contradicts_the_first_is_refused(desk, column, value):
    upload = desk.rows(row(), row(Øst="706000", Adresse="Vejen 3", **{column: value}))
    breach = only_breach(upload)
    assert ("contradiction", 3, column, value) == (breach.case, breach.row, breach.column, breach.found)
    assert "det samme som i række 2" == breach.expected_da


def test_one_number_may_have_several_locations_whose_capacities_add_up(desk):
    second = row(Øst="706000", Adresse="Vejen 3", Lægekapaciteter="1,5")
    upload = desk.rows(row(), second)
    assert () == upload.breaches
    assert [3.5] == list(upload.practices["capacities"])
    assert [1.5, 2.0] == sorted(upload.practice_locations["capacities"])
    assert ["several_locations"] == note_cases(upload)


def test_several_numbers_may_share_one_location(desk):
    upload = desk.rows(row(), row(Ydernummer="054321", Navn="Naboen"))
    assert (2, 1, 2) == (len(upload.practices), len(upload.locations), len(upload.practice_locations))


def test_two_addresses_on_one_spot_stay_two_locations(desk):
    upload = desk.rows(row(), row(Ydernummer="054321", Adresse="Torvet 1, 1. sal"))
    assert 2 == upload.locations["location_id"].nunique()


def test_step_free_access_that_is_contradicted_becomes_unknown(desk):
    upload = desk.rows(row(), row(Ydernummer="054321", **{"Niveaufri adgang": "Nej"}))
    assert ["unknown"] == list(upload.locations["step_free_access"])
    assert ["step_free", "step_free"] == note_cases(upload)


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+cmd", "-2+3", "@SUM(A1)"])
def test_a_formula_is_kept_as_text_and_remarked_on(desk, text):
    upload = desk.rows(row(Navn=text))
    assert ([text], ["formula"]) == (list(upload.practices["name"]), note_cases(upload))
    assert "gemt som tekst" in upload.notes[0].text("da")


def test_open_at_the_closing_limit_and_closed_below_it_are_reported_never_corrected(desk):
    upload = desk.rows(row(Tilmeldte="3300"), row(**OTHER, Tilgang="Lukket", Øst="715000"))
    assert ["open", "closed"] == list(upload.practices["intake"])
    assert ["open_above_limit", "closed_below_limit"] == note_cases(upload)


def test_closed_by_dispensation_below_the_limit_is_no_mismatch(desk):
    assert [] == note_cases(desk.rows(row(Tilgang="Lukket med dispensation")))


def test_a_missing_closing_limit_is_capacities_times_the_rule(desk, rules):
    upload = desk.rows(row(Lukkegrænse="", Lægekapaciteter="1,5", Tilmeldte="100"))
    assert [round(1.5 * rules.number("closing_limit"))] == list(upload.practices["closing_limit"])
    assert ["default_limit"] == note_cases(upload)


def test_a_missing_date_is_the_day_of_the_rules(desk):
    upload = desk.rows(row(Opgjort=""))
    assert (["2026-11-22"], ["default_date"]) == (list(upload.practices["status_date"]), note_cases(upload))


def test_columns_that_are_left_out_are_stood_in_for_with_one_remark_each(desk, rules):
    left_out = {"Lukkegrænse": None, "Opgjort": None}
    upload = desk.rows(row(**left_out), row(**OTHER, **left_out, Øst="715000"))
    assert ["default_limit_all", "default_date_all"] == note_cases(upload)
    assert [2 * rules.number("closing_limit")] * 2 == list(upload.practices["closing_limit"])
    assert ["2026-11-22"] * 2 == list(upload.practices["status_date"])


def test_zeros_that_a_spreadsheet_cut_off_are_put_back(desk):
    upload = desk.rows(row(Ydernummer="12345"))
    assert (["012345"], ["zeros"]) == (list(upload.practices["ydernummer"]), note_cases(upload))


@pytest.mark.parametrize("text", ["3.100", "3,100", "3 100", "3\u00a0100"])
def test_thousands_that_are_set_off_are_read_and_remarked_on(desk, text):
    upload = desk.rows(row(Tilmeldte=text))
    assert ([3100], ["thousands"]) == (list(upload.practices["listed_patients"]), note_cases(upload))


def test_ages_become_doctors_and_nonsense_is_refused(desk):
    upload = desk.rows({**row(), "Lægers alder": "45, 61"})
    assert [("012345", 45), ("012345", 61)] == list(upload.doctors.itertuples(index=False, name=None))
    assert "range" == only_breach(desk.rows({**row(), "Lægers alder": "45 161"})).case


def test_a_column_nobody_knows_is_named_and_left(desk):
    upload = desk.rows({**row(), "Bemærkning": "god"})
    assert ["column_ignored"] == note_cases(upload)
    assert "Kolonnen Bemærkning bruges ikke." == upload.notes[0].text("da")


def test_english_heads_and_words_are_understood(desk):
    english = {
        "Practice number": "012345",
        "Name": "The practice",
        "Address": "Square 1",
        "X": "705000",
        "Y": "6175000",
        "Intake": "Closed by dispensation",
        "GP capacities": "1.5",
        "Listed patients": "2000",
        "Step-free access": "no",
        "As of": "2025-12-31",
    }
    upload = desk.rows(english, delimiter=",")
    assert () == upload.breaches
    assert ["dispensation"] == list(upload.practices["intake"])
    assert ["no"] == list(upload.locations["step_free_access"])


def test_order_of_rows_does_not_matter(desk):
    one, other = desk.rows(row(), SECOND), desk.rows(SECOND, row())
    for table in ("practices", "locations", "practice_locations"):
        assert getattr(one, table).equals(getattr(other, table))


def test_the_counts_and_the_latest_date_go_into_the_layers(desk):
    upload = desk.rows(row(), row(Ydernummer="054321", Tilmeldte="-5", Øst="715000"))
    layer = upload.layers()[0]
    assert ("practices", "practices_upload", "2025-12-31", 2, 1) == tuple(
        layer[name] for name in ("layer", "source", "as_of", "rows_in", "rows_kept")
    )
