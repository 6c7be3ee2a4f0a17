"""Jobs: asked once, told about, stopped, and taken up again after a worker was killed."""

import json
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from shown_town import town_study

from app.errors import BusyError, NotFoundError
from app.jobs.database import open_database
from app.jobs.jobs import DONE, QUEUED, RESUMED, RUNNING, STOPPED, Jobs
from app.jobs.tables import METADATA
from app.jobs.worker import Worker
from app.main import close_workers, make_workers, siting_work
from app.publish.collections import Publication
from app.publish.job_words import state_words

STUDY = "study"
ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def jobs(request, tmp_path):
    """An empty database: in a file, and in a server of its own."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/sub/jobs.sqlite"
    else:
        url = request.getfixturevalue("postgresql")(tmp_path.name)
    engine = open_database(url)
    yield Jobs(engine, most_waiting=3)
    engine.dispose()


def until(true, seconds=240.0):
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.02)


def test_the_steps_lead_to_the_tables(jobs):
    """What the migrations build is what the code declares, and SQLite writes ahead."""
    with jobs.engine.connect() as connection:
        assert [] == [step for step in compare_metadata(MigrationContext.configure(connection), METADATA) if step]
        if jobs.engine.dialect.name == "sqlite":
            assert "wal" == connection.exec_driver_sql("PRAGMA journal_mode").scalar()


def test_the_same_question_is_the_same_job(jobs):
    """Asked twice it waits once; the same to another study is another job."""
    one = jobs.ask(STUDY, {"add": 1})
    assert one.id == jobs.ask(STUDY, {"add": 1}).id
    assert one.id != jobs.ask("other", {"add": 1}).id
    assert (QUEUED, 1) == (one.status, one.place)
    assert 2 == jobs.ask(STUDY, {"add": 2}).place


def test_what_waits_for_a_replaced_study_is_ended_with_a_clear_word(jobs):
    """Of the same line only: another region's job waits on, and so do this study's own."""
    here, there = (Jobs(jobs.engine, line=line) for line in ("sample", "elsewhere"))
    old, own, other = here.ask("old", {"add": 1}), here.ask(STUDY, {"add": 1}), there.ask("far", {"add": 1})
    assert [old.id] == here.end_former(STUDY)
    assert ["failed", QUEUED, QUEUED] == [jobs.get(one.id).status for one in (old, own, other)]
    said = state_words("failed", 0, 0.0, jobs.get(old.id).error, "da")
    assert "er skiftet" in said
    assert "failed" == jobs.events(old.id)[-1].kind
    assert [] == Jobs(jobs.engine).end_former(STUDY)


def test_what_older_code_answered_is_not_given_as_the_answer_of_this_code(jobs):
    """Asked anew it is another job, computed by this code; the old link keeps what it had, and nobody claims across."""
    old, new = (Jobs(jobs.engine, line="sample", code=code) for code in ("old", "new"))
    kept = old.ask(STUDY, {"add": 1})
    old.claim("a:1:x", STUDY)
    old.end(kept.id, "a:1:x", DONE, result={"da": "of old code"})
    assert (kept.id, DONE) == ((again := old.ask(STUDY, {"add": 1})).id, again.status)
    fresh, waiting = new.ask(STUDY, {"add": 1}), old.ask(STUDY, {"add": 2})
    assert (QUEUED, None, 1) == (fresh.status, fresh.result, fresh.place)
    assert {"da": "of old code"} == new.get(kept.id).result
    assert ("old", "new") == (new.get(kept.id).code, fresh.code)
    assert [waiting.id] == new.end_former(STUDY)
    assert fresh.id == new.claim("b:1:y", STUDY).id
    assert new.claim("b:1:y", STUDY) is None


def test_too_many_waiting_are_refused(jobs):
    """The fourth is told to come again; the ones that wait are still found."""
    for add in (1, 2, 3):
        jobs.ask(STUDY, {"add": add})
    with pytest.raises(BusyError, match="3 jobs are waiting"):
        jobs.ask(STUDY, {"add": 4})
    assert QUEUED == jobs.ask(STUDY, {"add": 3}).status


def test_a_job_is_claimed_by_one_and_ended_by_its_owner(jobs):
    """The oldest first; another worker gets the next; whoever does not own it cannot end it."""
    first, second = jobs.ask(STUDY, {"add": 1}), jobs.ask(STUDY, {"add": 2})
    assert jobs.claim("a:1:x", "another study") is None
    assert first.id == jobs.claim("a:1:x", STUDY).id
    assert second.id == jobs.claim("b:1:y", STUDY).id
    assert jobs.claim("c:1:z", STUDY) is None
    assert not jobs.end(first.id, "b:1:y", DONE, result={})
    assert RUNNING == jobs.get(first.id).status
    assert jobs.end(first.id, "a:1:x", DONE, result={"da": 1})
    assert {"da": 1} == jobs.get(first.id).result
    assert [QUEUED, RUNNING, DONE] == [event.kind for event in jobs.events(first.id)]


def test_stopping_tells_the_owner_and_ends_what_waits(jobs):
    """A running job's next heartbeat says no; a waiting one has ended; asked again it waits anew."""
    running, waiting = jobs.ask(STUDY, {"add": 1}), jobs.ask(STUDY, {"add": 2})
    jobs.claim("a:1:x", STUDY)
    assert jobs.beat(running.id, "a:1:x")
    jobs.stop(running.id)
    assert not jobs.beat(running.id, "a:1:x")
    assert STOPPED == jobs.stop(waiting.id).status
    assert QUEUED == jobs.ask(STUDY, {"add": 2}).status
    with pytest.raises(NotFoundError):
        jobs.stop("nothing")


def test_a_job_whose_worker_dies_three_times_has_failed(jobs):
    """Taken up twice, then given up, so that one bad question cannot take the service down for ever."""
    job = jobs.ask(STUDY, {"add": 1})
    for status in (QUEUED, QUEUED, "failed"):
        jobs.claim("elsewhere:1:x", STUDY)
        with jobs.engine.begin() as base:
            base.exec_driver_sql("UPDATE jobs SET heartbeat = 1.0")
        assert [job.id] == jobs.take_up()
        assert status == jobs.get(job.id).status
    assert "crash" == jobs.get(job.id).error


def begun(jobs):
    """A job whose worker goes on until it is told to end, and has found half."""
    job = jobs.ask(STUDY, {"add": 1})

    def work(_job, go_on):
        while go_on(1.0, 2.0):
            time.sleep(0.01)
        return {"da": "half"}, True

    worker = Worker(jobs, STUDY, work)
    worker.start()
    until(lambda: jobs.get(job.id).found == 1.0)
    return job, worker


def test_a_worker_that_is_closed_gives_its_job_back(jobs):
    """The search is told to end, and the job waits again for the next worker."""
    job, worker = begun(jobs)
    worker.close()
    given = jobs.get(job.id)
    assert (QUEUED, None) == (given.status, given.result)


def test_a_stopped_job_keeps_what_it_had(jobs):
    """Stopped while it computes: its best answer is the result, and progress was told on the way."""
    job, worker = begun(jobs)
    jobs.stop(job.id)
    until(lambda: jobs.get(job.id).ended)
    worker.close()
    assert (STOPPED, {"da": "half"}, 2.0) == ((one := jobs.get(job.id)).status, one.result, one.ceiling)


def test_a_fault_in_one_job_does_not_end_the_worker(jobs):
    """The first fails with a word for the reader and the trace in the log; the second is done."""
    bad, good = jobs.ask(STUDY, {"add": 1}), jobs.ask(STUDY, {"add": 2})

    def work(job, _go_on):
        if job.question["add"] == 1:
            raise ZeroDivisionError
        return {"da": "whole"}, False

    worker = Worker(jobs, STUDY, work)
    worker.start()
    until(lambda: jobs.get(good.id).ended)
    worker.close()
    assert ("failed", "fault") == ((one := jobs.get(bad.id)).status, one.error)
    assert DONE == jobs.get(good.id).status


KILLED = """
    import sys, time
    sys.path[:0] = {paths!r}
    from app.jobs.database import open_database
    from app.jobs.jobs import Jobs
    from app.jobs.worker import Worker
    jobs = Jobs(open_database(sys.argv[1]))
    def work(job, go_on):
        go_on(1.0, 9.0)
        time.sleep(600)
    Worker(jobs, sys.argv[2], work).run()
"""


def test_a_job_of_a_killed_process_is_taken_up_again_and_answered(tmp_path):
    """kill -9 in the middle: the next service finds the job, computes it, and the answer is the study's own."""
    study = town_study()
    url = f"sqlite:///{tmp_path}/jobs.sqlite"
    jobs = Jobs(open_database(url))
    job = jobs.ask(study.hash, {"add": 2})
    script = textwrap.dedent(KILLED).format(paths=[str(ROOT)])
    process = subprocess.Popen([sys.executable, "-c", script, url, study.hash])
    try:
        until(lambda: jobs.get(job.id).found == 1.0)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert RUNNING == jobs.get(job.id).status
    publication = Publication(study)
    workers = make_workers(publication, jobs, 1)
    until(lambda: jobs.get(job.id).ended)
    close_workers(workers)
    kinds = [event.kind for event in jobs.events(job.id)]
    assert kinds.index(RUNNING) < kinds.index(RESUMED) < kinds.index(DONE)
    found, stopped = siting_work(publication)(job, lambda *_: True)
    assert not stopped
    hashes = [[one["scenario"]["hash"] for one in each["da"]["solutions"]] for each in (jobs.get(job.id).result, found)]
    assert hashes[0] == json.loads(json.dumps(hashes[1]))
