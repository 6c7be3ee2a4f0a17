"""Suitability of premises: requirements, values, weights and robust ranks, against pencil and plain Python."""

import math
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import QuestionError
from app.siting.premises.acceptability import BEST, DRAWS_AT_ONCE, acceptability, draw
from app.siting.premises.criteria import CRITERIA, curve_value, values
from app.siting.premises.ranking import rank_premises
from app.siting.premises.requirements import REQUIREMENTS, both, either, required, states
from app.siting.premises.weights import Weights, make_weights, read_weights
from geodata.premises import PREMISES

sys.path.insert(0, str(Path(__file__).parents[1] / "access"))
from towns import rules

FLAGS = (1.0, 0.0, math.nan)
CURVES = {
    "size_m2": [[100, 0], [200, 1]],
    "room_for_gps": [[1, 0], [5, 1]],
    "parking_spaces": [[0, 0], [10, 1]],
    "station_m": [[500, 1], [1500, 0]],
    "bus_stop_m": [[100, 0.5], [600, 0]],
    "residents_lifted": [[0, 0], [1000, 1]],
}
WEIGHTS = {
    "steps": [0, 1, 2, 3, 4], "spread": 1, "draws": 200, "seed": 7,
    "default": {"access": 2, "transit": 2, "size": 2, "room": 2, "parking": 2, "lifted": 2},
}  # fmt: skip
LAW = rules(premises_values=CURVES, premises_weights=WEIGHTS)
ALL_GOOD = {"step_free": "yes", "storey": 0, "accessible_toilet": "yes", "market_rent": "yes"}


def premises(*rows):
    base = {"kommunekode": "0217", "x": 7e5, "y": 6.17e6, "source": "upload"}
    said = [{"premises_id": f"T{number}", **base, **row} for number, row in enumerate(rows, start=1)]
    return PREMISES.check(pd.DataFrame(said).reindex(columns=PREMISES.names))


def measured(frame, **columns):
    own = {
        name: frame[name].astype("Float64").to_numpy(dtype=float, na_value=np.nan) for name in CURVES if name in frame
    }
    return pd.DataFrame({**own, "residents_lifted": 0.0, **columns}, index=frame.index)


def kleene(one, other, word):
    """Three-valued logic by its table: what every way to fill in the unknown agrees on."""
    ways = product(*([0.0, 1.0] if math.isnan(flag) else [flag] for flag in (one, other)))
    found = {(min if word == "and" else max)(way) for way in ways}
    return found.pop() if len(found) == 1 else math.nan


@pytest.mark.parametrize(("one", "other"), list(product(FLAGS, FLAGS)))
def test_unknown_stays_unknown_unless_the_rest_settles_it(one, other):
    pair = np.array([one]), np.array([other])
    assert np.array_equal([kleene(one, other, "and")], both(*pair), equal_nan=True)
    assert np.array_equal([kleene(one, other, "or")], either(*pair), equal_nan=True)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"step_free": "yes", "storey": 0}, "met"),
        ({"step_free": "yes", "storey": 2, "lift": "yes"}, "met"),
        ({"step_free": "yes", "storey": 2, "lift": "no"}, "not_met"),
        ({"step_free": "yes", "storey": 2}, "unknown"),
        ({"step_free": "yes", "lift": "yes"}, "met"),
        ({"step_free": "yes"}, "unknown"),
        ({"step_free": "no", "storey": 0}, "not_met"),
        ({"step_free": "no"}, "not_met"),
        ({"storey": 0}, "unknown"),
        ({"storey": -1, "lift": "no"}, "not_met"),
    ],
)
def test_a_wheelchair_must_get_in_and_up(said, expected):
    assert [expected] == states(premises(said), ("step_free",))["step_free"].tolist()


def test_requirements_hold_on_the_occasions_of_their_cards():
    assert tuple(REQUIREMENTS) == required(rules(), "new_establishment") == required(rules(), "move")
    only = rules(requirement_accessible_toilet=["move"])
    assert ("step_free", "market_rent") == required(only, "new_establishment")
    with pytest.raises(QuestionError, match="party"):
        required(rules(), "party")


def test_values_are_straight_between_points_and_a_range_where_unknown():
    low, high = curve_value(np.array([50.0, 100, 150, 200, 900, math.nan]), CURVES["size_m2"])
    assert [0, 0, 0.5, 1, 1, 0] == low.tolist()
    assert [0, 0, 0.5, 1, 1, 1] == high.tolist()


def test_pencil_values_of_each_criterion():
    """1: all known. 2: nothing known. 3: two of three ways in known, a bus stop near and the station unknown."""
    frame = premises(
        {**ALL_GOOD, "size_m2": 150, "room_for_gps": 3, "parking_spaces": 5, "station_m": 1000, "bus_stop_m": 100},
        {},
        {"step_free": "yes", "lift": "yes", "bus_stop_m": 350},
    )
    low, high = values(frame, measured(frame), LAW)
    assert ["access", "transit", "size", "room", "parking", "lifted"] == list(CRITERIA)
    assert [1, 0.5, 0.5, 0.5, 0.5, 0] == low[0].tolist() == high[0].tolist()
    assert [0, 0, 0, 0, 0, 0] == low[1].tolist()
    assert [1, 1, 1, 1, 1, 0] == high[1].tolist()
    assert [2 / 3, 0.25] == low[2, :2].tolist()
    assert [1, 1] == high[2, :2].tolist()


def test_pencil_ranking():
    """Weights access 2 of 12 and so on: T1 gets half of 5/6; T2 fails; T3, unknown throughout, scores 5/12 of 100."""
    frame = premises(
        {**ALL_GOOD, "size_m2": 150, "room_for_gps": 3, "parking_spaces": 5, "station_m": 1000, "bus_stop_m": 600},
        {**ALL_GOOD, "step_free": "no"},
        {},
    )
    found = rank_premises(frame, measured(frame), LAW, make_weights(LAW))
    assert [1, 0, 2] == found.rank.tolist()
    assert np.allclose([50.0, 100 / 6 * (2 / 3 + 4 / 2), 100 * 5 / 12], found.score)
    assert [0, 2, 1] == found.order.tolist()
    assert [False, True, False] == found.failing.tolist()
    assert np.isnan(found.best[1]).all()
    assert [1.0, 1.0] == found.best[[0, 2], 1].tolist()
    assert ["lifted", "lifted", "lifted"] == found.weakest
    low, high = found.score_range
    assert np.allclose([50.0, 0.0], low[[0, 2]])
    assert np.allclose([50.0, 500 / 6], high[[0, 2]])


def plain_acceptability(low, high, weights, draws, seed):
    """SMAA in loops: score every premises under every drawn weighting, and count who is better."""
    random = np.random.default_rng(seed)
    unknown = [(i, j) for i in range(len(low)) for j in range(low.shape[1]) if high[i, j] > low[i, j]]
    counts = [[0, 0, 0] for _ in low]
    for start in range(0, draws, DRAWS_AT_ONCE):
        part = draw(random, min(DRAWS_AT_ONCE, draws - start), weights, len(unknown))
        for weight, luck in zip(part.weight, part.luck, strict=True):
            value = [list(row) for row in low]
            for (i, j), share in zip(unknown, luck, strict=True):
                value[i][j] = low[i, j] + share * (high[i, j] - low[i, j])
            scores = [math.fsum(w * v for w, v in zip(weight, row, strict=True)) for row in value]
            for i, score in enumerate(scores):
                better = sum(other > score + 1e-12 for other in scores)
                for k, most in enumerate(BEST):
                    counts[i][k] += better < most
    return np.array(counts) / draws


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 8))
def test_acceptabilities_are_those_of_plain_python(seed, number):
    random = np.random.default_rng(seed)
    low = random.integers(0, 4, (number, 6)) / 4
    high = np.where(random.random((number, 6)) < 0.3, np.maximum(low, random.integers(0, 5, (number, 6)) / 4), low)
    steps = random.integers(0, 5, 6)
    steps[random.integers(6)] = 3
    weights = make_weights(LAW, dict(zip(CRITERIA, steps.tolist(), strict=True)))
    fast = acceptability(low, high, weights, 40, seed)
    assert np.allclose(plain_acceptability(low, high, weights, 40, seed), fast)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 9))
def test_laws_of_acceptability(seed, number):
    """Shares grow with the number of best; they add up to it without ties; a dominated one never beats its better."""
    random = np.random.default_rng(seed)
    low = random.random((number, 6))
    low[1] = low[0] * 0.9
    weights = make_weights(LAW)
    found = acceptability(low, low, weights, 100, seed)
    assert (np.diff(found, axis=1) >= 0).all()
    assert np.allclose([min(best, number) for best in BEST], found.sum(axis=0))
    assert (found[1] <= found[0]).all()
    order = random.permutation(number)
    assert np.array_equal(found[order], acceptability(low[order], low[order], weights, 100, seed))


def test_weights_are_drawn_within_a_step_and_add_up_to_one():
    """Half of two criteria, one decisive (3 to 4) and one slight (0 to 2): its share lies between 3/5 and 1."""
    weights = Weights((4, 1), np.array([0.8, 0.2]), np.array([3.0, 0.0]), np.array([4.0, 2.0]))
    found = draw(np.random.default_rng(1), 2000, weights, 0).weight
    assert np.allclose(1.0, found.sum(axis=1))
    assert 0.6 <= found[:, 0].min() < 0.62
    assert 0.98 < found[:, 0].max() <= 1.0


def test_the_same_question_has_the_same_answer_to_the_digit(sample_study):
    one = sample_study.rank_premises(sample_study.facts.premises)
    two = sample_study.rank_premises(sample_study.facts.premises)
    assert np.array_equal(one.best, two.best, equal_nan=True)
    assert one.draws >= 10_000


def test_more_of_a_criterion_moves_its_winner_up(sample_study):
    """Under decisive parking and all else unimportant the order is that of parking alone."""
    said = dict.fromkeys(CRITERIA, "unimportant") | {"parking": "decisive"}
    found = sample_study.rank_premises(sample_study.facts.premises, said)
    parking = list(CRITERIA).index("parking")
    middle = (found.low[:, parking] + found.high[:, parking]) / 2
    ranked = found.order[: int((found.rank > 0).sum())]
    assert (np.diff(middle[ranked]) <= 1e-12).all()


def test_no_premises_and_one_premises_are_ranked_too():
    nothing = premises()[:0] if len(premises({})) else None
    assert 0 == len(rank_premises(nothing, measured(nothing), LAW, make_weights(LAW)).rank)
    frame = premises({})
    found = rank_premises(frame, measured(frame), LAW, make_weights(LAW))
    assert ([1], [[1.0, 1.0, 1.0]]) == (found.rank.tolist(), found.best.tolist())


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"beauty": 3}, "beauty"),
        ({"size": 5}, "0 to 4"),
        ({"size": -1}, "0 to 4"),
        ({"size": "nan"}, "nan"),
        (dict.fromkeys(CRITERIA, 0), "at least one criterion"),
    ],
)
def test_bad_weights_are_named(said, word):
    with pytest.raises(QuestionError, match=word):
        make_weights(LAW, said)


def test_weights_are_read_from_words_and_numbers():
    assert {"size": "4", "lifted": "decisive"} == read_weights("size=4, lifted=decisive")
    assert {} == read_weights("")
    for bad in ("size", "=4", "size=1,size=2"):
        with pytest.raises(QuestionError):
            read_weights(bad)


def test_the_methods_pencil_example():
    """Weight 2 for access and size only: 2/3 to 1 by access, 1/2 by size, gives 66.7 between 58.3 and 75."""
    frame = premises({"step_free": "yes", "storey": 0, "size_m2": 150})
    said = dict.fromkeys(CRITERIA, 0) | {"access": 2, "size": 2}
    found = rank_premises(frame, measured(frame), LAW, make_weights(LAW, said))
    low, high = found.score_range
    assert [66.7, 58.3, 75.0] == [round(float(value[0]), 1) for value in (found.score, low, high)]
