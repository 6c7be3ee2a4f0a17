"""How many practices residents can choose between, and how far it is to the nearest."""

import numpy as np
from numpy.typing import NDArray

from app.access.findings import CHOICE_BREAKS, CHOICE_CLASSES
from app.access.matrix import Floats, Matrix
from app.access.trips import Nearest

Counts = NDArray[np.int64]


def practices_within(matrix: Matrix, count: Floats, limit: float | Floats) -> Counts:
    """(cells,) distinct practices within a limit, inclusive: the law's test (sundhedsloven § 59; domain notes A1).

    Parameters
    ----------
    matrix : cost by row of the supply, cut off at the limit or beyond
    count : (rows,) practices each row stands for: open ones or all
    limit : one for all, or each cell's own
    """
    return np.rint(matrix.count(count, limit)).astype(np.int64)


def choice_class(count: Counts) -> NDArray[np.str_]:
    """(cells,) class of a count: the value of `CHOICE_CLASSES`, by the fixed `CHOICE_BREAKS`."""
    values = np.array([code.value for code in CHOICE_CLASSES])
    return values[choice_number(count)]


def choice_number(count: Counts) -> NDArray[np.uint8]:
    """(cells,) place of a count's class in `CHOICE_CLASSES`."""
    return np.searchsorted(CHOICE_BREAKS, count, side="right").astype(np.uint8)


def nearest_value(nearest: Nearest) -> Floats:
    """(cells,) cost to the nearest practice, NaN where none can be reached."""
    return _without_infinity(nearest.value[:, 0])


def second_value(nearest: Nearest, count: Floats) -> Floats:
    """(cells,) cost to the second nearest practice, NaN where no two can be reached.

    It equals the nearest where that row stands for two practices or more.
    """
    group = nearest.group[:, 0]
    twice = (group >= 0) & (np.append(count, 0.0)[group] >= 2)
    return _without_infinity(np.where(twice, nearest.value[:, 0], nearest.value[:, 1]))


def _without_infinity(cost: Floats) -> Floats:
    return np.where(np.isfinite(cost), cost, np.nan)
