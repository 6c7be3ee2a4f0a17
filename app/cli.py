"""The command line: build, status, check, choice, what-if, export, map and serve."""

import json
import logging
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
import uvicorn
from pydantic import ValidationError
from rich.console import Console
from rich.logging import RichHandler
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from app import language as say
from app.access.findings import MODES, SNAPPING
from app.access.travel import Progress as Step
from app.errors import PlanningError, QuestionError
from app.main import configure_logging, create_app
from app.publish.collections import Collection, Publication
from app.publish.effect_table import print_effect
from app.publish.exporters import Request as ExportRequest
from app.publish.exporters import export as export_file
from app.publish.single_file import write_map
from app.publish.terminal import collection_grid, findings_grid, layers_grid
from app.publish.what_if import Effects
from app.settings import Settings
from app.siting.scenario import read_scenario
from app.study import open_study
from geodata.build import Built, NoGoodRowError, Request, build_region, is_current
from geodata.catalogue import read_card
from geodata.errors import GeodataError, SourceError
from geodata.sources.upload import Upload, read_upload, write_rejected

cli = typer.Typer(
    help="Where residents have little choice of general practitioner, and why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
WIDTH = None if sys.stdout.isatty() else 132
"""A file or pipe has no width of its own; tables there are as wide as they need, up to this."""
screen = Console(highlight=False, width=WIDTH)
aside = Console(stderr=True, highlight=False)

BAD_INPUT = 2
ATTENTION = 1
"""Exit code of a command that worked and found something to look at: refused rows, sources too old."""
SHORT = 8
REFUSED_SHOWN = 20
BY = ("municipality", "health_council", "city_district")

RegionOption = Annotated[
    str,
    typer.Option(
        "--region",
        help="Region card: sample, hovedstaden, oestdanmark, ...",
        default_factory=lambda: Settings().region,
        show_default="LAEGEVALG_REGION or sample",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON on standard output, for machines.")]
LangOption = Annotated[str, typer.Option("--lang", help="Language of labels: da or en.")]
PracticesOption = Annotated[Path | None, typer.Option("--practices", help="The region's own list, CSV or Excel.")]
FromOption = Annotated[Path | None, typer.Option("--from", help="Folder of files, laid out as the source cards say.")]


def main() -> None:
    """Run the command; bad input ends with exit code 2 and one clear line."""
    try:
        cli()
    except NoGoodRowError as error:
        _print_upload(error.upload, "da")
        _say_written(write_rejected(error.path, error.upload))
        _refuse(str(error))
    except (GeodataError, PlanningError) as error:
        _refuse(str(error))
    except ValidationError as error:  # of the settings; all other input has errors of its own
        first = error.errors()[0]
        name = f"LAEGEVALG_{'_'.join(map(str, first['loc'])).upper()}"
        _refuse(f"{name} is {first['input']!r}: {first['msg']}")


def _refuse(why: str) -> None:
    aside.print(f"laegevalg: {why}", style="red", soft_wrap=True, markup=False)
    sys.exit(BAD_INPUT)


@cli.callback()
def configure(verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every step.")] = False) -> None:
    """Where residents have little choice of general practitioner, and why."""
    level = logging.INFO if verbose else logging.WARNING
    handler = RichHandler(console=aside, show_path=False, show_level=verbose)
    logging.basicConfig(level=level, format="%(message)s", handlers=[handler])


@cli.command()
def build(
    region: RegionOption,
    folder: FromOption = None,
    practices: PracticesOption = None,
    year: Annotated[int | None, typer.Option(help="Population year; without it the year of the source.")] = None,
    if_needed: Annotated[bool, typer.Option("--if-needed", help="Only when something went in that is new.")] = False,
) -> None:
    """Build a region's facts and findings; a failed build leaves the former one in place."""
    settings = Settings()
    request = Request(region, folder, practices, year, settings.max_upload_bytes)
    built = None
    with _bar() as step:
        if not (if_needed and is_current(settings.store, request)):
            built = build_region(settings.store, request, step)
        study = open_study(settings.store, region, progress=step)
    if built is not None:
        _say_upload(practices, built)
    publication = Publication(study)
    screen.print(findings_grid(publication, SHORT))
    _print_banner(publication, "da")


@cli.command()
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


@cli.command()
def check(
    file: Annotated[Path, typer.Argument(help="List of practices, CSV or Excel.")],
    region: RegionOption,
    lang: LangOption = "da",
    as_json: JsonOption = False,
) -> None:
    """Check a list of practices row by row; refused rows go to FILE.rejected.csv, with exit code 1."""
    settings = Settings()
    study = open_study(settings.store, region)
    try:
        upload = read_upload(file, study.facts.areas, study.facts.region, study.rules, settings.max_upload_bytes)
    except OSError as error:
        raise SourceError(f"{file} cannot be opened: {error.strerror}") from error
    if as_json:
        rows = [{"row": b.row, "column": b.column, "found": b.found, "expected": b.expected} for b in upload.breaches]
        notes = [note.text(lang) for note in upload.notes]
        counts = {"rows": upload.rows, "kept": upload.kept}
        screen.print_json(json.dumps({**counts, "breaches": rows, "notes": notes}))
    else:
        _print_upload(upload, lang)
    if upload.breaches:
        _say_written(write_rejected(file, upload, lang))
    if upload.breaches or not upload.kept:
        raise typer.Exit(ATTENTION)


@cli.command()
def choice(
    region: RegionOption,
    by: Annotated[str, typer.Option(help="area (municipalities), health_council, city_district or cell.")] = "area",
    mode: Annotated[str, typer.Option(help="drive, bike or walk: which standard and minutes are shown.")] = "drive",
    out: Annotated[Path | None, typer.Option("--out", help="File to write; its ending says the format.")] = None,
    lang: LangOption = "da",
    as_json: JsonOption = False,
) -> None:
    """Who has how many open practices to choose between."""
    _refuse_mode(mode)
    publication = Publication(open_study(Settings().store, region))
    kind = "municipality" if by == "area" else by
    if kind not in (*BY, "cell"):
        raise QuestionError(f"--by is {by!r}; choose one of area, cell, {', '.join(BY)}")
    if out is not None:
        request = ExportRequest("cells") if kind == "cell" else ExportRequest("areas", None, kind)
        _say_written(export_file(publication, out, request))
        return
    collection = publication.cells if kind == "cell" else publication.areas.only(kind=kind)
    columns = _columns(kind, mode)
    if as_json:
        plain = collection.frame[columns].astype(object).where(collection.frame[columns].notna(), None)
        rows = plain.to_dict("records")
        screen.print_json(
            json.dumps({"data": publication.provenance.block(_language(lang)), "rows": rows}, default=str)
        )
    else:
        shown = Collection(collection.table, collection.frame.head(SHORT)) if kind == "cell" else collection
        screen.print(collection_grid(shown, columns, publication.smallest, _language(lang)))
        _print_banner(publication, _language(lang))


@cli.command("what-if")
def what_if(
    scenario: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="Scenario, JSON.")],
    region: RegionOption,
    lang: LangOption = "da",
    as_json: JsonOption = False,
) -> None:
    """The effect of a scenario on residents' choice, before and after, by area."""
    language, asked = _language(lang), read_scenario(scenario.read_bytes())
    effects = Effects(Publication(open_study(Settings().store, region)))
    effect = effects.publication.study.what_if(asked)
    if as_json:
        screen.print_json(json.dumps(effects.answer(effect, language)))
    else:
        print_effect(effects, effect, language, screen)


@cli.command()
def export(
    out: Annotated[Path, typer.Argument(help="File to write: .gpkg .geojson .parquet .csv")],
    region: RegionOption,
    collection: Annotated[str, typer.Option(help="areas, practices, little_choice_areas, cells, ...")] = "areas",
    lang: Annotated[str | None, typer.Option("--lang", help="Heads and codes of a CSV in da or en.")] = None,
) -> None:
    """Write findings as a file; a GeoPackage holds every layer."""
    publication = Publication(open_study(Settings().store, region))
    language = None if lang is None else _language(lang)
    _say_written(export_file(publication, out, ExportRequest(collection, language)))


@cli.command("map")
def map_(
    kind: Annotated[str, typer.Argument(help="choice")],
    out: Annotated[Path, typer.Argument(help="HTML file to write; opens offline.")],
    region: RegionOption,
    lang: LangOption = "da",
) -> None:
    """Write a map as one file that opens without a service or network."""
    publication = Publication(open_study(Settings().store, region))
    _say_written(write_map(publication, kind, out, _language(lang), date.today()))


@cli.command()
def serve(
    region: RegionOption,
    host: Annotated[str, typer.Option(help="Address to listen on; the loopback address unless told otherwise.")] = "",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 0,
) -> None:
    """Serve pages, maps, API and files of a built region."""
    given = {name: value for name, value in {"host": host, "port": port}.items() if value}
    settings = Settings(region=region, **given)  # type: ignore[arg-type]
    logging.getLogger().handlers.clear()
    configure_logging(settings.log_level)
    listening = _listen(settings.host, settings.port)
    app = create_app(settings)
    screen.print(f"Lægevalg: http://{settings.host}:{settings.port}")
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    """A socket at an address that nobody else listens at.

    Raises
    ------
    QuestionError : the address is taken or not this machine's
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise QuestionError(f"cannot listen at {host}:{port}: {error.strerror}; choose another --port") from error
    return listening


@contextmanager
def _bar() -> Iterator[Step]:
    """A progress bar that counts the steps of one part of the work after the other."""
    columns = (SpinnerColumn(), TextColumn("{task.description:<20}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, TimeElapsedColumn(), console=aside, transient=True) as bar:
        task = bar.add_task("", total=1)

        def step(what: str, done: int, of: int) -> None:
            bar.update(task, description=what, completed=done, total=of)

        yield step


def _say_written(path: Path) -> None:
    """Where a file was written, on one line however long."""
    aside.print(f"→ {path}", markup=False, soft_wrap=True)


def _print_banner(publication: Publication, lang: say.Lang) -> None:
    banner = publication.provenance.banner(lang)
    if banner:
        screen.print(str(banner), style="yellow")


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


def _say_upload(practices: Path | None, built: Built) -> None:
    """What became of an uploaded list, and where its refused rows are."""
    if practices is None or built.upload is None:
        return
    _print_upload(built.upload, "da")
    if built.upload.breaches:
        _say_written(write_rejected(practices, built.upload))


def _print_upload(upload: Upload, lang: str) -> None:
    refused = upload.rows - upload.kept
    heads = {
        "da": f"{upload.rows} rækker læst · {upload.kept} gode · {refused} med fejl",
        "en": f"{upload.rows} rows read · {upload.kept} good · {refused} with errors",
    }
    screen.print(heads[_language(lang)])
    for breach in upload.breaches[:REFUSED_SHOWN]:
        screen.print(f"  {breach.title(lang)}. {breach.text(lang)}", markup=False, soft_wrap=True)
    for note in upload.notes[:REFUSED_SHOWN]:
        screen.print(f"  {note.text(lang)}", style="dim", markup=False, soft_wrap=True)


def _columns(kind: str, mode: str) -> list[str]:
    """Columns that answer the question for cells or areas by a mode."""
    if kind == "cell":
        own = [f"nearest_open_min_{mode}", f"open_within_standard_{mode}"]
        return ["cell_id", "residents", "open_within_limit", "open_within_limit_straight", "nearest_open_m", *own]
    counts = ["residents", "under_two", "under_two_share", "under_two_straight", f"under_standard_{mode}"]
    return ["name", *counts, "nearest_open_m", "second_open_m"]


def _refuse_mode(mode: str) -> None:
    modes = [code.value for code in MODES]
    if mode not in modes:
        raise QuestionError(f"--mode is {mode!r}; choose one of {', '.join(modes)}")


def _language(lang: str) -> say.Lang:
    for known in say.LANGS:
        if lang == known:
            return known
    raise QuestionError(f"--lang is {lang!r}; choose da or en")
