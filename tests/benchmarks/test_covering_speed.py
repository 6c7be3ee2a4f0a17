"""How long a proven placement takes, beside plain HiGHS and spopt with CBC; written to docs/benchmarks-siting.md.

Nothing is asserted on time. What is asserted is what must hold anyway: the same optimum, bounds that hold.
"""

import os
import time
from pathlib import Path

import highspy
import numpy as np
import pytest
from cover_region import all_in_reach, in_reach, make_region
from page import put

from app.siting.answer import Budget, Status
from app.siting.covering.cells import reduce
from app.siting.covering.problem import CoverProblem
from app.siting.covering.solve import compile_all, solve_cover

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(7200)]
PAGE = Path(__file__).parents[2] / "docs" / "benchmarks-siting.md"
CELLS, SITES, SEED, ANOTHER = 100_000, 5_000, 7, 8
LIMITS = {
    1: {SEED: {10: 30.0, 30: 30.0, 100: 30.0}, ANOTHER: {10: 30.0, 30: 30.0, 100: 30.0}},
    2: {SEED: {10: 40.0, 30: 60.0, 100: 40.0}, ANOTHER: {10: 40.0, 30: 60.0}},
    3: {SEED: {10: 60.0, 30: 90.0, 100: 90.0}, ANOTHER: {10: 60.0, 30: 60.0}},
}
"""Seconds for each number of sites, by how many open practices there shall be, and region."""
RIVALLED = {(least, SEED, 10) for least in (2, 3)}
"""Questions that plain HiGHS is asked, too."""
RIVAL_SECONDS = 150.0
HEAD = """# Benchmarks of siting

Written by `make bench`; do not edit. One run each, kernels compiled beforehand. Seconds of the clock and of CPU, two threads at most; the
machine is shared, and its load before each table is told. *Gap* is bound over value, minus 1; the bound is the safe
dual bound of `docs/method.md`; *optimal* stands only where nothing is between them.
"""


class Sections:
    """The page: a section takes the place of the one with its heading as soon as it is measured."""

    def append(self, section):
        put(PAGE, HEAD, section, f"load average {os.getloadavg()[0]:.1f} at the end")


@pytest.fixture(scope="module")
def page():
    """The page, all being compiled."""
    compile_all()
    return Sections()


def timed(ask):
    """Answer, wall seconds and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = ask()
    return answer, time.perf_counter() - wall, time.process_time() - cpu


def question(region, least):
    """Cells that lack open practices."""
    short, need, start, site = in_reach(region, least)
    return CoverProblem(region.residents[short], need, start, site, len(region.sites))


def table(names, rows):
    """Markdown."""
    lines = ["| " + " | ".join(cells) + " |" for cells in [names, ["---"] * len(names), *rows]]
    return "\n".join(lines) + "\n"


def said(proof):
    return "**optimal**" if proof.status is Status.OPTIMAL else f"{proof.gap:.2%}"


def first_within(told, value, gap):
    """Seconds until the bound was within a share of the value that was found in the end."""
    return next((f"{seconds:.1f}" for seconds, bound in told if bound <= value * (1 + gap)), "-")


def our_row(problem, add, seconds):
    """Ours, with the listener's notes."""
    told, begun = [], time.perf_counter()

    def go_on(value, bound):
        told.append((time.perf_counter() - begun, bound))
        return True

    answer, wall, cpu = timed(lambda: solve_cover(problem, add, Budget(seconds, go_on)))
    assert answer.best.value == problem.value(answer.best.sites) <= answer.proof.bound
    within = first_within(told, answer.best.value, 0.01) if wall > 1 else f"{wall:.1f}"
    return answer, [said(answer.proof), f"{wall:.1f}", f"{cpu:.1f}", within]


def plain_highs(problem, add, seconds):
    """The model as a textbook has it, one variable for each different cell, given to HiGHS: value, bound, CPU seconds."""
    begun = time.process_time()
    cells = reduce(problem, add).cells
    n, m = len(cells), cells.sites
    rows, size = np.arange(n), np.diff(cells.start)
    index = np.insert(cells.site.astype(np.int32) + n, cells.start[:-1], rows)
    value = np.insert(-np.ones(len(cells.site)), cells.start[:-1], cells.need)
    solver = highspy.Highs()
    for name, choice in (("output_flag", False), ("threads", 1), ("time_limit", seconds)):
        solver.setOptionValue(name, choice)
    none = np.zeros(0, dtype=np.int32)
    cost = np.concatenate([cells.weight, np.zeros(m)])
    solver.addCols(n + m, cost, np.zeros(n + m), np.ones(n + m), 0, none, none, np.zeros(0))
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    kinds = np.full(n + m, highspy.HighsVarType.kInteger)
    solver.changeColsIntegrality(n + m, np.arange(n + m, dtype=np.int32), kinds)
    start = np.concatenate([[0], np.cumsum(size + 1)])
    solver.addRows(n, np.full(n, -np.inf), np.zeros(n), len(index), start[:-1].astype(np.int32), index, value)
    solver.addRow(0.0, float(add), m, np.arange(n, n + m, dtype=np.int32), np.ones(m))
    solver.run()
    info = solver.getInfo()
    return info.objective_function_value, info.mip_dual_bound, time.process_time() - begun


def rival_row(problem, add, best):
    value, bound, seconds = plain_highs(problem, add, RIVAL_SECONDS)
    assert bound >= best * (1 - 1e-6)
    gap = bound / value - 1 if value > 0 else np.inf
    return "optimal" if gap < 1e-4 else f"{gap:.1%}", f"{value / best - 1:+.2%}", f"{seconds:.0f}"


@pytest.mark.parametrize("least", [1, 2, 3])
def test_at_least_so_many_open_practices(page, least):
    """100,000 cells and 5,000 candidates, an invented region."""
    rows = []
    for seed, limits in LIMITS[least].items():
        problem = question(make_region(CELLS, SITES, seed), least)
        for add, seconds in limits.items():
            answer, row = our_row(problem, add, seconds)
            rival = rival_row(problem, add, answer.best.value) if (least, seed, add) in RIVALLED else ("", "", "")
            rows.append(
                [str(seed), f"{len(reduce(problem, add).cells):,}", str(add), f"{answer.best.value:,.0f}", *row, *rival]
            )
            print(least, rows[-1], flush=True)
    names = ["region", "different cells", "sites", "value", "gap", "wall s", "CPU s", "s to 1 %"]
    rivalled = any(least == asked for asked, _, _ in RIVALLED)
    names += ["plain HiGHS: gap", "its value", "its CPU s"] if rivalled else []
    rival = " Plain HiGHS 150 s by the clock." if rivalled else ""
    title = "MCLP: one open practice" if least == 1 else f"At least {least} open practices"
    limits = "; ".join(
        f"region {seed}: " + ", ".join(f"{add} sites {seconds:.0f} s" for add, seconds in limits.items())
        for seed, limits in LIMITS[least].items()
    )
    page.append(
        f"## {title}\n\n100,000 cells, 5,000 candidates; time limits: {limits}.{rival}\n\n{table(names, [row[: len(names)] for row in rows])}"
    )


def test_every_cell_counts(page):
    """MCLP as textbooks have it: all 100,000 cells, none is served yet."""
    rows = []
    for seed in (SEED, ANOTHER):
        problem = all_in_reach(make_region(CELLS, SITES, seed))
        for add in (10, 30, 100):
            answer, row = our_row(problem, add, 30.0)
            rows.append([str(seed), str(add), f"{answer.best.value:,.0f}", *row])
            print(rows[-1], flush=True)
    names = ["region", "sites", "value", "gap", "wall s", "CPU s", "s to 1 %"]
    page.append(f"## MCLP: all 100,000 cells, 5,000 candidates\n\n{table(names, rows)}")


def test_beside_spopt(page):
    """10,000 cells and 1,000 candidates: from a matrix of distances to the answer, model building counted."""
    from pulp import PULP_CBC_CMD
    from spopt.locate import MCLP

    region = make_region(10_000, 1_000, SEED)
    apart = np.hypot(*(region.xy[:, None] - region.sites[None]).transpose(2, 0, 1)) / region.limit[:, None]
    rows = []
    for add in (10, 30):

        def ours(add=add):
            cell, site = np.nonzero(apart <= 1.0)
            start = np.searchsorted(cell, np.arange(len(apart) + 1))
            one = np.ones(len(apart), dtype=np.int32)
            return solve_cover(CoverProblem(region.residents, one, start, site, apart.shape[1]), add, Budget(60.0))

        def theirs(add=add):
            model = MCLP.from_cost_matrix(apart, region.residents, 1.0, p_facilities=add)
            return model.solve(PULP_CBC_CMD(msg=False))

        answer, wall, _ = timed(ours)
        model, their_wall, _ = timed(theirs)
        their_value = model.problem.objective.value()
        assert Status.OPTIMAL == answer.proof.status
        assert their_value == pytest.approx(answer.best.value)
        rows.append(
            [str(add), f"{answer.best.value:,.0f}", f"{wall:.2f}", f"{their_wall:.1f}", f"{their_wall / wall:.0f}"]
        )
        print(rows[-1], flush=True)
    names = ["sites", "value, the same", "ours, s", "spopt with CBC, s", "times faster"]
    page.append(
        f"## Beside spopt\n\n10,000 cells, 1,000 candidates, every cell counts, from a matrix of distances.\n\n{table(names, rows)}"
    )
