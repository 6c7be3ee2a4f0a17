"""Delays, turns, doors: by pencil, against the edge-based graph, and as laws."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from towns import KMH, cell, link, location, make_facts, practice, rules, street_graph
from turn_oracle import edge_based

from app.access.engine import ENGINES, ScipyEngine
from app.access.ports import ports_of
from app.access.roads import make_roads
from app.access.sweep.engine import SweepEngine
from app.access.sweep.executor import Threads
from app.access.sweep.one import FEW
from app.access.travel import measure, measure_again
from app.access.trips import Ends, Trips
from geodata.network.graph import GIVE_WAY, NO_SIGN, SIGNALS, make_graph
from geodata.network.profile_cards import profile_names, read_profile

SCIPY, SWEEP = ScipyEngine(), SweepEngine(executor=Threads(1))
QUIET = read_profile("drive_quiet")
FAR = 1e6

CROSSING = street_graph("drive", [(0, 0), (-500, 0), (0, 500), (500, 0), (0, -500)], [(0, 1), (0, 2), (0, 3), (0, 4)])
WEST, NORTH, EAST, SOUTH = range(4)


def town(graph, classes, controls=None):
    none = np.full(graph.edges, NO_SIGN, dtype=np.uint8)
    at_u, at_v = controls or (none, none)
    return replace(graph, highway=np.array(classes), control_u=np.array(at_u), control_v=np.array(at_v))


def ends(*edges, fraction=1.0, way=0.0):
    """Places at a fraction of some edges."""
    edge = np.array(edges, dtype=np.int32)
    full = np.full(len(edge), fraction)
    return Ends(edge, full, np.full(len(edge), way), np.zeros(len(edge), dtype=np.int32))


def minutes(graph, origins, destinations, profile=QUIET):
    """By both engines, the sweep over many places and over few, which must agree."""
    trips = Trips(graph, profile.minutes(graph), "min", origins, destinations, ports_of(graph, profile))
    found = []
    for engine, together in ((SCIPY, FAR), (SWEEP, FAR), (SWEEP, FEW)):
        found.append(_table(engine, trips, int(together)))
        np.testing.assert_array_equal(found[0], found[-1])
    return found[0]


def _table(engine, trips, together):
    """(origins, destinations) minutes, so many destinations at a time."""
    to, parts = trips.destinations, []
    for first in range(0, len(to.edge), together):
        some = Ends(*(values[first : first + together] for values in vars(to).values()))
        matrix = engine.within(replace(trips, destinations=some), FAR)
        table = np.full((matrix.cells, matrix.rows), np.inf)
        for place in range(matrix.rows):
            table[matrix.row(place)[0], place] = matrix.row(place)[1]
        parts.append(table)
    return np.concatenate(parts, axis=1)


def test_a_turn_to_the_left_takes_longer_than_one_to_the_right():
    """500 m at 60 km/h, twice: 1 minute. Secondary meets residential in the middle: those give way, 5 s; secondary 1 s.

    From the west: straight on 1 s; left (north) 1 + 5 s; right (south) 1 + 3 s. From the north: left is east.
    """
    graph = town(CROSSING, ["secondary", "residential", "secondary", "residential"])
    found = minutes(graph, ends(WEST, NORTH), ends(EAST, NORTH, SOUTH))
    assert pytest.approx([61, 66, 64]) == 60 * found[0]
    assert pytest.approx([60 + 5 + 5, 60 + 5]) == 60 * found[1, [0, 2]]


def test_a_quiet_crossing_costs_a_delay_and_no_turn():
    """Four residential streets: whoever arrives loses 1 s, whichever way on."""
    graph = town(CROSSING, ["residential"] * 4)
    assert pytest.approx([61, 61, 61]) == 60 * minutes(graph, ends(WEST), ends(EAST, NORTH, SOUTH))[0]
    assert ports_of(graph, QUIET).nodes == graph.nodes


def test_a_signal_delays_only_the_arm_that_has_it_and_a_sign_gives_way():
    """A signal from the west 12 s, a give-way line from the east 5 s; nothing from the north but 1 s."""
    graph = town(CROSSING, ["residential"] * 4, ([SIGNALS, NO_SIGN, GIVE_WAY, NO_SIGN], [NO_SIGN] * 4))
    assert pytest.approx([72, 61, 65]) == 60 * minutes(graph, ends(WEST, NORTH, EAST), ends(SOUTH))[:, 0]


def test_driveways_make_no_junction():
    """A service road joins a street: two arms count, and nobody is delayed."""
    graph = street_graph("drive", [(0, 0), (-500, 0), (500, 0), (0, 500)], [(0, 1), (0, 2), (0, 3)])
    graph = town(graph, ["secondary", "secondary", "service"])
    assert pytest.approx([60, 60]) == 60 * minutes(graph, ends(0), ends(1, 2))[0]


def test_one_way_arms_have_no_turn_into_them():
    """The west arm is one-way towards the crossing: from it the north is a left turn, and to it there is no way."""
    edges = [(1, 0, None, True, False), (0, 2), (0, 3), (0, 4)]
    graph = street_graph("drive", [(0, 0), (-500, 0), (0, 500), (500, 0), (0, -500)], edges)
    graph = town(graph, ["secondary"] * 4)
    found = minutes(graph, ends(WEST, fraction=0.5), ends(NORTH, fraction=0.5))
    assert pytest.approx(15 + 1 + 5 + 15) == 60 * found[0, 0]
    assert minutes(graph, ends(NORTH), ends(WEST, fraction=0.5))[0, 0] == np.inf


def test_the_only_way_may_be_back_where_one_came_from():
    """Two one-way streets from the crossing to the east and back: the home on the first, the practice behind it.

    The home at the middle of the street out drives 250 m on to the dead end and back by the other: no turn there, as
    only two arms meet. At the crossing it goes from one street straight back into the other: a left turn.
    """
    nodes = [(0, 0), (500, 0), (0, 500), (0, -500)]
    edges = [(0, 1, 500.0, True, False), (1, 0, 500.0, True, False), (0, 2), (0, 3)]
    graph = town(street_graph("drive", nodes, edges), ["secondary"] * 4)
    found = minutes(graph, ends(0, fraction=0.5), ends(0, fraction=0.25))
    assert pytest.approx(15 + 30 + 1 + 5 + 7.5) == 60 * found[0, 0]


def test_a_trip_along_one_street_meets_no_junction():
    graph = town(CROSSING, ["secondary"] * 4)
    assert pytest.approx(15) == 60 * minutes(graph, ends(WEST, fraction=0.75), ends(WEST, fraction=0.25))[0, 0]


def test_parking_and_door_are_added_once_to_every_trip_by_car():
    """The pencil: 30 m on foot to the street, 2,000 m at 60 km/h, 1 min to the car and 3 min to park: 6.36 minutes."""
    graph = town(street_graph("drive", [(0, 0), (2000, 0)], [(0, 1)], kmh=60), ["residential"])
    facts = make_facts(
        [cell(0, 30, 100)], [practice("000001")], [location("l1", 2000, 0)], [link("000001", "l1")], {"drive": graph}
    )
    found = {
        name: make_roads(facts, rules(), facts.locations, name, ENGINES["sweep"]).within("min", FAR)[0].value[0]
        for name in ("drive", "drive_quiet")
    }
    way = facts.cells["y"].iloc[0] - graph.y[0]
    assert pytest.approx(2 + way / 5000 * 60, abs=2e-3) == found["drive"]
    assert pytest.approx(4, abs=1e-4) == found["drive_quiet"] - found["drive"]


def test_estimated_trips_have_their_door_and_own_speed():
    """No network: 1,000 m x 1.42 at 36 km/h is 2.367 minutes, and 4 for door and parking."""
    facts = make_facts([cell(0, 0, 100)], [practice("000001")], [location("l1", 0, 1000)], [link("000001", "l1")])
    facts = replace(facts, graphs={})
    (guess,) = make_roads(facts, rules(), facts.locations, "drive_quiet", ENGINES["sweep"]).within("min", FAR)
    nearest = make_roads(facts, rules(), facts.locations, "drive_quiet", ENGINES["sweep"]).nearest(
        "min", np.array([0], dtype=np.int32), np.array([0], dtype=np.int32)
    )
    expected = 1420 / 36_000 * 60 + 4
    assert pytest.approx(expected, rel=1e-5) == guess.value[0]
    assert pytest.approx(expected, rel=1e-5) == nearest.value[0, 0]


@st.composite
def towns(draw):
    """Multigraphs of all classes and signs, with one-ways, loops, parallel and empty edges, on a lattice."""
    count = draw(st.integers(2, 14))
    node = st.integers(0, count - 1)
    way = st.sampled_from([(True, True), (True, True), (True, True), (True, False), (False, True), (False, False)])
    name = st.sampled_from(["service", "residential", "tertiary", "secondary", "primary", ""])
    sign = st.sampled_from([NO_SIGN, NO_SIGN, NO_SIGN, GIVE_WAY, SIGNALS])
    edge = st.tuples(node, node, st.integers(0, 9), way, name, sign, sign)
    edges = draw(st.lists(edge, min_size=1, max_size=40))
    xy = np.random.default_rng(draw(st.integers(0, 9))).integers(0, 6, (count, 2)).astype(float)
    u, v, cost, ways, classes, at_u, at_v = (np.array(column) for column in zip(*edges, strict=True))
    minutes = cost / 600
    return make_graph("drive", xy, u, v, minutes, minutes, *ways.T, classes, controls=(at_u, at_v))


@settings(max_examples=60, deadline=None)
@given(towns(), st.integers(0, 9), st.sampled_from(["drive_quiet", "drive_peak"]))
def test_ports_are_the_edge_based_graph(graph, seed, name):
    """Whatever the town, both engines over ports say what the search over streets and directions says, to the step."""
    rng, profile = np.random.default_rng(seed), read_profile(name)
    places = [
        Ends(
            rng.integers(-1, graph.edges, 12).astype(np.int32),
            rng.choice([0.0, 0.25, 0.5, 1.0], 12),
            rng.choice([0.0, 0.1], 12),
            np.zeros(12, dtype=np.int32),
        )
        for _ in range(2)
    ]
    expected = edge_based(graph, profile.minutes(graph), profile, *places)
    np.testing.assert_allclose(minutes(graph, *places, profile), expected, rtol=1e-6)


@settings(max_examples=30, deadline=None)
@given(towns())
def test_delays_and_turns_never_shorten_a_trip_nor_part_places(graph):
    """What can be reached in free flow can be reached with junctions, no sooner."""
    places = [ends(*range(graph.edges), fraction=f) for f in (0.25, 0.75)]
    free, slow = (minutes(graph, *places, read_profile(name)) for name in ("drive", "drive_quiet"))
    np.testing.assert_array_equal(np.isinf(free), np.isinf(slow))
    assert (slow >= free).all()


@pytest.mark.parametrize("name", ["drive_quiet", "drive_peak", "ebike", "walk_slow"])
def test_travel_by_a_profile_leaves_every_distance_as_it_was(name):
    """Only the minutes of the profile's mode are others; what the law's test rests on is the same object."""
    graphs = {mode: town(street_graph(mode, [(0, 0), (2000, 0)], [(0, 1)], KMH[mode]), ["residential"]) for mode in KMH}
    facts = make_facts(
        [cell(0, 0, 100)], [practice("000001")], [location("l1", 1500, 0)], [link("000001", "l1")], graphs
    )
    travel = measure(facts, rules())
    again, mode = measure_again(travel, facts, rules(), name), read_profile(name).network
    kept = {field for field in vars(travel) if getattr(again, field) is getattr(travel, field)}
    assert {"minutes", "nearest_open_minutes", "profiles"} == set(vars(travel)) - kept
    assert {mode: name} == again.profiles
    before, after = (t.nearest_open_minutes[mode].value[0, 0] for t in (travel, again))
    assert after != before
    assert all(again.minutes[other] is travel.minutes[other] for other in travel.minutes if other != mode)


def test_a_profile_named_like_a_mode_is_the_mode_as_it_stands():
    for mode in KMH:
        graph = street_graph(mode, [(0, 0), (2000, 0)], [(0, 1)], KMH[mode])
        profile = read_profile(mode)
        assert profile.minutes(graph) is graph.minutes
        assert ports_of(graph, profile) is None
        assert (profile.own, profile.door_min) == (True, 0.0)
    assert ("bike", "drive", "walk") == profile_names()[:3]


def test_paces_by_class():
    """1,000 m: e-bike 3 min on a street, 4 on a path; slow walk 20, on stairs 33.3; rush hour 1.35 x on a main road."""
    graph = street_graph("bike", [(0, 0), (1000, 0)], [(0, 1), (0, 1)], kmh=60)
    named = lambda *classes: replace(graph, highway=np.array(classes))  # noqa: E731
    assert pytest.approx([3, 4]) == read_profile("ebike").minutes(named("residential", "path"))
    assert pytest.approx([20, 100 / 3]) == read_profile("walk_slow").minutes(named("footway", "steps"))
    assert pytest.approx([1.35, 1.2]) == read_profile("drive_peak").minutes(named("primary", ""))
