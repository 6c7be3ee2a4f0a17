"""Profile cards: every number cited, nonsense refused by name."""

import pytest

from geodata.errors import CardError
from geodata.network.modes import mode_names, read_mode
from geodata.network.profile_cards import CARDS, profile_names, read_profile


@pytest.mark.parametrize("name", profile_names())
def test_every_card_is_read_and_travels_a_mode(name):
    card = read_profile(name)
    assert name == card.name
    assert card.network in mode_names()
    assert card.title != card.title_da or name == "e-bike"
    assert "assumption" == card.status


@pytest.mark.parametrize("mode", mode_names())
def test_the_modes_themselves_are_profiles_with_the_modes_pace_to_the_street(mode):
    card = read_profile(mode)
    assert read_mode(mode).walk_kmh == card.walk_kmh
    assert (None, None, None, None, None) == (card.pace, card.junction, card.turn, card.door, card.estimated_kmh)


def mended(tmp_path, old, new, name="drive_peak"):
    text = (CARDS / f"{name}.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / f"{name}.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("walk_kmh = 5.0", "walk_kmh = 0.0", "walk_kmh is 0; expected a number of at least 0.1"),
        ("estimated_kmh = 28.0", "estimated_kmh = -1.0", "estimated_kmh is -1"),
        ("motorway = 1.4,", "motorway = inf,", "pace.factor.motorway is inf"),
        ("signals_s = 25.0", "signals_s = -25.0", "junction.signals_s is -25; expected a number of at least 0"),
        ("left_s = 8.0", "left_s = nan", "turn.left_s is nan"),
        ("park_min = 3.0", 'park_min = "soon"', "soon"),
        ("park_min = 3.0", "", "park_min"),
        ("park_min = 3.0", "park_min = 3.0\ntip = 1.0", "tip"),
        ('network = "drive"', 'network = "sail"', "network is sail; expected one of bike, drive, walk"),
        ('standing = "INFER"', 'standing = "SURE"', "the card needs a source and a standing of FOUND, KNOWN, INFER"),
        ('status = "assumption"', 'status = "true"', "status is true"),
        ("[door]\nsource", "[door]\nsauce", "source"),
        ("title_da", "titel", "titel"),
        ("[pace]", "[pace", "drive_peak.toml"),
    ],
)
def test_nonsense_on_a_card_is_refused_by_name(tmp_path, old, new, said):
    with pytest.raises(CardError, match=r"drive_peak\.toml") as error:
        read_profile("drive_peak", mended(tmp_path, old, new))
    assert said in str(error.value)


def test_an_unknown_profile_is_refused_with_those_there_are():
    with pytest.raises(CardError, match="there is no profile balloon; the cards hold bike, drive, walk, drive_peak"):
        read_profile("balloon")
