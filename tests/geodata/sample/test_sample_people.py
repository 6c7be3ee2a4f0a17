"""Residents of the sample: to the person, in cells of the Danish grid."""

import numpy as np
import pytest

from geodata.facts import AGE_COLUMNS
from geodata.sample.ages import systematic
from geodata.sample.outlines import read_table


@pytest.fixture(scope="module")
def cells(sample):
    return sample.cells


@pytest.fixture(scope="module")
def official():
    return read_table("municipalities").set_index("kommunekode")


@pytest.mark.parametrize(
    ("column", "published"),
    [("residents", "pop_2026"), ("age_65_79", "pop_65_79_2026"), ("age_80_plus", "pop_80plus_2026")],
)
def test_every_municipality_is_exact_to_the_person(cells, official, column, published):
    assert official[published].to_dict() == cells.groupby("kommunekode")[column].sum().to_dict()


def test_age_groups_add_up_in_every_cell(cells):
    assert (cells["residents"] == cells[list(AGE_COLUMNS)].sum(axis=1)).all()


def test_there_are_about_77_000_cells(cells):
    assert 75_000 < len(cells) < 80_000


def test_ids_are_those_of_the_danish_grid(cells):
    north, east = np.floor(cells["y"] / 100).astype(int), np.floor(cells["x"] / 100).astype(int)
    assert (cells["cell_id"] == "100m_" + north.astype(str) + "_" + east.astype(str)).all()
    assert (cells["x"] % 100 == 50).all()
    assert (cells["y"] % 100 == 50).all()


def test_the_city_districts_hold_the_city(cells, official):
    city = cells[cells["kommunekode"] == "0101"]
    by_district = city.groupby("city_district")["residents"].sum()
    assert [str(n) for n in range(1, 11)] == sorted(by_district.index, key=int)
    assert official.loc["0101", "pop_2026"] == by_district.sum()
    assert by_district.between(40_000, 95_000).all()
    assert cells.loc[cells["kommunekode"] != "0101", "city_district"].isna().all()


def test_nobody_lives_across_the_border(cells, sample):
    assert set(cells["kommunekode"]) == set(sample.region.codes)


def test_density_is_as_uneven_as_a_real_region(cells):
    square = (cells["x"] // 1000) * 10_000 + cells["y"] // 1000
    people = np.sort(cells["residents"].groupby(square).sum())[::-1]
    assert 0.65 < people[: len(people) // 10].sum() / people.sum() < 0.78


def test_systematic_rounding_keeps_sums_and_every_value_within_one():
    random = np.random.default_rng(3)
    expected = random.random((200, 4)) * 5
    code = np.repeat(["a", "b"], 100)
    for name in ("a", "b"):
        here = code == name
        expected[here] *= np.round(expected[here].sum(axis=0)) / expected[here].sum(axis=0)
    whole = systematic(expected, code, random)
    assert (np.abs(whole - expected) < 1).all()
    for name in ("a", "b"):
        assert np.allclose(expected[code == name].sum(axis=0), whole[code == name].sum(axis=0))
