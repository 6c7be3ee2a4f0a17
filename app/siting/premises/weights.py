"""How much each criterion counts: five steps from unimportant to decisive, as the planner says or by rule."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.access.matrix import Floats
from app.errors import QuestionError
from app.siting.premises.criteria import CRITERIA
from geodata.rules import RuleSet
from geodata.tables import Code

STEPS = (
    Code("unimportant", "Unimportant", "Uvigtigt"),
    Code("slight", "Slightly important", "Lidt vigtigt"),
    Code("important", "Important", "Vigtigt"),
    Code("very", "Very important", "Meget vigtigt"),
    Code("decisive", "Decisive", "Afgørende"),
)


SHOWN = 40
"""Signs of what was said that are repeated."""


@dataclass(frozen=True)
class Weights:
    """Weights of the criteria, in the order of CRITERIA.

    Parameters
    ----------
    steps : (c,) step of each criterion, 0 to 4
    share : (c,) what each counts, adding up to 1
    low, high : (c,) between which a plausible weight lies, before weights are made to add up to 1
    """

    steps: tuple[int, ...]
    share: Floats
    low: Floats
    high: Floats


def make_weights(rules: RuleSet, said: Mapping[str, int | str] | None = None) -> Weights:
    """Weights of the planner, and the rule's for criteria that are left out.

    A weight is plausible that lies at most `spread` steps away; an unimportant criterion stays unimportant.

    Parameters
    ----------
    said : criterion -> step as a number 0-4 or a word of STEPS

    Raises
    ------
    QuestionError : an unknown criterion or step, or no criterion has weight
    """
    rule = rules.value("premises_weights")
    strange = sorted(set(said or {}) - set(CRITERIA))
    if strange:
        known = ", ".join(CRITERIA)
        message = f"there is no criterion {strange[0]!r}; choose among {known}"
        raise QuestionError(message, "one_of", field="weights", x=strange[0][:SHOWN], known=known)
    given = {**rule["default"], **(said or {})}
    steps = tuple(step_of(name, given[name]) for name in CRITERIA)
    counts = np.array(rule["steps"], dtype=float)
    weight = counts[list(steps)]
    if not weight.any():
        raise QuestionError("at least one criterion needs weight; all are unimportant", "weightless")
    spread, last = int(rule["spread"]), len(counts) - 1
    low = counts[[max(step - spread, 0) for step in steps]]
    high = counts[[min(step + spread, last) for step in steps]]
    used = weight > 0
    return Weights(steps, weight / weight.sum(), np.where(used, low, 0.0), np.where(used, high, 0.0))


def step_of(name: str, said: int | str) -> int:
    """A step as a number.

    Raises
    ------
    QuestionError : neither a number from 0 to 4 nor a word of STEPS
    """
    words = [code.value for code in STEPS]
    text = str(said).strip().casefold()
    if text in words:
        return words.index(text)
    if text.isascii() and text.isdigit() and int(text) < len(STEPS):
        return int(text)
    last, known = len(STEPS) - 1, ", ".join(words)
    message = f"the weight of {name} is {said!r}; choose 0 to {last} or one of {known}"
    raise QuestionError(message, "step", field=name, x=text[:SHOWN], most=last, known=known)


def read_weights(text: str) -> dict[str, str]:
    """Weights written as `size=4,lifted=decisive`; nothing in an empty text.

    Raises
    ------
    QuestionError : a part is no criterion=step, or a criterion stands twice
    """
    said: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, step = (piece.strip() for piece in part.partition("="))
        if not equals or not name:
            message = f"weights: found {part!r}, expected criterion=step, such as size=4,lifted=decisive"
            raise QuestionError(message, "weight", x=part[:SHOWN])
        if name in said:
            raise QuestionError(f"weights: {name} stands twice; say it once", "twice", x=name[:SHOWN])
        said[name] = step
    return said
