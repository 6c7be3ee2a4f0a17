"""The answer to a siting question: the placements, what each site is worth, and the proof."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from app.access.matrix import Ints
from app.siting.answer import Answer, Budget, Figure, Proof
from app.siting.baseline import Baseline
from app.siting.choosable import Choosable
from app.siting.exchanges import with_exchanges
from app.siting.ground import make_ground
from app.siting.objectives import Posed, objective_of
from app.siting.question import SitingQuestion
from app.siting.scenario import Scenario
from app.siting.worth import Worth, Worths


@dataclass(frozen=True)
class Placed:
    """One placement.

    Parameters
    ----------
    value : the objective
    scenario : the changes that it is
    worth : of its sites
    stay : practices that may move and stay where they are
    better, worse : cells of the study that have more, or less, by the objective than today
    short : cells that have not enough with it; none where the objective knows no enough
    figures : what else it does
    """

    value: float
    scenario: Scenario
    worth: tuple[Worth, ...]
    stay: tuple[str, ...]
    better: Ints
    worse: Ints
    short: Ints
    figures: tuple[Figure, ...]

    @property
    def candidates(self) -> tuple[int, ...]:
        """Candidates with a new practice, ascending."""
        return tuple(one.candidate for one in self.worth)


@dataclass(frozen=True)
class Sited:
    """An answer with everything that is said of it; counts are before suppression, publish through `app.publish`.

    Parameters
    ----------
    question : as it was asked
    study : hash of the study it was asked of
    candidates : those the question allowed
    proof : of the first placement
    second : of what is aimed at second; None where nothing is
    placed : placements, the best first; none where the question is infeasible
    start : the objective today
    today : what else is told, as it is today
    helpless : cells of the study that no placement can help, ascending
    stopped : whether the search was stopped before its end
    ranked : whether it is proven that no other placement is better than these, or near enough to the best
    """

    question: SitingQuestion
    study: str
    candidates: Choosable
    proof: Proof
    second: Proof | None
    placed: tuple[Placed, ...]
    start: float
    today: tuple[Figure, ...]
    helpless: Ints
    stopped: bool
    ranked: bool


def find_sites(base: Baseline, question: SitingQuestion, study: str, budget: Budget | None = None) -> Sited:
    """Answer a question.

    Raises
    ------
    QuestionError, NotFoundError : the question does not fit the study
    """
    card, began = objective_of(question), monotonic()
    posed = card.pose(make_ground(base, question))
    ground, worths = posed.ground, Worths(posed)
    asked = budget or Budget(question.time_limit)
    watch, left = _Watch(asked), max(asked.seconds - (monotonic() - began), 0.0)
    found = posed.solve(Budget(left, watch), question.alternatives)
    asked.go_on(found.proof.value, found.proof.bound)
    answer = with_exchanges(posed, found, question.alternatives)
    return Sited(
        question=question,
        study=study,
        candidates=ground.candidates,
        proof=replace(answer.proof, seconds=monotonic() - began),
        second=answer.second,
        placed=tuple(_placed(posed, worths, spots, study) for spots in _placements(posed, answer)),
        start=worths.value(ground.staying),
        today=posed.figures(ground.staying),
        helpless=ground.cells[posed.helpless].astype(np.int32),
        stopped=watch.stopped,
        ranked=answer.ranked,
    )


class _Watch:
    """Asks whether to go on, and remembers a no."""

    def __init__(self, budget: Budget) -> None:
        self.stopped, self._ask = False, budget.go_on

    def __call__(self, value: float, bound: float) -> bool:
        self.stopped = self.stopped or not self._ask(value, bound)
        return not self.stopped


def _placements(posed: Posed, answer: Answer) -> list[tuple[int, ...]]:
    """The best placement and the others that use other candidates."""
    if answer.best is None:
        return []
    kept: dict[tuple[int, ...], tuple[int, ...]] = {}
    for placement in (answer.best, *answer.alternatives):
        kept.setdefault(tuple(sorted(posed.ground.spot_of[list(placement.sites)].tolist())), placement.sites)
    return list(kept.values())


def _placed(posed: Posed, worths: Worths, spots: Sequence[int], study: str) -> Placed:
    ground = posed.ground
    size, chosen = len(ground.candidates), ground.spot_of[list(spots)]
    stay = tuple(number for i, number in enumerate(ground.question.move) if size + i in chosen)
    outcome, today = posed.outcome(spots), posed.outcome(ground.staying)
    changed = [outcome > today, outcome < today, outcome == 0.0]
    better, worse, short = (ground.cells[which].astype(np.int32) for which in changed)
    return Placed(
        value=worths.value(spots),
        scenario=ground.scenario(spots, study),
        worth=worths.of(spots, outcome),
        stay=stay,
        better=better,
        worse=worse,
        short=short,
        figures=posed.figures(spots),
    )
