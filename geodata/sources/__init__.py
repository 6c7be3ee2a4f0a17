"""Real input: one module per publisher; Danish files inside, checked tables outside.

`SOURCES` is the plug-in point: the id of a source card to the function that reads its file below a folder.
"""

from collections.abc import Callable
from pathlib import Path

from geodata.catalogue import Region
from geodata.sources.boundaries import read_districts, read_municipalities
from geodata.sources.census import read_census
from geodata.sources.osm_places import read_bornholm, read_lyngby
from geodata.sources.population import read_distances, read_population
from geodata.sources.reading import Reading
from geodata.sources.stations import read_copenhagen_stations, read_denmark_stations
from geodata.sources.streets import read_copenhagen

Reader = Callable[[Path, Region], Reading]

SOURCES: dict[str, Reader] = {
    "dagi_municipalities": read_municipalities,
    "kk_city_districts": read_districts,
    "eurostat_census_2021": read_census,
    "dst_frkm126": read_population,
    "dst_sundaf01": read_distances,
    "osm_bornholm": read_bornholm,
    "osm_lyngby": read_lyngby,
    "osm_copenhagen": read_copenhagen,
    "kk_stations": read_copenhagen_stations,
    "trainline_stations": read_denmark_stations,
}

__all__ = ["SOURCES", "Reader", "Reading"]
