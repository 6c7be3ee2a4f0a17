"""Placements found so far, the best of them first."""

import math

from app.siting.answer import Placement
from app.siting.branching.model import Sites


class Pool:
    """Keeps the best placements; equal values are ordered by their sites, so that the lowest indices win a tie.

    Parameters
    ----------
    size : how many are kept
    within : share of the best value by which a placement may be worse and still be kept
    ceiling : placements must have a smaller value
    """

    def __init__(self, size: int = 1, within: float = 0.0, ceiling: float = math.inf) -> None:
        self.size, self.within, self.ceiling = size, within, ceiling
        self.placements: list[Placement] = []

    @property
    def value(self) -> float:
        """Of the best placement; infinite where there is none."""
        return self.placements[0].value if self.placements else math.inf

    def offer(self, sites: Sites, value: float) -> None:
        """Keep a placement if it is among the best and not known."""
        placement = Placement(tuple(sorted(int(site) for site in sites)), float(value))
        if not value < self.ceiling or placement in self.placements or value > self.limit:
            return
        self.placements = sorted([*self.placements, placement], key=lambda p: (p.value, p.sites))
        best = self.value
        self.placements = [p for p in self.placements if p.value <= best + self._slack(best)][: self.size]

    def _slack(self, best: float) -> float:
        return self.within * abs(best)

    @property
    def limit(self) -> float:
        """A placement with a larger value is of no interest; infinite where anything is."""
        if not self.placements:
            return self.ceiling
        worst = self.placements[-1].value if len(self.placements) == self.size else math.inf
        return min(worst, self.value + self._slack(self.value) if self.size > 1 else self.value)
