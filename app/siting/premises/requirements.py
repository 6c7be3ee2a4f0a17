"""What premises must have: met, not met, or unknown where nobody has said.

Flags are floats here: 1 for yes, 0 for no, NaN for unknown; `both` and `either` are the and and or of Kleene's
three-valued logic (Kleene 1952, Introduction to Metamathematics, § 64): what is unknown stays so unless the rest
settles it.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from app.access.matrix import Floats
from app.errors import QuestionError
from geodata.rules import RuleSet
from geodata.tables import Code

MET, NOT_MET, UNKNOWN = "met", "not_met", "unknown"
STATES = (
    Code(MET, "Met", "Opfyldt"),
    Code(NOT_MET, "Not met", "Ikke opfyldt"),
    Code(UNKNOWN, "Unknown", "Ukendt"),
)
OCCASIONS = (
    Code("new_establishment", "New establishment", "Nynedsættelse"),
    Code("move", "Move", "Flytning"),
)
RULE = "requirement_{}"


def answers(premises: pd.DataFrame, name: str) -> Floats:
    """(n,) a yes-or-no column of PREMISES as flags."""
    return np.asarray(premises[name].map({"yes": 1.0, "no": 0.0}), dtype=float)


def both(one: Floats, other: Floats) -> Floats:
    """(n,) yes where both are, no where either is no."""
    return np.where((one == 0) | (other == 0), 0.0, one * other)


def either(one: Floats, other: Floats) -> Floats:
    """(n,) yes where either is, no where both are no."""
    return 1.0 - both(1.0 - one, 1.0 - other)


def on_level(premises: pd.DataFrame) -> Floats:
    """(n,) whether the premises are on the ground floor or a lift leads there."""
    storey = premises["storey"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    ground = np.where(np.isnan(storey), np.nan, storey == 0)
    return either(ground, answers(premises, "lift"))


def step_free(premises: pd.DataFrame) -> Floats:
    """(n,) whether a wheelchair user gets to the premises: a way in without a step, and no stairs after it."""
    return both(answers(premises, "step_free"), on_level(premises))


REQUIREMENTS: dict[str, Callable[[pd.DataFrame], Floats]] = {
    "step_free": step_free,
    "accessible_toilet": lambda premises: answers(premises, "accessible_toilet"),
    "market_rent": lambda premises: answers(premises, "market_rent"),
}
"""Requirement -> flags; the rule card `requirement_<name>` says when it holds and on what ground."""


def required(rules: RuleSet, occasion: str) -> tuple[str, ...]:
    """Names of the requirements that the rules make at an occasion.

    Raises
    ------
    QuestionError : there is no such occasion
    """
    known = [code.value for code in OCCASIONS]
    if occasion not in known:
        message = f"there is no occasion {occasion!r}; choose one of {', '.join(known)}"
        raise QuestionError(message, "one_of", field="occasion", x=occasion[:40], known=", ".join(known))
    return tuple(name for name in REQUIREMENTS if occasion in rules.value(RULE.format(name)))


def states(premises: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """(n, requirements) met, not_met or unknown, by the name of each requirement."""
    flags = {name: REQUIREMENTS[name](premises) for name in names}
    told = {name: np.select([one == 1, one == 0], [MET, NOT_MET], UNKNOWN) for name, one in flags.items()}
    return pd.DataFrame(told, index=premises.index)
