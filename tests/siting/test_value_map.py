"""The value of many places at once equals the effect of a practice at each."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_what_if import in_town, random_town, rules

from app.errors import OutsideError
from app.siting.scenario import Open, make_scenario
from app.study import make_study


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["road", "straight"]), st.booleans())
def test_each_value_is_the_effect_of_opening_there(seed, measure, covered):
    """Residents lifted at each point, as `what_if` finds them one by one."""
    study = make_study(random_town(seed, cells=25, covered=covered), rules(distance_measure=measure))
    rng = np.random.default_rng(seed)
    points = [in_town(rng) for _ in range(6)]
    one_by_one = [study.what_if(make_scenario([Open(*point)])).lifted[0] for point in points]
    assert one_by_one == study.value_map(points).tolist()


def test_no_points_have_no_values():
    """An empty question has an empty answer, and a point outside is refused."""
    study = make_study(random_town(1), rules())
    assert [] == study.value_map([]).tolist()
    with pytest.raises(OutsideError):
        study.value_map([(2.35, 48.85)])
