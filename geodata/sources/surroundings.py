"""What lies around practices in a real region: buildings, premises they could be, stops, shops and addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geodata.catalogue import Region
from geodata.facts import no_rows
from geodata.premises import ADDRESSES, AMENITIES, BUILDINGS, PREMISES
from geodata.residents.grid import OUTSIDE, Grid, cells_within, numbers
from geodata.sources.amenities import read_amenity_lists
from geodata.sources.buildings import premises_of
from geodata.sources.choosing import read_layer, source_of
from geodata.sources.osm_surroundings import read_osm_surroundings
from geodata.sources.reading import Reading
from geodata.tables import Table

REGISTERED = "dar_graphql"
"""The register of addresses goes before what maps say."""
FROM_BUILDINGS = "buildings that could house a practice; nobody says that they are vacant"


@dataclass(frozen=True)
class Around:
    """Tables PREMISES, BUILDINGS, AMENITIES and ADDRESSES, and their rows of LAYERS."""

    premises: pd.DataFrame
    buildings: pd.DataFrame
    amenities: pd.DataFrame
    addresses: pd.DataFrame
    layers: list[Mapping[str, Any]]


def read_around(
    folder: Path, region: Region, areas: gpd.GeoDataFrame, points: Sequence[Reading], tolerance: float
) -> Around:
    """All that a folder tells of the surroundings; tables are without rows where it holds nothing.

    Parameters
    ----------
    areas : table AREAS
    points : map points, whose addresses are used
    tolerance : metres, rule `outline_tolerance`

    Raises
    ------
    SourceError, TableError : a file that is there is damaged
    """
    grid = cells_within(areas, tolerance)
    amenities, buildings = read_osm_surroundings(folder)
    amenities += read_amenity_lists(folder)
    if source_of(folder, "buildings") is not None:
        buildings = [read_layer(folder, "buildings", region), *buildings]
    amenities, buildings = ([one for one in readings if len(one.frame)] for readings in (amenities, buildings))
    known = _joined(buildings, BUILDINGS)
    premises = premises_of(known, grid)
    told = [reading for reading in points if (reading.frame["kind"] == "address").any()]
    layers: list[Mapping[str, Any]] = [reading.layer("amenities") for reading in amenities]
    layers += [reading.layer("buildings") for reading in buildings]
    layers += [_premises_layer(reading, premises) for reading in buildings]
    layers += [reading.layer("addresses") for reading in told]
    return Around(premises, known, _joined(amenities, AMENITIES), _addresses(told, grid), layers)


def _joined(readings: Sequence[Reading], table: Table) -> pd.DataFrame:
    return table.check(pd.concat([no_rows(table), *(reading.frame for reading in readings)], ignore_index=True))


def _addresses(readings: Sequence[Reading], grid: Grid) -> pd.DataFrame:
    """Addresses of map points in the region."""
    houses = [
        reading.frame[reading.frame["kind"] == "address"].assign(source=reading.card.id)
        for reading in sorted(readings, key=lambda reading: reading.card.id != REGISTERED)
    ]
    frame = pd.concat([no_rows(ADDRESSES), *(house.rename(columns={"label": "address"}) for house in houses)])
    inside = grid.municipality_of(numbers(frame["x"].to_numpy(), frame["y"].to_numpy())) != OUTSIDE
    return ADDRESSES.check(frame[inside])


def _premises_layer(reading: Reading, premises: pd.DataFrame) -> Mapping[str, Any]:
    source = reading.frame["source"].iloc[0]
    kept = int((premises["source"] == source).sum())
    return {**reading.layer(PREMISES.name), "rows_in": reading.rows_kept, "rows_kept": kept, "note": FROM_BUILDINGS}
