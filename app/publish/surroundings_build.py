"""Builds data/surroundings.geojson, once: the land around Zealand, Scania and Bornholm for the map's background.

Natural Earth 1:10m land (public domain) as packaged in npm world-atlas 2.0.2 (`land-10m.json`), cut to a window.
Run: python -m app.publish.surroundings_build PATH/TO/land-10m.json
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely

TARGET = Path(__file__).parent / "data" / "surroundings.geojson"
WINDOW = (10.3, 54.4, 15.9, 56.9)
"""West, south, east, north in degrees: a planner never pans beyond it."""
DECIMALS = 4


def decode(topology: dict[str, Any], name: str) -> Iterator[shapely.Geometry]:
    """Polygons of a TopoJSON object of MultiPolygons (arcs quantised and delta-encoded)."""
    scale, shift = np.array(topology["transform"]["scale"]), np.array(topology["transform"]["translate"])
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]
    for geometry in topology["objects"][name]["geometries"]:
        for polygon in geometry["arcs"]:
            rings = [_ring(arcs, ring) for ring in polygon]
            yield shapely.make_valid(shapely.Polygon(rings[0], rings[1:]))


def _ring(arcs: list[np.ndarray], ids: list[int]) -> np.ndarray:
    pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in ids]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def main(source: Path) -> None:
    """Cut the land to the window and write it."""
    topology = json.loads(source.read_text(encoding="utf-8"))
    window = shapely.box(*WINDOW)
    near = [polygon for polygon in decode(topology, "land") if polygon.intersects(window)]
    land = shapely.set_precision(shapely.union_all(near).intersection(window), 10.0**-DECIMALS)
    feature = {"type": "Feature", "properties": {"source": "Natural Earth 1:10m"}, "geometry": _geometry(land)}
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")


def _geometry(shape: shapely.Geometry) -> dict[str, Any]:
    rounded = json.loads(shapely.to_geojson(shape), parse_float=lambda text: round(float(text), DECIMALS))
    return dict(rounded)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
