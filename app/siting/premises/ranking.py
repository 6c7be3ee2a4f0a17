"""Premises ranked: what each meets, what it scores by each criterion, and how firmly it stands where it does."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.access.matrix import Flags, Floats
from app.siting.premises.acceptability import acceptability
from app.siting.premises.criteria import CRITERIA, values
from app.siting.premises.requirements import NOT_MET, required, states
from app.siting.premises.weights import Weights
from geodata.rules import RuleSet

Ints = NDArray[np.int64]

NEW = "new_establishment"
FULL = 100.0
"""The score of premises that have full marks by every criterion."""


@dataclass(frozen=True)
class Ranking:
    """Premises in the order of their table.

    Parameters
    ----------
    premises : table PREMISES
    measures : columns of `criteria.MEASURES`
    states : (n, requirements) met, not_met or unknown
    low, high : (n, criteria) least and greatest value, 0 to 1
    weights : of the criteria
    rank : (n,) 1 is best; 0 where a requirement is not met
    best : (n, 3) share of plausible weightings in which it is among the best 1, 3 and 5; NaN without a rank
    draws : how many weightings
    """

    premises: pd.DataFrame
    measures: pd.DataFrame
    states: pd.DataFrame
    low: Floats
    high: Floats
    weights: Weights
    rank: Ints
    best: Floats
    draws: int

    @property
    def points(self) -> Floats:
        """(n, criteria) points of the score by each criterion; what is unknown counts half way."""
        return FULL * self.weights.share * (self.low + self.high) / 2

    @property
    def most(self) -> Floats:
        """(criteria,) most points that each criterion can give."""
        return FULL * self.weights.share

    @property
    def score(self) -> Floats:
        """(n,) 0 to 100."""
        return np.asarray(self.points.sum(axis=1))

    @property
    def score_range(self) -> tuple[Floats, Floats]:
        """(n,) least and greatest score that what is unknown can make of it."""
        low, high = (FULL * self.weights.share * value for value in (self.low, self.high))
        return low.sum(axis=1), high.sum(axis=1)

    @property
    def failing(self) -> Flags:
        """(n,) whether a requirement is not met."""
        return np.asarray((self.states == NOT_MET).any(axis=1), dtype=bool)

    @property
    def weakest(self) -> list[str]:
        """(n,) the criterion that costs most points, the first of equal ones; empty where none costs any."""
        lost = self.most - self.points
        names = np.array(list(CRITERIA), dtype=object)[lost.argmax(axis=1)] if len(lost) else []
        return [str(name) if row.max() > 0 else "" for name, row in zip(names, lost, strict=True)]

    @property
    def order(self) -> Ints:
        """(n,) rows as they are shown: by rank, then those that fail a requirement by score and id."""
        ids = self.premises["premises_id"].to_numpy(dtype=str)
        return np.lexsort([ids, -self.score, np.where(self.rank > 0, self.rank, np.iinfo(np.int64).max)])


def rank_premises(
    premises: pd.DataFrame,
    measures: pd.DataFrame,
    rules: RuleSet,
    weights: Weights,
    occasion: str = "new_establishment",
) -> Ranking:
    """Rank premises; those that fail a requirement have no rank and take no part in the others'.

    Equal scores are told apart by id.

    Parameters
    ----------
    premises : table PREMISES
    measures : as `criteria.measures_of` gives them

    Raises
    ------
    QuestionError : there is no such occasion
    """
    told = states(premises, required(rules, occasion))
    low, high = values(premises, measures, rules)
    fit = ~np.asarray((told == NOT_MET).any(axis=1), dtype=bool)
    rule = rules.value("premises_weights")
    best = np.full((len(premises), 3), np.nan)
    best[fit] = acceptability(low[fit], high[fit], weights, int(rule["draws"]), int(rule["seed"]))
    rank = _ranks(premises["premises_id"].to_numpy(dtype=str), (low + high) @ weights.share, fit)
    return Ranking(premises, measures, told, low, high, weights, rank, best, int(rule["draws"]))


def _ranks(ids: np.ndarray, score: Floats, fit: Flags) -> Ints:
    rank = np.zeros(len(ids), dtype=np.int64)
    order = np.lexsort([ids, -np.round(score, 12)])
    rank[order[fit[order]]] = np.arange(1, int(fit.sum()) + 1)
    return rank
