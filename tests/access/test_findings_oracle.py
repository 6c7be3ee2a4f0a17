"""Every metric, the areas and the most exposed closing against plain Python, on towns at random."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import plain_cells, plain_fragility
from towns import random_town, rules

from app.access.compute import find
from app.access.findings import CELL_FINDINGS
from app.access.metrics import METRICS

SEEDS = st.integers(0, 10_000)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.sampled_from(["ydernummer", "address"]), st.booleans())
def test_every_metric_is_that_of_plain_python(seed, unit, covered):
    """With and without a network, counting practices or addresses; what cannot be reached is empty."""
    town, law = random_town(seed, covered=covered), rules(count_unit=unit)
    found, expected = find(town, law).cells, plain_cells(town, law)
    assert set(expected) == {*METRICS, "estimated"}
    for name, values in expected.items():
        wanted = np.where(np.isfinite(np.array(values, dtype=float)), values, np.nan).astype(float)
        np.testing.assert_allclose(found[name].to_numpy(dtype=float), wanted, rtol=1e-5, atol=1e-6, err_msg=name)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.sampled_from(["ydernummer", "address"]))
def test_areas_and_exposure_are_those_of_plain_python(seed, unit):
    """Municipality by municipality: who has too few, who would have, and which closing hits most."""
    town, law = random_town(seed, practices=9, places=4), rules(count_unit=unit)
    findings, cells = find(town, law), plain_cells(town, law)
    people = town.cells["residents"].to_numpy()
    for area in findings.areas.query("kind in ('municipality', 'region')").to_dict("records"):
        inside = (town.cells["kommunekode"] == area["code"]).to_numpy() | (area["kind"] == "region")
        short = np.array(cells["open_within_limit"]) < 2
        assert people[inside & short].sum() == area["under_two"]
        assert people[inside & (np.array(cells["all_within_limit"]) < 2)].sum() == area["under_two_if_all_open"]
        assert people[inside & (np.array(cells["open_within_limit"]) == 0)].sum() == area["residents_0"]
        number, lost = plain_fragility(town, law, inside)
        if number is None:
            assert pd.isna(area["fragile_ydernummer"])
            assert pd.isna(area["fragile_residents"])
        else:
            assert (number, lost) == (area["fragile_ydernummer"], area["fragile_residents"])


def test_every_metric_is_a_column_and_says_its_source():
    """The metrics fill the table of cells but for its key, limit, class and flag."""
    others = {"cell_id", "limit_m", "choice_class", "estimated"}
    assert set(CELL_FINDINGS.names) == {*METRICS, *others}
    for name, metric in METRICS.items():
        assert name == metric.column.name
        assert metric.paper, name
