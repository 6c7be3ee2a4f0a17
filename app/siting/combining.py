"""Two aims in their order on a ground: most residents lifted, and of the placements that do so, the nearest."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.access.matrix import Floats
from app.siting.answer import Answer, Budget, Figure, Placement, Proof, Status
from app.siting.floored import solve_floored
from app.siting.ground import Cells, Ground
from app.siting.lifting import Lifting, pose_lifting
from app.siting.nearing import Mean, pose_mean
from app.siting.question import MOST_ALTERNATIVES

FIRST_SHARE = 0.5
"""Of the time, for the first aim at most."""
CERTAIN = 1e-6
"""Placements this share below the floor certainly lift too little."""


@dataclass(frozen=True)
class Combined:
    """Lexicographic, with leeway: lifted first, then mean minutes among those that lift all but `give` percent.

    The objective is the first aim's; the second's value and proof are told beside it.
    """

    lifting: Lifting
    mean: Mean

    maximizing = True

    @property
    def ground(self) -> Ground:
        """What it is asked on."""
        return self.lifting.ground

    def solve(self, budget: Budget, alternatives: int) -> Answer:
        """The nearest of the placements that lift enough, with the proof of both."""
        first = self.lifting.solve(replace(budget, seconds=budget.seconds * FIRST_SHARE), MOST_ALTERNATIVES)
        if first.best is None:
            return first
        lifted = first.proof.value + self.lifting.fallen
        floor = lifted * (1 - self.ground.question.give / 100)
        told = first.proof.value, first.proof.bound
        left = Budget(max(budget.seconds - first.proof.seconds, 0.0), lambda _value, _bound: budget.go_on(*told))
        second = self._known(first, floor, alternatives) or self._searched(first, floor, left, alternatives)
        assert second.best is not None
        best, *others = (replace(one, value=self.value(one.sites)) for one in (second.best, *second.alternatives))
        value = max(first.proof.value, best.value)
        proof = replace(first.proof, value=value, bound=max(first.proof.bound, value))
        return Answer(best, proof, tuple(others), ranked=second.ranked, second=second.proof)

    def _known(self, first: Answer, floor: float, alternatives: int) -> Answer | None:
        """The answer where all placements that lift enough are known, so that they need only be compared."""
        every = [one for one in (first.best, *first.alternatives) if one is not None]
        least = min(one.value for one in every) + self.lifting.fallen
        full = len(every) <= MOST_ALTERNATIVES and self.ground.question.give < 1
        if not (first.ranked and first.proof.status is Status.OPTIMAL and (full or least < floor * (1 - CERTAIN))):
            return None
        enough = [one.sites for one in every if one.value + self.lifting.fallen >= floor * (1 - CERTAIN)]
        best, *others = sorted((Placement(sites, self.mean.value(sites)) for sites in enough), key=_order)
        proof = Proof(best.value, best.value, False, 0.0)
        return Answer(best, proof, tuple(others[:alternatives]), ranked=True)

    def _searched(self, first: Answer, floor: float, budget: Budget, alternatives: int) -> Answer:
        """The answer by a search of its own."""
        found = (first.best, *first.alternatives)
        seeds = tuple(one.sites for one in found if one and one.value + self.lifting.fallen >= floor)
        travel, cover = self.mean.ways.problem, self.lifting.problem
        return solve_floored(travel, cover, floor, seeds, budget, alternatives).times(1 / float(travel.weight.sum()))

    def value(self, spots: Sequence[int]) -> float:
        """As the first aim counts."""
        return self.lifting.value(spots)

    def with_each(self, spots: Sequence[int], enough: float = math.inf) -> Floats:
        """As the first aim counts."""
        return self.lifting.with_each(spots, enough)

    def outcome(self, spots: Sequence[int]) -> Floats:
        """As the first aim counts."""
        return self.lifting.outcome(spots)

    def figures(self, spots: Sequence[int]) -> tuple[Figure, ...]:
        """Mean minutes to the nearest open practice."""
        return (Figure("mean", self.mean.value(spots)),)

    @property
    def helpless(self) -> Cells:
        """As the first aim counts."""
        return self.lifting.helpless


def pose_combined(ground: Ground) -> Combined:
    """Ask for most lifted first, then for short ways."""
    return Combined(pose_lifting(ground), pose_mean(ground))


def _order(one: Placement) -> tuple[float, tuple[int, ...]]:
    return one.value, one.sites
