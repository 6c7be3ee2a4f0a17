"""Everything that can be wrong with facts.

GeodataError
|-- CardError       a card is missing, unreadable or contradicts itself
|-- CrsError        a coordinate system is missing or not the one expected
|-- TableError      rows break a table's promise; carries every breach at once
|-- SourceError     a file cannot be read as the source it should be
|   `-- MisfitError     it is not what its card promises; says source, row, column, found, expected
|       `-- FetchError      it cannot be fetched; what was fetched before stays as it is
|-- NetworkError    a street network cannot be made or used
`-- StoreError      a store is absent, damaged or of another version

A message says what is wrong, where, and how to mend it.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class GeodataError(Exception):
    """Base of all errors about facts."""


class CardError(GeodataError):
    """A card is missing, unreadable or contradicts itself."""


class CrsError(GeodataError):
    """A coordinate system is missing or is not the one expected."""


class SourceError(GeodataError):
    """A file cannot be read as the source it should be."""


class NetworkError(GeodataError):
    """A street network cannot be made or used."""


class StoreError(GeodataError):
    """A store is absent, damaged or was written by another version."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One value that breaks a promise.

    Parameters
    ----------
    row : row number as the user sees it in the file or frame; 0 when the whole column or file is meant
    column : name of the column as the user wrote it; empty when no one column is meant
    found, expected : plain words, ready to be shown
    """

    row: int
    column: str
    found: str
    expected: str

    def __str__(self) -> str:
        where = [f"row {self.row}"] * bool(self.row) + [f"column {self.column}"] * bool(self.column)
        return f"{', '.join(where)}{': ' if where else ''}found {self.found}, expected {self.expected}"


class MisfitError(SourceError):
    """A file or an answer is not what its source card promises.

    Parameters
    ----------
    source : id of the source card
    breach : row and column (0 and empty where the whole file is meant), found, expected
    mend : how to mend it; empty when nothing can be done but wait
    """

    def __init__(self, source: str, breach: Breach, mend: str = "") -> None:
        self.source, self.breach, self.mend = source, breach, mend
        super().__init__(f"{source}: {breach}" + (f"; {mend}" if mend else ""))


class FetchError(MisfitError):
    """A source cannot be fetched; what was fetched before stays as it is."""


class TableError(GeodataError):
    """Rows break a table's promise; `breaches` holds every one of them."""

    def __init__(self, table: str, breaches: Sequence[Breach]) -> None:
        self.table = table
        self.breaches = tuple(breaches)
        shown = "; ".join(str(breach) for breach in self.breaches[:5])
        more = len(self.breaches) - 5
        super().__init__(f"table {table}: {shown}" + (f"; and {more} more" if more > 0 else ""))
