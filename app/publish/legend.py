"""Which surfaces a map can show, into which classes they fall, and what colour and name each class has.

One source for page, map, print and files: breaks are fixed, never quantiles, never scaled by zoom or area.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.access.findings import CELL_FINDINGS, MODES
from app.language import EN_DASH, Lang
from app.publish import palette
from app.publish.copy import text
from app.publish.profiles import Profiles, mode_codes
from geodata.facts import CELLS

Bytes = NDArray[np.uint8]
NO_CLASS = 255
MINUTE_BREAKS = (5, 10, 15, 20)
"""Upper bounds of the classes of minutes, inclusive; the last class is open and holds what cannot be reached."""
RESIDENT_BREAKS = (1, 5, 15, 40, 100)
"""Lower bounds of the classes of residents in a 100 m cell."""


@dataclass(frozen=True, slots=True)
class Swatch:
    """One class of a layer: its colour and its name in both languages."""

    colour: str
    title: str
    title_da: str

    def label(self, lang: Lang = "da") -> str:
        """Name of the class in the language asked for."""
        return self.title_da if lang == "da" else self.title


@dataclass(frozen=True, slots=True)
class Layer:
    """One surface of cells.

    Parameters
    ----------
    id : name in addresses and files: choice, minutes_drive, residents
    column : column of the cells it is made from
    title, title_da : heading of its legend
    swatches : classes from the first to the last; class numbers count from 0
    upper : upper bounds of the classes but the last, inclusive; the last holds what has no value too
    lower : lower bounds of the classes, inclusive; neither for a column that holds the class number itself
    """

    id: str
    column: str
    title: str
    title_da: str
    swatches: tuple[Swatch, ...]
    upper: tuple[float, ...] = ()
    lower: tuple[float, ...] = ()

    def label(self, lang: Lang = "da") -> str:
        """Heading in the language asked for."""
        return self.title_da if lang == "da" else self.title

    @property
    def colours(self) -> tuple[str, ...]:
        """Colour of each class."""
        return tuple(swatch.colour for swatch in self.swatches)


def classes(layer: Layer, cells: pd.DataFrame) -> Bytes:
    """Class number of each cell (uint8; 255 where it has none), rows as in `cells`."""
    values = cells[layer.column]
    if not layer.upper and not layer.lower:
        return np.asarray(values.astype(int), dtype=np.uint8)
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    if layer.lower:
        return np.asarray(np.searchsorted(layer.lower, numbers, side="right") - 1, dtype=np.uint8)
    return np.asarray(np.searchsorted(layer.upper, numbers, side="left"), dtype=np.uint8)


def _choice() -> Layer:
    swatches = tuple(
        Swatch(colour, code.title, code.title_da)
        for colour, code in zip(palette.CHOICE, CELL_FINDINGS["choice_class"].allowed, strict=True)
    )
    return Layer("choice", "choice_class", text("layer.choice_title", "en"), text("layer.choice_title"), swatches)


def _minutes(mode: str, title: str, title_da: str) -> Layer:
    first = _both("layer.at_most", b=MINUTE_BREAKS[0])
    middle = [_both("layer.between", a=a, b=b) for a, b in pairwise(MINUTE_BREAKS)]
    names = [first, *middle, _both("layer.above", a=MINUTE_BREAKS[-1])]
    return Layer(
        f"minutes_{mode}",
        f"nearest_open_min_{mode}",
        text("layer.minutes_title", "en", mode=title),
        text("layer.minutes_title", mode=title_da),
        _swatches(palette.MINUTES, names),
        upper=MINUTE_BREAKS,
    )


def _residents() -> Layer:
    pairs = pairwise(RESIDENT_BREAKS)
    names = [(f"{a}{EN_DASH}{b - 1}", f"{a}{EN_DASH}{b - 1}") for a, b in pairs]
    names.append(_both("layer.or_more", a=RESIDENT_BREAKS[-1]))
    return Layer(
        "residents",
        CELLS["residents"].name,
        text("layer.residents_title", "en"),
        text("layer.residents_title"),
        _swatches(palette.RESIDENTS, names),
        lower=RESIDENT_BREAKS,
    )


def _both(key: str, **slots: object) -> tuple[str, str]:
    return text(key, "en", **slots), text(key, "da", **slots)


def _swatches(colours: Sequence[str], names: Sequence[tuple[str, str]]) -> tuple[Swatch, ...]:
    return tuple(Swatch(colour, en, da) for colour, (en, da) in zip(colours, names, strict=True))


LAYERS = {
    layer.id: layer
    for layer in (_choice(), *(_minutes(mode.value, mode.title, mode.title_da) for mode in MODES), _residents())
}
"""Every surface by its id; the first is shown unless another is asked for."""


def legends(profiles: Profiles) -> list[Layer]:
    """Every surface, those of minutes named by the profiles they are travelled by."""
    named = {code.value: code for code in mode_codes(profiles)}
    own = {f"minutes_{mode}": _minutes(mode, named[mode].title, named[mode].title_da) for mode in profiles}
    return [own.get(layer.id, layer) for layer in LAYERS.values()]
