"""The linear program that all inequalities are gathered in, and the bound that its multipliers prove.

Variables are x, how much of each site is chosen, and theta, how much weight of each fine group is lifted:

    max  sum theta_g    with  theta_g <= weight of the group,  sum x_j = N,  0 <= x <= 1,  all cuts, all branchings.

What the solver answers is not trusted: `safe_bound` computes from its multipliers, whatever they are, a number that no
placement exceeds.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from app.access.matrix import Flags, Floats, Ints
from app.siting.covering.ruling import most_worth
from app.siting.watch import Watch

MULTIPLIER = 1e-9
"""Multipliers below this are taken for zero, which is as safe."""
CHUNK = 400
"""Steps of the simplex method between two looks at the watch."""
TRIED = 300
"""Steps at most for a branching that is tried; what costs is to begin, not to go on."""
LEAST_TIME = 0.01
"""Seconds that an answer may always take."""
CROWDED = 0.7
"""Closed sites are taken out of the program when fewer than this share of its sites is open."""
CLUTTER = 0.3
"""Share of the rows that must be idle before any are dropped."""
ROUNDING = 1e-10
"""What the sums of a bound can be off by, relative to the whole weight."""


Range = tuple[int, int]
Branching = tuple[tuple[Ints, Range], ...]
"""How few and how many of some sites a placement may hold, for several sets of sites."""


@dataclass(frozen=True)
class Cut:
    """Lifted weight of the groups `first` to `last` (exclusive) <= constant + gradient @ x[site]."""

    first: int
    last: int
    constant: float
    site: Ints
    gradient: Floats


@dataclass(frozen=True)
class Relaxed:
    """An answer of the program.

    Parameters
    ----------
    x : (sites,) how much of each site is chosen
    theta : (groups,)
    bound : safe upper bound on every placement that the branchings allow
    constant : the part of it that is the same for all placements
    worth : (sites,) what a site adds to the bound's sum: gradients weighted by multipliers
    """

    x: Floats
    theta: Floats
    bound: float
    constant: float
    worth: Floats


class Table(NamedTuple):
    """All rows of the program as arrays; rows that are not cuts are empty.

    Parameters
    ----------
    is_cut, constant : (rows,)
    gradient : (rows, sites)
    groups : (rows, groups) 1 where a cut is about a group
    """

    is_cut: Flags
    constant: Floats
    gradient: csr_array
    groups: csr_array

    def joined(self, more: "Table") -> "Table":
        """These rows, then others."""
        return Table(
            np.concatenate([self.is_cut, more.is_cut]),
            np.concatenate([self.constant, more.constant]),
            csr_array(vstack([self.gradient, more.gradient], format="csr")),
            csr_array(vstack([self.groups, more.groups], format="csr")),
        )

    def only(self, rows: NDArray[np.integer]) -> "Table":
        """Some of the rows."""
        return Table(self.is_cut[rows], self.constant[rows], self.gradient[rows], self.groups[rows])


class Master:
    """The program, kept warm: cuts are added, sites closed, branchings set."""

    def __init__(self, group_weight: Floats, sites: int, wanted: int, watch: Watch) -> None:
        """No cuts yet: the bound is the whole weight. A long answer is broken off when the watch says so."""
        self._watch = watch
        self.group_weight, self.sites, self.wanted = group_weight, sites, wanted
        self.open: Flags = np.ones(sites, dtype=bool)
        self.must: Flags = np.zeros(sites, dtype=bool)
        self.steps = 0
        self.here = self.open
        self._bounds = (np.zeros(sites), np.ones(sites))
        self._held = np.arange(sites, dtype=np.int32)
        self._column = self._held.copy()
        self._rows: list[Cut | Ints] = [np.arange(sites, dtype=np.int32)]
        self._regions: dict[bytes, int] = {}
        self._branched: dict[int, Range] = {0: (wanted, wanted)}
        self._idle: Ints = np.zeros(1, dtype=np.int32)
        self._own: Flags = np.zeros(1, dtype=bool)
        self._table = self._tabulated(self._rows)
        self._solver = _solver()
        self._columns()

    def _columns(self) -> None:
        """Columns of x, then theta, and the row that counts the sites."""
        groups, sites = len(self.group_weight), self.sites
        price = -2.0 * float(self.group_weight.sum()) - 1.0
        cost = np.concatenate([np.zeros(sites), np.ones(groups), [price, price]])
        upper = np.concatenate([np.ones(sites), self.group_weight, [highspy.kHighsInf] * 2])
        none = np.zeros(0, dtype=np.int32)
        self._solver.addCols(len(cost), cost, np.zeros(len(cost)), upper, 0, none, none, np.zeros(0))
        self._solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        places = np.arange(sites, dtype=np.int32)
        self._solver.addRow(self.wanted, self.wanted, sites, places, np.ones(sites))

    def twin(self) -> "Master":
        """The same program once more, which goes its own way from here."""
        twin = copy(self)
        twin._rows, twin._regions, twin._branched = [*self._rows], {**self._regions}, {**self._branched}
        twin._solver = _solver()
        twin._solver.passModel(self._solver.getLp())
        twin._solver.setBasis(self._solver.getBasis())
        return twin

    def news(self) -> list[Cut]:
        """Cuts that count in the last answer and were not given before."""
        rows = np.flatnonzero(self._own & (self._idle == 0)).tolist()
        self._own = np.zeros(len(self._rows), dtype=bool)
        return [row for row in map(self._rows.__getitem__, rows) if isinstance(row, Cut)]

    def add(self, cuts: Sequence[Cut], own: bool = True) -> None:
        """Take inequalities in; those of one's own are told as news."""
        if not cuts:
            return
        kept = [self._column[c.site] >= 0 for c in cuts]
        thetas = [len(self._held) + np.arange(c.first, c.last) for c in cuts]
        index = [np.concatenate([self._column[c.site[k]], t]) for c, k, t in zip(cuts, kept, thetas, strict=True)]
        value = [np.concatenate([-c.gradient[k], np.ones(len(t))]) for c, k, t in zip(cuts, kept, thetas, strict=True)]
        starts = np.cumsum([0, *map(len, index[:-1])]).astype(np.int32)
        flat = np.concatenate(index).astype(np.int32)
        upper = np.array([c.constant for c in cuts])
        lower = np.full(len(cuts), -highspy.kHighsInf)
        self._solver.addRows(len(cuts), lower, upper, len(flat), starts, flat, np.concatenate(value))
        self._take_in(cuts, own)

    def _take_in(self, rows: Sequence[Cut | Ints], own: bool = False) -> None:
        """Remember what the new rows of the program are."""
        self._rows += rows
        self._table = self._table.joined(self._tabulated(rows))
        self._idle = np.append(self._idle, np.zeros(len(rows), dtype=np.int32))
        self._own = np.append(self._own, np.full(len(rows), own))

    def _tabulated(self, rows: Sequence[Cut | Ints]) -> Table:
        return tabulate(rows, self.sites, len(self.group_weight))

    def allow(self, may: Flags, must: Flags) -> None:
        """From now on only these sites may be chosen, and these must."""
        self.open, self.must = may, must
        self._bound_columns(may)
        if may.sum() < CROWDED * len(self._held):
            self._drop_columns()

    def _drop_columns(self) -> None:
        """Take closed sites out of the program, and keep the basis."""
        basis = self._solver.getBasis()
        gone = np.flatnonzero(~self.open[self._held]).astype(np.int32)
        kept = np.delete(np.arange(self._solver.getNumCol()), gone)
        self._solver.deleteCols(len(gone), gone)
        self._held = np.flatnonzero(self.open).astype(np.int32)
        self._column = np.full(self.sites, -1, dtype=np.int32)
        self._column[self._held] = np.arange(len(self._held), dtype=np.int32)
        if basis.valid:
            status = basis.col_status
            basis.col_status = [status[c] for c in kept.tolist()]
            self._solver.setBasis(basis)

    def branch(self, branching: Branching, may: Flags) -> None:
        """Let only placements through that hold to a branching, of sites that may be; earlier ones are forgotten."""
        wanted = {self._region(sites): allowed for sites, allowed in branching}
        for row in [*self._branched]:
            if row and row not in wanted:
                self._solver.changeRowBounds(row, -highspy.kHighsInf, highspy.kHighsInf)
                del self._branched[row]
        for row, (fewest, most) in wanted.items():
            self._solver.changeRowBounds(row, fewest, most)
            self._branched[row] = (fewest, most)
        self._bound_columns(self.open & may)

    def prepare(self, regions: Sequence[Ints]) -> highspy.HighsBasis:
        """Make rows for branchings that will be tried; gives where the last answer ended, to start each try from."""
        for sites in regions:
            self._region(sites)
        return self._solver.getBasis()

    def try_out(self, branching: Branching, may: Flags, basis: highspy.HighsBasis) -> Relaxed:
        """An answer with another branching, after some steps from where an earlier answer ended."""
        self.branch(branching, may)
        self._solver.setBasis(basis)
        self._solver.setOptionValue("simplex_iteration_limit", TRIED)
        self._run()
        return self._answered()[0]

    def _bound_columns(self, may: Flags) -> None:
        """Bring the program's bounds of x up to date."""
        self.here = may
        upper, lower = may.astype(float), self.must.astype(float)
        new = np.flatnonzero((upper != self._bounds[1]) | (lower != self._bounds[0])).astype(np.int32)
        new = new[self._column[new] >= 0]
        if len(new):
            self._solver.changeColsBounds(len(new), self._column[new], lower[new], np.maximum(lower, upper)[new])
        self._bounds = (lower, upper)

    def _region(self, sites: Ints) -> int:
        """Row that counts some sites; it may be missed at a price that no placement is worth.

        So there is an answer to every branching, and a bound that shows that nothing good is left.
        """
        key = sites.tobytes()
        if key not in self._regions:
            row = len(self._rows)
            columns = self._column[sites]
            missed = len(self._held) + len(self.group_weight) + np.arange(2, dtype=np.int32)
            columns = np.concatenate([columns[columns >= 0], missed])
            value = np.ones(len(columns))
            value[-1] = -1.0
            self._solver.addRow(-highspy.kHighsInf, highspy.kHighsInf, len(columns), columns, value)
            self._take_in([sites])
            self._regions[key] = row
        return self._regions[key]

    def solve(self) -> Relaxed:
        """The best fractional placement, and what is proven, as far as there is time."""
        self._solver.setOptionValue("simplex_iteration_limit", CHUNK)
        self._run()
        while self._status() == highspy.HighsModelStatus.kIterationLimit and not self._watch.over:
            self._run()
        now, dual = self._answered()
        self._idle = np.where(np.abs(dual) > MULTIPLIER, 0, self._idle + 1).astype(np.int32)
        return now

    def _run(self) -> None:
        """Some steps, as far as there is time."""
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + max(self._watch.left, LEAST_TIME))
        self._solver.run()
        self.steps += max(self._solver.getInfo().simplex_iteration_count, 0)

    def _status(self) -> highspy.HighsModelStatus:
        return self._solver.getModelStatus()

    def _answered(self) -> tuple[Relaxed, Floats]:
        """The answer, and the multipliers of the rows."""
        solution = self._solver.getSolution()
        values = np.array(solution.col_value) if solution.value_valid else np.zeros(self._solver.getNumCol())
        dual = np.array(solution.row_dual) if solution.dual_valid else np.zeros(len(self._rows))
        constant, worth = self._added_up(dual)
        held = len(self._held)
        x = np.zeros(self.sites)
        x[self._held] = np.clip(values[:held], 0.0, 1.0)
        theta = values[held : held + len(self.group_weight)]
        bound = constant + most_worth(worth, self.here, self.must, self.wanted)
        return Relaxed(x, theta, bound, constant, worth), dual

    def _added_up(self, dual: Floats) -> tuple[float, Floats]:
        """Cuts and branchings weighted by multipliers, whatever they are: what they prove of any placement.

        Added up with weights y >= 0, the cuts say

            sum theta_g  <=  sum y (constant + gradient x)  +  sum_g (1 - Y_g) theta_g,    Y_g the weights on group g.

        The last term is at most the group's weight x max(0, 1 - Y_g). Branchings join with their own multipliers. What
        is left is linear in x, and largest over the sites of most worth (`most_worth`).
        """
        table = self._table
        y = np.where(table.is_cut & (dual > MULTIPLIER), dual, 0.0)
        worth = np.asarray(table.gradient.T @ y)
        open_weight = self.group_weight * np.maximum(0.0, 1.0 - table.groups.T @ y)
        constant = float(table.constant @ y + open_weight.sum() + ROUNDING * self.group_weight.sum())
        for row, (fewest, most) in self._branched.items():
            sites = self._rows[row]
            if row and not isinstance(sites, Cut):
                constant += float(dual[row]) * (most if dual[row] > 0 else fewest)
                worth[sites] -= dual[row]
        return constant, worth

    def purge(self, patience: int) -> tuple[Table, list[Cut]]:
        """Drop cuts that neither bound nor counted in as many answers as that, and keep the basis; what was dropped."""
        rows = self._idle_rows(patience)
        gone = self._table.only(rows[self._table.is_cut[rows]])
        cuts = [row for row in map(self._rows.__getitem__, rows.tolist()) if isinstance(row, Cut)]
        if len(rows):
            basis = self._solver.getBasis()
            self._solver.deleteRows(len(rows), rows.astype(np.int32))
            kept = np.delete(np.arange(len(self._rows)), rows)
            status = basis.row_status
            basis.row_status = [status[r] for r in kept.tolist()]
            self._rename(kept)
            self._solver.setBasis(basis)
        return gone, cuts

    def _idle_rows(self, patience: int) -> NDArray[np.integer]:
        """Rows that can be dropped, none where they are few; rows of branchings that hold no more are among them."""
        idle = np.where(self._table.is_cut, self._idle >= patience, True)
        idle[[*self._branched]] = False
        basis = self._solver.getBasis()
        if idle.sum() < CLUTTER * len(self._rows) or not basis.valid:
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(idle & (np.array(basis.row_status) == highspy.HighsBasisStatus.kBasic))

    def _rename(self, kept: NDArray[np.integer]) -> None:
        """Rows have new numbers after some were dropped."""
        number = {old: new for new, old in enumerate(kept.tolist())}
        self._rows = [self._rows[r] for r in kept.tolist()]
        self._table = self._table.only(kept)
        self._idle, self._own = self._idle[kept], self._own[kept]
        self._regions = {key: number[row] for key, row in self._regions.items() if row in number}
        self._branched = {number[row]: allowed for row, allowed in self._branched.items()}


def tabulate(rows: Sequence[Cut | Ints], sites: int, groups: int) -> Table:
    """Rows of the program as arrays."""
    empty = Cut(0, 0, 0.0, np.zeros(0, dtype=np.int32), np.zeros(0))
    is_cut = np.array([isinstance(row, Cut) for row in rows])
    cuts = [row if isinstance(row, Cut) else empty for row in rows]
    start = np.cumsum([0, *(len(cut.site) for cut in cuts)])
    site, gradient = np.concatenate([cut.site for cut in cuts]), np.concatenate([cut.gradient for cut in cuts])
    group = np.concatenate([np.arange(cut.first, cut.last) for cut in cuts])
    group_start = np.cumsum([0, *(cut.last - cut.first for cut in cuts)])
    return Table(
        is_cut,
        np.array([cut.constant for cut in cuts]),
        csr_array((gradient, site, start), shape=(len(cuts), sites)),
        csr_array((np.ones(len(group)), group, group_start), shape=(len(cuts), groups)),
    )


def _solver() -> highspy.Highs:
    """A quiet simplex solver that does the same every time."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    options: dict[str, str | int | bool] = {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": 0,
        "presolve": "off",
    }
    for name, value in {**options, "solver": "simplex"}.items():
        solver.setOptionValue(name, value)
    return solver
