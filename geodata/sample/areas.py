"""The areas of the sample: municipalities, health councils, city districts and neighbours, with their outlines."""

import geopandas as gpd
import shapely

from geodata.catalogue import Region
from geodata.sample.outlines import municipalities


def make_areas(region: Region, outlines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The table `areas`: names and councils as the region's card has them, outlines as committed."""
    drawn = municipalities(outlines).geometry
    rows = [
        _row("municipality", one.code, one.name, one.health_council, drawn[one.code]) for one in region.municipalities
    ]
    rows += [_row("neighbour", one.code, one.name, None, drawn[one.code]) for one in region.neighbours]
    for council in region.health_councils:
        members = [one.code for one in region.municipalities if one.health_council == council.code]
        whole = shapely.union_all(drawn[members].to_numpy())
        rows.append(_row("health_council", council.code, council.name, council.code, whole))
    frame = gpd.GeoDataFrame(rows + district_rows(region, outlines), geometry="geometry", crs=outlines.crs)
    return frame


def district_rows(region: Region, outlines: gpd.GeoDataFrame) -> list[dict[str, object]]:
    """The city districts, as rows."""
    drawn = outlines[outlines["kind"] == "city_district"].set_index("code").geometry
    return [
        _row("city_district", code, name, region.municipality(city).health_council, drawn[code])
        for city, names in region.districts.items()
        for code, name in names.items()
    ]


def _row(kind: str, code: str, name: str, council: str | None, geometry: object) -> dict[str, object]:
    return {"kind": kind, "code": code, "name": name, "health_council": council, "geometry": geometry}
