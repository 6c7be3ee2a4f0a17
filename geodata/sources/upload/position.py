"""Where a row says it is: easting and northing, or longitude and latitude."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from geodata import crs
from geodata.sources.upload import values
from geodata.sources.upload.checked import Checked
from geodata.sources.upload.ground import Ground, check_pair
from geodata.sources.upload.wording import Expected, WrongValueError

FAR_APART_M = 100.0
POINT_COLUMNS = ("x", "y", "lon", "lat")


def point_of(checked: Checked, ground: Ground) -> tuple[float, float]:
    """The row's point in EPSG:25832; (nan, nan) when it has none, which is a breach."""
    systems = [
        (("x", "y"), ground.metric, ground.degrees, crs.INSIDE),
        (("lon", "lat"), ground.degrees, ground.metric, crs.WGS84),
    ]
    filled = [system for system in systems if any(checked.texts.get(name) for name in system[0])]
    if not filled:
        name = next((name for name in ("x", "lon") if name in checked.texts), "x")
        checked.refuse(name, WrongValueError("missing", Expected("en koordinat", "a coordinate")))
        return np.nan, np.nan
    points = [point for system in filled if (point := _pair(checked, *system)) is not None]
    if len(points) == 2 and (apart := math.dist(*points)) > FAR_APART_M:
        checked.note("x", "two_systems", n=round(apart))
    return points[0] if points else (np.nan, np.nan)


def _pair(checked: Checked, names: tuple[str, str], bounds: Any, other: Any, epsg: int) -> tuple[float, float] | None:
    pair = list(_numbers(checked, names))
    if len(pair) < 2:
        return None
    try:
        check_pair(pair[0], pair[1], bounds, other, names)
    except WrongValueError as wrong:
        checked.refuse(names[0], wrong)
        return None
    x, y = crs.to_inside(pair[0], pair[1], epsg)
    return float(x), float(y)


def _numbers(checked: Checked, names: tuple[str, str]) -> Iterator[float]:
    for name in names:
        try:
            if not checked.texts.get(name):
                raise WrongValueError("missing", Expected("en koordinat", "a coordinate"))
            yield values.number_of(checked.texts[name])
        except WrongValueError as wrong:
            checked.refuse(name, wrong)
