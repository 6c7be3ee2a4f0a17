"""The engine behind the seam: prepare a network once, customize it for a cost, sweep for every batch of places."""

from copy import copy
from pathlib import Path
from typing import Any

import numpy as np

from app.access.costs import STEPS, whole_arcs, whole_limit
from app.access.matrix import Floats, Ints, Matrix
from app.access.ports import Network
from app.access.sweep import two_nearest as two
from app.access.sweep.contraction import Hierarchy
from app.access.sweep.customization import Metric, customize, width_for
from app.access.sweep.executor import Executor, Threads
from app.access.sweep.one import FEW, Asked, answer_one, ask, ask_all
from app.access.sweep.phast import LANES, TILE, emit
from app.access.sweep.prepared import Held, Recent, digest, network_key, prepare
from app.access.sweep.question import Origins, Question, Rows, make_origins, make_question
from app.access.sweep.shelf import default_folder
from app.access.trips import NOBODY, Nearest, Some, Trips

NETWORKS, METRICS = 8, 16
"""How many hierarchies and metrics are held in memory."""


class SweepEngine:
    """PHAST on a customizable contraction hierarchy; see `docs/method.md`.

    Parameters
    ----------
    folder : where hierarchies are kept between runs; None keeps them in memory only
    executor : who computes the batches, all cores of this process without; the answer is the same whoever does
    """

    def __init__(self, folder: Path | None = None, executor: Executor | None = None) -> None:
        self._folder, self._executor = folder, executor or Threads()
        self._hierarchies, self._metrics = Recent[Hierarchy](NETWORKS), Recent[Metric](METRICS)
        self._customized, self._origins = Held[tuple[Hierarchy, Metric]](), Held[Origins]()
        self._asked = Held[Asked]()

    def within(
        self, trips: Trips, cutoff: float, enough: Floats | None = None, boundless: Some | None = None
    ) -> Matrix:
        """See `Engine.within`; where a few places are asked for, what is more than enough is left out."""
        limit = whole_limit(cutoff, STEPS[trips.unit])
        question = self._question(trips, limit)
        covered = np.flatnonzero(trips.destinations.covered).astype(np.int32) if limit >= 0 else np.empty(0, np.int32)
        if len(covered) <= FEW:
            return _one_by_one(question, covered, trips, cutoff, self._ask(question, trips, enough, boundless))
        places = covered[np.argsort(question.reaching.u[covered], kind="stable")]
        batches = [places[i : i + LANES] for i in range(0, len(places), LANES)]
        return _assemble(question, batches, self._executor.answers(question, batches), trips, cutoff)

    def nearest(self, trips: Trips, member: Ints, group: Ints) -> Nearest:
        """See `Engine.nearest`; of groups equally near, the lowest."""
        question = self._question(trips, int(two.NOT_REACHED))
        hierarchy, metric = question.hierarchy, question.metric
        node_cost, node_group = _nothing(hierarchy.nodes)
        ends = question.reaching
        for node, at in ((ends.u, ends.at_u), (ends.v, ends.at_v)):
            two.seed(node[member], at[member], group, node_cost, node_group)
        two.climb_two(hierarchy.first, hierarchy.head, metric.down, node_cost, node_group)
        two.sweep_two(hierarchy.first, hierarchy.head, metric.up, node_cost, node_group)
        cost, found = _nothing(len(trips.origins.edge))
        ends = question.origins.ways
        if hierarchy.nodes:
            two.offer_by_ends(ends.u, ends.v, ends.at_u, ends.at_v, node_cost, node_group, cost, found)
        two.offer_along(member, group, question.along_first, question.along_origin, question.along, cost, found)
        return Nearest(np.where(cost >= two.NOT_REACHED, np.inf, cost / question.steps), found)

    def computed_by(self, executor: Executor) -> "SweepEngine":
        """The same engine, with what it holds, whose batches another executor computes."""
        other = copy(self)
        other._executor = executor
        return other

    def hold(self, graph: Network, hierarchy: Hierarchy) -> None:
        """Take a hierarchy made elsewhere, by `contract` of the same graph, instead of making it again."""
        self._hierarchies.get(network_key(graph), lambda: hierarchy)

    def _question(self, trips: Trips, limit: int) -> Question:
        """Everything an answer needs; what does not hang on the destinations is held while graph and origins live."""
        graph, cost, origins, width = trips.network, trips.cost, trips.origins, width_for(limit)
        hierarchy, metric = self._customized.get(
            (graph, cost), (trips.unit, width), lambda: self._customize(trips, width)
        )
        own = self._origins.get(
            (graph, cost, origins), (trips.unit, width), lambda: make_origins(trips, hierarchy, width)
        )
        return make_question(trips, hierarchy, metric, own, limit)

    def _ask(self, question: Question, trips: Trips, enough: Floats | None, boundless: Some | None) -> Asked:
        """How far is asked; what `enough` says is held while the arrays that say so live."""
        if enough is None:
            return ask(question, np.inf)
        made_from, also = (trips.network, trips.cost, trips.origins, enough), (trips.unit, question.limit)
        asked = self._asked.get(made_from, also, lambda: ask(question, enough))
        return asked if boundless is None else ask_all(question, asked, boundless)

    def _customize(self, trips: Trips, width: type[Any]) -> tuple[Hierarchy, Metric]:
        graph, arcs = trips.network, whole_arcs(trips)
        key = network_key(graph)
        hierarchy = self._hierarchies.get(key, lambda: prepare(graph, self._folder))
        question = digest(arcs.tail, arcs.head, arcs.cost, also=f"{key}{np.dtype(width)}")
        return hierarchy, self._metrics.get(question, lambda: customize(hierarchy, arcs, width))


def _nothing(places: int) -> tuple[two.Costs, Ints]:
    return np.full((places, 2), two.NOT_REACHED), np.full((places, 2), NOBODY, dtype=np.int32)


def _one_by_one(question: Question, places: Ints, trips: Trips, cutoff: float, asked: Asked) -> Matrix:
    """The matrix of a few places."""
    nothing = (np.empty(0, np.int32), np.empty(0, np.float32))
    rows = [nothing] * len(trips.destinations.edge)
    for place in places.tolist():
        rows[place] = answer_one(question, place, asked)
    start = np.concatenate([[0], np.cumsum([len(origin) for origin, _ in rows], dtype=np.int64)])
    cell, value = (np.concatenate([nothing[i], *(row[i] for row in rows)]) for i in (0, 1))
    return Matrix(start.astype(np.int64), cell, value, len(trips.origins.edge), trips.unit, float(cutoff))


def _assemble(question: Question, batches: list[Ints], found: list[Rows], trips: Trips, cutoff: float) -> Matrix:
    """Answers of batches as a matrix by destination; an answer is let go as soon as it is copied."""
    counts = np.zeros(len(trips.destinations.edge), dtype=np.int64)
    for places, rows in zip(batches, found, strict=True):
        counts[places] = rows.counts
    start = np.concatenate([[0], np.cumsum(counts)])
    block = np.empty((2, start[-1]), dtype=np.int32)  # one piece of memory, which the system hands out once
    cell, value = block[0], block[1].view(np.float32)
    while found:
        places, rows = batches[len(found) - 1], found.pop()
        limit, real = rows.cost.dtype.type(question.limit), np.result_type(rows.cost.dtype, np.float32)
        number, steps = np.empty(TILE, dtype=real), real.type(question.steps)
        emit(rows.origin, rows.cost, limit, steps, start[places], cell, value, number)
    return Matrix(start, cell, value, len(trips.origins.edge), trips.unit, float(cutoff))


def default_engine() -> SweepEngine:
    """The engine with hierarchies kept in the user's cache folder."""
    return SweepEngine(default_folder())
