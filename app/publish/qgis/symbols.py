"""Symbols of the map in millimetres: the same shapes and colours as on the pages."""

from xml.etree.ElementTree import Element

from app.publish import palette
from app.publish.qgis.elements import Value, Values, colour, data_defined, node, options

WHITE = "#ffffff"
OVERVIEW_SCALE = 200_000
"""Denominator of the scale at which cells give way to the overview, and symbols are smaller."""
OVERVIEW_SHARE = 0.6
SEAM_MM = 0.06
EXTERIOR_ONLY = 1


def fill(hex_colour: str) -> Element:
    """An area without outline."""
    return _symbol("fill", _layer("SimpleFill", color=colour(hex_colour), outline_style="no"))


def seamless_fill(hex_colour: str) -> Element:
    """An area with a hair line of its own colour, so that no seam shows between neighbours."""
    line_around: Values = {"outline_color": colour(hex_colour), "outline_style": "solid", "outline_width": SEAM_MM}
    return _symbol("fill", _layer("SimpleFill", color=colour(hex_colour), **line_around))


def outline(hex_colour: str, millimetres: float, *, dashed: bool = False) -> Element:
    """The outline of an area without a fill."""
    style = "dash" if dashed else "solid"
    line: Values = {"outline_color": colour(hex_colour), "outline_width": millimetres, "outline_style": style}
    return _symbol("fill", _layer("SimpleFill", color=colour(WHITE, 0), style="no", **line))


def rim(hex_colour: str, millimetres: float) -> Element:
    """The outer outline of an area; its holes are not drawn."""
    line_around: Values = {"line_color": colour(hex_colour), "line_width": millimetres, "ring_filter": EXTERIOR_ONLY}
    return _symbol("fill", _layer("SimpleLine", **line_around))


def line(hex_colour: str, millimetres: float) -> Element:
    """A line."""
    return _symbol("line", _layer("SimpleLine", line_color=colour(hex_colour), line_width=millimetres))


def hatch(hex_colour: str, opacity: float, distance: float, millimetres: float) -> Element:
    """Lines at 45 degrees."""
    lines = node("symbol", {"type": "line", "name": "@0@0", "alpha": 1}, [_line_layer(hex_colour, millimetres)])
    pattern = _layer("LinePatternFill", angle=45, distance=distance, line_width=millimetres, color=colour(hex_colour))
    pattern.append(lines)
    return _symbol("fill", pattern, opacity=opacity)


def _line_layer(hex_colour: str, millimetres: float) -> Element:
    return _layer("SimpleLine", line_color=colour(hex_colour), line_width=millimetres)


def disc(hex_colour: str, millimetres: float, rim: float = 0.4) -> Element:
    """A filled disc with a white rim, smaller in the overview."""
    return _symbol("marker", _marker("circle", millimetres, hex_colour, WHITE, rim))


def ring(hex_colour: str, millimetres: float) -> Element:
    """A hollow ring."""
    return _symbol("marker", _marker("circle", millimetres, WHITE, hex_colour, 0.5))


def half_disc(hex_colour: str, millimetres: float) -> Element:
    """A ring whose left half is filled."""
    half = _layer("SimpleMarker", **_shape("semi_circle", millimetres, hex_colour, hex_colour, 0.1), angle=270)
    return _symbol("marker", _marker("circle", millimetres, WHITE, hex_colour, 0.5), half)


def mark(shape: str, hex_colour: str, millimetres: float, rim: float = 0.5) -> Element:
    """A diamond or a square with a white rim."""
    return _symbol("marker", _layer("SimpleMarker", **_shape(shape, millimetres, hex_colour, WHITE, rim)))


def nothing() -> Element:
    """A point that is only there for its label."""
    return _symbol("marker", _layer("SimpleMarker", **_shape("circle", 0.1, WHITE, WHITE, 0)), opacity=0)


def paper() -> Element:
    """A white page."""
    return fill(WHITE)


def hair_line(hex_colour: str = palette.INK) -> Element:
    """The lines of a scale bar."""
    return line(hex_colour, 0.2)


def _marker(shape: str, millimetres: float, inside: str, rim_colour: str, rim: float) -> Element:
    size = f"CASE WHEN @map_scale > {OVERVIEW_SCALE} THEN {millimetres * OVERVIEW_SHARE:g} ELSE {millimetres:g} END"
    made = _layer("SimpleMarker", **_shape(shape, millimetres, inside, rim_colour, rim))
    made.append(data_defined({"size": size}))
    return made


def _shape(shape: str, millimetres: float, inside: str, rim_colour: str, rim: float) -> dict[str, Value]:
    drawn: Values = {"color": colour(inside), "outline_color": colour(rim_colour), "outline_width": rim}
    return {"name": shape, "size": millimetres, "size_unit": "MM", **drawn}


def _layer(kind: str, **properties: Value) -> Element:
    attributes: Values = {"class": kind, "enabled": True, "locked": False, "pass": 0}
    return node("layer", attributes, [options(properties)])


def _symbol(kind: str, *layers: Element, opacity: float = 1.0) -> Element:
    return node("symbol", {"type": kind, "name": "0", "alpha": opacity, "clip_to_extent": True}, layers)
