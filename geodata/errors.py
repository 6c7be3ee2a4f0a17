"""Everything that can be wrong with facts.

GeodataError
|-- CardError       a card is missing, unreadable or contradicts itself
|-- CrsError        a coordinate system is missing or not the one expected
|-- TableError      rows break a table's promise; carries every breach at once
|-- SourceError     a file cannot be read as the source it should be
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
    column : name of the column as the user wrote it
    found, expected : plain words, ready to be shown
    """

    row: int
    column: str
    found: str
    expected: str

    def __str__(self) -> str:
        where = f"row {self.row}, " if self.row else ""
        return f"{where}column {self.column}: found {self.found}, expected {self.expected}"


class TableError(GeodataError):
    """Rows break a table's promise; `breaches` holds every one of them."""

    def __init__(self, table: str, breaches: Sequence[Breach]) -> None:
        self.table = table
        self.breaches = tuple(breaches)
        shown = "; ".join(str(breach) for breach in self.breaches[:5])
        more = len(self.breaches) - 5
        super().__init__(f"table {table}: {shown}" + (f"; and {more} more" if more > 0 else ""))
