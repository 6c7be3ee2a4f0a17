"""Streets, buildings and addresses of all Denmark from Geofabrik, cut to the region as soon as they have come."""

from functools import partial
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from geodata.catalogue import Card, Region
from geodata.errors import Breach, FetchError, NetworkError, SourceError
from geodata.fetching import Ask, Fetched, Fetcher
from geodata.fetching.asking import endpoint_of
from geodata.network.cut import cut
from geodata.sources.extracts import read_streets
from geodata.sources.ground import ground_of, in_degrees
from geodata.sources.reading import Reading

CARD = "geofabrik_denmark"


def fetch_geofabrik(fetcher: Fetcher, card: Card, region: Region) -> Fetched:
    """The extract of the country, of which what lies in the region and its buffer is kept.

    Raises
    ------
    FetchError, SourceError : it cannot be had or is damaged, or the region's outlines have not been fetched
    """
    endpoint = endpoint_of(card)
    area = in_degrees(ground_of(fetcher.raw, card, region))
    return fetcher.file(Ask(card, endpoint.url.format(**endpoint.settings), make=partial(_make, card, area)))


def read_geofabrik(folder: Path, region: Region) -> Reading:
    """Map points of the cut extract; raises as `read_streets`."""
    return read_streets(folder, region, CARD)


def _make(card: Card, area: BaseGeometry, whole: Path, kept: Path) -> None:
    try:
        cut(whole, kept, area)
    except (SourceError, NetworkError) as error:
        found = str(error).replace(whole.name, "the extract")
        raise FetchError(
            card.id, Breach(0, "", found, "an extract that covers the region"), "the former one stays"
        ) from error
