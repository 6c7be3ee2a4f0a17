"""The metrics of the cells after a scenario: what the changed rows gave is taken away, what they give is added."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.access import choice, fca
from app.access.area_amounts import HEADLINE_ALL, HEADLINE_OPEN
from app.access.findings import MODES
from app.access.headline import ROAD
from app.access.matrix import Floats
from app.access.metrics import PER, Case, catchment_weights
from app.access.supply import Supply, make_supply
from app.access.travel import ROAD_MODE
from app.access.trips import NOBODY, Nearest
from app.siting.apply import apply
from app.siting.baseline import Baseline, Rows, make_rows
from app.siting.nearest import Change, nearest_after
from app.siting.offers import Changed
from app.siting.patch import Cells, Patch, added
from app.siting.scenario import Scenario
from app.siting.turns import Row, Turn, Ways
from geodata import units

Patches = dict[str, Patch]
"""By column of `Baseline.columns`, those that change."""
Amount = Literal["open", "all", "places", "free"]
"""What is counted of a row."""


@dataclass(frozen=True)
class After:
    """What a scenario leaves.

    Parameters
    ----------
    base : the study before
    scenario, changed : what changes, and the practices it makes of it
    turns, ways : rows that changed and their costs
    """

    base: Baseline
    scenario: Scenario
    changed: Changed
    turns: Sequence[Turn]
    ways: Ways

    def steps(self, of: Amount) -> Iterator[tuple[Turn, float, float]]:
        """Changed rows whose amount changed: the row, its amount before and after."""
        for turn in self.turns:
            was, now = getattr(turn.was, of), getattr(turn.now, of)
            if was != now:
                yield turn, was, now

    @cached_property
    def supply(self) -> Supply:
        """All that there is to choose between; for the few scenarios that need a search among all of it."""
        case = self.base.case
        return make_supply(apply(self.scenario, self.base.lean, case.rules, self.base.homes), self.base.count_unit)

    @cached_property
    def rows(self) -> Rows:
        """The rows of `supply`."""
        case = self.base.case
        return make_rows(Case(self.base.lean, case.rules, replace(case.travel, supply=self.supply)))


def recount(after: After) -> Patches:
    """The columns of `Baseline.columns` that change."""
    patches = _counts(after) | _nearest(after) | _scores(after) | _estimated(after)
    by_road = after.base.headline.measure == ROAD
    same = {
        HEADLINE_OPEN: "open_within_limit" if by_road else "open_within_limit_straight",
        HEADLINE_ALL: "all_within_limit",
    }
    if not by_road:
        del same[HEADLINE_ALL]
        patches |= _count(after, HEADLINE_ALL, after.ways.in_straight_line, "all")
    return patches | {name: patches[column] for name, column in same.items() if column in patches}


def _counts(after: After) -> Patches:
    ways, rules = after.ways, after.base.case.rules
    found = (
        _count(after, "open_within_limit", ways.by_road, "open")
        | _count(after, "open_within_limit_straight", ways.in_straight_line, "open")
        | _count(after, "all_within_limit", ways.by_road, "all")
    )
    for mode in (code.value for code in MODES):
        minutes = np.float32(rules.value(f"standard_{mode}")["minutes"])
        reached = partial(_within_minutes, ways, mode, minutes)
        found |= _count(after, f"open_within_standard_{mode}", reached, "open")
    return found


def _within_minutes(ways: Ways, mode: str, minutes: np.float32, turn: Turn) -> Cells:
    cell, value = ways.in_minutes(turn, mode)
    return cell[value <= minutes]


def _count(after: After, name: str, reached: Callable[[Turn], Cells], of: Amount) -> Patches:
    parts = [(reached(turn), int(now - was)) for turn, was, now in after.steps(of)]
    return {name: added(after.base.columns[name], parts)} if parts else {}


def _scores(after: After) -> Patches:
    """The floating catchment areas."""
    base, people, rules = after.base, after.base.headline.residents, after.base.case.rules
    parts: dict[str, list[tuple[Cells, Floats]]] = {name: [] for name in base.scores}
    mode = rules.value("catchment")["mode"]
    for turn, was, now in after.steps("places"):
        cell, value = after.ways.in_minutes(turn, mode)
        weight = catchment_weights(rules, value)
        pull = people[cell] * weight
        parts["e2sfca"].append((cell, _more(partial(fca.score_part, weight=weight, pull=pull), was, now)))
        parts["available_places"].append((cell, _more(partial(fca.availability_part, pull=pull), was, now)))
    for turn, was, now in after.steps("free"):
        cell = after.ways.by_road(turn)
        pull = people[cell]
        score = partial(fca.score_part, weight=np.ones(len(cell)), pull=pull)
        parts["free_places_per_1000"].append((cell, _more(score, was, now)))
    found = {name: added(base.scores[name], those) for name, those in parts.items() if those}
    return {
        name: patch if name == "available_places" else Patch(patch.cell, PER * patch.value)
        for name, patch in found.items()
    }


def _more(part: Callable[[float], Floats], was: float, now: float) -> Floats:
    """What a row gives more than it gave; one without places gives nothing."""
    if not was:
        return part(now)
    return part(now) - part(was) if now else -part(was)


def _estimated(after: After) -> Patches:
    """Whether a count by road rests on an estimate; by the estimated locations within the limit in a straight line."""
    base, roads = after.base, after.ways.roads
    kept = {name for offer in after.changed.now.values() for name in offer.key}
    left = [name for offer in after.changed.was.values() for name in offer.key]
    gone = {name for name in left if name not in kept and left.count(name) == base.tenants[name]}
    parts = [(base.roads[ROAD_MODE].estimated_cells(base.location[name], base.limit), -1) for name in sorted(gone)]
    parts += [
        (roads[ROAD_MODE].estimated_cells(i, base.limit), 1)
        for i, name in enumerate(after.ways.places)
        if name not in base.location
    ]
    parts = [(cell, more) for cell, more in parts if len(cell)]
    if not parts:
        return {}
    count = added(base.guessed, parts)
    return {"estimated": Patch(count.cell, base.uncovered[count.cell] | (count.value > 0))}


def _nearest(after: After) -> Patches:
    travel, ways = after.base.case.travel, after.ways
    metres = () if ways.metres is None else tuple(ways.metres.row(i) for i in range(ways.metres.rows))
    cells, nearest = _nearest_of(after, "second_open_m", "open", metres, ROAD_MODE, units.METRES)
    found = _told("nearest_open_m", cells, nearest) | {"second_open_m": _seconds(after, cells, nearest)}
    found |= _told("nearest_m", *_nearest_of(after, "nearest_m", "all", metres, ROAD_MODE, units.METRES))
    for mode in travel.nearest_open_minutes:
        rows = tuple(ways.minutes[mode].row(i) for i in range(len(metres)))
        name = f"nearest_open_min_{mode}"
        found |= _told(name, *_nearest_of(after, name, "open", rows, mode, units.MINUTES))
    return {name: patch for name, patch in found.items() if len(patch.cell)}


def _told(name: str, cells: Cells, nearest: Nearest) -> Patches:
    return {name: Patch(cells, choice.nearest_value(nearest))}


def _seconds(after: After, cells: Cells, nearest: Nearest) -> Patch:
    """The second nearest open practice; a row of another number of practices matters to the cells it is nearest to."""
    ranks, count = after.base.ranks["second_open_m"], _open_by_name(after)
    known = ranks.nearest
    rows = [turn.row for turn, was, now in after.steps("open") if was > 0 and now > 0]
    near = ranks.of(rows)
    others = np.setdiff1d(near[np.isin(known.group[near, 0], rows)], cells, assume_unique=True)
    if not len(others):
        return Patch(cells, choice.second_value(nearest, count))
    both = np.concatenate([cells, others])
    value = np.concatenate([nearest.value, known.value[others]])
    group = np.concatenate([nearest.group, known.group[others]])
    order = np.argsort(both)
    return Patch(both[order], choice.second_value(Nearest(value, group), count)[order])


def _nearest_of(
    after: After, column: str, of: Amount, fresh: Sequence[Row], mode: str, unit: str
) -> tuple[Cells, Nearest]:
    """The cells whose nearest rows of one sort, by one mode and unit, may be others, and these rows."""
    steps = list(after.steps(of))
    gone = [turn.row for turn, was, now in steps if was > 0 and now == 0]
    came = {turn.row for turn, was, now in steps if was == 0}
    kept = getattr(after.base.rows, of) > 0
    kept[gone] = False
    nothing = (np.empty(0, np.int32), np.empty(0, np.float32))
    rows = [fresh[i] if row in came else nothing for row, i in after.ways.fresh.items()] if came else []
    columns = after.base.near if unit == units.METRES else None

    def search(cells: Cells) -> Nearest:
        return _search(after, getattr(after.rows, of) > 0, mode, unit, cells)

    return nearest_after(after.base.ranks[column], Change(kept, gone, rows), columns, search)


def _search(after: After, counted: NDArray[np.bool_], mode: str, unit: str, cells: Cells) -> Nearest:
    """The nearest two of some cells over the network, as after the scenario."""
    roads = after.base.roads[mode].of(cells).to(after.supply.locations)
    found = roads.nearest(unit, *after.supply.members(counted))
    return Nearest(found.value, np.append(_names(after), NOBODY)[found.group].astype(np.int32))


def _names(after: After) -> NDArray[np.int32]:
    """(rows of the supply after,) what each row is called: its number in the study, or one beyond for a fresh one."""
    number = {**after.base.rows.number, **{turn.key: turn.row for turn in after.turns}}
    return np.array([_name(after, number[key]) for key in after.rows.keys], dtype=np.int32)


def _name(after: After, row: int) -> int:
    size = len(after.base.rows.keys)
    return row if row < size else size + after.ways.fresh[row]


def _open_by_name(after: After) -> Floats:
    """Open practices of each row by what it is called; one newly open is called as in the study and as fresh."""
    size = len(after.base.rows.keys)
    count = np.append(after.base.rows.open, np.zeros(len(after.ways.fresh)))
    for turn in after.turns:
        if turn.row < size:
            count[turn.row] = turn.now.open
        if turn.row in after.ways.fresh:
            count[size + after.ways.fresh[turn.row]] = turn.now.open
    return count
