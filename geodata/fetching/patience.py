"""How often something is tried: as long as it gains, and a few times more, with pauses that double and jitter."""

import time
from collections.abc import Callable
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential_jitter

from geodata.fetching.asking import Ask, BreakError, misfit
from geodata.fetching.bounds import Bounds

Answer = TypeVar("Answer")


def patiently(ask: Ask, bounds: Bounds, attempt: Callable[[], Answer]) -> Answer:
    """Try until it is whole, it will not come, or nothing more comes in a row of tries.

    Raises
    ------
    FetchError : it was given up, or will not come
    """
    fruitless = 0
    began = time.monotonic()

    def enough(state: RetryCallState) -> bool:
        nonlocal fruitless
        error = state.outcome.exception() if state.outcome else None
        fruitless = 0 if isinstance(error, BreakError) and error.gained else fruitless + 1
        return fruitless >= bounds.tries or time.monotonic() - began > bounds.seconds

    pauses = wait_exponential_jitter(
        multiplier=bounds.pause_seconds, max=bounds.longest_pause_seconds, jitter=bounds.pause_seconds
    )

    def pause(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        said = error.wait if isinstance(error, BreakError) else None
        return max(said or 0.0, pauses(state))

    tries = Retrying(retry=retry_if_exception_type(BreakError), stop=enough, wait=pause, reraise=True)
    try:
        return tries(attempt)
    except BreakError as error:
        raise misfit(ask, error.found, error.expected, f"given up after {fruitless} tries; try again later") from None
