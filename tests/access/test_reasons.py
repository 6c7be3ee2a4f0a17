"""The one-sentence reasons, word for word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from towns import rules

from app.access.reasons import Counted, area_sentence, cause, make_wording, place_sentences

S = "\u00a0"
WORDS = make_wording(rules())
BY_AIR = make_wording(rules(distance_measure="straight"))


@pytest.mark.parametrize(
    ("short", "left", "reason", "da", "en"),
    [
        (
            17_882,
            0,
            "closed_lists",
            "Det skyldes lukkede lister: Var alle praksis åbne, ville ingen borgere have færre end 2.",
            "Caused by closed lists: were every practice open, no residents would have fewer than 2.",
        ),
        (
            204_752,
            8_894,
            "closed_lists",
            f"Det skyldes lukkede lister: Var alle praksis åbne, ville ca.{S}8.890 borgere have færre end 2.",
            "Caused by closed lists: were every practice open, about 8,890 residents would have fewer than 2.",
        ),
        (
            600,
            3,
            "closed_lists",
            "Det skyldes lukkede lister: Var alle praksis åbne, ville færre end 5 borgere have færre end 2.",
            "Caused by closed lists: were every practice open, fewer than 5 residents would have fewer than 2.",
        ),
        (
            836,
            800,
            "distance",
            "Det skyldes afstand: Selv hvis alle praksis var åbne, ville 800 borgere have færre end 2.",
            "Caused by distance: even with every practice open, 800 residents would have fewer than 2.",
        ),
        (
            1234,
            600,
            "both",
            f"Var alle praksis åbne, ville tallet falde fra ca.{S}1.230 til 600; resten skyldes afstand.",
            "Were every practice open, the number would fall from about 1,230 to 600; the rest is caused by distance.",
        ),
        (
            30,
            4,
            "both",
            "Var alle praksis åbne, ville tallet falde fra 30 til færre end 5; resten skyldes afstand.",
            "Were every practice open, the number would fall from 30 to fewer than 5; the rest is caused by distance.",
        ),
        (
            4,
            2,
            "both",
            "Det skyldes både lukkede lister og afstand.",
            "Caused by closed lists and by distance.",
        ),
        (
            0,
            0,
            "none",
            f"Alle borgere på Bornholm har mindst 2 åbne praksis inden for 15{S}km ad vej.",
            f"All residents on Bornholm have at least 2 open practices within 15{S}km by road.",
        ),
    ],
)
def test_reasons_of_areas(short, left, reason, da, en):
    """First that fits: closed lists, distance, both, none; a rest of at most a tenth leaves one cause."""
    assert reason == cause(short, left, WORDS)
    assert da == area_sentence(short, left, "på Bornholm", 15_000, WORDS, "da")
    assert en == area_sentence(short, left, "on Bornholm", 15_000, WORDS, "en")


def test_residents_with_different_limits():
    """Where the limit differs the sentence says so, and the measure is named as it is."""
    assert "Alle borgere i Region Prøve har mindst 2 åbne praksis inden for deres afstandsgrænse ad vej." == (
        area_sentence(0, 0, "i Region Prøve", None, WORDS, "da")
    )
    assert "All residents in X have at least 2 open practices within their distance limit in a straight line." == (
        area_sentence(0, 0, "in X", None, BY_AIR, "en")
    )


@given(st.integers(1, 4), st.integers(0, 4), st.sampled_from(["da", "en"]))
def test_small_numbers_are_never_told(short, left, lang):
    """Whatever the cause, no count of people from 1 to 4 stands in the sentence (2 is the minimum of practices)."""
    left = min(short, left)
    text = area_sentence(short, left, "X", 15_000, make_wording(rules(minimum_open=7)), lang)
    assert not {"1", "2", "3", "4"} & {word.strip(".;,") for word in text.replace(S, " ").split()}


def counted(**values):
    usual = {"limit_m": 15_000, "open": 0, "all": 0, "open_straight": 0, "open_within_general": 0, "next_open_m": None}
    return Counted(**(usual | values))


@pytest.mark.parametrize(
    ("place", "da", "en"),
    [
        (
            counted(),
            [f"Der er ingen praksis inden for 15{S}km ad vej."],
            [f"There is no practice within 15{S}km by road."],
        ),
        (
            counted(all=1),
            [f"Den eneste praksis inden for 15{S}km er lukket for nye patienter."],
            [f"The only practice within 15{S}km is closed to new patients."],
        ),
        (
            counted(all=7),
            [f"Ingen af de 7 praksis inden for 15{S}km er åbne for nye patienter."],
            [f"None of the 7 practices within 15{S}km is open to new patients."],
        ),
        (
            counted(open=1, all=4, open_straight=1, open_within_general=1, next_open_m=17_340),
            [f"Kun 1 af 4 praksis inden for 15{S}km er åben; den næste åbne ligger 17,3{S}km væk ad vej."],
            [f"Only 1 of 4 practices within 15{S}km is open; the next open one is 17.3{S}km away by road."],
        ),
        (
            counted(open=1, all=1, open_straight=1, open_within_general=1),
            [f"Der er kun 1 praksis inden for 15{S}km."],
            [f"There is only 1 practice within 15{S}km."],
        ),
        (
            counted(open=0, all=3, open_straight=2),
            [
                f"Ingen af de 3 praksis inden for 15{S}km er åbne for nye patienter.",
                f"I luftlinje er 2 åbne praksis inden for 15{S}km, men ad vej ingen.",
            ],
            [
                f"None of the 3 practices within 15{S}km is open to new patients.",
                f"In a straight line 2 open practices are within 15{S}km, but by road none.",
            ],
        ),
        (
            counted(limit_m=5000, open=1, all=2, open_straight=3, open_within_general=6, next_open_m=5100),
            [
                f"Kun 1 af 2 praksis inden for 5{S}km er åben; den næste åbne ligger 5,1{S}km væk ad vej.",
                f"I luftlinje er 3 åbne praksis inden for 5{S}km, men ad vej kun 1.",
                f"Grænsen er 5{S}km her. Med 15{S}km ville 6 åbne praksis være inden for grænsen.",
            ],
            [
                f"Only 1 of 2 practices within 5{S}km is open; the next open one is 5.1{S}km away by road.",
                f"In a straight line 3 open practices are within 5{S}km, but by road only 1.",
                f"The limit is 5{S}km here. With 15{S}km, 6 open practices would be within it.",
            ],
        ),
        (counted(limit_m=5000, open=2, all=9, open_straight=5, open_within_general=9), [], []),
    ],
)
def test_reasons_of_places(place, da, en):
    """The first reason that fits, then water or detour, then the short limit; none where the choice is enough."""
    assert da == list(place_sentences(place, WORDS, "da"))
    assert en == list(place_sentences(place, WORDS, "en"))


def test_a_higher_minimum_has_its_own_words():
    """With a minimum of 3, two open of nine are still too few."""
    words = make_wording(rules(minimum_open=3))
    (text,) = place_sentences(counted(open=2, all=9, open_straight=2, next_open_m=16_000), words, "da")
    assert f"Kun 2 af 9 praksis inden for 15{S}km er åbne; den næste åbne ligger 16,0{S}km væk ad vej." == text
