"""Whole people that add up: pencil cases, a slow oracle and laws."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.residents.margins import fit, largest_remainders, round_table


def slow_remainders(values, total):
    """Hamilton's method by hand, in exact fractions."""
    exact = [Fraction(value) * total / sum(map(Fraction, values)) for value in values]
    whole = [int(share) for share in exact]
    order = sorted(range(len(values)), key=lambda i: (-(exact[i] - whole[i]), i))
    for i in order[: total - sum(whole)]:
        whole[i] += 1
    return whole


def test_two_cells_of_ten_people():
    """3.2 and 5.6 of 8.8 scaled to 10: 3.636 and 6.364; the larger remainder, .636, gets the tenth."""
    found = largest_remainders(np.array([3.2, 5.6]), np.zeros(2, dtype=int), np.array([10]))
    assert [4, 6] == found.tolist()


def test_of_equal_remainders_the_earlier_row_wins():
    found = largest_remainders(np.ones(3), np.zeros(3, dtype=int), np.array([4]))
    assert [2, 1, 1] == found.tolist()


def test_groups_do_not_mix():
    found = largest_remainders(np.array([1.0, 5.0, 1.0, 5.0]), np.array([0, 1, 0, 1]), np.array([3, 5]))
    assert [2, 3, 1, 2] == found.tolist()


def test_a_total_without_values_is_refused():
    with pytest.raises(ValueError, match="group 1 has a total but no values"):
        largest_remainders(np.array([1.0, 0.0]), np.array([0, 1]), np.array([1, 1]))


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any), st.integers(0, 500))
def test_remainders_are_hamiltons(values, total):
    found = largest_remainders(np.array(values, dtype=float), np.zeros(len(values), dtype=int), np.array([total]))
    assert slow_remainders(values, total) == found.tolist()


def test_fitting_a_two_by_two_table_by_hand():
    """A uniform table with rows 3, 1 and columns 2, 2 is independent: 1.5, 1.5, 0.5, 0.5."""
    found = fit(np.ones((2, 2)), np.array([3.0, 1.0]), np.array([2.0, 2.0]))
    assert found == pytest.approx(np.array([[1.5, 1.5], [0.5, 0.5]]))


def test_fitting_keeps_the_odds_ratio_of_the_seed():
    """Iterative proportional fitting changes margins, never the cross ratio: 4 x 1 / (1 x 1) = 4."""
    found = fit(np.array([[4.0, 1.0], [1.0, 1.0]]), np.array([7.0, 3.0]), np.array([2.0, 8.0]))
    assert found[0, 0] * found[1, 1] / (found[0, 1] * found[1, 0]) == pytest.approx(4.0)
    assert found.sum(axis=0) == pytest.approx([2.0, 8.0])
    assert found.sum(axis=1) == pytest.approx([7.0, 3.0])


TABLES = st.integers(1, 25).flatmap(
    lambda rows: st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=rows, max_size=rows)
)


@settings(deadline=None)
@given(TABLES, st.randoms())
def test_rounding_keeps_rows_columns_and_stays_near(whole, random):
    """Margins of a whole table; a table with those margins, made by fitting noise; rounded again."""
    truth = np.array(whole)
    rows, columns = truth.sum(axis=1), truth.sum(axis=0)
    noise = np.array([[random.uniform(0.05, 1) for _ in range(4)] for _ in whole])
    table = fit(noise, rows.astype(float), columns.astype(float))
    found = round_table(table, rows, columns)
    assert found.min() >= 0
    assert rows.tolist() == found.sum(axis=1).tolist()
    assert columns.tolist() == found.sum(axis=0).tolist()
    assert np.abs(found - table).max() < 4


def test_rounding_a_table_by_hand():
    """Rows of 1 with .4 .6, .4 .6, .4 .6: by rows all go right (0, 3); the columns ask for (1, 2), one moves left."""
    table = np.array([[0.4, 0.6]] * 3)
    found = round_table(table, np.array([1, 1, 1]), np.array([1, 2]))
    assert [[1, 0], [0, 1], [0, 1]] == found.tolist()


def test_margins_that_disagree_are_refused():
    with pytest.raises(ValueError, match="rows sum to 2, columns to 3"):
        round_table(np.ones((1, 2)), np.array([2]), np.array([1, 2]))
