"""Which ways a mode of travel may use, in which direction and how fast: one card per mode, read as a `Mode`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from geodata.errors import CardError
from geodata.network.speeds import parse_kmh

CARDS = Path(str(files("geodata"))) / "cards" / "modes"

Tags = Mapping[str, str]
Values = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Oneway:
    """How a mode reads one-way streets.

    Parameters
    ----------
    tags : the first of these that a way has decides; empty means the mode goes both ways everywhere
    forward, backward : its values for travel with and against the order of the way's nodes; any other is both ways
    implied : without such a tag, ways with these values are forward only
    contraflow : ways with these values are open both ways whatever `tags[-1]` says
    """

    tags: tuple[str, ...] = ()
    forward: frozenset[str] = frozenset()
    backward: frozenset[str] = frozenset()
    implied: Values = field(default_factory=dict)
    contraflow: Values = field(default_factory=dict)

    def directions(self, tags: Tags) -> tuple[bool, bool]:
        """Whether a way is open with and against the order of its nodes."""
        name = next((tag for tag in self.tags if tag in tags), None)
        if not self.tags or (name in (None, self.tags[-1]) and _matches(self.contraflow, tags)):
            return True, True
        if name is None:
            return True, not _matches(self.implied, tags)
        return tags[name] not in self.backward, tags[name] not in self.forward


@dataclass(frozen=True, slots=True)
class Speeds:
    """Speeds of a mode in km/h.

    Parameters
    ----------
    tag : tag that holds a way's own speed; None when the mode's pace does not depend on it
    least_observed_m : metres of tagged street a class needs before their mean stands in for the untagged ones
    otherwise_kmh : classes that `kmh` does not name
    kmh : default by highway class
    names : tagged speeds that are names, "DK:urban"
    """

    tag: str | None
    least_observed_m: float
    otherwise_kmh: float
    kmh: Mapping[str, float]
    names: Mapping[str, float]

    def tagged(self, tags: Tags) -> float | None:
        """A way's own speed in km/h; None when it has none that can be read."""
        return parse_kmh(tags[self.tag], self.names) if self.tag and self.tag in tags else None

    def default(self, highway: str) -> float:
        """Speed in km/h of a highway class without observations."""
        return self.kmh.get(highway, self.otherwise_kmh)


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode's card.

    Parameters
    ----------
    name : drive, bike or walk
    title, title_da, about : what it is called and what it stands for
    status, source, standing, checked : as on a rule card
    network_type : osmnx's name of the same selection
    walk_kmh : pace between a place and the network
    excluded : a way is left out when one of these tags has one of these values
    access_tags, closed : the first of these tags that a way has closes it with one of these values
    oneway, speeds : see there
    """

    name: str
    title: str
    title_da: str
    about: str
    status: str
    source: str
    standing: str
    checked: date
    network_type: str
    walk_kmh: float
    excluded: Values
    access_tags: tuple[str, ...]
    closed: frozenset[str]
    oneway: Oneway
    speeds: Speeds

    def uses(self, tags: Tags) -> bool:
        """Whether the mode may use a way with these tags."""
        if "highway" not in tags or _matches(self.excluded, tags):
            return False
        name = next((tag for tag in self.access_tags if tag in tags), None)
        return name is None or tags[name] not in self.closed

    def directions(self, tags: Tags) -> tuple[bool, bool]:
        """Whether a way is open with and against the order of its nodes."""
        return self.oneway.directions(tags)

    @property
    def tags(self) -> frozenset[str]:
        """Every tag that bears on the mode; a reader need keep no others."""
        names = {"highway", *self.excluded, *self.access_tags, *self.oneway.tags}
        names |= {*self.oneway.implied, *self.oneway.contraflow}
        return frozenset(names | ({self.speeds.tag} if self.speeds.tag else set()))


def _matches(values: Values, tags: Tags) -> bool:
    return any(tags.get(tag) in wanted for tag, wanted in values.items())


def mode_names(folder: Path = CARDS) -> tuple[str, ...]:
    """Names of the modes that have a card, in order of the alphabet."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def read_mode(name: str, folder: Path = CARDS) -> Mode:
    """Read the card of a mode.

    Raises
    ------
    CardError : there is no such card, a field is missing or of the wrong kind, or a speed is not above nought
    """
    if name not in mode_names(folder):
        raise CardError(f"there is no mode {name}; the cards hold {', '.join(mode_names(folder))}")
    path = folder / f"{name}.toml"
    try:
        mode = _mode(name, tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise CardError(f"mode card {path.name}: {error!r}; compare it with the card of another mode") from error
    _refuse_standstill(mode)
    return mode


def _mode(name: str, card: Mapping[str, Any]) -> Mode:
    return Mode(
        name=name,
        **{key: str(card[key]) for key in ("title", "title_da", "about", "status", "source", "standing")},
        checked=card["checked"],
        network_type=card["network_type"],
        walk_kmh=float(card["walk_kmh"]),
        excluded=_values(card["excluded"]),
        access_tags=tuple(card["access"]["tags"]),
        closed=frozenset(card["access"]["closed"]),
        oneway=_oneway(card["oneway"]),
        speeds=_speeds(card["speed"]),
    )


def _oneway(card: Mapping[str, Any]) -> Oneway:
    return Oneway(
        tuple(card["tags"]),
        frozenset(card.get("forward", ())),
        frozenset(card.get("backward", ())),
        _values(card.get("implied", {})),
        _values(card.get("contraflow", {})),
    )


def _speeds(card: Mapping[str, Any]) -> Speeds:
    return Speeds(
        card.get("tag"),
        float(card["least_observed_m"]),
        float(card["otherwise_kmh"]),
        _numbers(card["kmh"]),
        _numbers(card.get("names", {})),
    )


def _values(card: Mapping[str, list[str]]) -> Values:
    return {tag: frozenset(values) for tag, values in card.items()}


def _numbers(card: Mapping[str, Any]) -> dict[str, float]:
    return {key: float(value) for key, value in card.items()}


def _refuse_standstill(mode: Mode) -> None:
    speeds = {**mode.speeds.kmh, **mode.speeds.names}
    speeds |= {"walk_kmh": mode.walk_kmh, "otherwise_kmh": mode.speeds.otherwise_kmh}
    for key, kmh in speeds.items():
        if not 0 < kmh < float("inf"):
            raise CardError(f"mode card {mode.name}.toml: {key} is {kmh:g} km/h; expected a speed above nought")
