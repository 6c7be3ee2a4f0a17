"""A proof says no more than is known."""

import math

import pytest

from app.siting.answer import Proof, Status


@pytest.mark.parametrize(
    ("value", "bound", "maximizing", "gap", "status"),
    [
        (100.0, 100.0, True, 0.0, Status.OPTIMAL),
        (100.0, 100.6, True, 0.006, Status.FEASIBLE),
        (100.0, 99.4, False, 0.006, Status.FEASIBLE),
        (100.0, 100.6, False, 0.0, Status.OPTIMAL),
        (0.0, 0.0, True, 0.0, Status.OPTIMAL),
        (0.0, 5.0, True, math.inf, Status.FEASIBLE),
        (100.0, math.inf, True, math.inf, Status.FEASIBLE),
        (math.nan, math.nan, True, math.inf, Status.INFEASIBLE),
    ],
)
def test_optimal_is_said_only_where_value_and_bound_meet(value, bound, maximizing, gap, status):
    proof = Proof(value, bound, maximizing, seconds=1.0)
    assert proof.gap == pytest.approx(gap)
    assert proof.status is status
