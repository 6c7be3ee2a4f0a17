"""Reading and checking the cards of profiles: `geodata/cards/profiles/*.toml`."""

import tomllib
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from geodata.errors import CardError
from geodata.network.modes import mode_names
from geodata.network.profiles import Cited, Door, Junction, Pace, Profile, Turn
from geodata.rules import Standing, Status

CARDS = Path(str(files("geodata"))) / "cards" / "profiles"
PARTS = {"pace": Pace, "junction": Junction, "turn": Turn, "door": Door}
READ: dict[str, Callable[[Any], Any]] = {
    "arms": int,
    "quiet": frozenset,
    "main": frozenset,
    "rank": lambda groups: tuple(map(frozenset, groups)),
    "kmh": lambda table: {name: float(value) for name, value in table.items()},
    "factor": lambda table: {name: float(value) for name, value in table.items()},
}
"""How a value of a part is read; any other is a number."""


def profile_names(folder: Path = CARDS) -> tuple[str, ...]:
    """Names of the profiles that have a card: the modes themselves first, then in order of the alphabet."""
    names = {path.stem for path in folder.glob("*.toml")}
    return tuple(sorted(names, key=lambda name: (name not in mode_names(), name)))


def read_profile(name: str, folder: Path = CARDS) -> Profile:
    """Read the card of a profile.

    Raises
    ------
    CardError : there is no such card, a field is missing, unknown or of the wrong kind, or a number is out of range
    """
    if name not in profile_names(folder):
        raise CardError(f"there is no profile {name}; the cards hold {', '.join(profile_names(folder))}")
    path = folder / f"{name}.toml"
    try:
        profile = _profile(name, tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise CardError(f"profile card {path.name}: {error!r}; compare it with the card of another profile") from error
    _refuse_unsaid(profile)
    for what, number, least in _numbers(profile):
        if not least <= number < float("inf"):
            raise CardError(f"profile card {path.name}: {what} is {number:g}; expected a number of at least {least:g}")
    return profile


def _profile(name: str, card: dict[str, Any]) -> Profile:
    speed = card.pop("estimated_kmh", None)
    parts = {part: _part(kind, card.pop(part, None)) for part, kind in PARTS.items()}
    walk, cited = float(card.pop("walk_kmh")), Cited(card.pop("source"), card.pop("standing"))
    return Profile(
        name=name,
        cited=cited,
        walk_kmh=walk,
        estimated_kmh=None if speed is None else float(speed),
        **parts,
        **card,
    )


def _part(kind: type[Any], card: dict[str, Any] | None) -> Any:
    if card is None:
        return None
    cited = Cited(card.pop("source"), card.pop("standing"))
    return kind(cited, **{name: READ.get(name, float)(value) for name, value in card.items()})


def _cited(profile: Profile) -> Iterator[tuple[str, Cited]]:
    yield "the card", profile.cited
    for name in PARTS:
        part = getattr(profile, name)
        if part is not None:
            yield name, part.cited


def _refuse_unsaid(profile: Profile) -> None:
    """Refuse a card that does not say where it comes from, or travels no network."""
    card = f"profile card {profile.name}.toml"
    if profile.network not in mode_names():
        raise CardError(f"{card}: network is {profile.network}; expected one of {', '.join(mode_names())}")
    if profile.status not in get_args(Status):
        raise CardError(f"{card}: status is {profile.status}; expected one of {', '.join(get_args(Status))}")
    for part, cited in _cited(profile):
        if cited.standing not in get_args(Standing) or not cited.source:
            raise CardError(f"{card}: {part} needs a source and a standing of {', '.join(get_args(Standing))}")


SLOWEST_KMH = 0.1
"""A speed below this is a mistake."""


def _numbers(profile: Profile) -> Iterator[tuple[str, float, float]]:
    """Every number of a card: its name, itself, and the least it may be."""
    yield "walk_kmh", profile.walk_kmh, SLOWEST_KMH
    if profile.estimated_kmh is not None:
        yield "estimated_kmh", profile.estimated_kmh, SLOWEST_KMH
    if profile.pace is not None:
        yield from ((f"pace.kmh.{name}", kmh, SLOWEST_KMH) for name, kmh in profile.pace.kmh.items())
        yield "pace.otherwise_kmh", profile.pace.otherwise_kmh or SLOWEST_KMH, SLOWEST_KMH
        factors = {**profile.pace.factor, "otherwise": profile.pace.otherwise}
        yield from ((f"pace.factor.{name}", factor, SLOWEST_KMH) for name, factor in factors.items())
    for name in ("junction", "turn", "door"):
        part = getattr(profile, name)
        for number in (n for n in getattr(part, "__slots__", ()) if n.endswith(("_s", "_min", "_deg", "arms"))):
            yield f"{name}.{number}", getattr(part, number), 0.0
