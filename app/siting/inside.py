"""Which points lie in an area: the region, a council, municipality or district, or a polygon that was drawn."""

from collections.abc import Callable, Sequence

import numpy as np
import shapely

from app.access.matrix import Flags, Floats
from app.errors import NotFoundError
from app.siting.question import Area
from geodata import crs
from geodata.facts import Facts

Inside = Callable[[Floats, Sequence[str]], Flags]
"""Which points (n, 2), with their municipalities, lie in an area."""


def inside_area(facts: Facts, area: Area) -> Inside:
    """What tells whether points lie in an area; a point on a border lies inside.

    Raises
    ------
    NotFoundError : there is no such area
    """
    if area.kind == "polygon":
        return _within(shapely.Polygon(np.column_stack(crs.to_inside(*np.array(area.ring).T))))
    region = facts.region
    if area.kind == "region":
        return _of_codes(frozenset(region.codes))
    if area.kind == "health_council":
        codes = frozenset(m.code for m in region.municipalities if m.health_council == area.code)
    elif area.kind == "municipality":
        codes = frozenset({area.code} & set(region.codes))
    else:
        return _within(_district(facts, area.code))
    if not codes:
        raise _unknown(facts, area)
    return _of_codes(codes)


def _of_codes(codes: frozenset[str]) -> Inside:
    return lambda _xy, homes: np.array([home in codes for home in homes], dtype=bool)


def _within(outline: shapely.Geometry) -> Inside:
    shapely.prepare(outline)
    return lambda xy, _homes: np.asarray(shapely.intersects_xy(outline, xy[:, 0], xy[:, 1]), dtype=bool)


def _district(facts: Facts, code: str) -> shapely.Geometry:
    areas = facts.areas
    found = areas[(areas["kind"] == "city_district") & (areas["code"] == code)]
    if not len(found):
        raise _unknown(facts, Area("city_district", code))
    return found.geometry.iloc[0]


def _unknown(facts: Facts, area: Area) -> NotFoundError:
    where = facts.region.name_da
    return NotFoundError(
        f"there is no {area.kind} {area.code!r} in {where}; see /api/areas", "area", x=area.code, region=where
    )
