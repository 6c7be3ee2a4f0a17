"""Findings added up by region, municipality, health council and city district."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app import language as say
from app.access.area_amounts import COUNTS, MEANS, counted, make_amounts
from app.access.findings import AREA_FINDINGS
from app.access.fragility import NO_PRACTICE, Fragile, fragility
from app.access.headline import Headline
from app.access.matrix import Floats
from app.access.metrics import Case
from app.access.reasons import Wording, area_sentence, cause, make_wording, nobody_sentence
from app.access.supply import Supply
from app.access.zoning import Zoning, zonings
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
    exposed = fragility(case.travel.supply, headline, case.travel.limit_m, kinds)
    identity = pd.concat([pd.DataFrame(_identity(zoning, case.travel.limit_m)) for zoning in kinds if len(zoning)])
    frame = with_figures(identity.reset_index(drop=True), area_figures(case.travel.supply, kinds, sums, exposed))
    return AREA_FINDINGS.check(frame.assign(**area_reasons(frame, case.facts.region, make_wording(case.rules))))


def sum_cells(kinds: Sequence[Zoning], amount: Floats) -> Floats:
    """(areas,) sum of an amount per cell, over the areas of all kinds."""
    return np.concatenate([zoning.sum_cells(amount) for zoning in kinds])


def area_figures(
    supply: Supply, kinds: Sequence[Zoning], sums: Mapping[str, Floats], exposed: Sequence[Fragile]
) -> dict[str, NDArray[Any]]:
    """Every figure of the table `AREA_FINDINGS` over all areas, by column: floats, NaN where none.

    Parameters
    ----------
    sums : (areas,) sums of `make_amounts` over each area's cells
    """
    local = [_practices(supply, zoning) for zoning in kinds]
    figures = _residents(sums) | {name: np.concatenate([each[name] for each in local]) for name in local[0]}
    return figures | _means(sums) | _fragile(supply, exposed)


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


def _practices(supply: Supply, zoning: Zoning) -> dict[str, NDArray[Any]]:
    """Practices of each area; those with several locations are shared out by their capacities at each."""
    links, practices = supply.links, supply.practices
    limit, listed = (practices[name].to_numpy(dtype=float) for name in ("closing_limit", "listed_patients"))
    free = np.where(supply.is_open, np.maximum(limit - listed, 0.0), 0.0)
    shared = {
        name: np.rint(zoning.sum_locations(links.location, amount[links.practice] * links.share))
        for name, amount in (("listed_patients", listed), ("closing_limit", limit), ("free_places", free))
    }
    area = zoning.location[links.location].astype(np.int64)
    pairs = np.unique(area[area >= 0] * len(practices) + links.practice[area >= 0])
    area, practice = np.divmod(pairs, max(len(practices), 1))
    count = np.bincount(area, minlength=len(zoning)).astype(float)
    open_count = np.bincount(area[supply.is_open[practice]], minlength=len(zoning)).astype(float)
    capacities = zoning.sum_locations(links.location, links.capacities)
    return {"practices": count, "open_practices": open_count, "capacities": capacities, **shared}


def _fragile(supply: Supply, exposed: Sequence[Fragile]) -> dict[str, NDArray[Any]]:
    numbers = np.array([*supply.practices["ydernummer"].tolist(), None], dtype=object)
    practice = np.concatenate([fragile.practice for fragile in exposed])
    residents = np.concatenate([fragile.residents for fragile in exposed])
    return {
        "fragile_ydernummer": numbers[practice],
        "fragile_residents": np.where(practice != NO_PRACTICE, np.rint(residents), np.nan),
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
