"""The number grammar of the house in both languages, against golden values."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import language as say
from geodata.catalogue import read_region

S = "\u00a0"


@pytest.mark.parametrize(
    ("n", "decimals", "da", "en"),
    [
        (0, 0, "0", "0"),
        (1, 0, "1", "1"),
        (4, 0, "4", "4"),
        (999, 0, "999", "999"),
        (1000, 0, "1.000", "1,000"),
        (1947090, 0, "1.947.090", "1,947,090"),
        (0.05, 2, "0,05", "0.05"),
        (-3, 0, "−3", "−3"),
        (-1204, 0, "−1.204", "−1,204"),
        (-0.2, 0, "0", "0"),
        (2.5, 0, "3", "3"),
        (1.005, 2, "1,01", "1.01"),
    ],
)
def test_number(n, decimals, da, en):
    """Thousands and decimals follow the language; halves go up; minus is U+2212 and nought has none."""
    assert (da, en) == (say.number(n, "da", decimals), say.number(n, "en", decimals))


def test_units_keep_their_number():
    """A non-breaking space stands before a unit; sentences say pct., tables %."""
    assert f"10,5{S}pct." == say.percent(0.105)
    assert "10.5%" == say.percent(0.105, "en")
    assert f"10,5{S}%" == say.percent_sign(0.105)
    assert f"7,8{S}km" == say.km(7812)
    assert f"15{S}km" == say.km(15_000, decimals=None)
    assert f"7,5{S}km" == say.km(7_500, decimals=None)
    assert f"312{S}m" == say.metres(312.4)
    assert f"12{S}min." == say.minutes(12.4)
    assert f"12{S}min" == say.minutes(12.4, "en")


def test_changes_carry_their_sign():
    """Plus is written in changes only, and not before nought."""
    assert ["+18.393", "−1.204", "0", "0"] == [say.change(n) for n in (18393, -1204, 0, 0.3)]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0052, f"0,6{S}pct."),
        (0.006, f"0,6{S}pct."),
        (0.0, f"0,0{S}pct."),
        (0.0004, f"under 0,1{S}pct."),
        (0.07, f"7,0{S}pct."),
    ],
)
def test_a_gap_is_rounded_up(share, text):
    """A gap never looks smaller than it is."""
    assert text == say.gap(share)


@pytest.mark.parametrize(
    ("n", "key", "da", "en"),
    [
        (0, "resident", "ingen borgere", "no residents"),
        (1, "resident", "1 borger", "1 resident"),
        (2, "resident", "2 borgere", "2 residents"),
        (0, "open_practice", "ingen åbne praksis", "no open practices"),
        (1, "open_practice", "1 åben praksis", "1 open practice"),
        (2, "open_practice", "2 åbne praksis", "2 open practices"),
        (1, "practice", "1 praksis", "1 practice"),
        (15, "practice", "15 praksis", "15 practices"),
        (1, "practice_number", "1 ydernummer", "1 practice number"),
        (5, "practice_number", "5 ydernumre", "5 practice numbers"),
        (1, "premises", "1 lokale", "1 premises"),
        (3, "premises", "3 lokaler", "3 premises"),
        (1, "capacity", "1 kapacitet", "1 capacity"),
        (12345, "resident", "12.345 borgere", "12,345 residents"),
    ],
)
def test_counted_nouns(n, key, da, en):
    """Nouns and adjectives follow the number; nought is ingen."""
    assert (da, en) == (say.count(n, key, "da"), say.count(n, key, "en"))


def test_small_counts_are_not_told():
    """A count above nought and below the limit is `fewer than` in sentences and < in tables; others are told."""
    assert "færre end 5 borgere" == say.count(4, "resident", "da", smallest=5)
    assert "fewer than 5 residents" == say.count(1, "resident", "en", smallest=5)
    assert "ingen borgere" == say.count(0, "resident", "da", smallest=5)
    assert "5 borgere" == say.count(5, "resident", "da", smallest=5)
    assert [f"<{S}5", "0", "5"] == [say.table_count(n, "da", 5) for n in (3, 0, 5)]


@given(st.integers(1, 4), st.sampled_from(["da", "en"]), st.sampled_from(["resident", "open_practice"]))
def test_no_wording_of_a_small_count_tells_it(n, lang, key):
    """Whatever the helper, the small count itself is not in the text."""
    assert str(n) not in say.count(n, key, lang, smallest=5)
    assert str(n) not in say.about_count(n, key, lang, smallest=5)
    assert str(n) not in say.table_count(n, lang, smallest=5)


@pytest.mark.parametrize(
    ("n", "da", "en"),
    [
        (204752, f"ca.{S}205.000", "about 205,000"),
        (17882, f"ca.{S}17.900", "about 17,900"),
        (836, "836", "836"),
        (999, "999", "999"),
        (1000, f"ca.{S}1.000", "about 1,000"),
        (1_947_120, f"ca.{S}1.950.000", "about 1,950,000"),
        (9_995, f"ca.{S}10.000", "about 10,000"),
    ],
)
def test_about(n, da, en):
    """From a thousand on three digits and ca.; below exact."""
    assert (da, en) == (say.about(n, "da"), say.about(n, "en"))


def test_about_count():
    """The rounded number carries its noun."""
    assert f"ca.{S}17.900 borgere" == say.about_count(17882, "resident")
    assert "ingen borgere" == say.about_count(0, "resident")


def test_days_and_times():
    """Months are written as Danish and British readers write them."""
    that = date(2026, 11, 22)
    assert "22. november 2026" == say.day(that)
    assert "22. nov. 2026" == say.short_day("2026-11-22")
    assert "22 November 2026" == say.day("2026-11-22", "en")
    assert "22 Nov 2026" == say.short_day(that, "en")
    assert "1. sept. 2027" == say.short_day("2027-09-01")
    assert f"kl.{S}14.30" == say.clock(datetime(2026, 11, 22, 14, 30))
    assert "14:30" == say.clock(datetime(2026, 11, 22, 14, 30), "en")
    assert "2026–2030" == say.span(2026, 2030)


def test_places_take_their_preposition():
    """Municipalities say it on the area card, other places follow from their name."""
    region = read_region("hovedstaden")
    assert "i Helsingør" == say.in_municipality(region, "0217")
    assert "på Bornholm" == say.in_municipality(region, "0400")
    assert "on Bornholm" == say.in_municipality(region, "0400", "en")
    assert "in Helsingør" == say.in_municipality(region, "0217", "en")
    assert "på Amager Øst" == say.at_place("Amager Øst")
    assert "på Vesterbro/Kongens Enghave" == say.at_place("Vesterbro/Kongens Enghave")
    assert "i Indre By" == say.at_place("Indre By")
    assert "in Nørrebro" == say.at_place("Nørrebro", "en")


@pytest.mark.parametrize(
    ("items", "total", "da", "en"),
    [
        ([], None, "", ""),
        (["A"], None, "A", "A"),
        (["A", "B"], None, "A og B", "A and B"),
        (["A", "B", "C"], None, "A, B og C", "A, B and C"),
        (["A", "B", "C", "D"], None, "A, B og 2 andre", "A, B and 2 others"),
        (["A", "B"], 6, "A, B og 4 andre", "A, B and 4 others"),
        (["A", "B", "C"], 4, "A, B og 2 andre", "A, B and 2 others"),
        (["A"], 2, "A og 1 anden", "A and 1 other"),
    ],
)
def test_lists(items, total, da, en):
    """More than three are cut to two and the number of others."""
    assert (da, en) == (say.listed(items, "da", total), say.listed(items, "en", total))


def test_danish_alphabet():
    """Æ, ø, å come last, aa counts as å, whatever the order they came in."""
    names = ["Hvidovre", "Høje-Taastrup", "Hørsholm", "Ishøj", "Rudersdal", "Rødovre", "Ærø", "Ølstykke", "Aabenraa"]
    assert names == sorted({*names}, key=say.sort_key)
    assert ["Allerød", "Zealand", "Aarhus", "Århus"] == sorted(
        ["Århus", "Aarhus", "Zealand", "Allerød"], key=say.sort_key
    )
    assert ["Vanlose", "Vanløse"] == sorted(["Vanløse", "Vanlose"], key=say.sort_key)


def test_every_noun_has_both_languages_and_both_numbers():
    """The table of nouns is whole."""
    for key, forms in say.words()["noun"].items():
        assert {"da", "en"} == set(forms), key
        assert all(len(pair) == 2 and all(pair) for pair in forms.values()), key


def test_a_sentence_starts_with_a_capital():
    """Also before æ, ø and å."""
    assert "Åbne praksis" == say.sentence("åbne praksis")
    assert "" == say.sentence("")
