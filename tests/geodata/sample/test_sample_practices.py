"""Invented practices: how many, how large, how open, how far."""

import numpy as np
import pytest

from geodata.sample import report
from geodata.sample.outlines import read_table
from geodata.sample.people import official
from geodata.sample.practice_sites import apportioned, best_cells
from geodata.sample.reach import share_by


@pytest.fixture(scope="module")
def home(sample):
    return report.at_home(sample)


def test_630_practices_with_1150_capacities_in_the_region(sample, home):
    assert 630 == home.sum()
    assert 1150 == sample.practices["capacities"][home].sum()


def test_practices_across_the_border_count_too(sample, home):
    outside = report.doors(sample)["kommunekode"][~home]
    assert 40 <= len(outside) <= 60
    assert set(outside) <= {one.code for one in sample.region.neighbours}


def test_23_per_cent_are_open(sample, home):
    assert (sample.practices["intake"][home] == "open").mean() == pytest.approx(0.23, abs=0.005)


def test_lists_are_near_1600_a_capacity_and_hold_no_more_than_the_residents(sample, home):
    own = sample.practices[home]
    people = sample.cells["residents"].sum()
    assert 1500 < own["listed_patients"].sum() / own["capacities"].sum() < 1750
    assert 0.95 < own["listed_patients"].sum() / people <= 1.0


def test_a_closed_practice_has_reached_its_limit_or_has_a_dispensation(sample):
    closed = sample.practices[sample.practices["intake"] == "closed"]
    assert (closed["listed_patients"] >= closed["closing_limit"]).all()
    excused = sample.practices[sample.practices["intake"] == "dispensation"]
    assert len(excused) > 5
    assert (excused["listed_patients"] < excused["closing_limit"]).all()


def test_capacities_at_the_locations_add_up(sample):
    parts = sample.practice_locations.groupby("ydernummer")["capacities"].sum()
    assert sample.practices.set_index("ydernummer")["capacities"].to_dict() == parts.to_dict()
    assert 8 == (sample.practice_locations["ydernummer"].value_counts() == 2).sum()


def test_some_practices_share_an_address(sample):
    shared = sample.practice_locations["location_id"].value_counts()
    assert (shared > 1).sum() > 80


def test_every_capacity_has_a_doctor_of_working_age(sample):
    doctors = sample.doctors.groupby("ydernummer").size()
    assert (doctors == sample.practices.set_index("ydernummer")["capacities"]).all()
    assert sample.doctors["age"].between(34, 75).all()
    assert 0.15 < (sample.doctors["age"] >= 60).mean() < 0.4


def test_step_free_access_is_known_for_most_and_lacking_for_many(sample):
    share = sample.locations["step_free_access"].value_counts(normalize=True)
    assert 0.5 < share["yes"] < 0.75
    assert 0 < share["unknown"] < 0.08


def test_numbers_are_six_digits_and_none_that_was_issued(sample):
    assert sample.practices["ydernummer"].str.fullmatch(r"000\d{3}").all()


def test_practices_stand_where_people_go(sample):
    stations = read_table("stations")[["x", "y"]].to_numpy()
    spots = sample.locations[["x", "y"]].to_numpy()
    away = np.hypot(*(spots[:, None] - stations[None]).transpose(2, 0, 1)).min(axis=1)
    people = sample.cells[["x", "y"]].to_numpy()[::50]
    everybody = np.hypot(*(people[:, None] - stations[None]).transpose(2, 0, 1)).min(axis=1)
    assert np.median(away) < 0.6 * np.median(everybody)


def test_the_way_to_the_nearest_follows_the_published_figures(sample):
    km = report.nearest_km(sample)
    assert km.between(0.3, 4.0).all()
    assert km.corr(official()["avg_km_nearest_gp_2024"].reindex(km.index), method="spearman") > 0.9


def test_choice_lacks_somewhere_but_not_everywhere(sample):
    little = report.little_choice(sample)
    people = sample.cells["residents"].to_numpy(dtype=float)
    assert 0.01 < people[little].sum() / people.sum() < 0.08
    share = share_by(report.codes(sample), people, little)
    assert share.between(0.01, 0.9).sum() >= 5
    assert (share == 0).sum() >= 15


def test_largest_remainder_keeps_the_total():
    assert [3, 2, 1] == apportioned(np.array([5.2, 3.9, 2.1]), 6).tolist()
    assert 1150 == apportioned(np.random.default_rng(1).random(29), 1150).sum()


def test_the_best_cells_keep_their_distance():
    xy = np.array([(0.0, 0.0), (100.0, 0.0), (300.0, 0.0), (320.0, 0.0)])
    score = np.array([4.0, 3.0, 1.0, 2.0])
    assert [0, 3] == best_cells(np.arange(4), score, xy, 3, 180.0).tolist()
