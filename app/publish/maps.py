"""The choice map: Folium draws panes, pictures and outlines; page and file put their own frame around it.

Folium's figure is taken apart (`get_root().script`), so that no frame within a frame breaks tab order, print or
links, and so that none of its default scripts from elsewhere (Bootstrap, jQuery, Font Awesome, awesome-markers) is
used: the script below needs Leaflet alone.
"""

import base64
import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, TypeVar, cast

import folium
import geopandas as gpd
import numpy as np
import shapely
from branca.element import Element, Figure, MacroElement
from folium.map import CustomPane
from folium.raster_layers import ImageOverlay
from jinja2 import Template
from numpy.typing import NDArray

from app import language as say
from app.language import Lang
from app.publish import figures, geojson, palette
from app.publish.background import simplified
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.labels import labels
from app.publish.legend import Layer
from app.publish.panel import Writer
from app.publish.practice_symbols import practice_symbols
from app.publish.raster import Bounds, Canvas, Part, Picture
from app.publish.surfaces import surfaces
from app.publish.vendor import required
from geodata.crs import INSIDE, WGS84, from_inside

MAP_ID = "laegevalg"
SCALES = ("overview", "detail")
PANES = {
    "land": 200,
    "roads": 210,
    "cells": 300,
    "estimated": 400,
    "borders": 410,
    "little-choice": 420,
    "practices": 600,
    "place-labels": 610,
    "premises": 630,
    "area-labels": 680,
}
"""Panes of the map and their order, bottom to top."""
CLICKED = ("practices", "premises", "area-labels")
OUTLINE_DECIMALS = 5
SMALL_HOLE = 1e6
"""Square metres."""
EDGE = 1000.0
"""Metres around the cells in the first view."""
MOSTLY = 0.5
"""Share of a municipality's residents from which its estimated distances are hatched on the map."""
ZOOM_RANGE = (7, 15)
WEIGHTS = {"municipality": 1.1, "health_council": 2.2, "city_district": 1.0}

Drawn = TypeVar("Drawn", bound=Element)
PictureUrl = Callable[[str, Part, str], str]


class MapData(MacroElement):
    """What the page's own script draws and says: labels, practices, bounds and pictures."""

    _template = Template("{% macro script(this, kwargs) %}var map_data = {{ this.content | safe }};{% endmacro %}")

    def __init__(self, content: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "MapData"
        self.content = script_json(content)


def script_json(content: Any) -> str:
    """JSON that may stand inside a script element."""
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return written.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@dataclass(frozen=True)
class MapParts:
    """A rendered map: the element it stands in, its script, and the vendored files it needs."""

    html: str
    script: str
    vendored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TileSource:
    """A background map: the address of its tiles with {z}, {x} and {y}, and whose it is."""

    url: str
    credit: str


class Atlas:
    """The pictures and maps of a publication; each is made when first asked for.

    Parameters
    ----------
    publication : what may be shown
    tiles : a background of somebody else's tiles; none unless given
    """

    def __init__(self, publication: Publication, tiles: TileSource | None = None) -> None:
        self.publication, self.tiles = publication, tiles
        self._pictures: dict[tuple[str, str, str], Picture] = {}
        self._lock = threading.RLock()

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Mainland and islands."""
        return tuple(canvas.part for canvas in self._canvases.values())

    @cached_property
    def layers(self) -> dict[str, Layer]:
        """Every surface that can be shown, by its id."""
        return surfaces(self.publication.study.rules, self.publication.profiles)

    @cached_property
    def usual_layers(self) -> tuple[str, ...]:
        """Ids of the surfaces of the study as it stands: by its modes, not by further profiles."""
        return tuple(layer.id for layer in self.layers.values() if not layer.profile)

    @property
    def _canvases(self) -> dict[str, Canvas]:
        return self.publication.canvases

    def _inhabited(self, part: Part) -> Bounds:
        """Bounds of a part's cells, EPSG:25832: where there is something to see (an islet far out is not)."""
        cells = self._canvases[part.id].cells
        if len(cells) == 0:
            return part.bounds
        x, y = cells["x"], cells["y"]
        return x.min() - EDGE, y.min() - EDGE, x.max() + EDGE, y.max() + EDGE

    def picture(self, layer: str, part: str, scale: str) -> Picture:
        """The picture of a layer for a part of the region.

        Raises
        ------
        KeyError : no such layer, part or scale
        """
        key = (layer, part, scale)
        if scale not in SCALES:
            raise KeyError(scale)
        if key not in self._pictures:
            profile = self.layers[layer].profile
            shown = self.publication.travelled(profile) if profile else self.publication
            with self._lock:
                cells = shown.canvases[part].cells
                drawn = self._canvases[part].draw(self.layers[layer], scale == "overview", cells)
                self._pictures.setdefault(key, drawn)
        return self._pictures[key]

    def painted(self, values: NDArray[np.uint8], colours: Sequence[str], part: str, scale: str) -> Picture:
        """A picture of classes of all cells of the region, in the order of the study's.

        Raises
        ------
        KeyError : no such part or scale
        """
        if scale not in SCALES:
            raise KeyError(scale)
        canvas = self._canvases[part]
        inside = self.publication.study.facts.cells["kommunekode"].isin(canvas.part.codes).to_numpy()
        with self._lock:
            return canvas.paint(values[inside], colours, scale == "overview")

    def data_uri(self, layer: str, part: Part, scale: str) -> str:
        """A picture as an address that holds it."""
        return as_data_uri(self.picture(layer, part.id, scale))

    def choice_map(self, lang: Lang, url: PictureUrl, layers: Iterable[str] = ()) -> MapParts:
        """The map of `/maps/choice`.

        Parameters
        ----------
        url : address of a picture by layer, part and scale
        layers : ids of the surfaces to choose between; those of the study as it stands unless given
        """
        chart = _map(self.parts)
        for name, z in PANES.items():
            pane = CustomPane(name, z_index=z, pointer_events=name in CLICKED)
            _named(pane, name.replace("-", "_")).add_to(chart)
        self._add_background(chart)
        self._add_pictures(chart, url)
        self._add_outlines(chart)
        _named(MapData(self._data(lang, url, tuple(layers) or self.usual_layers)), MAP_ID).add_to(chart)
        return _rendered(chart)

    def _add_background(self, chart: folium.Map) -> None:
        drawn = self.publication.background
        for name, shape, colour in (
            ("outside", drawn.outside, palette.LAND_OUTSIDE),
            ("land", drawn.land, palette.LAND),
        ):
            style = {"stroke": False, "fillColor": colour, "fillOpacity": 1}
            _outline(name, "land", [shape], style).add_to(chart)
        if not shapely.is_empty(drawn.roads):
            style = {"color": palette.ROAD, "weight": 1.2, "fill": False}
            _outline("roads", "roads", [drawn.roads], style).add_to(chart)

    def _add_pictures(self, chart: folium.Map, url: PictureUrl) -> None:
        """One overlay for each part and scale; the page's script gives it the picture of the layer that is shown."""
        first = next(iter(self.layers))
        for part in self.parts:
            for scale in SCALES:
                corners = [list(corner) for corner in self.picture(first, part.id, scale).bounds]
                overlay = ImageOverlay(
                    np.zeros((1, 1, 4), dtype=np.uint8),
                    corners,
                    mercator_project=False,
                    pixelated=True,
                    control=False,
                    show=False,
                    pane="cells",
                    class_name="cells-picture",
                )
                overlay.url = url(first, part, scale)
                _named(overlay, f"{part.id}_{scale}").add_to(chart)

    def _add_outlines(self, chart: folium.Map) -> None:
        areas = self.publication.study.facts.areas
        for kind, weight in WEIGHTS.items():
            simple = simplified(areas, kind)
            style = {"color": palette.BORDER, "weight": weight, "fill": False}
            if kind == "city_district":
                style["dashArray"] = "3 3"
            shown = kind == "municipality"
            _outline(kind, "borders", simple.geometry, style, simple["code"], show=shown).add_to(chart)
        self._add_estimated(chart, simplified(areas, "municipality"))
        little = self.publication.little_choice_areas.frame
        style = {"color": palette.LITTLE_CHOICE, "weight": 2, "fill": False}
        outlines = [without_small_holes(outline) for outline in little.geometry]
        _outline("little_choice", "little-choice", outlines, style, little["area_id"]).add_to(chart)

    def _add_estimated(self, chart: folium.Map, municipalities: gpd.GeoDataFrame) -> None:
        """Municipalities where most distances are estimated; the page has the hatch `est`."""
        codes = estimated_codes(self.publication)
        hatched = municipalities[municipalities["code"].isin(codes)]
        style = {"stroke": False, "fillColor": "url(#est)", "fillOpacity": 1}
        _outline("estimated", "estimated", hatched.geometry, style, hatched["code"]).add_to(chart)

    def _data(self, lang: Lang, url: PictureUrl, layers: Iterable[str]) -> dict[str, Any]:
        return {
            "labels": labels(self.publication, lang),
            "background": asdict(self.tiles) if self.tiles else None,
            "practices": practice_symbols(self.publication, lang),
            "little": _spoken(self.publication, lang),
            "areas": _area_popups(self.publication, lang),
            "parts": [
                {"id": part.id, "name": part.name, "inset": part.inset, "bounds": degrees(self._inhabited(part))}
                for part in self.parts
            ],
            "pictures": {
                f"{layer}/{part.id}/{scale}": url(layer, part, scale)
                for layer in layers
                for part in self.parts
                for scale in SCALES
            },
        }


def as_data_uri(picture: Picture) -> str:
    """A picture as an address that holds it."""
    return "data:image/png;base64," + base64.b64encode(picture.png).decode("ascii")


def _map(region: tuple[Part, ...]) -> folium.Map:
    """An empty map over the first part; the page's script places it."""
    (south, west), (north, east) = degrees(region[0].bounds)
    chart: folium.Map = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        zoom_start=9,
        zoom_control=False,
        attribution_control=False,
        zoom_snap=0.25,
        zoom_delta=1,
    )
    chart.options |= {"minZoom": ZOOM_RANGE[0], "maxZoom": ZOOM_RANGE[1]}
    return _named(chart, MAP_ID)


def _named(element: Drawn, name: str) -> Drawn:
    """The element with a fixed name, so that the same map is the same text and the page's script finds it."""
    element._id = name
    return element


def _outline(
    name: str,
    pane: str,
    shapes: Iterable[shapely.Geometry],
    style: Mapping[str, Any],
    codes: Iterable[str] = (),
    *,
    show: bool = True,
) -> folium.GeoJson:
    frame = gpd.GeoDataFrame(geometry=list(shapes), crs=INSIDE)
    ids = list(codes) or [name] * len(frame)
    features = [
        {"type": "Feature", "id": id_, "properties": {"id": id_}, "geometry": shape}
        for id_, shape in zip(ids, geojson.geometries(frame, OUTLINE_DECIMALS), strict=True)
    ]
    layer = folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        style_function=lambda _: dict(style),
        control=False,
        show=show,
        pane=pane,
        interactive=False,
        smooth_factor=0.8,
    )
    return _named(layer, name)


def _spoken(publication: Publication, lang: Lang) -> list[dict[str, str]]:
    """Words of the popup of each area of limited choice."""
    return [
        {
            "id": row["area_id"],
            "people": figures.people(row, "residents", publication.smallest, lang),
            "reason": row[f"reason_{lang}"],
        }
        for _, row in publication.little_choice_areas.frame.iterrows()
    ]


def _area_popups(publication: Publication, lang: Lang) -> dict[str, dict[str, Any]]:
    """Words of the popup of each municipality, for a map without the service."""
    writer = Writer(publication, lang)
    popups = {}
    for _, row in publication.areas.only(kind="municipality").frame.iterrows():
        share = figures.share(row, "under_two", "residents", lang, sentence=True)
        affected = figures.people(row, "under_two", publication.smallest, lang)
        strong = text("choice.sentence_strong", lang, k=writer.minimum)
        sentence = say.sentence(text("choice.sentence_before", lang, noun=affected, share=share))
        popups[row["code"]] = {"title": writer.name(row), "lines": [f"{sentence} {strong}.", row[f"reason_{lang}"]]}
    return popups


def estimated_codes(publication: Publication) -> list[str]:
    """Municipalities where the count of most residents rests on estimated distances."""
    rows = publication.areas.only(kind="municipality").frame
    return list(rows.loc[rows["estimated_share"] >= MOSTLY, "code"])


def without_small_holes(shape: shapely.Geometry) -> shapely.Geometry:
    """An outline that can be read: holes of less than a square kilometre (fields, a wood) are not drawn."""
    filled = [
        shapely.Polygon(part.exterior, [hole for hole in part.interiors if shapely.Polygon(hole).area >= SMALL_HOLE])
        for part in shapely.get_parts(shape)
    ]
    return shapely.union_all(filled)


def degrees(bounds: Bounds) -> list[list[float]]:
    """Bounds of EPSG:25832 as south-west and north-east corners (lat, lon) that hold all four."""
    west, south, east, north = bounds
    lon, lat = from_inside([west, east, west, east], [south, south, north, north], WGS84)
    corners = [(lat.min(), lon.min()), (lat.max(), lon.max())]
    return [[round(float(v), 5) for v in corner] for corner in corners]


def _rendered(chart: folium.Map) -> MapParts:
    root = cast(Figure, chart.get_root())
    for child in list(root._children.values()):
        child.render()
    return MapParts(root.html.render().strip(), root.script.render(), tuple(required(root.header.render())))
