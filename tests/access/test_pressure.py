"""Pressure on capacity: listed patients of the practices in reach over their closing limits."""

import numpy as np
import pytest
from shown_town import town_study

from app.access.pressure import use_within_limit


@pytest.fixture(scope="module")
def town():
    return town_study()


def slowly(study):
    """The same by plain loops: for each cell, the practices within its limit by road."""
    travel, supply = study.travel, study.travel.supply
    found = []
    for cell in range(travel.road.cells):
        taken = places = 0.0
        rows, metres = travel.road.column(cell)
        for row, value in zip(rows.tolist(), metres.tolist(), strict=True):
            if value <= np.float32(travel.limit_m[cell]):
                for practice in supply.row_practices[row]:
                    taken += supply.practices["listed_patients"].iloc[practice]
                    places += supply.practices["closing_limit"].iloc[practice]
        found.append(taken / places if places else np.nan)
    return found


def test_as_by_plain_loops(town):
    """Closed and open practices count alike; a cell that reaches none has no answer."""
    found = use_within_limit(town.travel)
    np.testing.assert_allclose(slowly(town), found, rtol=1e-9)


def test_by_hand(town):
    """On the island only 000006 is in reach: 1,000 listed of 1,600."""
    last = town.facts.cells["kommunekode"].eq("0400").to_numpy()
    limit = town.facts.practices.set_index("ydernummer").loc["000006", "closing_limit"]
    assert [1000 / limit] == pytest.approx(use_within_limit(town.travel)[last])
