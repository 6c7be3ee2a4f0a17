"""Serves the whole service over the example region with every 100 m square of land inhabited: PORT CELLS STORE.

Each square has the residents of the nearest inhabited one, and findings of its own; its tiles are encoded beforehand.
"""

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import shapely
import uvicorn
from scipy.spatial import cKDTree

from app.main import create_app
from app.publish.collections import Publication
from app.publish.tiles import make_archives
from app.settings import Settings
from app.study import Study, make_study, open_study
from geodata.facts import CELLS, Facts

SIDE = 100.0


def dense(facts: Facts, count: int) -> pd.DataFrame:
    """The table CELLS of so many squares: those that are inhabited, then others on land from the south."""
    x, y, codes = squares_on_land(facts)
    known = facts.cells[["x", "y"]].to_numpy(dtype=float)
    away, nearest = cKDTree(known).query(np.column_stack([x, y]))
    new = np.flatnonzero(away > 0)[: count - len(known)]
    cells = facts.cells.iloc[nearest[new]].reset_index(drop=True)
    names = [f"100m_{north:05d}_{east}" for north, east in zip(_index(y[new]), _index(x[new]), strict=True)]
    moved = cells.assign(cell_id=names, x=x[new], y=y[new], kommunekode=codes[new], city_district=None)
    return CELLS.check(pd.concat([facts.cells, moved], ignore_index=True))


def _index(metres: np.ndarray) -> list[int]:
    return np.floor(metres / SIDE).astype(int).tolist()


def squares_on_land(facts: Facts) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x, y and municipality of the middle of every square whose middle is on the region's land."""
    found = []
    areas = facts.areas[facts.areas["kind"] == "municipality"]
    for code, outline in zip(areas["code"], areas.geometry, strict=True):
        west, south, east, north = (np.floor(value / SIDE) * SIDE for value in outline.bounds)
        x, y = np.meshgrid(
            np.arange(west, east + SIDE, SIDE) + SIDE / 2, np.arange(south, north + SIDE, SIDE) + SIDE / 2
        )
        inside = shapely.contains_xy(outline, x, y)
        found.append((x[inside], y[inside], np.full(inside.sum(), code)))
    x, y, codes = (np.concatenate(part) for part in zip(*found, strict=True))
    return x, y, codes


def dense_study(study: Study, count: int) -> Study:
    """The study with so many inhabited squares; all findings are computed."""
    facts = replace(study.facts, cells=dense(study.facts, count))
    return make_study(facts, study.rules)


def main() -> None:
    """Compute, encode, serve."""
    port, count, store = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    study = dense_study(open_study(store, "sample"), count)
    with TemporaryDirectory() as folder:
        settings = Settings(store=Path(folder), workers=0, jobs_url=f"sqlite:///{folder}/jobs.sqlite")
        make_archives(Publication(study), settings.store, settings.tiles_from_cells)
        uvicorn.run(create_app(settings, study), host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main()
