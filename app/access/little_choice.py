"""Areas of limited choice: neighbouring cells with too few open practices, merged, outlined and named."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from app import language as say
from app.access.area_names import name_areas
from app.access.findings import LITTLE_CHOICE
from app.access.headline import Headline
from app.access.matrix import Floats
from app.access.metrics import Case
from app.access.reasons import Wording, area_sentence, cause, make_wording
from geodata.crs import INSIDE

LOG = logging.getLogger(__name__)

CELL_M = 100.0
SIMPLIFY_M = 15.0
FRINGE = 0.2
"""Width left around an outline's squares, as a part of the neighbours' distance."""
ROUNDING_M = 1e-6
DRAWN = 256
"""Outlines kept, those asked for last: a scenario leaves most areas as they are."""


@dataclass(frozen=True)
class Group:
    """Cells of one area of limited choice and the residents in them."""

    cells: NDArray[np.intp]
    outline: shapely.Geometry
    residents: float


def little_choice_areas(case: Case, headline: Headline) -> gpd.GeoDataFrame:
    """The table `LITTLE_CHOICE`, checked; most residents first.

    Cells under the minimum whose centres lie within the rule's distance of each other are neighbours; an area is what
    neighbours connect. Groups with fewer residents than the rule says are left out, and counted in the log.
    """
    rule = case.rules.value("little_choice_area")
    neighbour_m, least = float(rule["neighbour_m"]), float(rule["residents"])
    short = np.flatnonzero(headline.short)
    xy = case.facts.cells[["x", "y"]].to_numpy(dtype=float)
    label = connected_groups(xy[short], neighbour_m)
    people = np.bincount(label, weights=headline.residents[short]) if len(short) else np.empty(0)
    kept = np.flatnonzero(people >= least)
    LOG.info(
        "limited choice: %d cells in %d groups, %d kept; %d groups with %d residents have fewer than %g each",
        *(len(short), len(people), len(kept), len(people) - len(kept), people[people < least].sum(), least),
    )
    members = [short[label == number] for number in kept]
    groups = [Group(cells, outline(xy[cells], neighbour_m), headline.residents[cells].sum()) for cells in members]
    frame = _frame(case, headline, sorted(groups, key=lambda group: _order(case, headline, group)))
    checked = LITTLE_CHOICE.check(frame)
    return gpd.GeoDataFrame(checked, geometry="geometry", crs=INSIDE)


def connected_groups(xy: Floats, neighbour_m: float) -> NDArray[np.int32]:
    """(n,) group of each point: points within the distance, inclusive, of each other belong together, and so on."""
    if not len(xy):
        return np.empty(0, dtype=np.int32)
    pairs = cKDTree(xy).query_pairs(neighbour_m + ROUNDING_M, output_type="ndarray")
    links = coo_array((np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(len(xy), len(xy)))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int32)


def outline(xy: Floats, neighbour_m: float) -> shapely.Geometry:
    """Outline of neighbouring cells with centres (n, 2): a valid polygon that holds their squares.

    The squares are grown by half the neighbours' distance, so that they meet, and shrunk again, but for a fringe that
    keeps them together: an outline is an area to look at, not the sum of its squares.
    """
    return _outline(np.ascontiguousarray(xy, dtype=float).tobytes(), neighbour_m)


@lru_cache(maxsize=DRAWN)
def _outline(centres: bytes, neighbour_m: float) -> shapely.Geometry:
    xy = np.frombuffer(centres).reshape(-1, 2)
    half, grown = CELL_M / 2, neighbour_m / 2
    squares = shapely.box(xy[:, 0] - half, xy[:, 1] - half, xy[:, 0] + half, xy[:, 1] + half)
    met = shapely.buffer(shapely.union_all(squares), grown, quad_segs=4)
    area = shapely.buffer(met, FRINGE * neighbour_m - grown, quad_segs=4)
    return shapely.make_valid(shapely.simplify(area, SIMPLIFY_M))


def _order(case: Case, headline: Headline, group: Group) -> tuple[float, str]:
    return -group.residents, _id(case, headline, group)


def _id(case: Case, headline: Headline, group: Group) -> str:
    """Id of the most populous cell, the lowest id among equals."""
    ids = case.facts.cells["cell_id"].to_numpy()[group.cells]
    people = headline.residents[group.cells]
    return str(min(ids[people == people.max()]))


def _frame(case: Case, headline: Headline, groups: Sequence[Group]) -> gpd.GeoDataFrame:
    wording = make_wording(case.rules)
    xy = case.facts.cells[["x", "y"]].to_numpy(dtype=float)
    homes = [_main_municipality(case, headline, group) for group in groups]
    names = name_areas(
        [(group.outline, xy[group.cells], headline.residents[group.cells]) for group in groups],
        [case.facts.region.municipality(home).name for home in homes],
        case.facts.places,
    )
    rows = [
        {"area_id": _id(case, headline, group), "name": name, "kommunekode": home}
        | _people(headline, group)
        | _reason(case, headline, group, name, wording)
        | {"geometry": group.outline}
        for group, home, name in zip(groups, homes, names, strict=True)
    ]
    columns = LITTLE_CHOICE.names
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=INSIDE)


def _people(headline: Headline, group: Group) -> dict[str, int]:
    return {
        "residents": round(group.residents),
        "residents_65_plus": round(headline.older[group.cells].sum()),
        "residents_80_plus": round(headline.oldest[group.cells].sum()),
    }


def _main_municipality(case: Case, headline: Headline, group: Group) -> str:
    """Municipality of most of the residents, the lowest code among equals."""
    codes = case.facts.cells["kommunekode"].to_numpy()[group.cells]
    people = pd.Series(headline.residents[group.cells]).groupby(codes).sum().sort_index()
    return str(people.idxmax())


def _reason(case: Case, headline: Headline, group: Group, name: str, wording: Wording) -> dict[str, str]:
    left = float(headline.residents[group.cells][headline.short_if_all_open[group.cells]].sum())
    limits = np.unique(case.travel.limit_m[group.cells])
    limit = float(limits[0]) if len(limits) == 1 else None
    found = {"reason": cause(group.residents, left, wording)}
    for lang in say.LANGS:
        found[f"reason_{lang}"] = area_sentence(group.residents, left, say.at_place(name, lang), limit, wording, lang)
    return found
