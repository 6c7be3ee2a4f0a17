"""The choice of one place: what the residents of the nearest inhabited cell can choose between, and why."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from app import language as say
from app.access.findings import Findings
from app.access.headline import ROAD
from app.access.matrix import Floats, Matrix
from app.access.reasons import Counted, Wording, make_wording, place_sentences
from app.access.supply import Supply
from app.access.travel import ROAD_MODE, Travel
from app.errors import OutsideError
from geodata.facts import Facts
from geodata.rules import RuleSet

HALF_CELL_M = 50.0


@dataclass(frozen=True)
class Option:
    """A practice that the residents of a place can choose.

    Parameters
    ----------
    ydernummer, name, address : the practice, and the address of the nearest of its locations
    x, y : of that location, EPSG:25832
    road_m, straight_m : metres from the cell
    minutes : by car; None beyond the minutes that were measured
    """

    ydernummer: str
    name: str
    address: str
    x: float
    y: float
    road_m: float
    straight_m: float
    minutes: float | None


@dataclass(frozen=True)
class PlaceChoice:
    """The choice of one place; counts of people are before suppression.

    Parameters
    ----------
    x, y : the place asked for, EPSG:25832
    cell_id, cell_x, cell_y : the nearest inhabited cell, whose figures these are
    inhabited : whether the place lies in that cell
    distance_m : from the place to the cell's centre
    kommunekode, limit_m : of the cell
    finding : the cell's row of `CELL_FINDINGS`; a missing answer is None
    residents : the cell's row of `CELLS`
    options : open practices within the limit by road, nearest first
    reasons : why the choice is limited, by language; empty where it is not
    """

    x: float
    y: float
    cell_id: str
    cell_x: float
    cell_y: float
    inhabited: bool
    distance_m: float
    kommunekode: str
    limit_m: float
    finding: dict[str, Any]
    residents: dict[str, Any]
    options: tuple[Option, ...]
    reasons: dict[str, tuple[str, ...]]


def place(facts: Facts, rules: RuleSet, travel: Travel, findings: Findings, x: float, y: float) -> PlaceChoice:
    """The choice at a point in EPSG:25832.

    Raises
    ------
    OutsideError : the point is not a pair of numbers, or lies outside the region's municipalities
    """
    refuse_outside(facts, x, y)
    xy = facts.cells[["x", "y"]].to_numpy(dtype=float)
    away = np.hypot(xy[:, 0] - x, xy[:, 1] - y)
    cell = int(away.argmin())
    row = facts.cells.iloc[cell]
    finding = _plain(findings.cells[findings.cells["cell_id"] == row["cell_id"]].iloc[0])
    limit = float(travel.limit_m[cell])
    counted = _counted(travel, rules, make_wording(rules), finding, cell)
    return PlaceChoice(
        x=x,
        y=y,
        cell_id=str(row["cell_id"]),
        cell_x=float(xy[cell, 0]),
        cell_y=float(xy[cell, 1]),
        inhabited=bool(max(abs(xy[cell, 0] - x), abs(xy[cell, 1] - y)) <= HALF_CELL_M),
        distance_m=float(away[cell]),
        kommunekode=str(row["kommunekode"]),
        limit_m=limit,
        finding=finding,
        residents=_plain(row),
        options=_options(travel, cell, limit, xy[cell]),
        reasons={lang: place_sentences(counted, make_wording(rules), lang) for lang in say.LANGS},
    )


def refuse_outside(facts: Facts, x: float, y: float) -> None:
    """Refuse a point that no municipality of the region covers.

    Raises
    ------
    OutsideError : as said
    """
    if not (np.isfinite(x) and np.isfinite(y)):
        raise OutsideError(f"the point {x}, {y} is not a pair of numbers; give longitude and latitude in degrees")
    outlines = facts.areas.loc[facts.areas["kind"] == "municipality"].geometry.to_numpy()
    if not shapely.intersects_xy(outlines, x, y).any():
        raise OutsideError(f"the point lies outside {facts.region.name_da}; choose one on land inside it")


def _plain(row: pd.Series) -> dict[str, Any]:
    """A row as plain values, None where there is no answer."""
    return {
        str(name): None if pd.isna(value) else (value.item() if isinstance(value, np.generic) else value)
        for name, value in row.items()
    }


def _counted(travel: Travel, rules: RuleSet, wording: Wording, finding: dict[str, Any], cell: int) -> Counted:
    matrix = travel.road if wording.measure == ROAD else travel.straight
    count = travel.supply.open_count
    here = _count(matrix, count, cell, float(travel.limit_m[cell]))
    every = _count(matrix, travel.supply.all_count, cell, float(travel.limit_m[cell]))
    nearest = [finding["nearest_open_m"], finding["second_open_m"]]
    return Counted(
        limit_m=float(travel.limit_m[cell]),
        open=here,
        all=every,
        open_straight=int(finding["open_within_limit_straight"]),
        open_within_general=_count(matrix, count, cell, rules.number("free_choice_distance")),
        next_open_m=nearest[here] if here < len(nearest) else None,
    )


def first_reasons(rules: RuleSet, travel: Travel, findings: Findings, lang: str) -> list[str]:
    """(cells,) why the choice of each cell is limited, the first sentence of `place`; empty where it is not."""
    wording, supply = make_wording(rules), travel.supply
    matrix = travel.road if wording.measure == ROAD else travel.straight
    here, every = (matrix.count(count, travel.limit_m).astype(int) for count in (supply.open_count, supply.all_count))
    general = matrix.count(supply.open_count, rules.number("free_choice_distance")).astype(int)
    straight = findings.cells["open_within_limit_straight"].to_numpy(dtype=int)
    nearest = findings.cells[["nearest_open_m", "second_open_m"]].to_numpy(dtype=float)
    said = []
    for cell, count in enumerate(here.tolist()):
        following = nearest[cell, count] if count < nearest.shape[1] else np.nan
        counted = Counted(
            limit_m=float(travel.limit_m[cell]),
            open=count,
            all=int(every[cell]),
            open_straight=int(straight[cell]),
            open_within_general=int(general[cell]),
            next_open_m=None if np.isnan(following) else float(following),
        )
        said.append(next(iter(place_sentences(counted, wording, lang)), ""))
    return said


def minutes_of_nearest(travel: Travel) -> Floats:
    """(cells,) minutes by car to the nearest open practice, the first option of `place`; NaN where not known."""
    best, minutes = np.full(travel.road.cells, np.inf), np.full(travel.road.cells, np.nan)
    for row in np.flatnonzero(travel.supply.open_count > 0).tolist():
        cell, metres = travel.road.row(row)
        near = (metres <= np.float32(travel.limit_m[cell])) & (metres < best[cell])
        best[cell[near]] = metres[near]
        by_car = np.full(travel.road.cells, np.nan)
        reached, value = travel.minutes[ROAD_MODE].row(row)
        by_car[reached] = value
        minutes[cell[near]] = by_car[cell[near]]
    return minutes


def _count(matrix: Matrix, count: Floats, cell: int, limit: float) -> int:
    row, value = matrix.column(cell)
    return int(count[row[value <= np.float32(limit)]].sum())


def _options(travel: Travel, cell: int, limit: float, xy: Floats) -> tuple[Option, ...]:
    supply = travel.supply
    row, metres = travel.road.column(cell)
    near = metres <= np.float32(limit)
    by_car = dict(zip(*travel.minutes[ROAD_MODE].column(cell), strict=True))
    options = [
        _option(supply, practice, supply.rows[r], float(m), by_car.get(r), xy)
        for r, m in zip(row[near], metres[near], strict=True)
        for practice in supply.row_practices[r]
        if supply.is_open[practice]
    ]
    return tuple(sorted(options, key=lambda option: (option.road_m, option.ydernummer)))


def _option(
    supply: Supply,
    practice: int,
    places: tuple[int, ...],
    road_m: float,
    minutes: Any,
    xy: Floats,
) -> Option:
    straight = np.hypot(*(supply.location_xy[list(places)] - xy).T)
    nearest = places[int(straight.argmin())]
    who, where = supply.practices.iloc[practice], supply.locations.iloc[nearest]
    return Option(
        ydernummer=str(who["ydernummer"]),
        name=str(who["name"]),
        address=str(where["address"]),
        x=float(where["x"]),
        y=float(where["y"]),
        road_m=road_m,
        straight_m=float(straight.min()),
        minutes=None if minutes is None else float(minutes),
    )
