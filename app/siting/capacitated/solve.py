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
from app.siting.capacitated.choosing import choice_rows, completed
from app.siting.capacitated.problem import CapacitatedProblem
from app.siting.median.problem import check_number
from app.siting.watch import Watch

NEAR_BEST = 0.01
BROKEN = 1e-7
UNITS = 1e4
"""The relaxation counts in parts of what is left without any candidate, this many to the whole."""
LEAST_X = 1e-6
EXCHANGES = 3
"""Times that each site of a first choice is exchanged for the one that seems to save most."""


@dataclass
class AssignmentOracle:
    """The true problem behind the tree.

    Parameters
    ----------
    base : the best assignment without candidates
    add : sites to choose
    unit : residents times cost that count as one in the relaxation
    known : values of the choices assigned so far
    last : the assignment made last, from which the next is mended
    """

    base: Assignment
    add: int
    unit: float
    known: dict[Sites, float] = field(default_factory=dict)
    last: Assignment | None = None

    def cuts(self, at: Relaxed) -> Cuts:
        """The row of the prices at a relaxed choice, if it is broken."""
        used = {int(j): min(float(at.x[j]), 1.0) for j in np.flatnonzero(at.x > LEAST_X)}
        row = price_row(self.assigned(used), self.unit)
        short = (row.floor - row.matrix @ np.concatenate([at.x, at.amounts]))[0]
        return row if short > BROKEN * UNITS else no_cuts(row.matrix.shape[1])

    def assigned(self, x: dict[int, float]) -> Assignment:
        """The best assignment when candidates have a share of their places."""
        room = self.base.problem.room
        before = self.base if self.last is None or self.last.crowded else self.last
        self.last = before.with_places({j: float(room[j]) * share for j, share in x.items()})
        return self.last

    def value(self, sites: Sites) -> float:
        """Residents times cost of the best assignment; infinite where the sites cannot be chosen together."""
        if sites not in self.known:
            allowed = self.base.problem.allows(sites)
            self.known[sites] = self.assigned(dict.fromkeys(sites, 1.0)).value if allowed else np.inf
        return self.known[sites]

    def least(self, sites: Sites, value: float) -> float:
        """What a choice costs at least by its own prices: less than its value only where ways were left out."""
        if not np.isfinite(value) or np.isinf(self.base.problem.most).all():
            return value
        row = price_row(self.assigned(dict.fromkeys(sites, 1.0)), self.unit)
        saved = row.matrix[[0], list(sites)].sum()
        return min(value, float(row.floor[0] - saved) * self.unit)

    def guess(self, x: Floats) -> list[Sites]:
        """The sites with the largest x."""
        return [completed(self.base.problem, np.argsort(-x, kind="stable").tolist(), self.add)]


def price_row(assignment: Assignment, unit: float) -> Cuts:
    """The row that the prices of an assignment give."""
    problem = assignment.problem
    worth = worths(assignment)
    price = np.maximum(assignment.state.price[: problem.practices], 0.0)
    floor = problem.demand @ worth - problem.capacity[: problem.practices] @ price
    saved = most_saved(problem, worth)
    return Cuts(csr_array(np.append(saved / unit, 1.0)[None, :]), np.array([floor / unit]))


def assign(problem: CapacitatedProblem, sites: Sites) -> Assignment:
    """The best assignment when some candidates open."""
    return AssignmentOracle(assign_practices(problem), len(sites), 1.0).assigned(dict.fromkeys(sites, 1.0))


def solve_capacitated(
    problem: CapacitatedProblem, add: int, budget: Budget, alternatives: int = 0, base: Assignment | None = None
) -> Answer:
    """Choose `add` candidates so that residents times cost is least, nobody being assigned beyond a closing limit.

    Parameters
    ----------
    base : the best assignment without candidates, where it is known

    Raises
    ------
    QuestionError : fewer candidates than sites asked for
    """
    check_number(add, problem.candidates)
    watch = Watch(budget)
    base = base or assign_practices(problem)
    unit = max(base.value, 1.0) / UNITS
    amounts = Amounts(np.array([unit]), np.zeros(1), np.array([base.value / unit]))
    model = Model(np.zeros(problem.candidates), amounts, add, add, choice_rows(problem))
    oracle = AssignmentOracle(base, add, unit)
    relaxation = Relaxation(model)
    search = Search(model, oracle, watch, Pool(), least=oracle.least)
    _begin(search, oracle, relaxation)
    bound = search_tree(search, relaxation)
    return _answer(search, oracle, relaxation, bound, alternatives)


def _begin(search: Search, oracle: AssignmentOracle, relaxation: Relaxation) -> None:
    """A first choice: site after site the one that seems to save most; then each in turn is exchanged so.

    Beside it the last candidates, among whom those who may move stay: a choice that is always allowed.
    """
    problem = oracle.base.problem
    sites: Sites = ()

    def best_beside(chosen: Sites) -> Sites:
        row = price_row(oracle.assigned(dict.fromkeys(chosen, 1.0)), oracle.unit)
        relaxation.add(row)
        order = np.argsort(-row.matrix.toarray()[0, :-1], kind="stable")
        more = 1 if search.watch.still() else None
        return completed(problem, order.tolist(), oracle.add, chosen, more)

    for _ in range(oracle.add):
        sites = best_beside(sites)
    search.offer(sites)
    search.offer(completed(problem, range(problem.candidates - 1, -1, -1), oracle.add))
    for site in [site for _ in range(EXCHANGES) for site in sites]:
        if not search.watch.goes_on(search.pool.value, search.outer):
            break
        now = search.pool.placements[0].sites
        if site in now:
            search.offer(best_beside(tuple(one for one in now if one != site)))


def _answer(
    search: Search, oracle: AssignmentOracle, relaxation: Relaxation, bound: float, alternatives: int
) -> Answer:
    """The best of all choices met, and the others near it."""
    watch, found = search.watch, search.pool.placements[0]
    wide = Pool(alternatives + 1, NEAR_BEST)
    for sites, value in oracle.known.items():
        if np.isfinite(value):
            wide.offer(sites, value)
    ranked = False
    if alternatives and watch.still():
        second = Search(search.model, oracle, watch, wide, least=oracle.least)
        search_tree(second, relaxation)
        ranked = second.ended
    best, *others = wide.placements
    value = min(best.value, found.value)
    return Answer(best, watch.proof(value, min(bound, value)), tuple(others[:alternatives]), ranked=ranked)
