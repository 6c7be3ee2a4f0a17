"""When a search has to stop: its time is up, or whoever asked has had enough."""

from time import perf_counter

from app.siting.answer import Budget

EVERY = 0.25
"""Seconds between two calls of `go_on`."""


class Clock:
    """Wall time of a search, and its listener, told of value and bound as they close in."""

    def __init__(self, budget: Budget) -> None:
        """Starts now."""
        self._budget = budget
        self._begun = perf_counter()
        self._told = self._begun
        self._stopped = False
        self.value, self.bound = 0.0, float("inf")

    @property
    def seconds(self) -> float:
        """Since the start."""
        return perf_counter() - self._begun

    def over(self) -> bool:
        """Whether to stop; asked often."""
        now = perf_counter()
        if not self._stopped and now - self._told >= EVERY:
            self._told = now
            self._stopped = not self._budget.go_on(self.value, self.bound)
        self._stopped = self._stopped or now - self._begun >= self._budget.seconds
        return self._stopped
