"""Everything that can be wrong with a planning question.

PlanningError
|-- QuestionError     a parameter is unknown or out of range
|-- OutsideError      a point lies outside the region
|-- NotFoundError     an area, practice or file does not exist
`-- ExportError       a format is unknown or a file cannot be written

A message says what is wrong, where, and how to mend it.
"""


class PlanningError(Exception):
    """Base of all errors about planning questions."""


class QuestionError(PlanningError):
    """A parameter is unknown or out of range."""


class OutsideError(PlanningError):
    """A point lies outside the region."""


class NotFoundError(PlanningError):
    """An area, practice or file does not exist."""


class ExportError(PlanningError):
    """A format is unknown or a file cannot be written."""
