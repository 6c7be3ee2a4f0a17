"""Raw rows of an uploaded file, and the files that are refused as a whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from geodata.sources.upload.form import Form
from geodata.sources.upload.values import Cell
from geodata.sources.upload.wording import Note, RowBreach

MOST_ROWS = 50_000
MOST_COLUMNS = 200
HEAD_WITHIN = 20


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: its number as the user sees it, and its cells."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class RawTable:
    """Head and rows of a file; `breaches` of the whole file, after which there may be no rows."""

    head: tuple[str, ...] = ()
    rows: tuple[RawRow, ...] = ()
    breaches: tuple[RowBreach, ...] = ()
    notes: tuple[Note, ...] = field(default=())


class RefusedFileError(Exception):
    """A file that holds no rows to answer one by one; carries the breach."""

    def __init__(self, case: str, found: str, expected: tuple[str, str], **values: object) -> None:
        self.breach = RowBreach(0, "", found, expected[1], case, expected[0], values)
        super().__init__(case)


UNREADABLE = ("en fil i Excel (.xlsx) eller CSV", "a file in Excel (.xlsx) or CSV")


def table_of(lines: Sequence[RawRow], form: Form, notes: Sequence[Note] = ()) -> RawTable:
    """Head and filled rows of a sheet: the head is the first row with most of the heads that are understood."""
    filled = [line for line in lines if any(_filled(cell) for cell in line.cells)]
    if not filled:
        raise RefusedFileError("empty", "nothing", ("rækker", "rows"))
    if len(filled) > MOST_ROWS:
        expected = (f"højst {MOST_ROWS} rækker", f"at most {MOST_ROWS} rows")
        raise RefusedFileError("too_many_rows", f"{len(filled)} rows", expected, n=MOST_ROWS)
    at = head_at(filled, form)
    head = tuple("" if cell is None else str(cell).strip() for cell in filled[at].cells[:MOST_COLUMNS])
    return RawTable(head, tuple(filled[at + 1 :]), tuple(_head_breaches(head, form)), tuple(notes))


def head_at(lines: Sequence[RawRow], form: Form) -> int:
    """Position of the head among filled rows."""
    counts = [len(form.recognised(line.cells[:MOST_COLUMNS])) for line in lines[:HEAD_WITHIN]]
    return counts.index(max(counts)) if counts else 0


def _filled(cell: Cell) -> bool:
    return cell is not None and str(cell).strip() != ""


def _head_breaches(head: tuple[str, ...], form: Form) -> Iterator[RowBreach]:
    known = form.recognised(head)
    names = list(known.values())
    for title in form.missing(names):
        found = ", ".join(filter(None, head))[:200] or "nothing"
        yield RowBreach(0, title, found, f"a column {title}", "missing_column", f"kolonnen {title}", {"x": title})
    for position, name in known.items():
        if names.index(name) != list(known).index(position):
            values = {"x": head[position]}
            yield RowBreach(
                0, head[position], "twice", "each column once", "column_twice", "hver kolonne én gang", values
            )
