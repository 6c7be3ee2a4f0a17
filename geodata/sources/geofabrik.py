"""Streets, buildings and addresses of all Denmark from Geofabrik, cut to the region as soon as they have come."""

from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata import crs
from geodata.catalogue import Card, Region, read_layers
from geodata.errors import Breach, FetchError, MisfitError, NetworkError, SourceError
from geodata.fetching import Ask, Fetched, Fetcher
from geodata.fetching.asking import endpoint_of
from geodata.network.cut import cut
from geodata.rules import RuleSet, read_rules
from geodata.sources.boundaries import read_municipalities
from geodata.sources.datafordeler.outlines import read_dagi_file, read_dagi_pages
from geodata.sources.gisco import read_gisco
from geodata.sources.osm_places import read_extract
from geodata.sources.reading import Reading, has_source, source_file

CARD = "geofabrik_denmark"
OUTLINES = {
    "dagi_graphql": read_dagi_pages,
    "dagi_file": read_dagi_file,
    "dagi_municipalities": read_municipalities,
    "gisco_lau": read_gisco,
}
COAST_M = 500.0
"""Outlines are simplified by so much before millions of ways are held against them; the buffer grows by as much."""


def fetch_geofabrik(fetcher: Fetcher, card: Card, region: Region) -> Fetched:
    """The extract of the country, of which what lies in the region and its buffer is kept.

    Raises
    ------
    FetchError, SourceError : it cannot be had or is damaged, or the region's outlines have not been fetched
    """
    endpoint = endpoint_of(card)
    area = area_of(fetcher.raw, card, region)
    return fetcher.file(Ask(card, endpoint.url.format(**endpoint.settings), make=partial(_make, card, area)))


def read_geofabrik(folder: Path, region: Region) -> Reading:  # noqa: ARG001 - it was cut to the region
    """Map points of the cut extract; raises MisfitError where it is none."""
    path, card = source_file(folder, CARD)
    try:
        return read_extract(path, card)
    except SourceError as error:
        raise MisfitError(
            card.id, Breach(0, "", str(error), "an extract with streets, buildings or addresses")
        ) from error


def area_of(folder: Path, card: Card, region: Region) -> BaseGeometry:
    """The region's municipalities with the buffer of rule `edge_buffer` around them, in degrees.

    Raises
    ------
    FetchError : the folder holds no outlines
    """
    source = next((name for name in read_layers()["municipalities"].sources if has_source(folder, name)), None)
    if source is None:
        mend = "fetch the layer municipalities first"
        raise FetchError(card.id, Breach(0, "", "no outlines of municipalities", "those of the region"), mend)
    buffer = RuleSet(date.today(), read_rules()).number("edge_buffer")
    frame = OUTLINES[source](folder, region).frame
    members = frame.geometry[(frame["kind"] == "municipality").to_numpy()]
    whole = shapely.union_all(shapely.simplify(members.to_numpy(), COAST_M))
    wide = shapely.simplify(shapely.buffer(whole, buffer + COAST_M), COAST_M)
    return shapely.transform(wide, lambda xy: np.column_stack(crs.from_inside(*xy.T)))


def _make(card: Card, area: BaseGeometry, whole: Path, kept: Path) -> None:
    try:
        cut(whole, kept, area)
    except (SourceError, NetworkError) as error:
        found = str(error).replace(whole.name, "the extract")
        raise FetchError(
            card.id, Breach(0, "", found, "an extract that covers the region"), "the former one stays"
        ) from error
