"""What a siting question is asked on: whose residents count, what they have today, and what each site reaches.

A *spot* is one place that one practice can take: a candidate (as often as practices may share it), or the place where a
practice that may move is now. Choosing that place means that the practice stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.access.headline import ROAD
from app.access.matrix import Flags, Floats, Matrix, gather, straight
from app.access.metrics import Case
from app.access.need import CONTACTS, need_weights
from app.access.supply import OPEN, make_supply
from app.access.travel import ROAD_MODE
from app.errors import NotFoundError, QuestionError
from app.siting.apply import apply
from app.siting.baseline import Baseline, make_rows
from app.siting.choosable import Choosable, choosable
from app.siting.inside import inside_area
from app.siting.question import SitingQuestion
from app.siting.scenario import Change, Close, Move, Open, Scenario, make_scenario
from geodata import units
from geodata.facts import AGE_COLUMNS

Cells = NDArray[np.intp]


@dataclass(frozen=True)
class Ground:
    """A question on a study.

    Parameters
    ----------
    base : the study
    question : what is asked
    candidates : where a new practice may open
    cells : (d,) cells whose residents count, ascending
    weight : (d,) of each cell in the objective
    takes_places : whether one who moves is not as good as a new one, but takes its own places along; then the
        candidates are listed once more for each who may move
    """

    base: Baseline
    question: SitingQuestion
    candidates: Choosable
    cells: Cells
    weight: Floats
    takes_places: bool = False

    @property
    def k(self) -> int:
        """Open practices that residents shall have."""
        return self.question.k or self.base.headline.minimum

    @property
    def add(self) -> int:
        """Spots to choose: of the new practices, and of those that may move."""
        return self.question.add + len(self.question.move)

    @cached_property
    def spot_of(self) -> NDArray[np.intp]:
        """(spots,) candidate of each spot; beyond the candidates for the places of practices that may move."""
        size = len(self.candidates)
        stays = size + np.arange(len(self.question.move))
        return np.concatenate([np.tile(np.arange(size), self._blocks), stays])

    @property
    def _blocks(self) -> int:
        """How often the candidates are listed."""
        return self.question.per_site + (len(self.question.move) if self.takes_places else 0)

    def alike(self, spot: int) -> slice:
        """The candidates as spots for the same practice as a spot's: a new one, or the one that may move there."""
        size = len(self.candidates)
        block = min(spot // size, self._blocks - 1)
        return slice(block * size, (block + 1) * size)

    @property
    def staying(self) -> tuple[int, ...]:
        """The spots of those who may move, where they are today."""
        spots = len(self.spot_of)
        return tuple(range(spots - len(self.question.move), spots))

    @property
    def away(self) -> Floats:
        """(spots,) metres to the nearest centre or station, nought for those who stay: the rule that breaks ties."""
        return np.append(self.candidates.centre_m, np.zeros(len(self.question.move)))[self.spot_of]

    @property
    def open_count(self) -> Floats:
        """(rows,) open practices of each row of the study, without those that close or may move."""
        return self._left[0]

    @property
    def places(self) -> Floats:
        """(rows,) places by closing limit of each row, without those of practices that close or may move."""
        return self._left[1]

    @cached_property
    def _left(self) -> tuple[Floats, Floats]:
        """Open practices and places that stay."""
        known, gone = self.base.rows, [*self.question.close, *self.question.move]
        if not gone:
            return known.open, known.places
        case = self.base.case
        facts = apply(make_scenario([Close(number) for number in gone]), case.facts, case.rules)
        supply = make_supply(facts, str(case.rules.value("count_unit")))
        rows = make_rows(Case(facts, case.rules, replace(case.travel, supply=supply)))
        at = [known.number[key] for key in rows.keys]
        left = np.zeros((2, len(known.keys)))
        left[:, at] = rows.open, rows.places
        return left[0], left[1]

    @cached_property
    def limit(self) -> Floats:
        """(d,) what is within reach of each cell, metres of its legal limit or minutes of the standard."""
        standard = self.question.standard
        if standard.legal:
            return self.base.case.travel.limit_m[self.cells]
        return np.full(len(self.cells), standard.minutes)

    @cached_property
    def existing(self) -> Matrix:
        """Costs from the counted cells (columns) to the rows of the study, as far as the limit."""
        base, standard = self.base, self.question.standard
        farthest = float(self.limit.max(initial=0.0))
        if standard.legal:
            whole = base.headline.matrix
        elif standard.minutes <= base.case.travel.minutes[standard.mode].cutoff:
            whole = base.case.travel.minutes[standard.mode]
        else:
            ways = base.roads[standard.mode].of(self.cells).within(units.MINUTES, farthest)
            return base.supply.by_rows(*ways)
        return _columns(whole, self.cells)

    @cached_property
    def has(self) -> NDArray[np.int64]:
        """(d,) open practices within reach today, without those that close or may move."""
        return np.rint(self.existing.count(self.open_count, self.limit)).astype(np.int64)

    @cached_property
    def had(self) -> NDArray[np.int64]:
        """(d,) open practices within reach today."""
        return np.rint(self.existing.count(self.base.rows.open, self.limit)).astype(np.int64)

    def reach(self, some: Cells) -> Matrix:
        """Which of some counted cells (columns, positions in `cells`) each spot is within reach of, at what cost."""
        limit = self.limit[some]
        farthest = float(limit.max(initial=0.0))
        ways = self.ways(self.cells[some], farthest)
        own = [[i] for i in range(len(self.candidates))] * self.question.per_site
        new = gather(ways, own)
        return _cut(_stacked(new, self.stays(some)), limit)

    def stays(self, some: Cells) -> Matrix:
        """Costs from some counted cells (columns, positions in `cells`) to the places of those who may move."""
        return _rows(_columns(self.existing, some), self.rows_moving)

    def ways(self, cells: Cells, farthest: float) -> Sequence[Matrix]:
        """Costs from some cells of the study (columns) to the candidates, as far as a limit."""
        base, standard = self.base, self.question.standard
        if standard.legal and base.headline.measure != ROAD:
            return [straight(base.xy[cells], self.candidates.xy, farthest)]
        mode, unit = (ROAD_MODE, units.METRES) if standard.legal else (standard.mode, units.MINUTES)
        return base.roads[mode].of(cells).to(self.candidates.places).within(unit, farthest)

    @cached_property
    def rows_moving(self) -> list[int]:
        """Row of the study of each practice that may move."""
        supply = self.base.supply
        numbers = {number: i for i, number in enumerate(supply.practices["ydernummer"].tolist())}
        return [supply.closing[numbers[number]][0] for number in self.question.move]

    def scenario(self, spots: Sequence[int], study: str) -> Scenario:
        """The chosen spots as changes; who moves goes to its own spot, or else to the nearest one that is left."""
        size, chosen = len(self.candidates), sorted(int(self.spot_of[spot]) for spot in spots)
        free = [candidate for candidate in chosen if candidate < size]
        changes: list[Change] = [Close(number) for number in self.question.close]
        for i, (number, row) in enumerate(zip(self.question.move, self.rows_moving, strict=True)):
            if size + i not in chosen:
                there = self._own_spot(i, spots) if self.takes_places else self._nearest(row, free)
                free.remove(there)
                changes.append(Move(number, *self.candidates.points[there]))
        changes += [Open(*self.candidates.points[candidate], self.question.capacity) for candidate in free]
        return make_scenario(changes, study)

    def _own_spot(self, mover: int, spots: Sequence[int]) -> int:
        """Candidate that the chosen spot of one who moves is at."""
        size = len(self.candidates)
        own = range((self.question.per_site + mover) * size, (self.question.per_site + mover + 1) * size)
        return int(self.spot_of[next(spot for spot in spots if spot in own)])

    def _nearest(self, row: int, free: Sequence[int]) -> int:
        """Of some candidates the nearest in a straight line to a row of the study."""
        here = self.base.supply.location_xy[self.base.supply.rows[row][0]]
        return free[int(np.argmin([float(np.hypot(*(self.candidates.xy[candidate] - here))) for candidate in free]))]


def make_ground(base: Baseline, question: SitingQuestion) -> Ground:
    """Put a question on a study.

    Raises
    ------
    NotFoundError : there is no such area or practice
    QuestionError : more sites are asked for than there are, a practice cannot move, or nobody lives there
    """
    facts = base.case.facts
    _refuse_practices(base, question)
    candidates = choosable(facts, base.case.rules, question, base.places)
    weight = _weight(base, question)
    served = _served(base, question) & (weight > 0)
    cells = np.flatnonzero(served)
    if not len(cells):
        raise QuestionError("nobody who counts lives in the area; choose a larger one or other weights", "nobody")
    return Ground(base, question, candidates, cells, weight[cells])


def _weight(base: Baseline, question: SitingQuestion) -> Floats:
    if not question.weights:
        return base.headline.residents
    facts, given = base.case.facts, dict(question.weights)
    contacts, need = given.pop(CONTACTS, 0.0), need_weights(facts)
    if contacts and not need:
        raise QuestionError(
            f"weights.{CONTACTS}: contacts with doctors are not in this build; run laegevalg fetch and build", "no_need"
        )
    each = {name: given.get(name, 0.0) + contacts * need.get(name, 0.0) for name in AGE_COLUMNS}
    parts = [weight * facts.cells[name].to_numpy(dtype=float) for name, weight in each.items() if weight]
    return np.asarray(np.sum(parts, axis=0), dtype=float)


def _served(base: Baseline, question: SitingQuestion) -> Flags:
    facts = base.case.facts
    homes = facts.cells["kommunekode"].tolist()
    if question.serve == "region" or question.area.kind == "region":
        return np.isin(homes, facts.region.codes)
    if question.area.kind == "city_district":
        return np.asarray(facts.cells["city_district"] == question.area.code, dtype=bool)
    return inside_area(facts, question.area)(base.xy, homes)


def _refuse_practices(base: Baseline, question: SitingQuestion) -> None:
    practices = base.case.facts.practices.set_index("ydernummer")
    for number in (*question.close, *question.move):
        if number not in practices.index:
            raise NotFoundError(f"there is no practice {number}; see /api/practices", "practice", nr=number)
    if question.move and str(base.case.rules.value("count_unit")) != "ydernummer":
        raise QuestionError("practices cannot be moved where choice is counted by address", "address")
    if question.per_site > 1 and str(base.case.rules.value("count_unit")) != "ydernummer":
        raise QuestionError("practices at one site are one where choice is counted by address", "address")
    shut = [number for number in question.move if practices.at[number, "intake"] != OPEN]
    if shut:
        raise QuestionError(f"practice {shut[0]} is not open, so moving it helps nobody; close it or open it", "shut")


def _columns(matrix: Matrix, cells: Cells) -> Matrix:
    """The entries of some columns, which are numbered anew."""
    place = np.full(matrix.cells, -1, dtype=np.int32)
    place[cells] = np.arange(len(cells), dtype=np.int32)
    return _kept(replace(matrix, cell=place[matrix.cell], cells=len(cells)), place[matrix.cell] >= 0)


def _cut(matrix: Matrix, limit: Floats) -> Matrix:
    return _kept(matrix, matrix.within(limit))


def _kept(matrix: Matrix, kept: Flags) -> Matrix:
    start = np.concatenate([[0], np.cumsum(kept, dtype=np.int64)])[matrix.start]
    return replace(matrix, start=start, cell=matrix.cell[kept], value=matrix.value[kept])


def _rows(matrix: Matrix, rows: Sequence[int]) -> Matrix:
    parts = [matrix.part(row) for row in rows]
    counts = [part.stop - part.start for part in parts]
    index = np.concatenate([np.arange(part.start, part.stop) for part in parts] or [np.empty(0, np.int64)])
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return replace(matrix, start=start, cell=matrix.cell[index], value=matrix.value[index])


def _stacked(one: Matrix, other: Matrix) -> Matrix:
    return replace(
        one,
        start=np.concatenate([one.start, one.start[-1] + other.start[1:]]),
        cell=np.concatenate([one.cell, other.cell]),
        value=np.concatenate([one.value, other.value]),
    )
