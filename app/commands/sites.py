"""`laegevalg sites`: where new practices help most, with found and ceiling as they close in; Ctrl-C keeps the best."""

import json
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

from app import language as say
from app.commands.terminal import (
    JsonOption,
    LangOption,
    RegionOption,
    aside,
    language_of,
    print_banner,
    say_written,
    screen,
)
from app.errors import NotFoundError, QuestionError
from app.language import Lang
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.proof_words import amount
from app.publish.single_file import write_sites_map
from app.publish.site_files import write_sites
from app.publish.sites import SitesWriter
from app.settings import Settings
from app.siting.answer import Budget, GoOn
from app.siting.objectives import OBJECTIVES
from app.siting.question import COMPARED, OBJECTIVE, SECONDS, SERVED, SitingQuestion, parse_question, read_question
from app.siting.reasons import KINDS, ZONES
from app.study import open_study
from geodata.tables import Code

AREAS = ("municipality", "health_council", "city_district")
STANDARD = "mode:minutes"
ALTERNATIVES = SitingQuestion(1).alternatives


def _names(codes: Sequence[Code]) -> str:
    return ", ".join(code.value for code in codes)


def sites(
    region: RegionOption,
    add: Annotated[int, typer.Option("--add", help="Number of new practices.")],
    objective: Annotated[str, typer.Option(help=f"One of {', '.join(OBJECTIVES)}.")] = OBJECTIVE,
    k: Annotated[int | None, typer.Option("--k", help="Open practices that residents shall have; 2 by rule.")] = None,
    area: Annotated[str, typer.Option(help="Name or code of a municipality, health council or district.")] = "",
    standard: Annotated[str, typer.Option(help="What is within reach, as drive:15; without it the legal limit.")] = "",
    weights: Annotated[
        str, typer.Option(help="Who counts, as age_65_79=2,age_80_plus=3, or contacts=1; else everybody.")
    ] = "",
    by: Annotated[str, typer.Option(help=f"Areas that are compared: {', '.join(COMPARED)}.")] = COMPARED[0],
    gini: Annotated[float | None, typer.Option(help="Largest Gini of their mean ways, 0 to 1; else today's.")] = None,
    give: Annotated[float, typer.Option(help="Percent of the residents lifted to give up for shorter ways.")] = 0.0,
    kind: Annotated[
        list[str] | None, typer.Option(help=f"Only sites there for this reason ({_names(KINDS)}); may be given again.")
    ] = None,
    zone: Annotated[
        list[str] | None, typer.Option(help=f"Only sites in this zone ({_names(ZONES)}); may be given again.")
    ] = None,
    stop: Annotated[
        float | None, typer.Option(help="Only sites with a bus stop or station within so many metres.")
    ] = None,
    require: Annotated[
        list[str] | None, typer.Option(help="A requirement that premises must be known to meet.")
    ] = None,
    per_site: Annotated[int, typer.Option(help="Most new practices at one site.")] = 1,
    capacity: Annotated[float, typer.Option(help="GP capacities of each new practice.")] = 1.0,
    serve: Annotated[str, typer.Option(help=f"Whose residents count: {', '.join(SERVED)}.")] = SERVED[0],
    alternatives: Annotated[int, typer.Option(help="Other placements to look for.")] = ALTERNATIVES,
    close: Annotated[list[str] | None, typer.Option(help="A practice that closes; may be given again.")] = None,
    move: Annotated[list[str] | None, typer.Option(help="A practice that may move; may be given again.")] = None,
    time_limit: Annotated[float, typer.Option("--time-limit", help="Seconds.")] = SECONDS,
    out: Annotated[Path | None, typer.Option("--out", help="File to write: .gpkg .xlsx .geojson .csv .json")] = None,
    lang: LangOption = "da",
    as_json: JsonOption = False,
) -> None:
    """Where new practices help most, and how sure that is; Ctrl-C stops and keeps the best with its ceiling."""
    language = language_of(lang)
    publication = Publication(open_study(Settings().store, region))
    document: dict[str, Any] = {"add": add, "objective": objective, "k": k, "time_limit": time_limit}
    document |= {"close": close or [], "move": move or [], "require": require or []}
    document |= {"by": by, "gini": gini, "give": give, "serve": serve, "alternatives": alternatives}
    document |= {"kinds": kind or [], "zones": zone or [], "stop_m": stop, "per_site": per_site, "capacity": capacity}
    if weights:
        document["weights"] = read_age_weights(weights)
    if area:
        document["area"] = find_area(publication, area)
    if standard:
        document["standard"] = read_standard(standard)
    question = parse_question(document)
    with watched(publication, question, language) as go_on:
        sited = publication.study.sites(question, Budget(question.time_limit, go_on))
    answer = SitesWriter(publication, language).answer(sited)
    if out is not None:
        say_written(write_sites(publication, answer, out, language))
    if as_json:
        screen.print_json(json.dumps(answer))
    elif out is None:
        print_answer(answer, language)
        print_banner(publication, language)


def sites_map(publication: Publication, question: Path | None, out: Path, lang: Lang) -> Path:
    """Ask a question out of a file, and write the map of its answer.

    Raises
    ------
    QuestionError : there is no file, or it holds no question
    """
    if question is None or not question.is_file():
        raise QuestionError('a map of sites needs --question FILE, a JSON file such as {"add": 5}')
    asked = read_question(question.read_bytes())
    with watched(publication, asked, lang) as go_on:
        sited = publication.study.sites(asked, Budget(asked.time_limit, go_on))
    return write_sites_map(publication, SitesWriter(publication, lang).answer(sited), out, lang, date.today())


def find_area(publication: Publication, wanted: str) -> dict[str, str]:
    """An area by its code or name, the first kind that has one.

    Raises
    ------
    NotFoundError : there is none
    """
    areas = publication.study.findings.areas
    for kind in AREAS:
        rows = areas[areas["kind"] == kind]
        found = rows[(rows["code"] == wanted) | (rows["name"].str.casefold() == wanted.casefold())]
        if len(found):
            return {"kind": kind, "code": str(found["code"].iloc[0])}
    region = publication.study.facts.region.name_da
    raise NotFoundError(
        f"there is no area {wanted!r} in {region}; see `laegevalg choice`", "area", x=wanted, region=region
    )


def read_standard(written: str) -> dict[str, Any]:
    """A standard as drive:15.

    Raises
    ------
    QuestionError : it is not written so
    """
    mode, _, minutes = written.partition(":")
    try:
        return {"mode": mode, "minutes": float(minutes.replace(",", "."))}
    except ValueError as error:
        raise QuestionError(f"--standard is {written!r}; expected {STANDARD}, as drive:15") from error


def read_age_weights(written: str) -> dict[str, Any]:
    """Weights of age groups as age_65_79=2,age_80_plus=3.

    Raises
    ------
    QuestionError : they are not written so
    """
    pairs = [part.partition("=") for part in written.replace(" ", "").split(",")]
    try:
        return {name: float(weight) for name, _, weight in pairs}
    except ValueError as error:
        raise QuestionError(f"--weights is {written!r}; expected such as age_65_79=2,age_80_plus=3") from error


@contextmanager
def watched(publication: Publication, question: SitingQuestion, lang: Lang) -> Iterator[GoOn]:
    """Show found and ceiling while the search runs; the first Ctrl-C stops it, the second ends the program."""
    stop = threading.Event()

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, asked)
    labels = text("proof.found", lang), text("proof.ceiling_short", lang)
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=aside, transient=True
    ) as bar:
        task = bar.add_task(text("job.running", lang), total=None)

        def go_on(value: float, bound: float) -> bool:
            shown = [amount(one, question, lang, publication.smallest) for one in (value, bound) if abs(one) < 1e15]
            if len(shown) == len(labels):
                bar.update(task, description=" · ".join(f"{a} {b}" for a, b in zip(labels, shown, strict=True)))
            return not stop.is_set()

        try:
            yield go_on
        finally:
            signal.signal(signal.SIGINT, before)


def print_answer(answer: Mapping[str, Any], lang: Lang) -> None:
    """Print proof, sites with their reasons, and how far the other placements are behind."""
    words, proof = answer["words"], answer["proof"]["words"]
    screen.print(words["title"], style="bold")
    screen.print(" · ".join((words["area"], words["goal"], words["standard"])))
    for label in ("found", "bound"):
        screen.print(f"{proof[f'{label}_label']}: {proof[label]}")
    screen.print(
        " · ".join(part for part in (proof["tag"], proof["about"], proof["computed"], proof["stopped"]) if part)
    )
    if not answer["solutions"]:
        for sentence in answer["sentences"]:
            screen.print(sentence)
        return
    best = answer["solutions"][0]
    screen.print(f"{best['shown']} {answer['sentences'][0]}")
    for sentence in (*answer["sentences"][1:], *best["also"]):
        screen.print(sentence)
    grid = Grid(title=text("site.title", lang), title_justify="left", show_lines=True)
    for head, side in (("", "right"), (text("wi.area", lang), "left"), ("", "left")):
        grid.add_column(head, justify="right" if side == "right" else "left", overflow="fold")
    for site in best["sites"]:
        where = f"{site['name']}, {site['municipality']}\n{site['lat']:.5f}, {site['lon']:.5f}"
        grid.add_row(str(site["number"]), where, "\n".join((site["reason"], *site["notes"])))
    screen.print(grid)
    for solution in answer["solutions"][1:]:
        equal, behind = not solution["behind"], say.gap(solution["behind"], lang)
        slots = {"i": solution["rank"], "found": solution["shown"], "p": behind}
        screen.print(text("alt.equal" if equal else "alt.behind", lang, **slots))
