"""How many residents one new practice would lift to the minimum, at each of many places.

A new practice gives every cell within its limit one open practice more, so it lifts the residents of those that are one
short. Only these cells are asked about; practice by practice the answer is that of `study.what_if`.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from app.access.headline import ROAD
from app.access.matrix import Floats, gather, straight
from app.access.travel import ROAD_MODE
from app.siting.apply import Point, homes_of
from app.siting.baseline import Baseline
from geodata import crs, units


def residents_lifted(base: Baseline, points: Sequence[Point]) -> Floats:
    """(points,) residents lifted by a practice at each point, longitude and latitude.

    Raises
    ------
    OutsideError : a point lies outside the region
    """
    cells = np.flatnonzero(base.headline.open == base.headline.minimum - 1)
    if not len(points) or not len(cells):
        return np.zeros(len(points))
    x, y = crs.to_inside(*np.array(points, dtype=float).T)
    limit, people = base.case.travel.limit_m[cells], base.headline.residents[cells]
    if base.headline.measure == ROAD:
        places = pd.DataFrame(
            {"kommunekode": homes_of(base.homes, base.case.facts.region.name_da, points, x, y), "x": x, "y": y}
        )
        ways = base.roads[ROAD_MODE].of(cells).to(places).within(units.METRES, float(limit.max()))
        matrix = gather(ways, [[i] for i in range(len(points))])
    else:
        matrix = straight(base.xy[cells], np.column_stack([x, y]), float(limit.max()))
    row = np.repeat(np.arange(matrix.rows), np.diff(matrix.start))
    near = matrix.within(limit)
    return np.bincount(row[near], weights=people[matrix.cell[near]], minlength=len(points)).astype(float)
