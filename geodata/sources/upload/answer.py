"""What every uploaded file is answered with, whatever it lists."""

from dataclasses import dataclass

from geodata.sources.upload.form import REASON, ROW_NUMBER, Form
from geodata.sources.upload.raw import RawRow, RawTable
from geodata.sources.upload.wording import Note, RowBreach


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An uploaded file, read.

    Parameters
    ----------
    rows, kept : rows in the file, and good ones; the others have breaches
    breaches : every mistake, the file's own first, then by row
    notes : what the owner should know of the file and of good rows
    head : heads as the user wrote them
    rejected : the bad rows as the user wrote them
    """

    rows: int
    kept: int
    breaches: tuple[RowBreach, ...]
    notes: tuple[Note, ...]
    head: tuple[str, ...]
    rejected: tuple[RawRow, ...]


def unused_heads(raw: RawTable, form: Form) -> list[Note]:
    """A note on every head that is not understood; those of a rejected file are its own."""
    known = form.recognised(raw.head)
    own = (ROW_NUMBER, REASON)
    spare = [head for at, head in enumerate(raw.head) if head and at not in known and head not in own]
    return [Note(0, head, "column_ignored", {"x": head[:80]}) for head in spare]
