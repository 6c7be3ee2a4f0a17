"""A scenario's effect equals what all findings made anew say, to the last digit."""

import sys
from dataclasses import replace
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
from towns import HOME, ISLAND, X0, Y0, areas, cell, five_cells, random_town, rules

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
    pd.testing.assert_frame_equal(truth.little_choice, effect.little_choice(), check_exact=True)
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


def on_an_island(town):
    """The town with a cell on an island without practice or street, 40 km off."""
    island = pd.DataFrame([cell(40_000, 40_000, 70, ISLAND)]).astype(town.cells.dtypes.to_dict())
    outlines = areas(
        ("municipality", HOME, "Helsingør", (-100_000, -100_000, 35_000, 100_000)),
        ("municipality", ISLAND, "Bornholm", (35_000, 35_000, 50_000, 50_000)),
    )
    return replace(town, cells=pd.concat([town.cells, island], ignore_index=True), areas=outlines)


def test_opening_on_an_island_serves_it_and_nobody_else():
    """Pencil: the island's cell reaches nothing today; afterwards one practice by estimate, at its own place."""
    study = make_study(on_an_island(five_cells()), rules())
    effect = assert_equal_to_truth(study, make_scenario([Open(*lonlat(40_000, 40_000))]))
    assert np.isnan(study.findings.cells["nearest_m"].iloc[-1])
    assert 0 == pytest.approx(effect.columns["nearest_m"][-1], abs=0.01)
    was, now = study.findings.cells["all_within_limit"].to_numpy(), effect.columns["all_within_limit"]
    assert [0, 0, 0, 0, 0, 1] == (now - was).tolist()


def test_opening_out_of_everybodys_reach_changes_no_cell():
    """The island's practice, seen from the road: nothing."""
    study = make_study(on_an_island(five_cells()), rules())
    effect = assert_equal_to_truth(study, make_scenario([Open(*lonlat(49_000, 36_000))]))
    for name in ("nearest_m", "open_within_limit", "e2sfca"):
        pd.testing.assert_series_equal(
            study.findings.cells[name][:5], pd.Series(effect.columns[name][:5], name=name), check_dtype=False
        )


@pytest.mark.parametrize("count", [1, 2, 4, 5, 9])
def test_several_openings_at_once_are_exact(count):
    """Up to four places are searched one by one, more of them together; one place is opened twice."""
    study = make_study(random_town(7, cells=25), rules())
    rng = np.random.default_rng(count)
    spots = [in_town(rng) for _ in range(count)]
    assert_equal_to_truth(study, make_scenario([Open(*spots[0], 2.0), *(Open(*spot) for spot in spots)]))


def test_opening_exactly_where_a_cell_is_or_a_practice_is_exact():
    """No way at all, by network or estimate; and a location of the same coordinates as one that exists."""
    study = make_study(five_cells(), rules())
    for x in (4000, 10_000):
        effect = assert_equal_to_truth(study, make_scenario([Open(*lonlat(x, 0))]))
        assert 0 == pytest.approx(effect.columns["nearest_open_m"][x // 4000 if x < 5000 else 2], abs=0.01)


@pytest.mark.parametrize("seed", range(6))
def test_by_address_a_closing_makes_others_the_last_of_their_house(seed):
    """Whoever is left alone at addresses then takes more choices away by closing than anybody did before."""
    study = make_study(random_town(seed, cells=25, places=8, practices=12), rules(count_unit="address"))
    numbers = study.facts.practices.query("intake == 'open'")["ydernummer"].tolist()
    for number in numbers[:4]:
        assert_equal_to_truth(study, make_scenario([Close(number)]))


def test_what_was_asked_before_changes_no_answer():
    """The same scenario again, after others have been asked in between."""
    study = make_study(random_town(3, cells=25), rules())
    rng = np.random.default_rng(8)
    scenarios = [random_scenario(study.facts, rng, in_town) for _ in range(4)]
    first = [study.what_if(scenario) for scenario in scenarios]
    for effect, scenario in reversed(list(zip(first, scenarios, strict=True))):
        again = assert_equal_to_truth(study, scenario)
        pd.testing.assert_frame_equal(effect.cells(), again.cells(), check_exact=True)


def test_closing_more_practices_than_are_known_of_searches_anew():
    """All practices near a cell close, so that what is known of it does not go far enough."""
    study = make_study(random_town(11, cells=25, places=30, practices=40), rules())
    open_ones = study.facts.practices.query("intake == 'open'")["ydernummer"].tolist()
    assert len(open_ones) > 8
    assert_equal_to_truth(study, make_scenario([Close(number) for number in open_ones[:-1]]))


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
