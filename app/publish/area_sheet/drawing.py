"""The small map of an area sheet: a square of EPSG:25832 with the classes, outlines and symbols of the pages, SVG."""

import base64
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from app.publish import palette
from app.publish.collections import Publication
from app.publish.legend import LAYERS, NO_CLASS, Layer, classes
from app.publish.maps import without_small_holes
from app.publish.raster import CELL, OVERVIEW_STEP, Bounds, Canvas, png

PIXELS = 1140
"""Of the picture's side: 300 to the inch at 95 mm."""
ROOM = 0.06
DETAIL_SIDE = 32_000.0
"""Metres; a square no larger than this shows true 100 m cells, a larger one the overview."""
BAR_SHARE = 0.35
"""The scale bar is the longest round length below this share of the side."""
ROUND_KILOMETRES = (0.5, 1, 2, 5, 10, 20, 50)


def square(bounds: Bounds) -> Bounds:
    """The smallest square around some bounds, with a little room."""
    west, south, east, north = bounds
    side = max(east - west, north - south) * (1 + 2 * ROOM)
    x, y = (west + east) / 2, (south + north) / 2
    return x - side / 2, y - side / 2, x + side / 2, y + side / 2


def shows_overview(bounds: Bounds) -> bool:
    """Whether cells are drawn larger so that they can be seen."""
    return bounds[2] - bounds[0] > DETAIL_SIDE


def area_map(publication: Publication, outline: shapely.Geometry) -> str:
    """The map around an area's outline as SVG, `PIXELS` wide and high."""
    frame = Frame(square(shapely.bounds(outline)))
    drawn = publication.background
    areas = publication.areas.only(kind="municipality").frame.geometry
    little = [without_small_holes(shape) for shape in publication.little_choice_areas.frame.geometry]
    parts = [
        f'<rect width="{PIXELS}" height="{PIXELS}" fill="{palette.WATER}"/>',
        frame.shape([drawn.outside], fill=palette.LAND_OUTSIDE),
        frame.shape([drawn.land], fill=palette.LAND),
        frame.shape([drawn.roads], stroke=palette.ROAD, width=4),
        _cells(publication, frame),
        frame.shape(areas, stroke=palette.BORDER, width=3),
        frame.shape(little, stroke=palette.LITTLE_CHOICE, width=6),
        frame.shape([outline], stroke=palette.HEADER, width=10),
        *_practices(publication.practices.frame, frame),
        _scale_bar(frame),
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {PIXELS} {PIXELS}" width="{PIXELS}" height="{PIXELS}">'
    )
    return "".join([head, *parts, "</svg>"])


class Frame:
    """From EPSG:25832 to pixels of the picture.

    Parameters
    ----------
    bounds : a square
    """

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.metres = (bounds[2] - bounds[0]) / PIXELS
        self._window = shapely.buffer(shapely.box(*bounds), 20 * self.metres)

    def at(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) places as pixels from the top left, on a tenth."""
        west, _, _, north = self.bounds
        return np.round(np.column_stack([xy[:, 0] - west, north - xy[:, 1]]) / self.metres, 1)

    def shape(
        self, shapes: Iterable[shapely.Geometry], fill: str = "none", stroke: str = "none", width: int = 0
    ) -> str:
        """Areas or lines as one path."""
        kept = [shapely.clip_by_rect(shape, *self._window.bounds) for shape in shapes]
        lines = [self._line(part) for shape in kept for part in shapely.get_parts(shape)]
        style = f'fill="{fill}" fill-rule="evenodd" stroke="{stroke}" stroke-width="{width}" stroke-linejoin="round"'
        return f'<path d="{"".join(lines)}" {style}/>'

    def _line(self, part: shapely.Geometry) -> str:
        if part.geom_type == "LineString":
            return self._steps(part, "")
        return "".join(self._steps(ring, "Z") for ring in (part.exterior, *part.interiors))

    def _steps(self, line: shapely.Geometry, end: str) -> str:
        simple = shapely.simplify(line, self.metres)
        xy = self.at(shapely.get_coordinates(simple))
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in xy) + end


def _cells(publication: Publication, frame: Frame) -> str:
    """Classes of choice as a picture, pixel by pixel, so that no reader of the file blurs it."""
    layer, overview = LAYERS["choice"], shows_overview(frame.bounds)
    whole = np.full((PIXELS, PIXELS), NO_CLASS, dtype=np.uint8)
    for canvas in publication.canvases.values():
        part = _sampled(canvas, layer, frame, overview=overview)
        np.copyto(whole, part, where=part != NO_CLASS)
    data = base64.b64encode(png(whole, layer.colours)).decode("ascii")
    return f'<image width="{PIXELS}" height="{PIXELS}" href={quoteattr(f"data:image/png;base64,{data}")}/>'


def _sampled(canvas: Canvas, layer: Layer, frame: Frame, *, overview: bool) -> NDArray[np.uint8]:
    """The class at the centre of each pixel; 255 where there is none."""
    values = classes(layer, canvas.cells)
    grid, step = (canvas.overview(values), OVERVIEW_STEP) if overview else (canvas.detail(values), CELL)
    west, _, _, north = canvas.part.bounds
    middle = (np.arange(PIXELS) + 0.5) * frame.metres
    row = np.floor((north - frame.bounds[3] + middle) / step).astype(int)
    column = np.floor((frame.bounds[0] - west + middle) / step).astype(int)
    inside = np.ix_((row >= 0) & (row < grid.shape[0]), (column >= 0) & (column < grid.shape[1]))
    out = np.full((PIXELS, PIXELS), NO_CLASS, dtype=np.uint8)
    out[inside] = grid[np.ix_(row[inside[0].ravel()], column[inside[1].ravel()])]
    return out


def _practices(frame: gpd.GeoDataFrame, window: Frame) -> Iterator[str]:
    """Open practices as discs; where cells are true, closed ones as rings and those by dispensation as half discs."""
    west, south, east, north = window.bounds
    near = frame.cx[west:east, south:north]
    overview = shows_overview(window.bounds)
    for intake in ("closed", "dispensation", "open"):
        if overview and intake != "open":
            continue
        rows = near[near["intake"] == intake]
        for x, y in window.at(rows.geometry.get_coordinates().to_numpy()):
            yield from _symbol(intake, x, y, 11.0 if overview else 16.0)


def _symbol(intake: str, x: float, y: float, radius: float) -> Iterator[str]:
    if intake == "open":
        disc = f'fill="{palette.HEADER}" stroke="#ffffff" stroke-width="4"'
        yield f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" {disc}/>'
        return
    small = radius - 3
    ring = f'fill="#ffffff" stroke="{palette.SOFT}" stroke-width="5"'
    yield f'<circle cx="{x:g}" cy="{y:g}" r="{small:g}" {ring}/>'
    if intake == "dispensation":
        arc = f"M{x:g} {y - small:g}a{small:g} {small:g} 0 0 0 0 {2 * small:g}z"
        yield f'<path d="{arc}" fill="{palette.SOFT}"/>'


def _scale_bar(frame: Frame) -> str:
    """A bar of round length at the bottom left; its length is said below the map."""
    width = bar_kilometres(frame.bounds) * 1000 / frame.metres
    top = PIXELS - 40
    return f'<path d="M30 {top - 14}v14h{width:.1f}v-14" fill="none" stroke="{palette.INK}" stroke-width="5"/>'


def bar_kilometres(bounds: Bounds) -> float:
    """Length of the scale bar in kilometres."""
    most = (bounds[2] - bounds[0]) / 1000 * BAR_SHARE
    return max((length for length in ROUND_KILOMETRES if length <= most), default=ROUND_KILOMETRES[0])
