"""Lay the drawn municipalities on the ground: an affine map from places, then a bend to the coast.

Nothing but the packages is used: GeoNames says in which municipality a place lies, GSHHG where
the coast runs. Lengths are metres (EPSG:25832); the drawing's own units are about 29 m.
"""

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from .outlines_packages import Place

Floats = NDArray[np.float64]
Drawing = dict[str, tuple[str, BaseGeometry]]

HALF_GAP = 350.0
"""Half the white gap the drawing leaves between neighbours (m)."""
WINDOW = (672_000.0, 6_158_000.0, 733_000.0, 6_227_500.0)
"""Where the coast is fitted: north-east Zealand and Amager (m)."""
ROUNDS = 40


def municipality_key(name: str) -> str:
    """One spelling for the municipality names of both packages."""
    plain = name.removesuffix(" Kommune").removesuffix(" Municipality").lower()
    return plain.replace("å", "aa").replace("-", "").replace(" ", "")


def places_by_code(drawing: Drawing, places: Iterable[Place]) -> list[tuple[str, Place]]:
    """Each place with the code of its municipality, Bornholm left out (it is drawn as an inset)."""
    codes = {municipality_key(name): code for code, (name, _) in drawing.items()}
    paired = [(codes.get(municipality_key(place.county), ""), place) for place in places]
    return [(code, place) for code, place in paired if "0100" < code < "0400"]


def affine(drawing: Drawing, places: list[tuple[str, Place]]) -> Floats:
    """The 2 x 3 matrix from drawing units to metres under which places lie in their outlines."""
    return refined(drawing, places, rough(drawing, places))


def rough(drawing: Drawing, places: list[tuple[str, Place]]) -> Floats:
    """First guess: outline centroids onto the weighted mean of the places inside."""
    codes = sorted({code for code, _ in places})
    source, target = [], []
    for code in codes:
        inside = [place for owner, place in places if owner == code]
        weight = [max(place.residents, 1) ** 0.5 for place in inside]
        centre = drawing[code][1].centroid
        source.append((centre.x, centre.y, 1.0))
        target.append(np.average([(p.x, p.y) for p in inside], axis=0, weights=weight))
    solution, *_ = np.linalg.lstsq(np.array(source), np.array(target), rcond=None)
    return np.asarray(solution.T, dtype=float)


def refined(drawing: Drawing, places: list[tuple[str, Place]], start: Floats) -> Floats:
    """Move the six numbers until places fall inside their own outlines, outliers damped."""
    scale = np.array([1.0, 1.0, 1000.0, 1.0, 1.0, 1000.0])
    points = np.array([(place.x, place.y) for _, place in places])
    owners = np.array([drawing[code][1] for code, _ in places])
    people = np.array([place.residents for _, place in places], dtype=float)
    weight = np.sqrt(np.sqrt(np.minimum(people, 20_000.0)) / 20.0)

    def residuals(numbers: Floats) -> Floats:
        matrix = (numbers * scale).reshape(2, 3)
        unit = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
        spots = shapely.points(undo(matrix, points))
        outside = shapely.distance(spots, owners) * unit
        depth = np.where(outside > 0, 0.0, shapely.distance(spots, shapely.boundary(owners)) * unit)
        return np.concatenate(
            [
                np.maximum(0.0, outside - HALF_GAP) / 300.0 * weight,
                0.05 * np.maximum(0.0, 600.0 - depth) / 600.0,
            ]
        )

    fit = least_squares(residuals, start.ravel() / scale, loss="soft_l1", x_scale="jac", xtol=1e-14, ftol=1e-14)
    return np.asarray((fit.x * scale).reshape(2, 3), dtype=float)


def undo(matrix: Floats, points: Floats) -> Floats:
    """Metres back to drawing units."""
    return np.asarray(np.linalg.solve(matrix[:, :2], (points - matrix[:, 2]).T).T)


def placed(matrix: Floats, area: BaseGeometry) -> BaseGeometry:
    """An outline in drawing units, laid on the ground."""
    moved = shapely.transform(area, lambda xy: xy @ matrix[:, :2].T + matrix[:, 2])
    return shapely.make_valid(closed(moved))


def closed(area: BaseGeometry) -> BaseGeometry:
    """Centimetre coordinates, so that the first and last point of a ring agree again."""
    return shapely.transform(area, lambda xy: np.round(xy, 2))


def bend(areas: dict[str, BaseGeometry], land: BaseGeometry) -> dict[str, BaseGeometry]:
    """Pull the outlines smoothly until their common outer edge lies along the coast."""
    target = coast_points(land)
    edge = shapely.union_all([area.buffer(430.0) for area in areas.values()]).buffer(-30.0)
    fine = {code: shapely.segmentize(area, 200.0) for code, area in areas.items()}
    source = points_along(edge.boundary, 100.0)
    for turn in range(ROUNDS):
        step = Step(turn, source, target)
        source = step.moved(source)
        fine = {code: shapely.transform(area, step.moved) for code, area in fine.items()}
    return {code: shapely.make_valid(closed(area)) for code, area in fine.items()}


def coast_points(land: BaseGeometry) -> Floats:
    """Points each 250 m along the coast, inside the window."""
    line = shapely.clip_by_rect(shapely.boundary(land), *WINDOW)
    return points_along(line, 250.0)


def points_along(lines: BaseGeometry, spacing: float) -> Floats:
    """Points at equal spacing (m) along lines."""
    parts = [part for part in shapely.get_parts(lines) if part.length > spacing]
    spots = [shapely.line_interpolate_point(p, np.arange(0, p.length, spacing)) for p in parts]
    return np.asarray(shapely.get_coordinates(np.concatenate(spots)), dtype=float)


class Step:
    """One smooth step of the bend: shift, stretch and turn at first, quadratic later.

    Nothing more local: bumps brought the coast nearer but dragged the inland borders along.
    """

    def __init__(self, turn: int, source: Floats, target: Floats) -> None:
        """Solve the step that brings ``source`` nearer to ``target``, both in metres."""
        self.turn = turn
        gap, nearest = cKDTree(source).query(target)
        weight = 1.0 / (1.0 + (gap / 500.0) ** 2)
        weight[gap > max(900.0, 3000.0 * 0.93**turn)] = 0.0
        basis, ridge = self.basis(source[nearest])
        wanted = target - source[nearest]
        left = basis.T @ (basis * weight[:, None]) + np.diag(ridge)
        self.numbers = np.linalg.solve(left, basis.T @ (wanted * weight[:, None]))

    def moved(self, points: Floats) -> Floats:
        """The points after the step; a fifth is held back so that rounds do not overshoot."""
        return np.asarray(points + 0.8 * (self.basis(points)[0] @ self.numbers))

    def basis(self, points: Floats) -> tuple[Floats, Floats]:
        """Basis functions at the points, and how firmly each is held back."""
        x = (points[:, 0] - 702_500.0) / 30_000.0
        y = (points[:, 1] - 6_192_500.0) / 35_000.0
        columns, ridge = [np.ones_like(x), x, y], [1e-9, 1e-3, 1e-3]
        if self.turn >= 12:
            columns, ridge = [*columns, x * x, x * y, y * y], [*ridge, *[1e-2] * 3]
        return np.column_stack(columns), np.array(ridge)
