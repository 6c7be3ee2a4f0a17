"""Names that people use for areas of limited choice: their largest towns, or the place they lie by."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from app import language as say
from app.access.matrix import Floats

TOWN_KINDS = ("town", "district")
SECOND_TOWN = 0.25
"""A second town is named when at least this share of the residents live nearest to it."""

Area = tuple[shapely.Geometry, Floats, Floats]
"""Outline, cell centres (n, 2) and residents (n,) of an area."""


def name_areas(areas: Sequence[Area], municipalities: Sequence[str], places: pd.DataFrame) -> list[str]:
    """A name for each area, no two alike: Helsingør–Espergærde, or ved Tikøb where no town lies in it.

    The towns of an area are ranked by the area's residents who live nearest to them, so that an area at the edge of a
    city is called after its own quarter. A name already taken gives way to the next town, then to the municipality.

    Parameters
    ----------
    areas : in the order names are given, the largest first
    municipalities : name of each area's main municipality
    places : the table `places`
    """
    towns = places[places["kind"].isin(TOWN_KINDS)].sort_values(["name", "x", "y"], ignore_index=True)
    taken: set[str] = set()
    names = []
    for area, municipality in zip(areas, municipalities, strict=True):
        name = next(name for name in _candidates(area, municipality, towns) if name not in taken)
        taken.add(name)
        names.append(name)
    return names


def _candidates(area: Area, municipality: str, towns: pd.DataFrame) -> Iterator[str]:
    """Names that would fit, the best first; never ends."""
    inside = _ranked_towns(area, towns)
    if inside:
        first, second_share = inside[0][0], inside[1][1] if len(inside) > 1 else 0.0
        if second_share >= SECOND_TOWN:
            yield f"{first}{say.EN_DASH}{inside[1][0]}"
        yield first
        yield from (f"{first}{say.EN_DASH}{other}" for other, _ in inside[1:])
    near = _nearest_towns(area, towns)
    yield from (f"ved {name}" for name in near[:1])
    yield from (f"{name} ({municipality})" for name in [place for place, _ in inside[:1]])
    yield from (f"ved {name}" for name in near[1:])
    yield municipality
    number = 2
    while True:
        yield f"{municipality} {number}"
        number += 1


def _ranked_towns(area: Area, towns: pd.DataFrame) -> list[tuple[str, float]]:
    """Towns inside the outline with the share of the area's residents who live nearest to each, most first."""
    outline, xy, residents = area
    shapely.prepare(outline)
    inside = towns[shapely.intersects_xy(outline, towns["x"].to_numpy(), towns["y"].to_numpy())]
    if not len(inside):
        return []
    _, nearest = cKDTree(inside[["x", "y"]].to_numpy(dtype=float)).query(xy)
    share = np.bincount(nearest, weights=residents, minlength=len(inside)) / residents.sum()
    names = inside["name"].tolist()
    return sorted(
        {names[i]: float(share[i]) for i in np.argsort(share)}.items(),
        key=lambda pair: (-pair[1], say.sort_key(pair[0])),
    )


def _nearest_towns(area: Area, towns: pd.DataFrame) -> list[str]:
    """Names of towns by distance from the area's residents' centre."""
    _, xy, residents = area
    x, y = np.average(xy, axis=0, weights=residents)
    away = np.hypot(towns["x"].to_numpy(dtype=float) - x, towns["y"].to_numpy(dtype=float) - y)
    return [str(towns["name"].iloc[i]) for i in np.argsort(away, kind="stable")]
