"""Whose data, how old, by which rules: the block that every answer, page, map and file carries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from app import language as say
from app.language import Lang
from app.publish.copy import text
from app.publish.profiles import notes
from app.study import Study
from geodata.catalogue import Card, read_card
from geodata.facts import LAYERS
from geodata.rules import Clause, Rule

HASH_SIGNS = 8


@dataclass(frozen=True, slots=True)
class Source:
    """One source in use: its card, the layers made from it and what they may be called."""

    card: Card
    layers: tuple[str, ...]
    as_of: date
    standing: str
    stale: bool

    def standing_label(self, lang: Lang = "da") -> str:
        """What the data may be called, in words."""
        return LAYERS["standing"].code_label(self.standing, lang)


@dataclass(frozen=True, slots=True)
class Banner:
    """A line that cannot be closed: a strong beginning and the rest."""

    strong: str
    rest: str

    def __str__(self) -> str:
        return f"{self.strong} {self.rest}"


@dataclass(frozen=True)
class Provenance:
    """Where a study's figures come from."""

    study: Study

    @property
    def short_hash(self) -> str:
        """First signs of the study's content hash."""
        return self.study.hash[:HASH_SIGNS]

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Sources in the order of the layers they made.

        Raises
        ------
        CardError : a layer names a source without a card
        """
        groups = self.study.facts.layers.groupby("source", sort=False)
        return tuple(self._source(str(name), rows) for name, rows in groups)

    def _source(self, name: str, rows: pd.DataFrame) -> Source:
        card = read_card(name)
        dates = [date.fromisoformat(day) for day in rows["as_of"]]
        standing = _most_doubtful(list(rows["standing"]))
        return Source(card, tuple(rows["layer"]), max(dates), standing, card.stale(self.study.day, min(dates)))

    @property
    def example(self) -> bool:
        """Whether the region itself is invented."""
        return self.study.facts.region.data == "sample"

    def banner(self, lang: Lang = "da") -> Banner | None:
        """The line on every page, map and file: example data, invented practices, or none."""
        if self.example:
            return Banner(text("banner.sample_strong", lang), text("banner.sample", lang))
        layers = self.study.facts.layers
        invented = layers.loc[layers["layer"] == "practices", "standing"].eq("synthetic").any()
        if invented:
            return Banner(text("banner.synthetic_strong", lang), text("banner.synthetic", lang))
        return None

    def warnings(self, lang: Lang = "da") -> list[str]:
        """Lines about profiles other than the modes as they stand, and sources older than their cards allow."""
        return [*self._profiles(lang), *self._stale(lang)]

    def _profiles(self, lang: Lang) -> list[str]:
        smallest = self.study.rules.number("smallest_published_count")
        return list(notes(self.study.travel.profiles, smallest, lang))

    def _stale(self, lang: Lang) -> list[str]:
        return [
            text(
                "banner.stale",
                lang,
                source=title(source.card, lang),
                date=say.day(source.as_of, lang),
                n=say.count(source.card.max_age_months, "month", lang),
            )
            for source in self.sources
            if source.stale
        ]

    def credits(self, lang: Lang = "da") -> list[str]:
        """The lines that licences ask for, each once, with its data dates."""
        dates: dict[str, list[str]] = {}
        for source in self.sources:
            credit = source.card.credit_da if lang == "da" else source.card.credit
            day = say.short_day(source.as_of, lang)
            if day not in dates.setdefault(credit, []):
                dates[credit].append(day)
        return [f"{credit}, {' / '.join(days)}" for credit, days in dates.items()]

    def rules(self, lang: Lang = "da") -> list[dict[str, Any]]:
        """Every rule with its values in force on the study's day."""
        return [self._rule(rule, lang) for rule in self.study.rules.rules.values()]

    def _rule(self, rule: Rule, lang: Lang) -> dict[str, Any]:
        day = self.study.rules.day
        held = [clause for clause in rule.clauses if clause.start <= day and (clause.end is None or day <= clause.end)]
        return {
            "id": rule.id,
            "title": rule.title_da if lang == "da" else rule.title,
            "unit": rule.unit,
            "status": rule.status,
            "values": [_clause(clause) for clause in held],
        }

    def block(self, lang: Lang = "da") -> dict[str, Any]:
        """Everything above as one JSON object."""
        region, banner = self.study.facts.region, self.banner(lang)
        return {
            "region": {"id": region.id, "name": region.name_da if lang == "da" else region.name},
            "year": self.study.facts.year,
            "day": self.study.day.isoformat(),
            "build": self.study.build,
            "study": self.study.hash,
            "banner": str(banner) if banner else None,
            "warnings": self.warnings(lang),
            "profiles": dict(self.study.travel.profiles),
            "sources": [_source_block(source, lang) for source in self.sources],
            "rules": self.rules(lang),
        }

    def line(self, lang: Lang = "da") -> str:
        """One line for a file: banner, credits, the build and the study's hash."""
        banner = self.banner(lang)
        parts = [str(banner)] if banner else []
        return " · ".join([*parts, *self._profiles(lang), *self.credits(lang), self.stamp(lang)])

    def stamp(self, lang: Lang = "da") -> str:
        """The build of the facts and the hash of the study, short; by them a figure can be made again."""
        build = [text("note.build", lang, build=self.study.build[:HASH_SIGNS])] if self.study.build else []
        return " · ".join([*build, self.short_hash])

    def dates(self, lang: Lang = "da") -> str:
        """The data dates of the sources in one line."""
        return " · ".join(f"{title(source.card, lang)} {say.short_day(source.as_of, lang)}" for source in self.sources)


def title(card: Card, lang: Lang = "da") -> str:
    """Title of a source card in the language asked for."""
    return card.title_da if lang == "da" else card.title


def _most_doubtful(standings: Sequence[str]) -> str:
    order = [code.value for code in LAYERS["standing"].allowed]
    return max(standings, key=order.index)


def _clause(clause: Clause) -> dict[str, Any]:
    return {
        "value": clause.value,
        "municipalities": list(clause.municipalities),
        "start": clause.start.isoformat(),
        "end": clause.end.isoformat() if clause.end else None,
        "standing": clause.standing,
        "source": clause.source,
    }


def _source_block(source: Source, lang: Lang) -> dict[str, Any]:
    card = source.card
    return {
        "id": card.id,
        "title": title(card, lang),
        "publisher": card.publisher,
        "licence": card.licence,
        "credit": card.credit_da if lang == "da" else card.credit,
        "as_of": source.as_of.isoformat(),
        "standing": source.standing,
        "stale": source.stale,
        "layers": list(source.layers),
    }
