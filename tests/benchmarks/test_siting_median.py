"""How near to proven the objectives of travel, places and equity come; written to docs/benchmarks-siting-median.md.

One test after another; each writes its section as soon as it is measured.
"""

import os
from pathlib import Path

import numpy as np
import pytest
from page import put
from siting_cases import BEYOND_ROW, all_new, all_new_within, beside_practices, random_graph, sample_with_places

from app.siting.answer import Budget
from app.siting.balancing import pose_worst_off
from app.siting.capacitated import assign, solve_capacitated
from app.siting.capacitated.assignment import assign_practices
from app.siting.center import covered_within, solve_center
from app.siting.equity import make_equity_problem, solve_worst_off
from app.siting.ground import make_ground
from app.siting.median import solve_median
from app.siting.question import parse_question
from app.siting.set_cover import solve_set_cover

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks-siting-median.md"
HEAD = """# Benchmarks of travel, places and equity

Written by `make bench`; do not edit. Seconds are of wall time on a shared machine, compiled beforehand, two threads at most.
*Bound* is the safe dual bound of `docs/method.md`; *optimal* stands only where nothing is between it and the value.
"""
SIZES = [
    (100, 5),
    (100, 10),
    (100, 10),
    (100, 20),
    (100, 33),
    (200, 5),
    (200, 10),
    (200, 20),
    (200, 40),
    (200, 67),
    (400, 5),
    (400, 40),
    (400, 133),
    (600, 5),
    (600, 60),
    (800, 5),
    (800, 80),
    (1000, 5),
    (1000, 50),
    (1000, 100),
]
"""Nodes and sites of the twenty random graphs."""
CELLS, CANDIDATES, PRACTICES, SITES = 100_000, 5_000, 630, 50
SECONDS = 120.0
WORST_OFF = (5, 10, 20)
"""Sites for the worst-off municipality."""
LONGEST = (10, 50)
"""Sites where nobody has a practice today and the longest way is to be short; of many, far from all is proven."""


def write(section):
    """Put a section in the place of the one with its heading, or at the end."""
    put(PAGE, HEAD, section, f"load average {os.getloadavg()[0]:.1f} at the end")


def row(name, answer, unit=1.0):
    """A line of a table."""
    proof = answer.proof
    figures = f"{proof.value / unit:,.2f} | {proof.bound / unit:,.2f} | {100 * proof.gap:.3f} %"
    return f"| {name} | {figures} | {proof.status} | {proof.seconds:.1f} |"


TABLE = "| question | value | bound | gap | status | s |\n| --- | --- | --- | --- | --- | --- |\n"


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    small = random_graph(60, 1)
    solve_center(small, 5, Budget(SECONDS))
    solve_median(small, 5, Budget(SECONDS), 1)


def test_random_graphs():
    lines = []
    for seed, (nodes, add) in enumerate(SIZES):
        case = random_graph(nodes, seed)
        median, center = solve_median(case, add, Budget(SECONDS)), solve_center(case, add, Budget(SECONDS))
        cover = solve_set_cover(covered_within(case, center.best.value), Budget(SECONDS))
        both = [
            f"{a.proof.value:,.0f} | {100 * a.proof.gap:.3f} % | {a.proof.seconds:.2f}" for a in (median, center, cover)
        ]
        lines.append(f"| {nodes} | {add} | {' | '.join(both)} |")
    head = [
        "nodes",
        "p",
        *(f"{what}{part}" for what in ("p-median", "p-center", "LSCP") for part in ("", ", gap", ", s")),
    ]
    write(
        "## Twenty random graphs\n\nMade as in Beasley (1985), weights 1. LSCP asks for the fewest sites within p-center's answer."
        f"\n\n| {' | '.join(head)} |\n|{' --- |' * len(head)}\n" + "\n".join(lines)
    )


def test_beside_practices():
    case = beside_practices(CELLS, CANDIDATES, PRACTICES)
    today = case.value(())
    median, center = solve_median(case, SITES, Budget(SECONDS)), solve_center(case, SITES, Budget(SECONDS))
    cover = solve_set_cover(covered_within(case, center.best.value), Budget(SECONDS))
    towns = (np.arange(CELLS) * 29) // CELLS
    worst = solve_worst_off(make_equity_problem(case, towns), SITES, Budget(SECONDS))
    saved = (median.proof.value - median.proof.bound) / (today - median.proof.value)
    rows = [
        row("p-median, million metres", median, 1e6),
        row("p-center, metres", center),
        row("LSCP, sites", cover),
        row("worst-off of 29 areas, mean metres", worst),
    ]
    write(
        f"## {CELLS:,} cells, {CANDIDATES:,} candidates, {PRACTICES} practices, 50 sites more\n\n{TABLE}"
        + "\n".join(rows)
        + f"\n\nOf p-median's value much is travel that no site changes; of what the sites save, {100 * saved:.2f} % is unproven.\n"
        "LSCP asks for the fewest sites within p-center's answer. The areas are made up, in no order on the map."
    )


def test_all_new():
    case = all_new(CELLS, CANDIDATES)
    median = solve_median(case, SITES, Budget(SECONDS))
    beyond = int(np.sum(case.travel(median.best.sites) >= case.today))
    write(
        f"## {CELLS:,} cells, {CANDIDATES:,} candidates, no practice today, 50 sites\n\n{BEYOND_ROW}\n"
        f"Cells so charged in p-median's answer: {beyond}.\n\n{TABLE}{row('p-median, million metres', median, 1e6)}"
    )


@pytest.mark.parametrize("sites", LONGEST)
def test_all_new_longest(sites):
    case = all_new_within(CELLS, CANDIDATES, sites)
    center = solve_center(case, sites, Budget(SECONDS))
    cover = solve_set_cover(covered_within(case, center.best.value), Budget(SECONDS))
    rows = [row("p-center, metres", center), row("LSCP, sites", cover)]
    write(
        f"## {CELLS:,} cells, {CANDIDATES:,} candidates, no practice today, {sites} sites: the longest way\n\n"
        f"Each cell sees all candidates within {case.today[0]:,.0f} m, the longest way that known sites leave: "
        f"{case.start[-1]:,} ways. LSCP asks for the fewest sites within p-center's value.\n\n{TABLE}" + "\n".join(rows)
    )


def test_worst_off(sample_study):
    rows = []
    for sites in WORST_OFF:
        question = parse_question({"objective": "worst_off", "add": sites})
        problem = pose_worst_off(make_ground(sample_study.baseline, question)).problem
        rows.append(row(f"{sites} sites, mean minutes", solve_worst_off(problem, sites, Budget(SECONDS))))
    write(
        f"## The sample region: the worst-off municipality, {problem.travel.candidates:,} candidates\n\n"
        f"{problem.travel.cells:,} cells in {len(problem.groups)} municipalities, by car.\n\n{TABLE}" + "\n".join(rows)
    )


def test_places(sample_study):
    case = sample_with_places(sample_study, 50)
    base = assign_practices(case)
    answer = solve_capacitated(case, 5, Budget(SECONDS))
    found = assign(case, answer.best.sites)
    over = float(np.max(found.load - found.places))
    saved = (answer.proof.value - answer.proof.bound) / (base.value - answer.proof.value)
    write(
        f"## Places up to the closing limits: the sample region, 50 candidates, 5 sites\n\n{len(case.demand):,} cells with "
        f"{case.demand.sum():,.0f} residents, {case.practices} groups of practices at the same addresses, "
        f"{case.capacity[: case.practices].sum():,.0f} places, {len(case.ways.site) + len(case.reach.cell):,} ways within the free choice distance. A resident "
        f"whom nobody can take counts ten times that distance.\n\n{TABLE}{row('million metres', answer, 1e6)}\n\n"
        f"Left over: {base.left_over:,.0f} residents before, {found.left_over:,.0f} after. Largest excess over a closing limit: "
        f"{max(over, 0.0):.0f}. Of what the sites save, {100 * saved:.2f} % is unproven."
    )
    assert over <= 1e-6
