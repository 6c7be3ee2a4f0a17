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
from app.access.pressure import USE_WITHIN_LIMIT
from app.language import EN_DASH, Lang
from app.publish import palette
from app.publish.copy import text
from app.publish.profiles import Profiles, mode_codes
from geodata.facts import CELLS

Bytes = NDArray[np.uint8]
NO_CLASS = 255
MINUTE_BREAKS = (5, 10, 15, 20)
"""Upper bounds of the classes of minutes, inclusive; the last class is open and holds what cannot be reached."""
PRESSURE_BREAKS = (0.90, 1.00, 1.05, 1.10)
"""Upper bounds of the classes of listed patients against the closing limit, inclusive."""
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
    id : name in addresses and files: choice, minutes_drive, standard_ebike, pressure, residents
    column : column of the cells it is made from
    title, title_da : heading of its legend
    swatches : classes from the first to the last; class numbers count from 0
    upper : upper bounds of the classes but the last, inclusive; the last holds what has no value too
    lower : lower bounds of the classes, inclusive; neither for a column that holds the class number itself
    profile : travel profile whose minutes it shows, where a mode is not travelled as it stands
    blank : whether a cell without a value is not drawn
    """

    id: str
    column: str
    title: str
    title_da: str
    swatches: tuple[Swatch, ...]
    upper: tuple[float, ...] = ()
    lower: tuple[float, ...] = ()
    profile: str = ""
    blank: bool = False

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
    found = np.asarray(np.searchsorted(layer.upper, numbers, side="left"), dtype=np.uint8)
    return np.where(np.isnan(numbers), np.uint8(NO_CLASS), found) if layer.blank else found


def _choice() -> Layer:
    swatches = tuple(
        Swatch(colour, code.title, code.title_da)
        for colour, code in zip(palette.CHOICE, CELL_FINDINGS["choice_class"].allowed, strict=True)
    )
    return Layer("choice", "choice_class", text("layer.choice_title", "en"), text("layer.choice_title"), swatches)


def minutes_layer(mode: str, title: str, title_da: str) -> Layer:
    """Minutes by a mode to the nearest open practice."""
    first = in_both("layer.at_most", b=MINUTE_BREAKS[0])
    middle = [in_both("layer.between", a=a, b=b) for a, b in pairwise(MINUTE_BREAKS)]
    names = [first, *middle, in_both("layer.above", a=MINUTE_BREAKS[-1])]
    return Layer(
        f"minutes_{mode}",
        f"nearest_open_min_{mode}",
        text("layer.minutes_title", "en", mode=title),
        text("layer.minutes_title", mode=title_da),
        swatches_of(palette.MINUTES, names),
        upper=MINUTE_BREAKS,
    )


def _pressure() -> Layer:
    whole = [f"{share:.0%}".rstrip("%") for share in PRESSURE_BREAKS]
    names = [
        in_both("layer.at_most_share", b=whole[0]),
        *(in_both("layer.between_share", a=a, b=b) for a, b in pairwise(whole)),
        in_both("layer.above_share", a=whole[-1]),
    ]
    return Layer(
        "pressure",
        USE_WITHIN_LIMIT.name,
        text("layer.pressure_title", "en"),
        text("layer.pressure_title"),
        swatches_of(palette.PRESSURE, names),
        upper=PRESSURE_BREAKS,
        blank=True,
    )


def _residents() -> Layer:
    pairs = pairwise(RESIDENT_BREAKS)
    names = [(f"{a}{EN_DASH}{b - 1}", f"{a}{EN_DASH}{b - 1}") for a, b in pairs]
    names.append(in_both("layer.or_more", a=RESIDENT_BREAKS[-1]))
    return Layer(
        "residents",
        CELLS["residents"].name,
        text("layer.residents_title", "en"),
        text("layer.residents_title"),
        swatches_of(palette.RESIDENTS, names),
        lower=RESIDENT_BREAKS,
    )


def in_both(key: str, **slots: object) -> tuple[str, str]:
    """A text in English and in Danish."""
    return text(key, "en", **slots), text(key, "da", **slots)


def swatches_of(colours: Sequence[str], names: Sequence[tuple[str, str]]) -> tuple[Swatch, ...]:
    """Classes of colours and names (English, Danish)."""
    return tuple(Swatch(colour, en, da) for colour, (en, da) in zip(colours, names, strict=True))


LAYERS = {
    layer.id: layer
    for layer in (
        _choice(),
        *(minutes_layer(mode.value, mode.title, mode.title_da) for mode in MODES),
        _pressure(),
        _residents(),
    )
}
"""Every surface whose classes hang on no rule, by its id; the first is shown unless another is asked for."""


def legends(profiles: Profiles) -> list[Layer]:
    """The same, those of minutes named by the profiles they are travelled by."""
    named = {code.value: code for code in mode_codes(profiles)}
    own = {f"minutes_{mode}": minutes_layer(mode, named[mode].title, named[mode].title_da) for mode in profiles}
    return [own.get(layer.id, layer) for layer in LAYERS.values()]
