"""An invented folder of sources for any region card: square municipalities, a few residents, no roads."""

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import box

from geodata.catalogue import Region

SIDE = 4000.0
COLUMNS = 7
CORNER = (660000.0, 6120000.0)
ISLAND_CORNER = (865000.0, 6110000.0)
RESIDENTS = 900


def squares(region: Region) -> gpd.GeoDataFrame:
    """One square per municipality, side by side; those on islands far to the east."""
    outlines = []
    for number, code in enumerate(region.codes):
        corner = ISLAND_CORNER if region.island_of(code) else CORNER
        x, y = corner[0] + SIDE * (number % COLUMNS), corner[1] + SIDE * (number // COLUMNS)
        outlines.append(box(x, y, x + SIDE, y + SIDE))
    names = [municipality.name for municipality in region.municipalities]
    return gpd.GeoDataFrame({"kode": region.codes, "navn": names}, geometry=outlines, crs=25832)


def districts(region: Region, outlines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """City districts as strips of their municipality."""
    (code, names), *_ = region.districts.items()
    left, bottom, right, top = outlines.geometry[outlines["kode"] == code].total_bounds
    edges = np.linspace(left, right, len(names) + 1)
    strips = [box(a, bottom, b, top) for a, b in pairwise(edges)]
    return gpd.GeoDataFrame({"bydel_nr": list(names), "navn": list(names.values())}, geometry=strips, crs=25832)


def census(outlines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Census squares of 1 km with 60 residents each wherever there is land."""
    west, south, east, north = (outlines.to_crs(3035).total_bounds // 1000).astype(int)
    land = outlines.to_crs(3035).union_all()
    cells = [(e * 1000, n * 1000) for e in range(west, east + 1) for n in range(south, north + 1)]
    cells = [(e, n) for e, n in cells if box(e, n, e + 1000, n + 1000).intersects(land)]
    rows = {"T": 60, "M": 30, "F": 30, "Y_LT15": 10, "Y_1564": 35, "Y_GE65": 15, "EMP": 30, "LAND_SURFACE": 1.0}
    return gpd.GeoDataFrame(
        {"GRD_ID": [f"CRS3035RES1000mN{n}E{e}" for e, n in cells]}
        | {name: [v] * len(cells) for name, v in rows.items()},
        geometry=[box(e, n, e + 1000, n + 1000) for e, n in cells],
        crs=3035,
    )


def totals(region: Region) -> pd.DataFrame:
    """Municipal totals of two years."""
    return pd.DataFrame(
        {
            "kommunekode": region.codes,
            "kommune": [municipality.name for municipality in region.municipalities],
            "pop_2026": RESIDENTS,
            "pop_2030": RESIDENTS + 100,
            "pop_65_79_2026": 150,
            "pop_80plus_2026": 60,
            "avg_km_nearest_gp_2024": 1.0,
        }
    )


def write_folder(folder: Path, region: Region) -> Path:
    """Write the folder of sources that `laegevalg build --from` reads."""
    for name in ("boundaries", "population"):
        (folder / name).mkdir(parents=True)
    outlines = squares(region)
    outlines.to_file(folder / "boundaries" / "kommuner.geojson")
    districts(region, outlines).to_file(folder / "boundaries" / "bydele_koebenhavn.geojson")
    census(outlines).to_file(folder / "population" / "census2021_grid_1km.gpkg")
    totals(region).to_csv(folder / "population" / "municipalities.csv", index=False)
    return folder
