"""Everything that can be wrong with a planning question.

PlanningError
|-- QuestionError     a parameter is unknown or out of range
|-- OutsideError      a point lies outside the region
|-- NotFoundError     an area, practice, job or file does not exist
|-- BusyError         too many jobs are waiting
`-- ExportError       a format is unknown or a file cannot be written

A message says what is wrong, where, and how to mend it.
"""


class PlanningError(Exception):
    """Base of all errors about planning questions.

    Parameters
    ----------
    message : in English, for logs and the command line
    key : of the same message in both languages in the catalogue of copy, below `error`; empty where there is none
    slots : what the catalogue's text says
    """

    def __init__(self, message: str = "", key: str = "", **slots: object) -> None:
        super().__init__(message)
        self.key, self.slots = key, slots


class QuestionError(PlanningError):
    """A parameter is unknown or out of range."""


class OutsideError(PlanningError):
    """A point lies outside the region."""


class NotFoundError(PlanningError):
    """An area, practice, job or file does not exist."""


class BusyError(PlanningError):
    """Too many jobs are waiting."""


class ExportError(PlanningError):
    """A format is unknown or a file cannot be written."""
