"""Among which places a question may choose: candidates with their points, filtered by area and kind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from app.access.matrix import Flags, Floats
from app.errors import NotFoundError, QuestionError
from app.siting.apply import Point
from app.siting.question import Area, SitingQuestion
from geodata import crs
from geodata.facts import Facts

CENTRES = ("town", "district", "station")
DECIMALS = 6
"""Of a degree, of the points of candidates; a scenario repeats them to the letter."""


@dataclass(frozen=True)
class Choosable:
    """Candidates in order of their id.

    Parameters
    ----------
    ids, names, kinds, homes : (c,) id, name, kind and municipality
    points : (c,) longitude and latitude, as a scenario names them
    xy : (c, 2) EPSG:25832, of exactly these points
    centre_m : (c,) metres in a straight line to the nearest town, district or station
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    homes: tuple[str, ...]
    points: tuple[Point, ...]
    xy: Floats
    centre_m: Floats

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def places(self) -> pd.DataFrame:
        """Columns x, y and kommunekode, as `Roads.to` reads them."""
        return pd.DataFrame({"x": self.xy[:, 0], "y": self.xy[:, 1], "kommunekode": list(self.homes)})

    def take(self, kept: Flags) -> "Choosable":
        """Some of the candidates."""
        at = np.flatnonzero(kept)
        texts = ([values[i] for i in at] for values in (self.ids, self.names, self.kinds, self.homes))
        ids, names, kinds, homes = (tuple(values) for values in texts)
        return Choosable(ids, names, kinds, homes, tuple(self.points[i] for i in at), self.xy[at], self.centre_m[at])


def choosable(facts: Facts, question: SitingQuestion) -> Choosable:
    """The candidates that a question allows.

    Raises
    ------
    NotFoundError : there is no such area
    QuestionError : there is no such kind of candidate, or more sites are asked for than there are
    """
    every = candidates_of(facts)
    strange = sorted(set(question.kinds) - set(every.kinds))
    if strange:
        known = ", ".join(sorted(set(every.kinds)))
        raise QuestionError(
            f"there is no kind of candidate {strange[0]!r}; choose among {known}",
            "one_of",
            field="kinds",
            x=strange[0],
            known=known,
        )
    inside = inside_area(facts, question.area)
    found = every.take(inside(every.xy, every.homes) & _of_kinds(every, question.kinds))
    most = len(found) * question.per_site
    if question.add > most:
        raise QuestionError(
            f"you asked for {question.add} sites, but there are {most} possible; choose at most {most}",
            "number",
            n=question.add,
            m=most,
        )
    return found


def _of_kinds(every: Choosable, kinds: Sequence[str]) -> Flags:
    return np.array([not kinds or kind in kinds for kind in every.kinds], dtype=bool)


Inside = Callable[[Floats, Sequence[str]], Flags]
"""Which points (n, 2), with their municipalities, lie in an area."""


def inside_area(facts: Facts, area: Area) -> Inside:
    """What tells whether points lie in an area; a point on a border lies inside.

    Raises
    ------
    NotFoundError : there is no such area
    """
    if area.kind == "polygon":
        return _within(shapely.Polygon(np.column_stack(crs.to_inside(*np.array(area.ring).T))))
    region = facts.region
    if area.kind == "region":
        return _of_codes(frozenset(region.codes))
    if area.kind == "health_council":
        codes = frozenset(m.code for m in region.municipalities if m.health_council == area.code)
    elif area.kind == "municipality":
        codes = frozenset({area.code} & set(region.codes))
    else:
        return _within(_district(facts, area.code))
    if not codes:
        raise _unknown(facts, area)
    return _of_codes(codes)


def _of_codes(codes: frozenset[str]) -> Inside:
    return lambda _xy, homes: np.array([home in codes for home in homes], dtype=bool)


def _within(outline: shapely.Geometry) -> Inside:
    shapely.prepare(outline)
    return lambda xy, _homes: np.asarray(shapely.intersects_xy(outline, xy[:, 0], xy[:, 1]), dtype=bool)


def _district(facts: Facts, code: str) -> shapely.Geometry:
    areas = facts.areas
    found = areas[(areas["kind"] == "city_district") & (areas["code"] == code)]
    if not len(found):
        raise _unknown(facts, Area("city_district", code))
    return found.geometry.iloc[0]


def _unknown(facts: Facts, area: Area) -> NotFoundError:
    where = facts.region.name_da
    return NotFoundError(
        f"there is no {area.kind} {area.code!r} in {where}; see /api/areas", "area", x=area.code, region=where
    )


def candidates_of(facts: Facts) -> Choosable:
    """Every candidate of the region: addresses of practices, town centres and stations, and where people live."""
    places = facts.places[facts.places["kind"].isin(CENTRES)]
    rows = [
        *zip(facts.locations["x"], facts.locations["y"], ["practice"] * len(facts.locations), strict=True),
        *zip(places["x"], places["y"], ["centre"] * len(places), strict=True),
        *((x, y, "inhabited") for x, y in _inhabited(facts)),
    ]
    x, y = np.array([row[:2] for row in rows], dtype=float).reshape(-1, 2).T
    lon, lat = (np.round(each, DECIMALS) for each in crs.from_inside(x, y))
    x, y = crs.to_inside(lon, lat)
    homes = _homes(facts, np.asarray(x), np.asarray(y))
    names, away = _names(facts, np.column_stack([x, y]))
    known: dict[Point, int] = {}
    for i, point in enumerate(zip(lon.tolist(), lat.tolist(), strict=True)):
        if homes[i]:
            known.setdefault(point, i)
    kept = list(known.values())
    return Choosable(
        tuple(f"c{number:05d}" for number in range(len(kept))),
        tuple(names[i] for i in kept),
        tuple(rows[i][2] for i in kept),
        tuple(homes[i] for i in kept),
        tuple(known),
        np.column_stack([x, y])[kept],
        away[kept],
    )


def _inhabited(facts: Facts) -> list[tuple[float, float]]:
    """The cell with most residents in every square kilometre."""
    cells = facts.cells
    block = pd.Series(list(zip(cells["x"] // 1000, cells["y"] // 1000, strict=True)))
    best = cells["residents"].groupby(block).idxmax()
    return list(zip(cells.loc[best, "x"], cells.loc[best, "y"], strict=True))


def _homes(facts: Facts, x: Floats, y: Floats) -> list[str]:
    """Municipality of each point, empty outside the region; on a shared border the lowest code."""
    own = facts.areas[(facts.areas["kind"] == "municipality") & facts.areas["code"].isin(facts.region.codes)]
    own = own.sort_values("code")
    outlines, codes = own.geometry.to_numpy(), own["code"].tolist()
    shapely.prepare(outlines)
    inside = shapely.intersects_xy(outlines[:, None], x, y)
    return [codes[i] if any_ else "" for i, any_ in zip(inside.argmax(axis=0), inside.any(axis=0), strict=True)]


def _names(facts: Facts, xy: Floats) -> tuple[list[str], Floats]:
    """Name of the nearest place people know, and metres to it."""
    places = facts.places[facts.places["kind"].isin(CENTRES)].sort_values(["name", "x", "y"])
    if not len(places):
        return [""] * len(xy), np.zeros(len(xy))
    away, nearest = cKDTree(places[["x", "y"]].to_numpy(dtype=float)).query(xy)
    return [str(places["name"].iloc[i]) for i in nearest], np.asarray(away, dtype=float)
