"""Ways put in the order of their cells, held to sorting all of them at once."""

import numpy as np
import pytest

from app.siting.by_cell import nearest_first


@pytest.mark.parametrize("seed", range(10))
def test_each_cell_has_its_ways_by_length_and_equal_ones_as_they_came(seed):
    """Many of the same length, cells without any, the first and the last cell among them."""
    rng = np.random.default_rng(seed)
    cells, entries = int(rng.integers(1, 40)), int(rng.integers(0, 300))
    cell, site = rng.integers(0, cells, entries).astype(np.int32), np.arange(entries, dtype=np.int32)
    cost = rng.integers(0, 9, entries).astype(float)
    start, sites, costs = nearest_first(cells, cell, site, cost)
    order = np.lexsort((site, cost, cell))
    assert np.array_equal(np.searchsorted(cell[order], np.arange(cells + 1)), start)
    assert np.array_equal(site[order], sites)
    assert np.array_equal(cost[order], costs)
