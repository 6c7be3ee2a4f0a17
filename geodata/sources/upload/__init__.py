"""Practices from the user's own file, CSV or Excel: the first-class source.

One row for each practice and location. Good rows become the tables practices, locations, practice_locations and
doctors; every mistake is answered by row, column, what was found and what was expected, in Danish and English.
"""

from geodata.sources.upload.columns import HEADS, Head
from geodata.sources.upload.reading import Upload, read_upload
from geodata.sources.upload.rejected import rejected_csv, write_rejected
from geodata.sources.upload.template import write_template
from geodata.sources.upload.wording import Note, RowBreach

__all__ = [
    "HEADS",
    "Head",
    "Note",
    "RowBreach",
    "Upload",
    "read_upload",
    "rejected_csv",
    "write_rejected",
    "write_template",
]
