"""Names that people use for areas of limited choice: their largest towns, or the place they lie by."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from app import language as say
from app.access.matrix import Floats

TOWNS = ("town", "district")
STATIONS = ("station",)
SECOND_TOWN = 0.25
"""A second town is named when at least this share of the residents live nearest to it."""

NEAR_M = 6000.0
"""An area is said to lie by a place no farther than this from it."""

Area = tuple[shapely.Geometry, Floats, Floats]
"""Outline, cell centres (n, 2) and residents (n,) of an area."""


def name_areas(areas: Sequence[Area], municipalities: Sequence[str], places: pd.DataFrame) -> list[str]:
    """A name for each area, no two alike: Helsingør–Espergærde, or ved Tikøb where no town lies in it.

    The towns of an area, or its stations where no town is known, are ranked by the area's residents who live nearest to
    them, so that an area at the edge of a city is called after its own quarter. Without any it lies by the nearest
    place, or has the name of its municipality when none is near. A name already taken gives way to the next.

    Parameters
    ----------
    areas : in the order names are given, the largest first
    municipalities : name of each area's main municipality
    places : the table `places`
    """
    known = places[places["kind"].isin([*TOWNS, *STATIONS])].sort_values(["name", "x", "y"], ignore_index=True)
    taken: set[str] = set()
    names = []
    for area, municipality in zip(areas, municipalities, strict=True):
        name = next(name for name in _candidates(area, municipality, known) if name not in taken)
        taken.add(name)
        names.append(name)
    return names


def _candidates(area: Area, municipality: str, known: pd.DataFrame) -> Iterator[str]:
    """Names that would fit, the best first; never ends."""
    towns, stations = (known[known["kind"].isin(kinds)] for kinds in (TOWNS, STATIONS))
    inside = _ranked(area, towns) or _ranked(area, stations)
    if inside:
        first = inside[0][0]
        others = [(name, share) for name, share in inside[1:] if not _akin(first, name)]
        pairs = [f"{first}{say.EN_DASH}{name}" for name, _ in others]
        if others and others[0][1] >= SECOND_TOWN:
            yield pairs[0]
        yield first
        yield from pairs
    yield from (f"ved {name}" for name in [*_near(area, towns), *_near(area, stations)])
    yield municipality
    number = 2
    while True:
        yield f"{municipality} {number}"
        number += 1


def _akin(one: str, other: str) -> bool:
    """Whether two names begin with the same word, as Græsted and Græsted Syd."""
    return one.split(maxsplit=1)[0] == other.split(maxsplit=1)[0]


def _ranked(area: Area, places: pd.DataFrame) -> list[tuple[str, float]]:
    """Places inside the outline with the share of the area's residents who live nearest to each, most first."""
    outline, xy, residents = area
    shapely.prepare(outline)
    inside = places[shapely.intersects_xy(outline, places["x"].to_numpy(), places["y"].to_numpy())]
    if not len(inside):
        return []
    _, nearest = cKDTree(inside[["x", "y"]].to_numpy(dtype=float)).query(xy)
    share = np.bincount(nearest, weights=residents, minlength=len(inside)) / residents.sum()
    names = inside["name"].tolist()
    return sorted(
        {names[i]: float(share[i]) for i in np.argsort(share)}.items(),
        key=lambda pair: (-pair[1], say.sort_key(pair[0])),
    )


def _near(area: Area, places: pd.DataFrame) -> list[str]:
    """Names of the places near the area, nearest first."""
    outline, _, _ = area
    away = shapely.distance(outline, shapely.points(places[["x", "y"]].to_numpy(dtype=float)))
    order = np.argsort(away, kind="stable")
    return [str(places["name"].iloc[i]) for i in order if away[i] <= NEAR_M]
