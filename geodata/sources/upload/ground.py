"""Where points of an uploaded file may lie: in the region, or in a neighbour within the buffer."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geodata import crs
from geodata.catalogue import Region
from geodata.residents.grid import OUTSIDE, nearest_outline
from geodata.rules import RuleSet
from geodata.sources.upload.wording import Expected, WrongValueError

Floats = NDArray[np.float64]
Bounds = tuple[float, float, float, float]
DEGREES_MARGIN = 0.05
POWERS = (1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e-1, 1e-2, 1e-3, 1e-6)

DECIMAL_COMMA = Expected("et tal med ét komma som decimaltegn", "a number with one decimal comma or point")


@dataclass(frozen=True)
class Ground:
    """Outlines against which points are held.

    Parameters
    ----------
    members, neighbours : code -> outline in EPSG:25832; a neighbour may be without
    blank : codes of neighbours without an outline
    tolerance : metres outside an outline that still count as in it, rule `outline_tolerance`
    buffer : metres outside the region within which neighbours count, rule `edge_buffer`
    metric, degrees : bounds of the region and its buffer in EPSG:25832 and in lon/lat
    """

    members: dict[str, shapely.Geometry]
    neighbours: dict[str, shapely.Geometry]
    blank: frozenset[str]
    tolerance: float
    buffer: float
    metric: Bounds
    degrees: Bounds

    @property
    def codes(self) -> set[str]:
        """Codes that a practice may have."""
        return {*self.members, *self.neighbours, *self.blank}

    def owners(self, x: Floats, y: Floats) -> list[str]:
        """Municipality that holds each point, members first, the lower code on a border; "" where none does."""
        outlines = {**dict(sorted(self.members.items())), **dict(sorted(self.neighbours.items()))}
        codes, shapes = list(outlines), np.array(list(outlines.values()), dtype=object)
        return ["" if at == OUTSIDE else codes[at] for at in nearest_outline(shapes, x, y, self.tolerance)]

    def near(self, x: Floats, y: Floats) -> NDArray[np.bool_]:
        """Whether points lie in the region or within its buffer."""
        shapes = np.array(list(self.members.values()), dtype=object)
        hits = shapely.STRtree(shapes).query(shapely.points(x, y), predicate="dwithin", distance=self.buffer)
        return np.isin(np.arange(len(x)), hits[0])


def ground_of(areas: gpd.GeoDataFrame, region: Region, rules: RuleSet) -> Ground:
    """Outlines of the areas table (kinds municipality and neighbour) with the rules that widen them."""
    kinds = [areas[areas["kind"] == kind] for kind in ("municipality", "neighbour")]
    members, neighbours = (dict(zip(kind["code"], kind.geometry, strict=True)) for kind in kinds)
    buffer = rules.number("edge_buffer")
    west, south, east, north = kinds[0].total_bounds
    metric = (west - buffer, south - buffer, east + buffer, north + buffer)
    lon, lat = crs.from_inside([metric[0], metric[0], metric[2], metric[2]], [metric[1], metric[3]] * 2)
    return Ground(
        members,
        neighbours,
        frozenset(neighbour.code for neighbour in region.neighbours) - set(neighbours),
        rules.number("outline_tolerance"),
        buffer,
        metric,
        (
            lon.min() - DEGREES_MARGIN,
            lat.min() - DEGREES_MARGIN,
            lon.max() + DEGREES_MARGIN,
            lat.max() + DEGREES_MARGIN,
        ),
    )


def check_pair(first: float, second: float, bounds: Bounds, other: Bounds, names: tuple[str, str]) -> None:
    """Refuse a pair of coordinates that cannot be meant as it stands, saying what is likely wrong with it.

    Parameters
    ----------
    first, second : easting and northing, or longitude and latitude
    bounds, other : where the pair should lie, and where pairs of the other system do
    names : columns the pair was read from

    Raises
    ------
    WrongValueError : "swapped", "system", "decimal" or "outside"
    """
    if _within(first, second, bounds):
        return
    if _within(second, first, bounds):
        raise WrongValueError("swapped", _range(bounds, 0), names[0])
    if _within(first, second, other) or _within(second, first, other):
        raise WrongValueError("system", _range(bounds, 0), names[0])
    for position, value in enumerate((first, second)):
        low, high = bounds[position], bounds[position + 2]
        if not low <= value <= high and any(low <= value * power <= high for power in POWERS):
            raise WrongValueError("decimal", DECIMAL_COMMA, names[position])
    outside = 0 if not bounds[0] <= first <= bounds[2] else 1
    raise WrongValueError("outside", _range(bounds, outside), names[outside])


def _within(first: float, second: float, bounds: Bounds) -> bool:
    return bounds[0] <= first <= bounds[2] and bounds[1] <= second <= bounds[3]


def _range(bounds: Bounds, position: int) -> Expected:
    low, high = bounds[position], bounds[position + 2]
    digits = 0 if high > 1000 else 2
    low_text, high_text = f"{low:.{digits}f}", f"{high:.{digits}f}"
    danish = f"et tal mellem {low_text.replace('.', ',')} og {high_text.replace('.', ',')}"
    return Expected(danish, f"a number between {low_text} and {high_text}")
