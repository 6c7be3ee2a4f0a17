"""The region's own list held against the national register: what matched on what, what did not, what contradicts."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.catalogue import Region
from geodata.facts import no_rows
from geodata.geocoding import plain_address
from geodata.register import REGISTER_REPORT, in_force
from geodata.rules import RuleSet
from geodata.sources.choosing import source_of
from geodata.sources.reading import named, source_file
from geodata.sources.sor.practices import Register, register_of
from geodata.sources.upload.ground import Ground, ground_of
from geodata.sources.upload.locating import BY_REGISTER, units_of

LAYER = "practices_register"
BY_NUMBER, BY_SOR_ID = "ydernummer", "sor_id"

Finding = dict[str, Any]
"""A row of REGISTER_REPORT."""


@dataclass(frozen=True)
class Held:
    """What a list is held against.

    Parameters
    ----------
    ground : outlines of the region
    day : ISO; what is open on it counts
    apart : metres, rule `register_match`
    """

    region: Region
    ground: Ground
    day: str
    apart: float


def read_register(folder: Path, rules: RuleSet) -> Register | None:
    """The register that a folder holds, on the day of the rules; None where it holds none.

    Raises
    ------
    MisfitError : the file is not what its card promises
    """
    card = source_of(folder, LAYER)
    if card is None:
        return None
    with named(card.id):
        return register_of(*source_file(folder, card.id), rules.day)


def held_against(areas: gpd.GeoDataFrame, region: Region, rules: RuleSet) -> Held:
    """What a list of a region is held against on the day of the rules."""
    return Held(region, ground_of(areas, region, rules), rules.day.isoformat(), rules.number("register_match"))


def report_of(
    listed: pd.DataFrame | None, register: pd.DataFrame, remarks: Iterable[Finding], held: Held
) -> pd.DataFrame:
    """Table REGISTER_REPORT.

    Parameters
    ----------
    listed : good rows of a list, as `Upload.listed`; None where there is no list
    register : table REGISTER
    remarks : on rows of the register's file; those of other regions are left out
    """
    if register.empty:
        return no_rows(REGISTER_REPORT)
    ours = _ours(register, held)
    rows = [] if listed is None else list(_compared(listed, register, ours, held))
    near = {*register.loc[ours, "sor_id"], *register.loc[ours, "unit_id"], *(row.get("sor_id") for row in rows)}
    rows += [dict(remark) for remark in remarks if pd.isna(remark["sor_id"]) or remark["sor_id"] in near]
    return REGISTER_REPORT.check(pd.DataFrame(rows, columns=REGISTER_REPORT.names))


def _ours(register: pd.DataFrame, held: Held) -> pd.Series:
    """Units of the region: by their position, else by their municipality, else by the region they name."""
    placed = register["x"].notna().to_numpy()
    owner = np.array([""] * len(register), dtype=object)
    x, y = (register.loc[placed, axis].to_numpy(dtype=float) for axis in "xy")
    owner[placed] = held.ground.owners(x, y) if placed.any() else []
    by_place = np.isin(owner, list(held.ground.members))
    by_code = register["kommunekode"].isin(held.region.codes).to_numpy(dtype=bool)
    by_region = register["region_code"].isin(held.region.region_codes).to_numpy(dtype=bool)
    coded = register["kommunekode"].notna().to_numpy()
    return pd.Series(np.where(placed, by_place, np.where(coded, by_code, by_region)), index=register.index)


def _compared(listed: pd.DataFrame, register: pd.DataFrame, ours: pd.Series, held: Held) -> Iterator[Finding]:
    """Findings by practice of the list, then practices of the register that the list lacks."""
    matched: set[str] = set()
    for number, rows in listed.groupby("ydernummer", sort=True):
        sor_id = next((one for one in rows["sor_id"] if one), "")
        units = units_of(register, str(number), sor_id)
        matched |= set(units["sor_id"])
        for finding in _of_practice(str(number), sor_id, rows, units, held):
            yield {"ydernummer": str(number), "name": rows["name"].iloc[0], **finding}
    left = register[ours & in_force(register, held.day) & ~register["sor_id"].isin(matched)]
    for unit in left.drop_duplicates("sor_id").to_dict("records"):
        yield _of_unit("only_register", unit, None, unit["address"])


def _of_practice(number: str, sor_id: str, rows: pd.DataFrame, units: pd.DataFrame, held: Held) -> Iterator[Finding]:
    if units.empty:
        yield {"finding": "only_upload", "found": sor_id or None}
        return
    by = BY_NUMBER if (units["ydernummer"] == number).fillna(False).any() else BY_SOR_ID
    best = _best(units, held.day)
    yield {"finding": "matched", "sor_id": best["sor_id"], "found": by, "told": best["name"]}
    yield from _of_ids(number, sor_id, by, best, units, held)
    yield from _of_days(best, held.day)
    for row in rows.to_dict("records"):
        yield from _of_row(row, _nearest(row, _open(units, held.day)), held)


def _of_ids(number: str, sor_id: str, by: str, best: Finding, units: pd.DataFrame, held: Held) -> Iterator[Finding]:
    """The two ids against each other, and units that share the number."""
    ids = {*units["sor_id"], *units["unit_id"]}
    if by == BY_NUMBER and sor_id and sor_id not in ids:
        yield {"finding": "ids_differ", "sor_id": best["sor_id"], "found": sor_id, "told": best["sor_id"]}
    other = best["ydernummer"]
    if by == BY_SOR_ID and isinstance(other, str) and other != number:
        yield {"finding": "ids_differ", "sor_id": best["sor_id"], "found": number, "told": other}
    open_ones = sorted(set(units.loc[in_force(units, held.day), "sor_id"]))
    if len(open_ones) > 1:
        yield {"finding": "several", "sor_id": best["sor_id"], "told": " ".join(open_ones)}


def _of_days(best: Finding, day: str) -> Iterator[Finding]:
    start, end = best["valid_from"], best["valid_to"]
    if isinstance(end, str) and end < day:
        yield {"finding": "closed", "sor_id": best["sor_id"], "told": end}
    elif isinstance(start, str) and start > day:
        yield {"finding": "not_yet", "sor_id": best["sor_id"], "told": start}


def _of_row(row: Finding, unit: Finding, held: Held) -> Iterator[Finding]:
    """One address of the list against the unit that is nearest to it."""
    about = {"sor_id": unit["unit_id"]}
    if row["placed_by"] == BY_REGISTER:
        yield {"finding": "filled", **about, "found": row["address"], "told": unit["address"]}
    address = unit["address"]
    if isinstance(address, str) and plain_address(address) != plain_address(row["address"]):
        yield {"finding": "address_differs", **about, "found": row["address"], "told": address}
    metres = _metres(row, unit)
    if metres > held.apart:
        told = f"{unit['x']:.0f} {unit['y']:.0f}"
        found = f"{row['x']:.0f} {row['y']:.0f}"
        yield {"finding": "far_apart", **about, "found": found, "told": told, "metres": round(metres)}
    code, region = unit["kommunekode"], unit["region_code"]
    if isinstance(code, str) and code != row["kommunekode"]:
        yield {"finding": "municipality_differs", **about, "found": row["kommunekode"], "told": code}
    known, at_home = held.region.region_codes, row["kommunekode"] in held.region.codes
    if known and isinstance(region, str) and at_home != (region in known):
        yield {"finding": "region_differs", **about, "found": row["kommunekode"], "told": region}


def _best(units: pd.DataFrame, day: str) -> Finding:
    """The unit by which a practice is known: an open one, else the last to close, else the first to open."""
    begun = units[~(units["valid_from"].fillna("") > day)]
    closed = begun.sort_values("valid_to", ascending=False, kind="stable")
    choices = (_open(units, day), closed, units.sort_values("valid_from", kind="stable"))
    chosen = next(choice for choice in choices if len(choice))
    found: Finding = chosen.to_dict("records")[0]
    return found


def _open(units: pd.DataFrame, day: str) -> pd.DataFrame:
    """Units that are open; all of them where none is."""
    open_ones = units[in_force(units, day)]
    return open_ones if len(open_ones) else units


def _nearest(row: Finding, units: pd.DataFrame) -> Finding:
    """The unit of the same address, else the nearest one."""
    records: Sequence[Finding] = units.to_dict("records")
    plain = plain_address(row["address"])
    same = [unit for unit in records if isinstance(unit["address"], str) and plain_address(unit["address"]) == plain]
    return (
        same[0] if same else min(records, key=lambda unit: _metres(row, unit) if unit["x"] == unit["x"] else math.inf)
    )


def _metres(row: Finding, unit: Finding) -> float:
    """Metres between a row and a unit; 0 where the unit has no position."""
    if pd.isna(unit["x"]):
        return 0.0
    return math.dist((row["x"], row["y"]), (unit["x"], unit["y"]))


def _of_unit(finding: str, unit: Finding, found: str | None, told: str | None) -> Finding:
    names = ("ydernummer", "sor_id", "name")
    return {"finding": finding, **{name: unit[name] for name in names}, "found": found, "told": told}
