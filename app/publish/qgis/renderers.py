"""How a layer is drawn: one symbol, a symbol for each value, for each rule, or a colour for each class of a raster."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element

from app.publish.legend import Layer, Swatch
from app.publish.qgis.elements import Values, node
from app.publish.qgis.expressions import mentioned
from app.publish.qgis.symbols import seamless_fill


@dataclass(frozen=True)
class Rule:
    """One rule: which rows, under which label, drawn how, from which scale on.

    Parameters
    ----------
    where : expression that holds for its rows
    from_scale : denominator of the smallest scale at which it is drawn; nought for every scale
    """

    where: str
    label: str
    symbol: Element
    from_scale: int = 0


def single(symbol: Element) -> Element:
    """All rows alike."""
    return node("renderer-v2", {"type": "singleSymbol", "enableorderby": False}, [_symbols([symbol])])


def ruled(rules: Sequence[Rule], order: str = "") -> Element:
    """Rows by rules.

    Parameters
    ----------
    order : expression that sorts rows; what is drawn later lies on top
    """
    key = "{" + str(uuid5(NAMESPACE_URL, "".join(rule.label for rule in rules))) + "}"
    listed = node("rules", {"key": key}, (_rule(i, rule) for i, rule in enumerate(rules)))
    children = [listed, _symbols([rule.symbol for rule in rules])]
    if order:
        children.append(node("orderby", {}, [node("orderByClause", {"asc": True, "nullsFirst": False}, text=order)]))
    return node("renderer-v2", {"type": "RuleRenderer", "enableorderby": bool(order)}, children)


def _rule(i: int, rule: Rule) -> Element:
    key = "{" + str(uuid5(NAMESPACE_URL, rule.label + rule.where)) + "}"
    scale: Values = {"scalemaxdenom": rule.from_scale} if rule.from_scale else {}
    return node("rule", {"key": key, "symbol": i, "filter": rule.where, "label": rule.label, **scale})


def classes(layer: Layer) -> Element:
    """The cells of a surface of the map: each class of the legend with its colour and words."""
    if not layer.upper and not layer.lower:
        return _categorised(layer.column, layer.swatches)
    rules = [
        Rule(where, swatch.title_da, seamless_fill(swatch.colour))
        for where, swatch in zip(conditions(layer), layer.swatches, strict=True)
    ]
    return ruled(rules)


def conditions(layer: Layer) -> list[str]:
    """What holds for the rows of each class, from the breaks of the legend.

    A cell without minutes cannot be reached and belongs to the last class; a count that is hidden because it is small
    belongs to the first, and one that is withheld to none. A blank layer shows nothing where there is no value.
    """
    column = f'"{layer.column}"'
    if layer.upper:
        bounds = [
            (f"{column} > {a:g} AND ", f"{column} <= {b:g}")
            for a, b in zip((0, *layer.upper), layer.upper, strict=False)
        ]
        first, *rest = bounds
        beyond = f"{column} > {layer.upper[-1]:g}"
        return [first[1], *(a + b for a, b in rest), beyond if layer.blank else f"{beyond} OR {column} IS NULL"]
    between = [f"{column} >= {a:g} AND {column} < {b:g}" for a, b in zip(layer.lower, layer.lower[1:], strict=False)]
    between[0] += f" OR {mentioned('suppressed', layer.column)}"
    return [*between, f"{column} >= {layer.lower[-1]:g}"]


def _categorised(column: str, swatches: Sequence[Swatch]) -> Element:
    rows = [
        node("category", {"value": i, "symbol": i, "label": swatch.title_da, "render": "true", "type": "string"})
        for i, swatch in enumerate(swatches)
    ]
    parts = [node("categories", {}, rows), _symbols([seamless_fill(swatch.colour) for swatch in swatches])]
    return node("renderer-v2", {"type": "categorizedSymbol", "attr": column, "enableorderby": False}, parts)


def paletted(layer: Layer, alpha_band: int) -> Element:
    """The overview raster of a surface: class numbers in the first band, how opaque in another."""
    entries = [
        node("paletteEntry", {"value": i, "color": swatch.colour, "alpha": 255, "label": swatch.title_da})
        for i, swatch in enumerate(layer.swatches)
    ]
    attributes: Values = {"type": "paletted", "band": 1, "alphaBand": alpha_band, "opacity": 1}
    return node("rasterrenderer", attributes, [node("colorPalette", {}, entries)])


def _symbols(symbols: Sequence[Element]) -> Element:
    for i, symbol in enumerate(symbols):
        symbol.set("name", str(i))
    return node("symbols", {}, symbols)
