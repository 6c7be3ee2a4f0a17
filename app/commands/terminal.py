"""Where commands write to, the options they share, and the bar that shows how far they are."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from io import StringIO
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, RenderableType
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
from rich.text import Text

from app import language as say
from app.errors import QuestionError
from app.publish.collections import Publication
from app.settings import Settings

Step = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is (0: not known)."""

NARROW = 132
WIDTH = None if sys.stdout.isatty() else NARROW
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
    for words in banner_of(publication, lang):
        screen.print(words)


def banner_of(publication: Publication, lang: say.Lang) -> list[Text]:
    """The words on example data, none or one."""
    banner = publication.provenance.banner(lang)
    return [Text(str(banner), style="yellow")] if banner else []


def text_of(*shown: RenderableType) -> str:
    """What a file or pipe would get of tables and words."""
    plain = Console(file=StringIO(), highlight=False, width=NARROW, color_system=None)
    for each in shown:
        plain.print(each)
    return plain.file.getvalue()  # type: ignore[attr-defined,no-any-return]


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
