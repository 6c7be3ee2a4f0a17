"""Print layouts with the geometry of the print page: A4 and A3 landscape, and an atlas of municipalities."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element

from app.publish import palette
from app.publish.qgis.elements import FONTS, Value, Values, box, colour_node, node, options
from app.publish.qgis.labels import NORMAL, Label, text_style
from app.publish.qgis.maplayers import provider, source
from app.publish.qgis.plan import MapLayer, RasterLayer
from app.publish.qgis.symbols import WHITE, hair_line, paper
from app.publish.raster import Bounds

MARGIN, GAP, PANEL, HEAD = 10.0, 4.0, 76.0, 18.0
"""Millimetres: around the page, between map and panel, the panel's width, the lines above the map."""
CREDITS_HEIGHT = 74.0
INSET_WIDTH = 42.0
NAME_HEIGHT = 5.0
INSET_GAP = 2.0
KILOMETRES = 10
"""Of a segment of the scale bar of the whole region."""
ATLAS_MARGIN = 0.08
ITEM = {"page": 65638, "map": 65639, "label": 65641, "legend": 65642, "scale": 65646}
"""Numbers of QGIS for the kinds of items."""
Rectangle = tuple[float, float, float, float]
"""Left, top, width, height in millimetres."""


@dataclass(frozen=True)
class Paper:
    """A sheet: its name and its size in millimetres."""

    name: str
    width: float
    height: float

    @property
    def map(self) -> Rectangle:
        """Where the map lies."""
        width = self.width - 2 * MARGIN - GAP - PANEL
        return MARGIN, MARGIN + HEAD, width, self.height - 2 * MARGIN - HEAD

    @property
    def panel(self) -> Rectangle:
        """Where legend and credits lie."""
        left, top, width, height = self.map
        return left + width + GAP, top, PANEL, height


A4, A3 = Paper("A4", 297.0, 210.0), Paper("A3", 420.0, 297.0)


@dataclass(frozen=True)
class Words:
    """Text of a layout; each may hold expressions of QGIS.

    Parameters
    ----------
    title, sub : heading, and the line under it
    banner : on example data; empty for real data
    foot : notes, credits, date and study
    """

    title: str
    sub: str
    banner: str
    foot: str


@dataclass(frozen=True)
class Inset:
    """An island in a corner of the map, with room above it for its name."""

    name: str
    bounds: Bounds


@dataclass(frozen=True)
class Atlas:
    """The layer whose rows make the sheets, and what stands as the title and below it on each."""

    coverage: MapLayer
    words: Words


def layout(
    sheet: Paper,
    name: str,
    words: Words,
    bounds: Bounds,
    legend: Sequence[MapLayer],
    insets: Sequence[Inset],
    file_name: str,
    atlas: Atlas | None = None,
) -> Element:
    """A print layout.

    Parameters
    ----------
    bounds : what the map shows, EPSG:25832; it is widened to the shape of the map
    legend : layers of the legend, top to bottom
    atlas : for a sheet for each row of a layer
    """
    said = atlas.words if atlas else words
    map_id = _id(name, "map")
    shown = bounds if atlas else beside_insets(bounds, sheet, insets)
    items = [
        _scale_bar(name, sheet, map_id, fixed=atlas is None),
        *_heading(name, sheet, said),
        _label(name, "foot", said.foot, _foot(sheet), 7),
        _legend(name, sheet, legend, map_id, file_name),
        *([] if atlas else _insets(name, sheet, insets)),
        _map(name, "map", sheet.map, shown, atlas=atlas is not None),
    ]
    for z, item in enumerate(reversed(items), start=1):
        item.set("zValue", str(z))
    head = [node("Snapper"), node("Grid"), _pages(name, sheet)]
    made = node("Layout", {"name": name, "units": "mm", "printResolution": 300}, [*head, *items])
    made.append(_atlas(atlas, file_name))
    return made


def beside_insets(bounds: Bounds, sheet: Paper, insets: Sequence[Inset]) -> Bounds:
    """Bounds with room in the east for the insets, at the shape of the sheet's map."""
    west, south, east, north = bounds
    _, _, width, height = sheet.map
    if insets:
        room = INSET_WIDTH + INSET_GAP
        east += (east - west) * room / (width - room)
    return widened((west, south, east, north), width / height)


def _heading(layout_name: str, sheet: Paper, said: Words) -> Iterator[Element]:
    """Title, the line under it, and the banner in its colour."""
    width = sheet.width - 2 * MARGIN
    yield _label(layout_name, "title", said.title, (MARGIN, MARGIN - 1, width, 7), 15, bold=True)
    yield _label(layout_name, "sub", said.sub, (MARGIN, MARGIN + 6.5, width, 5), 10)
    if said.banner:
        banner = _label(layout_name, "banner", f" {said.banner}", (MARGIN, MARGIN + 12, width, 4.5), 9)
        banner.set("background", "true")
        yield banner


def _foot(sheet: Paper) -> Rectangle:
    left, top, width, height = sheet.panel
    return left, top + height - CREDITS_HEIGHT, width, CREDITS_HEIGHT


def _id(layout_name: str, item: str) -> str:
    return "{" + str(uuid5(NAMESPACE_URL, f"{layout_name}/{item}")) + "}"


def _item(tag_of: str, layout_name: str, name: str, where: Rectangle, **more: Value) -> Element:
    left, top, width, height = where
    place: Values = {
        "position": f"{left:g},{top:g},mm",
        "positionOnPage": f"{left:g},{top:g},mm",
        "size": f"{width:g},{height:g},mm",
    }
    identity: Values = {
        "uuid": _id(layout_name, name),
        "templateUuid": _id(layout_name, name),
        "id": name,
        "type": ITEM[tag_of],
    }
    usual: Values = {"visibility": True, "opacity": 1, "referencePoint": 0, "frame": "false", "background": "false"}
    attributes = {**identity, **place, **usual, **more}
    behind = {"map": palette.WATER, "label": palette.BANNER}.get(tag_of, WHITE)
    colours = [colour_node("FrameColor", palette.BORDER), colour_node("BackgroundColor", behind)]
    return node("LayoutItem", attributes, [*colours, node("LayoutObject")])


def _pages(layout_name: str, sheet: Paper) -> Element:
    page = _item("page", layout_name, "page", (0, 0, sheet.width, sheet.height), background="true")
    page.append(paper())
    return node("PageCollection", {}, [paper(), page, node("GuideCollection", {"visible": False})])


def _map(layout_name: str, name: str, where: Rectangle, bounds: Bounds, *, atlas: bool = False) -> Element:
    looks: Values = {"frame": "true", "background": "true", "outlineWidthM": "0.2,mm"}
    made = _item(
        "map", layout_name, name, where, **looks, followPreset="false", keepLayerSet="false", labelMargin="0,mm"
    )
    made.append(box("Extent", widened(bounds, where[2] / where[3])))
    made.append(node("AtlasMap", {"atlasDriven": atlas, "scalingMode": 2, "margin": ATLAS_MARGIN}))
    return made


def widened(bounds: Bounds, ratio: float) -> Bounds:
    """Bounds with the same middle that have width over height as asked and hold the others."""
    west, south, east, north = bounds
    width, height = max(east - west, (north - south) * ratio), max(north - south, (east - west) / ratio)
    x, y = (west + east) / 2, (south + north) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _insets(layout_name: str, sheet: Paper, insets: Sequence[Inset]) -> Iterator[Element]:
    """Islands at the bottom right of the map, each with its name."""
    left, top, width, height = sheet.map
    bottom = top + height - INSET_GAP
    for inset in insets:
        west, south, east, bare = inset.bounds
        north = bare + (east - west) * NAME_HEIGHT / INSET_WIDTH
        tall = INSET_WIDTH * (north - south) / (east - west)
        where = (left + width - INSET_WIDTH - INSET_GAP, bottom - tall, INSET_WIDTH, tall)
        yield _label(
            layout_name, f"{inset.name}, navn", inset.name, (where[0] + 1.5, where[1] + 1, INSET_WIDTH - 3, 4), 8
        )
        yield _map(layout_name, inset.name, where, (west, south, east, north))
        bottom -= tall + INSET_GAP


def _label(layout_name: str, name: str, words: str, where: Rectangle, points: float, *, bold: bool = False) -> Element:
    made = _item(
        "label", layout_name, name, where, labelText=words, htmlState=False, halign=1, valign=32, marginX=0, marginY=0
    )
    made.append(node("LabelFont", {"description": _font(points, bold=bold), "style": ""}))
    made.append(colour_node("FontColor", palette.INK))
    return made


def _font(points: float, *, bold: bool = False) -> str:
    return f"{FONTS[0]},{points:g},-1,5,{75 if bold else 50},0,0,0,0,0"


def _legend(layout_name: str, sheet: Paper, shown: Sequence[MapLayer], map_id: str, file_name: str) -> Element:
    left, top, width, height = sheet.panel
    where = (left, top, width, height - CREDITS_HEIGHT)
    looks: Values = {
        "symbolWidth": 6,
        "symbolHeight": 3.5,
        "boxSpace": 0,
        "wrapChar": "",
        "title": "",
        "columnCount": 1,
    }
    fit: Values = {"resizeToContents": True, "legendFilterByMap": False, "rasterBorder": False, "map_uuid": map_id}
    made = _item("legend", layout_name, "legend", where, **looks, **fit)
    fonts = {"title": 11, "group": 10, "subgroup": 9, "symbol": 9, "symbolLabel": 9}
    styles = [_legend_style(part, points) for part, points in fonts.items()]
    made.append(node("styles", {}, styles))
    made.append(node("layer-tree-group", {}, [_legend_layer(layer, file_name) for layer in shown]))
    return made


def _legend_style(part: str, points: float) -> Element:
    """Font and room of a part of the legend."""
    room: Values = {"marginTop": 3, "marginLeft": 0} if part == "subgroup" else {"marginTop": 1.5, "marginLeft": 2}
    font = {"description": _font(points, bold=part == "subgroup"), "style": ""}
    return node("style", {"name": part, **room}, [node("styleFont", font)])


def _legend_layer(layer: MapLayer, file_name: str) -> Element:
    heading = layer.heading if isinstance(layer, RasterLayer) else layer.title
    attributes = {
        "id": layer.id,
        "name": layer.title,
        "source": source(layer, file_name),
        "providerKey": provider(layer),
    }
    properties: Values = {"legend/title-label": heading, "cached_name": heading}
    if isinstance(layer, RasterLayer):
        properties["legend/node-order"] = ",".join(str(i) for i in range(1, layer.classes + 1))
    named = node("customproperties", {}, [options(properties)])
    return node("layer-tree-layer", {**attributes, "checked": "Qt::Checked", "expanded": True}, [named])


def _scale_bar(layout_name: str, sheet: Paper, map_id: str, *, fixed: bool) -> Element:
    left, top, _, height = sheet.map
    looks: Values = {"style": "Single Box", "unitType": "km", "unitLabel": "km", "numMapUnitsPerScaleBarUnit": 1}
    bar: Values = {
        "segmentSizeMode": not fixed,
        "numUnitsPerSegment": KILOMETRES,
        "minBarWidth": 25,
        "maxBarWidth": 50,
        "numSegments": 2,
        "numSegmentsLeft": 0,
        "height": 1.5,
    }
    made = _item(
        "scale", layout_name, "scale bar", (left + 3, top + height - 11, 60, 9), mapUuid=map_id, **looks, **bar
    )
    made.append(text_style(Label("", 8, weight=NORMAL)))
    made.append(node("lineSymbol", {}, [hair_line()]))
    return made


def _atlas(atlas: Atlas | None, file_name: str) -> Element:
    if atlas is None:
        return node("Atlas", {"enabled": False})
    layer = atlas.coverage
    names: Values = {"pageNameExpression": '"name"', "filenamePattern": "'laegevalg-' || \"code\"", "sortKey": '"name"'}
    coverage: Values = {
        "coverageLayer": layer.id,
        "coverageLayerName": layer.title,
        "coverageLayerSource": source(layer, file_name),
        "coverageLayerProvider": provider(layer),
    }
    return node(
        "Atlas",
        {"enabled": True, "hideCoverage": False, "sortFeatures": True, "sortAscending": True, **names, **coverage},
    )
