"""Streets of a small area from Overpass: asked by osmnx, bounded by area, kept as an extract like any other."""

import tempfile
from functools import partial
from importlib import import_module
from pathlib import Path

from geodata.catalogue import Card, Region
from geodata.errors import Breach, MisfitError
from geodata.fetching import Ask, Fetched, Fetcher
from geodata.fetching.asking import endpoint_of, misfit
from geodata.network.ways import read_ways, segments
from geodata.sources.extracts import read_streets
from geodata.sources.ground import ground_of, in_degrees
from geodata.sources.overpass.elements import write_extract
from geodata.sources.reading import Reading, named_extract
from geodata.units import METRES_PER_KM

CARD = "overpass_streets"
OVERPASS_EXPECTS = "codes of the region's municipalities, parted by spaces"


def fetch_overpass(fetcher: Fetcher, card: Card, region: Region) -> Fetched:
    """The streets of a region, or of some of its municipalities, and the card's buffer around them.

    Raises
    ------
    FetchError, MisfitError : the area is too large, it cannot be had, or is something else
    """
    endpoint = endpoint_of(card)
    ask = Ask(card, endpoint.url.format(**endpoint.settings), check=partial(_check, card))
    codes = endpoint.settings["municipalities"].split()
    strangers = sorted(set(codes) - set(region.codes))
    if strangers:
        raise MisfitError(card.id, Breach(0, "municipalities", ", ".join(strangers), OVERPASS_EXPECTS))
    ground = ground_of(fetcher.raw, card, region, codes, float(endpoint.settings["buffer_m"]))
    _refuse_large(ask, ground.area / METRES_PER_KM**2)
    area, tell = in_degrees(ground), fetcher.teller(card.id)
    asking = import_module("geodata.sources.overpass.asking")  # osmnx takes a second to load: only where it is needed
    with tempfile.TemporaryDirectory(dir=fetcher.parts) as folder, fetcher.draft(".osm.pbf") as draft:
        kept = Path(folder)
        answers = fetcher.patiently(ask, lambda: asking.ask_overpass(ask, fetcher.bounds, area, kept, tell))
        write_extract(answers, draft, card)
        return fetcher.keep(ask, draft)


def read_overpass(folder: Path, region: Region) -> Reading:
    """Map points of the extract; raises as `read_streets`."""
    return read_streets(folder, region, CARD)


def _check(card: Card, path: Path) -> None:
    with named_extract(card):
        segments(read_ways(path, {"highway"}))


def _refuse_large(ask: Ask, km2: float) -> None:
    largest = float(endpoint_of(ask.card).settings["largest_km2"])
    if km2 > largest:
        mend = "fetch the streets from Geofabrik (--roads geofabrik), or name municipalities in the card's setting"
        raise misfit(ask, f"an area of {km2:.0f} km²", f"at most {largest:.0f} km² (largest_km2 of the card)", mend)
