"""When a search has to stop: its time is up, or whoever asked has had enough."""

from time import perf_counter

from app.siting.answer import Budget

EVERY = 0.25
"""Seconds between two calls of `go_on`."""


class Clock:
    """Wall time of a search, and its listener, told of value and bound as they close in."""

    def __init__(self, budget: Budget) -> None:
        """Starts now."""
        self.constant = 0.0
        self._budget = budget
        self._begun = perf_counter()
        self._told = self._begun
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
        return perf_counter() - self._begun

    def over(self) -> bool:
        """Whether to stop; asked often."""
        now = perf_counter()
        if not self._stopped and now - self._told >= EVERY:
            self._told = now
            self._stopped = not self._budget.go_on(self._value + self.constant, self._bound + self.constant)
        self._stopped = self._stopped or now - self._begun >= self._budget.seconds
        return self._stopped
