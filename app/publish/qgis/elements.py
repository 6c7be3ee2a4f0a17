"""What a QGIS project is written with (QGIS 3.22): elements, maps of options, colours, the coordinate system."""

from collections.abc import Iterable, Mapping
from functools import cache
from xml.etree.ElementTree import Element, tostring

from pyproj import CRS

from app.publish.palette import rgb
from geodata.crs import INSIDE

DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
MM_PER_PIXEL = 0.2646
"""Millimetres of a CSS pixel (1/96 inch)."""
FONTS = ("Arial", "Liberation Sans", "DejaVu Sans")

Value = str | int | float | bool
Attributes = Mapping[str, Value]
Values = dict[str, Value]


def node(tag: str, attributes: Attributes | None = None, children: Iterable[Element] = (), text: str = "") -> Element:
    """An element with its attributes, children and text."""
    made = Element(tag, {name: written(value) for name, value in (attributes or {}).items()})
    made.extend(children)
    made.text = text or None
    return made


def written(value: Value) -> str:
    """A value as QGIS writes it: 1 and 0 for true and false."""
    return f"{value:d}" if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def options(values: Mapping[str, Value]) -> Element:
    """A map of named texts: the properties of a symbol's layer."""
    return _map("", (node("Option", {"type": "QString", "name": k, "value": v}) for k, v in values.items()))


def _map(name: str, children: Iterable[Element]) -> Element:
    return node("Option", {"type": "Map", **({"name": name} if name else {})}, children)


def data_defined(expressions: Mapping[str, str], tag: str = "data_defined_properties") -> Element:
    """Properties that follow from an expression, by their names."""
    properties = _map("properties", (_expression(name, formula) for name, formula in expressions.items()))
    ends = [
        node("Option", {"type": "QString", "name": k, "value": v}) for k, v in (("name", ""), ("type", "collection"))
    ]
    return node(tag, {}, [_map("", [ends[0], properties, ends[1]])])


def _expression(name: str, formula: str) -> Element:
    kind_of_expression = 3
    parts = (("active", "bool", "true"), ("expression", "QString", formula), ("type", "int", kind_of_expression))
    return _map(name, (node("Option", {"name": n, "type": kind, "value": value}) for n, kind, value in parts))


def colour(hex_colour: str, opacity: float = 1.0) -> str:
    """A `#rrggbb` colour as QGIS writes it: 27,42,54,255."""
    return ",".join(str(part) for part in (*rgb(hex_colour), round(opacity * 255)))


def colour_node(tag: str, hex_colour: str) -> Element:
    """A colour as an element of a layout."""
    red, green, blue = rgb(hex_colour)
    return node(tag, {"red": red, "green": green, "blue": blue, "alpha": 255})


def pixels(count: float) -> float:
    """Pixels of the page as millimetres on paper."""
    return round(count * MM_PER_PIXEL, 2)


def reference_system() -> Element:
    """EPSG:25832, in words and by its number."""
    name, wkt = _system()
    parts = {
        "wkt": wkt,
        "srid": str(INSIDE),
        "authid": f"EPSG:{INSIDE}",
        "description": name,
        "geographicflag": "false",
    }
    return node("spatialrefsys", {}, (node(tag, text=text) for tag, text in parts.items()))


@cache
def _system() -> tuple[str, str]:
    crs = CRS(INSIDE)
    return crs.name, crs.to_wkt()


def box(tag: str, bounds: tuple[float, float, float, float]) -> Element:
    """West, south, east, north as attributes."""
    return node(tag, dict(zip(("xmin", "ymin", "xmax", "ymax"), bounds, strict=True)))


def corners(tag: str, bounds: tuple[float, float, float, float]) -> Element:
    """West, south, east, north as children."""
    names = ("xmin", "ymin", "xmax", "ymax")
    return node(tag, {}, (node(name, text=f"{value:g}") for name, value in zip(names, bounds, strict=True)))


def document(root: Element) -> str:
    """The whole as text."""
    return DOCTYPE + tostring(root, encoding="unicode")
