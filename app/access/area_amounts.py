"""What is added up over the cells of an area: residents by what they can choose between, and means.

Every amount is a whole number of people, or a multiple of a small power of two, so that its sum is exact in whatever
order cells are added, and a few cells can be taken out and put in again.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.access.choice import choice_number
from app.access.findings import CHOICE_BREAKS, MODES
from app.access.headline import Headline
from app.access.matrix import Floats
from geodata.rules import RuleSet

CLASS_COLUMNS = ("residents_0", "residents_1", "residents_2_4", "residents_5_plus")
STANDARDS = {f"open_within_standard_{mode.value}": f"under_standard_{mode.value}" for mode in MODES}
"""Column of the cells that counts within a standard -> column of the areas."""
COUNTS = (
    "residents",
    *CLASS_COLUMNS,
    "under_two",
    "under_two_straight",
    "under_two_if_all_open",
    "under_two_65_plus",
    "under_two_80_plus",
    *STANDARDS.values(),
)
"""Columns of the areas that count residents."""
MEANS = ("free_places_per_1000", "e2sfca", "nearest_open_m", "second_open_m", "nearest_m")
"""Columns of the cells whose residents' mean an area has, over those who have an answer."""
MEAN_GRID = 2.0**-14
"""A cell's value is rounded to a multiple of this before a mean; sums are exact below 5e11, 6 million times 90 km."""

OF_CELLS = ("open_within_limit_straight", "estimated", *STANDARDS, *MEANS)
"""Columns of the cells that areas are made from, besides the headline's counts."""
HEADLINE_OPEN, HEADLINE_ALL = "headline_open", "headline_all"
Columns = Mapping[str, NDArray[Any]]


def counted(cells: pd.DataFrame, headline: Headline) -> dict[str, NDArray[Any]]:
    """The columns of the cells that areas are made from, with the headline's counts."""
    columns = {name: cells[name].to_numpy() for name in OF_CELLS}
    return columns | {HEADLINE_OPEN: headline.open, HEADLINE_ALL: headline.all}


def make_amounts(
    rules: RuleSet, headline: Headline, columns: Columns, some: NDArray[np.intp] | slice
) -> dict[str, Floats]:
    """(n,) amounts of some cells, by name, as far as the columns go.

    Parameters
    ----------
    headline : its residents, ages and minimum are used, not its counts
    columns : of some of the names of `counted`, values of those cells alone
    some : which cells
    """
    people = headline.residents[some]
    ages = {"under_two_65_plus": headline.older[some], "under_two_80_plus": headline.oldest[some]}
    found = {"residents": people}
    for name, value in columns.items():
        if name == HEADLINE_OPEN:
            short = value < headline.minimum
            found |= _classes(value, people) | {"under_two": people * short}
            found |= {age: number * short for age, number in ages.items()}
        elif name in SHORT:
            found[SHORT[name]] = people * (value < headline.minimum)
        elif name in STANDARDS:
            asked = int(rules.value(STANDARDS[name].removeprefix("under_"))["open"])
            found[STANDARDS[name]] = people * (value < asked)
        elif name in MEANS:
            found |= _mean_parts(name, value, people)
        else:
            found[name] = people * value
    return found


SHORT = {"open_within_limit_straight": "under_two_straight", HEADLINE_ALL: "under_two_if_all_open"}


def alike_from(rules: RuleSet, minimum: int) -> dict[str, int]:
    """By column of the cells that counts practices, the number from which on a higher one changes no amount."""
    asked = {name: int(rules.value(under.removeprefix("under_"))["open"]) for name, under in STANDARDS.items()}
    return {HEADLINE_OPEN: max(minimum, *CHOICE_BREAKS)} | dict.fromkeys(SHORT, minimum) | asked


def _classes(count: NDArray[Any], people: Floats) -> dict[str, Floats]:
    of = choice_number(count)
    return {name: people * (of == number) for number, name in enumerate(CLASS_COLUMNS)}


def _mean_parts(name: str, value: Floats, people: Floats) -> dict[str, Floats]:
    known = np.isfinite(value)
    rounded = np.rint(np.where(known, value, 0.0) / MEAN_GRID) * MEAN_GRID
    return {f"{name}_total": people * rounded, f"{name}_known": people * known}
