"""Labels of a layer: font, halo or box, from which scale and for which rows."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from app.publish import palette
from app.publish.qgis.elements import FONTS, Values, colour, data_defined, node
from app.publish.qgis.symbols import WHITE, fill

HALO_MM = 0.8
HALO_OPACITY = 0.9
AROUND_POINT, OVER_POINT, HORIZONTAL = 0, 1, 4
"""Numbers of QGIS for where a label may stand."""
SEMI_BOLD, NORMAL, BOLD = 63, 50, 75


@dataclass(frozen=True)
class Label:
    """How rows are labelled.

    Parameters
    ----------
    expression : what is written
    points : size of the font
    placement : one of the numbers above
    from_scale : denominator of the smallest scale with labels; nought for every scale
    only : expression that holds for rows that are labelled; empty for all
    box : a white box instead of a halo
    halo : a halo, unless there is a box
    priority : 0 to 10, who stays where two collide
    """

    expression: str
    points: float = 9
    weight: int = SEMI_BOLD
    colour: str = palette.LABEL
    placement: int = HORIZONTAL
    from_scale: int = 0
    only: str = ""
    box: bool = False
    halo: bool = True
    priority: int = 5


def labelling(label: Label) -> Element:
    """The labelling of a layer."""
    parts = [text_style(label), node("text-format", {"multilineAlign": 1}), _placement(label), _rendering(label)]
    parts.append(data_defined({"Show": label.only} if label.only else {}, "dd_properties"))
    return node("labeling", {"type": "simple"}, [node("settings", {"calloutType": "simple"}, parts)])


def text_style(label: Label) -> Element:
    """Font, colour, halo and box."""
    attributes: Values = {
        "fieldName": label.expression,
        "isExpression": True,
        "fontFamily": FONTS[0],
        "fontSize": label.points,
        "fontSizeUnit": "Point",
        "fontWeight": label.weight,
        "textColor": colour(label.colour),
        "textOpacity": 1,
        "fontKerning": True,
        "multilineHeight": 1,
    }
    families = node("families", {}, (node("family", {"name": name}) for name in FONTS[1:]))
    return node("text-style", attributes, [families, _halo(drawn=label.halo and not label.box), _box(drawn=label.box)])


def _halo(*, drawn: bool) -> Element:
    size: Values = {"bufferDraw": drawn, "bufferSize": HALO_MM, "bufferSizeUnits": "MM", "bufferOpacity": HALO_OPACITY}
    return node("text-buffer", {**size, "bufferColor": colour(WHITE), "bufferJoinStyle": 128})


def _box(*, drawn: bool) -> Element:
    """A white box that is a little larger than the text."""
    size: Values = {"shapeSizeX": 0.8, "shapeSizeY": 0.5, "shapeSizeUnit": "MM", "shapeSizeType": 0, "shapeType": 0}
    look: Values = {"shapeDraw": drawn, "shapeFillColor": colour(WHITE), "shapeOpacity": HALO_OPACITY}
    box = fill(WHITE)
    box.set("name", "fillSymbol")
    return node("background", {**look, **size}, [box])


def _placement(label: Label) -> Element:
    around: Values = {"dist": 0.6, "distUnits": "MM"} if label.placement == AROUND_POINT else {}
    return node("placement", {"placement": label.placement, "priority": label.priority, "quadOffset": 4, **around})


def _rendering(label: Label) -> Element:
    scale: Values = {"scaleVisibility": bool(label.from_scale), "scaleMax": label.from_scale, "scaleMin": 0}
    return node("rendering", {"drawLabels": True, "labelPerPart": False, "obstacle": True, **scale})
