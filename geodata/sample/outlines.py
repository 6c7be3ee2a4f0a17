"""The committed tables of the sample: outlines and what was written by hand, in EPSG:25832 metres."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.crs import inward, to_inside

DATA = Path(__file__).parent / "data"


def read_outlines() -> gpd.GeoDataFrame:
    """Outlines: `kind` (municipality, city_district, lake), `code`, `name`, `in_region`, `geometry`."""
    return inward(gpd.read_file(DATA / "outlines.geojson", engine="pyogrio"), "outlines.geojson")


def read_table(name: str) -> pd.DataFrame:
    """A committed table; codes stay text, and `lat`, `lon` gain `x`, `y` in metres beside them."""
    frame = pd.read_csv(DATA / f"{name}.csv", dtype={"kommunekode": str, "code": str}, keep_default_na=False)
    for end in ("", "_1", "_2"):
        if f"lat{end}" in frame:
            frame[f"x{end}"], frame[f"y{end}"] = to_inside(frame[f"lon{end}"], frame[f"lat{end}"])
    return frame


def municipalities(outlines: gpd.GeoDataFrame, *, in_region: bool | None = None) -> gpd.GeoDataFrame:
    """Municipality outlines by code; all of them, or those inside or outside the region."""
    chosen = outlines[outlines["kind"] == "municipality"]
    if in_region is not None:
        chosen = chosen[chosen["in_region"] == in_region]
    return chosen.sort_values("code").set_index("code")


def land(outlines: gpd.GeoDataFrame) -> BaseGeometry:
    """All land drawn: region and neighbours, lakes included."""
    return shapely.union_all(municipalities(outlines).geometry.to_numpy())


def lakes(outlines: gpd.GeoDataFrame) -> list[BaseGeometry]:
    """Lakes: those of the coast, and hand-written ellipses."""
    drawn: list[BaseGeometry] = outlines.loc[outlines["kind"] == "lake", "geometry"].tolist()
    return drawn + [ellipse(row.x, row.y, row.rx_km, row.ry_km) for row in read_table("lakes").itertuples()]


def ellipse(x: float, y: float, rx_km: float, ry_km: float) -> BaseGeometry:
    """An upright ellipse around a point, half axes in kilometres."""
    disc = shapely.Point(0.0, 0.0).buffer(1.0)
    return shapely.transform(disc, lambda xy: xy * (1000.0 * rx_km, 1000.0 * ry_km) + (x, y))
