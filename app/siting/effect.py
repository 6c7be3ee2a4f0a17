"""The effect of a scenario: what residents can choose between after it, beside what they can today."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.access.area_amounts import HEADLINE_OPEN
from app.access.choice import choice_class
from app.access.findings import CELL_FINDINGS, CHOICE_BREAKS
from app.access.matrix import Floats, Ints
from app.access.metrics import Case
from app.access.supply import make_supply
from app.siting.apply import apply
from app.siting.area_sums import areas_with, figures_after
from app.siting.baseline import Baseline, make_rows
from app.siting.recount import After, recount
from app.siting.scenario import Scenario
from app.siting.turns import find_turns, find_ways


@dataclass(frozen=True)
class Changed:
    """Cells whose class of choice changes, ascending.

    Parameters
    ----------
    cell : (n,) int32 index in the order of the study's cells
    before, after : (n,) uint8 class, as `findings.CHOICE_CLASSES`
    """

    cell: Ints
    before: NDArray[np.uint8]
    after: NDArray[np.uint8]


@dataclass(frozen=True)
class Effect:
    """What a scenario does; counts are before suppression, publish through `app.publish`.

    Parameters
    ----------
    scenario : as it was asked
    study : hash of the study it was asked of
    before : the table `AREA_FINDINGS` of today
    figures : (areas,) its figures after the scenario, by column
    lifted, falling : (areas,) residents who get at least the minimum of open practices, and who lose it
    changed : cells of another class
    columns : (cells,) arrays after, by the names of `CELL_FINDINGS`, of what a scenario can change
    base : the study, held ready
    """

    scenario: Scenario
    study: str
    before: pd.DataFrame
    figures: Mapping[str, NDArray[Any]]
    lifted: Floats
    falling: Floats
    changed: Changed
    columns: Mapping[str, NDArray[Any]]
    base: Baseline

    def areas(self) -> pd.DataFrame:
        """The table `AREA_FINDINGS` after the scenario, row by row as `before`."""
        return areas_with(self.before, self.figures, self.base.case)

    def cells(self) -> pd.DataFrame:
        """The table `CELL_FINDINGS` after the scenario."""
        now = choice_class(self.columns[HEADLINE_OPEN])
        values = {name: value for name, value in self.columns.items() if name in CELL_FINDINGS.names}
        return CELL_FINDINGS.check(self.base.findings.cells.assign(**values, choice_class=now))


def find_effect(base: Baseline, scenario: Scenario, study: str) -> Effect:
    """The effect of a scenario on a study; equal to what all findings made anew would say.

    Raises
    ------
    QuestionError, NotFoundError, OutsideError : as `apply`
    """
    scenario.refuse_other_base(study)
    case = base.case
    facts = apply(scenario, base.lean, case.rules, base.homes)
    supply = make_supply(facts, str(case.rules.value("count_unit")))
    rows = make_rows(Case(facts, case.rules, replace(case.travel, supply=supply)))
    turns = find_turns(base.rows, rows)
    after = After(base, supply, rows, turns, find_ways(base, supply, rows, turns))
    columns = recount(after)
    was, now = base.headline.open, columns[HEADLINE_OPEN]
    lifted, falling = (_moved(base, one, other) for one, other in ((was, now), (now, was)))
    return Effect(
        scenario=scenario,
        study=study,
        before=base.findings.areas,
        figures=figures_after(after, columns),
        lifted=lifted,
        falling=falling,
        changed=_changed(was, now),
        columns=columns,
        base=base,
    )


def _moved(base: Baseline, short: NDArray[np.int64], enough: NDArray[np.int64]) -> Floats:
    """(areas,) residents with too few by one count and enough by the other."""
    least = base.headline.minimum
    cells = np.flatnonzero((short < least) & (enough >= least))
    return base.pieces.sum(cells, base.headline.residents[cells])


def _changed(was: NDArray[np.int64], now: NDArray[np.int64]) -> Changed:
    before, after = (np.searchsorted(CHOICE_BREAKS, count, side="right").astype(np.uint8) for count in (was, now))
    cell = np.flatnonzero(before != after).astype(np.int32)
    return Changed(cell, before[cell], after[cell])
