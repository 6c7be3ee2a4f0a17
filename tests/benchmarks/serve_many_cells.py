"""Serves the sample region with its cells laid side by side until there are as many as asked: PORT CELLS STORE PREBUILT."""

import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import uvicorn
from fastapi import FastAPI

from app.publish.collections import Collection, Publication
from app.publish.tiles import Tiles, make_archives
from app.study import open_study
from app.web import tiles
from app.web.ogc import routes
from geodata.crs import INSIDE

ASIDE = 300_000.0
"""Metres between two copies of the region; further copies lie north of the first."""


def many(cells: gpd.GeoDataFrame, count: int) -> gpd.GeoDataFrame:
    """So many cells: copies of the region, each with its own ids, moved aside in whole cells."""
    copies = []
    for copy in range(-(-count // len(cells))):
        moved = cells.copy()
        moved["cell_id"] = moved["cell_id"] + f"_{copy}"
        moved["geometry"] = cells.geometry.translate(-ASIDE * (copy % 2), ASIDE * (copy // 2))
        copies.append(moved)
    return gpd.GeoDataFrame(pd.concat(copies, ignore_index=True).iloc[:count], crs=INSIDE)


def main() -> None:
    """Serve OGC API and tiles of the large publication."""
    port, count, store, prebuilt = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    publication = Publication(open_study(store, "sample"))
    cells = publication.cells
    vars(publication)["cells"] = Collection(cells.table, many(cells.frame, count))
    archives = make_archives(publication, Path(prebuilt), from_cells=1) if prebuilt != "-" else []
    app = FastAPI()
    app.include_router(routes.router(publication))
    app.include_router(tiles.router(Tiles(publication, archives)))
    app.get("/health")(lambda: "ready")
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main()
