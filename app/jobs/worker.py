"""The worker: takes jobs one after the other, tells how they close in, and gives back what it cannot finish."""

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from app.errors import PlanningError
from app.jobs.jobs import DONE, FAILED, FAULT, STOPPED, Job, Jobs, worker_name
from geodata.errors import GeodataError

logger = logging.getLogger(__name__)

GoOn = Callable[[float, float], bool]
Work = Callable[[Job, GoOn], tuple[Mapping[str, Any], bool]]
"""Computes a job: its result by language, and whether `GoOn` told it to end before it was done."""

IDLE_SECONDS = 0.5
BEAT_SECONDS = 1.0
TELL_SECONDS = 0.25
"""Between two looks at the queue, two heartbeats, and two lines of progress."""


class Worker:
    """Works on jobs in a thread of its own until it is closed.

    Parameters
    ----------
    jobs : where they are
    study : hash of the study whose jobs it can compute
    work : computes one
    """

    def __init__(self, jobs: Jobs, study: str, work: Work) -> None:
        self.jobs, self.study, self.work, self.name = jobs, study, work, worker_name()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self.run, name="laegevalg-worker", daemon=True)

    def start(self) -> None:
        """Begin; jobs of dead workers are taken up first."""
        self._thread.start()

    def close(self, seconds: float = 10.0) -> None:
        """End: a job that is being computed goes back to the queue."""
        self._closing.set()
        self._thread.join(seconds)

    def run(self) -> None:
        """Work until closed."""
        fresh = True
        while not self._closing.is_set():
            try:
                taken = self.jobs.take_up()
                for name in taken:
                    logger.info("job %s is taken up again", name)
                for name in self.jobs.end_former(self.study) if taken or fresh else ():
                    logger.info("job %s is ended: its study was replaced", name)
                fresh = False
                job = self.jobs.claim(self.name, self.study)
                if job is None:
                    self._closing.wait(IDLE_SECONDS)
                else:
                    self.do(job)
            except Exception:  # the database is away for a while: the worker must outlive it
                logger.exception("the worker cannot reach its jobs")
                self._closing.wait(BEAT_SECONDS)

    def do(self, job: Job) -> None:
        """Compute one job that is ours."""
        logger.info("job %s begins: %s", job.id, dict(job.question))
        teller = Teller(self.jobs, job.id, self.name, self._closing)
        with teller:
            try:
                result, stopped = self.work(job, teller.go_on)
            except (PlanningError, GeodataError) as error:
                self.jobs.end(job.id, self.name, FAILED, error=str(error))
                return
            except Exception:
                logger.exception("job %s failed", job.id)
                self.jobs.end(job.id, self.name, FAILED, error=FAULT)
                return
        if stopped and self._closing.is_set():
            self.jobs.release(job.id, self.name)
            return
        self.jobs.end(job.id, self.name, STOPPED if stopped else DONE, result=result)
        logger.info("job %s ended", job.id)


class Teller:
    """Keeps a running job's heart beating, and passes on its progress and the wish to stop it."""

    def __init__(self, jobs: Jobs, job: str, owner: str, closing: threading.Event) -> None:
        self._jobs, self._job, self._owner, self._closing = jobs, job, owner, closing
        self._over, self._stop = threading.Event(), threading.Event()
        self._said: tuple[float | None, float | None] = (None, None)
        self._heard: tuple[float | None, float | None] = (None, None)
        self._said_at = 0.0
        self._thread = threading.Thread(target=self._beat, name="laegevalg-heartbeat", daemon=True)

    def __enter__(self) -> "Teller":
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End; what was heard last is told."""
        self._over.set()
        self._thread.join()
        self._tell()

    def go_on(self, value: float, bound: float) -> bool:
        """Told value and bound as they close in; False when the job shall end with what it has."""
        self._heard = (_finite(value), _finite(bound))
        if time.monotonic() - self._said_at >= TELL_SECONDS:
            self._tell()
        return not (self._stop.is_set() or self._closing.is_set())

    def _tell(self) -> None:
        if self._heard != self._said:
            self._said, self._said_at = self._heard, time.monotonic()
            self._jobs.progress(self._job, *self._heard)

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            try:
                if not self._jobs.beat(self._job, self._owner):
                    self._stop.set()
            except Exception:
                logger.exception("no heartbeat for job %s", self._job)


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
