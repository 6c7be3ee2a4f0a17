"""Finding an area, a place or a practice by what somebody types."""

from collections.abc import Iterator
from dataclasses import dataclass

from app import language as say
from app.language import Lang
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.page import View
from app.publish.panel import BYS, Writer
from geodata.crs import WGS84, from_inside
from geodata.facts import PLACES

MOST = 12
PLACE_ZOOM, PRACTICE_ZOOM = 12.0, 14.0


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its name, what it is and the address of the page that shows it."""

    name: str
    kind: str
    link: str


def search(publication: Publication, typed: str, lang: Lang = "da") -> list[Hit]:
    """Areas, practices and places whose name holds what was typed; exact names first, then those that begin with it."""
    wanted = typed.strip().casefold()
    if not wanted:
        return []
    hits = [
        *_areas(publication, wanted, lang),
        *_practices(publication, wanted, lang),
        *_places(publication, wanted, lang),
    ]
    hits.sort(key=lambda hit: (_closeness(hit.name, wanted),))
    return list(dict.fromkeys(hits))[:MOST]


def only_hit(publication: Publication, typed: str, lang: Lang = "da") -> str:
    """Address of what was meant, where only one thing has the name that was typed, or holds it; else empty."""
    hits, wanted = search(publication, typed, lang), typed.strip().casefold()
    exact = [hit for hit in hits if wanted in (hit.name.casefold(), hit.link.rsplit("=", 1)[-1])]
    meant = exact or hits
    return meant[0].link if len(meant) == 1 else ""


def _closeness(name: str, wanted: str) -> int:
    folded = name.casefold()
    return 0 if folded == wanted else 1 if folded.startswith(wanted) else 2


def _areas(publication: Publication, wanted: str, lang: Lang) -> Iterator[Hit]:
    writer = Writer(publication, lang)
    for by in BYS:
        for _, row in publication.areas.only(kind=by).frame.iterrows():
            name = writer.name(row)
            if wanted in name.casefold() or wanted in row["name"].casefold() or wanted == row["code"]:
                yield Hit(name, text(f"by_one.{by}", lang), View(lang=lang, by=by, area=row["code"]).link())


def _practices(publication: Publication, wanted: str, lang: Lang) -> Iterator[Hit]:
    frame = publication.practices.frame
    match = (frame["ydernummer"] == wanted) | frame["name"].str.casefold().str.contains(wanted, regex=False)
    for _, row in frame[match].head(MOST).iterrows():
        lon, lat = from_inside(row["geometry"].x, row["geometry"].y, WGS84)
        kind = f"{text('search.practice', lang)} · {text('practice.number', lang, nr=row['ydernummer'])}"
        yield Hit(row["name"], kind, _there(float(lon), float(lat), PRACTICE_ZOOM, lang, ("open", "closed", "areas")))


def _places(publication: Publication, wanted: str, lang: Lang) -> Iterator[Hit]:
    frame = publication.places.frame
    match = frame["name"].str.casefold().str.contains(wanted, regex=False) & (frame["kind"] != "sea")
    for _, row in frame[match].sort_values("name", key=lambda names: names.map(say.sort_key)).head(MOST).iterrows():
        lon, lat = from_inside(row["geometry"].x, row["geometry"].y, WGS84)
        kind = PLACES["kind"].code_label(row["kind"], lang)
        yield Hit(row["name"], kind, _there(float(lon), float(lat), PLACE_ZOOM, lang))


def _there(lon: float, lat: float, zoom: float, lang: Lang, show: tuple[str, ...] = ("open", "areas")) -> str:
    return View(lang=lang, z=zoom, lat=round(lat, 4), lon=round(lon, 4), show=show).link()
