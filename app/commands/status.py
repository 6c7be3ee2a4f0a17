"""`laegevalg status`: what is built, from whose data and how old."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from app.access.snapping import OFF_NETWORK, SNAPPING
from app.commands.terminal import ATTENTION, JsonOption, RegionOption, say_written, screen
from app.publish.collections import Collection, Publication
from app.publish.exporters import write_rows
from app.publish.terminal import collection_grid, layers_grid
from app.settings import Settings
from app.study import open_study
from geodata.catalogue import months_between, read_card
from geodata.sources.files import source_files
from geodata.store import read_manifest

CLOCK_DAY = timedelta(days=1)
"""Days change earlier in Denmark than in UTC; what was fetched later than that was fetched by a wrong clock."""


OffNetworkOption = Annotated[
    Path | None, typer.Option("--off-network", help="CSV to write: cells and practices too far from every street.")
]


def status(region: RegionOption, as_json: JsonOption = False, off_network: OffNetworkOption = None) -> None:
    """What is built, from whose data and how old; exit code 1 when a source is older than its card allows."""
    settings = Settings()
    study = open_study(settings.store, region)
    files = read_manifest(settings.store, region)["sources"]
    layers = [layer(row, study.day, files) for row in study.facts.layers.to_dict("records")]
    waiting = _waiting(settings.raw_folder(region), files)
    if as_json:
        banner = Publication(study).provenance.banner("da")
        about = {"region": region, "banner": str(banner) if banner else None, "year": study.facts.year}
        about |= {"build": study.build, "study": study.hash}
        snapping = study.travel.snapping.to_dict("records")
        more = {"layers": layers, "snapping": snapping, "files": files, "not_built": waiting}
        screen.print_json(json.dumps({**about, **more}))
    else:
        title = f"{study.facts.region.name_da} · {study.facts.year} · {study.build[:8]} · {study.hash[:8]}"
        screen.print(layers_grid(title, layers))
        screen.print(collection_grid(Collection(SNAPPING, study.travel.snapping), SNAPPING.names, 0, "da"))
        for file in waiting:
            screen.print(f"Hentet, men ikke taget i brug endnu: {file['path']} ({file['fetched'][:10]})", markup=False)
    if off_network is not None:
        line = Publication(study).provenance.line("da")
        write_rows(off_network, Collection(OFF_NETWORK, study.travel.off_network), "da", line)
        say_written(off_network)
    if any(found["stale"] or found["from_the_future"] for found in layers):
        raise typer.Exit(ATTENTION)


def layer(row: Mapping[str, Any], day: date, files: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """One layer of the status: whose, how old, when fetched, how much of it was kept."""
    card = read_card(row["source"])
    as_of = date.fromisoformat(row["as_of"])
    fetched = max((file["fetched"] for file in files if file["source"] == card.id), default="")
    return {
        "layer": row["layer"],
        "source": card.id,
        "title": card.title_da,
        "publisher": card.publisher,
        "data_date": row["as_of"],
        "age_months": months_between(as_of, day),
        "max_age_months": card.max_age_months or None,
        "fetched": fetched or None,
        "stale": card.stale(day, as_of),
        "from_the_future": bool(fetched) and date.fromisoformat(fetched[:10]) > day + CLOCK_DAY,
        "standing": row["standing"],
        "rows_in": row["rows_in"],
        "rows_kept": row["rows_kept"],
        "note": None if pd.isna(row["note"]) else row["note"],
    }


def _waiting(folder: Path, files: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Fetched files whose bytes are not those of the build."""
    built = {(file["path"], file["sha256"]) for file in files}
    found = source_files(folder) if folder.is_dir() else []
    return [file.row() for file in found if (file.path, file.sha256) not in built]
