"""Which open practice's closing would take most residents below the minimum."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.access.headline import Headline
from app.access.matrix import Floats, Ints
from app.access.supply import Supply
from app.access.zoning import Zoning

NO_PRACTICE = -1


@dataclass(frozen=True)
class Fragile:
    """For each area the practice it depends on most.

    Parameters
    ----------
    practice : (areas,) index into `supply.practices`, -1 where no closing takes anybody below the minimum
    residents : (areas,) how many of the area's residents it would take below
    """

    practice: Ints
    residents: Floats


def fragility(supply: Supply, headline: Headline, limit_m: Floats, zonings: Sequence[Zoning]) -> Fragile:
    """The most exposed closing for every area of all zonings, exact, in one pass over the open practices.

    Of practices that would take equally many, the lowest ydernummer is named.
    """
    return most_exposed(losses(supply, headline, limit_m, zonings))


def losses(supply: Supply, headline: Headline, limit_m: Floats, zonings: Sequence[Zoning]) -> Floats:
    """(practices, areas of all zonings) residents of an area whom a practice's closing takes below the minimum."""
    found = [np.zeros((len(supply.practices), len(zoning))) for zoning in zonings]
    for practice, cells in taken_below(supply, headline, limit_m):
        for zoning, lost in zip(zonings, found, strict=True):
            area = zoning.cell[cells]
            inside = area >= 0
            lost[practice] = np.bincount(area[inside], headline.residents[cells][inside], minlength=len(zoning))
    return np.concatenate(found, axis=1)


def most_exposed(lost: Floats) -> Fragile:
    """The closing that takes most, the first practice among equals, from losses (practices, areas)."""
    if not len(lost):
        return Fragile(np.full(lost.shape[1], NO_PRACTICE, dtype=np.int32), np.zeros(lost.shape[1]))
    practice, most = lost.argmax(axis=0).astype(np.int32), lost.max(axis=0)
    return Fragile(np.where(most > 0, practice, NO_PRACTICE).astype(np.int32), most)


def taken_below(supply: Supply, headline: Headline, limit_m: Floats) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """For each open practice the cells that have the minimum today and would not without it."""
    limits = limit_m.astype(np.float32)
    for practice, rows in enumerate(supply.closing):
        if not rows:
            continue
        reached = [headline.matrix.row(row) for row in rows]
        near = np.concatenate([cell[value <= limits[cell]] for cell, value in reached])
        cells, lost = np.unique(near, return_counts=True)
        left = headline.open[cells]
        yield practice, cells[(left >= headline.minimum) & (left - lost < headline.minimum)].astype(np.intp)
