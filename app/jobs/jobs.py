"""Jobs in their database: asked once by question, study and code, claimed by one worker, told about as they go.

    queued -> running -> done | stopped | failed
       ^         |
       +---------+  the worker died or was shut down: taken up again

A job that is asked again is the same job. Only a failed or stopped one is computed anew.
"""

import hashlib
import json
import os
import socket
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.errors import BusyError, NotFoundError
from app.jobs.tables import EVENTS, JOBS

QUEUED, RUNNING, DONE, STOPPED, FAILED = STATES = ("queued", "running", "done", "stopped", "failed")
ENDED = (DONE, STOPPED, FAILED)
PROGRESS, RESUMED = "progress", "resumed"
CRASH, FAULT, FORMER = "crash", "fault", "former"
"""Why a job failed, where it is not an error's own words."""
STALE_SECONDS = 15.0
"""A running job whose worker has not been heard of for so long is taken up again."""
MOST_TRIES = 3
"""A job that took its worker down so often has failed."""


@dataclass(frozen=True)
class Job:
    """One row of the jobs.

    Parameters
    ----------
    code : hash of the code that was asked, as `Jobs`
    question : as JSON
    place : how many wait before it, counted from 1; 0 when it does not wait
    found, ceiling : value and bound last told of
    seconds : since it began, up to its end
    result : by language; None before the end
    """

    id: str
    study: str
    code: str
    question: Mapping[str, Any]
    status: str
    place: int
    stop: bool
    found: float | None
    ceiling: float | None
    seconds: float
    result: Mapping[str, Any] | None
    error: str | None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in ENDED


@dataclass(frozen=True)
class Event:
    """Something that happened to a job: a state, progress, or that it was taken up again."""

    number: int
    kind: str
    at: float
    found: float | None
    ceiling: float | None


def worker_name() -> str:
    """A name that no other worker has, which tells machine and process."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def job_id(study: str, question: Mapping[str, Any], code: str = "") -> str:
    """The same for the same question to the same study by the same code."""
    return hashlib.sha256(f"{study} {code} {json.dumps(question, sort_keys=True)}".encode()).hexdigest()[:32]


class Jobs:
    """The jobs of a database; every call is one short transaction.

    Parameters
    ----------
    engine : of `open_database`
    most_waiting : more jobs than this may not wait
    line : of studies that replace each other, such as those of one region; empty for none
    code : hash of the code that answers (`app.receipt.code_hash`); what another code answered is not given as its own
    """

    def __init__(self, engine: Engine, most_waiting: int = 20, line: str = "", code: str = "") -> None:
        self.engine, self.most_waiting, self.line, self.code = engine, most_waiting, line, code

    def ask(self, study: str, question: Mapping[str, Any]) -> Job:
        """The job of a question, put in the queue if it is new, failed or was stopped.

        Raises
        ------
        BusyError : too many are waiting
        """
        name = job_id(study, question, self.code)
        try:
            with self.engine.begin() as base:
                status = base.execute(select(JOBS.c.status).where(JOBS.c.id == name)).scalar()
                if status is None or status in (FAILED, STOPPED):
                    self._refuse_crowd(base)
                if status is None:
                    row = {"id": name, "study": study, "question": json.dumps(question, sort_keys=True)}
                    base.execute(insert(JOBS).values(**row, line=self.line, code=self.code, **_fresh()))
                    _tell(base, name, QUEUED)
                elif status in (FAILED, STOPPED):
                    base.execute(update(JOBS).where(JOBS.c.id == name).values(**_fresh()))
                    base.execute(delete(EVENTS).where(EVENTS.c.job == name))
                    _tell(base, name, QUEUED)
        except IntegrityError:  # somebody asked the same at the same time
            pass
        return self.get(name)

    def _refuse_crowd(self, base: Connection) -> None:
        waiting = base.execute(select(func.count()).where(JOBS.c.status == QUEUED)).scalar_one()
        if waiting >= self.most_waiting:
            raise BusyError(f"{waiting} jobs are waiting; try again in a while", "busy", n=waiting)

    def get(self, name: str) -> Job:
        """A job by its id.

        Raises
        ------
        NotFoundError : there is none
        """
        with self.engine.connect() as base:
            row = base.execute(select(JOBS).where(JOBS.c.id == name)).mappings().first()
            if row is None:
                raise NotFoundError(f"there is no job {name[:40]}", "job", id=name[:40])
            mine = (JOBS.c.status == QUEUED) & (JOBS.c.study == row["study"]) & (JOBS.c.code == row["code"])
            before = select(func.count()).where(mine, JOBS.c.asked <= row["asked"])
            place = base.execute(before).scalar_one() if row["status"] == QUEUED else 0
            last = select(EVENTS).where(EVENTS.c.job == name, EVENTS.c.kind == PROGRESS)
            told = base.execute(last.order_by(EVENTS.c.number.desc()).limit(1)).mappings().first()
        return Job(
            id=row["id"],
            study=row["study"],
            code=row["code"],
            question=json.loads(row["question"]),
            status=row["status"],
            place=place,
            stop=row["stop"],
            found=told["found"] if told else None,
            ceiling=told["ceiling"] if told else None,
            seconds=(row["ended"] or time.time()) - row["began"] if row["began"] else 0.0,
            result=json.loads(row["result"]) if row["result"] else None,
            error=row["error"],
        )

    def events(self, name: str, after: int = 0) -> list[Event]:
        """What happened to a job after a number, in order."""
        wanted = select(EVENTS).where(EVENTS.c.job == name, EVENTS.c.number > after).order_by(EVENTS.c.number)
        with self.engine.connect() as base:
            rows = base.execute(wanted).mappings().all()
        return [Event(r["number"], r["kind"], r["at"], r["found"], r["ceiling"]) for r in rows]

    def stop(self, name: str) -> Job:
        """Ask a job to end and keep the best it has; one that still waits ends at once, with nothing.

        Raises
        ------
        NotFoundError : there is none
        """
        with self.engine.begin() as base:
            base.execute(update(JOBS).where(JOBS.c.id == name, JOBS.c.status == RUNNING).values(stop=True))
            waiting = update(JOBS).where(JOBS.c.id == name, JOBS.c.status == QUEUED)
            if base.execute(waiting.values(status=STOPPED, stop=True, ended=time.time())).rowcount:
                _tell(base, name, STOPPED)
        return self.get(name)

    def claim(self, owner: str, study: str) -> Job | None:
        """Take the job to a study that has waited longest, if any, as one's own."""
        with self.engine.begin() as base:
            own = (JOBS.c.study == study) & (JOBS.c.code == self.code)
            waiting = select(JOBS.c.id).where(JOBS.c.status == QUEUED, own)
            name = base.execute(waiting.order_by(JOBS.c.asked, JOBS.c.id).limit(1)).scalar()
            if name is None:
                return None
            now = time.time()
            mine = update(JOBS).where(JOBS.c.id == name, JOBS.c.status == QUEUED)
            values = {"status": RUNNING, "owner": owner, "began": now, "heartbeat": now, "tries": JOBS.c.tries + 1}
            if not base.execute(mine.values(**values)).rowcount:
                return None
            _tell(base, name, RUNNING)
        return self.get(name)

    def beat(self, name: str, owner: str) -> bool:
        """Say that a job is alive; whether it shall go on: it is still the owner's and nobody asked it to stop."""
        mine = (JOBS.c.id == name) & (JOBS.c.owner == owner) & (JOBS.c.status == RUNNING)
        with self.engine.begin() as base:
            held = base.execute(update(JOBS).where(mine).values(heartbeat=time.time())).rowcount
            stop = base.execute(select(JOBS.c.stop).where(mine)).scalar()
        return bool(held) and not stop

    def progress(self, name: str, found: float | None, ceiling: float | None) -> None:
        """Tell how value and bound have closed in."""
        with self.engine.begin() as base:
            _tell(base, name, PROGRESS, found, ceiling)

    def end(
        self, name: str, owner: str, status: str, result: Mapping[str, Any] | None = None, error: str | None = None
    ) -> bool:
        """End a job, if it is still the owner's; whether it was."""
        mine = update(JOBS).where(JOBS.c.id == name, JOBS.c.owner == owner, JOBS.c.status == RUNNING)
        written = json.dumps(result) if result is not None else None
        with self.engine.begin() as base:
            ended = base.execute(mine.values(status=status, ended=time.time(), result=written, error=error)).rowcount
            if ended:
                _tell(base, name, status)
        return bool(ended)

    def release(self, name: str, owner: str) -> None:
        """Give an unfinished job back to the queue, as a worker does that is shut down; the try does not count."""
        mine = update(JOBS).where(JOBS.c.id == name, JOBS.c.owner == owner, JOBS.c.status == RUNNING)
        with self.engine.begin() as base:
            if base.execute(mine.values(status=QUEUED, owner=None, tries=JOBS.c.tries - 1)).rowcount:
                _tell(base, name, RESUMED)

    def end_former(self, study: str) -> list[str]:
        """End what waits for a study or code that this one has replaced in its line: nobody will compute it."""
        ended = []
        other = (JOBS.c.study != study) | (JOBS.c.code != self.code)
        former = (JOBS.c.line == self.line) & (JOBS.c.line != "") & other
        with self.engine.begin() as base:
            for name in base.execute(select(JOBS.c.id).where(JOBS.c.status == QUEUED, former)).scalars().all():
                mine = update(JOBS).where(JOBS.c.id == name, JOBS.c.status == QUEUED)
                if base.execute(mine.values(status=FAILED, error=FORMER, ended=time.time())).rowcount:
                    _tell(base, name, FAILED)
                    ended.append(name)
        return ended

    def take_up(self) -> list[str]:
        """Put the jobs of dead workers back into the queue; those that died too often have failed."""
        taken = []
        with self.engine.begin() as base:
            running = base.execute(select(JOBS).where(JOBS.c.status == RUNNING)).mappings().all()
            for row in running:
                if not _dead(row["owner"], row["heartbeat"]):
                    continue
                lost = row["tries"] >= MOST_TRIES
                this = update(JOBS).where(JOBS.c.id == row["id"], JOBS.c.owner == row["owner"])
                values = {"status": FAILED, "error": CRASH, "ended": time.time()} if lost else {"status": QUEUED}
                if base.execute(this.where(JOBS.c.status == RUNNING).values(owner=None, **values)).rowcount:
                    _tell(base, row["id"], FAILED if lost else RESUMED)
                    taken.append(row["id"])
        return taken


def _fresh() -> dict[str, Any]:
    empty = dict.fromkeys(("began", "ended", "heartbeat", "owner", "result", "error"))
    return {"status": QUEUED, "asked": time.time(), "tries": 0, "stop": False, **empty}


def _tell(base: Connection, name: str, kind: str, found: float | None = None, ceiling: float | None = None) -> None:
    last = base.execute(select(func.max(EVENTS.c.number)).where(EVENTS.c.job == name)).scalar() or 0
    row = {"job": name, "number": last + 1, "kind": kind, "at": time.time(), "found": found, "ceiling": ceiling}
    base.execute(insert(EVENTS).values(**row))


def _dead(owner: str | None, heartbeat: float | None) -> bool:
    """Whether a worker is gone: not heard of, or a process of this machine that does not run."""
    if owner is None or heartbeat is None or time.time() - heartbeat > STALE_SECONDS:
        return True
    host, pid, _ = owner.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
