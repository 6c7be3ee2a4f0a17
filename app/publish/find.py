"""Where somebody means: coordinates, a practice, an address or a place, from what was typed; for placing practices."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from app import language as say
from app.language import Lang
from app.publish.collections import Publication
from app.publish.copy import text
from geodata.crs import WGS84, from_inside
from geodata.facts import PLACES, PRACTICES

MOST = 8
PAIR = re.compile(r"^[NE\s]*(-?\d+(?:[.,]\d+)?)[°NE,;\s]+(-?\d+(?:[.,]\d+)?)[°NE\s]*$", re.IGNORECASE)
LAT, LON = (54.0, 58.5), (7.5, 15.8)
EAST, NORTH = (400_000, 950_000), (6_000_000, 6_450_000)
"""Bounds of Denmark in degrees and in EPSG:25832, metres: they tell which of two numbers is which."""
DECIMALS = 5


def find(publication: Publication, typed: str, lang: Lang = "da") -> list[dict[str, Any]]:
    """What is meant: name, kind, longitude and latitude, and for a practice its number and intake; closest names first.

    Coordinates are read in degrees (55,93 12,31) or in EPSG:25832 (712345 6189012), in either order.
    """
    wanted = " ".join(typed.split()).casefold()
    if not wanted:
        return []
    if (at := position(wanted)) is not None:
        return [_hit(text("find.coordinate", lang), "coordinate", *at, "")]
    hits = [
        *_practices(publication, wanted, lang),
        *_places(publication, wanted, lang),
        *_addresses(publication, wanted),
    ]
    hits.sort(key=lambda hit: not hit["name"].casefold().startswith(wanted))
    return hits[:MOST]


def position(typed: str) -> tuple[float, float] | None:
    """Longitude and latitude of two numbers; None where they are no place in Denmark."""
    match = PAIR.match(typed.strip())
    if match is None:
        return None
    one, other = (float(part.replace(",", ".")) for part in match.groups())
    for a, b in ((one, other), (other, one)):
        if LAT[0] <= a <= LAT[1] and LON[0] <= b <= LON[1]:
            return b, a
        if EAST[0] <= a <= EAST[1] and NORTH[0] <= b <= NORTH[1]:
            lon, lat = from_inside(a, b, WGS84)
            return float(lon), float(lat)
    return None


def _practices(publication: Publication, wanted: str, lang: Lang) -> Iterator[dict[str, Any]]:
    frame = publication.practices.frame
    names, addresses = frame["name"].str.casefold(), frame["address"].str.casefold()
    match = (frame["ydernummer"] == wanted) | _holds(names, wanted) | _holds(addresses, wanted)
    rows = frame[match].drop_duplicates("ydernummer").head(MOST)
    for (_, row), (lon, lat) in zip(rows.iterrows(), _degrees(rows.geometry.x, rows.geometry.y), strict=True):
        number = text("practice.number", lang, nr=row["ydernummer"])
        about = f"{number} · {PRACTICES['intake'].code_label(row['intake'], lang)} · {row['address']}"
        own = {"ydernummer": row["ydernummer"], "intake": row["intake"]}
        yield _hit(row["name"], "practice", lon, lat, about) | own


def _places(publication: Publication, wanted: str, lang: Lang) -> Iterator[dict[str, Any]]:
    frame = publication.places.frame
    rows = frame[_holds(frame["name"].str.casefold(), wanted) & (frame["kind"] != "sea")]
    rows = rows.sort_values("name", key=lambda names: names.map(say.sort_key)).head(MOST)
    for (_, row), (lon, lat) in zip(rows.iterrows(), _degrees(rows.geometry.x, rows.geometry.y), strict=True):
        yield _hit(row["name"], "place", lon, lat, PLACES["kind"].code_label(row["kind"], lang))


def _addresses(publication: Publication, wanted: str) -> Iterator[dict[str, Any]]:
    frame = publication.study.facts.addresses
    rows = frame[frame["address"].str.casefold().str.startswith(wanted)].head(MOST)
    for address, (lon, lat) in zip(rows["address"], _degrees(rows["x"], rows["y"]), strict=True):
        yield _hit(address, "address", lon, lat, "")


def _holds(texts: "pd.Series[str]", wanted: str) -> "pd.Series[bool]":
    return texts.str.contains(wanted, regex=False).fillna(False).astype(bool)


def _degrees(x: Iterable[float], y: Iterable[float]) -> list[tuple[float, float]]:
    lon, lat = from_inside(np.asarray(x, dtype=float), np.asarray(y, dtype=float), WGS84)
    return list(zip(lon.tolist(), lat.tolist(), strict=True))


def _hit(name: str, kind: str, lon: float, lat: float, about: str) -> dict[str, Any]:
    return {"name": name, "kind": kind, "lon": round(lon, DECIMALS), "lat": round(lat, DECIMALS), "about": about}
