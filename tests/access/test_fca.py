"""Floating catchment areas against the worked examples of the papers that introduced them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.fca import GRID, places_per_resident, spatial_availability, step_weights
from app.access.matrix import from_rows


def dense(costs, unit="min", cutoff=1e9):
    """A matrix from costs (destinations, cells)."""
    cells = np.arange(len(costs[0]), dtype=np.int32)
    return from_rows(((cells, np.array(row, dtype=float)) for row in costs), len(cells), unit, cutoff)


def test_two_steps_as_in_luo_and_wang():
    """Luo and Wang (2003), figure 3: eleven tracts of one person, physicians a and b, a catchment of 30 minutes.

    Tracts 1-4, 6, 7, 9 and 10 lie within 30 minutes of a, which so has 1/8 physician a person; 4, 5, 8 and 11 of b,
    which has 1/4. Tract 4 lies in both catchments and has 3/8.
    """
    near_a, near_b = {1, 2, 3, 4, 6, 7, 9, 10}, {4, 5, 8, 11}
    minutes = [[20 if tract in near else 40 for tract in range(1, 12)] for near in (near_a, near_b)]
    matrix = dense(minutes)
    weight = matrix.within(30).astype(float)
    found = places_per_resident(matrix, weight, np.ones(2), np.ones(11))
    assert pytest.approx([1 / 8, 1 / 8, 1 / 8, 3 / 8, 1 / 4, 1 / 8, 1 / 8, 1 / 4, 1 / 8, 1 / 8, 1 / 4]) == found
    assert 2 == pytest.approx(found.sum())


def test_spatial_availability_as_in_soukhov_and_others():
    """Soukhov, Paez, Higgins and Mohamed (2023): three zones, travel weighed by exp(-0.1 x minutes).

    A has 50,000 people, B 150,000, C 10,000; jobs are 100,000, 100,000 and 10,000; 15 minutes within a zone, 30
    between A and B, 100 to and from C. Jobs available a person: 1.337, 0.888, 0.996.
    """
    people, jobs = np.array([50_000.0, 150_000.0, 10_000.0]), np.array([100_000.0, 100_000.0, 10_000.0])
    matrix = dense([[15, 30, 100], [30, 15, 100], [100, 100, 15]])
    available = spatial_availability(matrix, np.exp(-0.1 * matrix.value.astype(float)), jobs, people)
    assert pytest.approx([1.337, 0.888, 0.996], abs=5e-4) == available / people
    assert 210_000 == pytest.approx(available.sum())


def test_zones_are_inclusive():
    """At a bound the nearer zone's weight holds; beyond the last bound there is none."""
    found = step_weights(np.array([0, 5, 5.001, 10, 15, 15.001]), [5, 10, 15], [1.0, 0.68, 0.22])
    assert [1.0, 1.0, 0.68, 0.68, 0.22, 0.0] == found.tolist()


def test_a_practice_nobody_reaches_gives_nothing():
    """No division by nought, and its places fall to nobody."""
    matrix = dense([[10, 40], [40, 40]])
    weight = matrix.within(30).astype(float)
    assert [0.5, 0] == places_per_resident(matrix, weight, np.array([5.0, 7.0]), np.array([10.0, 20.0])).tolist()
    assert [5, 0] == spatial_availability(matrix, weight, np.array([5.0, 7.0]), np.array([10.0, 20.0])).tolist()


@given(
    st.lists(st.lists(st.floats(0, 60), min_size=4, max_size=4), min_size=1, max_size=5),
    st.lists(st.integers(1, 500), min_size=4, max_size=4),
)
def test_spatial_availability_is_the_score_times_the_people(costs, people):
    """With residents as demand, availability a head is the two-step score: two papers, one allocation."""
    matrix, residents = dense(costs), np.array(people, dtype=float)
    weight = step_weights(matrix.value, [20, 40], [1.0, 0.5])
    supply = np.arange(1.0, len(costs) + 1)
    score = places_per_resident(matrix, weight, supply, residents)
    rounding = GRID * len(costs) * max(people)
    available = spatial_availability(matrix, weight, supply, residents)
    np.testing.assert_allclose(score * residents, available, rtol=1e-9, atol=rounding)
