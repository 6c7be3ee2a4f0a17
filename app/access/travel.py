"""How far it is from every cell to every practice: the heavy part, done once for facts and rules."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from app.access.engine import DEFAULT, engine_named
from app.access.findings import MODES
from app.access.matrix import Flags, Floats, Matrix, straight
from app.access.roads import Roads, make_roads
from app.access.snapping import off_network_table, snapping_table
from app.access.supply import Supply, make_supply
from app.access.trips import Nearest
from geodata import units
from geodata.facts import Facts
from geodata.network.profile_cards import read_profile
from geodata.rules import RuleSet

LOG = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done and how many there are."""

ROAD_MODE = "drive"
"""The choice distance by road is the shortest way by car."""


@dataclass(frozen=True)
class Travel:
    """Costs from every cell to every row of the supply.

    Parameters
    ----------
    supply : what there is to choose between; its rows are the rows of every matrix
    limit_m : (cells,) free choice distance of the home municipality
    road : metres by road to the farthest limit, at least the general one
    straight : metres in a straight line, as far
    minutes : by mode, as far as the mode's standard and the catchment ask
    nearest_open, nearest_any : metres by road to the nearest two rows, without a cut-off
    nearest_open_minutes : by mode, minutes to the nearest two open rows, without a cut-off
    estimated : (cells,) whether the count by road rests on an estimate
    snapping : table SNAPPING, how well each mode's network covers cells and locations
    off_network : table OFF_NETWORK, those that it does not
    profiles : by mode, the profile its minutes were measured by, where that is not the mode as it stands
    """

    supply: Supply
    limit_m: Floats
    road: Matrix
    straight: Matrix
    minutes: Mapping[str, Matrix]
    nearest_open: Nearest
    nearest_any: Nearest
    nearest_open_minutes: Mapping[str, Nearest]
    estimated: Flags
    snapping: pd.DataFrame
    off_network: pd.DataFrame
    profiles: Mapping[str, str] = field(default_factory=dict)

    def profile(self, mode: str) -> str:
        """The profile by which a mode's minutes were measured."""
        return self.profiles.get(mode, mode)


def measure(facts: Facts, rules: RuleSet, engine: str = DEFAULT, progress: Progress | None = None) -> Travel:
    """Measure all travel that the findings need.

    Raises
    ------
    QuestionError : there is no such engine, its workers died, or a table names what another does not hold
    CardError : a rule or mode is missing
    """
    searched = engine_named(engine)
    tell = progress or (lambda _what, _done, _of: None)
    steps = 2 + len(MODES)
    tell("practices", 0, steps)
    supply = make_supply(facts, str(rules.value("count_unit")))
    limit = limits(facts, rules)
    farthest = farthest_metres(rules, limit)
    LOG.info("supply: %d practices at %d locations, %d rows", len(supply.practices), len(supply.locations), supply.size)
    tell("straight lines", 1, steps)
    air = straight(facts.cells[["x", "y"]].to_numpy(dtype=float), supply.location_xy, farthest)
    roads: dict[str, Roads] = {}
    minutes: dict[str, Matrix] = {}
    nearest_minutes: dict[str, Nearest] = {}
    open_rows = supply.members(supply.open_count > 0)
    for step, mode in enumerate(code.value for code in MODES):
        tell(mode, 2 + step, steps)
        roads[mode] = own = make_roads(facts, rules, supply.locations, mode, searched)
        minutes[mode] = supply.by_rows(*own.within(units.MINUTES, farthest_minutes(rules, mode)))
        nearest_minutes[mode] = own.nearest(units.MINUTES, *open_rows)
        LOG.info("%s: %s; %d pairs within %g min", mode, own, len(minutes[mode].cell), minutes[mode].cutoff)
    by_road, reports = roads[ROAD_MODE], {mode: own.report() for mode, own in roads.items()}
    ids = {"cells": facts.cells["cell_id"].tolist(), "locations": supply.locations["location_id"].tolist()}
    travel = Travel(
        supply=supply,
        limit_m=limit,
        road=supply.by_rows(*by_road.within(units.METRES, farthest)),
        straight=supply.by_rows(air),
        minutes=minutes,
        nearest_open=by_road.nearest(units.METRES, *open_rows),
        nearest_any=by_road.nearest(units.METRES, *supply.members(supply.all_count > 0)),
        nearest_open_minutes=nearest_minutes,
        estimated=by_road.uncovered() | (by_road.estimated_places(limit) > 0),
        snapping=snapping_table(reports),
        off_network=off_network_table(reports, ids),
    )
    tell("travel", steps, steps)
    return travel


def measure_again(travel: Travel, facts: Facts, rules: RuleSet, profile: str, engine: str = DEFAULT) -> Travel:
    """Travel by a profile: the minutes of its mode anew, all the rest (every distance) as it was.

    Raises
    ------
    CardError : there is no such profile
    """
    supply, mode = travel.supply, read_profile(profile).network
    roads = make_roads(facts, rules, supply.locations, profile, engine_named(engine))
    minutes = supply.by_rows(*roads.within(units.MINUTES, farthest_minutes(rules, mode)))
    nearest = roads.nearest(units.MINUTES, *supply.members(supply.open_count > 0))
    return replace(
        travel,
        minutes={**travel.minutes, mode: minutes},
        nearest_open_minutes={**travel.nearest_open_minutes, mode: nearest},
        profiles={**travel.profiles, mode: profile},
    )


def limits(facts: Facts, rules: RuleSet) -> Floats:
    """(cells,) free choice distance in metres of each cell's municipality."""
    codes = facts.cells["kommunekode"]
    by_code = {code: rules.number("free_choice_distance", code) for code in codes.unique()}
    return np.asarray(codes.map(by_code), dtype=float)


def farthest_metres(rules: RuleSet, limit: Floats) -> float:
    """The farthest limit of any cell, at least the general one."""
    return float(limit.max(initial=rules.number("free_choice_distance")))


def farthest_minutes(rules: RuleSet, mode: str) -> float:
    """Minutes that the mode's standard and the catchment ask for."""
    catchment = rules.value("catchment")
    asked = [float(rules.value(f"standard_{mode}")["minutes"])]
    if catchment["mode"] == mode:
        asked.append(float(catchment["minutes"][-1]))
    return max(asked)
