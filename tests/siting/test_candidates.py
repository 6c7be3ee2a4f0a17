"""Candidate sites: why each is there, how many there are, and what the filters keep."""

import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import NotFoundError, QuestionError
from app.siting.candidates import CANDIDATES, GENERATED, candidates, chosen, residents_around
from app.siting.question import Area
from geodata.facts import TABLES

sys.path.insert(0, str(Path(__file__).parents[1] / "access"))
from towns import ABROAD, CAPITAL, HOME, X0, Y0, cell, location, make_facts, place, rules

RULE = {
    "town_centre_m": 1000, "station_m": 500, "shop_m": 200, "most": 100, "central_m": 300, "built_up": 50,
}  # fmt: skip
OUTLINES = (
    ("municipality", HOME, "Helsingør", (-50, -50, 5000, 5000)),
    ("municipality", CAPITAL, "København", (5000, -50, 10_000, 5000)),
    ("city_district", "1", "Indre By", (5000, -50, 7000, 5000)),
)


def town(cells, locations=(), places=(), premises=(), amenities=(), stops=()):
    facts = make_facts(cells, (), locations, (), None, OUTLINES, places)
    more = {"premises": premises, "amenities": amenities, "stops": stops}
    frames = {name: TABLES[name].check(pd.DataFrame(rows, columns=TABLES[name].names)) for name, rows in more.items()}
    return replace(facts, **frames)


def amenity(kind, x, y, name=None):
    return {"kind": kind, "name": name, "x": X0 + x, "y": Y0 + y}


def lokale(name, x, y, **said):
    return {"premises_id": name, "kommunekode": HOME, "x": X0 + x, "y": Y0 + y, "source": "upload", **said}


def test_every_reason_is_given_and_the_nearest_by_its_limit_comes_first():
    """A cell 400 m from a station (0.8 of the limit), 700 m from a town (0.7), 100 m from a shop (0.5); one far off."""
    facts = town(
        [cell(1000, 0, 10), cell(4000, 4000, 10)],
        places=[place("Vest", 600, 0, "station"), place("By", 1700, 0)],
        amenities=[amenity("shop", 1100, 0, "Brugsen")],
    )
    found = candidates(facts, rules(candidate_sites=RULE))
    assert 1 == len(found)
    row = found.iloc[0]
    assert ("shop", "station town_centre shop", "Brugsen") == (row["kind"], row["reasons"], row["near"])
    assert (400.0, 400.0, "rural", False) == (row["stop_m"], row["centre_m"], row["zone"], row["on_network"])


def test_addresses_premises_and_health_centres_are_there_whatever_lies_near():
    facts = town(
        [cell(4000, 4000, 10)],
        locations=[location("a", 4000, 0), location("far", 0, 0, ABROAD)],
        premises=[lokale("T1", 0, 4000, address="Torvet 1")],
        amenities=[amenity("health_centre", 6000, 0, "Sundhedshuset"), amenity("health_centre", 90_000, 0, "Udlandet")],
    )
    found = candidates(facts, rules(candidate_sites=RULE)).set_index("candidate_id")
    assert {"practice", "premises", "health_centre"} == set(found["kind"])
    assert ("Torvet 1", HOME) == tuple(found.loc["premises-T1", ["near", "kommunekode"]])
    centre = found[found["kind"] == "health_centre"].iloc[0]
    assert (CAPITAL, "1") == (centre["kommunekode"], centre["city_district"])
    assert 3 == len(found)


def test_zones_follow_centres_and_residents_around():
    places = [place("By", 0, 0)]
    cells = [cell(200, 0, 1), cell(800, 0, 50), cell(900, 800, 1)]
    found = candidates(town(cells[:2], places=places), rules(candidate_sites=RULE))
    assert ["central", "built_up"] == found.sort_values("x")["zone"].tolist()
    lonely = candidates(town([cell(700, 700, 49)], places=places), rules(candidate_sites=RULE))
    assert ["rural"] == lonely["zone"].tolist()


def test_residents_around_are_those_of_five_cells_by_five():
    cells = town([cell(0, 0, 1), cell(200, 200, 10), cell(300, 0, 100)]).cells
    assert [11.0, 111.0, 110.0] == residents_around(cells).tolist()


def test_a_distance_to_stops_is_unknown_where_the_list_of_stops_ends():
    """A stop 2,400 m off counts by the rule (inclusive), one at 2,401 m does not."""
    for metres, expected in ((2400, 2400.0), (2401, None)):
        facts = town([cell(0, 0, 1)], locations=[location("a", 0, 0)], amenities=[amenity("bus_stop", metres, 0)])
        stop = candidates(facts, rules(candidate_sites=RULE)).iloc[0]["stop_m"]
        assert expected == (None if pd.isna(stop) else stop)


@pytest.mark.parametrize(
    ("kind", "expected"), [("bus", 300.0), ("metro", 300.0), ("tram", 300.0), ("ferry", 400.0), (None, 400.0)]
)
def test_the_timetables_stops_are_taken_before_those_of_maps(kind, expected):
    """A bus stop of a map 400 m off and a station 900 m off; the timetable's own stop 300 m off.

    A timetable of trains only leaves the map's bus stops in force; a ferry is neither.
    """
    stop = {"stop_id": "1", "name": "Torvet", "kind": kind, "x": X0 + 300, "y": Y0}
    facts = town(
        [cell(0, 0, 1)],
        locations=[location("a", 0, 0)],
        places=[place("Nord", 0, 900, "station")],
        amenities=[amenity("bus_stop", 400, 0)],
        stops=[stop] if kind else [],
    )
    assert expected == candidates(facts, rules(candidate_sites=RULE)).iloc[0]["stop_m"]


def test_a_stop_that_no_bus_serves_any_more_does_not_count():
    """The map's bus stop is at the door; by the timetable the next bus is 700 m off."""
    stop = {"stop_id": "1", "name": "Torvet", "kind": "bus", "x": X0 + 700, "y": Y0}
    here = {"locations": [location("a", 0, 0)], "amenities": [amenity("bus_stop", 0, 0)], "stops": [stop]}
    assert 700.0 == candidates(town([cell(0, 0, 1)], **here), rules(candidate_sites=RULE)).iloc[0]["stop_m"]


def test_thinning_keeps_what_was_given_and_the_cell_with_most_residents_around():
    cells = [cell(100 * column, 100 * row, 1 + column) for column in range(6) for row in range(6)]
    facts = town(cells, locations=[location("a", 0, 0)], places=[place("By", 200, 200)])
    full = candidates(facts, rules(candidate_sites=RULE))
    thin = candidates(facts, rules(candidate_sites=RULE), most=10)
    assert (37, 10) == (len(full), len(thin))
    assert set(thin["candidate_id"]) < set(full["candidate_id"])
    assert "practice-a" in set(thin["candidate_id"])


def test_filters_by_area_reason_zone_and_stop(sample_study):
    facts, law = sample_study.facts, sample_study.rules
    everywhere = sample_study.candidates
    assert 2000 <= len(everywhere) <= law.value("candidate_sites")["most"]
    for area in (Area("municipality", "0400"), Area("health_council", "hovedstaden"), Area("city_district", "1")):
        assert 300 <= len(candidates(facts, law, area, most=3000)) <= 3000
    assert {"0400"} == set(candidates(facts, law, Area("municipality", "0400"))["kommunekode"])
    near = chosen(everywhere, kinds=("station", "shop"), zones=("central",), stop_m=300)
    assert (near["stop_m"] <= 300).all()
    assert {"central"} == set(near["zone"])
    assert all({"station", "shop"} & set(reasons.split()) for reasons in near["reasons"])
    assert 0 < len(near) < len(everywhere)


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"kinds": ("pub",)}, "pub"),
        ({"zones": ("moon",)}, "moon"),
        ({"stop_m": 0}, "above"),
        ({"stop_m": float("nan")}, "above"),
    ],
)
def test_bad_filters_are_named(sample_study, asked, word):
    with pytest.raises(QuestionError, match=word):
        chosen(sample_study.candidates, **asked)


@pytest.mark.parametrize("kind", ["municipality", "health_council", "city_district"])
def test_an_area_that_is_not_there_is_refused(sample_study, kind):
    with pytest.raises(NotFoundError):
        candidates(sample_study.facts, sample_study.rules, Area(kind, "0999"))


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 40), st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing_and_no_more_than_asked_are_generated(most, random):
    cells = [cell(100 * i, 100 * (i * 7 % 5), 1 + i % 3) for i in range(20)]
    facts = town(cells, places=[place("By", 500, 200)], amenities=[amenity("shop", 0, 0), amenity("shop", 900, 0)])
    shuffled = list(range(20))
    random.shuffle(shuffled)
    other = replace(facts, cells=facts.cells.iloc[shuffled].reset_index(drop=True))
    one, two = (candidates(world, rules(candidate_sites=RULE), most=most) for world in (facts, other))
    assert one["candidate_id"].tolist() == two["candidate_id"].tolist()
    assert len(one[one["kind"].isin(GENERATED)]) <= most
    CANDIDATES.check(one)


@pytest.mark.realdata
def test_bornholm_and_inner_copenhagen_have_thousands(real_study):
    """Real maps: more than two thousand each when asked for alone, all within the limits of their reasons."""
    facts, law = real_study.facts, real_study.rules
    for area in (Area("municipality", "0400"), Area("municipality", "0101")):
        found = candidates(facts, law, area)
        assert len(found) > 2000
        assert found["on_network"].mean() > 0.99
        assert not found["candidate_id"].duplicated().any()
