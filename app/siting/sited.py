"""The answer to a siting question: the placements, what each site is worth, where it could move, and the proof."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from app.access.matrix import Floats, Ints
from app.siting.answer import Answer, Budget, Figure, Proof
from app.siting.baseline import Baseline
from app.siting.choosable import Choosable
from app.siting.exchanges import with_exchanges
from app.siting.ground import make_ground
from app.siting.objectives import Posed, objective_of
from app.siting.question import SitingQuestion
from app.siting.scenario import Scenario

PAIR = 0.5
"""A site works only with another where alone it gives less than this share of what is lost without it."""


@dataclass(frozen=True)
class Worth:
    """What one place of a placement is worth.

    Parameters
    ----------
    candidate : index in the candidates
    times : practices there
    loses : cells of the study that have less without it, ascending
    alone : the objective's gain of this place alone
    partner : candidate without which it gives less than half; -1 where there is none
    leeway : other candidates to which one practice could move at a loss of at most the rule `siting_leeway`
    """

    candidate: int
    times: int
    loses: Ints
    alone: float
    partner: int
    leeway: tuple[int, ...]


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
    ground = posed.ground
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
        placed=tuple(_placed(posed, spots, study) for spots in _placements(posed, answer)),
        start=posed.value(ground.staying),
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


def _placed(posed: Posed, spots: Sequence[int], study: str) -> Placed:
    ground = posed.ground
    size = len(ground.candidates)
    chosen = ground.spot_of[list(spots)]
    groups = {
        int(c): [s for s, at in zip(spots, chosen, strict=True) if at == c] for c in np.unique(chosen) if c < size
    }
    value, outcome = posed.value(spots), posed.outcome(spots)
    worth = [_worth(posed, spots, own, candidate, value, outcome) for candidate, own in groups.items()]
    stay = tuple(number for i, number in enumerate(ground.question.move) if size + i in chosen)
    worth = [replace(one, partner=_partner(posed, spots, groups, one, value)) for one in worth]
    today = posed.outcome(ground.staying)
    changed = [outcome > today, outcome < today, outcome == 0.0]
    better, worse, short = (ground.cells[which].astype(np.int32) for which in changed)
    figures = posed.figures(spots)
    return Placed(value, ground.scenario(spots, study), tuple(worth), stay, better, worse, short, figures)


def _worth(
    posed: Posed, spots: Sequence[int], own: Sequence[int], candidate: int, value: float, outcome: Floats
) -> Worth:
    ground = posed.ground
    left = [spot for spot in spots if spot not in own]
    loses = np.flatnonzero(posed.outcome(left) < outcome)
    one_left = [spot for spot in spots if spot != own[0]]
    slack = _leeway(posed, value)
    values = posed.with_each(one_left, value - slack if posed.maximizing else value + slack)[ground.alike(own[0])]
    lost = (value - values) if posed.maximizing else (values - value)
    leeway = np.flatnonzero(lost <= slack)
    others = tuple(int(i) for i in leeway if i not in ground.spot_of[list(spots)])
    alone = abs(posed.value(own) - posed.value(()))
    return Worth(candidate, len(own), ground.cells[loses].astype(np.int32), alone, -1, others)


def _leeway(posed: Posed, value: float) -> float:
    """What may be lost of the objective by a site that is nearly as good: a share of what the placement gains."""
    gained = abs(value - posed.value(posed.ground.staying))
    return posed.ground.base.case.rules.number("siting_leeway") / 100 * gained


def _partner(posed: Posed, spots: Sequence[int], groups: dict[int, list[int]], one: Worth, value: float) -> int:
    """The candidate with which a place does most of what it does, where alone it does little; -1 for none."""
    own = groups[one.candidate]
    left = [spot for spot in spots if spot not in own]
    lost = abs(value - posed.value(left))
    if lost == 0 or one.alone >= PAIR * lost or len(groups) < 2:
        return -1
    without = {
        other: abs(posed.value([s for s in spots if s not in those]) - posed.value([s for s in left if s not in those]))
        for other, those in groups.items()
        if other != one.candidate
    }
    best = min(without, key=lambda other: (without[other], other))
    return best if without[best] < lost else -1
