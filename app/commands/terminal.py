"""Where commands write to, the options they share, and the bar that shows how far they are."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)

from app import language as say
from app.errors import QuestionError
from app.publish.collections import Publication
from app.settings import Settings

Step = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is (0: not known)."""

WIDTH = None if sys.stdout.isatty() else 132
"""A file or pipe has no width of its own; tables there are as wide as they need, up to this."""
screen = Console(highlight=False, width=WIDTH)
aside = Console(stderr=True, highlight=False)

BAD_INPUT = 2
ATTENTION = 1
"""Exit code of a command that worked and found something to look at: refused rows, sources too old."""

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
FromOption = Annotated[Path | None, typer.Option("--from", help="Folder of files, laid out as the source cards say.")]


def bar() -> AbstractContextManager[Step]:
    """A bar that counts the steps of one part of the work after the other."""
    return _bar(BarColumn(), TaskProgressColumn())


def bytes_bar() -> AbstractContextManager[Step]:
    """A bar that counts the bytes of one file after the other."""
    return _bar(BarColumn(), DownloadColumn(), TransferSpeedColumn())


@contextmanager
def _bar(*middle: ProgressColumn) -> Iterator[Step]:
    columns = (SpinnerColumn(), TextColumn("{task.description:<20}"), *middle)
    with Progress(*columns, TimeElapsedColumn(), console=aside, transient=True) as shown:
        task = shown.add_task("", total=1)

        def step(what: str, done: int, of: int) -> None:
            shown.update(task, description=what, completed=done, total=of or None)

        yield step


def say_written(path: Path) -> None:
    """Where a file was written, on one line however long."""
    aside.print(f"→ {path}", markup=False, soft_wrap=True)


def print_banner(publication: Publication, lang: say.Lang) -> None:
    """The words on example data, where there are any."""
    banner = publication.provenance.banner(lang)
    if banner:
        screen.print(str(banner), style="yellow")


def language_of(lang: str) -> say.Lang:
    """The language of an option.

    Raises
    ------
    QuestionError : neither da nor en
    """
    for known in say.LANGS:
        if lang == known:
            return known
    raise QuestionError(f"--lang is {lang!r}; choose da or en")
