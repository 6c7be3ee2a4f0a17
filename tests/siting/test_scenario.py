"""Scenarios are read strictly, kept in one order, named by their content, and refused where they do not fit."""

import json
import math

import pytest
from test_what_if import five_cells, lonlat, rules

from app.errors import NotFoundError, OutsideError, QuestionError
from app.siting.apply import apply
from app.siting.scenario import Capacity, Close, Intake, Move, Open, make_scenario, parse_scenario
from app.study import make_study

LON, LAT = lonlat(4000, 0)
OPEN = {"open": {"lon": LON, "lat": LAT, "capacity": 2}}
WHOLE = {
    "base": "abc",
    "changes": [
        {"capacity": {"ydernummer": "000004", "capacities": 3}},
        {"intake": {"ydernummer": "000003", "to": "open"}},
        {"move": {"ydernummer": "000002", "lon": LON, "lat": LAT}},
        {"close": {"ydernummer": "000001"}},
        OPEN,
    ],
}


@pytest.fixture(scope="module")
def study():
    return make_study(five_cells(), rules())


def test_every_kind_of_change_is_read_and_kept_in_canonical_order():
    """Open, close, move, intake, capacity; whatever order they came in."""
    expected = (
        Open(LON, LAT, 2.0),
        Close("000001"),
        Move("000002", LON, LAT),
        Intake("000003", "open"),
        Capacity("000004", 3.0),
    )
    assert expected == parse_scenario(WHOLE).changes
    assert expected == parse_scenario({"changes": WHOLE["changes"][::-1]}).changes


def test_the_hash_names_the_content_and_not_the_order():
    """The same changes in another order have the same hash, others another; read again, a scenario is equal."""
    one = parse_scenario(WHOLE)
    assert one.hash == parse_scenario({**WHOLE, "changes": WHOLE["changes"][::-1]}).hash
    assert one.hash != parse_scenario({**WHOLE, "changes": WHOLE["changes"][:-1]}).hash
    assert one.hash != parse_scenario({**WHOLE, "base": "abd"}).hash
    assert one == parse_scenario(json.loads(json.dumps(one.document())))


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "the scenario is []"),
        ({}, "changes is None"),
        ({"changes": [], "name": "x"}, "unknown key 'name'"),
        ({"changes": [], "base": 7}, "base is 7"),
        ({"changes": [{"shut": {}}]}, "change 1 has the unknown key 'shut'"),
        ({"changes": [{}]}, "change 1 has 0 kinds"),
        ({"changes": [{**OPEN, "close": {"ydernummer": "000001"}}]}, "change 1 has 2 kinds"),
        ({"changes": [OPEN, {"close": "000001"}]}, "change 2, close is '000001'"),
        ({"changes": [{"close": {"ydernummer": "000001", "why": 1}}]}, "unknown key 'why'"),
        ({"changes": [{"close": {}}]}, "change 1, close lacks ydernummer"),
        ({"changes": [{"close": {"ydernummer": 1}}]}, "ydernummer is 1; expected six digits"),
        ({"changes": [{"close": {"ydernummer": "00001"}}]}, "expected six digits"),
        ({"changes": [{"close": {"ydernummer": "٠٠٠٠٠١"}}]}, "expected six digits"),
        ({"changes": [{"open": {"lon": LON}}]}, "change 1, open lacks lat"),
        ({"changes": [{"open": {"lon": math.nan, "lat": LAT}}]}, "lon is nan; expected a number"),
        ({"changes": [{"open": {"lon": LON, "lat": math.inf}}]}, "lat is inf"),
        ({"changes": [{"open": {"lon": True, "lat": LAT}}]}, "lon is True"),
        ({"changes": [{"open": {"lon": LON, "lat": 91}}]}, "lat is 91; expected a number from -90 to 90"),
        ({"changes": [{"open": {"lon": LON, "lat": LAT, "capacity": 0}}]}, "capacity is 0; expected a number from"),
        ({"changes": [{"open": {"lon": LON, "lat": LAT, "capacity": -1}}]}, "capacity is -1"),
        ({"changes": [{"open": {"lon": LON, "lat": LAT, "listed_patients": 1.5}}]}, "listed_patients is 1.5"),
        ({"changes": [{"intake": {"ydernummer": "000001", "to": "ajar"}}]}, "to is 'ajar'; expected one of open"),
        ({"changes": [{"close": {"ydernummer": "000001"}}] * 2}, "practice 000001 has close 2 times"),
        (
            {"changes": [{"close": {"ydernummer": "000001"}}, {"intake": {"ydernummer": "000001", "to": "open"}}]},
            "000001 has close and intake",
        ),
        ({"changes": [OPEN] * 501}, "501 changes; expected at most 500"),
    ],
)
def test_what_is_wrong_with_a_scenario_is_said(document, said):
    """The place, what was found and what was expected."""
    with pytest.raises(QuestionError) as error:
        parse_scenario(document)
    assert said in str(error.value)


def test_another_base_is_refused(study):
    """A scenario made on other figures is not answered with these."""
    with pytest.raises(QuestionError, match="was made on study abc, and this is"):
        study.what_if(make_scenario([Close("000001")], "abc"))
    assert study.hash == study.what_if(make_scenario([Close("000001")], study.hash)).study


def test_a_practice_that_is_not_there_is_named(study):
    """An unknown ydernummer is not found."""
    with pytest.raises(NotFoundError, match="no practice 999998"):
        study.what_if(make_scenario([Close("999998")]))


@pytest.mark.parametrize("point", [(2.35, 48.85), (0.0, 90.0), (-180.0, -90.0)])
def test_a_point_outside_the_region_is_refused(study, point):
    """Paris and the poles lie outside."""
    with pytest.raises(OutsideError, match="lies outside Region Prøve"):
        study.what_if(make_scenario([Open(*point)]))


def test_applying_changes_what_is_asked_and_nothing_else(study):
    """Pencil: capacities 2 -> 4 double the closing limit; practices at one point share a location; the base is kept."""
    before = {name: frame.copy() for name, frame in vars(study.facts).items() if hasattr(frame, "columns")}
    changes = [Open(LON, LAT, 2.0), Open(LON, LAT), Close("000001"), Capacity("000003", 4.0), Move("000002", LON, LAT)]
    facts = apply(make_scenario(changes), study.facts, study.rules)
    practices = facts.practices.set_index("ydernummer")
    assert ["000002", "000003", "000004", "990001", "990002"] == practices.index.tolist()
    assert [1600, 6400, 1600, 1600, 3200] == practices["closing_limit"].tolist()
    assert {"Scenarie: ny praksis 1", "Scenarie: ny praksis 2"} == set(practices.loc[["990001", "990002"], "name"])
    where = facts.practice_locations.set_index("ydernummer")
    assert ["scenarie-0"] * 3 == where.loc[["000002", "990001", "990002"], "location_id"].tolist()
    assert 4.0 == where.loc["000003", "capacities"]
    for name, frame in before.items():
        assert frame.equals(getattr(study.facts, name)), name


def test_a_number_that_the_region_uses_is_not_given_again(study):
    """Applied to facts that came out of a scenario, another scenario takes the next number and place."""
    once = apply(make_scenario([Open(LON, LAT)]), study.facts, study.rules)
    twice = apply(make_scenario([Open(*lonlat(9000, 0))]), once, study.rules)
    assert ["990001", "990002"] == twice.practices["ydernummer"].tolist()[-2:]
    assert ["scenarie-0", "scenarie-1"] == twice.locations["location_id"].tolist()[-2:]
