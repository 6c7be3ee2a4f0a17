"""Estimates stand in for a network only where there is none, and say so."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from towns import HOME, ISLAND, KMH, cell, link, location, make_facts, practice, rules, street_graph

from app.access.compute import find
from app.access.estimate import read_circuity
from app.errors import QuestionError
from geodata.network.profile_cards import read_profile


def lonely(cells, spots, graphs=None):
    """Cells, and one open practice at each spot."""
    numbers = [f"{i:06d}" for i in range(1, len(spots) + 1)]
    locations = [location(f"l{number}", *spot) for number, spot in zip(numbers, spots, strict=True)]
    links = [link(number, f"l{number}") for number in numbers]
    return make_facts(cells, [practice(number) for number in numbers], locations, links, graphs)


@pytest.mark.parametrize(
    ("straight", "road"),
    [(500, 710), (1000, 1420), (1050, 1420), (2000, 2690), (4000, 5180), (8000, 9920), (8100, 9920), (10_000, 12_000)],
)
def test_circuity_by_class(straight, road):
    """Straight metres times the factor of the class by car: 1.42, 1.345, 1.295, 1.24 to 1, 2, 4, 8 km, then 1.20.

    1,050 m x 1.345 would be 1,412 m, less than the 1,420 m for 1,000 m: the estimate waits at 1,420.
    """
    assert road == pytest.approx(read_circuity(rules(), read_profile("drive")).metres(np.array([float(straight)]))[0])
    (found,) = find(lonely([cell(0, 0, 10)], [(straight, 0)]), rules()).cells.to_dict("records")
    assert road == pytest.approx(found["nearest_open_m"])
    assert road / 40_000 * 60 == pytest.approx(found["nearest_open_min_drive"])
    assert found["estimated"]


@given(st.floats(0, 50_000), st.floats(0, 50_000), st.sampled_from(["drive", "bike", "walk"]))
def test_an_estimate_never_falls_and_is_never_below_the_straight_line(one, other, mode):
    """A practice farther away is never estimated to be nearer."""
    near, far = read_circuity(rules(), read_profile(mode)).metres(np.array(sorted([one, other])))
    assert near <= far
    assert min(one, other) <= near


def test_islands_are_never_joined():
    """Without any network a practice 3 km off is out of reach on another island, and in reach on the same."""
    cells = [cell(0, 0, 10, ISLAND), cell(6000, 0, 20, HOME)]
    found = find(lonely(cells, [(3000, 0, HOME)]), rules()).cells.set_index("cell_id")
    island, home = (found.loc[row["cell_id"]] for row in cells)
    assert (0, 1) == (island["open_within_limit"], home["open_within_limit"])
    assert np.isnan(island["nearest_open_m"])
    assert np.isnan(island["nearest_open_min_walk"])
    assert 3000 * 1.295 == pytest.approx(home["nearest_open_m"])


def test_two_extracts_on_one_landmass_are_joined_by_estimate():
    """Covered at both ends but in different pieces of network: an estimate, and the cell says so."""
    nodes = [(0, 0), (1000, 0), (5000, 0), (6000, 0)]
    graphs = {mode: street_graph(mode, nodes, [(0, 1), (2, 3)]) for mode in KMH}
    cells = [cell(0, 0, 10), cell(6000, 0, 20)]
    found = find(lonely(cells, [(1000, 0), (6000, 0)], graphs), rules()).cells
    assert [True, True] == found["estimated"].tolist()
    assert [1000, 0] == found["nearest_open_m"].tolist()
    assert pytest.approx([6000 * 1.24, 5000 * 1.24]) == found["second_open_m"].tolist()
    assert [2, 2] == found["open_within_limit"].tolist()


def test_a_cell_is_not_estimated_for_a_practice_beyond_its_limit():
    """Another extract 20 km away changes no count within 15 km: nothing here is estimated."""
    nodes = [(0, 0), (1000, 0), (20_000, 0), (21_000, 0)]
    graphs = {mode: street_graph(mode, nodes, [(0, 1), (2, 3)]) for mode in KMH}
    found = find(lonely([cell(0, 0, 10)], [(1000, 0), (20_000, 0)], graphs), rules()).cells
    assert [False] == found["estimated"].tolist()
    assert pytest.approx([20_000 * 1.2]) == found["second_open_m"].tolist()


def test_a_cell_off_the_network_is_estimated():
    """A cell 600 m from the nearest street is not covered: the straight line stands in."""
    graphs = {mode: street_graph(mode, [(0, 0), (1000, 0)], [(0, 1)]) for mode in KMH}
    found = find(lonely([cell(0, 600, 10), cell(0, 400, 10)], [(0, 0)], graphs), rules()).cells
    assert [True, False] == found["estimated"].tolist()
    assert pytest.approx([600 * 1.42, 400]) == found["nearest_open_m"].tolist()


def test_a_factor_below_one_is_refused():
    """A road cannot be shorter than the straight line."""
    card = {"upto": [1000], "drive": [1.4, 0.9]}
    with pytest.raises(QuestionError, match="expected 2 factors of at least 1"):
        read_circuity(rules(circuity=card), read_profile("drive"))


def test_a_mode_without_circuity_is_refused():
    """The cards to mend are named."""
    with pytest.raises(QuestionError, match="circuity and estimated_speed"):
        read_circuity(rules(), replace(read_profile("drive"), network="balloon"))
