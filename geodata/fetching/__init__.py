"""Fetching: asks publishers for files and keeps them, each with a note of where it came from.

    card + settings -> Ask -> Fetcher.file -> raw/<file> and raw/<file>.fetched.json

Nothing here knows a source: `geodata/sources` says what to ask for and looks at what came.
"""

from geodata.fetching.asking import Ask
from geodata.fetching.bounds import Bounds
from geodata.fetching.fetcher import Fetched, Fetcher
from geodata.fetching.keys import Keys
from geodata.fetching.raw import Note, read_note

__all__ = ["Ask", "Bounds", "Fetched", "Fetcher", "Keys", "Note", "read_note"]
