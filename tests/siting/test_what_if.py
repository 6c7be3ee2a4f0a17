"""A scenario's effect equals what all findings made anew say, to the last digit."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.access.area_amounts import HEADLINE_OPEN
from app.access.metrics import METRICS
from app.siting.apply import apply
from app.siting.scenario import Capacity, Close, Intake, Move, Open, make_scenario
from app.study import make_study
from geodata import crs

sys.path.insert(0, str(Path(__file__).parents[1] / "access"))
from towns import X0, Y0, five_cells, random_town, rules

INTAKES = ("open", "closed", "dispensation")
SPAN_M = 17_000


def lonlat(x, y):
    """Longitude and latitude of metres from the origin of the test worlds."""
    lon, lat = crs.from_inside(X0 + x, Y0 + y)
    return round(float(lon), 7), round(float(lat), 7)


def random_scenario(facts, rng, spot, most=4):
    """Some changes at random that fit together."""
    numbers = rng.permutation(facts.practices["ydernummer"].to_numpy()).tolist()
    changes = []
    for _ in range(int(rng.integers(1, most + 1))):
        kind = rng.choice(["open", "open", "close", "move", "intake", "capacity"])
        if kind == "open":
            again = [change for change in changes if isinstance(change, Open)]
            point = (again[0].lon, again[0].lat) if again and rng.random() < 0.3 else spot(rng)
            changes.append(Open(*point, float(rng.choice([0.5, 1, 2])), int(rng.integers(0, 900))))
        elif numbers:
            number = numbers.pop()
            changes.append(
                {
                    "close": Close,
                    "move": lambda n: Move(n, *spot(rng)),
                    "intake": lambda n: Intake(n, str(rng.choice(INTAKES))),
                    "capacity": lambda n: Capacity(n, float(rng.choice([0.5, 1, 2.5, 4]))),
                }[kind](number)
            )
            if kind in ("move", "capacity") and rng.random() < 0.5:
                changes.append(Intake(number, str(rng.choice(INTAKES))))
    return make_scenario(changes)


def in_town(rng):
    return lonlat(*rng.integers(-500, SPAN_M, 2))


def assert_equal_to_truth(study, scenario):
    """Every column of cells and areas, exactly."""
    effect = study.what_if(scenario)
    truth = make_study(apply(scenario, study.facts, study.rules), study.rules).findings
    pd.testing.assert_frame_equal(truth.cells, effect.cells(), check_exact=True)
    pd.testing.assert_frame_equal(truth.areas, effect.areas(), check_exact=True)
    pd.testing.assert_frame_equal(study.findings.areas, effect.before, check_exact=True)
    classes = [frame["choice_class"].astype(int).to_numpy() for frame in (study.findings.cells, truth.cells)]
    cells = np.flatnonzero(classes[0] != classes[1])
    assert cells.tolist() == effect.changed.cell.tolist()
    assert classes[0][cells].tolist() == effect.changed.before.tolist()
    assert classes[1][cells].tolist() == effect.changed.after.tolist()
    assert_people_moved(study, effect)
    return effect


def assert_people_moved(study, effect):
    """Lifted and falling are counted person by person, and explain how each area's figure changes."""
    least = int(study.rules.value("minimum_open"))
    was, now = study.baseline.headline.open, effect.columns[HEADLINE_OPEN]
    people = study.facts.cells["residents"].to_numpy()
    lifted = sum(int(n) for n, a, b in zip(people, was, now, strict=True) if a < least <= b)
    falling = sum(int(n) for n, a, b in zip(people, was, now, strict=True) if b < least <= a)
    after = effect.areas()
    region = (after["kind"] == "region").to_numpy().argmax()
    assert (lifted, falling) == (effect.lifted[region], effect.falling[region])
    change = after["under_two"].astype(int) - effect.before["under_two"].astype(int)
    assert (change == effect.falling - effect.lifted).all()


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 10_000),
    st.sampled_from(["ydernummer", "address"]),
    st.sampled_from(["road", "straight"]),
    st.booleans(),
)
def test_an_effect_equals_all_findings_made_anew(seed, unit, measure, covered):
    """Random towns, random scenarios; by practice and by address, by road and in a straight line, with estimates."""
    town = random_town(seed, cells=25, covered=covered)
    study = make_study(town, rules(count_unit=unit, distance_measure=measure))
    rng = np.random.default_rng(seed)
    for _ in range(3):
        assert_equal_to_truth(study, random_scenario(town, rng, in_town))


def test_opening_beside_a_cell_with_one_choice_lifts_its_residents():
    """Pencil (the straight road of `five_cells`; limits 15 km): the cells at 0, 4, 10 and 15 km have 2, 2, 3 and 3
    open practices within 15 km, the cell at 30 km has one, at 20 km. A practice at 30 km gives its 50 residents two.
    """
    study = make_study(five_cells(), rules())
    effect = assert_equal_to_truth(study, make_scenario([Open(*lonlat(30_000, 0))]))
    assert study.findings.cells["open_within_limit"].tolist()[4] == 1
    assert (50, 0) == (effect.lifted[0], effect.falling[0])
    assert [4] == effect.changed.cell.tolist()
    assert ([1], [2]) == (effect.changed.before.tolist(), effect.changed.after.tolist())


def test_nothing_changed_is_nothing():
    """An empty scenario has no effect."""
    study = make_study(five_cells(), rules())
    effect = assert_equal_to_truth(study, make_scenario([]))
    assert 0 == len(effect.changed.cell) == effect.lifted.sum() == effect.falling.sum()


def test_opening_and_closing_undo_each_other():
    """A closing and an equal opening at the same place leave every count of choice as it was."""
    study = make_study(five_cells(), rules())
    effect = assert_equal_to_truth(study, make_scenario([Close("000004"), Open(*lonlat(20_000, 0), 1.0, 1100)]))
    assert study.findings.cells["open_within_limit"].tolist() == effect.columns["open_within_limit"].tolist()


def test_the_last_practice_can_close():
    """Without any practice nobody has a choice, and nothing breaks."""
    study = make_study(five_cells(), rules())
    effect = assert_equal_to_truth(study, make_scenario([Close(f"00000{i}") for i in range(1, 5)]))
    assert 0 == effect.columns["all_within_limit"].sum()
    assert np.isnan(effect.columns["nearest_m"]).all()


def test_a_metric_without_a_form_for_scenarios_is_noticed():
    """Every metric of the cells is told after a scenario."""
    study = make_study(five_cells(), rules())
    effect = study.what_if(make_scenario([Close("000001")]))
    assert set(METRICS) | {"estimated"} <= set(effect.columns)


@pytest.mark.xdist_group("sample")
def test_on_the_sample_an_effect_equals_all_findings_made_anew(sample_study):
    """One scenario of every kind of change on the whole example region, by its real networks and islands."""
    rng = np.random.default_rng(3)
    cells = sample_study.facts.cells

    def lived_in(rng):
        x, y = cells[["x", "y"]].iloc[int(rng.integers(len(cells)))]
        return tuple(round(float(degrees), 7) for degrees in crs.from_inside(x, y))

    own = [Open(*lived_in(rng), 2.0), *random_scenario(sample_study.facts, rng, lived_in, most=8).changes]
    closes = sample_study.facts.practices.query("intake == 'open'")["ydernummer"].iloc[::9]
    taken = {change.ydernummer for change in own if not isinstance(change, Open)}
    changes = [*own, *(Close(number) for number in closes if number not in taken)]
    assert_equal_to_truth(sample_study, make_scenario(changes))
