"""A job of every objective: told about as it closes in, answered, and stopped with the best it has."""

import pytest
from shown_town import town_study

from app.jobs.database import open_database
from app.jobs.jobs import DONE, PROGRESS, QUEUED, RUNNING, Jobs
from app.jobs.worker import Worker
from app.main import siting_work
from app.publish.collections import Publication
from app.siting.objectives import OBJECTIVES

NORTH = {"add": 2, "area": {"kind": "health_council", "code": "nord"}, "time_limit": 60}


@pytest.fixture(scope="module")
def shown():
    """The small region, published."""
    return Publication(town_study())


@pytest.fixture
def jobs(tmp_path):
    """An empty database."""
    engine = open_database(f"sqlite:///{tmp_path}/jobs.sqlite")
    yield Jobs(engine)
    engine.dispose()


@pytest.mark.parametrize("objective", list(OBJECTIVES))
def test_value_and_bound_are_told_and_lie_around_the_answer(shown, jobs, objective):
    """Each objective tells both at least once, the value never beyond the bound; the answer lies between them."""
    more = {"gini": 0.5} if objective == "even" else {"close": ["000004"]} if objective == "serve_all" else {}
    job = jobs.ask(shown.study.hash, {**NORTH, "objective": objective, **more})
    worker = Worker(jobs, shown.study.hash, siting_work(shown))
    worker.do(jobs.claim(worker.name, shown.study.hash))
    ended, events = jobs.get(job.id), jobs.events(job.id)
    told = [event for event in events if event.kind == PROGRESS]
    assert [QUEUED, RUNNING] == [event.kind for event in events][:2]
    assert DONE == ended.status == events[-1].kind
    assert any(event.found is not None and event.ceiling is not None for event in told)
    proof = ended.result["da"]["proof"]
    sign = 1.0 if objective in ("covering", "lift_then_near") else -1.0
    for event in told:
        if event.found is not None and event.ceiling is not None:
            assert sign * event.found <= sign * event.ceiling + 1e-6
        if event.ceiling is not None:
            assert sign * proof["value"] <= sign * event.ceiling + 1e-2
