"""What a file that people fill in may hold: its heads, which of them are needed, and how they are recognised."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

ROW_NUMBER = "Række"
REASON = "Fejl"


@dataclass(frozen=True, slots=True)
class Head:
    """One column of a file.

    Parameters
    ----------
    name : what the house calls it
    title_da, title : head in the template, and its English name
    also : other heads that are understood
    needed : every row must have it
    about_da, about : one sentence of explanation
    example : value in the template's invented row
    choices : values offered in the template
    whole : (lowest, highest) of a whole number, None where there is no such limit
    decimal : (lowest, highest) of a number
    """

    name: str
    title_da: str
    title: str
    also: tuple[str, ...]
    needed: bool
    about_da: str
    about: str
    example: str | int | float
    choices: tuple[str, ...] = ()
    whole: tuple[int, int | None] | None = None
    decimal: tuple[float, float] | None = None


@dataclass(frozen=True)
class Form:
    """A kind of file.

    Parameters
    ----------
    name : of the table it becomes
    heads : in the order of the template
    sheet : name of the template's sheet
    places : columns that together say where a row is; a file must have all of one of these
    """

    name: str
    heads: tuple[Head, ...]
    sheet: str
    places: tuple[tuple[str, ...], ...]

    @cached_property
    def by_name(self) -> Mapping[str, Head]:
        """Heads by what the house calls them."""
        return {head.name: head for head in self.heads}

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """Every head that is understood, as `plain`, with the column it names."""
        return {plain(word): head.name for head in self.heads for word in words_of(head)}

    def recognised(self, heads: Sequence[object]) -> dict[int, str]:
        """Position of every head that is understood, with the column it names."""
        named = ((position, self.aliases.get(plain(head))) for position, head in enumerate(heads) if head is not None)
        return {position: name for position, name in named if name}

    def missing(self, names: Sequence[str]) -> list[str]:
        """Danish heads of the needed columns that are not among `names`; a place is needed too."""
        missing = [head.title_da for head in self.heads if head.needed and head.name not in names]
        return missing + [self.by_name[name].title_da for name in self._missing_of_place(set(names))]

    def _missing_of_place(self, names: set[str]) -> list[str]:
        """What a place lacks: of a pair of which one is there, else of the first way to say one."""
        whole = [place for place in self.places if set(place) <= names]
        begun = next((place for place in self.places if set(place) & names and len(place) > 1), None)
        if any(len(place) > 1 for place in whole) or (whole and begun is None):
            return []
        return [name for name in begun or self.places[0] if name not in names]


def words_of(head: Head) -> tuple[str, ...]:
    """All that a head may be called."""
    return (head.name, head.title_da, head.title, *head.also)


def plain(text: object) -> str:
    """A head or code word as it is compared: lower case, without brackets, punctuation and double spaces."""
    bare = re.sub(r"\([^)]*\)", " ", str(text).replace("\ufeff", "").casefold())
    return " ".join(re.sub(r"[^\w]|_", " ", bare).split())
