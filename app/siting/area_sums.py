"""Findings of the areas after a scenario, from what was added up before and the cells that changed."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.access.area_amounts import HEADLINE_ALL, HEADLINE_OPEN, OF_CELLS, make_amounts
from app.access.areas import area_figures, area_reasons, with_figures
from app.access.fragility import most_exposed
from app.access.matrix import Floats
from app.access.metrics import Case
from app.access.reasons import make_wording
from app.access.zoning import relocated
from app.siting.exposed import losses_after
from app.siting.nearest import Cells
from app.siting.recount import After, Columns

SAID = ("under_two", "under_two_if_all_open", "residents")
"""What an area's sentences depend on."""
Figures = Mapping[str, NDArray[Any]]


def figures_after(after: After, columns: Columns) -> Figures:
    """(areas,) every figure of `AREA_FINDINGS` after a scenario, in the order of the study's rows."""
    base = after.base
    kinds = relocated(base.zonings, base.location, after.supply)
    changes: dict[str, Floats] = {}
    for name in (*OF_CELLS, HEADLINE_OPEN, HEADLINE_ALL):
        changes |= _changes(after, name, columns[name])
    sums = {**base.sums, **base.pieces.added(base.sums, changes)}
    lost = losses_after(after, columns[HEADLINE_OPEN])
    return area_figures(after.supply, kinds, sums, [most_exposed(each) for each in lost])


def areas_with(before: pd.DataFrame, figures: Figures, case: Case) -> pd.DataFrame:
    """The table `AREA_FINDINGS` of today with other figures; sentences that tell other figures are written anew."""
    frame = with_figures(before, figures)
    changed = np.any([frame[name].to_numpy() != before[name].to_numpy() for name in SAID], axis=0)
    words = area_reasons(frame[changed].reset_index(drop=True), case.facts.region, make_wording(case.rules))
    for name, sentences in words.items():
        frame.loc[changed, name] = sentences
    return frame.astype(before.dtypes.to_dict())


def _changes(after: After, name: str, now: NDArray[Any]) -> Mapping[str, Floats]:
    """By amount (pieces,): what the changed cells of a column give to each piece, less what they gave."""
    base, was = after.base, after.base.columns[name]
    if now is was:
        return {}
    cells = np.flatnonzero(was != now)
    cells = cells[~(_missing(was[cells]) & _missing(now[cells]))]
    if not len(cells):
        return {}
    old, new = (_amounts(after, name, column[cells], cells) for column in (was, now))
    return {amount: base.pieces.by_piece(cells, values - old[amount]) for amount, values in new.items()}


def _missing(values: NDArray[Any]) -> NDArray[np.bool_]:
    return np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), dtype=bool)


def _amounts(after: After, name: str, column: NDArray[Any], cells: Cells) -> Mapping[str, Floats]:
    amounts = make_amounts(after.base.case.rules, after.base.headline, {name: column}, cells)
    del amounts["residents"]
    return amounts
