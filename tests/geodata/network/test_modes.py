"""Mode cards: which ways, which direction, how fast."""

import itertools
import re

import pytest
from osmnx import _overpass

from geodata.errors import CardError
from geodata.network.modes import CARDS, mode_names, read_mode
from geodata.network.speeds import parse_kmh

NAMES = {"DK:urban": 50.0, "none": 130.0, "signals": 90.0}

HIGHWAYS = {
    *("motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link"),
    *("tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service", "track", "path"),
    *("footway", "cycleway", "pedestrian", "steps", "bridleway", "corridor", "elevator", "escalator", "construction"),
    *(
        "proposed",
        "planned",
        "platform",
        "raceway",
        "rest_area",
        "services",
        "abandoned",
        "razed",
        "bus_guideway",
        "no",
    ),
}
OTHERS = [
    {},
    {"access": "private"},
    {"area": "yes"},
    {"service": "driveway"},
    {"service": "alley"},
    {"service": "parking_aisle"},
    {"service": "parking"},
    {"service": "emergency_access"},
    {"service": "private"},
    {"motor_vehicle": "no"},
    {"motorcar": "no"},
    {"bicycle": "no"},
    {"foot": "no"},
    {"sidewalk": "separate"},
    {"sidewalk:left": "separate"},
    {"foot": "yes", "bicycle": "yes", "motor_vehicle": "yes"},
]


def osmnx_uses(network_type, tags):
    """Apply osmnx's own Overpass filter to tags."""
    clauses = re.findall(r'\["([^"]+)"(?:!~"([^"]*)")?\]', _overpass._get_network_filter(network_type))
    return all(re.search(value, tags.get(key, "\0")) is None if value else key in tags for key, value in clauses)


@pytest.mark.parametrize("name", ["drive", "bike", "walk"])
def test_a_mode_uses_the_ways_osmnx_uses_but_for_what_its_card_says(name):
    """People may walk on cycleways (færdselsloven § 10); all else is osmnx's filter of the card's network type."""
    mode = read_mode(name)
    differences = [
        tags
        for highway, other in itertools.product(sorted(HIGHWAYS), OTHERS)
        if mode.uses(tags := {"highway": highway, **other}) != osmnx_uses(mode.network_type, tags)
    ]
    assert [tags for tags in differences if tags["highway"] != "cycleway"] == []
    assert (name == "walk") == bool(differences)


@pytest.mark.parametrize(
    ("name", "tags", "expected"),
    [
        ("drive", {"highway": "residential", "access": "no"}, False),
        ("drive", {"highway": "residential", "motor_vehicle": "private"}, False),
        ("drive", {"highway": "residential", "motor_vehicle": "agricultural"}, False),
        ("drive", {"highway": "residential", "access": "no", "motor_vehicle": "destination"}, True),
        ("drive", {"highway": "residential", "vehicle": "no", "motorcar": "yes"}, True),
        ("drive", {"highway": "residential", "access": "customers"}, True),
        ("bike", {"highway": "residential", "vehicle": "no"}, False),
        ("bike", {"highway": "path", "access": "no", "bicycle": "designated"}, True),
        ("bike", {"highway": "trunk", "motorroad": "yes"}, False),
        ("walk", {"highway": "trunk", "motorroad": "yes"}, False),
        ("walk", {"highway": "path", "access": "no", "foot": "yes"}, True),
        ("walk", {"highway": "path", "foot": "private"}, False),
        ("walk", {"building": "yes"}, False),
    ],
)
def test_where_a_card_goes_further_than_osmnx(name, tags, expected):
    """The most specific tag on access decides, as the OpenStreetMap wiki has it; motortrafikveje are for motors."""
    assert expected == read_mode(name).uses(tags)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50", 50.0),
        ("49.5", 49.5),
        ("50 km/h", 50.0),
        ("30 mph", 48.28032),
        ("30mph", 48.28032),
        ("10 knots", 18.52),
        ("DK:urban", 50.0),
        ("none", 130.0),
        ("signals", 90.0),
        ("50;80", 65.0),
        ("50|80", 65.0),
        ("50; fast", 50.0),
        ("0", None),
        ("", None),
        ("-50", None),
        ("fifty", None),
        ("DE:urban", None),
        ("1e9x", None),
    ],
)
def test_a_tagged_speed_is_read_or_left(text, expected):
    assert (None if expected is None else pytest.approx(expected)) == parse_kmh(text, NAMES)


def test_every_card_is_read_and_says_where_it_comes_from():
    for name in mode_names():
        mode = read_mode(name)
        assert mode.name == name
        assert all([mode.title, mode.title_da, mode.about, mode.source])
        assert "assumption" == mode.status


def test_a_card_without_a_field_is_refused(tmp_path):
    text = (CARDS / "walk.toml").read_text(encoding="utf-8")
    (tmp_path / "walk.toml").write_text(text.replace("walk_kmh", "walking"), encoding="utf-8")
    with pytest.raises(CardError, match=r"mode card walk.toml: KeyError\('walk_kmh'\)"):
        read_mode("walk", tmp_path)


def test_a_card_that_is_not_toml_is_refused(tmp_path):
    (tmp_path / "walk.toml").write_text("title = ", encoding="utf-8")
    with pytest.raises(CardError, match=r"mode card walk.toml"):
        read_mode("walk", tmp_path)


@pytest.mark.parametrize("kmh", ["0.0", "-5.0", "nan", "inf"])
def test_a_card_with_a_speed_of_nought_is_refused(tmp_path, kmh):
    text = (CARDS / "walk.toml").read_text(encoding="utf-8")
    (tmp_path / "walk.toml").write_text(text.replace("steps = 3.0", f"steps = {kmh}"), encoding="utf-8")
    with pytest.raises(CardError, match=r"steps is .* expected a speed above nought"):
        read_mode("walk", tmp_path)
