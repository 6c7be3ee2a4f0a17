"""Findings of the areas after a scenario, from what was added up before and the cells that changed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.access.area_amounts import HEADLINE_ALL, HEADLINE_OPEN, OF_CELLS, make_amounts
from app.access.areas import area_reasons, describe
from app.access.fragility import most_exposed
from app.access.matrix import Floats
from app.access.reasons import make_wording
from app.access.zoning import NO_AREA, relocated
from app.siting.exposed import losses_after
from app.siting.nearest import Cells
from app.siting.recount import After, Columns

SAID = ("under_two", "under_two_if_all_open")
"""What an area's sentences depend on."""


def areas_after(after: After, columns: Columns) -> pd.DataFrame:
    """The table `AREA_FINDINGS` after a scenario, in the order of the study's."""
    base = after.base
    kinds = relocated(base.zonings, base.case.facts, base.location, after.supply)
    sums = [dict(summed) for summed in base.sums]
    for name in (*OF_CELLS, HEADLINE_OPEN, HEADLINE_ALL):
        _add_changes(after, name, columns[name], sums)
    lost = losses_after(after, columns[HEADLINE_OPEN])
    frame = describe(after.supply, base.case.travel.limit_m, kinds, sums, [most_exposed(each) for each in lost])
    return _with_reasons(after, frame)


def _add_changes(after: After, name: str, now: NDArray[Any], sums: Sequence[dict[str, Floats]]) -> None:
    """Take what the changed cells gave to each area away, and add what they give."""
    base = after.base
    was = base.columns[name]
    cells = np.flatnonzero((was != now) & ~((was != was) & (now != now)))
    if not len(cells):
        return
    old, new = (_amounts(after, name, column[cells], cells) for column in (was, now))
    for zoning, summed in zip(base.zonings, sums, strict=True):
        area = zoning.cell[cells]
        for amount, values in new.items():
            summed[amount] = summed[amount] + _sum(area, values - old[amount], len(zoning))


def _amounts(after: After, name: str, column: NDArray[Any], cells: Cells) -> Mapping[str, Floats]:
    amounts = make_amounts(after.base.case.rules, after.base.headline, {name: column}, cells)
    del amounts["residents"]
    return amounts


def _sum(area: NDArray[np.int32], amount: Floats, areas: int) -> Floats:
    inside = area != NO_AREA
    return np.asarray(np.bincount(area[inside], weights=amount[inside], minlength=areas), dtype=float)


def _with_reasons(after: After, frame: pd.DataFrame) -> pd.DataFrame:
    """The sentences of areas whose figures they tell have changed are written anew."""
    before = after.base.findings.areas
    changed = (frame[list(SAID)].to_numpy() != before[list(SAID)].to_numpy()).any(axis=1)
    wording = make_wording(after.base.case.rules)
    new = area_reasons(frame[changed].reset_index(drop=True), after.base.case.facts.region, wording)
    for name, sentences in new.items():
        words = before[name].to_numpy(dtype=object, copy=True)
        words[changed] = sentences
        frame[name] = words
    return frame[before.columns].astype(before.dtypes.to_dict())
