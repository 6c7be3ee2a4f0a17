"""The effect of a scenario: what residents can choose between after it, beside what they can today."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.access.area_amounts import HEADLINE_ALL, HEADLINE_OPEN
from app.access.choice import choice_class, choice_number
from app.access.findings import CELL_FINDINGS
from app.access.little_choice import little_choice_areas
from app.access.matrix import Floats, Ints
from app.siting.apply import find_sites
from app.siting.area_sums import areas_with, figures_after
from app.siting.baseline import Baseline
from app.siting.offers import changed_offers
from app.siting.patch import Cells, Patch
from app.siting.recount import After, Patches, recount
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
    patches : what changes in the columns of the cells
    base : the study, held ready
    """

    scenario: Scenario
    study: str
    before: pd.DataFrame
    figures: Mapping[str, NDArray[Any]]
    lifted: Floats
    falling: Floats
    changed: Changed
    patches: Patches
    base: Baseline

    @cached_property
    def columns(self) -> Mapping[str, NDArray[Any]]:
        """(cells,) arrays after, by the names of `CELL_FINDINGS`, of what a scenario can change."""
        whole = self.base.columns
        return {name: self.patches[name].over(whole[name]) if name in self.patches else whole[name] for name in whole}

    def areas(self) -> pd.DataFrame:
        """The table `AREA_FINDINGS` after the scenario, row by row as `before`."""
        return areas_with(self.before, self.figures, self.base.case)

    def cells(self) -> pd.DataFrame:
        """The table `CELL_FINDINGS` after the scenario."""
        now = choice_class(self.columns[HEADLINE_OPEN])
        values = {name: value for name, value in self.columns.items() if name in CELL_FINDINGS.names}
        return CELL_FINDINGS.check(self.base.findings.cells.assign(**values, choice_class=now))

    def little_choice(self) -> gpd.GeoDataFrame:
        """The table `LITTLE_CHOICE` after the scenario: areas of limited choice drawn anew."""
        headline = replace(self.base.headline, open=self.columns[HEADLINE_OPEN], all=self.columns[HEADLINE_ALL])
        return little_choice_areas(self.base.case, headline)


def find_effect(base: Baseline, scenario: Scenario, study: str) -> Effect:
    """The effect of a scenario on a study; equal to what all findings made anew would say.

    Raises
    ------
    QuestionError, NotFoundError, OutsideError : as `apply`
    """
    scenario.refuse_other_base(study)
    changes, case = scenario.changes, base.case
    sites = find_sites(changes, base.lean, base.homes)
    changed = changed_offers(scenario, base.offers, case.rules, sites, case.facts.region.name_da)
    turns = find_turns(base, changed)
    after = After(base, scenario, changed, turns, find_ways(base, changed, turns))
    patches = recount(after)
    count = patches.get(HEADLINE_OPEN, NO_CELLS)
    was, now, least = base.headline.open[count.cell], count.value, base.headline.minimum
    return Effect(
        scenario=scenario,
        study=study,
        before=base.findings.areas,
        figures=figures_after(after, patches),
        lifted=_residents(base, count.cell[(was < least) & (now >= least)]),
        falling=_residents(base, count.cell[(now < least) & (was >= least)]),
        changed=_changed(count.cell, was, now),
        patches=patches,
        base=base,
    )


NO_CELLS = Patch(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int64))


def _residents(base: Baseline, cells: Cells) -> Floats:
    """(areas,) residents of some cells."""
    return base.pieces.inside @ base.pieces.by_piece(cells, base.headline.residents[cells])


def _changed(cells: Cells, was: NDArray[np.int64], now: NDArray[np.int64]) -> Changed:
    before, after = choice_number(was), choice_number(now)
    other = np.flatnonzero(before != after)
    return Changed(cells[other].astype(np.int32), before[other], after[other])
