"""The cells of an answer as classes to draw: what is before and after, what changes, and who loses without one site."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.access.area_amounts import HEADLINE_OPEN
from app.access.choice import choice_class
from app.access.travel import ROAD_MODE
from app.language import number as written
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.legend import LAYERS, Layer, Swatch, classes
from app.publish.palette import CHANGE
from app.publish.site_files import unpacked
from app.siting.objectives import timed
from app.siting.question import SitingQuestion, parse_question
from app.siting.scenario import parse_scenario

SITE = "site"
"""Beginning of the view of one site."""
HELPLESS = "helpless"
"""The view of who cannot be reached, of an answer without a placement."""


@dataclass(frozen=True)
class Surface:
    """Classes of all cells of the study, in its order, and the layer that says what they are."""

    layer: Layer
    values: NDArray[np.uint8]


class SitePictures:
    """Surfaces of one placement of a published answer.

    Parameters
    ----------
    publication : of the study it was made on
    answer : as `SitesWriter.answer`
    rank : of the placement, from 1
    """

    def __init__(self, publication: Publication, answer: Mapping[str, Any], rank: int) -> None:
        question = {name: value for name, value in answer["question"].items() if name != "hash"}
        self.question: SitingQuestion = parse_question(question)
        self.solution = answer["solutions"][rank - 1]
        scenario = {name: value for name, value in self.solution["scenario"].items() if name != "hash"}
        self._study = publication.study
        self._effect = self._study.what_if(parse_scenario(scenario))
        self._timed = timed(self.question)
        self._k = self.question.k or self._study.baseline.headline.minimum

    def surface(self, view: str) -> Surface:
        """The surface of a view: before, after, change, or site with its number.

        Raises
        ------
        KeyError : there is no such view
        """
        if view == "before":
            return self._surroundings(None)
        if view == "after":
            return self._surroundings(self._effect.columns)
        if view == "change":
            return self._change()
        number = int(view.removeprefix(SITE)) if view.removeprefix(SITE).isdecimal() else 0
        site = next((one for one in self.solution["sites"] if one["number"] == number), None)
        if site is None or not view.startswith(SITE):
            raise KeyError(view)
        values = self._blank()
        values[unpacked(site["loses"]["cells"])] = 0
        return Surface(site_layer(number), values)

    def _surroundings(self, columns: Mapping[str, NDArray[Any]] | None) -> Surface:
        """What all see: the choice, or minutes where the objective is time."""
        cells = self._study.findings.cells
        layer = LAYERS[f"minutes_{self.question.standard.mode or ROAD_MODE}" if self._timed else "choice"]
        if columns is not None:
            now = choice_class(columns[HEADLINE_OPEN])
            values = now if layer.id == "choice" else columns[layer.column]
            cells = cells.assign(**{layer.column: values})
        return Surface(layer, classes(layer, cells))

    def _change(self) -> Surface:
        layer = change_layer(self._k, self._timed)
        name = {swatch.colour: i for i, swatch in enumerate(layer.swatches)}
        cells = {key: unpacked(packed) for key, packed in self.solution["cells_change"].items()}
        values = np.full(len(self._study.facts.cells), name[CHANGE["same"]], dtype=np.uint8)
        if not self._timed:
            values[cells["short"]] = name[CHANGE["short"]]
            was, now = self._study.baseline.headline.open, self._effect.columns[HEADLINE_OPEN]
            gained = np.zeros(len(values), dtype=bool)
            gained[cells["short"]] = (now > was)[cells["short"]]
            values[gained] = name[CHANGE["more"]]
            if self.question.standard.legal:
                values[(was >= self._k) & (now < self._k)] = name[CHANGE["falls"]]
        values[cells["worse"]] = name[CHANGE["falls"]]
        values[cells["better"]] = name[CHANGE["lifted"]]
        return Surface(layer, values)

    def _blank(self) -> NDArray[np.uint8]:
        return np.ones(len(self._study.facts.cells), dtype=np.uint8)


def helpless_surface(publication: Publication, answer: Mapping[str, Any]) -> Surface:
    """Whom no placement can help."""
    values = np.ones(len(publication.study.facts.cells), dtype=np.uint8)
    values[unpacked(answer["helpless"]["cells"])] = 0
    return Surface(helpless_layer(), values)


def helpless_layer() -> Layer:
    """The legend of whom no placement can help."""
    title, title_da = (text("view.helpless", lang) for lang in ("en", "da"))
    same = Swatch(CHANGE["same"], text("view.same", "en"), text("view.same", "da"))
    return Layer(HELPLESS, "", title, title_da, (Swatch(CHANGE["falls"], title, title_da), same))


def change_layer(k: int, timed: bool) -> Layer:
    """The legend of what changes."""
    keys = ("lifted", "more", "short", "falls", "same")
    words = {"lifted": "nearer", "falls": "farther", "same": "same"}
    shown = [(key, words[key] if timed else key) for key in keys if not timed or key in words]
    swatches = tuple(
        Swatch(CHANGE[key], *(text(f"view.{word}", lang, k=written(k, lang)) for lang in ("en", "da")))
        for key, word in shown
    )
    return Layer("change", "", text("view.change", "en"), text("view.change", "da"), swatches)


def site_layer(number: int) -> Layer:
    """The legend of one site's gain."""
    title, title_da = (text("view.site", lang, nr=number) for lang in ("en", "da"))
    same = Swatch(CHANGE["same"], text("view.same", "en"), text("view.same", "da"))
    return Layer(f"{SITE}{number}", "", title, title_da, (Swatch(CHANGE["lifted"], title, title_da), same))
