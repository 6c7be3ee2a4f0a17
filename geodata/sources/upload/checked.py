"""A row being read: what stands in its fields, what is wrong with them, and what is to be said of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from geodata.sources.upload import values
from geodata.sources.upload.form import Form
from geodata.sources.upload.raw import RawRow
from geodata.sources.upload.wording import NOTHING, Expected, Note, RowBreach, WrongValueError

SHOWN = 80
A_VALUE = Expected("en værdi", "a value")
NO_CONTROL = Expected("almindelig tekst", "plain text")


@dataclass
class Checked:
    """A row being read: its texts by column, the heads they stand under, and what was found."""

    number: int
    texts: Mapping[str, str]
    heads: Mapping[str, str]
    form: Form
    breaches: list[RowBreach] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def value(self, name: str, read: Callable[[str], Any], empty: Any = None) -> Any:
        """A value read; `empty` when the field is empty and need not be filled, None when it is wrong."""
        text = self.texts.get(name, "")
        if not text and not self.form.by_name[name].needed:
            return empty
        try:
            if not text:
                raise WrongValueError("missing", A_VALUE)
            if values.CONTROL.search(text):
                raise WrongValueError("control", NO_CONTROL)
            return read(text)
        except WrongValueError as wrong:
            self.refuse(name, wrong)
        return None

    def refuse(self, name: str, wrong: WrongValueError, **said: object) -> None:
        """Add a breach of a column."""
        text = self.texts.get(wrong.column or name, "")
        found = values.CONTROL.sub("\ufffd", text)[:SHOWN] or NOTHING
        column = self.title(wrong.column or name)
        breach = RowBreach(
            self.number, column, found, wrong.expected.en, wrong.case, wrong.expected.da, said, wrong.candidates
        )
        self.breaches.append(breach)

    def note(self, name: str, case: str, **said: object) -> None:
        """Add a remark on a column."""
        self.notes.append(Note(self.number, self.title(name), case, said))

    def title(self, name: str) -> str:
        """Head of a column as the user wrote it."""
        return self.heads.get(name) or self.form.by_name[name].title_da


def checked_row(raw: RawRow, head: tuple[str, ...], form: Form) -> Checked:
    """A row's texts under the heads that are understood; a row with more fields than heads has a breach."""
    columns = form.recognised(head)
    texts = {name: values.text_of(raw.cells[at]) if at < len(raw.cells) else "" for at, name in columns.items()}
    checked = Checked(raw.number, texts, {name: head[at] for at, name in columns.items()}, form)
    over = sum(cell not in (None, "") for cell in raw.cells[len(head) :])
    if over:
        wanted = Expected(f"{len(head)} felter", f"{len(head)} fields")
        found = f"{len(head) + over} felter"
        checked.breaches.append(RowBreach(raw.number, head[-1], found, wanted.en, "fields", wanted.da))
    return checked


def spoken(text: str, name: str, checked: Checked) -> str:
    """A text as it is kept; one that a spreadsheet might take for a formula is noted, and loses its apostrophe."""
    bare = text[1:] if text.startswith("'") and values.dangerous(text[1:]) else text
    if values.dangerous(bare):
        checked.note(name, "formula")
    return bare
