"""The objective of room on a ground: everybody is assigned to a practice within reach, nobody beyond a closing limit.

All residents of the region take part, wherever the sites may lie: places are shared with those who live elsewhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from app.access.matrix import Flags, Floats, Ints, Matrix, gather
from app.errors import QuestionError
from app.siting.answer import Answer, Budget, Figure
from app.siting.by_cell import nearest_first
from app.siting.capacitated.assignment import Assignment, assign_practices, most_saved, worths
from app.siting.capacitated.problem import CapacitatedProblem, make_capacitated_problem, narrowed, with_candidates
from app.siting.capacitated.reach import Reach, join_rows, worth_keeping
from app.siting.capacitated.solve import solve_capacitated
from app.siting.ground import Cells, Ground
from app.siting.question import SitingQuestion

RULE, CLOSING_LIMIT = "places", "closing_limit"
ROUNDING = 6
"""Decimals of a cell's mean way; below them assignments of the same value differ."""
KEPT = 3
"""Assignments that are kept."""
TRIED = 4
"""Assignments made to tell whether a spot is good enough."""
PORTION = 256
"""Candidates whose ways are searched at a time."""
MANY_WAYS, LEEWAY, SPARE = 1_000_000, 0.2, 1.5
"""From so many ways to practices on, ways are left out that cost this share of the longest way more than a cell pays
today, and of a candidate's those that save least, beyond this many times what all new practices could take."""
Spots = tuple[int, ...]


@dataclass
class Placing:
    """The capacitated problem (Sridharan 1995): metres, or minutes under a standard, to a practice with a place.

    Parameters
    ----------
    ground : everybody in the region
    problem : practices with places first, then the spots
    base : the best assignment to the practices that stay
    helpless : positions in `ground.cells` of the cells that have neither practice nor candidate within reach
    """

    ground: Ground
    problem: CapacitatedProblem
    base: Assignment
    helpless: Cells
    _kept: dict[Spots, Assignment] = field(default_factory=dict)

    maximizing = False

    def solve(self, budget: Budget, alternatives: int) -> Answer:
        """The placement with the least way, those without a place counted in, with its proof."""
        told = replace(budget, go_on=lambda value, bound: budget.go_on(value / self._whole, bound / self._whole))
        found = solve_capacitated(self.problem, self.ground.add, told, alternatives, self.base)
        return found.times(1 / self._whole)

    def value(self, spots: Sequence[int]) -> float:
        """Mean way with a practice at each of some spots."""
        return self._assigned(spots).value / self._whole

    def with_each(self, spots: Sequence[int], enough: float = np.inf) -> Floats:
        """(spots,) mean way with those spots and one more; where `enough` is given, never wrongly within it.

        Prices say what it is at least; those who gain most walking straight to the new site, what it is at most. Where
        `enough` lies between the two the assignment is made, for the most promising few; of others the most is told.
        """
        now = self._assigned(spots)
        least, most = self._saving(now, worths(now)), self._saving(now, now.means)
        found, tried = most.copy(), np.arange(len(most))
        if np.isfinite(enough):
            unsure = np.flatnonzero((least <= enough) & (most > enough))
            tried = unsure[np.argsort(least[unsure], kind="stable")[:TRIED]]
        for spot in tried.tolist():
            found[spot] = now.with_places(self._places((*spots, spot))).value / self._whole
        return np.asarray(found, dtype=float)

    def _saving(self, now: Assignment, worth: Floats) -> Floats:
        """(spots,) mean way if a spot's places save what they can against the cells' worths."""
        return np.asarray((now.value - most_saved(self.problem, worth)) / self._whole, dtype=float)

    def outcome(self, spots: Sequence[int]) -> Floats:
        """(d,) minus the mean way of each cell's residents."""
        return np.asarray(-self._assigned(spots).means.round(ROUNDING), dtype=float)

    def figures(self, spots: Sequence[int]) -> tuple[Figure, ...]:
        """Residents whom no practice within reach has a place for."""
        return (Figure("unplaced", float(round(self._assigned(spots).left_over))),)

    @cached_property
    def _whole(self) -> float:
        return float(self.problem.demand.sum())

    def _places(self, spots: Sequence[int]) -> dict[int, float]:
        return {spot: float(self.problem.room[spot]) for spot in spots}

    def _assigned(self, spots: Sequence[int]) -> Assignment:
        """Who goes where; few are kept, for they are large: those used last; the next is mended from the nearest."""
        key = tuple(sorted(spots))
        if key not in self._kept:
            known = {(): self.base, **{spots: one for spots, one in self._kept.items() if not one.crowded}}
            near = min(known, key=lambda other: len(set(other) ^ set(key)))
            if near:
                self._kept[near] = self._kept.pop(near)
            self._kept[key] = known[near].with_places(self._places(key))
            while len(self._kept) > KEPT:
                del self._kept[next(iter(self._kept))]
        return self._kept[key]


def pose_placing(ground: Ground) -> Placing:
    """Ask for the least way to a practice with a place."""
    case, residents = ground.base.case, ground.base.headline.residents
    rule, homes = case.rules.value(RULE), case.facts.cells["kommunekode"].tolist()
    cells = np.flatnonzero((residents > 0) & np.isin(homes, case.facts.region.codes))
    whole = replace(ground, cells=cells, weight=residents[cells], takes_places=True)
    alone = _practices(whole, float(rule["unplaced"]) * max(float(whole.limit.max()), 1.0))
    first = assign_practices(alone)
    price, worth = first.state.price, worths(first)
    leeway = LEEWAY * float(whole.limit.max()) if len(alone.ways.site) > MANY_WAYS else np.inf
    near = narrowed(alone, price[:-1], worth, leeway)
    new = ground.question.capacity * case.rules.number(CLOSING_LIMIT)
    group, room = _groups(whole, new)
    reach, reached = _reach(whole, worth, float(room.max()), leeway)
    problem = with_candidates(near, reach, room, group, whole.spot_of.astype(np.int32), ground.question.per_site)
    helpless = np.flatnonzero((np.diff(alone.ways.start) == 1) & ~reached)
    return Placing(whole, problem, assign_practices(problem, price), helpless)


def _practices(ground: Ground, unplaced: float) -> CapacitatedProblem:
    """Everybody, and the practices that stay; a practice within its cell's limit can be gone to."""
    with_places = np.flatnonzero(ground.places > 0)
    row, cell, cost = _pairs(ground.existing, with_places)
    within = cost <= ground.limit[cell]
    row, cell, cost = row[within], cell[within], cost[within]
    start, row, cost = nearest_first(len(ground.cells), cell, row, cost)
    places = ground.places[with_places]
    return make_capacitated_problem(ground.weight, start, row, cost, places, len(places), unplaced)


def _reach(ground: Ground, worth: Floats, room: float, leeway: float) -> tuple[Reach, Flags]:
    """Whom each spot can take, and which cells any of them reaches: rows of the candidates, then of those who stay."""
    reached = np.zeros(len(ground.cells), dtype=bool)
    rows: list[tuple[Ints, Floats, float]] = []
    spare = SPARE * (ground.add + 1)
    for matrix in _portions(ground):
        near = matrix.within(ground.limit)
        for i in range(matrix.rows):
            part = matrix.part(i)
            cell, cost = matrix.cell[part][near[part]], matrix.value[part][near[part]].astype(float)
            reached[cell] = True
            rows.append(worth_keeping(cell, cost, worth, ground.weight, room, spare, leeway))
    size = len(ground.candidates)
    moving = len(ground.question.move)
    fresh = np.tile(np.arange(size), ground.question.per_site + moving)
    return join_rows(rows, np.concatenate([fresh, size + np.arange(moving)])), reached


def _portions(ground: Ground) -> Iterator[Matrix]:
    """Costs from the counted cells (columns) to the candidates, and then to the places of those who may move."""
    farthest = float(ground.limit.max(initial=0.0))
    for start in range(0, len(ground.candidates), PORTION):
        some = np.isin(np.arange(len(ground.candidates)), np.arange(start, start + PORTION))
        part = replace(ground, candidates=ground.candidates.take(some))
        yield gather(part.ways(ground.cells, farthest), [[i] for i in range(len(part.candidates))])
    if ground.question.move:
        yield ground.stays(np.arange(len(ground.cells)))


def _groups(ground: Ground, new: float) -> tuple[Ints, Floats]:
    """(spots,) of which practice that may move each is a place, -1 for none; and how many places it has there."""
    size, own = len(ground.candidates), [_own_places(ground, number) for number in ground.question.move]
    plain = size * ground.question.per_site
    number = np.arange(len(own), dtype=np.int32)
    group = np.concatenate([np.full(plain, -1, dtype=np.int32), np.repeat(number, size), number])
    here = [_own_places(ground, number, moved=False) for number in ground.question.move]
    return group, np.concatenate([np.full(plain, new), np.repeat(own, size), here]).astype(float)


def _own_places(ground: Ground, number: str, moved: bool = True) -> float:
    """Places of a practice by its closing limit: all of them where it moves, else those at its places in the region."""
    offer, outside = ground.base.offers.by_number[number], ground.base.offers.outside
    if moved:
        return float(offer.limit)
    return float(sum(offer.limit * share for location, _, share in offer.shares() if location not in outside))


def refuse_unequal(question: SitingQuestion) -> None:
    """A place is taken by anybody, and a closing limit counts people, whatever their need.

    Raises
    ------
    QuestionError : weights are asked for
    """
    if question.weights:
        raise QuestionError(
            "a closing limit counts people, each alike, and whoever counts nothing would be left without a place at no "
            "cost; ask for capacitated without weights",
            "places_weights",
        )


def _pairs(matrix: Matrix, rows: Cells | None = None) -> tuple[Ints, Ints, Floats]:
    """Row, cell and cost of each entry; of some rows only, numbered anew, where they are given."""
    number = np.arange(matrix.rows, dtype=np.int32)
    if rows is not None:
        number = np.full(matrix.rows, -1, dtype=np.int32)
        number[rows] = np.arange(len(rows), dtype=np.int32)
    row = np.repeat(number, np.diff(matrix.start))
    kept = row >= 0
    return row[kept], matrix.cell[kept], matrix.value[kept].astype(float)
