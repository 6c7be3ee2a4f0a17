"""What is published of a study: one table and frame for each collection, the same for API, maps and files.

Nothing about a person is in any of them, and small counts are hidden (`suppress`). Geometry is EPSG:25832; whoever
publishes it goes through `geodata.crs.outward`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from app.access.findings import AREA_FINDINGS, CELL_FINDINGS, LITTLE_CHOICE
from app.access.pressure import USE_WITHIN_LIMIT, use_within_limit
from app.access.sweep.prepared import Recent
from app.access.zoning import zonings
from app.errors import NotFoundError
from app.publish import ages, suppress
from app.publish.background import Background, background
from app.publish.cell_sums import reader_sums, withheld_cells
from app.publish.premises_table import PUBLISHED_PREMISES, premises_rows
from app.publish.profiles import labelled, rounded
from app.publish.provenance import Provenance
from app.publish.raster import Canvas, canvases
from app.publish.sentences import safe_reasons
from app.publish.suppress import MARKS, Flags, Floats, Sum
from app.siting.candidates import CANDIDATES
from app.siting.premises.ranking import Ranking
from app.study import PROFILES_KEPT, Study
from geodata.catalogue import Region
from geodata.columns import POINT
from geodata.crs import INSIDE
from geodata.facts import (
    AGE_COLUMNS,
    AREAS,
    CELLS,
    LAYERS,
    LOCATIONS,
    PLACES,
    PRACTICE_LOCATIONS,
    PRACTICES,
    Facts,
)
from geodata.register import REGISTER_REPORT
from geodata.sources.upload import Surroundings, surroundings_of
from geodata.tables import Column, Table

CELL_SIDE = 100.0
"""Side of a cell of the Danish square grid, metres."""

SQUARE = Column("geometry", "polygon", "", "Cell", "Celle", "The 100 m square in EPSG:25832.")

PUBLISHED_AREAS = Table(
    "areas",
    AREA_FINDINGS.title,
    AREA_FINDINGS.title_da,
    AREA_FINDINGS.about,
    (*AREA_FINDINGS.columns, *MARKS, AREAS["geometry"]),
    AREA_FINDINGS.key,
)
PUBLISHED_PRACTICES = Table(
    "practices",
    PRACTICES.title,
    PRACTICES.title_da,
    "General practices at their locations: one row per ydernummer and location.",
    (
        *PRACTICES.columns,
        PRACTICE_LOCATIONS["location_id"],
        replace(PRACTICE_LOCATIONS["capacities"], name="capacities_here"),
        LOCATIONS["address"],
        LOCATIONS["kommunekode"],
        LOCATIONS["step_free_access"],
        LOCATIONS["placed_by"],
        POINT,
    ),
    PRACTICE_LOCATIONS.key,
)
PUBLISHED_LITTLE_CHOICE = replace(
    LITTLE_CHOICE, columns=(*LITTLE_CHOICE.columns[:-1], *MARKS, LITTLE_CHOICE["geometry"])
)
TELLING = ("available_places",)
"""Not published: places over places for each 1,000 residents would be the residents of a cell, hidden or not."""
PUBLISHED_CELLS = Table(
    "cells",
    CELL_FINDINGS.title,
    CELL_FINDINGS.title_da,
    CELL_FINDINGS.about,
    (
        *CELLS.columns,
        *(column for column in CELL_FINDINGS.columns[1:] if column.name not in TELLING),
        USE_WITHIN_LIMIT,
        *MARKS,
        SQUARE,
    ),
    CELLS.key,
)
PUBLISHED_CANDIDATES = replace(
    CANDIDATES, columns=(*(column for column in CANDIDATES.columns if column.name not in ("x", "y")), POINT)
)
PUBLISHED_PLACES = replace(PLACES, columns=(*PLACES.columns, POINT))

TABLES = {
    table.name: table
    for table in (
        PUBLISHED_AREAS,
        PUBLISHED_LITTLE_CHOICE,
        PUBLISHED_PRACTICES,
        PUBLISHED_CELLS,
        PUBLISHED_PLACES,
        PUBLISHED_CANDIDATES,
        PUBLISHED_PREMISES,
        REGISTER_REPORT,
        LAYERS,
    )
}
"""Every published table by the name of its collection."""

ADDITIVE = tuple(
    name
    for name in suppress.counted(AREA_FINDINGS, pd.DataFrame(columns=AREA_FINDINGS.names))
    if name != "fragile_residents"
)
"""Counts of areas that add up over municipalities to health councils and the region."""
OFFICIAL = ("region", "health_council", "municipality")
"""Kinds of areas whose population anybody can look up."""
CHOICE_PARTS = ("residents_0", "residents_1", "residents_2_4", "residents_5_plus")


@dataclass(frozen=True)
class Collection:
    """A published table with its rows."""

    table: Table
    frame: pd.DataFrame

    def only(self, **values: str) -> "Collection":
        """The rows whose columns have these values."""
        frame = self.frame
        for column, value in values.items():
            frame = frame[frame[column] == value]
        return Collection(self.table, frame.reset_index(drop=True))


class Publication:
    """A study as the outside may see it. Made once for a study; each collection is made when first asked for.

    Parameters
    ----------
    study : facts, rules and findings
    ranking : of premises, with a planner's own weights; with those of the rules unless given
    """

    def __init__(self, study: Study, ranking: Ranking | None = None) -> None:
        self.study, self._ranking = study, ranking
        self.provenance = Provenance(study)

    def travelled(self, profile: str) -> "Publication":
        """The publication with the minutes of one mode by another profile; the few asked for last are kept.

        Raises
        ------
        QuestionError : there is no such profile
        """
        study = self.study.travelled(profile)
        return self if study is self.study else self._travelled.get(profile, lambda: Publication(study))

    @cached_property
    def _travelled(self) -> "Recent[Publication]":
        return Recent(PROFILES_KEPT)

    @property
    def profiles(self) -> Mapping[str, str]:
        """Profile by mode, for the modes that are not travelled as they stand."""
        return self.study.travel.profiles

    @property
    def smallest(self) -> float:
        """Smallest count of people that is shown."""
        return self.study.rules.number("smallest_published_count")

    def collection(self, name: str) -> Collection:
        """A collection by its name.

        Raises
        ------
        NotFoundError : there is no such collection
        """
        if name not in TABLES:
            raise NotFoundError(f"there is no collection {name!r}; choose one of {', '.join(TABLES)}")
        made: Collection = getattr(self, name)
        return made

    @cached_property
    def areas(self) -> Collection:
        """Findings by area with outlines, small counts hidden."""
        findings = self.study.findings.areas.reset_index(drop=True)
        counts = findings[[*ADDITIVE, "fragile_residents"]].to_numpy(dtype=float, na_value=np.nan)
        sums = area_sums(findings, self.study.facts.region)
        mask = suppress.hidden(counts, self.smallest, sums, public_counts(counts, findings["kind"]))
        frame = suppress.blank(findings, [*ADDITIVE, "fragile_residents"], mask, self.smallest)
        frame.loc[frame[["under_two", "residents"]].isna().any(axis=1), "under_two_share"] = np.nan
        frame = rounded(safe_reasons(frame), self.profiles, self.smallest)
        table = labelled(PUBLISHED_AREAS, self.profiles)
        return Collection(table, _outlined(frame, self.study.facts.areas, self.study.facts.region.codes))

    @cached_property
    def little_choice_areas(self) -> Collection:
        """Areas of limited choice, small counts hidden."""
        areas = self.study.findings.little_choice.reset_index(drop=True)
        names = suppress.counted(LITTLE_CHOICE, areas)
        counts = areas[names].to_numpy(dtype=float, na_value=np.nan)
        frame = suppress.blank(areas, names, suppress.hidden(counts, self.smallest), self.smallest)
        return Collection(PUBLISHED_LITTLE_CHOICE, frame[PUBLISHED_LITTLE_CHOICE.names])

    @cached_property
    def _every_cell(self) -> pd.DataFrame:
        """Every cell with its findings, pressure on capacity and class of ages, before small counts are hidden."""
        study = self.study
        cells = study.facts.cells.merge(study.findings.cells, on="cell_id", validate="one_to_one")
        pressure = pd.Series(use_within_limit(study.travel), study.facts.cells["cell_id"].to_numpy())
        use = cells["cell_id"].map(pressure).to_numpy(dtype=float)
        return cells.assign(**{USE_WITHIN_LIMIT.name: use, ages.COLUMN: ages.age_classes(cells, self.smallest)})

    @cached_property
    def cells(self) -> Collection:
        """Every inhabited cell with its findings, as 100 m squares, small counts hidden."""
        cells = self._every_cell
        parts = list(AGE_COLUMNS)
        total, parted = suppress.hidden_parts(
            cells["residents"].to_numpy(dtype=float), cells[parts].to_numpy(dtype=float), self.smallest
        )
        sums = reader_sums(self.study, self.areas.frame, self.little_choice_areas.frame)
        more = withheld_cells(cells["residents"].to_numpy(dtype=float), total, sums, self.smallest)
        mask = np.column_stack([total | more, parted | more[:, None]])
        frame = suppress.blank(cells, ["residents", *parts], mask, self.smallest)
        frame.loc[more, [mark.name for mark in MARKS]] = ["", " ".join(["residents", *parts])]
        half = CELL_SIDE / 2
        squares = shapely.box(frame["x"] - half, frame["y"] - half, frame["x"] + half, frame["y"] + half)
        return Collection(labelled(PUBLISHED_CELLS, self.profiles), _frame(frame, squares, PUBLISHED_CELLS))

    @cached_property
    def age_squares(self) -> pd.DataFrame:
        """Squares and residents by area and class of ages: what the picture of ages shows, as `ages.age_squares`."""
        study = self.study
        return ages.age_squares(self._every_cell, zonings(study.facts, study.travel.supply), self.smallest)

    def cell(self, cell_id: str) -> "pd.Series[Any]":
        """The published row of one cell.

        Raises
        ------
        NotFoundError : there is no such cell
        """
        if cell_id not in self._cell_rows:
            raise NotFoundError(f"there is no inhabited cell {cell_id}")
        row: pd.Series[Any] = self.cells.frame.iloc[self._cell_rows[cell_id]]
        return row

    @cached_property
    def _cell_rows(self) -> dict[str, int]:
        return {cell_id: row for row, cell_id in enumerate(self.cells.frame["cell_id"])}

    @cached_property
    def practices(self) -> Collection:
        """Practices at their locations; a practice with two locations has two rows."""
        return Collection(PUBLISHED_PRACTICES, practice_rows(self.study.facts))

    @cached_property
    def places(self) -> Collection:
        """Names people know, as points."""
        places = self.study.facts.places
        return Collection(PUBLISHED_PLACES, _frame(places, shapely.points(places["x"], places["y"]), PUBLISHED_PLACES))

    @cached_property
    def candidates(self) -> Collection:
        """Where a practice could open."""
        rows = self.study.candidates
        return Collection(
            PUBLISHED_CANDIDATES, _frame(rows, shapely.points(rows["x"], rows["y"]), PUBLISHED_CANDIDATES)
        )

    @cached_property
    def premises(self) -> Collection:
        """Premises, ranked; small counts hidden."""
        rows = premises_rows(self._ranking or self.study.premises_ranking, self.study.rules, self.smallest)
        return Collection(PUBLISHED_PREMISES, _frame(rows, shapely.points(rows["x"], rows["y"]), PUBLISHED_PREMISES))

    @cached_property
    def canvases(self) -> dict[str, Canvas]:
        """What pictures of cells are drawn on, for mainland and islands."""
        return canvases(self.study, self._every_cell)

    @cached_property
    def background(self) -> Background:
        """What lies behind the cells of a map."""
        return background(self.study.facts)

    @cached_property
    def surroundings(self) -> Surroundings:
        """What a list of premises is held against; its addresses are indexed once."""
        return surroundings_of(self.study.facts)

    @cached_property
    def register_report(self) -> Collection:
        """What came of holding the region's own list against the national register."""
        return Collection(REGISTER_REPORT, self.study.facts.register_report.reset_index(drop=True))

    @cached_property
    def layers(self) -> Collection:
        """Sources and dates of what the study stands on."""
        return Collection(LAYERS, self.study.facts.layers.reset_index(drop=True))


def practice_rows(facts: Facts) -> gpd.GeoDataFrame:
    """The table `PUBLISHED_PRACTICES` of some facts."""
    here = facts.practice_locations.rename(columns={"capacities": "capacities_here"})
    joined = facts.practices.merge(here, on="ydernummer").merge(facts.locations, on="location_id")
    return _frame(joined, shapely.points(joined["x"], joined["y"]), PUBLISHED_PRACTICES)


def public_counts(counts: Floats, kinds: pd.Series) -> Flags:
    """Which counts of areas anybody knows: the population, official statistics, and a class that holds all of it.

    Parameters
    ----------
    counts : (areas, columns) as in `ADDITIVE`, further columns after
    kinds : (areas,) kind of each; the population of a city district is no official statistic
    """
    residents = ADDITIVE.index("residents")
    public: Flags = counts == counts[:, [residents]]
    public[:, residents] = True
    public[~kinds.isin(OFFICIAL).to_numpy()] = False
    return public


def area_sums(areas: pd.DataFrame, region: Region) -> list[Sum]:
    """The sums a reader can do on the table of areas: classes within a row, and municipalities within larger areas.

    Parameters
    ----------
    areas : rows of `AREA_FINDINGS`; columns of the sums count as in `ADDITIVE`
    """
    column = {name: i for i, name in enumerate(ADDITIVE)}
    sums = []
    for row in range(len(areas)):
        whole, under = (row, column["residents"]), (row, column["under_two"])
        sums.append(Sum(whole, tuple((row, column[name]) for name in CHOICE_PARTS)))
        if _under_is_two_classes(areas.iloc[row]):
            sums.append(Sum(under, tuple((row, column[name]) for name in CHOICE_PARTS[:2])))
    for total, parts in nested_areas(areas, region):
        sums.extend(Sum((total, j), tuple((part, j) for part in parts)) for j in column.values())
    return sums


def _under_is_two_classes(row: pd.Series) -> bool:
    """Whether under_two is residents_0 + residents_1: so when the rules ask for two open practices by road."""
    return bool(row["under_two"] == row["residents_0"] + row["residents_1"])


def nested_areas(areas: pd.DataFrame, region: Region) -> list[tuple[int, list[int]]]:
    """Rows of areas with the rows of the municipalities (or districts) that make them up."""
    kind, council = areas["kind"], areas["health_council"]
    municipal = kind == "municipality"
    nested = [(int(row), np.flatnonzero(municipal).tolist()) for row in np.flatnonzero(kind == "region")]
    for row in np.flatnonzero(kind == "health_council"):
        members = municipal & (council == areas.at[row, "code"])
        nested.append((int(row), np.flatnonzero(members).tolist()))
    for row in np.flatnonzero(municipal & areas["code"].isin(list(region.districts))):
        members = (kind == "city_district") & areas["code"].isin(list(region.districts[areas.at[row, "code"]]))
        nested.append((int(row), np.flatnonzero(members).tolist()))
    return [(total, parts) for total, parts in nested if parts]


def _outlined(frame: pd.DataFrame, outlines: gpd.GeoDataFrame, members: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Findings joined with outlines by kind and code; the region is the union of its municipalities."""
    shapes = outlines.set_index(["kind", "code"]).geometry
    own = outlines[(outlines["kind"] == "municipality") & outlines["code"].isin(members)]
    whole = shapely.union_all(own.geometry.to_numpy())
    found = [
        whole if kind == "region" else shapes.get((kind, code))
        for kind, code in zip(frame["kind"], frame["code"], strict=True)
    ]
    return _frame(frame, found, PUBLISHED_AREAS)


def _frame(frame: pd.DataFrame, geometry: object, table: Table) -> gpd.GeoDataFrame:
    out = gpd.GeoDataFrame(frame.drop(columns="geometry", errors="ignore"), geometry=geometry, crs=INSIDE)
    return out[table.names]
