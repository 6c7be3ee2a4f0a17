"""A publication by another profile: says so everywhere, changes minutes only, tells no small counts apart."""

import numpy as np
import pandas as pd
import pytest
from shown_town import town_study

from app.access.findings import AREA_FINDINGS, CELL_FINDINGS
from app.errors import QuestionError
from app.publish.collections import Publication
from app.publish.exporters import Request, export
from app.publish.legend import LAYERS, legends
from app.publish.profiles import labelled, mode_codes, rounded
from app.publish.surfaces import surfaces
from geodata.network.profile_cards import profile_names, read_profile
from geodata.network.profiles import Profile

OTHERS = [name for name in profile_names() if not read_profile(name).own]
OF_MINUTES = ("min_", "standard_", "e2sfca")


@pytest.fixture(scope="module")
def town():
    return Publication(town_study())


@pytest.mark.parametrize("name", OTHERS)
def test_distances_and_the_laws_test_are_those_of_the_study(town, name):
    """Every column but the minutes of the profile's mode, and the scores resting on them, is the same to the digit."""
    other, mode = town.travelled(name), read_profile(name).network
    for collection in ("cells", "areas", "little_choice_areas", "practices"):
        before, after = (p.collection(collection).frame for p in (town, other))
        changed = {column for column in before if not before[column].equals(after[column])}
        expected = {c for c in before if any(part in c for part in OF_MINUTES) and (mode in c or "e2sfca" in c)}
        assert changed <= expected
    assert f"nearest_open_min_{mode}" in {
        c for c in CELL_FINDINGS.names if not town.cells.frame.get(c, pd.Series()).equals(other.cells.frame.get(c))
    }
    assert other.study.hash != town.study.hash


@pytest.mark.parametrize("lang", ["da", "en"])
def test_labels_notes_and_files_say_by_what_profile(town, lang, tmp_path):
    other, card = town.travelled("drive_peak"), read_profile("drive_peak")
    title = card.title_da if lang == "da" else card.title
    assert f"({title})" in other.cells.table["nearest_open_min_drive"].label(lang)
    assert f"({title})" in other.areas.table["under_standard_drive"].label(lang)
    assert title not in other.cells.table["nearest_open_min_bike"].label(lang)
    assert any(f"({title})" in layer.label(lang) for layer in surfaces(other.study.rules, other.profiles).values())
    notes = " ".join(other.provenance.warnings(lang)).replace("\u00a0", " ")
    assert title in notes
    assert "4 min" in notes
    assert {"drive": "drive_peak"} == other.provenance.block(lang)["profiles"]
    text = export(other, tmp_path / "areas.csv", Request("areas", lang)).read_text(encoding="utf-8-sig")
    assert title in text


def test_without_a_profile_nothing_is_said(town):
    assert {} == town.profiles
    assert labelled(AREA_FINDINGS, {}) is AREA_FINDINGS
    assert list(LAYERS.values()) == legends({})
    assert town.travelled("drive") is town
    assert not any("antagelse" in line for line in town.provenance.warnings("da"))


def test_profiles_of_two_modes_go_together_and_back(town):
    """Rush hour and e-bike; asking for the mode as it stands takes its minutes back."""
    both = town.travelled("drive_peak").travelled("ebike")
    assert {"drive": "drive_peak", "bike": "ebike"} == both.profiles
    back = both.travelled("bike")
    np.testing.assert_array_equal(town.cells.frame["nearest_open_min_bike"], back.cells.frame["nearest_open_min_bike"])
    assert "cykel" == mode_codes(back.profiles)[1].title_da


def test_a_publication_by_a_profile_is_made_once(town):
    assert town.travelled("walk_slow") is town.travelled("walk_slow")


def test_counts_by_a_profile_are_round_and_never_down_to_nought():
    """Smallest count 5: steps of 10; 1 to 14 are 10, 16 is 20; nobody stays nobody, hidden stays hidden."""
    frame = pd.DataFrame({"under_standard_drive": pd.array([0, 1, 14, 16, 1374, None], dtype="Int64"), "residents": 7})
    found = rounded(frame, {"drive": "drive_peak"}, 5)
    assert [0, 10, 10, 20, 1370] == found["under_standard_drive"].tolist()[:5]
    assert found["under_standard_drive"].isna().tolist() == [False] * 5 + [True]
    assert rounded(frame, {}, 5) is frame
    assert (found["residents"] == 7).all()


def test_an_unknown_profile_is_refused_with_those_there_are(town):
    with pytest.raises(QuestionError, match="there is no profile 'balloon'; choose one of bike, drive, walk"):
        town.travelled("balloon")


def test_what_if_by_a_profile_is_the_recomputed_study(town):
    """The baseline of a travelled study searches by the same profile: its own minutes come back."""
    other = town.travelled("drive_quiet").study
    assert other.baseline.roads["drive"].profile == read_profile("drive_quiet")
    assert isinstance(other.baseline.roads["walk"].profile, Profile)
    assert "walk" == other.baseline.roads["walk"].profile.name
