"""Among which places a question may choose: candidates with their points, filtered by area and kind."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from app.access.matrix import Flags, Floats
from app.access.sweep.prepared import Recent
from app.errors import QuestionError
from app.siting.apply import Point
from app.siting.candidates import candidates, chosen
from app.siting.inside import inside_area
from app.siting.premises.requirements import MET, REQUIREMENTS, states
from app.siting.question import Area, SitingQuestion
from geodata import crs
from geodata.facts import Facts
from geodata.rules import RuleSet

CENTRES = ("town", "district", "station")
PREMISES_ID = "premises-"
"""Beginning of the id of a candidate that is premises."""
DECIMALS = 6
"""Of a degree, of the points of candidates; a scenario repeats them to the letter."""


@dataclass(frozen=True)
class Choosable:
    """Candidates in order of their id.

    Parameters
    ----------
    ids, names, homes : (c,) id, name of the nearest place people know, municipality
    kinds, near : (c,) why it is a candidate; address, or name of what it is near
    points : (c,) longitude and latitude, as a scenario names them
    xy : (c, 2) EPSG:25832, of exactly these points
    centre_m : (c,) metres in a straight line to the nearest town, district or station
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    homes: tuple[str, ...]
    kinds: tuple[str, ...]
    near: tuple[str, ...]
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
        at = np.flatnonzero(kept).tolist()
        texts = (self.ids, self.names, self.homes, self.kinds, self.near)
        ids, names, homes, kinds, near = (tuple(values[i] for i in at) for values in texts)
        points = tuple(self.points[i] for i in at)
        return Choosable(ids, names, homes, kinds, near, points, self.xy[at], self.centre_m[at])


@dataclass(frozen=True)
class Places:
    """All candidates of an area, as a table and as points; made once for each of the few areas asked about last."""

    table: pd.DataFrame
    points: Choosable


Known = Recent[Places]


def choosable(facts: Facts, rules: RuleSet, question: SitingQuestion, known: Known) -> Choosable:
    """The candidates that a question allows.

    Parameters
    ----------
    known : candidates of the areas asked about before, of the same facts and rules

    Raises
    ------
    NotFoundError : there is no such area
    QuestionError : there is no such kind, zone or requirement, or more sites are asked for than there are
    """
    inside = inside_area(facts, question.area)
    here = known.get(repr(question.area), lambda: _places(facts, rules, question.area))
    table = chosen(here.table, question.kinds, question.zones, question.stop_m)
    table = table[_meeting(facts, table, question.require)]
    every = here.points
    if len(table) < len(here.table):
        every = candidates_of(facts, table)
    found = every.take(inside(every.xy, every.homes))
    most = len(found) * question.per_site
    if not most:
        raise QuestionError("there is no possible site here; choose a larger area or other kinds", "no_sites")
    if question.add > most:
        raise QuestionError(
            f"you asked for {question.add} sites, but there are {most} possible; choose at most {most}",
            "number",
            n=question.add,
            m=most,
        )
    return found


def _places(facts: Facts, rules: RuleSet, area: Area) -> Places:
    table = candidates(facts, rules, area)
    return Places(table, candidates_of(facts, table))


def _meeting(facts: Facts, table: pd.DataFrame, names: tuple[str, ...]) -> Flags:
    """Which candidates are premises that meet all of some requirements; all candidates where none is made.

    Raises
    ------
    QuestionError : there is no such requirement
    """
    strange = sorted(set(names) - set(REQUIREMENTS))
    if strange:
        known = ", ".join(REQUIREMENTS)
        message = f"there is no requirement {strange[0]!r}; choose among {known}"
        raise QuestionError(message, "one_of", field="require", x=strange[0], known=known)
    if not names:
        return np.ones(len(table), dtype=bool)
    met = (states(facts.premises, names) == MET).all(axis=1).to_numpy()
    good = set(PREMISES_ID + facts.premises["premises_id"][met])
    return np.asarray(table["candidate_id"].isin(good), dtype=bool)


def candidates_of(facts: Facts, table: pd.DataFrame) -> Choosable:
    """Candidates of a table as points that a scenario can name; of two at one point the first."""
    lon, lat = (np.round(each, DECIMALS) for each in crs.from_inside(table["x"], table["y"]))
    x, y = (np.asarray(each, dtype=float) for each in crs.to_inside(lon, lat))
    homes = _homes(facts, x, y)
    names, away = _names(facts, np.column_stack([x, y]))
    known: dict[Point, int] = {}
    for i in np.argsort(table["candidate_id"].to_numpy(dtype=str), kind="stable").tolist():
        if homes[i]:
            known.setdefault((float(lon[i]), float(lat[i])), i)
    kept = list(known.values())
    columns = (table[name].fillna("").tolist() for name in ("candidate_id", "kind", "near"))
    ids, kinds, near = (tuple(column[i] for i in kept) for column in columns)
    picked = tuple(names[i] for i in kept), tuple(homes[i] for i in kept)
    return Choosable(ids, *picked, kinds, near, tuple(known), np.column_stack([x, y])[kept], away[kept])


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
