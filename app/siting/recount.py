"""The metrics of the cells after a scenario: what the changed rows gave is taken away, what they give is added."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.access import choice, fca
from app.access.area_amounts import HEADLINE_ALL, HEADLINE_OPEN
from app.access.findings import MODES
from app.access.headline import ROAD
from app.access.matrix import Floats
from app.access.metrics import PER, catchment_weights
from app.access.supply import Supply
from app.access.travel import ROAD_MODE
from app.access.trips import NOBODY, Nearest
from app.siting.baseline import Baseline, Rows
from app.siting.nearest import Cells, Change, nearest_after
from app.siting.turns import GONE, Row, Turn, Ways
from geodata import units

Columns = dict[str, NDArray[Any]]
OfRows = Callable[[Rows], Floats]


@dataclass(frozen=True)
class After:
    """What a scenario leaves.

    Parameters
    ----------
    base : the study before
    supply, rows : after
    turns, ways : rows that changed and their costs
    """

    base: Baseline
    supply: Supply
    rows: Rows
    turns: Sequence[Turn]
    ways: Ways

    def steps(self, of: OfRows) -> Iterator[tuple[Turn, float, float]]:
        """Changed rows whose amount changed: the row, its amount before and after."""
        before, after = of(self.base.rows), of(self.rows)
        for turn in self.turns:
            was = 0.0 if turn.before == GONE else float(before[turn.before])
            now = 0.0 if turn.after == GONE else float(after[turn.after])
            if was != now:
                yield turn, was, now


def recount(after: After) -> Columns:
    """Every column of `Baseline.columns`, after."""
    columns = _counts(after) | _nearest(after) | _scores(after)
    columns["estimated"] = after.base.uncovered | (_guessed(after) > 0)
    by_road = after.base.headline.measure == ROAD
    columns[HEADLINE_OPEN] = columns["open_within_limit" if by_road else "open_within_limit_straight"]
    columns[HEADLINE_ALL] = columns["all_within_limit"] if by_road else _headline_all(after)
    return columns


def _counts(after: After) -> Columns:
    ways, limit, rules = after.ways, after.base.case.travel.limit_m, after.base.case.rules
    found = {
        "open_within_limit": _count(after, "open_within_limit", ways.by_road, _open, limit),
        "open_within_limit_straight": _count(after, "open_within_limit_straight", ways.in_straight_line, _open, limit),
        "all_within_limit": _count(after, "all_within_limit", ways.by_road, _all, limit),
    }
    for mode in (code.value for code in MODES):
        name, standard = f"open_within_standard_{mode}", rules.value(f"standard_{mode}")
        reach = np.full(len(limit), float(standard["minutes"]))
        found[name] = _count(after, name, partial(ways.in_minutes, mode=mode), _open, reach)
    return found


def _headline_all(after: After) -> NDArray[Any]:
    return _count(after, HEADLINE_ALL, after.ways.in_straight_line, _all, after.base.case.travel.limit_m)


def _open(rows: Rows) -> Floats:
    return rows.open


def _all(rows: Rows) -> Floats:
    return rows.all


def _places(rows: Rows) -> Floats:
    return rows.places


def _free(rows: Rows) -> Floats:
    return rows.free


def _count(after: After, name: str, way: Callable[[Turn], Row], of: OfRows, limit: Floats) -> NDArray[Any]:
    count, limits = after.base.columns[name], limit.astype(np.float32)
    steps = list(after.steps(of))
    count = count.copy() if steps else count
    for turn, was, now in steps:
        cell, value = way(turn)
        count[cell[value <= limits[cell]]] += int(now - was)
    return count


def _scores(after: After) -> Columns:
    """The floating catchment areas."""
    base, people = after.base, after.base.headline.residents
    scores = {name: score.copy() for name, score in base.scores.items()}
    mode, limits = base.case.rules.value("catchment")["mode"], base.case.travel.limit_m.astype(np.float32)
    for turn, was, now in after.steps(_places):
        cell, value = after.ways.in_minutes(turn, mode)
        weight = catchment_weights(base.case.rules, value)
        pull = people[cell] * weight
        scores["e2sfca"][cell] += fca.score_part(now, weight, pull) - fca.score_part(was, weight, pull)
        scores["available_places"][cell] += fca.availability_part(now, pull) - fca.availability_part(was, pull)
    for turn, was, now in after.steps(_free):
        cell, value = after.ways.by_road(turn)
        weight = (value <= limits[cell]).astype(float)
        pull = people[cell] * weight
        scores["free_places_per_1000"][cell] += fca.score_part(now, weight, pull) - fca.score_part(was, weight, pull)
    return {name: score if name == "available_places" else PER * score for name, score in scores.items()}


def _guessed(after: After) -> NDArray[np.int64]:
    """(cells,) estimated locations within the limit in a straight line."""
    base, supply = after.base, after.supply
    ids = supply.locations["location_id"].tolist()
    lost = [base.location[name] for name in sorted(set(base.location) - set(ids))]
    new = [i for i, name in enumerate(ids) if name not in base.location]
    count, limit = base.guessed, base.case.travel.limit_m
    for sign, places, rows in ((-1, base.supply, lost), (1, supply, new)):
        if rows:
            count = count + sign * base.roads[ROAD_MODE].to(places.locations.iloc[rows]).estimated_places(limit)
    return count


def _nearest(after: After) -> Columns:
    travel, ways, base = after.base.case.travel, after.ways, after.base.columns
    metres = [] if ways.metres is None else [ways.metres.row(i) for i in range(ways.metres.rows)]
    cells, nearest = _nearest_of(after, travel.nearest_open, _open, metres, 2, ROAD_MODE, units.METRES)
    found = {
        "nearest_open_m": _with(base["nearest_open_m"], cells, choice.nearest_value(nearest)),
        "second_open_m": _seconds(after, cells, nearest),
    }
    cells, nearest = _nearest_of(after, travel.nearest_any, _all, metres, 1, ROAD_MODE, units.METRES)
    found["nearest_m"] = _with(base["nearest_m"], cells, choice.nearest_value(nearest))
    for mode, known in travel.nearest_open_minutes.items():
        rows = [] if ways.metres is None else [ways.minutes[mode].row(i) for i in range(ways.metres.rows)]
        cells, nearest = _nearest_of(after, known, _open, rows, 1, mode, units.MINUTES)
        name = f"nearest_open_min_{mode}"
        found[name] = _with(base[name], cells, choice.nearest_value(nearest))
    return found


def _with(column: NDArray[Any], cells: Cells, value: Floats) -> NDArray[Any]:
    """A column with other values at some cells."""
    if not len(cells):
        return column
    changed = column.copy()
    changed[cells] = value
    return changed


def _seconds(after: After, cells: Cells, nearest: Nearest) -> NDArray[Any]:
    """The second nearest open practice; a row of another number of practices matters to the cells it is nearest to."""
    base, first = after.base, after.base.case.travel.nearest_open.group[:, 0]
    touched = np.zeros(len(first), dtype=bool)
    for turn, was, now in after.steps(_open):
        if turn.before != GONE and was > 0 and now > 0:
            touched |= first == turn.before
    touched[cells] = False
    others = np.flatnonzero(touched)
    count, known = _by_name(after), base.case.travel.nearest_open
    column = _with(base.columns["second_open_m"], cells, choice.second_value(nearest, count))
    return _with(column, others, choice.second_value(Nearest(known.value[others], known.group[others]), count))


def _nearest_of(
    after: After, base: Nearest, of: OfRows, fresh: Sequence[Row], depth: int, mode: str, unit: str
) -> tuple[Cells, Nearest]:
    """The cells whose nearest rows of one sort, by one mode and unit, may be others, and these rows."""
    steps = list(after.steps(of))
    gone = [turn.before for turn, was, now in steps if was > 0 and now == 0]
    added = {turn.after for turn, was, now in steps if was == 0}
    kept = of(after.base.rows) > 0
    kept[gone] = False
    nothing = (np.empty(0, np.int32), np.empty(0, np.float32))
    rows = [fresh[i] if row in added else nothing for row, i in after.ways.fresh.items()] if added else []
    columns = after.base.near if unit == units.METRES else None

    def search(cells: Cells) -> Nearest:
        return _search(after, of(after.rows) > 0, mode, unit, cells)

    return nearest_after(base, Change(kept, gone, rows), depth, columns, search)


def _search(after: After, counted: NDArray[np.bool_], mode: str, unit: str, cells: Cells) -> Nearest:
    """The nearest two of some cells over the network, as after the scenario."""
    roads = after.base.roads[mode].of(cells).to(after.supply.locations)
    found = roads.nearest(unit, *after.supply.members(counted))
    return Nearest(found.value, np.append(_names(after), NOBODY)[found.group].astype(np.int32))


def _names(after: After) -> NDArray[np.int32]:
    """(rows after,) what each row is called: its number in the study, or one of those beyond it for a fresh one."""
    size, known = len(after.base.rows.keys), after.base.rows.number
    return np.array(
        [known[key] if key in known else size + after.ways.fresh[row] for row, key in enumerate(after.rows.keys)],
        dtype=np.int32,
    )


def _by_name(after: After) -> Floats:
    """Open practices of each row by what it is called."""
    count = np.zeros(len(after.base.rows.keys) + len(after.ways.fresh))
    count[_names(after)] = after.rows.open
    for row, i in after.ways.fresh.items():
        count[len(after.base.rows.keys) + i] = after.rows.open[row]
    return count
