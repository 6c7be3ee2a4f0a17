"""`laegevalg fetch`: what a region is made of, from its publishers or from a folder."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from app.commands.terminal import ATTENTION, FromOption, JsonOption, RegionOption, Step, aside, bytes_bar, screen
from app.publish.fetch_grid import outcomes_grid, plans_grid
from app.settings import Settings
from geodata.catalogue import read_region
from geodata.errors import SourceError
from geodata.fetching import Bounds, Fetcher, Keys
from geodata.gather import GOOD, NO_KEY, Outcome, Plan, gather, lacking, mirror, plans

OnlyOption = Annotated[list[str] | None, typer.Option("--only", help="A layer; several by repeating the option.")]

RoadsOption = Annotated[
    str, typer.Option("--roads", help="Who is asked for streets: geofabrik, or overpass for small areas.")
]


def fetch(
    region: RegionOption,
    folder: FromOption = None,
    only: OnlyOption = None,
    roads: RoadsOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list sizes, licences and keys needed.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring what a region is made of; exit code 1 when something failed and former or other data stand in for it."""
    card, settings, wanted = read_region(region), Settings(), only or []
    if card.data != "files":
        raise SourceError(f"region {region} is generated and nothing is fetched for it; name another region")
    if dry_run:
        with fetcher(settings, region) as silent:
            rows = list(plans(silent, wanted, roads=roads or card.roads))
        _show(as_json, [_plan(row) for row in rows], plans_grid(rows))
        return
    with bytes_bar() as step, fetcher(settings, region, step) as bringing:
        asked = gather(bringing, card, wanted, roads)
        outcomes = list(_told(mirror(bringing, card, folder, wanted) if folder is not None else asked))
    _show(as_json, [_outcome(outcome) for outcome in outcomes], outcomes_grid(outcomes))
    if not wanted:
        refuse_lacking(settings.raw_folder(region), region)
    if any(outcome.state not in {*GOOD, NO_KEY} for outcome in outcomes):
        raise typer.Exit(ATTENTION)


def fetcher(settings: Settings, region: str, step: Step | None = None) -> Fetcher:
    """The fetcher that the settings ask for.

    Raises
    ------
    SourceError : the file of keys is missing or others may read it, or another process is fetching
    """
    bounds = Bounds(tries=settings.fetch_tries, seconds=settings.fetch_seconds)
    keys = Keys(os.environ, settings.keys)
    return Fetcher(settings.raw_folder(region), keys, bounds, settings.sources, step)


def refuse_lacking(folder: Path, region: str) -> None:
    """Refuse to call a fetch done that left a region unable to be built.

    Raises
    ------
    SourceError : names the layers
    """
    layers = lacking(folder)
    if layers:
        names = ", ".join(layer.id for layer in layers)
        raise SourceError(
            f"region {region} cannot be built yet: no source gave {names}; fetch again, or use --from FOLDER"
        )


def _told(outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    for outcome in outcomes:
        if outcome.error is not None:
            aside.print(f"laegevalg: {outcome.error}", style="yellow", soft_wrap=True, markup=False)
        yield outcome


def _show(as_json: bool, rows: list[dict[str, Any]], grid: Any) -> None:
    if as_json:
        screen.print_json(json.dumps(rows))
    else:
        screen.print(grid)


def _plan(plan: Plan) -> dict[str, Any]:
    card = plan.card
    return {
        "layer": plan.layer.id,
        "source": card.id,
        "publisher": card.publisher,
        "licence": card.licence,
        "megabytes": plan.megabytes,
        "exact": plan.exact,
        "key": plan.key or None,
        "has_key": plan.has_key if plan.key else None,
        "fetched": plan.had.fetched if plan.had else None,
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    note = outcome.note
    return {
        "layer": outcome.layer.id,
        "source": outcome.card.id,
        "state": outcome.state,
        "fetched": note.fetched if note else None,
        "bytes": note.bytes if note else None,
        "sha256": note.sha256 if note else None,
        "error": str(outcome.error) if outcome.error else None,
    }
