"""Findings as tables in a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from rich.table import Table as Grid

from app import language as say
from app.publish.collections import Collection, Publication
from app.publish.figures import count, share
from geodata import units
from geodata.facts import LAYERS
from geodata.tables import Column


def findings_grid(publication: Publication, most: int) -> Grid:
    """The findings in a short table: the region and the municipalities most affected."""
    study, smallest = publication.study, publication.smallest
    row = publication.areas.only(kind="region").frame.iloc[0]
    areas = publication.areas.only(kind="municipality").frame
    hit = areas[areas["under_two"].fillna(smallest) > 0].sort_values("under_two", ascending=False, na_position="last")
    grid = Grid(title=f"{study.facts.region.name_da} · {study.facts.year}", title_justify="left")
    for head in ("Kommune", "Borgere", "Færre end 2 åbne", "Andel", "Praksis (åbne)"):
        grid.add_column(head, justify="left" if head == "Kommune" else "right")
    for _, area in hit.head(most).iterrows():
        grid.add_row(*_area_cells(area, smallest))
    grid.add_section()
    grid.add_row(*_area_cells(row, smallest))
    grid.caption = f"{len(hit)} af {len(areas)} kommuner er berørt · studie {study.hash[:8]}"
    grid.caption_justify = "left"
    return grid


def collection_grid(collection: Collection, columns: Sequence[str], smallest: float, lang: say.Lang) -> Grid:
    """Some columns of a collection under their labels."""
    grid = Grid(title=collection.table.label(lang), title_justify="left")
    for name in columns:
        column = collection.table[name]
        grid.add_column(column.label(lang), justify="right" if column.kind in ("int", "float") else "left")
    for _, row in collection.frame.iterrows():
        grid.add_row(*(_cell(row, collection.table[name], smallest, lang) for name in columns))
    return grid


def layers_grid(title: str, layers: Sequence[Mapping[str, Any]]) -> Grid:
    """The sources of a study, whose they are, their age against what their cards allow, and how much was kept."""
    grid = Grid(title=title, title_justify="left")
    for head in ("Lag", "Kilde", "Udgiver", "Datadato", "Alder, mdr. (højst)", "Hentet", "Status", "Læst", "Beholdt"):
        grid.add_column(head, no_wrap=head not in {"Kilde", "Udgiver", "Alder, mdr. (højst)"})
    for layer in layers:
        standing = LAYERS["standing"].code_label(layer["standing"])
        counts = (say.number(layer["rows_in"]), say.number(layer["rows_kept"]))
        fetched = (layer["fetched"] or say.EN_DASH)[:10] + " (uret går forkert)" * layer["from_the_future"]
        whose = (layer["layer"], layer["title"], layer["publisher"])
        grid.add_row(*whose, layer["data_date"], _age(layer), fetched, standing, *counts)
    return grid


def _age(layer: Mapping[str, Any]) -> str:
    most = f" ({layer['max_age_months']})" if layer["max_age_months"] else ""
    return f"{layer['age_months']}{most}" + "\nfor gammel" * bool(layer["stale"])


def _area_cells(row: "pd.Series[Any]", smallest: float) -> tuple[str, ...]:
    return (
        str(row["name"]),
        count(row, "residents", smallest),
        count(row, "under_two", smallest),
        share(row, "under_two", "residents"),
        f"{row['practices']} ({row['open_practices']})",
    )


def _cell(row: "pd.Series[Any]", column: Column, smallest: float, lang: say.Lang) -> str:
    """One figure as pages write it."""
    value = row[column.name]
    if column.count:
        return count(row, column.name, smallest, lang)
    if pd.isna(value):
        return say.EN_DASH
    if column.unit == units.SHARE:
        return say.percent_sign(value, lang)
    if column.unit == units.METRES:
        return say.metres(value, lang) if value < units.METRES_PER_KM else say.km(value, lang)
    return say.as_needed(float(value), lang) if column.kind in ("int", "float") else column.code_label(value, lang)
