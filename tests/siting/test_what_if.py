"""A scenario's effect equals what all findings made anew say, to the last digit."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.access.area_amounts import HEADLINE_OPEN
from app.siting.apply import apply
from app.siting.scenario import Capacity, Close, Intake, Move, Open, make_scenario
from app.study import make_study
from geodata import crs

sys.path.insert(0, str(Path(__file__).parents[1] / "access"))
from towns import X0, Y0, five_cells, random_town, rules  # noqa: E402

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
                    "close": lambda n: Close(n),
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


@settings(max_examples=40, deadline=None)
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
