"""The whole project: layers in their groups, view, bookmarks and print layouts, as one document of QGIS 3.22."""

from collections.abc import Iterator, Mapping
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element

import shapely

from app import language as say
from app.publish import palette
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.palette import rgb
from app.publish.panel import Writer
from app.publish.qgis.elements import Values, corners, document, node, reference_system
from app.publish.qgis.expressions import field, people, shown
from app.publish.qgis.layouts import A3, A4, Atlas, Inset, Words, layout
from app.publish.qgis.maplayers import maplayer, provider, source
from app.publish.qgis.plan import Group, MapLayer, RasterLayer, VectorLayer, layers
from app.publish.qgis.symbols import OVERVIEW_SCALE
from app.publish.raster import Bounds

VERSION = "3.22.0"
ROOM = 1000.0
"""Metres around the cells in a view."""


def project(publication: Publication, groups: tuple[Group, ...], file_name: str, about: Mapping[str, str]) -> str:
    """The project as text.

    Parameters
    ----------
    groups : from `plan`
    file_name : name of the GeoPackage it stands in
    about : description of each table
    """
    listed = list(layers(groups))
    name = title(publication)
    view = first_view(publication)
    children = [
        node("title", text=name),
        node("projectCrs", {}, [reference_system()]),
        node(
            "layer-tree-group",
            {},
            [*(_tree(group, file_name) for group in groups), node("custom-order", {"enabled": False})],
        ),
        node("projectlayers", {}, (maplayer(one, file_name, about.get(_table(one), "")) for one in listed)),
        node("layerorder", {}, (node("layer", {"id": one.id}) for one in listed)),
        _canvas(view),
        _properties(),
        _metadata(publication, name),
        node("Bookmarks", {}, _bookmarks(publication)),
        node("Layouts", {}, _layouts(publication, listed, file_name)),
        _view_settings(view),
    ]
    return document(node("qgis", {"version": VERSION, "projectname": name}, children))


def title(publication: Publication) -> str:
    """Lægevalg – Region Hovedstaden – 22. nov. 2026."""
    study = publication.study
    return text("qgis.title", region=study.facts.region.name_da, date=say.short_day(study.day))


def first_view(publication: Publication) -> Bounds:
    """What the project opens on: the inhabited part of the mainland."""
    return inhabited(publication, next(iter(publication.canvases)))


def inhabited(publication: Publication, part: str) -> Bounds:
    """Bounds of a part's cells with a little room; of its land where nobody lives."""
    canvas = publication.canvases[part]
    x, y = canvas.cells["x"], canvas.cells["y"]
    if len(x) == 0:
        return canvas.part.bounds
    return float(x.min()) - ROOM, float(y.min()) - ROOM, float(x.max()) + ROOM, float(y.max()) + ROOM


def _table(layer: MapLayer) -> str:
    return layer.tiles if isinstance(layer, RasterLayer) else layer.table.name


def _checked(on: bool) -> str:
    return "Qt::Checked" if on else "Qt::Unchecked"


def _tree(group: Group, file_name: str) -> Element:
    attributes: Values = {"name": group.title, "checked": _checked(group.shown), "expanded": group.expanded}
    if group.exclusive:
        attributes |= {"mutually-exclusive": True, "mutually-exclusive-child": 0}
    members = [_tree(one, file_name) if isinstance(one, Group) else _leaf(one, file_name) for one in group.members]
    return node("layer-tree-group", attributes, members)


def _leaf(layer: MapLayer, file_name: str) -> Element:
    where: Values = {"source": source(layer, file_name), "providerKey": provider(layer)}
    legend = isinstance(layer, VectorLayer) and len(layer.table.columns) > 1
    return node(
        "layer-tree-layer",
        {"id": layer.id, "name": layer.title, "checked": _checked(layer.shown), "expanded": legend, **where},
    )


def _canvas(view: Bounds) -> Element:
    parts = [node("units", text="meters"), corners("extent", view), node("rotation", text="0")]
    parts.append(node("destinationsrs", {}, [reference_system()]))
    return node("mapcanvas", {"name": "theMapCanvas", "annotationsVisible": True}, parts)


def _properties() -> Element:
    red, green, blue = rgb(palette.WATER)
    gui = {"CanvasColorRedPart": red, "CanvasColorGreenPart": green, "CanvasColorBluePart": blue}
    colours = [node(name, {"type": "int"}, text=str(value)) for name, value in gui.items()]
    projected = node("ProjectionsEnabled", {"type": "int"}, text="1")
    relative = node("Absolute", {"type": "bool"}, text="false")
    return node(
        "properties",
        {},
        [node("Gui", {}, colours), node("SpatialRefSys", {}, [projected]), node("Paths", {}, [relative])],
    )


def _metadata(publication: Publication, name: str) -> Element:
    parts = {"identifier": publication.study.hash, "language": "da", "type": "dataset", "title": name}
    abstract = node("abstract", text=publication.provenance.line("da"))
    return node("projectMetadata", {}, [*(node(tag, text=words) for tag, words in parts.items()), abstract])


def _bookmarks(publication: Publication) -> Iterator[Element]:
    """The whole region, each island, and each health council."""
    areas = publication.areas
    yield _bookmark(text("qgis.region"), tuple(areas.only(kind="region").frame.total_bounds))
    for canvas in publication.canvases.values():
        if canvas.part.name:
            yield _bookmark(canvas.part.name, inhabited(publication, canvas.part.id))
    for _, row in areas.only(kind="health_council").frame.iterrows():
        yield _bookmark(text("area.council", name=row["name"]), row["geometry"].bounds)


def _bookmark(name: str, bounds: Bounds) -> Element:
    key = "{" + str(uuid5(NAMESPACE_URL, name)) + "}"
    extent = shapely.to_wkt(shapely.box(*bounds), rounding_precision=0)
    return node(
        "Bookmark", {"name": name, "id": key, "group": text("qgis.bookmarks"), "extent": extent}, [reference_system()]
    )


def _view_settings(view: Bounds) -> Element:
    names = ("xmin", "ymin", "xmax", "ymax")
    extent = node("DefaultViewExtent", dict(zip(names, view, strict=True)), [reference_system()])
    return node("ProjectViewSettings", {"UseProjectScales": False}, [extent])


def _layouts(publication: Publication, listed: list[MapLayer], file_name: str) -> Iterator[Element]:
    legend = [one for one in listed if one.in_legend]
    words, view = _words(publication), first_view(publication)
    insets = [
        Inset(canvas.part.name, inhabited(publication, canvas.part.id))
        for canvas in publication.canvases.values()
        if canvas.part.inset
    ]
    for sheet in (A4, A3):
        yield layout(sheet, text("qgis.layout", paper=sheet.name), words, view, legend, insets, file_name)
    coverage = next((one for one in listed if one.id == "laegevalg_municipality"), None)
    if coverage is not None:
        atlas = Atlas(coverage, _atlas_words(publication, words))
        yield layout(A4, text("qgis.atlas"), words, view, legend, insets, file_name, atlas)


def _words(publication: Publication) -> Words:
    study, provenance = publication.study, publication.provenance
    banner = provenance.banner()
    note = text("qgis.note", scale=say.number(OVERVIEW_SCALE))
    rules = text(
        "note.printed", date=say.short_day(study.day), rules=say.short_day(study.rules.day), hash=provenance.short_hash
    )
    lines = [
        note,
        text("note.suppressed", n=say.number(publication.smallest)),
        *provenance.credits(),
        text("map.outside_coast"),
        rules,
    ]
    title = f"{text('choice.h1')} {study.facts.region.name_da}"
    return Words(title, _headline(publication), str(banner or ""), "\n".join(lines))


def _headline(publication: Publication) -> str:
    """The region's number in its sentence, as on the page."""
    said = Writer(publication, "da").region().headline
    return say.sentence(f"{said.big} {said.before} {said.strong} {said.after}")


def _atlas_words(publication: Publication, words: Words) -> Words:
    """The municipality's name, and its figures below."""
    hidden, minimum = text("note.withheld_people"), say.number(publication.study.rules.number("minimum_open"))
    residents = shown(people("residents", publication.smallest, hidden))
    under = shown(people("under_two", publication.smallest, hidden))
    figures = text("qgis.figures", residents=residents, under=under, k=minimum)
    return Words(shown(field("name")), figures, words.banner, words.foot)
