"""Addresses whose place is known on this machine, and how one is found among them."""

import difflib
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from geodata.geocoding.spelling import Address, address_of, same_town

FOUND, AMBIGUOUS, UNKNOWN = "found", "ambiguous", "unknown"
SAME_PLACE_M = 100.0
MOST_CANDIDATES = 5
MOST_DIFFERENT = 0.8
"""Streets less alike than this (difflib's ratio) are not suggested."""
NEAR_NUMBERS = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known address: as its source writes it, where it stands in EPSG:25832, and whose it is."""

    label: str
    x: float
    y: float
    source: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """What came of looking for an address.

    Parameters
    ----------
    state : found, ambiguous (it stands in several places) or unknown
    candidates : the one found; those it could be; or known addresses that come near, for a human to choose from
    """

    state: str
    candidates: tuple[Candidate, ...] = ()

    @property
    def found(self) -> Candidate | None:
        """The address; None unless it is found."""
        return self.candidates[0] if self.state == FOUND else None


Online = Callable[[str], Sequence[Candidate]]
"""Asks a service for addresses like a text; gives nothing when it does not answer."""


class Gazetteer:
    """Known addresses, by street and house; nothing is indexed until one is looked for.

    Parameters
    ----------
    frames : tables with address, x, y and perhaps source; the first that has an address gives its place
    online : asked for addresses that are not known here; None asks nobody
    """

    def __init__(self, frames: Iterable[pd.DataFrame], online: Online | None = None) -> None:
        self._frames, self._online = tuple(frames), online

    def find(self, text: str, *, ask: bool = True) -> Lookup:
        """Where an address stands: found here, else by the service (if it may be asked), else what comes near."""
        asked = address_of(text)
        if asked is None:
            return Lookup(UNKNOWN)
        here = among(asked, self._houses.get(_house(asked), ()))
        if here.state != UNKNOWN:
            return here
        listed = self._online(text) if ask and self._online is not None else ()
        told = among(asked, _read(listed))
        if told.state != UNKNOWN:
            return told
        near = (*here.candidates, *listed) or self._near(asked)
        return Lookup(UNKNOWN, tuple(dict.fromkeys(near))[:MOST_CANDIDATES])

    @cached_property
    def _houses(self) -> dict[tuple[str, int, str], list[tuple[Address, Candidate]]]:
        houses: dict[tuple[str, int, str], list[tuple[Address, Candidate]]] = {}
        for known, candidate in _read(candidate for frame in self._frames for candidate in _candidates(frame)):
            houses.setdefault(_house(known), []).append((known, candidate))
        return houses

    @cached_property
    def _streets(self) -> dict[str, list[tuple[Address, Candidate]]]:
        streets: dict[str, list[tuple[Address, Candidate]]] = {}
        for (street, _, _), entries in self._houses.items():
            streets.setdefault(street, []).extend(entries)
        return streets

    def _near(self, asked: Address) -> list[Candidate]:
        """Other houses of the street, else the same house of streets spelled nearly so, in the same town."""
        own = [entry for entry in self._streets.get(asked.street, ()) if _together(asked, entry[0])]
        if own:
            ranked = sorted(own, key=lambda entry: (abs(entry[0].number - asked.number), entry[0].letter))
            return [entry for known, entry in ranked if abs(known.number - asked.number) <= NEAR_NUMBERS]
        together = self._streets_of(asked.postcode)
        alike = difflib.get_close_matches(asked.street, together, MOST_CANDIDATES, MOST_DIFFERENT)
        houses = (self._houses.get((street, asked.number, asked.letter), ()) for street in alike)
        return [entry for house in houses for known, entry in house if _together(asked, known)]

    def _streets_of(self, postcode: str) -> Sequence[str]:
        """Streets of a postcode, and those of which none is known; all of them for an empty one."""
        return (
            sorted({*self._postcodes.get(postcode, ()), *self._postcodes.get("", ())}) if postcode else [*self._streets]
        )

    @cached_property
    def _postcodes(self) -> dict[str, set[str]]:
        streets: dict[str, set[str]] = {}
        for street, entries in self._streets.items():
            for known, _ in entries:
                streets.setdefault(known.postcode, set()).add(street)
        return streets


def among(asked: Address, entries: Iterable[tuple[Address, Candidate]]) -> Lookup:
    """Choose among known addresses of the same house: those of the same place, of the first source that has any."""
    houses = [entry for entry in entries if _house(entry[0]) == _house(asked)]
    same = [candidate for known, candidate in houses if _same(asked, known)]
    best = [candidate for candidate in same if candidate.source == same[0].source]
    if not best:
        return Lookup(UNKNOWN, tuple(candidate for _, candidate in houses))
    apart = any(math.dist((best[0].x, best[0].y), (one.x, one.y)) > SAME_PLACE_M for one in best)
    return Lookup(AMBIGUOUS, tuple(best[:MOST_CANDIDATES])) if apart else Lookup(FOUND, tuple(best[:1]))


def _house(address: Address) -> tuple[str, int, str]:
    return address.street, address.number, address.letter


def _same(asked: Address, known: Address) -> bool:
    """The same postcode; where one of them has none the same town; where neither has anything, that is the same too."""
    if asked.postcode and known.postcode:
        return asked.postcode == known.postcode
    if asked.postcode or asked.town or known.postcode or known.town:
        return same_town(asked.town, known.town)
    return True


def _together(asked: Address, known: Address) -> bool:
    """Whether a known address may be meant: nothing speaks against its postcode or town."""
    return _same(asked, known) or not (asked.postcode or asked.town) or not (known.postcode or known.town)


def _candidates(frame: pd.DataFrame) -> Iterable[Candidate]:
    sources = frame["source"].fillna("") if "source" in frame else [""] * len(frame)
    for address, x, y, source in zip(frame["address"], frame["x"], frame["y"], sources, strict=True):
        if isinstance(address, str):
            yield Candidate(address, float(x), float(y), str(source))


def _read(candidates: Iterable[Candidate]) -> list[tuple[Address, Candidate]]:
    read = address_of.__wrapped__  # each is read once: keeping them would push out those that are asked for
    return [(known, candidate) for candidate in candidates if (known := read(candidate.label)) is not None]
