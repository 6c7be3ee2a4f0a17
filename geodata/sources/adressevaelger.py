"""The national address service, asked for addresses that are not known on this machine: only if it is switched on.

One address after the other, each once, with a pause between, and so many a run; after a failure it is not asked again.
"""

import logging
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from geodata import crs
from geodata.catalogue import Card
from geodata.errors import GeodataError
from geodata.fetching import Ask, Bounds, Fetcher, Keys
from geodata.fetching.asking import endpoint_of, misfit
from geodata.geocoding import Address, Candidate, address_of
from geodata.geocoding.spelling import plain_address
from geodata.sources.datafordeler.addresses import POINT

log = logging.getLogger(__name__)

CARD = "adressevaelger"
BOUNDS = Bounds(tries=3, pause_seconds=0.5, longest_pause_seconds=10.0, silent_seconds=10.0, seconds=60.0)


class AddressService:
    """Answers an address with the house numbers that the service knows like it.

    Parameters
    ----------
    fetcher : with the card's key, if there is one
    card : the service's; its settings say how it is asked
    """

    def __init__(self, fetcher: Fetcher, card: Card) -> None:
        self._fetcher, self._card, self._settings = fetcher, card, endpoint_of(card).settings
        self._known: dict[str, tuple[Candidate, ...]] = {}
        self._asked, self._silent = 0, False

    def __call__(self, text: str) -> tuple[Candidate, ...]:
        """House numbers like an address, each with its point; none where it fails or has been asked enough."""
        plain = plain_address(text)
        if plain not in self._known:
            self._known[plain] = self._found(text)
        return self._known[plain]

    def _found(self, text: str) -> tuple[Candidate, ...]:
        asked = address_of(text)
        if self._silent or asked is None:
            return ()
        if self._asked >= int(self._settings["most"]):
            self._silent = True
            log.warning("%s: asked for %d addresses; the rest is left", self._card.id, self._asked)
            return ()
        self._asked += 1
        try:
            return tuple(self._candidates(text, asked))
        except GeodataError as error:
            self._silent = True
            log.warning("%s; it is not asked again in this run", error)
            return ()

    def _candidates(self, text: str, asked: Address) -> Iterator[Candidate]:
        """The best of what the service lists, those of the same house first."""
        words = {"tekst": text[: int(self._settings["longest"])], "maksimum": self._settings["maximum"]}
        answer = self._ask(self._settings["search"], words)
        rows = answer.get("fund")
        if not isinstance(rows, list):
            found = str(answer.get("beskrivelse") or ", ".join(answer))[:80] or "nothing"
            raise misfit(self._request(self._settings["search"], words), found, "a list named fund")
        houses = [row for row in rows if isinstance(row, dict) and row.get("type") == self._settings["kind"]]
        ranked = sorted(houses, key=lambda row: not _alike(asked, str(row.get("titel", ""))))
        for row in ranked[: int(self._settings["details"])]:
            yield self._detail(str(row.get("id", "")))

    def _detail(self, name: str) -> Candidate:
        path = self._settings["detail"].format(id=name)
        answer = self._ask(path, {})
        house = answer.get("husnummer")
        point = _point(house.get("adgangspunkt")) if isinstance(house, dict) else None
        label = house.get("adgangsadressebetegnelse") if isinstance(house, dict) else None
        if point is None or not isinstance(label, str):
            ask = self._request(path, {})
            raise misfit(ask, str(answer)[:80], "a husnummer with adgangsadressebetegnelse and a point of Denmark")
        return Candidate(label, *point, self._card.id)

    def _ask(self, path: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        time.sleep(float(self._settings["pause_seconds"]))
        ask = self._request(path, parameters)
        answer = self._fetcher.answer(ask)
        if not isinstance(answer, dict):
            raise misfit(ask, str(answer)[:80], "an object")
        return answer

    def _request(self, path: str, parameters: Mapping[str, str]) -> Ask:
        """A question with the token, which is the card's own unless there is a key."""
        name, keyed = self._settings["key_in"], self._card.key in self._fetcher.keys
        token = {} if keyed else {name: self._settings["token"]}
        url = f"{endpoint_of(self._card).url}/{path}"
        return Ask(self._card, url, parameters={**parameters, **token}, key_in=name if keyed else "")


@contextmanager
def address_service(
    keys: Keys, settings: Mapping[str, Mapping[str, str]], *, on: bool
) -> Iterator[AddressService | None]:
    """The service, open as long as the block lasts; None where it is not switched on.

    Raises
    ------
    CardError : a setting of its card is none
    """
    if not on:
        yield None
        return
    with (
        tempfile.TemporaryDirectory(prefix="laegevalg-addresses-") as folder,
        Fetcher(Path(folder), keys, BOUNDS, settings) as fetcher,
    ):
        yield AddressService(fetcher, fetcher.card(CARD))


def _alike(asked: Address, title: str) -> bool:
    known = address_of(title)
    return known is not None and (known.street, known.number, known.letter) == (
        asked.street,
        asked.number,
        asked.letter,
    )


def _point(place: Any) -> tuple[float, float] | None:
    """Easting and northing of an access point: as GeoJSON, as x and y, or as well-known text."""
    if not isinstance(place, dict):
        return None
    geometry, pair = place.get("geometri"), place.get("koordinater")
    found: Any = None
    if isinstance(geometry, dict):
        found = geometry.get("coordinates")
        text = POINT.fullmatch(str(geometry.get("wkt", "")))
        found = found or (text.groups() if text else None)
    if found is None and isinstance(pair, dict):
        found = (pair.get("x"), pair.get("y"))
    try:
        x, y = (float(value) for value in list(found)[:2])
    except (TypeError, ValueError):
        return None
    west, south, east, north = crs.DENMARK
    return (x, y) if west <= x <= east and south <= y <= north else None
