"""What premises are worth by each criterion, between nought and one; as an interval where something is unknown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from app.access.matrix import Floats
from app.siting.premises.requirements import answers, on_level
from app.siting.stops import to_bus_stop, to_station
from geodata.facts import Facts
from geodata.rules import RuleSet
from geodata.tables import Code

Interval = tuple[Floats, Floats]
"""(n,) least and greatest value; equal where everything is known."""
Curve = Sequence[tuple[float, float]]
Curves = Mapping[str, Curve]

MEASURES = ("size_m2", "room_for_gps", "parking_spaces", "station_m", "bus_stop_m", "residents_lifted")


@dataclass(frozen=True)
class Criterion:
    """One thing that makes premises better.

    Parameters
    ----------
    code : name with its label in both languages
    value : from premises, measures (columns MEASURES) and the curves of `premises_values`
    measures : which measures it reads
    """

    code: Code
    value: Callable[[pd.DataFrame, pd.DataFrame, Curves], Interval]
    measures: tuple[str, ...]


def measures_of(facts: Facts, rules: RuleSet, premises: pd.DataFrame, lifted: Floats) -> pd.DataFrame:
    """Columns MEASURES of premises, NaN where unknown; distances that the owner left out are straight lines.

    Parameters
    ----------
    lifted : (n,) residents whom a practice there would lift to the minimum
    """
    xy = premises[["x", "y"]].to_numpy(dtype=float)
    frame = pd.DataFrame(
        {name: premises[name].astype("Float64").to_numpy(dtype=float, na_value=np.nan) for name in MEASURES[:-1]}
    )
    frame["station_m"] = frame["station_m"].fillna(pd.Series(to_station(facts, xy)))
    frame["bus_stop_m"] = frame["bus_stop_m"].fillna(pd.Series(to_bus_stop(facts, rules, xy)))
    return frame.assign(residents_lifted=lifted)


def curve_value(measure: Floats, curve: Curve) -> Interval:
    """(n,) value of a measure on a curve of points (measure, value), both ends held; unknown is the curve's range."""
    at, value = np.array(curve, dtype=float).T
    found = np.interp(measure, at, value)
    known = ~np.isnan(measure)
    return np.where(known, found, value.min()), np.where(known, found, value.max())


def _plain(measure: str) -> Callable[[pd.DataFrame, pd.DataFrame, Curves], Interval]:
    def value(_premises: pd.DataFrame, measures: pd.DataFrame, curves: Curves) -> Interval:
        return curve_value(measures[measure].to_numpy(dtype=float), curves[measure])

    return value


def _access(premises: pd.DataFrame, _measures: pd.DataFrame, _curves: Curves) -> Interval:
    """The share of three that hold: a way in without a step, ground floor or lift, accessible toilet."""
    flags = np.stack([answers(premises, "step_free"), on_level(premises), answers(premises, "accessible_toilet")])
    return np.nan_to_num(flags, nan=0.0).mean(axis=0), np.nan_to_num(flags, nan=1.0).mean(axis=0)


def _transit(_premises: pd.DataFrame, measures: pd.DataFrame, curves: Curves) -> Interval:
    """The better of station and bus stop."""
    names = ("station_m", "bus_stop_m")
    (a, b), (c, d) = (curve_value(measures[name].to_numpy(dtype=float), curves[name]) for name in names)
    return np.maximum(a, c), np.maximum(b, d)


CRITERIA: dict[str, Criterion] = {
    criterion.code.value: criterion
    for criterion in (
        Criterion(Code("access", "Physical access", "Fysisk adgang"), _access, ()),
        Criterion(Code("transit", "Station and bus", "Station og bus"), _transit, ("station_m", "bus_stop_m")),
        Criterion(Code("size", "Size", "Størrelse"), _plain("size_m2"), ("size_m2",)),
        Criterion(
            Code("room", "Room for more GPs", "Plads til flere læger"), _plain("room_for_gps"), ("room_for_gps",)
        ),
        Criterion(Code("parking", "Parking", "Parkering"), _plain("parking_spaces"), ("parking_spaces",)),
        Criterion(
            Code("lifted", "Residents lifted", "Borgere løftet"), _plain("residents_lifted"), ("residents_lifted",)
        ),
    )
}
"""Criterion by its name, in the order they are shown."""


def values(premises: pd.DataFrame, measures: pd.DataFrame, rules: RuleSet) -> Interval:
    """(n, criteria) least and greatest values, in the order of CRITERIA.

    Lifted residents too few to publish count as none, so that no score tells them.
    """
    curves: dict[str, Any] = rules.value("premises_values")
    few = measures["residents_lifted"] < rules.number("smallest_published_count")
    measures = measures.assign(residents_lifted=measures["residents_lifted"].mask(few, 0.0))
    found = [criterion.value(premises, measures, curves) for criterion in CRITERIA.values()]
    shape = len(premises), len(CRITERIA)
    return (
        np.column_stack([low for low, _ in found]).reshape(shape),
        np.column_stack([high for _, high in found]).reshape(shape),
    )
