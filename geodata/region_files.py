"""Facts of a region out of a folder of files: outlines, residents, streets, and practices that are invented."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geodata.catalogue import Region, read_card
from geodata.facts import AREAS, LAYERS, LOCATIONS, PLACES, POPULATION, Facts, no_rows
from geodata.network.join import JoinReport
from geodata.premises import STOPS
from geodata.residents import residents_of
from geodata.rules import RuleSet
from geodata.sample.invented import invent_practices
from geodata.sources.candidate_sites import candidate_sites
from geodata.sources.census import CARD as CENSUS
from geodata.sources.census import read_census, window_of
from geodata.sources.choosing import read_layer, source_of
from geodata.sources.gtfs.timetable import stops_within
from geodata.sources.map_points import NAMED, evidence_of, places_of
from geodata.sources.networks import read_networks
from geodata.sources.points import read_points
from geodata.sources.population import by_year, totals_of
from geodata.sources.reading import Reading, credited_once, named
from geodata.sources.surroundings import read_around

log = logging.getLogger(__name__)

PRACTICE_TABLES = ("practices", "locations", "practice_locations", "doctors")


def facts_of_files(
    folder: Path, region: Region, year: int | None, rules: RuleSet, say: Callable[[str], None]
) -> tuple[Facts, Mapping[str, JoinReport]]:
    """Facts of a folder of files, and what became of the street networks.

    Parameters
    ----------
    folder : where the files of the source cards lie
    year : population year; None for that of the population card
    say : told of each step by its name

    Raises
    ------
    SourceError, TableError, NetworkError : a file is missing or wrong; the message names it
    """
    populations = _populations(folder, region)
    base = int(populations[0].frame["year"].min())
    year = year or base
    say("outlines")
    outlines = _outlines(folder, region)
    areas = AREAS.check(pd.concat([reading.frame for reading in outlines], ignore_index=True))
    say("residents")
    points = read_points(folder, region)
    with named(CENSUS):
        census = read_census(folder, region, window_of(areas.geometry))
    totals = _totals(populations, year)
    evidence = [item for reading in points for item in evidence_of(reading)]
    residents = residents_of(areas, census.frame, totals.frame, evidence, rules)
    say("streets")
    networks = read_networks(folder, region, areas)
    say("practices")
    settled = residents.cells
    if year != base:  # practices stay as they are today: only the residents change with the year
        today = _totals(populations, base).frame
        settled = residents_of(areas, census.frame, today, evidence, rules).cells
    around = read_around(folder, region, areas, points, rules.number("outline_tolerance"))
    stops = _stops(folder, region, areas, rules)
    supply = invent_practices(candidate_sites(points, settled, areas, rules), settled)
    log.info("%d cells (%s), %d invented practices", len(residents.cells), residents.methods, len(supply.practices))
    facts = Facts(
        region=region,
        year=year,
        areas=areas,
        cells=residents.cells,
        practices=supply.practices,
        locations=LOCATIONS.check(supply.locations),
        practice_locations=supply.practice_locations,
        doctors=supply.doctors,
        places=places_of(points, areas, rules.number("outline_tolerance")) if points else _no_places(),
        layers=LAYERS.check(
            pd.DataFrame(
                _layers(
                    outlines,
                    census,
                    totals,
                    points,
                    supply,
                    [*around.layers, *networks.layers, *_told(stops), populations[-1].layer(POPULATION.name)],
                )
            )
        ),
        graphs=networks.graphs,
        premises=around.premises,
        buildings=around.buildings,
        amenities=around.amenities,
        addresses=around.addresses,
        stops=stops.frame if stops is not None else no_rows(STOPS),
        population=by_year(populations),
    )
    return facts, networks.reports


def _outlines(folder: Path, region: Region) -> list[Reading]:
    """Municipalities with their councils, and city districts where the folder holds them."""
    readings = [read_layer(folder, "municipalities", region)]
    if region.districts and source_of(folder, "districts") is not None:
        readings.append(read_layer(folder, "districts", region))
    return readings


def _populations(folder: Path, region: Region) -> list[Reading]:
    """Residents today, where the folder holds them, and by year; the first that has a year gives it."""
    today = [read_layer(folder, "residents", region)] if source_of(folder, "residents") is not None else []
    return [*today, read_layer(folder, "projection", region)]


def _totals(populations: Sequence[Reading], year: int) -> Reading:
    return totals_of(next((p for p in populations if (p.frame["year"] == year).any()), populations[-1]), year)


def _stops(folder: Path, region: Region, areas: gpd.GeoDataFrame, rules: RuleSet) -> Reading | None:
    """Stops of the timetable in the region and its buffer; None where the folder holds no timetable."""
    if source_of(folder, "timetable") is None:
        return None
    return stops_within(read_layer(folder, "timetable", region), areas, rules.number("edge_buffer"))


def _told(stops: Reading | None) -> list[Mapping[str, Any]]:
    return [stops.layer(STOPS.name)] if stops is not None else []


def _no_places() -> pd.DataFrame:
    return PLACES.check(pd.DataFrame(columns=PLACES.names))


def _layers(
    outlines: Iterable[Reading],
    census: Reading,
    totals: Reading,
    points: Iterable[Reading],
    supply: Any,
    streets: Iterable[Mapping[str, Any]],
) -> list[Mapping[str, Any]]:
    """Rows of LAYERS: each table and network with every source that went into it."""
    rows: list[Mapping[str, Any]] = [reading.layer("areas") for reading in outlines]
    rows += [census.layer("cells", "estimated"), totals.layer("cells")]
    rows += [reading.layer("cells") for reading in points if evidence_of(reading)]
    rows += [reading.layer("places") for reading in points if reading.frame["kind"].isin(NAMED).any()]
    invented = read_card("invented_practices")
    for table in PRACTICE_TABLES:
        count = len(getattr(supply, table))
        rows.append(Reading(getattr(supply, table), invented, count, count).layer(table))
    return credited_once([*rows, *streets])
