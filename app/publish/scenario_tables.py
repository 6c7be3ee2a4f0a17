"""A scenario as published tables: areas, cells of another class, areas of limited choice, practices; no small count."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from app.access.findings import AREA_FINDINGS, CELL_FINDINGS, LITTLE_CHOICE
from app.publish.change import CLASSES, change_classes, change_layer
from app.publish.collections import (
    PUBLISHED_CELLS,
    PUBLISHED_PRACTICES,
    SQUARE,
    Collection,
    Publication,
    practice_rows,
)
from app.publish.copy import text
from app.publish.suppress import MARKS
from app.publish.what_if import COUNTS, FIGURES, Effects
from app.siting.apply import apply
from app.siting.effect import Effect
from app.siting.scenario import Change, Close, Move
from geodata.facts import AREAS, CELLS
from geodata.tables import Code, Column, Table

KINDS = ("areas", "cells", "little_choice_areas", "practices")
SHOWN_HASH = 8
"""Signs of a scenario's hash in the name of a collection."""
NEW, SAME = "new", "same"
WORDS: Mapping[type[Change], str] = {Close: "closed", Move: "moved"}
"""What is said of a practice by the change that weighs most; others have another intake or other capacities."""
CHANGED = "changed"
PRACTICE_CHANGES = tuple(
    Code(word, text(f"scenario_table.{word}", "en"), text(f"scenario_table.{word}", "da"))
    for word in (NEW, *WORDS.values(), CHANGED, SAME)
)
PRACTICE_CHANGE = Column(
    "change", "text", "", "In the scenario", "I scenariet", "What the scenario does to the practice.", PRACTICE_CHANGES
)
SCENARIO_PRACTICES = replace(
    PUBLISHED_PRACTICES,
    name="scenario_practices",
    about="Practices after a scenario; those that close stand where they are today.",
    columns=(*PUBLISHED_PRACTICES.columns[:-1], PRACTICE_CHANGE, PUBLISHED_PRACTICES.columns[-1]),
)

SCENARIO_LITTLE_CHOICE = replace(
    LITTLE_CHOICE,
    name="scenario_little_choice_areas",
    about="Areas of limited choice after a scenario; without counts, which would give away small ones beside today's.",
    columns=tuple(LITTLE_CHOICE[name] for name in ("area_id", "name", "kommunekode", "reason", "geometry")),
)


def collection_ids(hash_: str) -> list[str]:
    """Ids of the collections of a scenario: scenario_3f9a12c4_areas and those of the other kinds."""
    return [f"scenario_{hash_[:SHOWN_HASH]}_{kind}" for kind in KINDS]


def scenario_collection(publication: Publication, effect: Effect, kind: str, name: str) -> Collection:
    """One of the collections of a scenario.

    Parameters
    ----------
    kind : one of KINDS
    name : of the scenario; its hash where it has none
    """
    make = {
        "areas": scenario_areas,
        "cells": scenario_cells,
        "little_choice_areas": scenario_little_choice,
        "practices": scenario_practices,
    }
    made = make[kind](publication, effect)
    hash_ = effect.scenario.hash
    titles = {lang: text(f"scenario_table.{kind}", lang, name=name or hash_[:SHOWN_HASH]) for lang in ("en", "da")}
    table = replace(made.table, name=f"scenario_{hash_[:SHOWN_HASH]}_{kind}", title=titles["en"], title_da=titles["da"])
    return Collection(table, made.frame)


def scenario_areas(publication: Publication, effect: Effect) -> Collection:
    """Every area with its counts and figures before and after; a hidden count is empty and marked."""
    effects = Effects(publication)
    told = effects.told(effect)
    published = publication.areas.frame
    rows = range(len(effect.before))
    values: dict[str, Any] = {name: published[name] for name in ("kind", "code", "name")}
    for name in COUNTS:
        values[name] = pd.array([told.shown(row, name) for row in rows], dtype="Int64")
    for name in FIGURES:
        values[f"{name}_before"] = effect.before[name].astype(float).to_numpy()
        values[f"{name}_after"] = np.asarray(effect.figures[name], dtype=float)
    small, rest = told.hidden & told.small, told.hidden & ~told.small
    values[MARKS[0].name] = [" ".join(told.names(row, small)) for row in rows]
    values[MARKS[1].name] = [" ".join(told.names(row, rest)) for row in rows]
    table = _areas_table(publication)
    frame = published[["geometry"]].assign(**values)[table.names]
    return Collection(table, frame)


def scenario_cells(publication: Publication, effect: Effect) -> Collection:
    """The cells whose class of choice changes, as squares, with the class before and after."""
    changed = effect.changed
    minimum = publication.study.rules.number("minimum_open")
    codes = [code.value for code in CELL_FINDINGS["choice_class"].allowed]
    change = np.array(change_classes(minimum))[changed.before, changed.after]
    classes = {
        "choice_class_before": [codes[number] for number in changed.before],
        "choice_class_after": [codes[number] for number in changed.after],
        "change": [CLASSES[number] for number in change],
    }
    table = _cells_table(minimum)
    frame = publication.cells.frame.iloc[changed.cell][["cell_id", "kommunekode", "geometry"]].reset_index(drop=True)
    return Collection(table, frame.assign(**classes)[table.names])


def scenario_little_choice(publication: Publication, effect: Effect) -> Collection:
    """Areas of limited choice after the scenario, without counts: they could be taken from today's."""
    del publication
    return Collection(SCENARIO_LITTLE_CHOICE, effect.little_choice()[SCENARIO_LITTLE_CHOICE.names])


def scenario_practices(publication: Publication, effect: Effect) -> Collection:
    """Every practice at its locations after the scenario, and those that close, each with what happens to it."""
    study = publication.study
    word = _words_of(effect)
    after = practice_rows(apply(effect.scenario, study.facts, study.rules))
    known = publication.practices.frame
    gone = known[known["ydernummer"].map(word).eq(WORDS[Close])]
    new = ~after["ydernummer"].isin(known["ydernummer"])
    frame = pd.concat([after, gone], ignore_index=True)
    told = frame["ydernummer"].map(word).fillna(SAME).mask(new.reindex(frame.index, fill_value=False), NEW)
    return Collection(SCENARIO_PRACTICES, frame.assign(change=told)[SCENARIO_PRACTICES.names])


def _words_of(effect: Effect) -> dict[str, str]:
    """Word by practice number, of the practices that change; a move or closing goes before other changes."""
    named = [one for one in effect.scenario.changes if hasattr(one, "ydernummer")]
    named.sort(key=lambda one: type(one) in WORDS)
    return {one.ydernummer: WORDS.get(type(one), CHANGED) for one in named}


def _areas_table(publication: Publication) -> Table:
    k = f"{publication.study.rules.number('minimum_open'):g}"
    under = AREA_FINDINGS["under_two"]
    counts = [
        replace(
            under,
            name=name,
            title=text(f"scenario_table.{name}", "en", k=k),
            title_da=text(f"scenario_table.{name}", "da", k=k),
            optional=True,
        )
        for name in COUNTS
    ]
    figures = [
        replace(
            AREA_FINDINGS[name],
            name=f"{name}_{when}",
            title=text(f"scenario_table.when_{when}", "en", what=AREA_FINDINGS[name].title),
            title_da=text(f"scenario_table.when_{when}", "da", what=AREA_FINDINGS[name].title_da),
            kind="float",
            optional=True,
        )
        for name in FIGURES
        for when in ("before", "after")
    ]
    head = [AREA_FINDINGS[name] for name in ("kind", "code", "name")]
    about = "Areas before and after a scenario."
    return Table(
        "scenario_areas", "", "", about, (*head, *counts, *figures, *MARKS, AREAS["geometry"]), ("kind", "code")
    )


def _cells_table(minimum: float) -> Table:
    layer = change_layer(minimum)
    codes = tuple(Code(name, one.title, one.title_da) for name, one in zip(CLASSES, layer.swatches, strict=True))
    of = CELL_FINDINGS["choice_class"]
    when: Mapping[str, Column] = {
        f"choice_class_{when}": replace(
            of,
            name=f"choice_class_{when}",
            title=text(f"scenario_table.when_{when}", "en", what=of.title),
            title_da=text(f"scenario_table.when_{when}", "da", what=of.title_da),
        )
        for when in ("before", "after")
    }
    change = Column("change", "text", "", layer.title, layer.title_da, "What the scenario does here.", allowed=codes)
    columns = (CELLS["cell_id"], PUBLISHED_CELLS["kommunekode"], *when.values(), change, SQUARE)
    return Table("scenario_cells", "", "", "Cells whose class of choice a scenario changes.", columns, CELLS.key)
