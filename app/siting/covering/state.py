"""What a search knows: cells and sites still open, the linear program, placements found, bounds proven."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from app.access.matrix import Flags, Ints
from app.siting.covering.cells import Cells, merge
from app.siting.covering.chains import ChainSeparator
from app.siting.covering.clock import Clock
from app.siting.covering.envelope import Separator
from app.siting.covering.exchange import Placing
from app.siting.covering.groups import Levels, make_levels
from app.siting.covering.master import Master, Relaxed
from app.siting.covering.pool import Pool
from app.siting.covering.ruling import rule_out

SHRINK = 0.03
"""Cells are gone through again when at least this share of the sites was ruled out."""


class State:
    """A search over one set of cells."""

    def __init__(self, cells: Cells, wanted: int, pool: Pool, clock: Clock) -> None:
        """Nothing is known yet but what the pool holds."""
        self.cells, self.levels = make_levels(cells)
        self.wanted, self.pool, self.clock = wanted, pool, clock
        weight = self.levels.sums(self.cells.weight)
        self.master = Master(weight, cells.sites, wanted, clock.over)
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
            self.clock.tell(self.pool.best, self.bound)

    def learn(self, now: Relaxed) -> None:
        """A bound was proven, without branching; the best is kept, and what it rules out."""
        if self.root is None or now.bound < self.root.bound:
            self.root = now
            self.bound = min(self.bound, now.bound)
            self.clock.tell(self.pool.best, self.bound)
        self.rule_out()

    def rule_out(self) -> None:
        """Close sites that no placement of interest holds, and demand those that all hold, after what the root says."""
        if self.root is None:
            return
        master, now = self.master, self.root
        self.allow(*rule_out(now.constant, now.worth, master.open, master.must, self.wanted, self.pool.needed))

    def allow(self, may: Flags, must: Flags) -> None:
        """Only these sites may be chosen, and these must; cells are gone through again where many were closed."""
        self.master.allow(may, must)
        if may.sum() < (1.0 - SHRINK) * self._shrunk:
            self._shrink()

    def _shrink(self) -> None:
        """Cells without the closed sites; old cuts stay true since groups stay what they were."""
        cells, rows = self.cells.only(self.master.open)
        cells, group = merge(cells, self.levels.group[rows])
        self.cells, self.levels = cells, Levels(group, self.levels.fine, self.levels.stretches)
        self._prepare()
