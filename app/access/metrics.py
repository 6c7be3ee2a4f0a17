"""The metrics of a cell: each a column of the findings, its paper or law, and a pure function.

A new metric is one entry here and one column in `findings.CELL_FINDINGS`; tables, exports and docs follow from them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.access import choice, fca
from app.access.findings import CELL_FINDINGS, MODES
from app.access.matrix import Flags, Floats, Matrix, Singles
from app.access.travel import Travel
from geodata.facts import Facts
from geodata.rules import RuleSet
from geodata.tables import Column

PER = 1000.0
"""Floating catchment areas are told for each 1,000 residents."""


@dataclass(frozen=True)
class Case:
    """What a metric is computed from: facts, rules in force and travel; cells in the order of `facts.cells`."""

    facts: Facts
    rules: RuleSet
    travel: Travel

    @property
    def residents(self) -> Floats:
        """(cells,) residents."""
        return np.asarray(self.facts.cells["residents"], dtype=float)

    @property
    def in_region(self) -> Flags:
        """(locations,) whether a practice location lies in a member municipality."""
        inside = self.travel.supply.locations["kommunekode"].isin(self.facts.region.codes)
        return np.asarray(inside, dtype=bool)


@dataclass(frozen=True)
class Metric:
    """A metric: the column it fills, where its formula is published, and how it is computed.

    Parameters
    ----------
    column : of `CELL_FINDINGS`
    paper : paper, law or rule it follows
    compute : from a case to one value per cell, NaN where there is no answer
    """

    column: Column
    paper: str
    compute: Callable[[Case], NDArray[Any]]


def _open_by_road(case: Case) -> NDArray[Any]:
    travel = case.travel
    return choice.practices_within(travel.road, travel.supply.open_count, travel.limit_m)


def _open_in_straight_line(case: Case) -> NDArray[Any]:
    travel = case.travel
    return choice.practices_within(travel.straight, travel.supply.open_count, travel.limit_m)


def _all_by_road(case: Case) -> NDArray[Any]:
    travel = case.travel
    return choice.practices_within(travel.road, travel.supply.all_count, travel.limit_m)


def _nearest_open(case: Case) -> NDArray[Any]:
    return choice.nearest_value(case.travel.nearest_open)


def _second_open(case: Case) -> NDArray[Any]:
    return choice.second_value(case.travel.nearest_open, case.travel.supply.open_count)


def _nearest_any(case: Case) -> NDArray[Any]:
    return choice.nearest_value(case.travel.nearest_any)


def _nearest_minutes(case: Case, mode: str) -> NDArray[Any]:
    return choice.nearest_value(case.travel.nearest_open_minutes[mode])


def _open_within_standard(case: Case, mode: str) -> NDArray[Any]:
    standard = case.rules.value(f"standard_{mode}")
    travel = case.travel
    return choice.practices_within(travel.minutes[mode], travel.supply.open_count, float(standard["minutes"]))


def capacity(case: Case) -> Floats:
    """(rows,) places by closing limit at the region's locations.

    Practices outside the region are left out here, though they count for choice: the residents they serve over there
    are not among ours, so to share their places among ours alone would promise too much along the border.
    """
    supply = case.travel.supply
    return supply.by_row(supply.practices["closing_limit"].to_numpy(dtype=float), case.in_region)


def free_places(case: Case) -> Floats:
    """(rows,) closing limit less listed patients, never below nought, at open practices and the region's locations."""
    supply = case.travel.supply
    limit, listed = (supply.practices[name].to_numpy(dtype=float) for name in ("closing_limit", "listed_patients"))
    free = np.where(supply.is_open, np.maximum(limit - listed, 0.0), 0.0)
    return supply.by_row(free, case.in_region)


def catchment_weights(rules: RuleSet, minutes: Floats | Singles) -> Floats:
    """Weight of travel times by the zones of the rule catchment."""
    zones = rules.value("catchment")
    return fca.step_weights(minutes, zones["minutes"], zones["weights"])


def catchment(case: Case) -> Matrix:
    """Minutes by the mode of the rule catchment."""
    return case.travel.minutes[case.rules.value("catchment")["mode"]]


def scores(case: Case) -> dict[str, Floats]:
    """The floating catchment areas before they are told for each 1,000 residents, by metric."""
    names = ("e2sfca", "available_places", "free_places_per_1000")
    return dict(zip(names, (_e2sfca(case), _available_places(case), _free_places(case)), strict=True))


def _e2sfca(case: Case) -> Floats:
    matrix = catchment(case)
    return fca.places_per_resident(matrix, catchment_weights(case.rules, matrix.value), capacity(case), case.residents)


def _available_places(case: Case) -> Floats:
    matrix = catchment(case)
    return fca.spatial_availability(matrix, catchment_weights(case.rules, matrix.value), capacity(case), case.residents)


def _free_places(case: Case) -> Floats:
    road = case.travel.road
    within = road.within(case.travel.limit_m).astype(float)
    return fca.places_per_resident(road, within, free_places(case), case.residents)


def per_1000(compute: Callable[[Case], Floats], case: Case) -> NDArray[Any]:
    """A score told for each 1,000 residents."""
    return PER * compute(case)


_LAW = "sundhedsloven § 59; rules free_choice_distance and count_unit"
_TWO_STEP = "Luo and Wang (2003), Environment and Planning B 30(6)"
_ENHANCED = "Luo and Qi (2009), Health & Place 15(4); zones of the rule catchment"
_COMPETITIVE = "Soukhov, Paez, Higgins and Mohamed (2023), PLOS ONE 18(1)"


def _metrics() -> list[Metric]:
    column = CELL_FINDINGS.__getitem__
    minutes = [
        Metric(column(f"nearest_open_min_{mode.value}"), "shortest path", partial(_nearest_minutes, mode=mode.value))
        for mode in MODES
    ]
    standards = [
        Metric(
            column(f"open_within_standard_{mode.value}"),
            f"rule standard_{mode.value}",
            partial(_open_within_standard, mode=mode.value),
        )
        for mode in MODES
    ]
    return [
        Metric(column("open_within_limit"), _LAW, _open_by_road),
        Metric(column("open_within_limit_straight"), _LAW, _open_in_straight_line),
        Metric(column("all_within_limit"), _LAW, _all_by_road),
        Metric(column("nearest_open_m"), "shortest path", _nearest_open),
        Metric(column("second_open_m"), "shortest path", _second_open),
        Metric(column("nearest_m"), "shortest path", _nearest_any),
        *minutes,
        *standards,
        Metric(column("e2sfca"), _ENHANCED, partial(per_1000, _e2sfca)),
        Metric(column("available_places"), _COMPETITIVE, _available_places),
        Metric(column("free_places_per_1000"), _TWO_STEP, partial(per_1000, _free_places)),
    ]


METRICS: Mapping[str, Metric] = {metric.column.name: metric for metric in _metrics()}
