"""Findings added up by region, municipality, health council and city district."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from app import language as say
from app.access.choice import Counts, choice_class
from app.access.findings import AREA_FINDINGS, CHOICE_CLASSES, MODES
from app.access.fragility import NO_PRACTICE, Fragile, fragility
from app.access.headline import Headline
from app.access.matrix import Floats
from app.access.metrics import Case
from app.access.reasons import Wording, area_sentence, cause, make_wording, nobody_sentence
from app.access.zoning import Zoning, zonings
from geodata.catalogue import Region

CLASS_COLUMNS = ("residents_0", "residents_1", "residents_2_4", "residents_5_plus")
MEANS = ("free_places_per_1000", "e2sfca", "nearest_open_m", "second_open_m", "nearest_m")
"""Columns of the cells whose residents' mean an area has, over those who have an answer."""


def area_findings(case: Case, cells: pd.DataFrame, headline: Headline) -> pd.DataFrame:
    """The table `AREA_FINDINGS`, checked; kinds in the order region, municipality, health council, city district.

    Parameters
    ----------
    cells : the table `CELL_FINDINGS` in the order of `facts.cells`
    """
    kinds = zonings(case.facts, case.travel.supply)
    exposed = fragility(case.travel.supply, headline, case.travel.limit_m, kinds)
    wording = make_wording(case.rules)
    parts = [
        pd.DataFrame(
            _identity(zoning, case.travel.limit_m)
            | _residents(case, cells, headline, zoning)
            | _practices(case, zoning)
            | _means(cells, headline.residents, zoning)
            | _fragile(case, fragile)
        )
        for zoning, fragile in zip(kinds, exposed, strict=True)
    ]
    areas = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return AREA_FINDINGS.check(areas.assign(**_reasons(areas, case.facts.region, wording)))


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


def _residents(case: Case, cells: pd.DataFrame, headline: Headline, zoning: Zoning) -> dict[str, Any]:
    """Residents of each area by what they can choose between."""
    people, short = headline.residents, headline.short
    total, under = zoning.sum_cells(people), zoning.sum_cells(people * short)
    straight = cells["open_within_limit_straight"].to_numpy() < headline.minimum
    column = {
        "residents": total,
        **_classes(headline.open, people, zoning),
        "under_two": under,
        "under_two_straight": zoning.sum_cells(people * straight),
        "under_two_if_all_open": zoning.sum_cells(people * headline.short_if_all_open),
        "under_two_65_plus": zoning.sum_cells(headline.older * short),
        "under_two_80_plus": zoning.sum_cells(headline.oldest * short),
        **_standards(case, cells, people, zoning),
    }
    estimated = zoning.sum_cells(people * cells["estimated"].to_numpy(dtype=float))
    return {name: _whole(values) for name, values in column.items()} | {
        "under_two_share": _share(under, total),
        "estimated_share": np.nan_to_num(_share(estimated, total)),
    }


def _classes(count: Counts, people: Floats, zoning: Zoning) -> dict[str, Floats]:
    of = choice_class(count)
    return {
        name: zoning.sum_cells(people * (of == code.value))
        for name, code in zip(CLASS_COLUMNS, CHOICE_CLASSES, strict=True)
    }


def _standards(case: Case, cells: pd.DataFrame, people: Floats, zoning: Zoning) -> dict[str, Floats]:
    found = {}
    for mode in (code.value for code in MODES):
        asked = int(case.rules.value(f"standard_{mode}")["open"])
        below = cells[f"open_within_standard_{mode}"].to_numpy() < asked
        found[f"under_standard_{mode}"] = zoning.sum_cells(people * below)
    return found


def _practices(case: Case, zoning: Zoning) -> dict[str, Any]:
    """Practices of each area; those with several locations are shared out by their capacities at each."""
    supply = case.travel.supply
    links, practices = supply.links, supply.practices
    limit, listed = (practices[name].to_numpy(dtype=float) for name in ("closing_limit", "listed_patients"))
    free = np.where(supply.is_open, np.maximum(limit - listed, 0.0), 0.0)
    shared = {
        name: _whole(zoning.sum_locations(links.location, amount[links.practice] * links.share))
        for name, amount in (("listed_patients", listed), ("closing_limit", limit), ("free_places", free))
    }
    pairs = np.unique(np.column_stack([zoning.location[links.location], links.practice]), axis=0)
    pairs = pairs[pairs[:, 0] >= 0]
    count = np.bincount(pairs[:, 0], minlength=len(zoning))
    open_count = np.bincount(pairs[supply.is_open[pairs[:, 1]], 0], minlength=len(zoning))
    capacities = zoning.sum_locations(links.location, links.capacities)
    return {"practices": count, "open_practices": open_count, "capacities": capacities, **shared}


def _means(cells: pd.DataFrame, people: Floats, zoning: Zoning) -> dict[str, Floats]:
    means = {}
    for name in MEANS:
        value = cells[name].to_numpy(dtype=float)
        known = np.isfinite(value)
        total = zoning.sum_cells(people * np.where(known, value, 0.0))
        means[name] = _share(total, zoning.sum_cells(people * known))
    return means


def _fragile(case: Case, fragile: Fragile) -> dict[str, Any]:
    numbers = case.travel.supply.practices["ydernummer"].tolist()
    named = fragile.practice != NO_PRACTICE
    return {
        "fragile_ydernummer": [numbers[p] if p != NO_PRACTICE else None for p in fragile.practice],
        "fragile_residents": pd.array(np.where(named, np.rint(fragile.residents), np.nan), dtype="Int64"),
    }


def _reasons(areas: pd.DataFrame, region: Region, wording: Wording) -> Mapping[str, Sequence[str]]:
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


def _whole(values: Floats) -> Any:
    return pd.array(np.rint(values), dtype="Int64")


def _share(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0), dtype=float)
