"""The findings of a town small enough to work by hand.

A straight road, 60 km/h by car, 15 by bicycle, 5 on foot; the limit is 15 km for all.

    km   0        4        10       15       20       30
    cell A 100    B 200    C 300    D 400             E 50        (D and E lie in another municipality)
    open P1                P2                P4
    closed                 P3

P1 has 1,500 listed of 1,600, P2 1,700 of 1,600, P3 3,300 of 3,200, P4 1,100 of 1,600.
"""

import numpy as np
import pandas as pd
import pytest
import shapely
from towns import X0, Y0, five_cells, rules

from app.access.compute import find
from app.access.travel import measure


@pytest.fixture(scope="module")
def town():
    return five_cells()


@pytest.fixture(scope="module")
def findings(town):
    return find(town, rules())


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("open_within_limit", [2, 2, 3, 3, 1]),  # D reaches P1 at exactly 15 km
        ("open_within_limit_straight", [2, 2, 3, 3, 1]),
        ("all_within_limit", [3, 3, 4, 4, 1]),
        ("choice_class", ["2", "2", "2", "2", "1"]),
        ("limit_m", [15_000] * 5),
        ("nearest_open_m", [0, 4000, 0, 5000, 10_000]),
        ("second_open_m", [10_000, 6000, 10_000, 5000, 20_000]),
        ("nearest_m", [0, 4000, 0, 5000, 10_000]),
        ("nearest_open_min_drive", [0, 4, 0, 5, 10]),
        ("nearest_open_min_bike", [0, 16, 0, 20, 40]),
        ("nearest_open_min_walk", [0, 48, 0, 60, 120]),
        ("open_within_standard_drive", [3, 3, 3, 3, 2]),  # 20 minutes: A reaches P4 at exactly 20
        ("open_within_standard_bike", [1, 1, 1, 2, 0]),  # 20 minutes are 5 km: D reaches P2 and P4 at exactly 5
        ("open_within_standard_walk", [1, 0, 1, 0, 0]),
        ("estimated", [False] * 5),
    ],
)
def test_cells(findings, column, expected):
    """Counts, distances and minutes of every cell."""
    found = findings.cells[column].to_list()
    assert expected == (found if isinstance(expected[0], str) else pytest.approx(found))


def test_capacity_in_reach(findings):
    """E2SFCA with zones of 5, 10 and 15 minutes weighing 1, 0.68 and 0.22.

    P1 is reached by 100 + 200 + 0.68 x 300 + 0.22 x 400 = 592 weighted residents, the house of P2 and P3 by
    0.68 x 100 + 0.68 x 200 + 300 + 400 = 904, P4 by 0.68 x 300 + 400 + 0.68 x 50 = 638.
    """
    one, two, four = 1600 / 592, 4800 / 904, 1600 / 638
    expected = [
        one + 0.68 * two,
        one + 0.68 * two,
        0.68 * one + two + 0.68 * four,
        0.22 * one + two + four,
        0.68 * four,
    ]
    assert np.multiply(expected, 1000) == pytest.approx(findings.cells["e2sfca"])
    people = np.array([100, 200, 300, 400, 50])
    assert np.multiply(expected, people) == pytest.approx(findings.cells["available_places"])


def test_free_places(findings):
    """100 free places of P1 for the 1,000 residents of A to D, 500 of P4 for the 750 of C to E; P2 and P3 have none."""
    expected = [100, 100, 100 + 2000 / 3, 100 + 2000 / 3, 2000 / 3]
    assert expected == pytest.approx(findings.cells["free_places_per_1000"])


def area(findings, kind, code):
    frame = findings.areas
    return frame[(frame["kind"] == kind) & (frame["code"] == code)].iloc[0].to_dict()


def test_the_region(findings):
    """Only E has too little choice, and would have with every list open; P1 and P2 are each needed by A and B."""
    region = area(findings, "region", "town")
    expected = {
        "residents": 1050,
        "residents_0": 0,
        "residents_1": 50,
        "residents_2_4": 1000,
        "residents_5_plus": 0,
        "under_two": 50,
        "under_two_straight": 50,
        "under_two_if_all_open": 50,
        "under_two_65_plus": 11,
        "under_two_80_plus": 3,
        "under_standard_drive": 50,
        "under_standard_bike": 650,
        "under_standard_walk": 650,
        "practices": 4,
        "open_practices": 3,
        "capacities": 5,
        "listed_patients": 7600,
        "closing_limit": 8000,
        "free_places": 600,
        "fragile_ydernummer": "000001",
        "fragile_residents": 300,
        "reason": "distance",
        "limit_m": 15_000,
    }
    assert expected == {name: region[name] for name in expected}
    assert 50 / 1050 == pytest.approx(region["under_two_share"])
    assert (200 * 4000 + 400 * 5000 + 50 * 10_000) / 1050 == pytest.approx(region["nearest_open_m"])
    assert (
        "Det skyldes afstand: Selv hvis alle praksis var åbne, ville 50 borgere have færre end 2."
        == (region["reason_da"])
    )


def test_the_municipalities(findings):
    """Each has its own residents, practices and cause; a municipality without cells is there with noughts."""
    home, other, capital = (area(findings, "municipality", code) for code in ("0217", "0219", "0101"))
    assert (600, 0, 3, 2) == tuple(home[n] for n in ("residents", "under_two", "practices", "open_practices"))
    assert "Alle borgere i Helsingør har mindst 2 åbne praksis inden for 15\u00a0km ad vej." == home["reason_da"]
    assert "All residents in Helsingør have at least 2 open practices within 15\u00a0km by road." == home["reason_en"]
    assert (450, 50, 1, 1) == tuple(other[n] for n in ("residents", "under_two", "practices", "open_practices"))
    assert pd.isna(other["fragile_residents"])
    assert pd.isna(other["fragile_ydernummer"])
    assert (0, 0, 0) == tuple(capital[n] for n in ("residents", "under_two", "practices"))
    assert np.isnan(capital["under_two_share"])
    assert ("Der bor ingen i København.", "Nobody lives in København.") == (capital["reason_da"], capital["reason_en"])


def test_the_area_of_limited_choice(findings):
    """E alone, called after the town in reach of it; the square of the cell is inside the outline."""
    (only,) = findings.little_choice.to_dict("records")
    assert ("ved Ende", "0219", 50, 11, 3, "distance") == tuple(
        only[n] for n in ("name", "kommunekode", "residents", "residents_65_plus", "residents_80_plus", "reason")
    )
    assert only["geometry"].contains(shapely.box(X0 + 29_950, Y0 - 50, X0 + 30_050, Y0 + 50))
    assert only["geometry"].area < 300 * 300


def test_straight_measure_moves_the_headline(town):
    """With `distance_measure` straight the headline counts in a straight line."""
    found = find(town, rules(distance_measure="straight"))
    assert 50 == area(found, "region", "town")["under_two"]
    assert "i luftlinje" in area(found, "municipality", "0217")["reason_da"]


def test_travel_can_be_handed_in(town):
    """Travel measured before gives the same findings."""
    there = measure(town, rules())
    assert find(town, rules(), travel=there).cells.equals(find(town, rules()).cells)
