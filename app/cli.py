"""The command line: fetch, build, status, check, choice, what-if, sites, export, area sheet, map and serve."""

import json
import logging
import socket
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from pydantic import ValidationError
from rich.console import RenderableType
from rich.logging import RichHandler

from app.access.engine import engine_named
from app.commands.fetch import fetch
from app.commands.online import OnlineOption, opened_service
from app.commands.premises import premises as rank_premises
from app.commands.sites import sites, sites_map
from app.commands.status import status
from app.commands.terminal import (
    ATTENTION,
    BAD_INPUT,
    FromOption,
    JsonOption,
    LangOption,
    RegionOption,
    aside,
    banner_of,
    bar,
    language_of,
    print_banner,
    say_written,
    screen,
    text_of,
)
from app.errors import PlanningError, QuestionError
from app.main import configure_logging, create_app
from app.publish.area_sheet.write import write_area_sheet
from app.publish.collections import Collection, Publication
from app.publish.effect_table import print_effect
from app.publish.exporters import Request as ExportRequest
from app.publish.exporters import export as export_file
from app.publish.register import held_to_register, print_register, register_answer
from app.publish.single_file import write_map
from app.publish.terminal import collection_grid, findings_grid
from app.publish.tiles import make_archives
from app.publish.uploads import difference_answer, print_difference, print_upload, read_list, upload_answer
from app.publish.what_if import Effects
from app.receipt import Receipt, key_of, write_receipt
from app.settings import Settings
from app.siting.scenario import read_scenario
from app.study import open_study
from geodata.build import NoGoodRowError, Request, build_region, is_current
from geodata.catalogue import read_region
from geodata.errors import GeodataError, SourceError
from geodata.network.profile_cards import profile_names, read_profile
from geodata.sources.upload import Answered, PremisesUpload, write_rejected

cli = typer.Typer(
    help="Where residents have little choice of general practitioner, and why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
SHORT = 8
BY = ("municipality", "health_council", "city_district")
ProfileOption = Annotated[
    list[str] | None,
    typer.Option("--profile", help="Minutes of a mode by another profile (drive_peak, ...); may be repeated."),
]
PracticesOption = Annotated[Path | None, typer.Option("--practices", help="The region's own list, CSV or Excel.")]
EngineOption = Annotated[
    str | None,
    typer.Option("--engine", help="Who finds ways: sweep (threads), processes, or a Dask scheduler's tcp://host:port."),
]
PremisesOption = Annotated[
    Path | None, typer.Option("--premises", help="Your own list of premises: CSV, Excel or GeoPackage.")
]


def main() -> None:
    """Run the command; bad input ends with exit code 2 and one clear line."""
    try:
        cli()
    except NoGoodRowError as error:
        print_upload(error.upload, "da", screen)
        say_written(write_rejected(error.path, error.upload))
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
    premises: PremisesOption = None,
    year: Annotated[int | None, typer.Option(help="Population year; without it the year of the source.")] = None,
    if_needed: Annotated[bool, typer.Option("--if-needed", help="Only when something went in that is new.")] = False,
    online: OnlineOption = False,
    engine: EngineOption = None,
) -> None:
    """Build a region's facts and findings from what was fetched; a failed build leaves the former one in place."""
    settings = Settings()
    engine = engine or settings.engine
    engine_named(engine)
    asked = {"folder": folder, "practices": practices, "premises": premises, "year": year, "online": online or None}
    key = key_of(settings, region, asked)
    fetched = settings.raw_folder(region)
    if folder is None and read_region(region).data == "files" and fetched.is_dir():
        folder = fetched
    request = Request(region, folder, practices, premises, year, settings.max_upload_bytes, settings=settings.sources)
    built = None
    with bar() as step, opened_service(settings, online) as service:
        request = replace(request, online=service)
        if not (if_needed and is_current(settings.store, request)):
            built = build_region(settings.store, request, step)
        study = open_study(settings.store, region, progress=step, engine=engine)
    if built is not None:
        _say_upload(practices, built.upload)
        _say_upload(premises, built.premises)
        print_register(study.facts.register_report, "da", screen)
    publication = Publication(study)
    make_archives(publication, settings.store, settings.tiles_from_cells)
    shown: list[RenderableType] = [findings_grid(publication, SHORT), *banner_of(publication, "da")]
    for each in shown:
        screen.print(each)
    write_receipt(settings, region, Receipt(key, study.build, study.hash, text_of(*shown)))


cli.command()(fetch)
cli.command()(status)


@cli.command()
def check(
    file: Annotated[Path, typer.Argument(help="List of practices or premises: CSV, Excel or GeoPackage.")],
    region: RegionOption,
    online: OnlineOption = False,
    lang: LangOption = "da",
    as_json: JsonOption = False,
) -> None:
    """Check a list of practices or premises row by row; refused rows go to FILE.rejected.csv, with exit code 1.

    Premises are held against those that are built: added, moved, changed, removed.
    """
    settings, language = Settings(), language_of(lang)
    study = open_study(settings.store, region)
    try:
        with opened_service(settings, online) as service:
            upload, told = read_list(study, file, settings.upload_limit(file), service)
    except OSError as error:
        raise SourceError(f"{file} cannot be opened: {error.strerror}") from error
    report = held_to_register(study, upload)
    if as_json:
        answer = upload_answer(upload, language) | {"register": register_answer(report, language)}
        if told is not None and isinstance(upload, PremisesUpload):
            answer["difference"] = difference_answer(told, upload, language)
        screen.print_json(json.dumps(answer))
    else:
        print_upload(upload, language, screen)
        print_register(report, language, screen)
        if told is not None:
            print_difference(told, language, screen)
    if upload.breaches:
        say_written(write_rejected(file, upload, lang))
    if upload.breaches or not upload.kept:
        raise typer.Exit(ATTENTION)


@cli.command()
def choice(
    region: RegionOption,
    by: Annotated[str, typer.Option(help="area (municipalities), health_council, city_district or cell.")] = "area",
    mode: Annotated[
        str,
        typer.Option(help="Standard and minutes shown: drive, bike, walk, or a profile (drive_peak, ...)."),
    ] = "drive",
    out: Annotated[Path | None, typer.Option("--out", help="File to write; its ending says the format.")] = None,
    lang: LangOption = "da",
    as_json: JsonOption = False,
) -> None:
    """Who has how many open practices to choose between."""
    if mode not in profile_names():
        raise QuestionError(f"--mode is {mode!r}; choose one of {', '.join(profile_names())}")
    publication = _publication(region, mode)
    kind = "municipality" if by == "area" else by
    if kind not in (*BY, "cell"):
        raise QuestionError(f"--by is {by!r}; choose one of area, cell, {', '.join(BY)}")
    if out is not None:
        request = ExportRequest("cells") if kind == "cell" else ExportRequest("areas", None, kind)
        say_written(export_file(publication, out, request))
        return
    collection = publication.cells if kind == "cell" else publication.areas.only(kind=kind)
    columns = _columns(kind, read_profile(mode).network)
    if as_json:
        plain = collection.frame[columns].astype(object).where(collection.frame[columns].notna(), None)
        rows = plain.to_dict("records")
        screen.print_json(
            json.dumps({"data": publication.provenance.block(language_of(lang)), "rows": rows}, default=str)
        )
    else:
        shown = Collection(collection.table, collection.frame.head(SHORT)) if kind == "cell" else collection
        screen.print(collection_grid(shown, columns, publication.smallest, language_of(lang)))
        print_banner(publication, language_of(lang))


@cli.command("what-if")
def what_if(
    scenario: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="Scenario, JSON.")],
    region: RegionOption,
    lang: LangOption = "da",
    as_json: JsonOption = False,
) -> None:
    """The effect of a scenario on residents' choice, before and after, by area."""
    language, asked = language_of(lang), read_scenario(scenario.read_bytes())
    effects = Effects(Publication(open_study(Settings().store, region)))
    effect = effects.publication.study.what_if(asked)
    if as_json:
        screen.print_json(json.dumps(effects.answer(effect, language)))
    else:
        print_effect(effects, effect, language, screen)


cli.command()(sites)
cli.command("premises")(rank_premises)


@cli.command()
def export(
    out: Annotated[Path, typer.Argument(help="File to write: .gpkg .xlsx .fgb .geojson .parquet .csv")],
    region: RegionOption,
    collection: Annotated[str, typer.Option(help="areas, practices, little_choice_areas, cells, ...")] = "areas",
    lang: Annotated[
        str | None, typer.Option("--lang", help="Heads and codes of a CSV, language of a workbook: da or en.")
    ] = None,
    profile: ProfileOption = None,
) -> None:
    """Write findings as a file; a GeoPackage (with a QGIS project) and a workbook hold everything."""
    publication = _publication(region, *profile or ())
    language = None if lang is None else language_of(lang)
    say_written(export_file(publication, out, ExportRequest(collection, language)))


@cli.command("area-sheet")
def area_sheet(
    code: Annotated[str, typer.Argument(help="Code of the area: 0250, nordsjaelland, ...")],
    out: Annotated[Path, typer.Argument(help="PDF file to write.")],
    region: RegionOption,
    by: Annotated[str, typer.Option(help="municipality, health_council or city_district.")] = "municipality",
    lang: LangOption = "da",
) -> None:
    """Write one page about an area: its figures, map and causes, as a tagged PDF."""
    if out.suffix.lower() != ".pdf":
        raise QuestionError(f"an area sheet is a PDF, and {out.name} does not end in .pdf")
    publication = Publication(open_study(Settings().store, region))
    say_written(write_area_sheet(publication, by, code, out, language_of(lang)))


@cli.command("map")
def map_(
    kind: Annotated[str, typer.Argument(help="choice, sites or premises")],
    out: Annotated[Path, typer.Argument(help="HTML file to write; opens offline.")],
    region: RegionOption,
    lang: LangOption = "da",
    profile: ProfileOption = None,
    question: Annotated[Path | None, typer.Option(help="Of sites: the question, a JSON file.")] = None,
) -> None:
    """Write a map as one file that opens without a service or network; that of sites needs a question."""
    publication = _publication(region, *profile or ())
    if kind == "sites":
        say_written(sites_map(publication, question, out, language_of(lang)))
        return
    say_written(write_map(publication, kind, out, language_of(lang), date.today()))


@cli.command()
def serve(
    region: RegionOption,
    host: Annotated[str, typer.Option(help="Address to listen on; the loopback address unless told otherwise.")] = "",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 0,
    profile: ProfileOption = None,
) -> None:
    """Serve pages, maps, API and files of a built region."""
    given = {name: value for name, value in {"host": host, "port": port}.items() if value}
    settings = Settings(region=region, **given)  # type: ignore[arg-type]
    logging.getLogger().handlers.clear()
    configure_logging(settings.log_level)
    listening = listen(settings.host, settings.port)
    app = create_app(settings, _publication(region, *profile).study if profile else None)
    screen.print(f"Lægevalg: http://{settings.host}:{settings.port}")
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """A socket at an address that nobody else listens at.

    It says that it speaks TCP: only then does asyncio send what is written at once. An answer's head and body go apart,
    and the body would wait for the head to be acknowledged, up to 40 ms (Nagle 1984, RFC 896; RFC 1122, 4.2.3.2).

    Raises
    ------
    QuestionError : the address is taken or not this machine's
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise QuestionError(f"cannot listen at {host}:{port}: {error.strerror}; choose another --port") from error
    return listening


def _say_upload(path: Path | None, upload: Answered | None) -> None:
    """What became of an uploaded list, and where its refused rows are."""
    if path is None or upload is None:
        return
    print_upload(upload, "da", screen)
    if upload.breaches:
        say_written(write_rejected(path, upload))


def _columns(kind: str, mode: str) -> list[str]:
    """Columns that answer the question for cells or areas by a mode."""
    if kind == "cell":
        own = [f"nearest_open_min_{mode}", f"open_within_standard_{mode}"]
        return ["cell_id", "residents", "open_within_limit", "open_within_limit_straight", "nearest_open_m", *own]
    counts = ["residents", "under_two", "under_two_share", "under_two_straight", f"under_standard_{mode}"]
    return ["name", *counts, "nearest_open_m", "second_open_m"]


def _publication(region: str, *profiles: str) -> Publication:
    """What is published of a region, with the minutes of modes by some profiles."""
    study = open_study(Settings().store, region)
    for profile in profiles:
        study = study.travelled(profile)
    return Publication(study)
