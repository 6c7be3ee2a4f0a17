"""Areas of limited choice: which cells make one, its outline, its name."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from towns import HOME, NEXT, X0, Y0, cell, link, location, make_facts, place, practice, rules

from app.access.compute import find
from app.access.little_choice import connected_groups, outline
from app.language import sort_key


def short_of_choice(cells, places=()):
    """A region whose only practice is closed: everybody has too little choice."""
    spot = (cells[0]["x"] - X0, cells[0]["y"] - Y0)
    return find(
        make_facts(cells, [practice("000001", "closed")], [location("a", *spot)], [link("000001", "a")], places=places),
        rules(),
    ).little_choice


def test_neighbours_at_exactly_the_distance_merge():
    """500 m between centres joins, 600 m does not, and who joins one joins all."""
    line = [(0, 0), (500, 0), (800, 400), (1400, 400), (1900, 400)]
    label = connected_groups(np.array(line, dtype=float), 500)
    assert label[0] == label[1] == label[2] != label[3] == label[4]
    assert 0 == len(connected_groups(np.empty((0, 2)), 500))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), min_size=1, max_size=30, unique=True))
def test_groups_and_outlines_are_right_whatever_the_cells(squares):
    """Groups are those of a plain flood; outlines are whole, valid, hold their squares and no other group's centres."""
    xy = np.array(squares, dtype=float) * 100 + 50
    label = connected_groups(xy, 500)
    assert plain_groups(xy) == {frozenset(np.flatnonzero(label == g).tolist()) for g in set(label)}
    for group in set(label):
        shape = outline(xy[label == group], 500)
        assert shape.is_valid
        assert shape.geom_type == "Polygon"
        for x, y in xy[label == group]:
            assert shapely.box(x - 50, y - 50, x + 50, y + 50).within(shape)
        assert not shapely.intersects_xy(shape, *xy[label != group].T).any()


def plain_groups(xy):
    left, groups = set(range(len(xy))), set()
    while left:
        group, edge = set(), [left.pop()]
        while edge:
            one = edge.pop()
            group.add(one)
            near = {other for other in left if np.hypot(*(xy[one] - xy[other])) <= 500}
            left -= near
            edge.extend(near)
        groups.add(frozenset(group))
    return groups


def test_small_groups_are_left_out_and_counted(caplog):
    """Below 50 residents there is no area; the log says how many groups and residents that leaves out."""
    with caplog.at_level("INFO", logger="app.access.little_choice"):
        found = short_of_choice([cell(0, 0, 50), cell(5000, 0, 49), cell(9000, 0, 30)])
    assert [50] == found["residents"].tolist()
    assert "3 cells in 3 groups, 1 kept; 2 groups with 79 residents have fewer than 50" in caplog.text


def test_an_area_has_its_people_home_and_id():
    """Most residents first; municipality and id are those of most residents; ages add up."""
    cells = [
        cell(0, 0, 40, HOME, old=4, oldest=2),
        cell(100, 0, 60, NEXT, old=1, oldest=1),
        cell(9000, 0, 70, HOME),
        cell(9100, 0, 70, HOME),
    ]
    first, second = short_of_choice(cells).to_dict("records")
    assert (140, HOME, min(cells[2]["cell_id"], cells[3]["cell_id"])) == (
        first["residents"],
        first["kommunekode"],
        first["area_id"],
    )
    assert (100, NEXT, cells[1]["cell_id"], 8, 3) == tuple(
        second[n] for n in ("residents", "kommunekode", "area_id", "residents_65_plus", "residents_80_plus")
    )
    assert (
        "Det skyldes afstand: Selv hvis alle praksis var åbne, ville 100 borgere have færre end 2."
        == (second["reason_da"])
    )


def test_an_area_is_called_after_its_largest_towns():
    """By the residents nearest to each: two towns when the second has a quarter, one when it has less."""
    towns = [place("Helsingør", 0, 0), place("Espergærde", 1000, 0), place("Station", 500, 0, "station")]
    cells = [cell(0, 0, 300), *(cell(x, 0, 100) for x in range(100, 1001, 100))]
    assert ["Helsingør–Espergærde"] == short_of_choice(cells, towns)["name"].tolist()
    akin = [place("Græsted", 0, 0), place("Græsted Syd", 1000, 0)]
    assert ["Græsted"] == short_of_choice(cells, akin)["name"].tolist()
    cells = [cell(0, 0, 900), *(cell(x, 0, 10) for x in range(100, 1001, 100))]
    assert ["Helsingør"] == short_of_choice(cells, towns)["name"].tolist()


def test_an_area_without_a_town_is_called_after_what_is_there():
    """Its stations; else the nearest place within 6 km, with ved before it; else its municipality."""
    here = [cell(0, 0, 100)]
    towns = [place("Tikøb", 3000, 0), place("Esrum", -7000, 0)]
    assert ["ved Tikøb"] == short_of_choice(here, towns)["name"].tolist()
    assert ["Grønholt"] == short_of_choice(here, [*towns, place("Grønholt", 0, 90, "station")])["name"].tolist()
    assert ["Helsingør"] == short_of_choice(here, [place("Esrum", -7000, 0), place("Øresund", 0, 0, "sea")])[
        "name"
    ].tolist()


def test_no_two_areas_are_called_alike():
    """Also where only one town is near, or none is known at all."""
    cells = [cell(x, 0, 100) for x in (0, 2000, 4000, 6000, 8000)]
    for towns in ([place("Tikøb", 0, 0)], []):
        names = short_of_choice(cells, towns)["name"].tolist()
        assert len(set(names)) == 5, sorted(names, key=sort_key)


def test_enough_choice_makes_no_area():
    """Two open practices at home: the table is there and empty."""
    town = make_facts(
        [cell(0, 0, 100)],
        [practice("000001"), practice("000002")],
        [location("a", 0, 0)],
        [link("000001", "a"), link("000002", "a")],
    )
    found = find(town, rules()).little_choice
    assert 0 == len(found)
    assert found.crs.to_epsg() == 25832


@pytest.mark.parametrize("step", [(500, 0), (300, 400), (100, 0), (0, 500)])
def test_an_outline_holds_neighbours_together(step):
    """Cells up to 500 m apart become one shape with a fringe of 100 m; a lone square of 100 m is 300 m wide."""
    both = outline(np.array([[50.0, 50.0], np.add((50.0, 50.0), step)]), 500)
    assert "Polygon" == both.geom_type
    assert both.within(shapely.box(-100, -100, 200 + step[0], 200 + step[1]).buffer(16))
    east, north = np.ptp(np.reshape(outline(np.array([[50.0, 50.0]]), 500).bounds, (2, 2)), axis=0)
    assert (300, 300) == (pytest.approx(east, abs=30), pytest.approx(north, abs=30))
