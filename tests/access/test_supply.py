"""What counts as one to choose between, with practices and locations many to many."""

import pytest
from towns import CAPITAL, HOME, KMH, NEXT, cell, link, location, make_facts, practice, rules, street_graph

from app.access.compute import find
from app.access.supply import make_supply
from app.access.zoning import zonings
from app.errors import QuestionError


def house():
    """One house with three practices, one of which also receives patients 2 km off; and a practice by itself."""
    practices = [practice("000001"), practice("000002"), practice("000003", "closed"), practice("000004", "closed")]
    locations = [location("house", 0, 0), location("branch", 2000, 0, NEXT), location("alone", 4000, 0)]
    links = [
        link("000001", "house", 1),
        link("000001", "branch", 3),
        link("000002", "house"),
        link("000003", "house"),
        link("000004", "alone"),
    ]
    graphs = {m: street_graph(m, [(0, 0), (2000, 0), (4000, 0)], [(0, 1), (1, 2)]) for m in KMH}
    cells = [cell(0, 0, 10), cell(2000, 0, 10), cell(4000, 0, 10)]
    return make_facts(cells, practices, locations, links, graphs)


def test_practices_in_one_house_are_several_to_choose():
    """By ydernummer two open practices in one house are two; a practice with a branch is one, wherever one looks."""
    law = rules(free_choice_distance=2000)
    assert [2, 2, 1] == find(house(), law).cells["open_within_limit"].tolist()
    assert [3, 4, 2] == find(house(), law).cells["all_within_limit"].tolist()


def test_a_house_is_one_address_to_choose():
    """By address the house is one however many are open there, and the branch another."""
    law = rules(free_choice_distance=2000, count_unit="address")
    assert [2, 2, 1] == find(house(), law).cells["open_within_limit"].tolist()
    near = rules(free_choice_distance=1000, count_unit="address")
    assert [1, 1, 0] == find(house(), near).cells["open_within_limit"].tolist()
    assert [2, 3, 2] == find(house(), law).cells["all_within_limit"].tolist()


def test_the_second_nearest_may_be_next_door():
    """Two open practices at one address are nearest and second nearest alike; a branch is nobody's second."""
    cells = find(house(), rules()).cells
    assert [0, 0, 2000] == cells["nearest_open_m"].tolist()
    assert [0, 2000, 4000] == cells["second_open_m"].tolist()


def test_closing_by_address_takes_what_only_that_practice_had():
    """By address the house stays open with either practice; the branch closes with 000001."""
    supply = make_supply(house(), "address")
    assert ["alone", "branch", "house"] == supply.locations["location_id"].tolist()
    assert ((1,), (), (), ()) == supply.closing
    assert [2, 1, 0, 0] == [len(rows) for rows in _counting_rows(make_supply(house(), "ydernummer"))]


def _counting_rows(supply):
    return [[place for row in rows for place in supply.rows[row]] for rows in supply.closing]


def test_a_practice_is_shared_out_by_capacities():
    """Three of four capacities of 000001 are at the branch, so three quarters of its list is."""
    areas = find(house(), rules()).areas.set_index(["kind", "code"])
    home, other = (areas.loc["municipality", code] for code in (HOME, NEXT))
    assert (4, 2, 4.0, 5200) == (home["practices"], home["open_practices"], home["capacities"], home["listed_patients"])
    assert (1, 1, 3.0, 1200) == (
        other["practices"],
        other["open_practices"],
        other["capacities"],
        other["listed_patients"],
    )
    region = areas.loc["region", "town"]
    assert (4, 7.0, 6400) == (region["practices"], region["capacities"], region["listed_patients"])


def test_without_capacities_a_practice_is_shared_equally():
    """Two locations without capacities carry half of the practice each."""
    town = make_facts(
        [cell(0, 0, 10)],
        [practice("000001")],
        [location("a", 0, 0), location("b", 500, 0)],
        [link("000001", "a", 0), link("000001", "b", 0)],
    )
    assert [0.5, 0.5] == make_supply(town, "ydernummer").links.share.tolist()


def test_a_stranger_is_named():
    """A link to a practice or location that is not there is refused with its name."""
    town = make_facts([cell(0, 0, 10)], [practice("000001")], [location("a", 0, 0)], [link("999999", "a")])
    with pytest.raises(QuestionError, match="names ydernummer 999999"):
        make_supply(town, "ydernummer")
    with pytest.raises(QuestionError, match="count_unit is 'doctor'"):
        make_supply(town, "doctor")


def test_a_practice_without_a_location_is_counted_nowhere():
    """It stays in the list and gives nobody a choice; a location without practice is left out."""
    town = make_facts(
        [cell(0, 0, 10)], [practice("000001"), practice("000002")], [location("a", 0, 0)], [link("000001", "a")]
    )
    found = find(town, rules())
    assert [1] == found.cells["open_within_limit"].tolist()
    assert [1] == found.cells["all_within_limit"].tolist()


def test_no_practice_at_all_is_an_answer():
    """A region without practices has counts of nought and empty distances, not an error."""
    found = find(make_facts([cell(0, 0, 10)], [], [], []), rules())
    row = found.cells.iloc[0]
    assert (0, 0, 0, True) == tuple(
        row[n] for n in ("open_within_limit", "all_within_limit", "open_within_standard_walk", "estimated")
    )
    assert row[["nearest_open_m", "second_open_m", "nearest_m", "nearest_open_min_drive"]].isna().all()


def test_nobody_at_all_is_an_answer():
    """A region without inhabited cells has areas with noughts."""
    found = find(make_facts([], [practice("000001")], [location("a", 0, 0)], [link("000001", "a")]), rules())
    assert (0, 0) == (len(found.cells), len(found.little_choice))
    assert {0} == set(found.areas["residents"])
    assert 1 == found.areas.iloc[0]["practices"]


def test_practices_across_the_border_count_for_choice_but_lend_no_capacity():
    """A practice in a neighbour municipality is a choice; its places are shared with people we do not know."""
    town = make_facts(
        [cell(0, 0, 10)],
        [practice("000001", listed=1000)],
        [location("a", 0, 0, "0265")],
        [link("000001", "a")],
    )
    (found,) = find(town, rules()).cells.to_dict("records")
    assert (1, 0, 0) == (found["open_within_limit"], found["e2sfca"], found["free_places_per_1000"])


DISTRICTS = (
    ("municipality", CAPITAL, "København", (-5000, -5000, 5000, 5000)),
    ("city_district", "1", "Indre By", (-5000, -5000, 0, 5000)),
    ("city_district", "2", "Østerbro", (0, -5000, 5000, 5000)),
)


def test_a_point_on_a_shared_border_belongs_to_the_first_district():
    """Once, and always to the same; outside every outline it belongs to the nearest, so that districts add up."""
    locations = [location("border", 0, 0, CAPITAL), location("outside", 6000, 0, CAPITAL), location("far", 1, 1, HOME)]
    numbers = ["000001", "000002", "000003"]
    links = [link(n, p["location_id"]) for n, p in zip(numbers, locations, strict=True)]
    cells = [cell(-100, 0, 10, CAPITAL, "1"), cell(100, 0, 20, CAPITAL, "2")]
    town = make_facts(cells, [practice(n) for n in numbers], locations, links, outlines=DISTRICTS)
    supply = make_supply(town, "ydernummer")
    districts = zonings(town, supply)[-1]
    found = dict(zip(supply.locations["location_id"], districts.location.tolist(), strict=True))
    assert {"border": 0, "outside": 1, "far": -1} == found
    areas = find(town, rules()).areas.set_index(["kind", "code"])
    assert [10, 20] == areas.loc["city_district", "residents"].tolist()
    assert "by" == areas.loc[("city_district", "2"), "health_council"]


def test_the_limit_follows_the_home_municipality():
    """5 km for who lives in the capital, 15 km for the neighbour in the next cell; 5,000 m exactly is within."""
    cells = [cell(0, 0, 10, CAPITAL), cell(-100, 0, 10, CAPITAL), cell(-200, 0, 10, HOME)]
    graphs = {m: street_graph(m, [(-200, 0), (5000, 0)], [(0, 1)]) for m in KMH}
    town = make_facts(cells, [practice("000001")], [location("a", 5000, 0)], [link("000001", "a")], graphs)
    found = find(town, rules())
    assert [1, 0, 1] == found.cells["open_within_limit"].tolist()
    assert [5000, 5000, 15_000] == found.cells["limit_m"].tolist()
    region = found.areas.iloc[0]
    assert region["limit_m"] != region["limit_m"]
