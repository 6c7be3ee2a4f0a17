"""How far it is from every cell to every practice: the heavy part, done once for facts and rules."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from app.access.engine import DEFAULT, ENGINES
from app.access.estimate import (
    NETWORKLESS,
    Points,
    estimated_nearest,
    estimated_within,
    nearer,
    read_circuity,
)
from app.access.findings import MODES, SNAPPING
from app.access.matrix import Flags, Floats, Matrix, straight
from app.access.supply import Supply, make_supply
from app.access.trips import Engine, Nearest, Trips, make_trips
from app.errors import QuestionError
from geodata import units
from geodata.catalogue import Region
from geodata.facts import Facts
from geodata.network.modes import read_mode
from geodata.network.snap import Snapped, SnapReport, snap, snap_report
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
    nearest_open_minutes : by mode, minutes to the nearest open practice, infinite where none can be reached
    estimated : (cells,) whether the count by road rests on an estimate
    snapping : table SNAPPING, how well each mode's network covers cells and locations
    """

    supply: Supply
    limit_m: Floats
    road: Matrix
    straight: Matrix
    minutes: Mapping[str, Matrix]
    nearest_open: Nearest
    nearest_any: Nearest
    nearest_open_minutes: Mapping[str, Floats]
    estimated: Flags
    snapping: pd.DataFrame


def measure(facts: Facts, rules: RuleSet, engine: str = DEFAULT, progress: Progress | None = None) -> Travel:
    """Measure all travel that the findings need.

    Raises
    ------
    QuestionError : there is no such engine, or a table names what another does not hold
    CardError : a rule or mode is missing
    """
    if engine not in ENGINES:
        raise QuestionError(f"there is no engine {engine!r}; choose one of {', '.join(ENGINES)}")
    tell = progress or (lambda _what, _done, _of: None)
    steps = 2 + len(MODES)
    tell("practices", 0, steps)
    supply = make_supply(facts, str(rules.value("count_unit")))
    limit = limits(facts, rules)
    farthest = float(limit.max(initial=rules.number("free_choice_distance")))
    LOG.info("supply: %d practices at %d locations, %d rows", len(supply.practices), len(supply.locations), supply.size)
    tell("straight lines", 1, steps)
    air = straight(facts.cells[["x", "y"]].to_numpy(dtype=float), supply.location_xy, farthest)
    minutes: dict[str, Matrix] = {}
    nearest_minutes: dict[str, Floats] = {}
    snapping: list[dict[str, object]] = []
    for step, mode in enumerate(code.value for code in MODES):
        tell(mode, 2 + step, steps)
        roads = _Roads(facts, rules, supply, mode, ENGINES[engine])
        if mode == ROAD_MODE:
            road = roads.within(units.METRES, farthest)
            nearest_open = roads.nearest(units.METRES, supply.open_count > 0)
            nearest_any = roads.nearest(units.METRES, supply.all_count > 0)
            estimated = roads.estimated(air, limit)
        minutes[mode] = roads.within(units.MINUTES, farthest_minutes(rules, mode))
        nearest_minutes[mode] = roads.nearest(units.MINUTES, supply.open_count > 0).value[:, 0]
        snapping += roads.report()
        LOG.info("%s: %s; %d pairs within %g min", mode, roads, len(minutes[mode].cell), minutes[mode].cutoff)
    tell("travel", steps, steps)
    return Travel(
        supply=supply,
        limit_m=limit,
        road=road,
        straight=supply.by_rows(air),
        minutes=minutes,
        nearest_open=nearest_open,
        nearest_any=nearest_any,
        nearest_open_minutes=nearest_minutes,
        estimated=estimated,
        snapping=SNAPPING.check(pd.DataFrame(snapping, columns=SNAPPING.names)),
    )


def measure_again(travel: Travel, facts: Facts, rules: RuleSet, mode: str, engine: str = DEFAULT) -> Travel:
    """Travel after the speeds of one mode have changed and nothing else: its minutes anew, all the rest as it was."""
    roads = _Roads(facts, rules, travel.supply, mode, ENGINES[engine])
    minutes = roads.within(units.MINUTES, farthest_minutes(rules, mode))
    nearest = roads.nearest(units.MINUTES, travel.supply.open_count > 0).value[:, 0]
    return replace(
        travel,
        minutes={**travel.minutes, mode: minutes},
        nearest_open_minutes={**travel.nearest_open_minutes, mode: nearest},
    )


def limits(facts: Facts, rules: RuleSet) -> Floats:
    """(cells,) free choice distance in metres of each cell's municipality."""
    codes = facts.cells["kommunekode"]
    by_code = {code: rules.number("free_choice_distance", code) for code in codes.unique()}
    return np.asarray(codes.map(by_code), dtype=float)


def farthest_minutes(rules: RuleSet, mode: str) -> float:
    """Minutes that the mode's standard and the catchment ask for."""
    catchment = rules.value("catchment")
    asked = [float(rules.value(f"standard_{mode}")["minutes"])]
    if catchment["mode"] == mode:
        asked.append(float(catchment["minutes"][-1]))
    return max(asked)


class _Roads:
    """One mode's way of reaching practices: the network, and estimates where it has none."""

    def __init__(self, facts: Facts, rules: RuleSet, supply: Supply, mode: str, engine: Engine) -> None:
        self._graph = facts.graphs.get(mode)
        self._engine, self._supply = engine, supply
        self._walk_kmh = read_mode(mode).walk_kmh
        self._circuity = read_circuity(rules, mode)
        self._mode, self._reach = mode, rules.number("snapping")
        self._cells, self._spots = self._snap(facts, supply, self._reach)
        self.cells = _points(facts.region, facts.cells, self._cells)
        self.places = _points(facts.region, supply.locations, self._spots)

    def _snap(self, facts: Facts, supply: Supply, reach: float) -> tuple[Snapped | None, Snapped | None]:
        """Cells and locations on the network, snapped in one go."""
        if self._graph is None:
            return None, None
        both = pd.concat([facts.cells[["x", "y"]], supply.locations[["x", "y"]]])
        snapped = snap(self._graph, both["x"], both["y"], reach)
        at = [(a[: len(facts.cells)], a[len(facts.cells) :]) for a in vars(snapped).values()]
        return Snapped(*(first for first, _ in at)), Snapped(*(second for _, second in at))

    def __str__(self) -> str:
        on_cells, on_places = (int((p.component != NETWORKLESS).sum()) for p in (self.cells, self.places))
        all_cells, all_places = len(self.cells.xy), len(self.places.xy)
        return f"{on_cells} of {all_cells} cells and {on_places} of {all_places} locations on the network"

    def report(self) -> list[dict[str, object]]:
        """Rows of SNAPPING for cells and locations; none without a network."""
        both = (("cells", self._cells), ("locations", self._spots))
        known = [(what, snap_report(snapped, self._reach)) for what, snapped in both if snapped is not None]
        return [_row(self._mode, what, report) for what, report in known]

    def _trips(self, unit: str) -> Trips | None:
        if self._graph is None or self._cells is None or self._spots is None:
            return None
        return make_trips(self._graph, self._cells, self._spots, unit, self._walk_kmh)

    def within(self, unit: str, cutoff: float) -> Matrix:
        """Cost to every row within a cut-off, by network or estimate."""
        guessed = estimated_within(self.cells, self.places, self._circuity, unit, cutoff)
        trips = self._trips(unit)
        known = [] if trips is None else [self._engine.within(trips, cutoff)]
        return self._supply.by_rows(*known, guessed)

    def nearest(self, unit: str, counted: Flags) -> Nearest:
        """Nearest two of the rows counted, by network or estimate."""
        member, group = self._supply.members(counted)
        guessed = estimated_nearest(self.cells, self.places, self._circuity, unit, member, group)
        trips = self._trips(unit)
        return guessed if trips is None else nearer(self._engine.nearest(trips, member, group), guessed)

    def estimated(self, air: Matrix, limit: Floats) -> Flags:
        """(cells,) whether a cell is not covered, or any practice within its limit in a straight line is estimated."""
        flags = self.cells.component == NETWORKLESS
        near = air.within(limit)
        for place in range(air.rows):
            cell = air.cell[air.part(place)][near[air.part(place)]]
            apart = self.cells.component[cell] != self.places.component[place]
            same_island = self.cells.island[cell] == self.places.island[place]
            flags[cell[apart & same_island]] = True
        return np.asarray(flags, dtype=bool)


def _row(mode: str, what: str, report: SnapReport) -> dict[str, object]:
    figures = {name: getattr(report, name) for name in ("points", "covered", "limit_m", "mean_m", "p95_m", "max_m")}
    return {"mode": mode, "what": what, **figures}


def _points(region: Region, frame: pd.DataFrame, snapped: Snapped | None) -> Points:
    """Places as an estimate sees them."""
    codes = frame["kommunekode"]
    number = {name: i for i, name in enumerate(sorted({"", *(island.name for island in region.islands)}))}
    island = codes.map({code: number[region.island_of(code)] for code in codes.unique()}).to_numpy(dtype=np.int32)
    nowhere = np.full(len(frame), NETWORKLESS, dtype=np.int32)
    return Points(frame[["x", "y"]].to_numpy(dtype=float), island, nowhere if snapped is None else snapped.component)
