"""What is said of a proof: found, ceiling and a word. The word for a closed gap is used only where it is closed."""

import math
from typing import Any

from app import language as say
from app.access.need import CONTACTS
from app.language import Lang
from app.publish.copy import text
from app.siting.answer import Proof, Status
from app.siting.objectives import METRES, MINUTES, PEOPLE, SITES, timed, unit_of
from app.siting.question import SitingQuestion

WAY_DECIMALS = 2
"""One new practice moves a region's mean by hundredths of a minute."""


def amount(value: float, question: SitingQuestion, lang: Lang, smallest: float) -> str:
    """An objective's value in its unit: 133.161, `< 5`, 6,42 min., 3,71 km, 5 ydernumre."""
    unit = unit_of(question)
    if unit == MINUTES:
        return say.minutes(value, lang, WAY_DECIMALS)
    if unit == METRES:
        return say.km(value, lang, WAY_DECIMALS)
    if unit == SITES:
        return say.count(value, "practice_number", lang)
    return say.table_count(value, lang, smallest)


def plain(value: float, question: SitingQuestion, smallest: float) -> float | None:
    """An objective's value as a number; None where there is none or it counts people too few to be told."""
    people = unit_of(question) == PEOPLE
    hidden = not math.isfinite(value) or (people and say.suppressed(value, smallest))
    return None if hidden else round(value, 6)


def bound_shown(proof: Proof, question: SitingQuestion) -> float:
    """The bound as it may be written and still hold: whole residents, up when more is better."""
    if proof.status is Status.OPTIMAL:
        return proof.value
    if not math.isfinite(proof.bound) or timed(question):
        return proof.bound
    rounded = math.floor(proof.bound + 1e-6) if proof.maximizing else math.ceil(proof.bound - 1e-6)
    return float(rounded) if _whole(question) else proof.bound


def _whole(question: SitingQuestion) -> bool:
    """Whether the objective counts in whole numbers, so that a bound may be cut to one."""
    return all(weight == round(weight) and name != CONTACTS for name, weight in question.weights)


def tag(proof: Proof, lang: Lang) -> str:
    """The word beside the numbers."""
    if proof.status is Status.OPTIMAL:
        return text("proof.best", lang)
    if not math.isfinite(proof.gap):
        return text("proof.none", lang)
    return text("proof.within", lang, p=say.gap(proof.gap, lang))


def duration(seconds: float, lang: Lang) -> str:
    """Seconds of computing: 0,4 sek., 41 sek."""
    return text("proof.seconds", lang, n=say.as_needed(seconds, lang) if seconds < 10 else say.number(seconds, lang))


def proof_block(
    proof: Proof, question: SitingQuestion, candidates: int, stopped: bool, lang: Lang, smallest: float
) -> dict[str, Any]:
    """A proof ready for JSON and pages."""
    sites = say.count(question.add, "practice_number", lang)
    bound, about = bound_shown(proof, question), ""
    if proof.status is Status.OPTIMAL:
        about = text("proof.best_about" if proof.maximizing else "proof.best_about_less", lang, sites=sites)
    spent = duration(proof.seconds, lang)
    possible = say.count(candidates, "possible_site", lang)
    return {
        "status": proof.status.value,
        "value": plain(proof.value, question, smallest),
        "bound": plain(bound, question, smallest),
        "gap": round(proof.gap, 9) if math.isfinite(proof.gap) else None,
        "seconds": round(proof.seconds, 3),
        "candidates": candidates,
        "stopped": stopped,
        "maximizing": proof.maximizing,
        "words": {
            "tag": tag(proof, lang),
            "about": about,
            "found": amount(proof.value, question, lang, smallest) if math.isfinite(proof.value) else say.EN_DASH,
            "bound": amount(bound, question, lang, smallest) if math.isfinite(bound) else say.EN_DASH,
            "found_label": text("proof.found", lang),
            "bound_label": text("proof.ceiling" if proof.maximizing else "proof.floor", lang, sites=sites),
            "computed": text("proof.computed", lang, time=spent, candidates=possible),
            "stopped": text("proof.stopped", lang, time=spent) if stopped else "",
        },
    }
