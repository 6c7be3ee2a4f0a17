"""Practices and premises from the user's own file, CSV, Excel or GeoPackage: the first-class source.

Of practices a row stands for each practice and location, and good rows become the tables practices, locations,
practice_locations and doctors; of premises a row stands for one set of premises. Every mistake is answered by row,
column, what was found and what was expected, in Danish and English.
"""

from geodata.sources.upload.answer import Answered
from geodata.sources.upload.columns import HEADS, PRACTICE_FORM
from geodata.sources.upload.difference import MOVED_M, Difference, difference
from geodata.sources.upload.form import Form, Head
from geodata.sources.upload.locating import Whereabouts, whereabouts_of
from geodata.sources.upload.opening import form_of
from geodata.sources.upload.premises import PremisesUpload, Surroundings, read_premises, surroundings_of
from geodata.sources.upload.premises_columns import PREMISES_FORM
from geodata.sources.upload.reading import Upload, read_upload
from geodata.sources.upload.rejected import rejected_csv, write_rejected
from geodata.sources.upload.template import write_template
from geodata.sources.upload.wording import Note, RowBreach

__all__ = [
    "HEADS",
    "MOVED_M",
    "PRACTICE_FORM",
    "PREMISES_FORM",
    "Answered",
    "Difference",
    "Form",
    "Head",
    "Note",
    "PremisesUpload",
    "RowBreach",
    "Surroundings",
    "Upload",
    "Whereabouts",
    "difference",
    "form_of",
    "read_premises",
    "read_upload",
    "rejected_csv",
    "surroundings_of",
    "whereabouts_of",
    "write_rejected",
    "write_template",
]
