"""`laegevalg premises`: which premises suit a practice, and how firmly the rank stands."""

import json
from pathlib import Path
from typing import Annotated

import typer

from app.commands.sites import find_area
from app.commands.terminal import JsonOption, LangOption, RegionOption, aside, language_of, say_written, screen
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.frontier import LEAST, FrontierWriter, Joint
from app.publish.premises import Asked, PremisesWriter, write_premises
from app.publish.premises_grid import print_frontier, print_premises
from app.settings import Settings
from app.siting.premises.ranking import NEW
from app.siting.premises.weights import read_weights
from app.siting.question import Area
from app.study import open_study


def premises(
    region: RegionOption,
    weights: Annotated[str, typer.Option(help="Weights, such as size=4,lifted=decisive; 0 to 4 each.")] = "",
    area: Annotated[str, typer.Option(help="Name or code of a municipality, health council or district.")] = "",
    together: Annotated[
        int | None, typer.Option("--sites", help="So many premises together, 1 to 5: residents lifted and suitability.")
    ] = None,
    measure: Annotated[str, typer.Option(help="Of --sites: least (of the least suitable) or total (of all).")] = LEAST,
    occasion: Annotated[str, typer.Option(help="new_establishment or move: which requirements hold.")] = NEW,
    out: Annotated[Path | None, typer.Option("--out", help="File to write; its ending says the format.")] = None,
    lang: LangOption = "da",
    as_json: JsonOption = False,
) -> None:
    """Premises ranked by requirements and weighted criteria, each with its reason and how firmly it stands."""
    language = language_of(lang)
    publication = Publication(open_study(Settings().store, region))
    asked = Asked(read_weights(weights), _area(publication, area), occasion)
    writer = PremisesWriter(publication, language)
    if out is not None:
        say_written(write_premises(Publication(publication.study, writer.ranking(asked)), out, language))
        return
    answer = writer.answer(asked)
    frontier = None
    if together is not None:
        with aside.status(text("job.running", language)):
            frontier = FrontierWriter(publication, language).answer(Joint(together, measure, asked))
    if as_json:
        more = {} if frontier is None else {"frontier": frontier}
        screen.print_json(json.dumps(answer | more, default=str))
        return
    print_premises(answer, language, screen)
    if frontier is not None:
        print_frontier(frontier, language, screen)


def _area(publication: Publication, wanted: str) -> Area:
    """An area by its name or code; the whole region for an empty one."""
    if not wanted:
        return Area()
    found = find_area(publication, wanted)
    return Area(found["kind"], found["code"])
