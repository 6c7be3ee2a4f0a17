"""The inset of an island: a small drawing of its own, in Web Mercator, that needs no script."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import Transformer

from app.publish.background import OUTLINE_TOLERANCE
from app.publish.raster import Part, Picture
from geodata.crs import WEB_MERCATOR, WGS84, from_inside

WIDTH = 150
"""Width of the drawing in pixels; its height follows from the island."""
MARGIN = 0.06
NONE = np.empty((0, 2))
EDGE, LINE, LETTER = 3.0, 16.0, 6.4
"""Pixels: from the edge to a label, the height of a label, and the mean width of a letter of it."""


@dataclass(frozen=True)
class Label:
    """Words in a box of the drawing: its left upper corner, width and height in pixels."""

    words: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Inset:
    """What the page draws: paths in pixels of the drawing, the picture's frame and the open practices.

    Parameters
    ----------
    name : of the island
    part : id of the part of the region
    width, height : pixels
    land, areas : paths of the island and of its areas of limited choice
    picture : x, y, width, height of the picture of cells
    label : name and number of its largest area of limited choice
    points, sites, premises : x, y of the open practices, of new ones, and of premises that meet the requirements
    """

    name: str
    part: str
    width: int
    height: int
    land: str
    areas: str
    picture: tuple[float, float, float, float]
    points: tuple[tuple[float, float], ...]
    sites: tuple[tuple[float, float], ...] = ()
    label: Label | None = None
    premises: tuple[tuple[float, float], ...] = ()


def inset(
    part: Part,
    picture: Picture,
    areas: Iterable[shapely.Geometry],
    points: np.ndarray,
    sites: np.ndarray = NONE,
    words: str = "",
    premises: np.ndarray = NONE,
) -> Inset:
    """Draw an island.

    Parameters
    ----------
    part : the island
    picture : its overview
    areas : outlines of limited choice, EPSG:25832; those on the island are drawn
    words : of the island's largest area; none unless given
    points, sites, premises : (n, 2) open practices, new ones and premises, EPSG:25832; those on the island are drawn
    """
    land = _mercator(shapely.simplify(part.land, OUTLINE_TOLERANCE))
    west, south, east, north = shapely.bounds(land)
    scale = WIDTH * (1 - 2 * MARGIN) / (east - west)
    frame = _Frame(west, north, scale, WIDTH * MARGIN)
    height = round((north - south) * scale + 2 * WIDTH * MARGIN)
    on_island = [area for area in areas if shapely.intersects(area, part.land)]
    return Inset(
        name=part.name,
        part=part.id,
        width=WIDTH,
        height=height,
        land=frame.path(land),
        areas=" ".join(frame.path(_mercator(area)) for area in on_island),
        picture=frame.box(picture),
        points=_on_island(part, frame, points),
        sites=_on_island(part, frame, sites),
        label=_label(words, frame.placed(land), height) if words else None,
        premises=_on_island(part, frame, premises),
    )


def _label(words: str, land: shapely.Geometry, height: int) -> Label:
    """The label in the corner of the drawing where it covers least land."""
    width = min(WIDTH - 2 * EDGE, len(words) * LETTER + 2 * EDGE)
    corners = [(x, y) for x in (EDGE, WIDTH - width - EDGE) for y in (EDGE, height - LINE - EDGE)]
    covered = [shapely.area(shapely.intersection(land, shapely.box(x, y, x + width, y + LINE))) for x, y in corners]
    x, y = corners[int(np.argmin(covered))]
    return Label(words, round(x, 1), round(y, 1), round(width, 1), LINE)


def _on_island(part: Part, frame: "_Frame", points: np.ndarray) -> tuple[tuple[float, float], ...]:
    inside = points[shapely.contains_xy(part.land, points[:, 0], points[:, 1])]
    x, y = from_inside(inside[:, 0], inside[:, 1], WEB_MERCATOR)
    return tuple(frame.at(px, py) for px, py in zip(x, y, strict=True))


@dataclass(frozen=True)
class _Frame:
    """From Web Mercator metres to pixels of the drawing."""

    west: float
    north: float
    scale: float
    margin: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        return (
            round((float(x) - self.west) * self.scale + self.margin, 1),
            round((self.north - float(y)) * self.scale + self.margin, 1),
        )

    def placed(self, shape: shapely.Geometry) -> shapely.Geometry:
        """A shape of Web Mercator in pixels of the drawing."""

        def turn(xy: np.ndarray) -> np.ndarray:
            across, down = xy[:, 0] - self.west, self.north - xy[:, 1]
            return np.column_stack([across, down]) * self.scale + self.margin

        return shapely.transform(shape, turn)

    def path(self, shape: shapely.Geometry) -> str:
        rings = [ring for polygon in shapely.get_parts(shape) for ring in (polygon.exterior, *polygon.interiors)]
        return " ".join(self._ring(shapely.get_coordinates(ring)) for ring in rings)

    def _ring(self, xy: np.ndarray) -> str:
        steps = list(dict.fromkeys(self.at(x, y) for x, y in xy))
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in steps) + "Z"

    def box(self, picture: Picture) -> tuple[float, float, float, float]:
        (south, west), (north, east) = picture.bounds
        to_mercator = Transformer.from_crs(WGS84, WEB_MERCATOR, always_xy=True)
        x, y = to_mercator.transform([west, east], [north, south])
        (left, top), (right, bottom) = self.at(x[0], y[0]), self.at(x[1], y[1])
        return left, top, round(right - left, 1), round(bottom - top, 1)


def _mercator(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda xy: np.column_stack(from_inside(xy[:, 0], xy[:, 1], WEB_MERCATOR)))
