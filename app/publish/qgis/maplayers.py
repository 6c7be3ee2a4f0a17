"""A layer of the project as QGIS writes it: where its rows are, how they look, what its fields are called."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from app.publish.qgis.elements import Value, Values, node, options, reference_system
from app.publish.qgis.labels import labelling
from app.publish.qgis.plan import MapLayer, RasterLayer, VectorLayer
from geodata.tables import Column, Table

FID = "fid"
GEOMETRIES = {"point": ("Point", "Point"), "line": ("Line", "MultiLineString"), "polygon": ("Polygon", "MultiPolygon")}
"""Kind of geometry -> what QGIS calls the kind, and the type in the file."""
NEVER = 100_000_000
"""Denominator that stands for no bound."""


def maplayer(layer: MapLayer, file_name: str, abstract: str) -> Element:
    """The element of a layer.

    Parameters
    ----------
    file_name : name of the GeoPackage, beside which the project looks for its layers
    abstract : about its table, with banner and credits
    """
    made = _raster(layer) if isinstance(layer, RasterLayer) else _vector(layer)
    head = [
        node("id", text=layer.id),
        node("datasource", text=source(layer, file_name)),
        node("layername", text=layer.title),
        node("keywordList", {}, [node("value", text=layer.title_en)]),
        node("srs", {}, [reference_system()]),
        _about(layer, abstract),
        node("provider", {"encoding": "UTF-8"}, text=provider(layer)),
    ]
    for i, child in enumerate(head):
        made.insert(i, child)
    return made


def source(layer: MapLayer, file_name: str) -> str:
    """Where a layer's rows are, beside the project."""
    if isinstance(layer, RasterLayer):
        return f"GPKG:./{file_name}:{layer.tiles}"
    where = f"|subset={layer.where}" if layer.where else ""
    return f"./{file_name}|layername={layer.table.name}{where}"


def provider(layer: MapLayer) -> str:
    """Which reader of QGIS opens it."""
    return "gdal" if isinstance(layer, RasterLayer) else "ogr"


def style(layer: VectorLayer) -> list[Element]:
    """How its rows look and what its fields are called; stands in the project and in `layer_styles`."""
    drawn = [] if layer.renderer is None else [layer.renderer]
    labels = [] if layer.label is None else [labelling(layer.label)]
    return [*drawn, *labels, _field_configuration(layer.table), _aliases(layer.table), *_tip(layer), _display(layer)]


def style_attributes(layer: VectorLayer) -> dict[str, Value]:
    """Attributes of a layer's element that belong to its style."""
    return {
        "labelsEnabled": layer.label is not None,
        "hasScaleBasedVisibilityFlag": bool(layer.from_scale),
        "minScale": layer.from_scale or NEVER,
        "maxScale": 0,
        "styleCategories": "AllStyleCategories",
    }


def _vector(layer: VectorLayer) -> Element:
    geometry = layer.table.geometry
    kind, stored = GEOMETRIES[geometry.kind] if geometry else ("No geometry", "NoGeometry")
    attributes: Values = {"type": "vector", "geometry": kind, "wkbType": stored, "readOnly": not layer.editable}
    return node("maplayer", {**attributes, **style_attributes(layer)}, style(layer))


def _raster(layer: RasterLayer) -> Element:
    scales: Values = {"hasScaleBasedVisibilityFlag": True, "minScale": NEVER, "maxScale": layer.to_scale}
    plain = [node("rasterresampler", {"maxOversampling": 1}), node("blendMode", text="0")]
    pipe = node("pipe", {}, [layer.renderer, *plain])
    return node("maplayer", {"type": "raster", "styleCategories": "AllStyleCategories", **scales}, [pipe])


def _about(layer: MapLayer, abstract: str) -> Element:
    parts = {"identifier": layer.id, "type": "dataset", "language": "da", "title": layer.title, "abstract": abstract}
    words = node("keywords", {"vocabulary": "English"}, [node("keyword", text=layer.title_en)])
    return node("resourceMetadata", {}, [*(node(tag, text=text) for tag, text in parts.items()), words])


def _field_configuration(table: Table) -> Element:
    fields = [node("field", {"name": FID}, [_widget("Hidden")])]
    fields += [node("field", {"name": column.name}, [_widget_of(column)]) for column in _columns(table)]
    return node("fieldConfiguration", {}, fields)


def _widget_of(column: Column) -> Element:
    if not column.allowed:
        return _widget("DateTime" if column.kind == "date" else "CheckBox" if column.kind == "flag" else "TextEdit")
    listed = node("Option", {"type": "List", "name": "map"}, (options({c.title_da: c.value}) for c in column.allowed))
    return _widget("ValueMap", node("Option", {"type": "Map"}, [listed]))


def _widget(kind: str, config: Element | None = None) -> Element:
    empty = node("Option", {"type": "Map"})
    return node("editWidget", {"type": kind}, [node("config", {}, [empty if config is None else config])])


def _aliases(table: Table) -> Element:
    named = enumerate(_columns(table), start=1)
    return node("aliases", {}, (node("alias", {"index": i, "field": c.name, "name": alias(c)}) for i, c in named))


def alias(column: Column) -> str:
    """The Danish name of a field with its unit, where it has one that is written so."""
    unit = {"m": "m", "min": "min."}.get(column.unit, "")
    return f"{column.title_da} ({unit})" if unit and unit not in column.title_da else column.title_da


def _columns(table: Table) -> Iterator[Column]:
    return (column for column in table.columns if column is not table.geometry)


def _tip(layer: VectorLayer) -> list[Element]:
    return [node("mapTip", text=layer.tip)] if layer.tip else []


def _display(layer: VectorLayer) -> Element:
    name = "name" if "name" in layer.table.names else layer.table.names[0]
    return node("previewExpression", text=f'"{name}"')
