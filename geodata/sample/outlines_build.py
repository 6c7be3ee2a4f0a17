"""Build the outlines of the sample region, by hand, once: ``python -m ... FOLDER``.

``FOLDER`` holds the unpacked packages named in ``outlines_packages``. The result,
``data/outlines.geojson`` and ``data/places.csv``, is committed; nothing here runs at build time.
"""

import argparse
import csv
import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from . import outlines_fit, outlines_growth, outlines_packages
from .outlines_districts import districts
from .outlines_packages import TO_METRES, Place

DATA = Path(__file__).parent / "data"
TO_DEGREES = Transformer.from_crs(25832, 4326, always_xy=True)
Areas = dict[str, BaseGeometry]


def main() -> None:
    """Read the packages, build, write the committed files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with the unpacked packages")
    folder = parser.parse_args().folder
    settings = tomllib.loads((DATA / "outlines_build.toml").read_text(encoding="utf-8"))
    names, areas = build(folder, settings)
    cut = districts(areas["0101"], rows("city_districts.csv"))
    write_outlines(names, areas, cut, lakes(folder, settings, areas))
    write_places(outlines_packages.counted_places(folder), areas)


def build(folder: Path, settings: dict[str, Any]) -> tuple[dict[str, str], Areas]:
    """Names and outlines of the region's municipalities and the neighbours', code by code."""
    drawing = outlines_packages.drawing(folder)
    located = outlines_packages.located_places(folder)
    land = islands(folder, settings)
    official = {row["kommunekode"]: float(row["area_km2"]) for row in rows("municipalities.csv")}
    names = {row["kommunekode"]: row["kommune"] for row in rows("municipalities.csv")}
    official |= {row["kommunekode"]: float(row["area_km2"]) for row in rows("neighbours.csv")}
    names |= {row["kommunekode"]: row["kommune"] for row in rows("neighbours.csv")}
    wanted = sorted((set(official) | set(settings["stops"])) - {"0400"})
    matrix = outlines_fit.affine(drawing, outlines_fit.places_by_code(drawing, located))
    laid = {code: outlines_fit.placed(matrix, drawing[code][1]) for code in wanted}
    bent = moved(outlines_fit.bend(laid, land), located, settings["moved"])
    shore = harbour(shapely.simplify(land, 20.0), settings["harbour"])
    grown = outlines_growth.grow(bent, shore, official, tuple(settings["window"]))
    kept = {code: area for code, area in grown.items() if code in official}
    kept["0400"] = bornholm(land, settings["bornholm"])
    return names, kept


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a committed table."""
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def islands(folder: Path, settings: dict[str, Any]) -> BaseGeometry:
    """The land of Denmark in and around the region, without Sweden."""
    window = tuple(settings["coast_window"])
    sweden = [spot(pair) for pair in settings["sweden"]]
    found = outlines_packages.coast(folder, window, level=1)
    return shapely.union_all([a for a in found if not any(a.contains(p) for p in sweden)])


def lakes(folder: Path, settings: dict[str, Any], areas: Areas) -> list[BaseGeometry]:
    """Lakes of the coast package that lie inside the outlines."""
    found = outlines_packages.coast(folder, tuple(settings["coast_window"]), level=2)
    ground = shapely.union_all(list(areas.values()))
    return [shapely.simplify(lake, 20.0) for lake in found if ground.intersects(lake)]


def spot(pair: list[float]) -> Point:
    """A (latitude, longitude) pair as a point in metres."""
    return Point(*TO_METRES.transform(pair[1], pair[0]))


def moved(areas: Areas, places: list[Place], how: dict[str, Any]) -> Areas:
    """Put one outline bodily on its place; the municipality around it gives way."""
    code, giver = how["code"], how["from"]
    place = next(p for p in places if p.name == how["place"] and p.county.startswith(how["place"]))
    here = areas[code].centroid
    shift = np.array([place.x - here.x, place.y - here.y])
    there = shapely.transform(areas[code], lambda xy: xy + shift)
    return {**areas, code: there, giver: areas[giver].difference(there.buffer(how["margin"]))}


def harbour(land: BaseGeometry, how: dict[str, Any]) -> BaseGeometry:
    """Land with the coast's own harbour filled and a hand-drawn one cut instead."""
    filled = land.union(line(how["fill"]).buffer(how["fill_width"], cap_style="flat"))
    basin = line(how["cut"]).buffer(how["cut_width"])
    parts = shapely.get_parts(filled.difference(basin))
    crumb = (shapely.area(parts) < how["crumb"]) & (shapely.distance(parts, basin) < 150.0)
    return shapely.union_all(parts[~crumb])


def line(pairs: list[list[float]]) -> LineString:
    """A line through (latitude, longitude) pairs, in metres."""
    return LineString([spot(pair) for pair in pairs])


def bornholm(land: BaseGeometry, inside: list[float]) -> BaseGeometry:
    """The island of Bornholm, out of the coast."""
    island = next(p for p in shapely.get_parts(land) if p.contains(spot(inside)))
    return shapely.simplify(shapely.set_precision(island, 1.0), 30.0)


def write_outlines(
    names: dict[str, str], areas: Areas, cut: dict[str, tuple[str, Any]], water: list[BaseGeometry]
) -> None:
    """One GeoJSON: municipalities, neighbours, city districts and lakes, in degrees."""
    home = {row["kommunekode"] for row in rows("municipalities.csv")}
    features = [
        feature(areas[code], code=code, name=names[code], kind="municipality", in_region=code in home)
        for code in sorted(areas)
    ]
    features += [
        feature(area, code=code, name=name, kind="city_district", in_region=True)
        for code, (name, area) in sorted(cut.items(), key=lambda item: int(item[0]))
    ]
    features += [feature(lake, code="", name="", kind="lake", in_region=True) for lake in water]
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    text = f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'
    (DATA / "outlines.geojson").write_text(text, encoding="utf-8")


def feature(area: BaseGeometry, **properties: object) -> dict[str, object]:
    """One GeoJSON feature; five decimals of a degree are about a metre."""
    degrees = shapely.transform(area, lambda xy: np.column_stack(TO_DEGREES.transform(*xy.T)))
    rounded = shapely.transform(degrees, lambda xy: np.round(xy, 5))
    geometry = json.loads(shapely.to_geojson(rounded))
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write_places(places: list[Place], areas: Areas) -> None:
    """The places on the outlines: name, position in degrees, residents, municipality."""
    overrides = {row["name"]: int(row["residents"]) for row in rows("place_overrides.csv")}
    with (DATA / "places.csv").open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(["name", "kind", "lat", "lon", "residents", "kommunekode"])
        for place in places:
            code = owner(place, areas)
            residents = overrides.get(place.name, place.residents)
            if code:
                lon, lat = TO_DEGREES.transform(place.x, place.y)
                out.writerow([place.name, "town", f"{lat:.5f}", f"{lon:.5f}", residents, code])


def owner(place: Place, areas: Areas, reach: float = 800.0) -> str:
    """The municipality a place lies in, or nearest to within ``reach`` metres; else empty."""
    away = {code: area.distance(Point(place.x, place.y)) for code, area in areas.items()}
    code = min(away, key=lambda one: away[one])
    return code if away[code] < reach else ""


if __name__ == "__main__":
    main()
