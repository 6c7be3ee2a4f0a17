"""Municipalities of Europe from Eurostat's GISCO: without a key, drawn at 1:1 million."""

from functools import partial
from pathlib import Path

from geodata.catalogue import Card, Region
from geodata.errors import Breach, MisfitError
from geodata.fetching import Ask, Fetched, Fetcher
from geodata.fetching.asking import endpoint_of
from geodata.sources.boundaries import municipalities_of, read_outlines
from geodata.sources.reading import Reading, source_file

CODE = r"^{country}_(\d{{3,4}})$"


def fetch_gisco(fetcher: Fetcher, card: Card, region: Region) -> Fetched:
    """The file of all Europe, kept when it holds the municipalities of the region.

    Raises
    ------
    FetchError, SourceError : it cannot be had, or its Danish rows are not those of the region's card
    """
    endpoint = endpoint_of(card)
    url = endpoint.url.format(**endpoint.settings)
    return fetcher.file(Ask(card, url, check=partial(_read, card=card, region=region)))


def read_gisco(folder: Path, region: Region) -> Reading:
    """Municipalities of the file, as `municipalities_of`; raises as it and `read_outlines`."""
    path, card = source_file(folder, "gisco_lau")
    return _read(path, card, region)


def _read(path: Path, card: Card, region: Region) -> Reading:
    country = endpoint_of(card).settings["country"]
    rows = read_outlines(path, card, where=f"GISCO_ID LIKE '{country}!_%' ESCAPE '!'")
    codes = rows["GISCO_ID"].astype(str).str.extract(CODE.format(country=country))[0]
    if codes.isna().any():
        row = int(codes.isna().to_numpy().argmax())
        found = repr(rows["GISCO_ID"].iloc[row])
        raise MisfitError(card.id, Breach(row + 1, "GISCO_ID", found, f"a code like {country}_101"))
    rows = rows.assign(kode=codes, navn=rows["LAU_NAME"])
    return municipalities_of(rows, region, card, path, whole_country=True)
