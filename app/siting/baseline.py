"""What a study holds ready, so that a scenario's effect costs no more than what the scenario changes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.access.area_amounts import HEADLINE_ALL, HEADLINE_OPEN, alike_from, counted, make_amounts
from app.access.areas import Held, hold, number_through, sum_cells
from app.access.engine import DEFAULT, ENGINES
from app.access.findings import MODES, Findings
from app.access.fragility import losses
from app.access.headline import ROAD, Headline, make_headline
from app.access.matrix import Flags, Floats, Singles
from app.access.metrics import METRICS, Case, capacity, free_places, scores
from app.access.roads import Roads, make_roads
from app.access.supply import BY_ADDRESS, Supply
from app.access.sweep.prepared import Recent
from app.access.travel import ROAD_MODE, Travel, farthest_metres
from app.access.zoning import Zoning, zonings
from app.siting.apply import Homes, Site, make_homes
from app.siting.choosable import Known
from app.siting.columns import Columns, by_cell
from app.siting.offers import Offers, make_offers
from app.siting.reach import Enough, Ranks, known_rows, make_enough, rank
from geodata.facts import Facts
from geodata.rules import RuleSet

AREAS_KEPT = 8
"""Areas whose candidates are held in memory."""
Key = tuple[str, ...]
"""Locations of a row, by id: what a row is called in every supply."""


@dataclass(frozen=True)
class Rows:
    """The rows of a supply, as far as anything is computed from them.

    Parameters
    ----------
    keys : locations of each row
    number : row of each key
    open, all : (r,) choices a row is, counting open practices or all
    places, free : (r,) places by closing limit, and free ones, at the region's locations
    members : practices of each row
    closers : of each row the practices whose closing takes one choice from it
    """

    keys: tuple[Key, ...]
    number: Mapping[Key, int]
    open: Floats
    all: Floats
    places: Floats
    free: Floats
    members: tuple[tuple[str, ...], ...]
    closers: tuple[tuple[str, ...], ...]


def make_rows(case: Case) -> Rows:
    """Rows of a case; its travel may lack everything but the supply."""
    supply = case.travel.supply
    ids, numbers = supply.locations["location_id"].tolist(), supply.practices["ydernummer"].tolist()
    keys = tuple(tuple(ids[place] for place in places) for places in supply.rows)
    closers: list[list[str]] = [[] for _ in keys]
    for number, rows in zip(numbers, supply.closing, strict=True):
        for row in rows:
            closers[row].append(number)
    return Rows(
        keys=keys,
        number={key: row for row, key in enumerate(keys)},
        open=supply.open_count,
        all=supply.all_count,
        places=capacity(case),
        free=free_places(case),
        members=tuple(tuple(numbers[practice] for practice in those) for those in supply.row_practices),
        closers=tuple(tuple(those) for those in closers),
    )


@dataclass(frozen=True)
class Closers:
    """Practices, by their places in the supply, whose closing takes one choice from a row.

    Those of row r are `practice[start[r]:start[r+1]]`; `place` is that of each number.
    """

    start: NDArray[np.int64]
    practice: NDArray[np.int64]
    place: Mapping[str, int]


def make_closers(rows: Rows, numbers: Sequence[str]) -> Closers:
    """Closers of a supply's rows by the places of their numbers."""
    place = {number: i for i, number in enumerate(numbers)}
    start = np.concatenate([[0], np.cumsum([len(closers) for closers in rows.closers])]).astype(np.int64)
    return Closers(start, np.array([place[one] for those in rows.closers for one in those], dtype=np.int64), place)


@dataclass(frozen=True)
class Pieces:
    """The areas of all kinds laid over each other: cells of one piece lie in the same areas.

    Parameters
    ----------
    piece : (cells,)
    inside : (areas, pieces) 1 where a piece lies in an area, else 0
    """

    piece: NDArray[np.intp]
    inside: Floats

    def by_piece(self, cells: NDArray[np.intp], amount: Floats) -> Floats:
        """(pieces,) sum of an exact amount of some cells."""
        summed = np.bincount(self.piece[cells], weights=amount, minlength=self.inside.shape[1])
        return np.asarray(summed, dtype=float)

    def added(self, sums: Mapping[str, Floats], by_piece: Mapping[str, Floats]) -> Mapping[str, Floats]:
        """(areas,) sums after an amount of each is added, by piece."""
        if not by_piece:
            return {}
        more = self.inside @ np.column_stack(list(by_piece.values()))
        return {name: sums[name] + more[:, i] for i, name in enumerate(by_piece)}


def make_pieces(kinds: Sequence[Zoning]) -> Pieces:
    """Lay areas over each other."""
    pieces, piece = np.unique(np.column_stack([zoning.cell for zoning in kinds]), axis=0, return_inverse=True)
    inside = [pieces[:, i] == np.arange(len(zoning))[:, None] for i, zoning in enumerate(kinds)]
    return Pieces(piece.ravel(), np.concatenate(inside).astype(float))


@dataclass(frozen=True)
class Baseline:
    """A study, turned so that rows can be taken out and put in.

    Parameters
    ----------
    case, findings, headline : of the study
    rows : of its supply
    columns : metrics of the cells, `estimated` and the headline's counts, by name
    scores : places for each resident, before they are told by 1,000, by the name of the metric
    guessed : (cells,) estimated locations within the limit in a straight line
    uncovered : (cells,) whether no road network covers a cell
    roads : by mode
    zonings : areas
    losses : (practices, areas of all zonings) what closings take from them
    held : what practices have in areas
    sums : (areas,) what was added up over the areas of all zonings
    pieces : the areas of all zonings laid over each other
    cutoff : metres of the matrices by road and in a straight line
    headline_matrix : costs in the headline's measure, by cell
    near : metres by road, by cell, and of cells with few rows in reach some beyond the cut-off too
    offers : of the practices
    location : index of each location of the supply
    location_area : (kinds, locations) areas, numbered through
    tenants : how many practices there are at each location, by id
    limit : (cells,) legal limits, single
    alike : by column of the cells, the count from which on it is all the same to areas
    lean : the facts, of practices and locations only what is counted with
    homes : municipalities of the region
    xy : (cells, 2) centres
    ranks : the nearest rows
    enough : as far as new rows can matter
    closers : of the rows
    locations : most that one practice has
    """

    case: Case
    findings: Findings
    headline: Headline
    rows: Rows
    columns: Mapping[str, NDArray[Any]]
    scores: Mapping[str, Floats]
    guessed: NDArray[np.int64]
    uncovered: Flags
    roads: Mapping[str, Roads]
    zonings: Sequence[Zoning]
    sums: Mapping[str, Floats]
    losses: Floats
    held: Held
    pieces: Pieces
    cutoff: float
    headline_matrix: Columns
    near: Columns
    offers: Offers
    location: Mapping[str, int]
    location_area: NDArray[np.int64]
    tenants: Mapping[str, int]
    limit: Singles
    alike: Mapping[str, int]
    lean: Facts
    homes: Homes
    xy: Floats
    ranks: Mapping[str, Ranks]
    enough: Mapping[str, Enough]
    closers: Closers
    locations: int

    @property
    def by_address(self) -> bool:
        """Whether choice is counted by address."""
        return self.count_unit == BY_ADDRESS

    @property
    def count_unit(self) -> str:
        """What choice is counted by, of the rule of that name."""
        return str(self.case.rules.value("count_unit"))

    def keys_of(self, locations: Key) -> Sequence[Key]:
        """Rows that a practice with some locations belongs to."""
        if self.by_address:
            return [(location,) for location in locations]
        return [locations] if locations else []

    def place(self, location: str, sites: Mapping[str, Site]) -> tuple[str, float, float]:
        """Municipality and EPSG:25832 coordinates of a location of the study or one of some sites."""
        if location in sites:
            return sites[location].kommunekode, sites[location].x, sites[location].y
        i = self.location[location]
        return self.supply.locations["kommunekode"].iat[i], *self.supply.location_xy[i].tolist()

    @cached_property
    def places(self) -> Known:
        """Candidates of the areas that were asked about last."""
        return Recent(AREAS_KEPT)

    @property
    def supply(self) -> Supply:
        """Practices of the study."""
        return self.case.travel.supply


def make_baseline(facts: Facts, rules: RuleSet, travel: Travel, findings: Findings, engine: str = DEFAULT) -> Baseline:
    """Hold a study ready.

    Raises
    ------
    CardError : a rule or mode is missing
    """
    case, supply = Case(facts, rules, travel), travel.supply
    headline = make_headline(case, findings.cells)
    kinds = zonings(facts, supply)
    amounts = make_amounts(rules, headline, counted(findings.cells, headline), slice(None))
    rows = make_rows(case)
    by_profile = {mode.value: travel.profile(mode.value) for mode in MODES}
    roads = {mode: make_roads(facts, rules, supply.locations, by_profile[mode], ENGINES[engine]) for mode in by_profile}
    cutoff = farthest_metres(rules, travel.limit_m)
    road, ranks = by_cell(travel.road), rank(travel)
    return Baseline(
        case=case,
        findings=findings,
        headline=headline,
        rows=rows,
        columns=_columns(findings.cells, headline),
        scores=scores(case),
        guessed=roads[ROAD_MODE].estimated_places(travel.limit_m),
        uncovered=roads[ROAD_MODE].uncovered(),
        roads=roads,
        zonings=kinds,
        sums={name: sum_cells(kinds, amount) for name, amount in amounts.items()},
        losses=losses(supply, headline, travel.limit_m, kinds),
        held=hold(supply, kinds),
        pieces=make_pieces(kinds),
        cutoff=cutoff,
        near=known_rows(roads[ROAD_MODE], travel, road),
        headline_matrix=road if headline.measure == ROAD else by_cell(travel.straight),
        offers=make_offers(supply, case.in_region),
        location={name: i for i, name in enumerate(supply.locations["location_id"])},
        location_area=number_through(kinds, [zoning.location for zoning in kinds]),
        tenants=Counter(supply.locations["location_id"].to_numpy()[supply.links.location].tolist()),
        limit=travel.limit_m.astype(np.float32),
        alike=alike_from(rules, headline.minimum),
        lean=_lean(facts),
        homes=make_homes(facts),
        xy=np.asfortranarray(facts.cells[["x", "y"]].to_numpy(dtype=float)),
        ranks=ranks,
        enough=make_enough(rules, travel, ranks),
        closers=make_closers(rows, supply.practices["ydernummer"].tolist()),
        locations=int(np.bincount(supply.links.practice, minlength=1).max()),
    )


def _lean(facts: Facts) -> Facts:
    """Facts with the columns that anything is computed from, as plain Python values, which are quick to look at."""
    kept = {
        "practices": ("ydernummer", "intake", "capacities", "listed_patients", "closing_limit"),
        "locations": ("location_id", "kommunekode", "x", "y"),
        "practice_locations": ("ydernummer", "location_id", "capacities"),
        "doctors": ("ydernummer",),
    }
    frames = {name: getattr(facts, name)[list(columns)] for name, columns in kept.items()}
    words = {
        name: {column: object for column in frame if not pd.api.types.is_numeric_dtype(frame[column])}
        for name, frame in frames.items()
    }
    return replace(facts, **{name: frame.astype(words[name]) for name, frame in frames.items()})


def _columns(cells: pd.DataFrame, headline: Headline) -> dict[str, NDArray[Any]]:
    columns = {name: cells[name].to_numpy() for name in (*METRICS, "estimated")}
    return columns | {HEADLINE_OPEN: headline.open, HEADLINE_ALL: headline.all}
