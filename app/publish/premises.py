"""Ranked premises for pages, API and command line: each with its tags, criteria and reason, in one language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyogrio.errors import DataSourceError

from app import language as say
from app.errors import ExportError
from app.language import Lang
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.exporters import Request, export
from app.publish.geopackage import write_geopackage
from app.publish.premises_table import LIFTED, overall
from app.publish.premises_words import criterion_title, facts_line, requirement_title, sentences, share_words, tags
from app.siting.inside import inside_area
from app.siting.premises.acceptability import BEST
from app.siting.premises.criteria import CRITERIA
from app.siting.premises.ranking import NEW, Ranking
from app.siting.premises.requirements import RULE
from app.siting.premises.weights import STEPS
from app.siting.question import Area
from geodata import crs
from geodata.premises import PREMISES

SHARE_DECIMALS, DEGREE_DECIMALS = 4, 6
HIDDEN = ("owner", "x", "y")


@dataclass(frozen=True)
class Asked:
    """A question about premises.

    Parameters
    ----------
    weights : criterion -> step, as `weights.make_weights` takes them; the rule's for those left out
    area : only premises in it are compared
    occasion : at which requirements hold
    """

    weights: Mapping[str, int | str] = field(default_factory=dict)
    area: Area = field(default_factory=Area)
    occasion: str = NEW


class PremisesWriter:
    """Writes ranked premises of one study in one language.

    Parameters
    ----------
    publication : of the study
    lang : language of all words
    """

    def __init__(self, publication: Publication, lang: Lang) -> None:
        self.publication, self.lang, self.rules = publication, lang, publication.study.rules

    def answer(self, asked: Asked, premises: pd.DataFrame | None = None) -> dict[str, Any]:
        """Premises best first with all that is said of them, ready for JSON.

        Parameters
        ----------
        premises : table PREMISES; those of the study unless given

        Raises
        ------
        QuestionError, NotFoundError : a weight, occasion or area means nothing
        OutsideError : premises lie outside the region
        """
        ranking = self.ranking(asked, premises)
        shown = {"n": say.count(len(ranking.premises), "premises", self.lang)}
        return {
            "data": self.publication.provenance.block(self.lang),
            "sentence": text("premises.count", self.lang, **shown, m=say.number(ranking.failing.sum(), self.lang)),
            "robust": text("premises.about_robust", self.lang, n=say.number(ranking.draws, self.lang)),
            "draws": ranking.draws,
            "weights": self._weights(ranking),
            "requirements": self._requirements(ranking),
            "premises": self.cards(ranking),
        }

    def ranking(self, asked: Asked, premises: pd.DataFrame | None = None) -> Ranking:
        """The ranking that is asked for; raises as `answer`."""
        study = self.publication.study
        plain = not asked.weights and asked.area == Area() and asked.occasion == NEW and premises is None
        if plain:
            return study.premises_ranking
        rows = study.facts.premises if premises is None else premises
        inside = inside_area(study.facts, asked.area)
        kept = inside(rows[["x", "y"]].to_numpy(dtype=float), rows["kommunekode"].tolist())
        return study.rank_premises(rows[kept].reset_index(drop=True), asked.weights, asked.occasion)

    def cards(self, ranking: Ranking) -> list[dict[str, Any]]:
        """One card for each set of premises, best first."""
        said = sentences(ranking, self.rules, self.lang)
        requirements = overall(ranking)
        lon, lat = crs.from_inside(*ranking.premises[["x", "y"]].to_numpy(dtype=float).T)
        return [
            {
                **self._identity(ranking.premises.iloc[row]),
                "lon": round(float(lon[row]), DEGREE_DECIMALS),
                "lat": round(float(lat[row]), DEGREE_DECIMALS),
                **self._place(ranking, row),
                "requirements": str(requirements[row]),
                "states": ranking.states.iloc[row].to_dict(),
                "tags": tags(ranking, self.rules, row, self.lang),
                "facts": facts_line(ranking.premises.iloc[row], self.lang),
                "sentence": said[row],
                "criteria": [self._criterion(ranking, row, at) for at in range(len(CRITERIA))],
            }
            for row in ranking.order
        ]

    def _identity(self, row: "pd.Series[Any]") -> dict[str, Any]:
        return {name: _plain(row[name]) for name in PREMISES.names if name not in HIDDEN}

    def _place(self, ranking: Ranking, row: int) -> dict[str, Any]:
        """Rank, score and how firmly it stands."""
        rank, (low, high) = int(ranking.rank[row]), ranking.score_range
        score = say.number(ranking.score[row], self.lang)
        unsure = say.number(low[row], self.lang) != say.number(high[row], self.lang)
        bounds = {"n": say.number(low[row], self.lang), "m": say.number(high[row], self.lang)}
        share = ranking.best[row, BEST.index(3)]
        return {
            "rank": rank or None,
            "score": _rounded(ranking.score[row]),
            "score_low": _rounded(low[row]),
            "score_high": _rounded(high[row]),
            "score_text": text("premises.score", self.lang, n=score),
            "score_range_text": text("premises.range", self.lang, **bounds) if unsure else "",
            **{f"best_{most}": _share(ranking.best[row, at]) for at, most in enumerate(BEST)},
            "robust": "" if not rank else text("premises.robust", self.lang, p=share_words(float(share), self.lang)),
            "robust_each": "" if not rank else self._robust_each(ranking, row),
        }

    def _robust_each(self, ranking: Ranking, row: int) -> str:
        """How often it is the best, among the best 3 and among the best 5, in one sentence."""
        a, b, c = (share_words(float(share), self.lang) for share in ranking.best[row])
        return text("premises.robust_each", self.lang, a=a, b=b, c=c)

    def _criterion(self, ranking: Ranking, row: int, at: int) -> dict[str, Any]:
        """Points of one criterion, what they rest on, and whether something is unknown."""
        name = list(CRITERIA)[at]
        measures = {one: self._measure(ranking, row, one) for one in CRITERIA[name].measures}
        points = {"n": say.number(ranking.points[row, at], self.lang), "m": say.number(ranking.most[at], self.lang)}
        return {
            "criterion": name,
            "title": criterion_title(name, self.lang),
            "points": _rounded(ranking.points[row, at]),
            "most": _rounded(ranking.most[at]),
            "text": text("premises.points", self.lang, **points),
            "unknown": bool(ranking.high[row, at] > ranking.low[row, at]),
            "measures": measures,
        }

    def _measure(self, ranking: Ranking, row: int, name: str) -> float | str | None:
        """A measure as a number; a count of people that is too small in words."""
        value = ranking.measures[name].iloc[row]
        if name == LIFTED and say.suppressed(value, self.publication.smallest):
            return say.table_count(value, self.lang, self.publication.smallest)
        return None if np.isnan(value) else round(float(value), 1)

    def _weights(self, ranking: Ranking) -> list[dict[str, Any]]:
        return [
            {
                "criterion": name,
                "title": criterion_title(name, self.lang),
                "step": step,
                "step_title": STEPS[step].title_da if self.lang == "da" else STEPS[step].title,
                "most": _rounded(ranking.most[at]),
            }
            for at, (name, step) in enumerate(zip(CRITERIA, ranking.weights.steps, strict=True))
        ]

    def _requirements(self, ranking: Ranking) -> list[dict[str, Any]]:
        """The requirements in force with what each asks and on what ground."""
        found = []
        for name in map(str, ranking.states.columns):
            rule, clause = self.rules.rules[RULE.format(name)], self.rules.clause(RULE.format(name))
            title = requirement_title(self.rules, name, self.lang)
            about = {"about": rule.about, "status": rule.status, "source": clause.source}
            found.append({"requirement": name, "title": title, **about})
        return found


def _rounded(value: float) -> float:
    return round(float(value), 1)


def _share(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), SHARE_DECIMALS)


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def write_premises(publication: Publication, path: Path, lang: Lang) -> Path:
    """Write premises as the publication ranks them; a GeoPackage holds them and their sources, to edit and post.

    Raises
    ------
    ExportError : the ending is unknown, or the file cannot be written
    """
    if path.suffix.lower() != ".gpkg":
        return export(publication, path, Request("premises", lang))
    try:
        write_geopackage(path, [publication.premises, publication.layers], publication.provenance.line(lang))
    except (OSError, DataSourceError) as error:
        raise ExportError(f"{path.name} cannot be written: {error}; choose a folder you may write to") from error
    return path
