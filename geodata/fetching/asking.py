"""What is asked of a publisher, and the two ways in which an answer can be no answer."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geodata.catalogue import Card, Endpoint
from geodata.errors import Breach, CardError, FetchError
from geodata.fetching.bounds import MEGABYTE

Check = Callable[[Path], object]
"""Looks at a fetched file and raises a SourceError when it is not what it should be; what it gives is not used."""


Make = Callable[[Path, Path], object]
"""Writes to its second path what is kept of the answer at its first; raises a SourceError when it cannot."""


def unlooked(_: Path) -> None:
    """The check that finds nothing wrong."""


@dataclass(frozen=True)
class Ask:
    """One request.

    Parameters
    ----------
    card : the source card
    url : address without the key
    file : where the answer is kept below the raw folder; the card's file unless given
    format : what the answer should be; the card's format unless given
    parameters : of the query
    body : sent as JSON by POST; None asks by GET
    key_in : name of the query parameter that carries the card's key; empty when none is sent
    member : pattern of the one file that is taken out of the answer when that is a zip
    make : makes the file that is kept out of the answer; None keeps the answer as it came
    check : looks at the file before it takes the place of the former one
    """

    card: Card
    url: str
    file: str = ""
    format: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    key_in: str = ""
    member: str = ""
    make: Make | None = None
    check: Check = unlooked

    @property
    def method(self) -> str:
        """GET, or POST where there is a body."""
        return "GET" if self.body is None else "POST"

    @property
    def kind(self) -> str:
        """What the answer should be."""
        return "zip" if self.member else self.format or self.card.format

    @property
    def target(self) -> str:
        """Where the answer is kept below the raw folder."""
        return self.file or self.card.file

    @property
    def largest(self) -> int:
        """Bytes; a larger answer is refused."""
        return int(endpoint_of(self.card).largest_megabytes * MEGABYTE)

    @property
    def name(self) -> str:
        """Hash of the request, without its key: the same request goes on where it was broken off."""
        content = [self.card.id, self.method, self.url, dict(self.parameters), self.body, self.target]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def endpoint_of(card: Card) -> Endpoint:
    """The endpoint of a card.

    Raises
    ------
    CardError : the card's source is not fetched
    """
    if card.endpoint is None:
        raise CardError(f"source card {card.id} is not fetched; put its file {card.file} into a folder")
    return card.endpoint


class BreakError(Exception):
    """An answer that did not come or came in part, and may come when asked again.

    Parameters
    ----------
    found, expected : plain words
    wait : seconds that the publisher asks to wait; None when it says nothing
    gained : bytes that came before the break and are kept
    """

    def __init__(self, found: str, expected: str, wait: float | None = None, gained: int = 0) -> None:
        self.found, self.expected, self.wait, self.gained = found, expected, wait, gained
        super().__init__(f"found {found}, expected {expected}")


def misfit(ask: Ask, found: str, expected: str, mend: str = "") -> FetchError:
    """The error that ends a fetch."""
    return FetchError(ask.card.id, Breach(0, "", found, expected), mend)
