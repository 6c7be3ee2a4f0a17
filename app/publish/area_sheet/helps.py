"""What would help an area most: a new practice in each of its towns and stations, the best few told with their effect.

The places are ranked by `study.value_map`; what is told of the few is what `Effects` publishes of the scenario with one
practice there, so that nothing small is told. It is no search over every place: that is what siting does.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from app.access.matrix import Floats
from app.language import Lang
from app.publish.collections import Publication
from app.publish.what_if import LIFTED, Effects
from app.siting.scenario import Open, Scenario
from geodata.crs import WGS84, from_inside

MOST = 3
APART = 2500.0
"""Metres between two places that are told apart."""
KINDS = ("town", "district", "station")


@dataclass(frozen=True, slots=True)
class Help:
    """A place and how many residents of the region would get the minimum of open practices, in words."""

    name: str
    people: str


def what_helps(publication: Publication, outline: shapely.Geometry, lang: Lang) -> list[Help]:
    """The best places within an outline, best first; none where no new practice lifts anybody."""
    places = publication.places.frame
    xy = shapely.get_coordinates(places.geometry.to_numpy())
    shapely.prepare(outline)
    inside = places["kind"].isin(KINDS).to_numpy() & shapely.contains_xy(outline, xy[:, 0], xy[:, 1])
    names, at = places["name"].to_numpy()[inside], xy[inside]
    lon, lat = from_inside(at[:, 0], at[:, 1], WGS84)
    points = list(zip(lon.tolist(), lat.tolist(), strict=True))
    value = publication.study.value_map(points)
    return [_told(publication, str(names[i]), points[i], lang) for i in _apart(at, value)]


def _apart(at: Floats, value: Floats) -> list[int]:
    """Places by falling value, none near a better one, none without value."""
    chosen: list[int] = []
    for i in np.argsort(-value, kind="stable"):
        far = all(np.hypot(*(at[i] - at[j])) >= APART for j in chosen)
        if value[i] > 0 and far and len(chosen) < MOST:
            chosen.append(int(i))
    return chosen


def _told(publication: Publication, name: str, point: tuple[float, float], lang: Lang) -> Help:
    effects = Effects(publication)
    effect = publication.study.what_if(Scenario((Open(*point),)))
    told = effects.told(effect)
    region = int((effect.before["kind"] == "region").to_numpy().argmax())
    return Help(name, effects.people(told, region, LIFTED, lang))
