"""Cards of regions and sources: what is where, whose it is, how old, under which licence."""

import tomllib
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from geodata.errors import CardError

CARDS = Path(str(files("geodata"))) / "cards"


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality of a region card.

    Parameters
    ----------
    code : four digits, "0101"
    name : as people use it, "Hvidovre"
    full_name : with its kind, "Hvidovre Kommune"
    preposition : Danish "i" or "på" before the name
    health_council : code of its health council; empty for a neighbour
    """

    code: str
    name: str
    full_name: str
    preposition: str
    health_council: str


@dataclass(frozen=True, slots=True)
class HealthCouncil:
    """A health council (sundhedsråd) of a region card."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Island:
    """Municipalities without a road to the rest; drawn in an inset when `inset`."""

    name: str
    municipalities: tuple[str, ...]
    inset: bool


@dataclass(frozen=True, slots=True)
class Region:
    """An area card: which municipalities, councils, districts, islands and neighbours make a region, and when.

    Parameters
    ----------
    id : name of the card, "hovedstaden"
    data : "sample" when its facts are generated here, "files" when they are read from a folder
    start, end : first and last day the region exists; `end` is None while it is open
    municipalities, neighbours : members, and those across the border whose practices count for choice
    districts : code -> name of the city districts, by municipality code
    outside : codes that files give to the region though they are no municipality of it; left out
    """

    id: str
    name: str
    name_da: str
    data: str
    start: date
    end: date | None
    municipalities: tuple[Municipality, ...]
    health_councils: tuple[HealthCouncil, ...]
    neighbours: tuple[Municipality, ...]
    islands: tuple[Island, ...]
    districts: dict[str, dict[str, str]] = field(default_factory=dict)
    outside: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the member municipalities, in card order."""
        return tuple(municipality.code for municipality in self.municipalities)

    def municipality(self, code: str) -> Municipality:
        """A member or neighbour by its code.

        Raises
        ------
        CardError : the region has no such municipality
        """
        for municipality in (*self.municipalities, *self.neighbours):
            if municipality.code == code:
                return municipality
        raise CardError(f"region {self.id} has no municipality {code}")

    def island_of(self, code: str) -> str:
        """Name of the island a municipality lies on; empty for the mainland."""
        return next((island.name for island in self.islands if code in island.municipalities), "")

    def in_force(self, day: date) -> bool:
        """Whether the region exists on a day."""
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class Card:
    """A source card: whose data, under which licence, how old, in which file and form.

    Parameters
    ----------
    id : name of the card
    title, title_da : what it is
    publisher, licence, licence_url : whose and on which terms
    credit, credit_da : the line the licence asks for, shown on every map and file
    url : where it comes from
    as_of : date the data describe
    file : path below the folder of `laegevalg build --from`; empty when generated here
    crs : EPSG code of the file; 0 when it has no coordinates
    columns : columns the file must have
    max_age_months : older than this is shown as stale; 0 when it does not age
    standing : real, estimated, approximate or synthetic
    """

    id: str
    title: str
    title_da: str
    publisher: str
    licence: str
    licence_url: str
    credit: str
    credit_da: str
    url: str
    as_of: date
    file: str
    crs: int
    columns: tuple[str, ...]
    max_age_months: int
    standing: str

    def stale(self, day: date) -> bool:
        """Whether the data are older on a day than the card allows."""
        months = (day.year - self.as_of.year) * 12 + day.month - self.as_of.month
        return self.max_age_months > 0 and months > self.max_age_months


def read_card(name: str, folder: Path | None = None) -> Card:
    """Read a source card by its id.

    Raises
    ------
    CardError : there is no such card or a field is missing
    """
    card = _read(folder or CARDS / "sources", name, "source")
    try:
        return Card(
            id=name,
            title=card["title"],
            title_da=card["title_da"],
            publisher=card["publisher"],
            licence=card["licence"],
            licence_url=card.get("licence_url", ""),
            credit=card["credit"],
            credit_da=card["credit_da"],
            url=card.get("url", ""),
            as_of=card["as_of"],
            file=card.get("file", ""),
            crs=card.get("crs", 0),
            columns=tuple(card.get("columns", ())),
            max_age_months=card.get("max_age_months", 0),
            standing=card["standing"],
        )
    except KeyError as error:
        raise CardError(f"source card {name} lacks the field {error}") from error


def card_names(folder: Path | None = None) -> list[str]:
    """Ids of all source cards."""
    return sorted(path.stem for path in (folder or CARDS / "sources").glob("*.toml"))


def region_names(folder: Path | None = None) -> list[str]:
    """Ids of all region cards."""
    return sorted(path.stem for path in (folder or CARDS / "areas").glob("*.toml"))


def read_region(name: str, folder: Path | None = None) -> Region:
    """Read a region card by its id; a card may take over another's members by `same_as`.

    Raises
    ------
    CardError : there is no such card, a field is missing, or a municipality has no health council
    """
    root = folder or CARDS / "areas"
    card = _read(root, name, "region")
    try:
        if "same_as" in card:
            card = {**_read(root, card["same_as"], "region"), **card}
        return _region(name, card)
    except KeyError as error:
        raise CardError(f"region card {name} lacks the field {error}") from error


def _read(root: Path, name: str, what: str) -> dict[str, Any]:
    path = root / f"{name}.toml"
    known = sorted(other.stem for other in root.glob("*.toml"))
    if name not in known:
        raise CardError(f"there is no {what} card {name!r}; choose one of {', '.join(known)}")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CardError(f"{what} card {name}: {error}") from error


def _region(name: str, card: dict[str, Any]) -> Region:
    councils = card["health_council"]
    council_of = {code: council["code"] for council in councils for code in council["municipalities"]}
    members = tuple(_municipality(row, council_of.get(row["code"], "")) for row in card["municipality"])
    orphans = [member.code for member in members if not member.health_council]
    strangers = sorted(set(council_of) - {member.code for member in members})
    if orphans or strangers:
        raise CardError(f"region card {name}: municipalities without health council {orphans}, or unknown {strangers}")
    return Region(
        id=name,
        name=card["name"],
        name_da=card["name_da"],
        data=card["data"],
        start=card["start"],
        end=card.get("end"),
        municipalities=members,
        health_councils=tuple(HealthCouncil(council["code"], council["name"]) for council in councils),
        neighbours=tuple(_municipality(row, "") for row in card.get("neighbour", [])),
        islands=tuple(
            Island(row["name"], tuple(row["municipalities"]), row.get("inset", False)) for row in card.get("island", [])
        ),
        districts={row["municipality"]: dict(row["names"]) for row in card.get("district", [])},
        outside=tuple(card.get("outside", ())),
    )


def _municipality(row: dict[str, str], council: str) -> Municipality:
    full = row.get("full_name", f"{row['name']} Kommune")
    return Municipality(row["code"], row["name"], full, row.get("preposition", "i"), council)
