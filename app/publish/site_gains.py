"""Who loses if a site is left out: residents, the oldest and their municipalities, small counts hidden."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app import language as say
from app.access.matrix import Ints
from app.language import Lang
from app.publish import suppress
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.suppress import Flags, Sum

OLDEST = "age_80_plus"
TOTAL, OLD, YOUNGER, FIRST_AREA = 0, 1, 2, 3
"""Columns of the counts: all who lose, those of 80 or over, the rest, and then each municipality."""


@dataclass(frozen=True)
class Gains:
    """Counts of several sites and what of them is hidden.

    Parameters
    ----------
    codes : municipalities of the columns from `FIRST_AREA`
    counts : (sites, columns)
    small, hidden : (sites, columns) too small; not shown
    """

    codes: tuple[str, ...]
    counts: NDArray[np.float64]
    small: Flags
    hidden: Flags

    def shown(self, site: int, column: int) -> int | None:
        """A count, None where it is hidden."""
        return None if self.hidden[site, column] else int(self.counts[site, column])

    def areas(self, site: int) -> list[tuple[str, int]]:
        """Municipalities whose count is shown and above nought, most first."""
        found = [(code, self.shown(site, FIRST_AREA + i)) for i, code in enumerate(self.codes)]
        return sorted(((code, n) for code, n in found if n), key=lambda pair: (-pair[1], pair[0]))

    def people(self, site: int, column: int, smallest: float, lang: Lang) -> str:
        """A count in a sentence: 836 borgere, færre end 5 borgere."""
        shown = self.shown(site, column)
        if shown is not None:
            return say.count(shown, "resident", lang)
        if self.small[site, column]:
            return say.fewer_than(smallest, "resident", lang)
        return text("note.withheld_people", lang)


def site_gains(publication: Publication, losing: Sequence[Ints]) -> Gains:
    """Count who lives in some sets of cells: those that lose without each site."""
    cells = publication.study.facts.cells
    homes = cells["kommunekode"].to_numpy()
    codes = tuple(sorted({code for those in losing for code in homes[those]}))
    residents, old = cells["residents"].to_numpy(dtype=float), cells[OLDEST].to_numpy(dtype=float)
    rows = []
    for those in losing:
        people, oldest, home = residents[those], old[those].sum(), homes[those]
        rows.append([people.sum(), oldest, people.sum() - oldest, *(people[home == code].sum() for code in codes)])
    counts = np.array(rows, dtype=float).reshape(len(losing), FIRST_AREA + len(codes))
    with np.errstate(invalid="ignore"):
        small = (counts > 0) & (counts < publication.smallest)
    sums = _sums(len(codes))
    hidden = [suppress.hidden(row[None], publication.smallest, sums)[0] for row in counts]
    return Gains(codes, counts, small, np.array(hidden, dtype=bool).reshape(counts.shape))


def _sums(areas: int) -> list[Sum]:
    """What adds up in the row of one site; nothing adds up over sites."""
    parts = tuple((0, FIRST_AREA + i) for i in range(areas))
    ages = Sum((0, TOTAL), ((0, OLD), (0, YOUNGER)))
    return [ages, Sum((0, TOTAL), parts)] if parts else [ages]
