"""Cards of regions and sources: what is where, whose it is, how old, under which licence."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from geodata.errors import CardError

CARDS = Path(str(files("geodata"))) / "cards"
_PUT_RIGHT: ContextVar[Mapping[str, Mapping[str, str]]] = ContextVar("put_right", default=MappingProxyType({}))


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
    region_codes : codes and names by which registers know the region
    roads : who is asked for its streets (a word of `geodata.sources.ROADS`); empty asks the first source of the layer
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
    region_codes: tuple[str, ...] = ()
    roads: str = ""

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
class Endpoint:
    """Where a source is fetched, and what of that nobody has verified.

    Parameters
    ----------
    url : address; names in braces stand for settings
    settings : what differs from year to year or is not verified, by name
    unverified : names of the settings that have not been seen to work; they can be set without a new version
    megabytes : about how much is fetched, for `laegevalg fetch --dry-run`
    largest_megabytes : what is larger is refused
    """

    url: str
    settings: dict[str, str]
    unverified: tuple[str, ...]
    megabytes: float
    largest_megabytes: float


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
    format : geojson, gpkg, csv, json, pbf, zip, ...; empty when generated here
    key : name of the key that its publisher asks for; empty when it asks for none
    endpoint : where it is fetched; None when it comes from a folder only
    beside : other files that are read with it
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
    format: str = ""
    key: str = ""
    endpoint: Endpoint | None = None
    beside: tuple[str, ...] = ()

    def stale(self, day: date, as_of: date | None = None) -> bool:
        """Whether the data, of `as_of` where the file says it better than the card, are older than the card allows."""
        return self.max_age_months > 0 and months_between(as_of or self.as_of, day) > self.max_age_months

    def with_settings(self, given: Mapping[str, str]) -> "Card":
        """The card with some settings of its endpoint, or its `url`, put right.

        Raises
        ------
        CardError : the card has no such setting
        """
        if self.endpoint is None:
            raise CardError(f"source card {self.id} is not fetched and has no settings")
        strangers = sorted(set(given) - {"url", *self.endpoint.settings})
        if strangers:
            known = ", ".join(("url", *self.endpoint.settings))
            raise CardError(f"source card {self.id} has no setting {', '.join(strangers)}; it has {known}")
        settings = {name: str(given.get(name, value)) for name, value in self.endpoint.settings.items()}
        return replace(
            self, endpoint=replace(self.endpoint, url=given.get("url", self.endpoint.url), settings=settings)
        )


def months_between(earlier: date, later: date) -> int:
    """Calendar months from one day to another."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


@contextmanager
def put_right(settings: Mapping[str, Mapping[str, str]]) -> Iterator[None]:
    """Read cards with some of their settings put right, by the card's id, as long as the block lasts."""
    token = _PUT_RIGHT.set(settings)
    try:
        yield
    finally:
        _PUT_RIGHT.reset(token)


def read_card(name: str, folder: Path | None = None) -> Card:
    """Read a source card by its id, with what `put_right` says of its settings.

    Raises
    ------
    CardError : there is no such card or setting, or a field is missing
    """
    card = _card(name, folder)
    given = _PUT_RIGHT.get().get(name)
    return card.with_settings(given) if given and folder is None else card


def _card(name: str, folder: Path | None) -> Card:
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
            format=card.get("format", ""),
            key=card.get("key", ""),
            endpoint=_endpoint(card["fetch"]) if "fetch" in card else None,
            beside=tuple(card.get("beside", ())),
        )
    except KeyError as error:
        raise CardError(f"source card {name} lacks the field {error}") from error


def _endpoint(row: dict[str, Any]) -> Endpoint:
    return Endpoint(
        url=row["url"],
        settings={name: str(value) for name, value in row.get("settings", {}).items()},
        unverified=tuple(row.get("unverified", ())),
        megabytes=row["megabytes"],
        largest_megabytes=row["largest_megabytes"],
    )


def card_names(folder: Path | None = None) -> list[str]:
    """Ids of all source cards."""
    return sorted(path.stem for path in (folder or CARDS / "sources").glob("*.toml"))


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
        region_codes=tuple(card.get("region_codes", ())),
        roads=card.get("roads", ""),
    )


def _municipality(row: dict[str, str], council: str) -> Municipality:
    full = row.get("full_name", f"{row['name']} Kommune")
    return Municipality(row["code"], row["name"], full, row.get("preposition", "i"), council)


@dataclass(frozen=True, slots=True)
class Layer:
    """One thing that a region is made of, and its sources in the order in which they are taken.

    Parameters
    ----------
    needed : whether a region cannot be built without it
    sources : ids of source cards
    on_request : whether it is fetched only when it is named
    alternatives : sources that are taken only where they are asked for by name; read as the others are
    """

    id: str
    title: str
    title_da: str
    needed: bool
    sources: tuple[str, ...]
    on_request: bool = False
    alternatives: tuple[str, ...] = ()

    @property
    def readable(self) -> tuple[str, ...]:
        """Sources by which it can be read."""
        return (*self.sources, *self.alternatives)


def read_layers(path: Path = CARDS / "layers.toml") -> dict[str, Layer]:
    """The layers of a region by id.

    Raises
    ------
    CardError : the card is damaged or a field is missing
    """
    rows = _read(path.parent, path.stem, "layer").get("layer", [])
    try:
        layers = [
            Layer(**{**row, "sources": tuple(row["sources"]), "alternatives": tuple(row.get("alternatives", ()))})
            for row in rows
        ]
        return {layer.id: layer for layer in layers}
    except (KeyError, TypeError) as error:
        raise CardError(f"layer card {path.name}: {error}") from error
