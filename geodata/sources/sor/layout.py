"""Which column of the register's file holds what, as the settings of its card say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from geodata.catalogue import Card
from geodata.errors import Breach, MisfitError
from geodata.fetching.asking import endpoint_of

SINGLE = ("sor_id", "kind", "parent", "name", "type_code", "type_name", "ydernummer", "valid_from", "valid_to")
OF_ADDRESS = ("street", "house", "postcode", "town", "municipality", "region", "east", "north")
ALTERNATIVE = "|"
MOST_SPECIALITIES = 9
SHOWN = 60


@dataclass(frozen=True)
class Layout:
    """Positions of the columns that are used.

    Parameters
    ----------
    single : role -> position
    addresses : role -> position, for each kind of address that the file has, in the card's order
    specialities : positions of specialities, the first one first
    width : columns in all
    notes : what the file does not have
    """

    single: Mapping[str, int]
    addresses: tuple[Mapping[str, int], ...]
    specialities: tuple[int, ...]
    width: int
    notes: tuple[str, ...]


def layout_of(head: Sequence[str], card: Card) -> Layout:
    """Find the columns that the card's settings name.

    Raises
    ------
    MisfitError : a column that the card names alone is not there, or no column tells a practice or its place
    """
    settings, at = endpoint_of(card).settings, {name.strip(): position for position, name in enumerate(head)}
    single = {role: found for role in SINGLE if (found := _position(role, settings[role], at, card)) is not None}
    if not {"type_code", "type_name"} & set(single):
        raise _lacking(card, "type_name", settings["type_name"] or settings["type_code"], at)
    addresses = tuple(_addresses(settings, at))
    if not any({"east", "north"} <= set(address) for address in addresses):
        named = settings["east"].format(address=settings["addresses"].split(",")[0])
        raise _lacking(card, "east", named, at)
    pattern = settings["speciality"]
    counted = (_first(pattern.format(n=number), at) for number in range(1, MOST_SPECIALITIES + 1))
    specialities = tuple(dict.fromkeys(found for found in counted if found is not None))
    lacking = [role for role in SINGLE if settings[role] and role not in single]
    notes = tuple(f"no column {settings[role]} ({role})" for role in lacking)
    return Layout(single, addresses, specialities, len(head), notes)


def _position(role: str, setting: str, at: Mapping[str, int], card: Card) -> int | None:
    """Position of a column; None where the file need not have it and has not."""
    found = _first(setting, at)
    if found is None and setting and ALTERNATIVE not in setting:
        raise _lacking(card, role, setting, at)
    return found


def _first(setting: str, at: Mapping[str, int]) -> int | None:
    return next((at[name] for name in setting.split(ALTERNATIVE) if name in at), None)


def _addresses(settings: Mapping[str, str], at: Mapping[str, int]) -> Iterator[dict[str, int]]:
    for address in settings["addresses"].split(","):
        named = {role: _first(settings[role].format(address=address), at) for role in OF_ADDRESS}
        found = {role: position for role, position in named.items() if position is not None}
        if found:
            yield found


def _lacking(card: Card, role: str, name: str, at: Mapping[str, int]) -> MisfitError:
    some = ", ".join(list(at)[:SHOWN]) or "none"
    return MisfitError(
        card.id,
        Breach(1, name, f"only the columns {some}", "this column"),
        f"put the setting {role} right by LAEGEVALG_SOURCES",
    )
