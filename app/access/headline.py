"""The headline: how many open practices each cell counts by the measure in force, and who has too few."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.access.choice import practices_within
from app.access.matrix import Flags, Floats, Matrix
from app.access.metrics import Case
from app.errors import QuestionError
from geodata.facts import Facts

ROAD, STRAIGHT = "road", "straight"


@dataclass(frozen=True)
class Headline:
    """Counts by the rule's measure.

    Parameters
    ----------
    measure : road or straight, of the rule `distance_measure`
    minimum : fewest open practices to choose between, of the rule `minimum_open`
    matrix : costs by row of the supply in that measure
    open, all : (cells,) practices within the limit, open ones and all
    residents : (cells,) residents
    older : (cells,) residents of 65 or over; oldest : of 80 or over
    """

    measure: str
    minimum: int
    matrix: Matrix
    open: NDArray[np.int64]
    all: NDArray[np.int64]
    residents: Floats
    older: Floats
    oldest: Floats

    @property
    def short(self) -> Flags:
        """(cells,) whether residents have fewer open practices than the minimum."""
        return np.asarray(self.open < self.minimum, dtype=bool)

    @property
    def short_if_all_open(self) -> Flags:
        """(cells,) whether they would have fewer even if every practice were open: distance is the cause."""
        return np.asarray(self.all < self.minimum, dtype=bool)


def make_headline(case: Case, findings: pd.DataFrame) -> Headline:
    """The headline of a case, from the metrics already computed.

    Parameters
    ----------
    findings : columns of `METRICS`, one row for each cell in the order of `facts.cells`

    Raises
    ------
    QuestionError : the rule `distance_measure` is neither road nor straight
    """
    measure, travel = str(case.rules.value("distance_measure")), case.travel
    if measure not in (ROAD, STRAIGHT):
        raise QuestionError(f"rule distance_measure is {measure!r}; expected {ROAD} or {STRAIGHT}")
    by_road = measure == ROAD
    matrix = travel.road if by_road else travel.straight
    counted = findings["all_within_limit"].to_numpy() if by_road else _all(case, matrix)
    older, oldest = _ages(case.facts)
    return Headline(
        measure=measure,
        minimum=int(case.rules.value("minimum_open")),
        matrix=matrix,
        open=findings["open_within_limit" if by_road else "open_within_limit_straight"].to_numpy(),
        all=counted,
        residents=case.residents,
        older=older,
        oldest=oldest,
    )


def _all(case: Case, matrix: Matrix) -> NDArray[Any]:
    return practices_within(matrix, case.travel.supply.all_count, case.travel.limit_m)


def _ages(facts: Facts) -> tuple[Floats, Floats]:
    oldest = facts.cells["age_80_plus"].to_numpy(dtype=float)
    return facts.cells["age_65_79"].to_numpy(dtype=float) + oldest, oldest
