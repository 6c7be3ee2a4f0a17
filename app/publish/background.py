"""What lies behind the cells: the region's land, its neighbours, and the land around, EPSG:25832.

No tiles: the page's colour is the water. Land outside the region is approximate and the legend says so.
"""

from dataclasses import dataclass
from importlib.resources import files

import geopandas as gpd
import numpy as np
import shapely

from geodata.crs import inward
from geodata.facts import Facts
from geodata.network.graph import Graph

OUTLINE_TOLERANCE = 60.0
"""Metres; borders are simplified together, so that shared borders stay shared."""
STRAIT = 3000.0
"""Water of the region narrower than this (a fjord between two of its shores) is not covered by outside land."""
SLIVER = 800.0
"""Outside land thinner than twice this along the region is a misfit of the two coasts and is left out."""
ROAD_CLASSES = ("motorway", "trunk", "primary")
ROAD_TOLERANCE = 80.0


@dataclass(frozen=True)
class Background:
    """Land of the region, land outside it, and main roads."""

    land: shapely.Geometry
    outside: shapely.Geometry
    roads: shapely.Geometry


def simplified(areas: gpd.GeoDataFrame, kind: str) -> gpd.GeoDataFrame:
    """Areas of a kind with outlines simplified as one coverage."""
    chosen = areas[areas["kind"] == kind].reset_index(drop=True)
    if len(chosen) == 0:
        return chosen
    outlines = chosen.geometry.to_numpy()
    valid = bool(shapely.coverage_is_valid(outlines))
    simple = (
        shapely.coverage_simplify(outlines, OUTLINE_TOLERANCE)
        if valid
        else shapely.simplify(outlines, OUTLINE_TOLERANCE)
    )
    return chosen.set_geometry(gpd.GeoSeries(simple, crs=areas.crs))


def background(facts: Facts) -> Background:
    """The background of a region."""
    land = shapely.union_all(simplified(facts.areas, "municipality").geometry.to_numpy())
    neighbours = shapely.union_all(simplified(facts.areas, "neighbour").geometry.to_numpy())
    known = shapely.union_all([land, neighbours])
    around = shapely.difference(surroundings(), _closed(known))
    kept = shapely.buffer(shapely.buffer(around, -SLIVER), SLIVER)
    outside = shapely.difference(shapely.union_all([kept, neighbours]), land)
    return Background(land, shapely.simplify(outside, OUTLINE_TOLERANCE), roads(facts.graphs.get("drive")))


def _closed(shape: shapely.Geometry) -> shapely.Geometry:
    """The shape with its straits filled."""
    return shapely.union(shape, shapely.buffer(shapely.buffer(shape, STRAIT, quad_segs=4), -STRAIT, quad_segs=4))


def surroundings() -> shapely.Geometry:
    """Land of Natural Earth 1:10m around the regions this house knows."""
    frame = gpd.read_file(str(files("app.publish") / "data" / "surroundings.geojson"))
    shape = shapely.union_all(inward(frame, "surroundings.geojson").geometry.to_numpy())
    return shapely.make_valid(shape)


def roads(graph: Graph | None) -> shapely.Geometry:
    """Main roads of a street network as lines; empty without one."""
    if graph is None:
        return shapely.MultiLineString()
    chosen = np.flatnonzero(np.isin(graph.highway, ROAD_CLASSES))
    lines = [
        shapely.linestrings(graph.shape_xy[graph.shape_start[edge] : graph.shape_start[edge + 1]]) for edge in chosen
    ]
    if not lines:
        return shapely.MultiLineString()
    merged = shapely.line_merge(shapely.union_all(shapely.multilinestrings(lines)))
    return shapely.simplify(merged, ROAD_TOLERANCE)
