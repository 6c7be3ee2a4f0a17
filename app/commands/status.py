"""`laegevalg status`: what is built, from whose data and how old."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import typer

from app.access.findings import SNAPPING
from app.commands.terminal import ATTENTION, JsonOption, RegionOption, screen
from app.publish.collections import Collection, Publication
from app.publish.terminal import collection_grid, layers_grid
from app.settings import Settings
from app.study import open_study
from geodata.catalogue import read_card


def status(region: RegionOption, as_json: JsonOption = False) -> None:
    """What is built, from whose data and how old; exit code 1 when a source is older than its card allows."""
    study = open_study(Settings().store, region)
    layers = [_layer(row, study.day) for row in study.facts.layers.to_dict("records")]
    if as_json:
        banner = Publication(study).provenance.banner("da")
        about = {"region": region, "banner": str(banner) if banner else None, "year": study.facts.year}
        about |= {"build": study.build, "study": study.hash}
        snapping = study.travel.snapping.to_dict("records")
        screen.print_json(json.dumps({**about, "layers": layers, "snapping": snapping}))
    else:
        title = f"{study.facts.region.name_da} · {study.facts.year} · {study.hash[:8]}"
        screen.print(layers_grid(title, layers))
        screen.print(collection_grid(Collection(SNAPPING, study.travel.snapping), SNAPPING.names, 0, "da"))
    if any(layer["stale"] for layer in layers):
        raise typer.Exit(ATTENTION)


def _layer(row: Mapping[str, Any], day: date) -> dict[str, Any]:
    """One layer of the status: whose, how old, how much of it was kept."""
    card = read_card(row["source"])
    as_of = date.fromisoformat(row["as_of"])
    return {
        "layer": row["layer"],
        "source": card.id,
        "title": card.title_da,
        "publisher": card.publisher,
        "data_date": row["as_of"],
        "age_months": (day.year - as_of.year) * 12 + day.month - as_of.month,
        "stale": card.stale(day),
        "standing": row["standing"],
        "rows_in": row["rows_in"],
        "rows_kept": row["rows_kept"],
        "note": None if pd.isna(row["note"]) else row["note"],
    }
