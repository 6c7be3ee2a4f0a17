"""Residents, practices with places up to their closing limits, and candidates with places of their own."""

from dataclasses import dataclass

import numpy as np

from app.access.matrix import Floats, Ints
from app.errors import QuestionError
from app.siting.median.problem import Starts, check_amounts, check_links


@dataclass(frozen=True)
class CapacitatedProblem:
    """Who can go where, and how many a place takes; make it by `make_capacitated_problem`.

    Sites are numbered practices first, candidates after. An existing practice that may close or move stands among the
    candidates: choosing N + 1 of it and the new ones keeps it open or lets it go.

    Parameters
    ----------
    demand : (cells,) residents
    start : (cells + 1,) where each cell's entries begin, the nearest first; the last of each is nobody: site `nobody`
    site : (entries,) sites within the cell's travel limit
    cost : (entries,) travel to them; `unassigned` for nobody
    capacity : (sites,) residents a site can take, its closing limit
    practices : how many of the sites are practices that stay
    unassigned : what a resident counts whom nobody can take
    """

    demand: Floats
    start: Starts
    site: Ints
    cost: Floats
    capacity: Floats
    practices: int
    unassigned: float

    @property
    def sites(self) -> int:
        """Practices and candidates."""
        return len(self.capacity)

    @property
    def nobody(self) -> int:
        """The site that stands for not being assigned."""
        return len(self.capacity)

    @property
    def candidates(self) -> int:
        """Sites to choose from."""
        return self.sites - self.practices


def make_capacitated_problem(
    demand: Floats, start: Starts, site: Ints, cost: Floats, capacity: Floats, practices: int, unassigned: float
) -> CapacitatedProblem:
    """Check a problem, and give every cell nobody to go to.

    Parameters
    ----------
    unassigned : larger than any cost, so that a resident with room in reach is better assigned; the larger it is, the
        more those left over count against the travel of the others

    Raises
    ------
    QuestionError : shapes do not fit, a number is negative or not one, or a cost is not below `unassigned`
    """
    check_amounts("demand", demand, len(demand))
    check_amounts("capacity", capacity, len(capacity))
    check_amounts("cost", cost, len(site))
    check_links(start, site, len(demand), len(capacity))
    if not 0 <= practices <= len(capacity):
        raise QuestionError(f"{practices} practices; expected 0 to {len(capacity)}, the number of sites")
    most = float(np.max(cost, initial=0.0))
    if not (np.isfinite(unassigned) and unassigned > most):
        raise QuestionError(f"unassigned is {unassigned}; expected a number above {most}, the largest cost")
    cell: Starts = np.repeat(np.arange(len(demand)), np.diff(start))
    order = np.lexsort((site, cost, cell))
    site, cost, ends = site[order], cost[order], np.asarray(start[1:], dtype=np.int64)
    return CapacitatedProblem(
        np.ascontiguousarray(demand, dtype=float),
        np.asarray(start, dtype=np.int64) + np.arange(len(demand) + 1),
        np.insert(np.asarray(site, dtype=np.int32), ends, len(capacity)).astype(np.int32),
        np.insert(np.asarray(cost, dtype=float), ends, unassigned),
        np.ascontiguousarray(capacity, dtype=float),
        practices,
        float(unassigned),
    )
