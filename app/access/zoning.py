"""Which area each cell and each practice location belongs to: region, municipality, health council, city district."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from app.access.matrix import Floats, Ints
from app.access.supply import Supply
from geodata.facts import Facts

NO_AREA = -1


@dataclass(frozen=True)
class Zoning:
    """Areas of one kind, in the order they are listed.

    Parameters
    ----------
    kind : region, municipality, health_council or city_district
    codes, names, councils : one for each area; the council's code is empty where there is none
    municipality : (areas,) code of the municipality an area is or lies in; empty for larger ones
    cell, location : index of each cell's and each supply location's area, -1 outside all
    """

    kind: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    councils: tuple[str, ...]
    municipality: tuple[str, ...]
    cell: Ints
    location: Ints

    def __len__(self) -> int:
        return len(self.codes)

    def sum_cells(self, amount: Floats) -> Floats:
        """(areas,) sum of an amount per cell."""
        return _sum(self.cell, amount, len(self))

    def sum_locations(self, location: Ints, amount: Floats) -> Floats:
        """(areas,) sum of amounts found at locations."""
        return _sum(self.location[location], amount, len(self))


def _sum(area: Ints, amount: Floats, areas: int) -> Floats:
    inside = area != NO_AREA
    return np.asarray(np.bincount(area[inside], weights=amount[inside], minlength=areas), dtype=float)


def zonings(facts: Facts, supply: Supply) -> tuple[Zoning, ...]:
    """The region and its municipalities, health councils and city districts."""
    return (_region(facts, supply), _municipalities(facts, supply), _councils(facts, supply), _districts(facts, supply))


def relocated(kinds: Sequence[Zoning], facts: Facts, known: Mapping[str, int], supply: Supply) -> tuple[Zoning, ...]:
    """The same areas and cells with the locations of another supply; only new ones are looked up.

    Parameters
    ----------
    known : index in the zonings of each location id that they hold
    """
    ids = supply.locations["location_id"].tolist()
    new = [i for i, name in enumerate(ids) if name not in known]
    old = [i for i, name in enumerate(ids) if name in known]
    before = np.array([known[ids[i]] for i in old], dtype=np.intp)
    found = [np.full(len(ids), NO_AREA, dtype=np.int32) for _ in kinds]
    for zoning, location in zip(kinds, found, strict=True):
        location[old] = zoning.location[before]
    if new:
        there = replace(supply, locations=supply.locations.iloc[new], location_xy=supply.location_xy[new])
        for zoning, location in zip(zonings(replace(facts, cells=facts.cells.iloc[:0]), there), found, strict=True):
            location[new] = zoning.location
    return tuple(replace(zoning, location=location) for zoning, location in zip(kinds, found, strict=True))


def _region(facts: Facts, supply: Supply) -> Zoning:
    region = facts.region
    cell, location = (
        np.where(codes.isin(region.codes), 0, NO_AREA).astype(np.int32) for codes in _municipality_codes(facts, supply)
    )
    return Zoning("region", (region.id,), (region.name_da,), ("",), ("",), cell, location)


def _municipalities(facts: Facts, supply: Supply) -> Zoning:
    members = facts.region.municipalities
    codes = tuple(member.code for member in members)
    cell, location = (_index(codes, those) for those in _municipality_codes(facts, supply))
    names, councils = tuple(m.name for m in members), tuple(m.health_council for m in members)
    return Zoning("municipality", codes, names, councils, codes, cell, location)


def _councils(facts: Facts, supply: Supply) -> Zoning:
    councils = facts.region.health_councils
    codes = tuple(council.code for council in councils)
    council_of = {member.code: member.health_council for member in facts.region.municipalities}
    cell, location = (_index(codes, those.map(council_of)) for those in _municipality_codes(facts, supply))
    empty = ("",) * len(codes)
    return Zoning("health_council", codes, tuple(c.name for c in councils), codes, empty, cell, location)


def _districts(facts: Facts, supply: Supply) -> Zoning:
    areas = facts.areas[facts.areas["kind"] == "city_district"]
    areas = areas.assign(number=pd.to_numeric(areas["code"], errors="coerce")).sort_values(["number", "code"])
    codes = tuple(areas["code"])
    homes = {code: home for home, names in facts.region.districts.items() for code in names}
    council_of = {member.code: member.health_council for member in facts.region.municipalities}
    home = tuple(homes.get(code, "") for code in codes)
    return Zoning(
        "city_district",
        codes,
        tuple(areas["name"]),
        tuple(council_of.get(code, "") for code in home),
        home,
        _index(codes, facts.cells["city_district"]),
        _district_of(supply, areas.geometry.to_numpy(), np.array(home)),
    )


def _municipality_codes(facts: Facts, supply: Supply) -> tuple[pd.Series, pd.Series]:
    return facts.cells["kommunekode"], supply.locations["kommunekode"]


def _index(codes: tuple[str, ...], values: pd.Series) -> Ints:
    """Index of each value among the codes, -1 for one that is empty or not there."""
    return np.asarray(pd.Index(codes, dtype=object).get_indexer(values.astype(object)), dtype=np.int32)


def _district_of(supply: Supply, outlines: NDArray[np.object_], home: NDArray[np.str_]) -> Ints:
    """City district of each location: the first, in listed order, that covers it; else the nearest.

    Only districts of the location's own municipality count, so that districts add up to it. A point on a shared border
    belongs to the district listed first.
    """
    district = np.full(len(supply.locations), NO_AREA, dtype=np.int32)
    points = shapely.points(supply.location_xy)
    for i, code in enumerate(supply.locations["kommunekode"]):
        own = np.flatnonzero(home == code)
        if len(own):
            district[i] = own[np.argmin(shapely.distance(outlines[own], points[i]))]
    return district
