"""Where a practice could open: existing addresses, named premises, and inhabited cells near centres, stations, shops.

Every candidate says why it is there. Close ones among the generated are thinned, so that a region has thousands and not
hundreds of thousands; an area asked for alone keeps more of its own.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely
from scipy.ndimage import uniform_filter
from scipy.spatial import cKDTree

from app.access.matrix import Floats
from app.access.travel import ROAD_MODE
from app.errors import QuestionError
from app.siting.inside import inside_area
from app.siting.question import Area
from app.siting.reasons import KINDS, ZONES
from app.siting.stops import to_bus_stop, to_nearest, to_station
from geodata import units
from geodata.columns import KOMMUNEKODE, X, Y
from geodata.facts import Facts
from geodata.network.snap import snap
from geodata.rules import RuleSet
from geodata.tables import Code, Column, Table

SIDE, WINDOW = 100.0, 5
"""Side of a cell, and cells along the side of the square that is looked round in."""
GENERATED = ("station", "town_centre", "shop")
CENTRES = ("town", "district")
EVERYWHERE = Area()

CANDIDATES = Table(
    "candidates",
    "Candidate sites",
    "Kandidatsteder",
    "Places where a practice could open, each with the reason for being there.",
    (
        Column("candidate_id", "text", "", "Candidate id", "Kandidat-id", "Stays the same while its reason does."),
        Column("kind", "text", "", "Reason", "Begrundelse", "Why it is a candidate.", KINDS),
        Column("reasons", "text", "", "All reasons", "Alle begrundelser", "Codes of all reasons, with spaces between."),
        Column("near", "text", "", "Near", "Ved", "Address, or name of what it is near.", optional=True),
        KOMMUNEKODE,
        Column("city_district", "text", "", "City district", "Bydel", "Code of the city district.", optional=True),
        X,
        Y,
        Column("zone", "text", "", "Zone", "Zone", "How the place is used, by what lies around it.", ZONES),
        Column(
            "stop_m",
            "float",
            units.METRES,
            "To a stop",
            "Til stoppested",
            "Straight line to the nearest known bus stop or station. Empty: not known.",
            optional=True,
            lowest=0,
        ),
        Column(
            "centre_m",
            "float",
            units.METRES,
            "To a centre",
            "Til centrum",
            "Straight line to the nearest town, district or station. Empty: none known.",
            optional=True,
            lowest=0,
        ),
        Column(
            "on_network", "flag", "", "On the street network", "På vejnettet", "False: ways from here are estimated."
        ),
    ),
    key=("candidate_id",),
)


def candidates(facts: Facts, rules: RuleSet, area: Area = EVERYWHERE, most: int | None = None) -> pd.DataFrame:
    """The table CANDIDATES.

    Parameters
    ----------
    area : to stay within
    most : generated sites are thinned until there are at most so many; rule `candidate_sites` unless given

    Raises
    ------
    NotFoundError : there is no such area
    """
    rule = rules.value("candidate_sites")
    given = pd.concat([_practices(facts), _premises(facts), _health_centres(facts)], ignore_index=True)
    every = pd.concat([given, _cells(facts, rule)], ignore_index=True)
    every = _at_home(facts, every)
    inside = inside_area(facts, area)
    kept = every[inside(every[["x", "y"]].to_numpy(dtype=float), every["kommunekode"].tolist())]
    frame = _thinned(kept, int(most or rule["most"]))
    return CANDIDATES.check(_described(facts, rules, rule, frame))


def chosen(
    frame: pd.DataFrame, kinds: Sequence[str] = (), zones: Sequence[str] = (), stop_m: float | None = None
) -> pd.DataFrame:
    """Candidates that have one of the reasons, lie in one of the zones, and have a stop within metres (inclusive).

    Raises
    ------
    QuestionError : there is no such reason or zone, or the distance is not above 0
    """
    _refuse(kinds, KINDS, "kind of candidate")
    _refuse(zones, ZONES, "zone")
    if stop_m is not None and not stop_m > 0:
        raise QuestionError(f"the distance to a stop is {stop_m:g} m; it must be above 0 m")
    kept = pd.Series(True, index=frame.index)
    if kinds:
        kept &= frame["reasons"].str.split().map(lambda reasons: bool(set(reasons) & set(kinds)))
    if zones:
        kept &= frame["zone"].isin(zones)
    if stop_m is not None:
        kept &= frame["stop_m"] <= stop_m
    return frame[kept].reset_index(drop=True)


def _refuse(given: Sequence[str], known: Sequence[Code], what: str) -> None:
    strange = sorted(set(given) - {code.value for code in known})
    if strange:
        names = ", ".join(code.value for code in known)
        raise QuestionError(f"there is no {what} {strange[0]!r}; choose among {names}")


def _rows(frame: pd.DataFrame, kind: str, ids: pd.Series, near: pd.Series) -> pd.DataFrame:
    columns = {"candidate_id": ids, "kind": kind, "reasons": kind, "near": near, "x": frame["x"], "y": frame["y"]}
    return pd.DataFrame(columns).assign(residents=0.0)


def _practices(facts: Facts) -> pd.DataFrame:
    own = facts.locations[facts.locations["kommunekode"].isin(facts.region.codes)]
    return _rows(own, "practice", "practice-" + own["location_id"], own["address"])


def _premises(facts: Facts) -> pd.DataFrame:
    rows = facts.premises
    return _rows(rows, "premises", "premises-" + rows["premises_id"], rows["address"].fillna(rows["name"]))


def _health_centres(facts: Facts) -> pd.DataFrame:
    rows = facts.amenities[facts.amenities["kind"] == "health_centre"].drop_duplicates(["x", "y"])
    place = rows["x"].round().astype(int).astype(str) + "-" + rows["y"].round().astype(int).astype(str)
    return _rows(rows, "health_centre", "health-" + place, rows["name"]).drop_duplicates("candidate_id")


def _cells(facts: Facts, rule: Mapping[str, Any]) -> pd.DataFrame:
    """Inhabited cells near a centre, station or shop, with all their reasons; the nearest by its limit comes first."""
    cells = facts.cells
    xy = cells[["x", "y"]].to_numpy(dtype=float)
    targets = _targets(facts)
    ratio = np.column_stack([to_nearest(xy, targets[name]) / rule[f"{name}_m"] for name in GENERATED])
    near = ratio <= 1
    kept = np.flatnonzero(near.any(axis=1))
    first = np.where(near, ratio, np.inf)[kept].argmin(axis=1)
    kinds = np.array(GENERATED, dtype=object)
    frame = _rows(cells.iloc[kept], "station", "cell-" + cells["cell_id"].iloc[kept], cells["cell_id"].iloc[kept])
    frame["kind"] = kinds[first]
    frame["reasons"] = [" ".join(kinds[row]) for row in near[kept]]
    names = _nearest_names(xy[kept], first, targets)
    known = facts.places[facts.places["kind"] != "sea"]
    frame["near"] = np.where(pd.isna(names), _names_of(known, xy[kept]), names)
    return frame.assign(residents=residents_around(cells)[kept])


def _targets(facts: Facts) -> dict[str, pd.DataFrame]:
    places, amenities = facts.places, facts.amenities
    return {
        "station": places[places["kind"] == "station"],
        "town_centre": places[places["kind"].isin(CENTRES)],
        "shop": amenities[amenities["kind"].isin(("shop", "pharmacy"))],
    }


def _nearest_names(xy: Floats, kind: np.ndarray, targets: Mapping[str, pd.DataFrame]) -> np.ndarray:
    names = np.full(len(xy), None, dtype=object)
    for number, name in enumerate(GENERATED):
        at = np.flatnonzero(kind == number)
        if len(at):
            names[at] = _names_of(targets[name], xy[at])
    return names


def _names_of(places: pd.DataFrame, xy: Floats) -> np.ndarray:
    """(n,) name of the nearest place to each point; None where there is no place."""
    if not len(places):
        return np.full(len(xy), None, dtype=object)
    nearest = cKDTree(places[["x", "y"]].to_numpy(dtype=float)).query(xy)[1]
    return np.asarray(places["name"].to_numpy(dtype=object)[nearest])


def residents_around(cells: pd.DataFrame) -> Floats:
    """(cells,) residents of the square of 500 m with each cell in its middle."""
    column, row = (
        (np.floor(cells[name] / SIDE) - np.floor(cells[name].min() / SIDE)).astype(int) for name in ("x", "y")
    )
    grid = np.zeros((row.max() + 1 if len(row) else 1, column.max() + 1 if len(row) else 1))
    grid[row, column] = cells["residents"]
    around = uniform_filter(grid, WINDOW, mode="constant") * WINDOW**2
    return np.asarray(np.round(around[row, column]), dtype=float)


def _at_home(facts: Facts, frame: pd.DataFrame) -> pd.DataFrame:
    """Rows in the region, with municipality and city district: of the cell or outline they lie in."""
    own = facts.areas[facts.areas["code"].isin(facts.region.codes) & (facts.areas["kind"] == "municipality")]
    districts = facts.areas[facts.areas["kind"] == "city_district"]
    frame = frame.assign(kommunekode=_holder(own, frame), city_district=_holder(districts, frame))
    cells = facts.cells.set_index("cell_id")
    generated = frame["candidate_id"].str.startswith("cell-")
    ids = frame.loc[generated, "candidate_id"].str.removeprefix("cell-")
    for name in ("kommunekode", "city_district"):
        frame.loc[generated, name] = cells[name].reindex(ids).to_numpy(dtype=object)
    return frame[frame["kommunekode"].notna()].reset_index(drop=True)


def _holder(outlines: pd.DataFrame, frame: pd.DataFrame) -> np.ndarray:
    """(n,) code of the outline that holds each point, the lower on a border; None where none does."""
    ordered = outlines.sort_values("code")
    points = shapely.points(frame["x"], frame["y"])
    point, outline = shapely.STRtree(ordered["geometry"].to_numpy()).query(points, predicate="intersects")
    codes = np.full(len(frame), None, dtype=object)
    order = np.argsort(-outline, kind="stable")
    codes[point[order]] = ordered["code"].to_numpy(dtype=object)[outline[order]]
    return codes


def _thinned(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    """All given rows, and of the generated so many that there are `most`.

    Of the generated, the one with most residents around in each square comes first, of squares as small as leave no
    more than are wanted; then those with most residents around of all that are left.
    """
    own = frame["kind"].isin(GENERATED)
    given, generated = frame[~own], frame[own].sort_values(["residents", "candidate_id"], ascending=[False, True])
    room, side, first = max(most - len(given), 0), SIDE, np.ones(int(own.sum()), dtype=bool)
    while first.sum() > max(room, 1):
        side += SIDE
        squares = pd.DataFrame({axis: np.floor(generated[axis] / side) for axis in ("x", "y")})
        first = ~squares.duplicated().to_numpy()
    kept = pd.concat([generated[first], generated[~first]]).head(room)
    return pd.concat([given, kept.sort_values("candidate_id")], ignore_index=True)


def _described(facts: Facts, rules: RuleSet, rule: Mapping[str, Any], frame: pd.DataFrame) -> pd.DataFrame:
    """Rows with zone, stops, and whether the street network is within reach."""
    xy = frame[["x", "y"]].to_numpy(dtype=float)
    places = facts.places[facts.places["kind"].isin((*CENTRES, "station"))]
    centre = to_nearest(xy, places)
    stops = np.fmin(to_bus_stop(facts, rules, xy), to_station(facts, xy))
    graph = facts.graphs.get(ROAD_MODE)
    none, reach = np.zeros(len(xy), dtype=bool), rules.number("snapping")
    return frame.assign(
        stop_m=np.where(stops <= rules.number("stops_known"), stops, np.nan).round(1),
        centre_m=np.where(np.isfinite(centre), centre, np.nan).round(1),
        zone=_zones(facts, rule, xy, centre),
        on_network=none if graph is None else snap(graph, xy[:, 0], xy[:, 1], reach).covered,
    )


def _zones(facts: Facts, rule: Mapping[str, Any], xy: Floats, centre: Floats) -> np.ndarray:
    """Central near a centre, else built up or rural by the residents around the nearest inhabited cell."""
    around = residents_around(facts.cells)
    away, nearest = cKDTree(facts.cells[["x", "y"]].to_numpy(dtype=float)).query(xy)
    people = np.where(away <= SIDE * WINDOW / 2, around[nearest], 0.0)
    zone = np.where(people >= rule["built_up"], "built_up", "rural")
    return np.where(centre <= rule["central_m"], "central", zone)
