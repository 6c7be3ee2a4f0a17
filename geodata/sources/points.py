"""All that registers and maps know of the ground: DAR, OpenStreetMap extracts, the drive network, station lists."""

from pathlib import Path

from geodata.catalogue import Region
from geodata.sources.datafordeler.addresses import read_dar
from geodata.sources.osm_places import read_maps
from geodata.sources.reading import Reading, has_source
from geodata.sources.stations import read_copenhagen_stations, read_denmark_stations
from geodata.sources.streets import read_copenhagen

LISTS = {
    "osm_copenhagen": read_copenhagen,
    "kk_stations": read_copenhagen_stations,
    "trainline_stations": read_denmark_stations,
}


def read_points(folder: Path, region: Region) -> list[Reading]:
    """Addresses, buildings, streets, towns and stations (table MAP_POINTS), in order of precedence; may be empty.

    Raises
    ------
    SourceError, TableError : a file that is there is damaged
    """
    registered = [read_dar(folder, region)] if has_source(folder, "dar_graphql") else []
    return [
        *registered,
        *read_maps(folder),
        *(read(folder, region) for name, read in LISTS.items() if has_source(folder, name)),
    ]
