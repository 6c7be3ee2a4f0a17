"""Every inequality holds at every placement of every size, and is as tight as it says at the point it was made for."""

from itertools import product

import numpy as np
import pytest
from siting.covering_cases import random_problem

from app.siting.answer import Budget
from app.siting.covering.cells import reduce
from app.siting.covering.chains import ChainSeparator, give_greedily
from app.siting.covering.envelope import Separator
from app.siting.covering.groups import make_levels
from app.siting.covering.master import Cut, Master, tabulate
from app.siting.covering.ruling import most_worth
from app.siting.covering.shelf import Shelf
from app.siting.watch import Watch


def small(seed):
    """Cells of a small question, all placements as rows of 0 and 1, and the weight each lifts in each cell."""
    problem = random_problem(seed, most_sites=9, most_cells=40)
    cells = reduce(problem, problem.candidates).cells
    placements = np.array(list(product([0.0, 1.0], repeat=cells.sites)))
    near = np.zeros((len(cells), cells.sites))
    near[np.repeat(np.arange(len(cells)), np.diff(cells.start)), cells.site] = 1
    return cells, placements, (placements @ near.T >= cells.need) * cells.weight


def points(cells, random):
    """Fractional placements of all kinds: smeared, half, whole, and a little of everything."""
    yield random.random(cells.sites)
    yield np.full(cells.sites, 2.0 / cells.sites)
    yield random.integers(0, 3, cells.sites) / 2.0
    yield np.where(random.random(cells.sites) < 0.5, random.random(cells.sites), 0.0)
    yield random.integers(0, 2, cells.sites).astype(float)


def at(cut, x):
    return cut.constant + x[..., cut.site] @ cut.gradient


def place(cuts, wanted):
    """Which of some cuts a cut is."""
    return next(k for k, cut in enumerate(cuts) if cut is wanted)


def slow_share(x, need):
    """(E) of a cell by its definition: any sites may be left out, fewer than are needed."""
    ranked = np.sort(x)[::-1]
    return min([1.0, *(ranked[t:].sum() / (need - t) for t in range(min(need, len(x) + 1)))])


@pytest.mark.parametrize("seed", range(60))
def test_every_cut_holds_everywhere_and_is_tight_where_it_was_made(seed):
    cells, placements, lifted = small(seed)
    if not len(cells):
        return
    random = np.random.default_rng(seed)
    envelope, chain = Separator(cells), ChainSeparator(cells)
    for x in points(cells, random):
        lo = int(random.integers(0, len(cells)))
        hi = int(random.integers(lo + 1, len(cells) + 1))
        truth = lifted[:, lo:hi].sum(axis=1)
        shares = envelope.shares(x)[lo:hi].sum()
        first = envelope.cut((lo, hi), (0, 1), x)
        patterns = chain.patterns((lo, hi), x)
        pairs = chain.chains(patterns, x)
        mass = give_greedily(patterns, pairs)
        second = chain.cut((lo, hi), (0, 1), x, patterns, pairs, mass)
        assert shares == pytest.approx(at(first, x))
        assert shares - mass @ pairs.excess == pytest.approx(at(second, x), abs=1e-7)
        for cut in (first, second):
            assert (truth <= at(cut, placements) + 1e-7).all()


@pytest.mark.parametrize("seed", range(20))
def test_shares_are_those_of_the_definition(seed):
    cells, placements, lifted = small(seed)
    x = np.random.default_rng(seed).random(cells.sites)
    slow = [
        cells.weight[i] * slow_share(x[cells.site[cells.start[i] : cells.start[i + 1]]], cells.need[i])
        for i in range(len(cells))
    ]
    found = Separator(cells)
    assert slow == pytest.approx(found.shares(x).tolist())
    for k in range(0, len(placements), 37):
        assert lifted[k] == pytest.approx(found.shares(placements[k]))


@pytest.mark.parametrize("seed", range(30))
def test_the_bound_holds_for_any_multipliers(seed):
    """Random weights on random cuts and branchings: no placement of N sites within the branching is above the bound."""
    cells, placements, lifted = small(seed)
    if not len(cells):
        return
    random = np.random.default_rng(seed)
    values = lifted.sum(axis=1)
    cells, levels = make_levels(cells)
    wanted = int(random.integers(1, cells.sites + 1))
    master = Master(levels.sums(cells.weight), cells.sites, wanted, Watch(Budget(60.0), maximizing=True))
    bounds = levels.bounds(0)
    envelope = Separator(cells)
    for x in points(cells, random):
        g = int(random.integers(0, levels.fine))
        master.add([envelope.cut((bounds[g], bounds[g + 1]), (g, g + 1), x)])
    sites = np.flatnonzero(random.random(cells.sites) < 0.5).astype(np.int32)
    most = int(random.integers(0, wanted + 1))
    master.branch(((sites, (0, most)),), master.open)
    allowed = (placements.sum(axis=1) == wanted) & (placements[:, sites].sum(axis=1) <= most)
    best = values[allowed].max(initial=-np.inf)
    for scale in (0.0, 0.3, 1.0, 5.0):
        constant, worth = master._added_up(scale * random.normal(size=5 + 2))
        assert constant + most_worth(worth, master.open, master.must, wanted) >= best
    assert master.solve().bound >= best


@pytest.mark.parametrize("seed", range(10))
def test_cuts_on_the_shelf_come_back_once_where_an_answer_breaks_them(seed):
    """By the definition: lifted weight of the groups above constant and gradient, for every cut in turn."""
    random = np.random.default_rng(seed)
    sites, groups = 12, 5
    weight = random.integers(10, 90, groups).astype(float)
    cuts = []
    for _ in range(40):
        first, last = np.sort(random.choice(groups + 1, 2, replace=False)).tolist()
        near = np.flatnonzero(random.random(sites) < 0.5).astype(np.int32)
        cuts.append(Cut(first, last, float(random.integers(0, 40)), near, random.integers(1, 30, len(near)) / 1.0))
    shelf = Shelf(weight, [])
    shelf.put(tabulate(cuts[:25], sites, groups), cuts[:25])
    shelf.put(tabulate(cuts[25:], sites, groups), cuts[25:])
    x, theta = random.random(sites), weight * random.random(groups)
    broken = [k for k, cut in enumerate(cuts) if theta[cut.first : cut.last].sum() > at(cut, x) + 0.01]
    assert 0 < len(broken) < len(cuts)
    assert broken == [place(cuts, cut) for cut in shelf.take(x, theta)]
    assert [] == shelf.take(x, theta)
    rest = shelf.take(np.zeros(sites), 1e6 * np.ones(groups))
    assert sorted(set(range(len(cuts))) - set(broken)) == [place(cuts, cut) for cut in rest]
