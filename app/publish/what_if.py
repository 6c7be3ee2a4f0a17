"""The effect of a scenario as the outside may see it: small counts hidden, and no difference gives one away.

In each area `before` = `kept` + `lifted` and `after` = `kept` + `falling`, where `kept` have too few both today and in
the scenario. These sums, and those of municipalities within larger areas, are what `suppress.hidden` is told a reader
can do; `before` is as shown or hidden as in the published areas. What a reader learns who asks about many scenarios is
said in docs/limits.md.
"""

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app import language as say
from app.language import Lang
from app.publish import suppress
from app.publish.collections import Publication, nested_areas
from app.publish.copy import text
from app.publish.suppress import Flags, Sum
from app.siting.effect import Changed, Effect

BEFORE, AFTER, LIFTED, FALLING, KEPT = COUNTS = ("before", "after", "lifted", "falling", "kept")
FIGURES = (
    "practices",
    "open_practices",
    "capacities",
    "nearest_open_m",
    "second_open_m",
    "e2sfca",
    "free_places_per_1000",
)
"""Figures of an area that count no people, shown before and after."""
MOVED_DECIMALS = 6


@dataclass(frozen=True)
class Told:
    """Counts of an effect by area and what of them is hidden; columns as `COUNTS`."""

    counts: NDArray[np.float64]
    small: Flags
    hidden: Flags

    def shown(self, area: int, name: str) -> int | None:
        """A count, None where it is hidden."""
        column = COUNTS.index(name)
        return None if self.hidden[area, column] else int(self.counts[area, column])

    def names(self, area: int, flags: Flags) -> list[str]:
        """Counts of an area that are flagged."""
        return [name for name, flag in zip(COUNTS, flags[area], strict=True) if flag]


class Effects:
    """Publishes the effects of scenarios on one study.

    Parameters
    ----------
    publication : of the study
    """

    def __init__(self, publication: Publication) -> None:
        self.publication = publication

    def told(self, effect: Effect) -> Told:
        """The counts of an effect, small ones hidden, and others that would give them away."""
        before, after = self._numbers["under_two"], effect.figures["under_two"]
        counts = np.column_stack([before, after, effect.lifted, effect.falling, before - effect.lifted])
        smallest = self.publication.smallest
        withheld = np.zeros(counts.shape, dtype=bool)
        withheld[:, 0] = self._before_hidden
        shown = np.zeros(counts.shape, dtype=bool)
        shown[:, 0] = ~self._before_hidden
        hidden = suppress.hidden(counts, smallest, self._sums, shown, withheld)
        return Told(counts, (counts > 0) & (counts < smallest), hidden)

    def answer(self, effect: Effect, lang: Lang) -> dict[str, Any]:
        """Everything about an effect, ready for JSON."""
        told, after = self.told(effect), {name: _plain(effect.figures[name]) for name in FIGURES}
        return {
            "data": self._data[lang],
            "scenario": {"hash": effect.scenario.hash, **effect.scenario.document()},
            "sentences": self.sentences(told, lang),
            "areas": [self._area(told, after, area) for area in self.changed_areas(effect)],
            "cells": packed(effect.changed),
        }

    def moved_areas(self, effect: Effect) -> list[int]:
        """Rows of the areas in which residents are lifted or fall, the region always."""
        moved = (effect.lifted > 0) | (effect.falling > 0)
        moved[self._region] = True
        return [int(area) for area in np.flatnonzero(moved)]

    def changed_areas(self, effect: Effect) -> list[int]:
        """Rows of the areas in which a figure changes, the region always."""
        changed = (effect.lifted > 0) | (effect.falling > 0)
        changed[self._region] = True
        for name in FIGURES:
            was, now = self._numbers[name], effect.figures[name].astype(float)
            changed |= (was != now) & ~(np.isnan(was) & np.isnan(now))
        return [int(area) for area in np.flatnonzero(changed)]

    def sentences(self, told: Told, lang: Lang) -> list[str]:
        """What happens in the region, in words."""
        least = say.number(self.publication.study.rules.number("minimum_open"), lang)
        said = [
            text(f"wi.{key}", lang, people=say.sentence(self.people(told, self._region, name, lang)), k=least)
            for key, name in (("up", LIFTED), ("down", FALLING))
            if told.counts[self._region, COUNTS.index(name)] > 0
        ]
        return said or [text("wi.none", lang, k=least)]

    def people(self, told: Told, area: int, name: str, lang: Lang) -> str:
        """A count in a sentence: 836 borgere, færre end 5 borgere."""
        shown = told.shown(area, name)
        if shown is not None:
            return say.count(shown, "resident", lang)
        if told.small[area, COUNTS.index(name)]:
            return say.fewer_than(self.publication.smallest, "resident", lang)
        return text("note.withheld_people", lang)

    def _area(self, told: Told, after: Mapping[str, list[float | None]], area: int) -> dict[str, Any]:
        was = self._before
        return {
            **{name: was[name][area] for name in ("kind", "code", "name")},
            **{name: told.shown(area, name) for name in COUNTS},
            "suppressed": told.names(area, told.hidden & told.small),
            "withheld": told.names(area, told.hidden & ~told.small),
            "figures": {name: [was[name][area], now[area]] for name, now in after.items()},
        }

    @cached_property
    def _region(self) -> int:
        return int((self.publication.study.findings.areas["kind"] == "region").to_numpy().argmax())

    @cached_property
    def _numbers(self) -> Mapping[str, NDArray[np.float64]]:
        areas = self.publication.study.findings.areas
        return {name: areas[name].to_numpy(dtype=float) for name in ("under_two", *FIGURES)}

    @cached_property
    def _before(self) -> Mapping[str, list[Any]]:
        """What an area is called, and its figures today."""
        areas = self.publication.study.findings.areas
        names: dict[str, list[Any]] = {name: areas[name].tolist() for name in ("kind", "code", "name")}
        return names | {name: _plain(self._numbers[name]) for name in FIGURES}

    @cached_property
    def _data(self) -> Mapping[Lang, Any]:
        """Where the data come from."""
        return {lang: self.publication.provenance.block(lang) for lang in say.LANGS}

    @cached_property
    def _before_hidden(self) -> Flags:
        return np.asarray(self.publication.areas.frame["under_two"].isna(), dtype=bool)

    @cached_property
    def _sums(self) -> Sequence[Sum]:
        areas = self.publication.study.findings.areas
        column = {name: i for i, name in enumerate(COUNTS)}
        sums = []
        for area in range(len(areas)):
            for total, part in ((BEFORE, LIFTED), (AFTER, FALLING)):
                sums.append(Sum((area, column[total]), ((area, column[KEPT]), (area, column[part]))))
        for whole, parts in nested_areas(areas, self.publication.study.facts.region):
            sums.extend(Sum((whole, j), tuple((one, j) for one in parts)) for j in column.values())
        return sums


def packed(changed: Changed) -> dict[str, Any]:
    """Cells of another class, in the order of the collection `cells`, as base64."""
    arrays = {"cell": changed.cell.astype("<i4"), "before": changed.before, "after": changed.after}
    return {
        "count": len(changed.cell),
        "encoding": "base64; cell int32 little-endian, before and after uint8",
        **{name: base64.b64encode(array.tobytes()).decode() for name, array in arrays.items()},
    }


def _plain(values: NDArray[Any]) -> list[float | None]:
    return [None if math.isnan(value) else round(float(value), MOVED_DECIMALS) for value in values.tolist()]
