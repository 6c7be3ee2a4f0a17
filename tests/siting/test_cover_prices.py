"""Prices of cells prove bounds that hold, come down to the linear program, and shakes lose nothing they have found."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog
from siting.covering_cases import all_values, make_problem, random_problem

from app.siting.answer import Budget, Status
from app.siting.covering import tree
from app.siting.covering.cells import reduce
from app.siting.covering.exchange import Placing
from app.siting.covering.groups import make_levels
from app.siting.covering.prices import Prices
from app.siting.covering.pricing import price_cuts
from app.siting.covering.shaking import Shaker
from app.siting.covering.solve import solve_cover


def single(seed, **size):
    """A random question in which every cell lacks one practice."""
    problem = random_problem(seed, **size)
    return replace(problem, need=np.ones(problem.cells, dtype=np.int32))


def relaxed_value(cells, wanted):
    """The linear program of maximal covering, by scipy."""
    n, m = len(cells), cells.sites
    near = np.zeros((n, m))
    near[np.repeat(np.arange(n), np.diff(cells.start)), cells.site] = 1
    found = linprog(
        np.r_[np.zeros(m), -cells.weight],
        A_ub=np.hstack([-near, np.eye(n)]),
        b_ub=np.zeros(n),
        A_eq=np.r_[np.ones(m), np.zeros(n)][None],
        b_eq=[wanted],
        bounds=(0, 1),
    )
    return -found.fun


@pytest.mark.parametrize("seed", range(60))
def test_prices_prove_a_bound_at_every_step_and_end_at_the_linear_program(seed):
    problem = single(seed)
    wanted = int(np.random.default_rng(seed).integers(1, problem.candidates))
    cells = reduce(problem, wanted).cells
    if not len(cells):
        return
    best, relaxed = all_values(problem, wanted)[0][1], relaxed_value(cells, wanted)
    prices = Prices(cells, wanted, np.arange(wanted), np.ones(cells.sites, dtype=bool))
    bounds = [prices.best.bound, *(prices.approach(25).bound for _ in range(120))]
    assert all(bound >= best for bound in bounds)
    assert bounds == sorted(bounds, reverse=True)
    assert relaxed == pytest.approx(bounds[-1], rel=1e-3)
    assert bounds[-1] >= relaxed * (1 - 1e-7)


@pytest.mark.parametrize("seed", range(30))
def test_cuts_made_of_prices_hold_at_every_placement(seed):
    problem = single(seed, most_sites=9, most_cells=60)
    reduced = reduce(problem, 1).cells
    if not len(reduced):
        return
    cells, levels = make_levels(reduced)
    prices = Prices(cells, 1, np.arange(1), np.ones(cells.sites, dtype=bool))
    price = prices.approach(int(np.random.default_rng(seed).integers(1, 80))).price
    placements = np.array(list(product([0.0, 1.0], repeat=cells.sites)))
    near = np.zeros((len(cells), cells.sites))
    near[np.repeat(np.arange(len(cells)), np.diff(cells.start)), cells.site] = 1
    lifted = (placements @ near.T >= 1) * cells.weight
    cuts = price_cuts(cells, price, levels.group)
    assert levels.fine == len(cuts)
    for cut in cuts:
        mine = (levels.group >= cut.first) & (levels.group < cut.last)
        assert (lifted[:, mine].sum(axis=1) <= cut.constant + placements[:, cut.site] @ cut.gradient + 1e-9).all()


@pytest.mark.parametrize("seed", range(30))
def test_prices_hold_when_sites_are_left_out(seed):
    problem = single(seed)
    cells = reduce(problem, 2).cells
    may = np.random.default_rng(seed).random(cells.sites) < 0.7
    may[:2] = True
    if not len(cells):
        return
    prices = Prices(cells, 2, np.arange(2), np.ones(cells.sites, dtype=bool))
    prices.approach(30)
    prices.only(may)
    shut = replace(problem, forbidden=tuple(np.flatnonzero(~may).tolist()))
    assert prices.approach(50).bound >= all_values(shut, 2)[0][1]


@pytest.mark.parametrize("seed", range(30))
def test_shaken_placements_only_get_better_and_are_what_they_say(seed):
    """Needs of all kinds; counts and gains kept along the way are those of a fresh count."""
    problem = random_problem(seed)
    wanted = min(4, problem.candidates)
    cells = reduce(problem, wanted).cells
    if not len(cells):
        return
    placing = Placing(cells, np.ones(cells.sites, dtype=bool))
    shaker = Shaker(placing, np.arange(wanted, dtype=np.int32), 60)
    values = [placing.value(shaker.best), *(placing.value(shaker.shake(20)) for _ in range(5))]
    assert values == sorted(values)
    assert values[-1] <= all_values(problem, wanted)[0][1] * (1 + 1e-9)
    assert wanted == len(set(shaker.best.tolist()))
    count, gain = placing.tally(shaker._sites, 0.0)
    assert count.tolist() == shaker._tally.held.tolist()
    assert gain == pytest.approx(shaker._tally.gain, abs=1e-6)


def test_a_question_that_goes_by_prices_has_the_same_answer(monkeypatch):
    """The way of large questions, taken by small ones; many towns with sites that overlap."""
    random = np.random.default_rng(5)
    place, home = random.random((60, 2)), random.random((900, 2))
    near = np.hypot(*(home[:, None] - place[None]).transpose(2, 0, 1)) < 0.12
    rows = [np.flatnonzero(row) for row in near]
    problem = make_problem(rows, random.integers(1, 30, 900), np.ones(900, dtype=int), 60)
    plain = solve_cover(problem, 12, Budget(120.0))
    monkeypatch.setattr(tree, "SLOW", 0)
    priced = solve_cover(problem, 12, Budget(120.0))
    assert Status.OPTIMAL == plain.proof.status == priced.proof.status
    assert plain.best == priced.best
