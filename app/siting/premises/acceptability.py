"""How often premises are among the best, over all plausible weightings and all that is unknown.

Stochastic multicriteria acceptability analysis: weights and uncertain values are drawn, and the share of draws in which
an alternative takes a rank is its acceptability for it (Lahdelma and Salminen 2001, SMAA-2: Stochastic multicriteria
acceptability analysis for group decision making, Operations Research 49:444-454).
"""

from dataclasses import dataclass

import numpy as np

from app.access.matrix import Floats
from app.siting.premises.weights import Weights

BEST = (1, 3, 5)
"""Numbers of best premises that are asked about."""
DRAWS_AT_ONCE = 500
"""Part of the answer: draws come from one generator part by part."""


@dataclass(frozen=True)
class Draws:
    """Some draws.

    Parameters
    ----------
    weight : (d, c) each row adds up to 1
    luck : (d, u) of each unknown value where between its least (0) and greatest (1) it lies
    """

    weight: Floats
    luck: Floats


def draw(random: np.random.Generator, number: int, weights: Weights, unknown: int) -> Draws:
    """Weights evenly between their plausible least and greatest, made to add up to 1; unknown values evenly too."""
    weight = weights.low + random.random((number, len(weights.low))) * (weights.high - weights.low)
    total = weight.sum(axis=1, keepdims=True)
    weight = np.where(total > 0, weight / np.where(total > 0, total, 1.0), weights.share)
    return Draws(weight, random.random((number, unknown)))


def acceptability(low: Floats, high: Floats, weights: Weights, draws: int, seed: int) -> Floats:
    """(n, len(BEST)) share of the draws in which fewer than 1, 3 and 5 other premises score higher.

    Parameters
    ----------
    low, high : (n, c) least and greatest value by criterion
    draws : how many weightings
    seed : the same seed gives the same shares
    """
    random, counted = np.random.default_rng(seed), np.zeros((len(low), len(BEST)))
    rows, columns = np.nonzero(high > low)
    width = (high - low)[rows, columns]
    for start in range(0, draws, DRAWS_AT_ONCE):
        part = draw(random, min(DRAWS_AT_ONCE, draws - start), weights, len(rows))
        scores = np.zeros((len(part.weight), len(low)))
        for column in range(low.shape[1]):  # one by one, so that equal premises have equal scores to the last digit
            scores += np.outer(part.weight[:, column], low[:, column])
        np.add.at(scores.T, rows, (part.weight[:, columns] * part.luck * width).T)
        counted += among_best(scores)
    return counted / draws


def among_best(scores: Floats) -> Floats:
    """(n, len(BEST)) in how many rows of scores (d, n) fewer than 1, 3 and 5 others are higher."""
    number = scores.shape[1]
    if not number:
        return np.zeros((0, len(BEST)))
    places = [max(number - best, 0) for best in BEST]
    ordered = np.partition(scores, sorted(set(places)), axis=1)
    return np.column_stack([(scores >= ordered[:, [place]]).sum(axis=0) for place in places])
