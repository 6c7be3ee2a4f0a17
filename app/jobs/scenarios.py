"""Saved scenarios in the jobs' database: each once, by the hash of its content, so that a link to it holds for ever."""

import json
import time
from dataclasses import dataclass

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.exc import IntegrityError

from app.errors import BusyError, NotFoundError
from app.jobs.tables import SCENARIOS
from app.siting.scenario import Scenario, parse_scenario

SHORTEST = 8
"""Signs of a hash that are enough to ask by."""


@dataclass(frozen=True)
class SavedScenario:
    """A scenario with the name of who saved it first and when, in seconds since 1970; its base is its study."""

    scenario: Scenario
    name: str
    saved: float

    @property
    def hash(self) -> str:
        """Of the content."""
        return self.scenario.hash


class Scenarios:
    """The saved scenarios of a database; every call is one short transaction.

    Parameters
    ----------
    engine : of `open_database`
    most : no more than this are kept
    """

    def __init__(self, engine: Engine, most: int = 100_000) -> None:
        self.engine, self.most = engine, most

    def save(self, scenario: Scenario, name: str) -> SavedScenario:
        """Keep a scenario; the same content is kept once, under its first name.

        Raises
        ------
        BusyError : no more can be kept
        """
        row = {
            "hash": scenario.hash,
            "study": scenario.base,
            "name": name,
            "document": json.dumps(scenario.document()),
            "saved": time.time(),
        }
        try:
            with self.engine.begin() as base:
                known = base.execute(select(SCENARIOS.c.hash).where(SCENARIOS.c.hash == scenario.hash)).first()
                if known is None:
                    kept = base.execute(select(func.count()).select_from(SCENARIOS)).scalar_one()
                    if kept >= self.most:
                        raise BusyError(f"{kept} scenarios are kept; no more can be saved", "scenarios", n=kept)
                    base.execute(insert(SCENARIOS).values(**row))
        except IntegrityError:  # somebody saved the same at the same time
            pass
        return self.get(scenario.hash)

    def get(self, beginning: str) -> SavedScenario:
        """A scenario by its hash, or by the beginning of it.

        Raises
        ------
        NotFoundError : there is none, or more than one begins so
        """
        lost = NotFoundError(f"there is no scenario {beginning[:64]}", "scenario", hash=beginning[:16])
        if len(beginning) < SHORTEST or set(beginning) - set("0123456789abcdef"):
            raise lost
        query = select(SCENARIOS).where(SCENARIOS.c.hash.startswith(beginning)).limit(2)
        with self.engine.connect() as base:
            rows = base.execute(query).mappings().all()
        if len(rows) != 1:
            raise lost
        row = rows[0]
        return SavedScenario(parse_scenario(json.loads(row["document"])), row["name"], row["saved"])

    def latest(self, study: str, most: int) -> list[SavedScenario]:
        """The scenarios of a study saved last, newest first."""
        query = select(SCENARIOS).where(SCENARIOS.c.study == study).order_by(SCENARIOS.c.saved.desc()).limit(most)
        with self.engine.connect() as base:
            rows = base.execute(query).mappings().all()
        return [SavedScenario(parse_scenario(json.loads(r["document"])), r["name"], r["saved"]) for r in rows]
