"""How many residents one new practice would lift to the minimum, at each of many places.

A new practice gives every cell within its limit one open practice more, so it lifts the residents of those that are one
short. Only these cells are asked about; practice by practice the answer is that of `study.what_if`.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.access.headline import ROAD
from app.access.matrix import Floats, gather, straight
from app.access.travel import ROAD_MODE
from app.siting.apply import Point, homes_of
from app.siting.baseline import Baseline
from app.siting.covering.problem import CoverProblem
from geodata import crs, units

Cells = NDArray[np.intp]


def residents_lifted(base: Baseline, points: Sequence[Point]) -> Floats:
    """(points,) residents lifted by a practice at each point, longitude and latitude.

    Raises
    ------
    OutsideError : a point lies outside the region
    """
    cells = np.flatnonzero(base.headline.open == base.headline.minimum - 1)
    if not len(points) or not len(cells):
        return np.zeros(len(points))
    point, cell = within_limits(base, cells, points)
    people = base.headline.residents[cells]
    return np.bincount(point, weights=people[cell], minlength=len(points)).astype(float)


def premises_problem(base: Baseline, points: Sequence[Point]) -> CoverProblem:
    """The covering question of which of some points lift most residents to the minimum together.

    Raises
    ------
    OutsideError : a point lies outside the region
    """
    lacking = base.headline.minimum - base.headline.open
    cells = np.flatnonzero(lacking > 0)
    point, cell = within_limits(base, cells, points)
    start = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=len(cells)))])
    people = base.headline.residents[cells].astype(float)
    need, sites = lacking[cells].astype(np.int32), point[np.lexsort((point, cell))].astype(np.int32)
    return CoverProblem(people, need, start, sites, len(points))


def within_limits(base: Baseline, cells: Cells, points: Sequence[Point]) -> tuple[Cells, Cells]:
    """Pairs of a point and a cell (position in `cells`) within the limit of the cell's home, in the headline's measure.

    Raises
    ------
    OutsideError : a point lies outside the region
    """
    x, y = crs.to_inside(*np.array(points, dtype=float).T)
    limit = base.case.travel.limit_m[cells]
    if base.headline.measure == ROAD:
        places = pd.DataFrame(
            {"kommunekode": homes_of(base.homes, base.case.facts.region.name_da, points, x, y), "x": x, "y": y}
        )
        ways = base.roads[ROAD_MODE].of(cells).to(places).within(units.METRES, float(limit.max()))
        matrix = gather(ways, [[i] for i in range(len(points))])
    else:
        matrix = straight(base.xy[cells], np.column_stack([x, y]), float(limit.max()))
    near = matrix.within(limit)
    return np.repeat(np.arange(matrix.rows), np.diff(matrix.start))[near], matrix.cell[near].astype(np.intp)
