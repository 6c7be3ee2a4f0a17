"""Laws of choice that hold in every town."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from towns import random_town, rules

from app.access.compute import find
from app.access.metrics import Case, capacity, catchment, catchment_weights, free_places
from app.access.travel import measure

SEEDS = st.integers(0, 10_000)
COUNTS = ["open_within_limit", "open_within_limit_straight"]
STANDARDS = ["open_within_standard_drive", "open_within_standard_bike", "open_within_standard_walk"]
DISTANCES = ["nearest_open_m", "second_open_m"]


def with_intake(town, number, intake):
    chosen = town.practices["ydernummer"] == number
    return replace(town, practices=town.practices.assign(intake=town.practices["intake"].mask(chosen, intake)))


def shuffled(frame, seed):
    return frame.sample(frac=1, random_state=seed).reset_index(drop=True)


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.sampled_from(["ydernummer", "address"]))
def test_opening_never_worsens_and_closing_never_improves_choice(seed, unit):
    """With one practice open instead of closed nobody counts fewer, and nobody has farther to go."""
    town, law = random_town(seed), rules(count_unit=unit)
    closed = find(with_intake(town, "000003", "closed"), law)
    opened = find(with_intake(town, "000003", "open"), law)
    for name in [*COUNTS, *STANDARDS]:
        assert (opened.cells[name] >= closed.cells[name]).all(), name
    for name in DISTANCES:
        assert (opened.cells[name].fillna(np.inf) <= closed.cells[name].fillna(np.inf)).all(), name
    assert (opened.areas["under_two"] <= closed.areas["under_two"]).all()
    assert (opened.cells["all_within_limit"] == closed.cells["all_within_limit"]).all()


@settings(max_examples=5, deadline=None)
@given(SEEDS)
def test_dispensation_counts_as_closed(seed):
    """A practice closed by dispensation gives nobody a choice."""
    town = random_town(seed)
    by_dispensation = find(with_intake(town, "000002", "dispensation"), rules())
    closed = find(with_intake(town, "000002", "closed"), rules())
    pd.testing.assert_frame_equal(closed.cells, by_dispensation.cells)


@settings(max_examples=5, deadline=None)
@given(SEEDS)
def test_open_then_close_is_nothing(seed):
    """A practice opened and closed again leaves no trace."""
    town = with_intake(random_town(seed), "000001", "closed")
    again = with_intake(with_intake(town, "000001", "open"), "000001", "closed")
    pd.testing.assert_frame_equal(find(town, rules()).cells, find(again, rules()).cells)


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.sampled_from(["ydernummer", "address"]))
def test_the_order_of_rows_does_not_matter(seed, unit):
    """Every input shuffled: joins go by key, and cells come out in the order they came in."""
    town, law = random_town(seed), rules(count_unit=unit)
    names = ("cells", "practices", "locations", "practice_locations", "areas", "places")
    mixed = replace(town, **{name: shuffled(town.frame(name), seed + i) for i, name in enumerate(names)})
    one, other = find(town, law), find(mixed, law)
    assert mixed.cells["cell_id"].tolist() == other.cells["cell_id"].tolist()
    by_key = [found.cells.sort_values("cell_id", ignore_index=True) for found in (one, other)]
    pd.testing.assert_frame_equal(*by_key, rtol=1e-9)
    pd.testing.assert_frame_equal(one.areas, other.areas, rtol=1e-9)
    drawn = [found.little_choice.drop(columns="geometry") for found in (one, other)]
    pd.testing.assert_frame_equal(*(pd.DataFrame(frame) for frame in drawn))


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.booleans())
def test_no_road_is_shorter_than_the_straight_line(seed, covered):
    """Where streets are not shorter than their straight lines, neither is any way; so by road nobody counts more."""
    town = random_town(seed, covered=covered)
    travel, found = measure(town, rules()), find(town, rules()).cells
    straight = {(r, c): v for r in range(travel.straight.rows) for c, v in zip(*travel.straight.row(r), strict=True)}
    for r in range(travel.road.rows):
        for c, metres in zip(*travel.road.row(r), strict=True):
            assert straight[r, c] <= metres * (1 + 1e-6)
    assert (found["open_within_limit"] <= found["open_within_limit_straight"]).all()
    assert (found["open_within_limit"] <= found["all_within_limit"]).all()


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_areas_add_up(seed):
    """Residents of the municipalities, and of the health councils, sum to the region, class by class."""
    areas = find(random_town(seed), rules()).areas
    summed = [c for c in areas if c.startswith(("residents", "under_")) and not c.endswith("share")]
    region = areas[areas["kind"] == "region"].iloc[0]
    for kind in ("municipality", "health_council"):
        total = areas.loc[areas["kind"] == kind, summed].sum()
        assert region[summed].astype(int).to_dict() == total.astype(int).to_dict()
    classes = areas[["residents_0", "residents_1", "residents_2_4", "residents_5_plus"]].sum(axis=1)
    assert (classes == areas["residents"]).all()
    assert (areas["residents_0"] + areas["residents_1"] == areas["under_two"]).all()


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_splitting_a_cell_changes_no_area(seed):
    """Two cells at one place with the residents of one are as good as one."""
    town = random_town(seed)
    first = town.cells.iloc[[0]]
    ages = ["age_0_14", "age_15_64", "age_65_79", "age_80_plus"]
    half = first[ages] // 2
    parts = [
        part.assign(residents=part[ages].sum(axis=1))
        for part in (first.assign(**half), first.assign(**(first[ages] - half)))
    ]
    parts[1] = parts[1].assign(cell_id="100m_99999_9999")
    whole = [part for part in parts if part["residents"].iloc[0] > 0]
    split = replace(town, cells=pd.concat([*whole, town.cells.iloc[1:]], ignore_index=True))
    pd.testing.assert_frame_equal(find(town, rules()).areas, find(split, rules()).areas, rtol=1e-9)


def reached_supply(matrix, weight, places, residents):
    """Places at the practices that any resident reaches with some weight."""
    rows = np.repeat(np.arange(matrix.rows), np.diff(matrix.start))
    return sum(places[row] for row in set(rows[(weight > 0) & (residents[matrix.cell] > 0)]))


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.sampled_from(["ydernummer", "address"]))
def test_catchments_give_out_what_is_in_reach(seed, unit):
    """The residents' sum of a 2SFCA score is the supply anybody reaches; spatial availability adds up to it too."""
    town, law = random_town(seed), rules(count_unit=unit)
    case = Case(town, law, measure(town, law))
    cells, people = find(town, law).cells, case.residents
    matrix = catchment(case)
    weight = catchment_weights(law, matrix.value)
    reached = reached_supply(matrix, weight, capacity(case), people)
    assert reached == pytest.approx((cells["e2sfca"] * people).sum() / 1000)
    assert reached == pytest.approx(cells["available_places"].sum())
    road = case.travel.road
    near = road.within(case.travel.limit_m).astype(float)
    free = reached_supply(road, near, free_places(case), people)
    assert free == pytest.approx((cells["free_places_per_1000"] * people).sum() / 1000)


@settings(max_examples=8, deadline=None)
@given(SEEDS, st.integers(1, 14), st.integers(1, 14))
def test_a_longer_limit_never_takes_a_choice_away(seed, one, other):
    """Counts grow with the free choice distance."""
    town = random_town(seed)
    short, long = sorted((one, other))
    less, more = (find(town, rules(free_choice_distance=km * 1000)).cells for km in (short, long))
    for name in [*COUNTS, "all_within_limit"]:
        assert (less[name] <= more[name]).all()
