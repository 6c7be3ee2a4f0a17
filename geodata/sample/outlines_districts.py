"""Cut the ten city districts out of the København outline, from hand-written centres and areas."""

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .outlines_growth import Floats, exact, raster_of, shapes
from .outlines_packages import TO_METRES

PIXEL = 25.0


def districts(city: BaseGeometry, centres: Sequence[Mapping[str, str]]) -> dict[str, tuple[str, BaseGeometry]]:
    """District code -> (name, outline): weighted cells around centres, each on its own side.

    A centre takes land only on its side of the harbour, so no district jumps the water but
    Indre By, which has a centre on either side as the real one does.
    """
    names = {row["code"]: row["name"] for row in centres}
    pieces: dict[str, list[BaseGeometry]] = {code: [] for code in names}
    for side, land in sides(city).items():
        own = [row for row in centres if row["side"] == side]
        for row, area in zip(own, weighted_cells(land, own), strict=True):
            pieces[row["code"]].append(area)
    whole = exact({code: shapely.union_all(parts) for code, parts in pieces.items()})
    return {code: (names[code], area) for code, area in whole.items()}


def sides(city: BaseGeometry) -> dict[str, BaseGeometry]:
    """The city's land west and east of the harbour: its two largest parts, islets added."""
    parts = sorted(shapely.get_parts(city), key=lambda part: -part.area)
    first, second = sorted(parts[:2], key=lambda part: part.centroid.x)
    halves = {"zealand": [first], "amager": [second]}
    for part in parts[2:]:
        near = "zealand" if part.distance(first) < part.distance(second) else "amager"
        halves[near].append(part)
    return {side: shapely.union_all(own) for side, own in halves.items()}


def weighted_cells(land: BaseGeometry, centres: Sequence[Mapping[str, str]]) -> list[BaseGeometry]:
    """Land split between centres by distance less a weight that brings each to its area."""
    west, south, east, north = land.bounds
    raster = raster_of((west - 100, south - 100, east + 100, north + 100), PIXEL)
    x, y = raster.centres()
    spots = [TO_METRES.transform(float(row["lon"]), float(row["lat"])) for row in centres]
    away = np.stack([np.hypot(x - east, y - north) for east, north in spots])
    share = np.array([float(row["area_km2"]) for row in centres])
    weight = balance(away[:, raster.inside(land)], share / share.sum())
    label = (away - weight[:, None, None]).argmin(axis=0)
    stairs = [shapes(raster, label == number) for number in range(len(centres))]
    return [area.intersection(land) for area in shapely.coverage_simplify(stairs, 60.0)]


def balance(away: Floats, share: Floats) -> Floats:
    """Weights (m) under which each centre gets its share of the pixels."""
    weight = np.zeros(len(share))
    for _ in range(300):
        label = (away - weight[:, None]).argmin(axis=0)
        have = np.bincount(label, minlength=len(share)) / label.size
        weight += 1500.0 * (share - have)
    return weight
