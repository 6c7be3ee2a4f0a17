"""What stands in words on the map: areas of limited choice with their number, municipalities, places and seas.

Where a label ends up is settled in the browser, which knows the zoom and the size of the window.
"""

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from app import language as say
from app.language import LANGS, Lang
from app.publish.collections import Publication
from app.publish.raster import Part
from geodata.crs import WGS84, from_inside, to_inside

LARGE_TOWN = 5000
OVERVIEW_AREAS = 5
"""Areas of limited choice that are named at overview zoom: the largest."""
ZOOM_ALL, ZOOM_DETAIL = 11.0, 12.0


def labels(publication: Publication, lang: Lang = "da") -> list[dict[str, Any]]:
    """Every label, most important first: text, position, kind and the zoom from which it may be shown."""
    return [
        *_little_choice(publication, lang),
        *_municipalities(publication),
        *_places(publication),
    ]


def _little_choice(publication: Publication, lang: Lang) -> Iterator[dict[str, Any]]:
    frame = publication.little_choice_areas.frame.sort_values("residents", ascending=False)
    for rank, (_, row) in enumerate(frame.iterrows()):
        if pd.isna(row["residents"]):
            continue
        yield {
            "kind": "little",
            "id": row["area_id"],
            "text": row["name"],
            "number": say.about(row["residents"], lang).removeprefix(_about(lang)),
            "edges": _edges(row["geometry"]),
            "at": _at(shapely.point_on_surface(row["geometry"])),
            "zoom": 0 if rank < OVERVIEW_AREAS else ZOOM_ALL,
        }


def inset_words(publication: Publication, part: Part) -> str:
    """Name and number of the largest area of limited choice on an island, as on the map; empty where there is none."""
    for label in _little_choice(publication, LANGS[0]):
        lat, lon = label["at"]
        if shapely.contains_xy(part.land, *to_inside(lon, lat)):
            return f"{label['text']} {label['number']}"
    return ""


def _edges(shape: shapely.Geometry) -> list[list[float]]:
    """The outline's points farthest east, west, north and south: a label beside one of them touches the area."""
    xy = shapely.get_coordinates(shape)
    ends = [xy[:, 0].argmax(), xy[:, 0].argmin(), xy[:, 1].argmax(), xy[:, 1].argmin()]
    return [_at(shapely.Point(xy[end])) for end in ends]


def _about(lang: Lang) -> str:
    return "ca.\u00a0" if lang == "da" else "about "


def _municipalities(publication: Publication) -> Iterator[dict[str, Any]]:
    areas = publication.areas.only(kind="municipality").frame
    order = areas.assign(size=areas.geometry.area).sort_values("size", ascending=False)
    for _, row in order.iterrows():
        yield {"kind": "municipality", "text": row["name"], "at": _at(_middle(row["geometry"])), "zoom": 0}


def _places(publication: Publication) -> Iterator[dict[str, Any]]:
    places = publication.places.frame.copy()
    places["zoom"] = [_zoom(kind, people) for kind, people in zip(places["kind"], places["residents"], strict=True)]
    shown = _inside(places, publication)
    for _, row in shown.sort_values(["zoom", "residents"], ascending=[True, False]).iterrows():
        yield {"kind": row["kind"], "text": row["name"], "at": _at(row["geometry"]), "zoom": row["zoom"]}


def _zoom(kind: str, residents: Any) -> float:
    if kind == "sea":
        return 0
    large = not pd.isna(residents) and residents > LARGE_TOWN
    return ZOOM_ALL if kind == "town" and large else ZOOM_DETAIL


def _inside(places: gpd.GeoDataFrame, publication: Publication) -> gpd.GeoDataFrame:
    """Places of the region, and every sea."""
    whole = publication.areas.only(kind="region").frame.geometry.iloc[0]
    shapely.prepare(whole)
    xy = shapely.get_coordinates(places.geometry.to_numpy())
    return places[(places["kind"] == "sea") | shapely.contains_xy(whole, xy[:, 0], xy[:, 1])]


def _middle(shape: shapely.Geometry) -> shapely.Geometry:
    """A point well inside the largest part."""
    largest = max(shapely.get_parts(shape), key=shapely.area)
    return shapely.get_point(shapely.maximum_inscribed_circle(largest, tolerance=100.0), 0)


def _at(point: shapely.Geometry) -> list[float]:
    lon, lat = from_inside(shapely.get_x(point), shapely.get_y(point), WGS84)
    return _rounded(float(lat), float(lon))


def _rounded(lat: float, lon: float) -> list[float]:
    return [round(float(lat), 5), round(float(lon), 5)]
