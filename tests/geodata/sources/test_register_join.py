"""The region's own list against the national register: matches, gaps, contradictions, and positions filled in."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from practice_files import Desk, csv_text, note_cases, only_breach
from practice_files import row as list_row
from sor_register import content, somewhere
from sor_register import row as unit

from geodata.catalogue import read_card
from geodata.geocoding import Gazetteer
from geodata.register import CONTRADICTIONS, FINDINGS
from geodata.rules import RuleSet
from geodata.sources.register_join import held_against, report_of
from geodata.sources.sor.practices import register_of
from geodata.sources.upload import Whereabouts, read_upload

ONE, TWO, THREE = "1000016009", "2000016009", "3000016009"
DAY = date(2026, 11, 22)
BARE = {"Øst": None, "Nord": None}


class Both(Desk):
    """Reads a list beside a register."""

    def __init__(self, folder, areas, region, rules, units, known=()):
        super().__init__(folder, areas, region, rules)
        path = folder / "sor.csv"
        path.write_bytes(content(*units))
        self.register = register_of(path, read_card("sor_entities"), rules.day)
        frame = pd.DataFrame(known, columns=["address", "x", "y"]).assign(source="dar_graphql")
        self.places = Whereabouts(Gazetteer([frame]), self.register.reading.frame, rules.day)

    def path(self, path, limit=1_000_000):
        return read_upload(path, self.areas, self.region, self.rules, limit, self.places)

    def report(self, *rows):
        upload = self.bytes(csv_text(*rows).encode()) if rows else None
        assert upload is None or not upload.breaches, upload.breaches
        held = held_against(self.areas, self.region, self.rules)
        listed = None if upload is None else upload.listed
        return report_of(listed, self.register.reading.frame, self.register.remarks, held)


@pytest.fixture
def both(tmp_path, areas, region, rules):
    ruled, coded = RuleSet(DAY, rules.rules), replace(region, region_codes=("1084",))
    return lambda *units, known=(): Both(tmp_path, areas, coded, ruled, units, known)


def findings(report):
    return report["finding"].tolist()


def only_finding(report, finding):
    rows = report[report["finding"] == finding]
    assert 1 == len(rows), report.to_string()
    return rows.iloc[0]


def practice(number="012345", sor=ONE, **said):
    place = said.pop("place", somewhere())
    return unit(sor, ProviderIdentifier=number, place=place, **said)


def test_a_practice_is_matched_by_its_number(both):
    report = both(practice()).report(list_row())
    assert ["matched"] == findings(report)
    assert ("012345", ONE, "ydernummer") == tuple(report.iloc[0][["ydernummer", "sor_id", "found"]])


def test_without_a_number_in_the_register_the_sor_id_matches(both):
    report = both(practice("")).report(list_row(**{"SOR-id": ONE}))
    assert (["matched"], "sor_id") == (findings(report), report.iloc[0]["found"])
    assert ["only_upload", "only_register"] == findings(both(practice("")).report(list_row()))


def test_the_sor_id_of_a_unit_matches_its_practice(both):
    units = (practice("", place=somewhere("1")), unit(TWO, ONE, place=somewhere("9", "705100", "6175000")))
    assert "matched" in findings(both(*units).report(list_row(**{"SOR-id": TWO})))


def test_what_only_one_of_them_has_is_listed_on_both_sides(both):
    report = both(practice("000099")).report(list_row())
    assert ["only_upload", "only_register"] == findings(report)
    assert ("000099", "Torvet 1, 2000 Vestby") == tuple(only_finding(report, "only_register")[["ydernummer", "told"]])


def test_practices_closed_to_come_or_elsewhere_are_not_missed_in_the_list(both):
    far = {"street": "Gade", "house": "1", "postcode": "8700", "region": "1082"}
    units = [
        practice(),
        practice("000002", TWO, ToDate="2020-01-01"),
        practice("000003", THREE, FromDate="2027-01-01"),
        practice("000004", "4000016009", place=far),
    ]
    assert ["matched"] == findings(both(*units).report(list_row()))


def test_a_practice_that_the_register_has_closed_contradicts(both):
    found = only_finding(both(practice(ToDate="2026-11-21")).report(list_row()), "closed")
    assert ("2026-11-21", ONE) == tuple(found[["told", "sor_id"]])
    assert ["matched"] == findings(both(practice(ToDate="2026-11-22")).report(list_row())), "its last day is inside"


def test_a_practice_that_is_yet_to_open_contradicts(both):
    assert "2027-01-01" == only_finding(both(practice(FromDate="2027-01-01")).report(list_row()), "not_yet")["told"]


def test_positions_far_apart_contradict_beyond_the_rule_only(both):
    limit = 200
    far = practice(place=somewhere(east=str(705000 + limit + 1)))
    found = only_finding(both(far).report(list_row()), "far_apart")
    assert (201.0, "705000 6175000", "705201 6175000") == tuple(found[["metres", "found", "told"]])
    assert "far_apart" not in findings(both(practice(place=somewhere(east=str(705000 + limit)))).report(list_row()))


def test_another_address_contradicts_and_another_spelling_does_not(both):
    assert "address_differs" in findings(both(practice(place=somewhere("11"))).report(list_row()))
    spelled = list_row(Adresse="TORVET 1, 2. tv., 2000 Vestby")
    assert ["matched"] == findings(both(practice()).report(spelled))


def test_another_municipality_or_region_contradicts(both):
    elsewhere = practice(place=somewhere(municipality="0102", region="1085"))
    report = both(elsewhere).report(list_row())
    assert "0102" == only_finding(report, "municipality_differs")["told"]
    assert ("0101", "1085") == tuple(only_finding(report, "region_differs")[["found", "told"]])


def test_two_ids_that_lead_apart_are_told(both):
    report = both(practice(), practice("000002", TWO)).report(list_row(**{"SOR-id": TWO}))
    assert (TWO, ONE) == tuple(only_finding(report, "ids_differ")[["found", "told"]])
    other = both(practice("000002")).report(list_row(**{"SOR-id": ONE}))
    assert ("012345", "000002") == tuple(only_finding(other, "ids_differ")[["found", "told"]])


def test_a_number_that_several_open_practices_carry_is_told(both):
    report = both(practice(), practice(sor=TWO, place=somewhere("3"))).report(list_row())
    assert f"{ONE} {TWO}" == only_finding(report, "several")["told"]
    assert "several" not in findings(both(practice(), practice(sor=TWO, ToDate="2020-01-01")).report(list_row()))


def test_a_missing_position_is_filled_from_the_register_and_marked(both):
    desk = both(practice())
    upload = desk.rows(list_row(**BARE))
    assert (705000.0, 6175000.0, "register") == tuple(upload.locations.iloc[0][["x", "y", "placed_by"]])
    assert "by_register" in note_cases(upload)
    assert ["matched", "filled"] == findings(desk.report(list_row(**BARE)))


def test_the_register_fills_nothing_when_it_has_another_address_or_has_closed(both):
    moved = both(practice(place=somewhere("11"))).rows(list_row(**BARE))
    assert "address" == only_breach(moved).case
    assert "address" == only_breach(both(practice(ToDate="2020-01-01")).rows(list_row(**BARE))).case


def test_an_address_on_the_machine_goes_before_the_register(both):
    desk = both(practice(), known=[("Torvet 1, 2000 Vestby", 705010.0, 6175010.0)])
    assert (705010.0, "address") == tuple(desk.rows(list_row(**BARE)).locations.iloc[0][["x", "placed_by"]])


def test_coordinates_of_the_list_go_before_all_else(both):
    desk = both(practice(place=somewhere(east="705100")), known=[("Torvet 1, 2000 Vestby", 705010.0, 6175010.0)])
    assert (705000.0, "list") == tuple(desk.rows(list_row()).locations.iloc[0][["x", "placed_by"]])


def test_remarks_on_rows_of_the_region_are_in_the_report(both):
    swapped = practice("000002", TWO, place=somewhere(east="6175000", north="705000"))
    report = both(practice(), swapped).report()
    assert (["read_as"], 3) == (findings(report), report.iloc[0]["row"])


def test_without_a_register_nothing_is_reported(both, areas):
    desk = both(practice())
    held = held_against(areas, desk.region, desk.rules)
    assert report_of(None, desk.register.reading.frame[:0], (), held).empty


def test_every_contradiction_is_a_finding_with_two_names():
    assert set(CONTRADICTIONS) <= {code.value for code in FINDINGS}


def test_the_order_of_rows_does_not_matter(both):
    units = [practice(), practice("000002", TWO, place=somewhere("2")), practice("000003", THREE, ToDate="2020-01-01")]
    rows = [list_row(), list_row(Ydernummer="000003", Navn="C", Adresse="Bakken 3, 2000 Vestby")]
    there, back = both(*units).report(*rows), both(*units[::-1]).report(*rows[::-1])
    columns = ["finding", "ydernummer", "sor_id", "found", "told"]
    assert there[columns].sort_values(columns).values.tolist() == back[columns].sort_values(columns).values.tolist()
