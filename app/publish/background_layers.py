"""The background as tables for files: land, land outside the region and main roads; without figures."""

import geopandas as gpd
import shapely

from app.publish.collections import Collection, Publication
from geodata.crs import INSIDE
from geodata.tables import Code, Column, Table

LAND_KINDS = (
    Code("region", "Land of the region", "Land"),
    Code("outside", "Land outside the region, approximate", "Land uden for regionen (omtrentligt)"),
)
BACKGROUND_LAND = Table(
    "background_land",
    "Land",
    "Land",
    "Land of the region, simplified, and approximate land outside it; for drawing only.",
    (
        Column("kind", "text", "", "Kind of land", "Slags land", "Whether it belongs to the region.", LAND_KINDS),
        Column("geometry", "polygon", "", "Outline", "Omrids", "Outline in EPSG:25832."),
    ),
    key=("kind",),
)
BACKGROUND_ROADS = Table(
    "background_roads",
    "Main roads",
    "Hovedveje",
    "Motorways, trunk and primary roads of the street network, simplified; for drawing only.",
    (Column("geometry", "line", "", "Line", "Linje", "Line in EPSG:25832."),),
)


def background_layers(publication: Publication) -> list[Collection]:
    """Land and main roads; a table without anything to draw is left out."""
    drawn = publication.background
    land = {"region": drawn.land, "outside": shapely.make_valid(drawn.outside)}
    there = {kind: shape for kind, shape in land.items() if not shapely.is_empty(shape)}
    frames = [
        (BACKGROUND_LAND, gpd.GeoDataFrame({"kind": list(there)}, geometry=list(there.values()), crs=INSIDE)),
        (BACKGROUND_ROADS, gpd.GeoDataFrame(geometry=shapely.get_parts(drawn.roads), crs=INSIDE)),
    ]
    return [Collection(table, frame[table.names]) for table, frame in frames if len(frame)]
