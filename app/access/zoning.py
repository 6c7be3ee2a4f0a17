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
    of_municipality : index of the area that a municipality is or lies in; of a kind that parts municipalities, empty
    outlines : of areas that are parts of a municipality, else empty
    """

    kind: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    councils: tuple[str, ...]
    municipality: tuple[str, ...]
    cell: Ints
    location: Ints
    of_municipality: Mapping[str, int]
    outlines: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.codes)

    def locate(self, kommunekode: Sequence[str], xy: Floats) -> Ints:
        """(n,) area of each place, by its municipality and, in parts of one, by its EPSG:25832 coordinates (n, 2)."""
        if len(self.outlines):
            return _parts_at(self.outlines, self.municipality, kommunekode, xy)
        return np.array([self.of_municipality.get(code, NO_AREA) for code in kommunekode], dtype=np.int32)

    def sum_cells(self, amount: Floats) -> Floats:
        """(areas,) sum of an amount per cell."""
        inside = self.cell != NO_AREA
        return np.asarray(np.bincount(self.cell[inside], weights=amount[inside], minlength=len(self)), dtype=float)


def zonings(facts: Facts, supply: Supply) -> tuple[Zoning, ...]:
    """The region and its municipalities, health councils and city districts."""
    nowhere = tuple(make(facts) for make in (_region, _municipalities, _councils, _districts))
    codes = supply.locations["kommunekode"].tolist()
    return tuple(replace(zoning, location=zoning.locate(codes, supply.location_xy)) for zoning in nowhere)


def _region(facts: Facts) -> Zoning:
    region = facts.region
    home = dict.fromkeys(region.codes, 0)
    return _by_municipality(facts, "region", (region.id,), (region.name_da,), ("",), ("",), home)


def _municipalities(facts: Facts) -> Zoning:
    members = facts.region.municipalities
    codes = tuple(member.code for member in members)
    names, councils = tuple(m.name for m in members), tuple(m.health_council for m in members)
    return _by_municipality(facts, "municipality", codes, names, councils, codes, {c: i for i, c in enumerate(codes)})


def _councils(facts: Facts) -> Zoning:
    councils = facts.region.health_councils
    codes = tuple(council.code for council in councils)
    index = {code: i for i, code in enumerate(codes)}
    home = {m.code: index[m.health_council] for m in facts.region.municipalities if m.health_council in index}
    names, empty = tuple(council.name for council in councils), ("",) * len(codes)
    return _by_municipality(facts, "health_council", codes, names, codes, empty, home)


def _by_municipality(
    facts: Facts,
    kind: str,
    codes: tuple[str, ...],
    names: tuple[str, ...],
    councils: tuple[str, ...],
    municipality: tuple[str, ...],
    home: Mapping[str, int],
) -> Zoning:
    """Areas made of whole municipalities."""
    cell = _mapped(facts.cells["kommunekode"], home)
    return Zoning(kind, codes, names, councils, municipality, cell, _NOWHERE, home, _NO_OUTLINES)


def _districts(facts: Facts) -> Zoning:
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
        _mapped(facts.cells["city_district"], {code: i for i, code in enumerate(codes)}),
        _NOWHERE,
        {},
        areas.geometry.to_numpy(),
    )


_NOWHERE = np.empty(0, dtype=np.int32)
_NO_OUTLINES = np.empty(0, dtype=object)


def _mapped(values: pd.Series, index: Mapping[str, int]) -> Ints:
    """Index of each value, -1 for one that is empty or not there."""
    return np.asarray(values.astype(object).map(index).fillna(NO_AREA), dtype=np.int32)


def _parts_at(outlines: NDArray[np.object_], home: Sequence[str], kommunekode: Sequence[str], xy: Floats) -> Ints:
    """City district of each place: the first, in listed order, that covers it; else the nearest.

    Only districts of the place's own municipality count, so that districts add up to it. A point on a shared border
    belongs to the district listed first.
    """
    district = np.full(len(kommunekode), NO_AREA, dtype=np.int32)
    points, homes = shapely.points(xy), np.array(home)
    for i, code in enumerate(kommunekode):
        own = np.flatnonzero(homes == code)
        if len(own):
            district[i] = own[np.argmin(shapely.distance(outlines[own], points[i]))]
    return district
