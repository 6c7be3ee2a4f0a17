"""What a covering search tells whoever asked, about four times a second, and whether it has to stop."""

from app.siting.answer import Budget
from app.siting.watch import Watch

EVERY = 0.25
"""Seconds between two calls of `go_on`."""


class Clock:
    """A watch that may be asked often, and the value and bound that its listener is told as they close in."""

    def __init__(self, budget: Budget) -> None:
        """Starts now."""
        self.constant = 0.0
        self._watch = Watch(budget, maximizing=True)
        self._told = 0.0
        self._stopped = False
        self._settled = False
        self._value, self._bound = 0.0, float("inf")

    def tell(self, value: float, bound: float) -> None:
        """What is known now; forgotten once settled."""
        if not self._settled:
            self._value, self._bound = value, max(value, min(bound, self._bound))

    def settle(self, value: float, bound: float) -> None:
        """What stays known while alternatives are looked for."""
        self._value, self._bound, self._settled = value, max(value, bound), True

    @property
    def seconds(self) -> float:
        """Since the start."""
        return self._watch.seconds

    def over(self) -> bool:
        """Whether to stop; asked often."""
        if not self._stopped and self.seconds - self._told >= EVERY:
            self._told = self.seconds
            self._stopped = not self._watch.goes_on(self._value + self.constant, self._bound + self.constant)
        self._stopped = self._stopped or self._watch.left <= 0
        return self._stopped
