"""Sites and premises chosen together: residents lifted against suitability, as numbers, sentences and a drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app import language as say
from app.errors import QuestionError
from app.language import Lang
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.premises import Asked, PremisesWriter
from app.siting.answer import Budget, Status
from app.siting.premises.frontier import MOST_SITES, Frontier, Trade
from app.siting.premises.ranking import Ranking

LEAST, TOTAL = MEASURES = ("least", "total")
"""Suitability of the least suitable of the premises, or of all together."""
WORDS = {LEAST: ("frontier.least", "frontier.axis_least"), TOTAL: ("frontier.total", "frontier.axis_total")}
"""Of each measure: as a choice in a form, and as the name of an axis."""
SECONDS = 10.0


@dataclass(frozen=True)
class Joint:
    """A question about sites and premises together.

    Parameters
    ----------
    add : premises to choose, 1 to 5
    measure : `least` or `total`
    asked : which premises, by which weights
    """

    add: int
    measure: str = LEAST
    asked: Asked = field(default_factory=Asked)


class FrontierWriter:
    """Writes frontiers of one publication in one language."""

    def __init__(self, publication: Publication, lang: Lang) -> None:
        self.publication, self.lang = publication, lang
        self.premises = PremisesWriter(publication, lang)

    def answer(self, joint: Joint, seconds: float = SECONDS) -> dict[str, Any]:
        """Trades from most residents lifted to most suitable, ready for JSON.

        Raises
        ------
        QuestionError : no such measure, or more premises than are exact or than there are
        """
        if joint.measure not in MEASURES:
            known = ", ".join(MEASURES)
            message = f"measure is {joint.measure!r}; expected one of {known}"
            raise QuestionError(message, "one_of", field="measure", x=joint.measure[:40], known=known)
        ranking = self.premises.ranking(joint.asked)
        fit = int((~ranking.failing).sum())
        if not 1 <= joint.add <= min(MOST_SITES, fit):
            message = f"{joint.add} premises were asked for; between 1 and {min(MOST_SITES, fit)} can be"
            raise QuestionError(message, "premises_number", n=joint.add, m=min(MOST_SITES, fit))
        total = joint.measure == TOTAL
        found = self.publication.study.premises_frontier(ranking, joint.add, Budget(seconds), total=total)
        return {
            "data": self.publication.provenance.block(self.lang),
            "add": joint.add,
            "measure": joint.measure,
            "complete": found.complete,
            "sentence": self._sentence(joint, found),
            "trades": [self._trade(ranking, trade) for trade in found.trades],
        }

    def _sentence(self, joint: Joint, found: Frontier) -> str:
        premises = say.count(joint.add, "premises", self.lang)
        key = "frontier.complete" if found.complete else "frontier.stopped"
        return text(key, self.lang, premises=premises, n=say.count(len(found.trades), "solution", self.lang))

    def _trade(self, ranking: Ranking, trade: Trade) -> dict[str, Any]:
        smallest, rows = self.publication.smallest, ranking.premises
        at = np.flatnonzero(~ranking.failing)[list(trade.sites)]
        hidden = say.suppressed(trade.lifted, smallest)
        return {
            "residents": None if hidden else int(trade.lifted),
            "residents_text": say.table_count(trade.lifted, self.lang, smallest),
            "suitability": trade.suitability,
            "status": trade.proof.status.value,
            "proof": text("proof.best", self.lang)
            if trade.proof.status is Status.OPTIMAL
            else text("proof.within", self.lang, p=say.gap(trade.proof.gap, self.lang)),
            "premises": [
                {
                    "premises_id": str(row["premises_id"]),
                    "name": _name(row),
                    "score": round(float(ranking.score[i]), 1),
                    "rank": int(ranking.rank[i]),
                }
                for i, (_, row) in zip(at.tolist(), rows.iloc[at].iterrows(), strict=True)
            ],
        }


def _name(row: Mapping[str, Any]) -> str:
    """What premises are called: name, address or id."""
    return next(str(row[key]) for key in ("name", "address", "premises_id") if isinstance(row[key], str) and row[key])


WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 340.0, 250.0, 64.0, 14.0, 14.0, 44.0
TICKS = 4


def drawing(trades: Sequence[Mapping[str, Any]], lang: Lang) -> dict[str, Any]:
    """Where points, steps and ticks of the frontier lie in a picture of 340 × 250; hidden numbers are not drawn.

    Suitability goes to the right, residents up. The steps say what is reachable: to the left of and below a point lies
    what it beats.
    """
    shown = [trade for trade in trades if trade["residents"] is not None]
    if not shown:
        return {"width": WIDTH, "height": HEIGHT, "points": [], "steps": "", "x_ticks": [], "y_ticks": []}
    x_ticks, y_ticks = (axis([float(trade[name]) for trade in shown]) for name in ("suitability", "residents"))

    def x_of(value: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (value - x_ticks[0]) / (x_ticks[-1] - x_ticks[0]), 1)

    def y_of(value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - y_ticks[0]) / (y_ticks[-1] - y_ticks[0]), 1)

    points = [(x_of(trade["suitability"]), y_of(trade["residents"])) for trade in shown]
    steps = f"M{LEFT},{points[0][1]}" + "".join(f"H{x}V{y}" for x, y in _corners(points, HEIGHT - BOTTOM))
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "points": [{"x": x, "y": y, "number": i} for i, (x, y) in enumerate(points, start=1)],
        "steps": steps,
        "x_ticks": [{"at": x_of(tick), "label": say.number(tick, lang)} for tick in x_ticks],
        "y_ticks": [{"at": y_of(tick), "label": say.number(tick, lang)} for tick in y_ticks],
        "axis": {"left": LEFT, "right": WIDTH - RIGHT, "top": TOP, "bottom": HEIGHT - BOTTOM},
    }


def _corners(points: Sequence[tuple[float, float]], floor: float) -> list[tuple[float, float]]:
    """Right to each point, then down to the next one's height."""
    downs = [y for _, y in points[1:]] + [floor]
    return [(x, down) for (x, _), down in zip(points, downs, strict=True)]


def axis(values: Sequence[float]) -> list[float]:
    """Ticks around some values: from nought, or from just below the least where that is over half of the greatest."""
    low, high = min(values), max(values)
    return ticks(low - (high - low or high) / TICKS if low > high / 2 else 0.0, high)


def ticks(low: float, high: float) -> list[float]:
    """Round numbers from at most low to at least high: steps of 1, 2 or 5 times a power of ten, about four of them."""
    raw = max(high - low, 1.0) / TICKS
    power = 10.0 ** np.floor(np.log10(raw))
    step = next(float(power * factor) for factor in (1, 2, 5, 10) if power * factor >= raw)
    first = max(float(np.floor(low / step)), 0.0)
    last = max(float(np.ceil(high / step - 1e-9)), first + 1)
    return [step * i for i in range(int(first), int(last) + 1)]
