"""What each place of a placement is worth: who loses without it, what it gives alone, and where it could move."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.access.matrix import Floats, Ints
from app.siting.objectives import Posed

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


class Worths:
    """Values placements of a question and their parts; every choice of spots is valued once."""

    def __init__(self, posed: Posed) -> None:
        self.posed, self._known = posed, dict[tuple[int, ...], float]()

    def value(self, spots: Sequence[int]) -> float:
        """The objective with a practice at each of some spots."""
        key = tuple(sorted(spots))
        if key not in self._known:
            self._known[key] = self.posed.value(key)
        return self._known[key]

    def of(self, spots: Sequence[int], outcome: Floats) -> tuple[Worth, ...]:
        """Of each place with a new practice, in the order of the candidates.

        Parameters
        ----------
        outcome : (d,) what each counted cell has with all of the spots
        """
        ground = self.posed.ground
        chosen = ground.spot_of[list(spots)]
        places = {
            int(c): [s for s, at in zip(spots, chosen, strict=True) if at == c]
            for c in np.unique(chosen)
            if c < len(ground.candidates)
        }
        return tuple(self._one(spots, places, candidate, outcome) for candidate in places)

    def _one(self, spots: Sequence[int], places: dict[int, list[int]], candidate: int, outcome: Floats) -> Worth:
        posed, ground, own = self.posed, self.posed.ground, places[candidate]
        loses = np.flatnonzero(posed.outcome(_without(spots, own)) < outcome)
        alone = abs(self.value(own) - self.value(()))
        return Worth(
            candidate=candidate,
            times=len(own),
            loses=ground.cells[loses].astype(np.int32),
            alone=alone,
            partner=self._partner(spots, places, candidate, alone),
            leeway=self._leeway(spots, own[0]),
        )

    def _leeway(self, spots: Sequence[int], out: int) -> tuple[int, ...]:
        """Other candidates that give as much in a spot's stead, but for a share of what the placement gains."""
        posed, ground, value = self.posed, self.posed.ground, self.value(spots)
        share = ground.base.case.rules.number("siting_leeway") / 100
        slack = share * abs(value - self.value(ground.staying))
        values = posed.with_each(_without(spots, [out]), value - slack if posed.maximizing else value + slack)
        values = values[ground.alike(out)]
        lost = (value - values) if posed.maximizing else (values - value)
        taken = set(ground.spot_of[list(spots)].tolist())
        return tuple(i for i in np.flatnonzero(lost <= slack).tolist() if i not in taken)

    def _partner(self, spots: Sequence[int], places: dict[int, list[int]], candidate: int, alone: float) -> int:
        """The candidate with which a place does most of what it does, where alone it does little; -1 for none."""
        left = _without(spots, places[candidate])
        lost = abs(self.value(spots) - self.value(left))
        if lost == 0 or alone >= PAIR * lost or len(places) < 2:
            return -1
        without = {
            other: abs(self.value(_without(spots, theirs)) - self.value(_without(left, theirs)))
            for other, theirs in places.items()
            if other != candidate
        }
        best = min(without, key=lambda other: (without[other], other))
        return best if without[best] < lost else -1


def _without(spots: Sequence[int], some: Sequence[int]) -> list[int]:
    return [spot for spot in spots if spot not in some]
