"""Real input: one module per publisher; Danish files inside, checked tables outside.

The plug-in points, by the id of a source card: `SOURCES` reads its file below a folder, `FETCHERS` brings that file
from its publisher.
"""

from collections.abc import Callable
from pathlib import Path

from geodata.catalogue import Card, Region
from geodata.fetching import Fetched, Fetcher
from geodata.sources.bbr import read_bbr
from geodata.sources.boundaries import fetch_districts, read_districts, read_municipalities
from geodata.sources.census import fetch_census, read_census
from geodata.sources.datafordeler.addresses import fetch_dar, read_dar
from geodata.sources.datafordeler.buildings import fetch_bbr, read_bbr_pages
from geodata.sources.datafordeler.outlines import (
    fetch_dagi_file,
    fetch_dagi_pages,
    read_dagi_file,
    read_dagi_pages,
)
from geodata.sources.geofabrik import fetch_geofabrik, read_geofabrik
from geodata.sources.gisco import fetch_gisco, read_gisco
from geodata.sources.gtfs.timetable import fetch_timetable, read_mirror, read_rejseplanen
from geodata.sources.osm_places import read_bornholm, read_lyngby
from geodata.sources.overpass.streets import fetch_overpass, read_overpass
from geodata.sources.population import read_distances, read_population
from geodata.sources.reading import Reading
from geodata.sources.sor.practices import fetch_sor, read_sor, read_sor_legacy
from geodata.sources.statbank.contacts import fetch_contacts, read_contacts
from geodata.sources.statbank.residents import (
    fetch_distances,
    fetch_parishes,
    fetch_population,
    read_folk1a,
    read_parishes,
    read_projection,
    read_published_distances,
)
from geodata.sources.stations import read_copenhagen_stations, read_denmark_stations
from geodata.sources.streets import read_copenhagen

Reader = Callable[[Path, Region], Reading]
Fetch = Callable[[Fetcher, Card, Region], Fetched]

SOURCES: dict[str, Reader] = {
    "dagi_graphql": read_dagi_pages,
    "dagi_file": read_dagi_file,
    "dagi_municipalities": read_municipalities,
    "gisco_lau": read_gisco,
    "kk_city_districts": read_districts,
    "eurostat_census_2021": read_census,
    "dst_folk1a": read_folk1a,
    "dst_projection": read_projection,
    "dst_frkm126": read_population,
    "dst_contacts": read_contacts,
    "dst_gp_distance": read_published_distances,
    "dst_parishes": read_parishes,
    "dst_sundaf01": read_distances,
    "sor_entities": read_sor,
    "sor_legacy": read_sor_legacy,
    "dar_graphql": read_dar,
    "bbr_graphql": read_bbr_pages,
    "bbr_buildings": read_bbr,
    "geofabrik_denmark": read_geofabrik,
    "overpass_streets": read_overpass,
    "rejseplanen_gtfs": read_rejseplanen,
    "transitous_gtfs": read_mirror,
    "osm_bornholm": read_bornholm,
    "osm_lyngby": read_lyngby,
    "osm_copenhagen": read_copenhagen,
    "kk_stations": read_copenhagen_stations,
    "trainline_stations": read_denmark_stations,
}
FETCHERS: dict[str, Fetch] = {
    "dagi_graphql": fetch_dagi_pages,
    "dagi_file": fetch_dagi_file,
    "gisco_lau": fetch_gisco,
    "kk_city_districts": fetch_districts,
    "eurostat_census_2021": fetch_census,
    "dst_folk1a": fetch_population,
    "dst_projection": fetch_population,
    "dst_contacts": fetch_contacts,
    "dst_gp_distance": fetch_distances,
    "dst_parishes": fetch_parishes,
    "sor_entities": fetch_sor,
    "sor_legacy": fetch_sor,
    "dar_graphql": fetch_dar,
    "bbr_graphql": fetch_bbr,
    "geofabrik_denmark": fetch_geofabrik,
    "overpass_streets": fetch_overpass,
    "rejseplanen_gtfs": fetch_timetable,
    "transitous_gtfs": fetch_timetable,
}

ROADS = {"geofabrik": "geofabrik_denmark", "overpass": "overpass_streets"}
"""Who can be asked for streets -> source card."""

__all__ = ["FETCHERS", "ROADS", "SOURCES", "Fetch", "Fetcher", "Reader", "Reading"]
