"""Ctrl-C on the command line: the search ends, the best it has is kept, and its proof stays honest."""

import signal

import pytest
from shown_town import town_study

from app.commands.sites import watched
from app.publish.collections import Publication
from app.siting.answer import Budget, Status
from app.siting.objectives import OBJECTIVES
from app.siting.question import parse_question


@pytest.fixture(scope="module")
def town():
    """The small region."""
    return town_study()


@pytest.mark.parametrize("objective", list(OBJECTIVES))
def test_the_first_ctrl_c_keeps_the_best_and_the_second_ends_the_program(town, objective):
    """After the signal the search is told no; its placement and its bound lie around the true best."""
    document = {"add": 2, "objective": objective, "area": {"kind": "health_council", "code": "nord"}, "time_limit": 60}
    question = parse_question({**document, "gini": 0.5} if objective == "even" else document)
    before = signal.getsignal(signal.SIGINT)
    with watched(Publication(town), question, "da") as go_on:
        assert go_on(1.0, 2.0)
        signal.raise_signal(signal.SIGINT)
        assert not go_on(1.0, 2.0)
        assert before is signal.getsignal(signal.SIGINT)
        stopped = town.sites(question, Budget(60, go_on))
    full = town.sites(question)
    sign = -1.0 if objective in ("covering", "lift_then_near") else 1.0
    assert stopped.placed
    assert sign * stopped.proof.bound <= sign * full.proof.value + 1e-6
    assert sign * full.proof.value <= sign * stopped.proof.value + 1e-6
    same = stopped.proof.value == pytest.approx(full.proof.value, rel=1e-5)
    assert same or stopped.proof.status is Status.FEASIBLE
