"""The clock of a search: how long it has run, and whether it may go on."""

import math
from time import monotonic

from app.siting.answer import Budget, Proof


class Watch:
    """Started when made; once it says stop, it keeps saying so.

    Parameters
    ----------
    budget : seconds, and whom to tell of value and bound
    maximizing : which of the two the search does
    """

    def __init__(self, budget: Budget, maximizing: bool = False) -> None:
        self.budget, self.maximizing = budget, maximizing
        self.value, self.bound = math.nan, math.inf if maximizing else -math.inf
        self._begin, self._stopped = monotonic(), False

    @property
    def seconds(self) -> float:
        """Wall time so far."""
        return monotonic() - self._begin

    @property
    def left(self) -> float:
        """Wall time that remains, never negative."""
        return max(0.0, self.budget.seconds - self.seconds)

    @property
    def over(self) -> bool:
        """Whether time is up or nobody wants more; nobody is asked, so that any thread may call it often."""
        return self._stopped or self.left <= 0

    def stop(self) -> None:
        """Nobody wants more."""
        self._stopped = True

    def note(self, value: float, bound: float) -> None:
        """What is known now, to be told when next somebody is."""
        self.value, self.bound = value, bound

    def goes_on(self, value: float, bound: float) -> bool:
        """Tell what is known; False where time is up or nobody wants more."""
        self.note(value, bound)
        self._stopped = self._stopped or self.left <= 0 or not self.budget.go_on(value, bound)
        return not self._stopped

    def still(self) -> bool:
        """Whether to go on, nothing new being known."""
        return self.goes_on(self.value, self.bound)

    def proof(self, value: float, bound: float) -> Proof:
        """The proof as it stands now."""
        return Proof(value, bound, self.maximizing, self.seconds)
