"""The choice of one place: figures of the nearest inhabited cell, the practices in reach, and why."""

import pytest
from towns import CAPITAL, KMH, X0, Y0, cell, five_cells, link, location, make_facts, practice, rules, street_graph

from app.access.compute import find
from app.access.place import place
from app.access.travel import measure
from app.errors import OutsideError


@pytest.fixture(scope="module")
def town():
    facts = five_cells()
    return facts, rules(), measure(facts, rules()), find(facts, rules())


def test_a_place_in_a_cell(town):
    """Cell D reaches P2 and P4 at 5 km, P1 at exactly 15; nearest first, with minutes by car."""
    found = place(*town, X0 + 15_000, Y0)
    expected = [("000002", 5000, 5.0), ("000004", 5000, 5.0), ("000001", 15_000, 15.0)]
    assert expected == [(o.ydernummer, o.road_m, pytest.approx(o.minutes)) for o in found.options]
    assert "bvej 1" == found.options[0].address
    assert (True, 0, "0219", 15_000) == (found.inhabited, found.distance_m, found.kommunekode, found.limit_m)
    assert (3, 400) == (found.finding["open_within_limit"], found.residents["residents"])
    assert {"da": (), "en": ()} == found.reasons


def test_a_place_where_nobody_lives(town):
    """The figures are those of the nearest inhabited cell, and the distance to it is told."""
    found = place(*town, X0 + 29_000, Y0 + 300)
    assert (False, "100m_61700_7300") == (found.inhabited, found.cell_id)
    assert (1000**2 + 300**2) ** 0.5 == pytest.approx(found.distance_m)
    assert ("Der er kun 1 praksis inden for 15\u00a0km; den næste åbne ligger 20,0\u00a0km væk ad vej.",) == (
        found.reasons["da"]
    )


def test_missing_answers_are_none():
    """Nothing is infinite or NaN in what a page gets."""
    facts = make_facts([cell(0, 0, 10)], [], [], [])
    found = place(facts, rules(), measure(facts, rules()), find(facts, rules()), X0, Y0)
    assert found.finding["nearest_open_m"] is None
    assert found.residents["city_district"] is None
    assert () == found.options


def test_the_capital_rule_is_explained():
    """Where the limit is 5 km the place is told what 15 km would give."""
    graphs = {m: street_graph(m, [(0, 0), (9000, 0)], [(0, 1)]) for m in KMH}
    outlines = (("municipality", CAPITAL, "København", (-9000, -9000, 9000, 9000)),)
    facts = make_facts(
        [cell(0, 0, 10, CAPITAL)],
        [practice("000001"), practice("000002")],
        [location("a", 9000, 0)],
        [link("000001", "a"), link("000002", "a")],
        graphs,
        outlines,
    )
    found = place(facts, rules(), measure(facts, rules()), find(facts, rules()), X0, Y0)
    assert (
        "Der er ingen praksis inden for 5\u00a0km ad vej.",
        "Grænsen er 5\u00a0km her. Med 15\u00a0km ville 2 åbne praksis være inden for grænsen.",
    ) == found.reasons["da"]


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (float("nan"), Y0), (X0, float("inf"))])
def test_a_place_outside_is_refused(town, x, y):
    """Outside every municipality of the region, or not a number at all."""
    with pytest.raises(OutsideError, match=r"outside Region Prøve|not a pair of numbers"):
        place(*town, x, y)
