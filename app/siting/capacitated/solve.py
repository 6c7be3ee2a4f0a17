"""Solve the capacitated problem: an assignment for each choice of sites, and a row from its prices (Benders 1962).

Prices of the practices' places and worths v of the cells, at most cost plus price, bound what any choice leaves:

    value >= sum of residents x v - sum of places x price over the practices - sum over candidates of g_j x_j,

g_j being the most that the places of candidate j save against v when those who save most come first. At the choice that
the prices belong to, both sides are equal.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from app.access.matrix import Floats
from app.siting.answer import Answer, Budget
from app.siting.branching.model import Amounts, Cuts, Model, Relaxed, Sites, no_cuts
from app.siting.branching.pool import Pool
from app.siting.branching.relaxation import Relaxation
from app.siting.branching.tree import Search, search_tree
from app.siting.capacitated.assignment import Assignment, assign_practices, most_saved, worths
from app.siting.capacitated.problem import CapacitatedProblem
from app.siting.median.problem import check_number
from app.siting.watch import Watch

NEAR_BEST = 0.01
BROKEN = 1e-7
UNITS = 1e4
"""The relaxation counts in parts of what is left without any candidate, this many to the whole."""
LEAST_X = 1e-6


@dataclass
class AssignmentOracle:
    """The true problem behind the tree.

    Parameters
    ----------
    base : the best assignment without candidates
    add : sites to choose
    unit : residents times cost that count as one in the relaxation
    known : values of the choices assigned so far
    """

    base: Assignment
    add: int
    unit: float
    known: dict[Sites, float] = field(default_factory=dict)
    rows: dict[Sites, Cuts] = field(default_factory=dict)

    def cuts(self, at: Relaxed) -> Cuts:
        """The row of the prices at a relaxed choice, if it is broken."""
        used = {int(j): float(x) for j, x in enumerate(at.x) if x > LEAST_X}
        row = price_row(self.assigned(used), self.unit)
        short = (row.floor - row.matrix @ np.concatenate([at.x, at.amounts]))[0]
        return row if short > BROKEN * UNITS else no_cuts(row.matrix.shape[1])

    def assigned(self, x: dict[int, float]) -> Assignment:
        """The best assignment when candidates have a share of their places."""
        first, capacity = self.base.problem.practices, self.base.problem.capacity
        return self.base.opened({first + j: capacity[first + j] * min(share, 1.0) for j, share in x.items()})

    def value(self, sites: Sites) -> float:
        """Residents times cost of the best assignment."""
        if sites not in self.known:
            self.known[sites] = self.assigned(dict.fromkeys(sites, 1.0)).value
        return self.known[sites]

    def guess(self, x: Floats) -> list[Sites]:
        """The sites with the largest x."""
        return [tuple(sorted(int(j) for j in np.argsort(-x, kind="stable")[: self.add]))]


def price_row(assignment: Assignment, unit: float) -> Cuts:
    """The row that the prices of an assignment give."""
    problem = assignment.problem
    worth = worths(assignment)
    price = np.maximum(assignment.state.price[: problem.practices], 0.0)
    floor = problem.demand @ worth - problem.capacity[: problem.practices] @ price
    saved = [most_saved(assignment, worth, problem.practices + j) for j in range(problem.candidates)]
    return Cuts(csr_array(np.append(np.array(saved) / unit, 1.0)[None, :]), np.array([floor / unit]))


def assign(problem: CapacitatedProblem, sites: Sites) -> Assignment:
    """The best assignment when some candidates open."""
    return AssignmentOracle(assign_practices(problem), len(sites), 1.0).assigned(dict.fromkeys(sites, 1.0))


def solve_capacitated(problem: CapacitatedProblem, add: int, budget: Budget, alternatives: int = 0) -> Answer:
    """Choose `add` candidates so that residents times cost is least, nobody being assigned beyond a closing limit.

    Raises
    ------
    QuestionError : fewer candidates than sites asked for
    """
    check_number(add, problem.candidates)
    watch = Watch(budget)
    base = assign_practices(problem)
    unit = max(base.value, 1.0) / UNITS
    none = no_cuts(problem.candidates + 1)
    least = np.minimum.reduceat(problem.cost, problem.start[:-1]) if len(problem.demand) else np.empty(0)
    low = np.array([problem.demand @ least / unit])
    amounts = Amounts(np.array([unit]), low, np.array([base.value / unit]))
    model = Model(np.zeros(problem.candidates), amounts, add, add, none)
    oracle = AssignmentOracle(base, add, unit)
    relaxation = Relaxation(model)
    relaxation.add(price_row(base, unit))
    search = Search(model, oracle, watch, Pool())
    bound = search_tree(search, relaxation)
    found = search.pool.placements[0]
    wide = Pool(alternatives + 1, NEAR_BEST)
    for sites, value in oracle.known.items():
        wide.offer(sites, value)
    ranked = False
    if alternatives and watch.still():
        second = Search(model, oracle, watch, wide)
        search_tree(second, relaxation)
        ranked = second.ended
    best, *others = wide.placements
    value = min(best.value, found.value)
    return Answer(best, watch.proof(value, min(bound, value)), tuple(others[:alternatives]), ranked=ranked)
