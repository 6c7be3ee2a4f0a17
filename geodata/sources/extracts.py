"""An extract of streets, looked at whole: it can be read, holds streets with places, and is of the region."""

from pathlib import Path

from geodata import crs
from geodata.catalogue import Region
from geodata.network.ways import read_ways, segments
from geodata.sources.ground import ground_of, has_outlines
from geodata.sources.osm_places import map_points
from geodata.sources.reading import Reading, named_extract, refuse_elsewhere, source_file


def read_streets(folder: Path, region: Region, source: str) -> Reading:
    """Map points of a source's extract.

    Raises
    ------
    SourceError : the folder holds none
    MisfitError : it is damaged, holds no street with a place, or none in the region
    """
    path, card = source_file(folder, source)
    with named_extract(card):
        ways = read_ways(path, {"highway"})
        pieces = segments(ways)
        if has_outlines(folder):
            ground = ground_of(folder, card, region)
            refuse_elsewhere(card, ground, *crs.to_inside(ways.lon[pieces.tail], ways.lat[pieces.tail]))
        return map_points(path, card)
