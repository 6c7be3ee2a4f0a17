"""Buildings from BBR by query: records of the same shape as those of a bulk extract."""

from functools import partial
from pathlib import Path

import pandas as pd

from geodata.catalogue import Card, Region
from geodata.errors import Breach, MisfitError
from geodata.fetching import Fetched, Fetcher
from geodata.fetching.asking import endpoint_of
from geodata.premises import BUILDINGS
from geodata.sources.bbr import YEAR, building_of
from geodata.sources.datafordeler.addresses import point_of
from geodata.sources.datafordeler.pages import fetch_pages, read_pages
from geodata.sources.reading import Reading, source_file

PLACE = "byg404Koordinat"
PLAIN_YEAR = "byg026Opfoerelsesaar"
"""GraphQL has no Danish letters in its names."""


def fetch_bbr(fetcher: Fetcher, card: Card, region: Region) -> Fetched:
    """Buildings that stand in the region's municipalities.

    Raises
    ------
    FetchError, MisfitError : they cannot be had, or are something else
    """
    wheres = [endpoint_of(card).settings["where"].format(code=code) for code in region.codes]
    return fetch_pages(fetcher, card, wheres, partial(records_of, card=card))


def read_bbr_pages(folder: Path, region: Region) -> Reading:
    """Buildings of the region as table BUILDINGS; raises as `records_of`."""
    path, card = source_file(folder, "bbr_graphql")
    records = records_of(path, card)
    inside = [building_of(record) for record in records if record.get("kommunekode") in region.codes]
    found = [row for row in inside if row is not None]
    frame = BUILDINGS.check(pd.DataFrame(found, columns=BUILDINGS.names).sort_values("building_id", ignore_index=True))
    note = f"{len(records) - len(frame)} records of other regions or without a place left out"
    return Reading(frame, card, len(records), len(frame), note)


def records_of(path: Path, card: Card) -> list[dict[str, str]]:
    """Building records of kept pages: every value as text, the place as the extract writes it; twice is once.

    Raises
    ------
    MisfitError : the pages are none, a place is no point of Denmark, or a whole number is none
    """
    records: dict[str, dict[str, str]] = {}
    for row, node in enumerate(read_pages(path, card), start=1):
        point = point_of(card, row, PLACE, node[PLACE])
        for column in ("byg040BygningensSamledeErhvervsAreal", "byg054AntalEtager"):
            if node.get(column) is not None and not str(node[column]).isdigit():
                raise MisfitError(card.id, Breach(row, column, repr(node[column]), "a whole number"))
        record = {name: str(value) for name, value in node.items() if value is not None and name != PLACE}
        if PLAIN_YEAR in record:
            record[YEAR] = record.pop(PLAIN_YEAR)
        if point is not None:
            record[PLACE] = f"POINT({point[0]} {point[1]})"
        records[record["id_lokalId"]] = record
    return list(records.values())
