"""Places that lie too far from every street are listed, and not moved to one."""

from towns import cell, link, location, make_facts, practice, rules, street_graph

from app.access.travel import measure

FAR_CELL, FAR_PRACTICE = "100m_61707_7010", "skov"


def lonely_road(modes):
    """A road of 4 km with homes 50, 500 and 700 m off it, and practices on it and 600 m off."""
    return make_facts(
        [cell(2000, -50, 5), cell(0, 500, 10), cell(1000, 700, 20)],
        [practice("000001"), practice("000002")],
        [location("gade", 1000, 0), location(FAR_PRACTICE, 0, 600)],
        [link("000001", "gade"), link("000002", FAR_PRACTICE)],
        {mode: street_graph(mode, [(0, 0), (4000, 0)], [(0, 1)]) for mode in modes},
    )


def test_what_lies_beyond_the_limit_is_listed_with_its_way_to_the_street():
    """At 500 m a home is on the network, the limit being inclusive; at 700 m it is not, nor a practice at 600 m."""
    found = measure(lonely_road(["drive"]), rules()).off_network
    assert [("drive", "cells", FAR_CELL, 700.0), ("drive", "locations", FAR_PRACTICE, 600.0)] == list(
        found.itertuples(index=False, name=None)
    )


def test_each_mode_lists_its_own():
    """A mode without a network lists nothing: all its ways are estimated."""
    found = measure(lonely_road(["drive", "walk"]), rules()).off_network
    assert {"drive": 2, "walk": 2} == found["mode"].value_counts().to_dict()


def test_who_is_listed_is_reached_by_estimate_only():
    """The home beyond the limit has a way to the practice on the road, longer than the straight line."""
    travel = measure(lonely_road(["drive"]), rules())
    road, straight = (dict(zip(*matrix.row(0), strict=True)) for matrix in (travel.road, travel.straight))
    assert straight[2] < road[2]
    assert travel.estimated[2]
