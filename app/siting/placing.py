"""The objective of room on a ground: everybody is assigned to a practice within reach, nobody beyond a closing limit.

All residents of the region take part, wherever the sites may lie: places are shared with those who live elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from app.access.matrix import Flags, Floats, Ints, Matrix
from app.errors import QuestionError
from app.siting.answer import Answer, Budget, Figure
from app.siting.capacitated.assignment import Assignment, assign_practices, most_saved, worths
from app.siting.capacitated.problem import CapacitatedProblem, make_capacitated_problem
from app.siting.capacitated.solve import solve_capacitated
from app.siting.choosable import Choosable
from app.siting.ground import Cells, Ground
from app.siting.question import SitingQuestion

RULE, CLOSING_LIMIT = "places", "closing_limit"
FIRST_SIDE, WIDER = 100.0, 1.25
"""Metres of the smallest squares in which candidates are thinned, and how much wider the next are."""
ROUNDING = 6
"""Decimals of a cell's mean way; below them assignments of the same value differ."""
TRIED = 12
"""Assignments made to tell whether a spot is good enough."""
Spots = tuple[int, ...]


@dataclass
class Placing:
    """The capacitated problem (Sridharan 1995): metres, or minutes under a standard, to a practice with a place.

    Parameters
    ----------
    ground : everybody in the region, and the candidates that are compared
    problem : practices with places first, then the spots
    """

    ground: Ground
    problem: CapacitatedProblem
    _values: dict[Spots, float] = field(default_factory=dict)
    _last: tuple[Spots, Assignment] | None = None

    maximizing = False

    def solve(self, budget: Budget, alternatives: int) -> Answer:
        """The placement with the least way, those without a place counted in, with its proof."""
        told = replace(budget, go_on=lambda value, bound: budget.go_on(value / self._whole, bound / self._whole))
        return solve_capacitated(self.problem, self.ground.add, told, alternatives).times(1 / self._whole)

    def value(self, spots: Sequence[int]) -> float:
        """Mean way with a practice at each of some spots."""
        key = tuple(sorted(spots))
        if key not in self._values:
            self._values[key] = self._assigned(spots).value / self._whole
        return self._values[key]

    def with_each(self, spots: Sequence[int], enough: float = np.inf) -> Floats:
        """(spots,) mean way with those spots and one more; where `enough` is given, never wrongly within it.

        Prices say what it is at least; those who gain most walking straight to the new site, what it is at most. Where
        `enough` lies between the two the assignment is made, for the most promising few; of others the most is told.
        """
        now = self._assigned(spots)
        least, most = self._saving(now, worths(now)), self._saving(now, self._mean_ways(now))
        found, tried = most.copy(), np.arange(len(most))
        if np.isfinite(enough):
            unsure = np.flatnonzero((least <= enough) & (most > enough))
            tried = unsure[np.argsort(least[unsure], kind="stable")[:TRIED]]
        for spot in tried.tolist():
            place = self.problem.practices + spot
            opened = now if spot in spots else now.opened({place: float(self.problem.capacity[place])})
            found[spot] = opened.value / self._whole
        return np.asarray(found, dtype=float)

    def _saving(self, now: Assignment, worth: Floats) -> Floats:
        """(spots,) mean way if a spot's places save what they can against the cells' worths."""
        first = self.problem.practices
        saved = [most_saved(now, worth, first + j) for j in range(self.problem.candidates)]
        return np.asarray((now.value - np.array(saved)) / self._whole, dtype=float)

    def _mean_ways(self, now: Assignment) -> Floats:
        """(d,) mean way of each cell's residents."""
        ways = np.add.reduceat(now.state.flow * self.problem.cost, self.problem.start[:-1])
        return np.asarray(ways / self.problem.demand, dtype=float)

    def outcome(self, spots: Sequence[int]) -> Floats:
        """(d,) minus the mean way of each cell's residents."""
        return np.asarray(-self._mean_ways(self._assigned(spots)).round(ROUNDING), dtype=float)

    def figures(self, spots: Sequence[int]) -> tuple[Figure, ...]:
        """Residents whom no practice within reach has a place for."""
        return (Figure("unplaced", float(round(self._assigned(spots).left_over))),)

    @property
    def helpless(self) -> Cells:
        """Positions in `ground.cells` of the cells that have neither practice nor candidate within reach."""
        return np.flatnonzero(np.diff(self.problem.start) == 1)

    @cached_property
    def _whole(self) -> float:
        return float(self.problem.demand.sum())

    @cached_property
    def _base(self) -> Assignment:
        return assign_practices(self.problem)

    def _assigned(self, spots: Sequence[int]) -> Assignment:
        """Who goes where; only the last is kept, for it is large."""
        key, first = tuple(sorted(spots)), self.problem.practices
        if self._last is None or self._last[0] != key:
            self._last = key, self._base.opened({first + j: float(self.problem.capacity[first + j]) for j in key})
        return self._last[1]


def pose_placing(ground: Ground) -> Placing:
    """Ask for the least way to a practice with a place."""
    case, residents = ground.base.case, ground.base.headline.residents
    rule, homes = case.rules.value(RULE), case.facts.cells["kommunekode"].tolist()
    cells = np.flatnonzero((residents > 0) & np.isin(homes, case.facts.region.codes))
    fewer = ground.candidates.take(spread(ground.candidates, max(int(rule["sites"]), ground.add)))
    whole = replace(ground, cells=cells, weight=residents[cells], candidates=fewer)
    with_places = np.flatnonzero(whole.places > 0)
    own, fresh = _pairs(whole.existing, with_places), _pairs(whole.reach(np.arange(len(cells))))
    site = np.concatenate([own[0], fresh[0] + np.int32(len(with_places))])
    cell, cost = np.concatenate([own[1], fresh[1]]), np.concatenate([own[2], fresh[2]])
    within = cost <= whole.limit[cell]
    order = np.lexsort((cost[within], cell[within]))
    start = np.searchsorted(cell[within][order], np.arange(len(cells) + 1))
    room = np.full(len(whole.spot_of), ground.question.capacity * case.rules.number(CLOSING_LIMIT))
    problem = make_capacitated_problem(
        whole.weight,
        start,
        site[within][order],
        cost[within][order],
        np.concatenate([whole.places[with_places], room]),
        len(with_places),
        float(rule["unplaced"]) * max(float(whole.limit.max()), 1.0),
    )
    return Placing(whole, problem)


def refuse_unequal(question: SitingQuestion) -> None:
    """Places are everybody's, and one who moves takes more or fewer of them along than a new practice has.

    Raises
    ------
    QuestionError : weights or moves are asked for
    """
    if question.weights:
        raise QuestionError("places are for everybody alike; ask for capacitated without weights", "places_weights")
    if question.move:
        raise QuestionError(
            "a practice that moves takes its places along; under capacitated close it and add one", "places_move"
        )


def spread(candidates: Choosable, most: int) -> Flags:
    """(c,) which to compare: the nearest to a centre in each square, of squares as small as leave so many."""
    order, side = np.lexsort((np.arange(len(candidates)), candidates.centre_m)), FIRST_SIDE
    kept = order
    while len(kept) > most:
        squares = np.floor(candidates.xy[order] / side)
        kept, side = order[np.sort(np.unique(squares, axis=0, return_index=True)[1])], side * WIDER
    return np.isin(np.arange(len(candidates)), kept)


def _pairs(matrix: Matrix, rows: Cells | None = None) -> tuple[Ints, Ints, Floats]:
    """Row, cell and cost of each entry; of some rows only, numbered anew, where they are given."""
    number = np.arange(matrix.rows, dtype=np.int32)
    if rows is not None:
        number = np.full(matrix.rows, -1, dtype=np.int32)
        number[rows] = np.arange(len(rows), dtype=np.int32)
    row = np.repeat(number, np.diff(matrix.start))
    kept = row >= 0
    return row[kept], matrix.cell[kept], matrix.value[kept].astype(float)
