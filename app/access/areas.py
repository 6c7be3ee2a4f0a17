"""Findings added up by region, municipality, health council and city district."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app import language as say
from app.access.area_amounts import COUNTS, MEANS, counted, make_amounts
from app.access.findings import AREA_FINDINGS
from app.access.fragility import NO_PRACTICE, Fragile, fragility
from app.access.headline import Headline
from app.access.matrix import Flags, Floats, Ints
from app.access.metrics import Case
from app.access.reasons import Wording, area_sentence, cause, make_wording, nobody_sentence
from app.access.supply import Supply
from app.access.zoning import NO_AREA, Zoning, zonings
from geodata.catalogue import Region


def area_findings(case: Case, cells: pd.DataFrame, headline: Headline) -> pd.DataFrame:
    """The table `AREA_FINDINGS`, checked; kinds in the order region, municipality, health council, city district.

    Parameters
    ----------
    cells : the table `CELL_FINDINGS` in the order of `facts.cells`
    """
    kinds = zonings(case.facts, case.travel.supply)
    amounts = make_amounts(case.rules, headline, counted(cells, headline), slice(None))
    sums = {name: sum_cells(kinds, amount) for name, amount in amounts.items()}
    supply = case.travel.supply
    figures = area_figures(sums, hold(supply, kinds), fragility(supply, headline, case.travel.limit_m, kinds))
    identity = pd.concat([pd.DataFrame(_identity(zoning, case.travel.limit_m)) for zoning in kinds if len(zoning)])
    frame = with_figures(identity.reset_index(drop=True), figures)
    return AREA_FINDINGS.check(frame.assign(**area_reasons(frame, case.facts.region, make_wording(case.rules))))


def sum_cells(kinds: Sequence[Zoning], amount: Floats) -> Floats:
    """(areas,) sum of an amount per cell, over the areas of all kinds."""
    return np.concatenate([zoning.sum_cells(amount) for zoning in kinds])


@dataclass(frozen=True)
class Held:
    """What practices have where; areas of all kinds are numbered through.

    Parameters
    ----------
    numbers : (p,) ydernummer of each practice
    is_open, limit, listed : (p,) whether it is open, its closing limit and listed patients
    practice, capacities, share : (k,) as `supply.Links`, in the same order
    area : (kinds, k) area of the location; the number of areas where it lies in none
    """

    numbers: Sequence[str]
    is_open: Flags
    limit: Floats
    listed: Floats
    practice: Ints | NDArray[np.int64]
    capacities: Floats
    share: Floats
    area: NDArray[np.int64]


def hold(supply: Supply, kinds: Sequence[Zoning]) -> Held:
    """What the practices of a supply have in areas that know its locations."""
    links, practices = supply.links, supply.practices
    return Held(
        practices["ydernummer"].tolist(),
        supply.is_open,
        practices["closing_limit"].to_numpy(dtype=float),
        practices["listed_patients"].to_numpy(dtype=float),
        links.practice,
        links.capacities,
        links.share,
        number_through(kinds, [zoning.location for zoning in kinds])[:, links.location],
    )


def number_through(kinds: Sequence[Zoning], area: Sequence[Ints]) -> NDArray[np.int64]:
    """(kinds, n) areas of places, by kind, with the areas of all kinds numbered through; their number for none."""
    sizes = [len(zoning) for zoning in kinds]
    begin = np.cumsum(sizes) - sizes
    rows = [np.where(own == NO_AREA, sum(sizes), own + first) for own, first in zip(area, begin, strict=True)]
    return np.stack(rows).astype(np.int64)


def area_figures(sums: Mapping[str, Floats], held: Held, exposed: Fragile) -> dict[str, NDArray[Any]]:
    """Every figure of the table `AREA_FINDINGS` over all areas, by column: floats, NaN where none.

    Parameters
    ----------
    sums : (areas,) sums of `make_amounts` over each area's cells
    exposed : practices by their places in `held`
    """
    areas = len(sums["residents"])
    return _residents(sums) | _practices(held, areas) | _means(sums) | _fragile(held.numbers, exposed)


def with_figures(areas: pd.DataFrame, figures: Mapping[str, NDArray[Any]]) -> pd.DataFrame:
    """A frame of areas with the figures of `area_figures`, whole numbers as such."""
    typed = {
        name: pd.array(values, dtype="Int64") if AREA_FINDINGS[name].kind == "int" else values
        for name, values in figures.items()
    }
    return areas.assign(**typed)


def _identity(zoning: Zoning, limit_m: Floats) -> dict[str, Any]:
    return {
        "kind": [zoning.kind] * len(zoning),
        "code": list(zoning.codes),
        "name": list(zoning.names),
        "health_council": [council or None for council in zoning.councils],
        "limit_m": _common(zoning, limit_m),
    }


def _common(zoning: Zoning, value: Floats) -> Floats:
    """The value all cells of an area share, NaN where they differ or there are none."""
    low, high = np.full(len(zoning), np.inf), np.full(len(zoning), -np.inf)
    inside = zoning.cell >= 0
    np.minimum.at(low, zoning.cell[inside], value[inside])
    np.maximum.at(high, zoning.cell[inside], value[inside])
    return np.where(low == high, low, np.nan)


def _residents(sums: Mapping[str, Floats]) -> dict[str, NDArray[Any]]:
    """Residents of each area by what they can choose between."""
    total, under = sums["residents"], sums["under_two"]
    return {name: np.rint(sums[name]) for name in COUNTS} | {
        "under_two_share": _share(under, total),
        "estimated_share": np.nan_to_num(_share(sums["estimated"], total)),
    }


def _means(sums: Mapping[str, Floats]) -> dict[str, NDArray[Any]]:
    return {name: _share(sums[f"{name}_total"], sums[f"{name}_known"]) for name in MEANS}


def _practices(held: Held, areas: int) -> dict[str, NDArray[Any]]:
    """Practices of each area; those with several locations are shared out by their capacities at each."""
    kinds, area = len(held.area), held.area.ravel()

    def total(amount: Floats) -> Floats:
        return np.bincount(area, weights=np.tile(amount, kinds), minlength=areas + 1)[:areas].astype(float)

    free = np.where(held.is_open, np.maximum(held.limit - held.listed, 0.0), 0.0)
    amounts = (("listed_patients", held.listed), ("closing_limit", held.limit), ("free_places", free))
    shared = {name: np.rint(total(amount[held.practice] * held.share)) for name, amount in amounts}
    size = max(len(held.is_open), 1)
    there, practice = np.divmod(np.unique(area * size + np.tile(held.practice, kinds)), size)
    count = np.bincount(there, minlength=areas + 1)[:areas].astype(float)
    open_count = np.bincount(there[held.is_open[practice]], minlength=areas + 1)[:areas].astype(float)
    return {"practices": count, "open_practices": open_count, "capacities": total(held.capacities), **shared}


def _fragile(numbers: Sequence[str], exposed: Fragile) -> dict[str, NDArray[Any]]:
    return {
        "fragile_ydernummer": np.array([*numbers, None], dtype=object)[exposed.practice],
        "fragile_residents": np.where(exposed.practice != NO_PRACTICE, np.rint(exposed.residents), np.nan),
    }


def area_reasons(areas: pd.DataFrame, region: Region, wording: Wording) -> Mapping[str, Sequence[str]]:
    """Cause and sentences of each row of the table `AREA_FINDINGS`, by column."""
    short, left = areas["under_two"].astype(float), areas["under_two_if_all_open"].astype(float)
    sentences: dict[str, list[str]] = {"reason": [], "reason_da": [], "reason_en": []}
    for i, area in enumerate(areas[["kind", "code", "name", "limit_m", "residents"]].itertuples(index=False)):
        limit = None if np.isnan(area.limit_m) else float(area.limit_m)
        sentences["reason"].append(cause(short[i], left[i], wording))
        for lang in say.LANGS:
            where = area_place(region, area.kind, area.code, area.name, lang)
            lived_in = area_sentence(short[i], left[i], where, limit, wording, lang)
            sentences[f"reason_{lang}"].append(lived_in if area.residents else nobody_sentence(where, lang))
    return sentences


def area_place(region: Region, kind: str, code: str, name: str, lang: str) -> str:
    """An area with its preposition: i Helsingør, på Nørrebro, i Sundhedsråd Nordsjælland."""
    if kind == "municipality":
        return say.in_municipality(region, code, lang)
    if kind == "health_council":
        return f"i Sundhedsråd {name}" if lang == "da" else f"in the health council {name}"
    if kind == "region":
        return f"i {region.name_da}" if lang == "da" else f"in {region.name}"
    return say.at_place(name, lang)


def _share(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0), dtype=float)
