"""Which collections the service offers: the published tables, and some for each saved scenario of the study.

The newest scenarios are listed; an older one still answers by its id, so that a project that uses it keeps working.
"""

import re
from functools import lru_cache

from app.errors import NotFoundError
from app.jobs.scenarios import Scenarios
from app.publish.collections import TABLES, Collection, Publication
from app.publish.scenario_tables import KINDS, SHOWN_HASH, collection_ids, scenario_collection
from app.siting.effect import Effect

LISTED = 20
KEPT = LISTED * len(KINDS) + 12
"""Scenarios' collections kept made, those asked for last: all that are listed, and some older ones."""
SCENARIO_ID = re.compile(rf"scenario_([0-9a-f]{{{SHOWN_HASH}}})_({'|'.join(KINDS)})")


class Offered:
    """The collections of a publication and of its saved scenarios.

    Parameters
    ----------
    scenarios : None where none are kept
    """

    def __init__(self, publication: Publication, scenarios: Scenarios | None = None) -> None:
        self.publication, self.scenarios = publication, scenarios
        self._made = lru_cache(maxsize=KEPT)(self._make)
        self._asked = lru_cache(maxsize=1)(self._effect)

    def names(self) -> list[str]:
        """Ids of the collections that are listed."""
        if self.scenarios is None:
            return list(TABLES)
        latest = self.scenarios.latest(self.publication.study.hash, LISTED)
        return [*TABLES, *(name for one in latest for name in collection_ids(one.hash))]

    def collection(self, name: str) -> Collection:
        """A collection by its id.

        Raises
        ------
        NotFoundError : there is none, or its scenario was made on another study
        """
        match = SCENARIO_ID.fullmatch(name)
        if match is None or self.scenarios is None:
            return self.publication.collection(name)
        return self._made(*match.groups())

    def _make(self, beginning: str, kind: str) -> Collection:
        effect, name = self._asked(beginning)
        return scenario_collection(self.publication, effect, kind, name)

    def _effect(self, beginning: str) -> tuple[Effect, str]:
        """The effect and name of a scenario; its collections are asked for one after the other."""
        assert self.scenarios is not None
        kept = self.scenarios.get(beginning)
        if kept.scenario.base != self.publication.study.hash:
            raise NotFoundError(f"scenario {beginning} was made on other data", "other_study_scenario")
        return self.publication.study.what_if(kept.scenario), kept.name
