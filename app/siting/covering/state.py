"""What a search knows: cells and sites still open, the linear program, placements found, bounds proven."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from app.access.matrix import Flags, Ints
from app.siting.covering.cells import Cells, merge
from app.siting.covering.chains import ChainSeparator
from app.siting.covering.envelope import Separator
from app.siting.covering.exchange import Placing
from app.siting.covering.groups import Levels, make_levels
from app.siting.covering.master import Cut, Master, Relaxed
from app.siting.covering.pool import Pool
from app.siting.covering.ruling import rule_out
from app.siting.covering.shelf import Shelf
from app.siting.watch import Watch

SHRINK = 0.03
"""Cells are gone through again when at least this share of the sites was ruled out."""


@dataclass(frozen=True)
class Desk:
    """Where one thing at a time is looked at: a program, its idle cuts, and which makers of cuts work for it."""

    master: Master
    shelf: Shelf
    hands: tuple[int, ...]


class State:
    """A search over one set of cells.

    Parameters
    ----------
    cells : what is to be lifted
    wanted : how many sites are chosen
    pool : placements found; others that are not worth more are not looked for
    watch : told of value and bound as they close in
    constant : added to both; None where nobody is to be told
    """

    def __init__(self, cells: Cells, wanted: int, pool: Pool, watch: Watch, constant: float | None = None) -> None:
        self.cells, self.levels = make_levels(cells)
        self.wanted, self.pool, self.watch, self._constant = wanted, pool, watch, constant
        weight = self.levels.sums(self.cells.weight)
        self.master = Master(weight, cells.sites, wanted, watch)
        self.desks = [Desk(self.master, Shelf(weight, []), (0, 1))]
        self.beside = ThreadPoolExecutor(2)
        self.random = np.random.default_rng(0)
        self.bound = float(weight.sum())
        self.root: Relaxed | None = None
        self._prepare()

    def _prepare(self) -> None:
        """Make anew what depends on the cells."""
        self._shrunk = int(self.master.open.sum())
        self.envelope = Separator(self.cells)
        self.chains = [ChainSeparator(self.cells) for _ in range(2)]
        self.placing = Placing(self.cells, self.master.open)
        self.stretches = [self.levels.bounds(level) for level in range(len(self.levels.stretches))]

    @property
    def closed(self) -> bool:
        """Whether nothing of interest can be left."""
        return self.bound < self.pool.needed

    def offer(self, sites: Ints) -> None:
        """A placement was found."""
        if len(sites) == self.wanted and self.pool.offer(self.placing.value(sites), sites):
            self.tell()

    def offer_all(self, placements: Iterable[Ints]) -> None:
        """Several were found."""
        for sites in placements:
            self.offer(sites)

    def tell(self) -> None:
        """Note what is known, for whoever asked."""
        if self._constant is not None:
            self.watch.note(self.pool.best + self._constant, max(self.bound, self.pool.best) + self._constant)

    def split(self) -> None:
        """From now on two things can be looked at side by side."""
        shelf = self.desks[0].shelf
        self.desks = [Desk(self.master, shelf, (0,)), Desk(self.master.twin(), shelf.copy(), (1,))]

    def set_aside(self, sites: Ints) -> None:
        """Let a placement not be found again: at most N - 1 of its sites from now on."""
        for desk in self.desks:
            desk.master.add([Cut(0, 0, len(sites) - 1.0, sites, -np.ones(len(sites)))], own=False)

    def exchange_news(self) -> None:
        """Let each program have the cuts that count in the others."""
        news = [desk.master.news() for desk in self.desks]
        for k, desk in enumerate(self.desks):
            desk.master.add([cut for n, cuts in enumerate(news) if n != k for cut in cuts], own=False)

    def learn(self, now: Relaxed) -> None:
        """A bound was proven, without branching; the best is kept, and what it rules out."""
        if self.root is None or now.bound < self.root.bound:
            self.root = now
            self.bound = min(self.bound, now.bound)
            self.tell()
        self.rule_out()

    def rule_out(self) -> None:
        """Close sites that no placement of interest holds, and demand those that all hold, after what the root says."""
        if self.root is None:
            return
        master, now = self.master, self.root
        self.allow(*rule_out(now.constant, now.worth, master.open, master.must, self.wanted, self.pool.needed))

    def allow(self, may: Flags, must: Flags) -> None:
        """Only these sites may be chosen, and these must; cells are gone through again where many were closed."""
        for desk in self.desks:
            desk.master.allow(may, must)
        if may.sum() < (1.0 - SHRINK) * self._shrunk:
            self._shrink()

    def _shrink(self) -> None:
        """Cells without the closed sites; old cuts stay true since groups stay what they were."""
        cells, rows = self.cells.only(self.master.open)
        cells, group = merge(cells, self.levels.group[rows])
        self.cells, self.levels = cells, Levels(group, self.levels.fine, self.levels.stretches)
        self._prepare()
