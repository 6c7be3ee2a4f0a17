"""Pauses between tries double, jitter, end at the longest and never fall short of what a publisher asks for."""

import time

import pytest

from geodata.errors import Breach, FetchError
from geodata.fetching import Ask, Bounds
from geodata.fetching.asking import BreakError
from geodata.fetching.patience import patiently


@pytest.fixture
def pauses(monkeypatch):
    """The machine's clock stands still; pauses are written down."""
    taken = []
    monkeypatch.setattr(time, "sleep", taken.append)
    return taken


@pytest.fixture
def ask(card):
    return Ask(card, "http://publisher.invalid/data")


def failing(*errors):
    """An attempt that fails so, and then succeeds."""
    waiting = list(errors)

    def attempt():
        if waiting:
            raise waiting.pop(0)
        return "whole"

    return attempt


def broken(**more):
    return BreakError("status 503", "status 200", **more)


def test_pauses_double_with_jitter_up_to_the_longest(ask, pauses):
    bounds = Bounds(tries=8, pause_seconds=1.0, longest_pause_seconds=10.0)
    assert "whole" == patiently(ask, bounds, failing(*[broken()] * 7))
    least = [1, 2, 4, 8, 10, 10, 10]
    assert 7 == len(pauses)
    assert all(low <= pause <= min(low + 1, 10) for low, pause in zip(least, pauses, strict=True)), pauses
    assert any(pause != low for low, pause in zip(least[:4], pauses[:4], strict=True)), "no two clients in step"


def test_a_publisher_that_asks_for_longer_gets_it(ask, pauses):
    assert "whole" == patiently(ask, Bounds(), failing(broken(wait=30.0), broken()))
    assert pauses[0] >= 30
    assert pauses[1] < 4


def test_it_is_given_up_after_some_tries_in_a_row_without_gain(ask, pauses):
    with pytest.raises(FetchError, match="found status 503, expected status 200; given up after 3 tries"):
        patiently(ask, Bounds(tries=3), failing(*[broken()] * 9))
    assert 2 == len(pauses)


def test_as_long_as_something_comes_it_goes_on(ask, pauses):
    drops = [broken(gained=1), broken(), broken(gained=1), broken(), broken(gained=1)]
    assert "whole" == patiently(ask, Bounds(tries=2), failing(*drops))


def test_what_will_not_come_is_not_tried_again(ask, pauses):
    def gone():
        raise FetchError("toy", Breach(0, "", "status 410", "status 200"), "closed")

    with pytest.raises(FetchError, match="closed"):
        patiently(ask, Bounds(), gone)
    assert [] == pauses
