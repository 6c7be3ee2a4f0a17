"""Years ahead: residents by the official projection, and what today's practices and choice would mean for them.

Counts of the projection are official statistics. Those with too few to choose between follow the residents of their own
area: practices, intake and where people live within it stay as they are today. A hidden count stays hidden.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from app.language import LANGS
from app.publish.collections import Publication
from app.publish.copy import text
from geodata import units
from geodata.facts import POPULATION
from geodata.tables import Column

APART, MOST = 5, 4
"""Years ahead are the whole multiples of so many; as many are shown, the study's own among them."""
KINDS = ("region", "health_council", "municipality")
"""Kinds of areas that the projection knows; city districts it does not."""
PEOPLE = ("residents", "age_80_plus")


def shown_years(publication: Publication) -> tuple[int, ...]:
    """The study's year and the next ones that are known; none where no year ahead is."""
    facts = publication.study.facts
    known = set(facts.population["year"].tolist())
    ahead = sorted(year for year in known if year > facts.year and year % APART == 0)[: MOST - 1]
    return (facts.year, *ahead) if ahead and facts.year in known else ()


def years_ahead(publication: Publication) -> pd.DataFrame:
    """One row for each area and year shown: kind, code, year, residents, age_80_plus, per_capacity, under_two.

    What is hidden or not known is empty.
    """
    areas = publication.areas.frame
    official = publication.study.facts.population
    rows = [
        _row(area, official[(official["year"] == year) & official["kommunekode"].isin(members)], year)
        for _, area in areas[areas["kind"].isin(KINDS)].iterrows()
        for members in [_members(publication, area)]
        for year in shown_years(publication)
    ]
    frame = pd.DataFrame(rows, columns=["kind", "code", "year", *PEOPLE, "capacities", "now"])
    first = frame.groupby(["kind", "code"])["residents"].transform("first")
    under = (frame["now"].astype(float) * frame["residents"] / first).round().astype("Int64")
    per_capacity = (frame["residents"] / frame["capacities"]).replace(np.inf, np.nan)
    return frame.assign(under_two=under, per_capacity=per_capacity).drop(columns=["capacities", "now"])


def _members(publication: Publication, area: pd.Series) -> list[str]:
    """Municipalities of an area."""
    own = publication.areas.only(kind="municipality").frame
    if area["kind"] == "municipality":
        return [str(area["code"])]
    inside = own if area["kind"] == "region" else own[own["health_council"] == area["code"]]
    return [str(code) for code in inside["code"]]


def _row(area: pd.Series, official: pd.DataFrame, year: int) -> dict[str, object]:
    sums = official[list(PEOPLE)].sum(min_count=len(official))
    people = {name: np.nan if official.empty or pd.isna(sums[name]) else float(sums[name]) for name in PEOPLE}
    now = np.nan if pd.isna(area["under_two"]) else float(area["under_two"])
    own = {"kind": area["kind"], "code": area["code"], "year": year}
    return {**own, **people, "capacities": float(area["capacities"]), "now": now}


def wide(publication: Publication, kind: str) -> pd.DataFrame:
    """The areas of a kind, one row each: kind, code, name and each figure of each year, such as residents_2035."""
    rows = years_ahead(publication)
    chosen = rows[rows["kind"] == kind]
    turned = chosen.pivot(index="code", columns="year", values=list(figures(publication)))
    turned.columns = [f"{name}_{year}" for name, year in turned.columns]
    names = publication.areas.only(kind=kind).frame[["kind", "code", "name"]]
    return names.merge(turned.reset_index(), on="code", validate="one_to_one")


def figures(publication: Publication) -> dict[str, Column]:
    """What is told of each year, by name."""
    k = f"{publication.study.rules.number('minimum_open'):g}"

    def computed(name: str, unit: str, about: str) -> Column:
        title, title_da = (text(f"development.{name}", lang, k=k) for lang in reversed(LANGS))
        return Column(name, "float", unit, title, title_da, about, optional=True)

    return {
        "residents": replace(POPULATION["residents"], about="By the official projection."),
        "age_80_plus": replace(POPULATION["age_80_plus"], about="By the official projection."),
        "per_capacity": computed("per_capacity", units.PEOPLE, "Residents over the capacities of today."),
        "under_two": computed("under_two", units.PEOPLE, "As many as today of each thousand residents of the area."),
    }


def columns(publication: Publication) -> list[Column]:
    """The columns of `wide` after the name."""
    return [
        replace(column, name=f"{name}_{year}", title=f"{column.title}, {year}", title_da=f"{column.title_da}, {year}")
        for name, column in figures(publication).items()
        for year in shown_years(publication)
    ]
