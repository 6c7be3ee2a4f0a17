"""`make bench`: the engine beside other libraries in one run, written to docs/benchmarks.md.

Everything is CPU time of the whole process, JIT warm, medians of five. Ratios are to be read, not seconds.
"""

import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import cases
import numpy as np
import osrm_apart
import psutil
import pytest
from clock import RUNS, cpu, once
from page import ROOT
from rivals import RIVALS

from app.access.compute import find
from app.access.costs import whole_costs
from app.access.engine import ScipyEngine
from app.access.ports import ports_of
from app.access.sweep.contraction import contract
from app.access.sweep.customization import customize
from app.access.sweep.engine import SweepEngine
from app.access.sweep.executor import Threads
from app.access.sweep.phast import LANES, climb, sweep
from app.access.travel import measure, measure_again
from geodata.network.profile_cards import profile_names, read_profile
from geodata.network.snap import nearest_by_tree, snap

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]

EVERYWHERE, QUARTER = 109.0, 15.0
MILLION = 1_000_000
GIGABYTE = 1e9


@pytest.fixture(scope="module")
def facts():
    return cases.sample_facts()


@pytest.fixture(scope="module")
def copenhagen(realdata):
    return cases.copenhagen(realdata)


@pytest.fixture(scope="module")
def region(facts):
    return cases.region(facts)


def compare(case):
    """Rows of (library, preparation s, all ms, 15 min ms) per practice; ours last."""
    rows = []
    for name, (make, at_once) in RIVALS.items():
        seconds, ask = make(case)
        some = case.sources[:: max(1, len(case.sources) // at_once)][:at_once]
        per = 1000 / len(some) / getattr(ask, "share", 1.0)
        bounded = ask(some[:1], QUARTER) is not None
        runs = 1 if name.startswith("networkx") else RUNS
        rows.append(
            (
                name,
                seconds,
                cpu(lambda: ask(some, None), runs) * per,
                cpu(lambda: ask(some, QUARTER), runs) * per if bounded else None,
            )
        )
    oracle, ours = ScipyEngine(), SweepEngine(executor=Threads(1))
    part = replace(
        case.trips,
        destinations=type(case.trips.destinations)(*(a[:32] for a in vars(case.trips.destinations).values())),
    )
    per = 1000 / 32
    rows.append(
        (
            "our scipy engine, to cells",
            0.0,
            cpu(lambda: oracle.within(part, EVERYWHERE), 3) * per,
            cpu(lambda: oracle.within(case.trips, QUARTER), 3) * 1000 / case.practices,
        )
    )
    _, seconds = once(lambda: contract(case.graph))
    rows.append(
        (
            "our sweep, to nodes",
            seconds,
            *(cpu(to_nodes(case, cutoff)) * 1000 / LANES for cutoff in (EVERYWHERE, QUARTER)),
        )
    )
    per = 1000 / case.practices
    rows.append(
        (
            "**our sweep, to cells**",
            seconds,
            cpu(lambda: ours.within(case.trips, EVERYWHERE)) * per,
            cpu(lambda: ours.within(case.trips, QUARTER)) * per,
        )
    )
    return rows


def to_nodes(case, cutoff):
    """What other libraries are asked: costs from all nodes to `LANES` practices, here in tenths of a second."""
    hierarchy, arcs, limit = contract(case.graph), whole_costs(case.trips).arcs, round(cutoff * 600)
    metric = customize(hierarchy, arcs, np.uint16)
    cost, flags = np.empty((hierarchy.nodes, LANES), np.uint16), np.empty((2, hierarchy.nodes), np.bool_)
    start = np.sort(hierarchy.position[case.sources])[:LANES].astype(np.int64)

    def ask():
        cost[start] = np.iinfo(np.uint16).max
        cost[start, np.arange(LANES)] = 0
        climb(hierarchy.first, hierarchy.head, metric.down, start, cost, flags[0])
        sweep(hierarchy.first, hierarchy.head, hierarchy.size, metric.up, np.uint16(limit), cost, *flags)

    return ask


def table(case, rows):
    own = rows[-1]
    lines = [
        f"## {case.name[0].upper()}{case.name[1:]}",
        "",
        f"{case.graph.nodes:,} nodes, {case.graph.edges:,} edges, {case.practices:,} practices, {case.cells:,} cells. "
        "Milliseconds of CPU for each practice; *x* is how many times the sweep is faster.",
        "",
        "| library | preparation, s | all | x | 15 min | x |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, seconds, everything, bounded in rows:
        near = "- | -" if bounded is None else f"{bounded:.3f} | {bounded / own[3]:.1f}"
        lines.append(f"| {name} | {seconds:.1f} | {everything:.3f} | {everything / own[2]:.1f} | {near} |")
    return "\n".join([*lines, ""])


def ratio(rows, name, column):
    return next(row[column] for row in rows if row[0].startswith(name)) / rows[-1][column]


@pytest.mark.parametrize("name", ["copenhagen", "region"])
def test_one_to_all_and_a_quarter_of_an_hour_beside_other_libraries(name, request, page):
    case = request.getfixturevalue(name)
    rows = compare(case)
    page.append(table(case, rows))
    assert ratio(rows, "scipy", 2) >= 40
    assert ratio(rows, "scipy", 3) >= 10
    assert ratio(rows, "networkx", 2) >= 500


def test_the_whole_region_takes_less_than_a_second(region, page):
    engine = SweepEngine(executor=Threads(1))
    found = {cutoff: cpu(lambda cutoff=cutoff: engine.within(region.trips, cutoff)) for cutoff in (QUARTER, EVERYWHERE)}
    pairs = len(engine.within(region.trips, EVERYWHERE).cell)
    page.append(
        f"## The whole region\n\n{region.practices} practices x {region.cells:,} cells: "
        f"{found[QUARTER]:.2f} s of CPU within 15 minutes, {found[EVERYWHERE]:.2f} s without a cut-off that matters ({pairs:,} pairs).\n"
    )
    assert found[EVERYWHERE] < 1


def test_a_new_speed_profile_becomes_findings_within_two_seconds(facts, page):
    travel = measure(facts, cases.RULES)
    before, drive = find(facts, cases.RULES, travel=travel), facts.graphs["drive"]
    slower = iter(np.linspace(1.1, 1.6, 2 * RUNS))

    def refresh():
        graph = replace(drive, minutes=drive.minutes * next(slower))
        changed = replace(facts, graphs={**facts.graphs, "drive": graph})
        again = measure_again(travel, changed, cases.RULES, "drive")
        return find(changed, cases.RULES, travel=again, before=before)

    seconds = cpu(refresh)
    page.append(
        f"## A new speed profile\n\nNew minutes for every street by car, to refreshed findings of every cell and area: {seconds:.2f} s of CPU.\n"
    )
    assert seconds < 2


@pytest.mark.parametrize("name", [name for name in profile_names() if not read_profile(name).own])
def test_another_profile_becomes_findings_within_two_seconds(facts, page, name):
    """Junctions taken apart where turns take time; the hierarchy of that network is kept like any other."""
    travel = measure(facts, cases.RULES)
    before, profile = find(facts, cases.RULES, travel=travel), read_profile(name)
    graph = facts.graphs[profile.network]
    ports = ports_of(graph, profile)
    _, prepared = once(lambda: contract(graph if ports is None else ports))

    def refresh():
        return find(facts, cases.RULES, travel=measure_again(travel, facts, cases.RULES, name), before=before)

    seconds = cpu(refresh, 3)
    page.append(
        f"## The profile {name}\n\n{graph.nodes:,} nodes, {(graph if ports is None else ports).nodes:,} to search; contracted in {prepared:.1f} s of CPU, once. "
        f"To refreshed findings: {seconds:.2f} s of CPU.\n"
    )
    assert seconds < 2


def test_the_whole_region_with_turns_takes_little_more_than_without(region, page):
    profile, engine = read_profile("drive_quiet"), SweepEngine(executor=Threads(1))
    trips = replace(region.trips, cost=profile.minutes(region.graph), ports=ports_of(region.graph, profile))
    found = {cutoff: cpu(lambda cutoff=cutoff: engine.within(trips, cutoff), 3) for cutoff in (QUARTER, EVERYWHERE)}
    page.append(
        f"## The whole region with turns\n\n{region.practices} practices x {region.cells:,} cells, `drive_quiet`, {trips.network.nodes:,} ports: "
        f"{found[QUARTER]:.2f} s of CPU within 15 minutes, {found[EVERYWHERE]:.2f} s without a cut-off that matters.\n"
    )
    plain = cpu(lambda: engine.within(region.trips, EVERYWHERE), 3)
    assert found[QUARTER] < 1
    assert found[EVERYWHERE] < 3 * plain


def test_a_million_places_are_snapped_within_two_seconds(copenhagen, page):
    graph, rng = copenhagen.graph, np.random.default_rng(4)
    node = rng.integers(0, graph.nodes, MILLION)
    x, y = graph.x[node] + rng.normal(0, 60, MILLION), graph.y[node] + rng.normal(0, 60, MILLION)
    seconds = cpu(lambda: snap(graph, x, y, 500.0))
    some = slice(0, MILLION // 10)
    tree = cpu(lambda: nearest_by_tree(graph, x[some], y[some]), 1) * 10
    page.append(
        f"## Snapping\n\nA million places to the edges of inner Copenhagen: {seconds:.2f} s of CPU, {tree / seconds:.0f} times faster than "
        "shapely's tree, and equal to it.\n"
    )
    assert seconds <= 2


CHILD = """
import sys, json
from time import process_time, perf_counter
begin = process_time()
import numpy as np
from pathlib import Path
from app.access.sweep.engine import SweepEngine
from app.access.sweep.executor import Threads
from app.access.trips import Trips, Ends
from geodata.network.graph import make_graph
imported = process_time() - begin
held = np.load(sys.argv[1], allow_pickle=True)["trips"].item()
engine = SweepEngine(Path(sys.argv[2]), Threads(1))
begin = process_time(); engine.within(held, 15.0); first = process_time() - begin
begin = process_time(); engine.within(held, 15.0); second = process_time() - begin
print(json.dumps([imported, first, second]))
"""


def cold(folder, trips, jit):
    """CPU seconds of a new process: to import, for the first question, for the second."""
    path = folder / "trips.npz"
    np.savez(path, trips=np.array(trips, dtype=object))
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder / jit), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", CHILD, str(path), str(folder)]
    return json.loads(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)


def test_a_cold_start_is_counted(region, page, tmp_path):
    first = cold(tmp_path, region.trips, "jit")
    again = cold(tmp_path, region.trips, "jit")
    page.append(
        "## Cold start\n\nA new process, the sample region, 15 minutes; seconds of CPU.\n\n| | import | first question | second |\n| --- | --- | --- | --- |\n"
        f"| nothing kept: compile, order, contract | {first[0]:.1f} | {first[1]:.1f} | {first[2]:.2f} |\n"
        f"| kernels and hierarchy on disk | {again[0]:.1f} | {again[1]:.1f} | {again[2]:.2f} |\n"
    )
    assert again[1] < first[1]


def test_the_largest_question_stays_below_a_gigabyte(region, page):
    process, engine = psutil.Process(), SweepEngine(executor=Threads(1))
    engine.within(region.trips, QUARTER)
    before, peak, done = process.memory_info().rss, [0], threading.Event()

    def watch():
        while not done.wait(0.005):
            peak[0] = max(peak[0], process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    matrix = engine.within(region.trips, EVERYWHERE)
    done.set()
    watcher.join()
    used, kept = peak[0] - before, matrix.cell.nbytes + matrix.value.nbytes
    page.append(
        f"## Memory\n\nThe whole region without a cut-off that matters: {used / 1e6:.0f} MB at most above what was there, of which the answer is {kept / 1e6:.0f} MB.\n"
    )
    assert used < GIGABYTE


def osrm_python():
    """A Python with osrm-bindings (they need 3.12): LAEGEVALG_OSRM_PYTHON, or what `make bench` made."""
    named = os.environ.get("LAEGEVALG_OSRM_PYTHON", str(ROOT / ".venv-osrm" / "bin" / "python"))
    if not Path(named).is_file():
        pytest.skip(f"no Python with OSRM at {named}")
    return named


def test_osrms_table_of_bornholm_and_why_its_minutes_are_others(realdata, page, tmp_path):
    """The same places for both. OSRM's car is slower than ours in free flow: every difference is taken out in turn."""
    found = osrm_apart.decompose(osrm_python(), realdata / "network" / "bornholm.osm.pbf", tmp_path)
    ours, theirs = found.ours, found.stock
    engine = SweepEngine(executor=Threads(1))
    seconds = cpu(lambda: engine.within(ours, EVERYWHERE))
    pairs = len(ours.origins.edge) * len(ours.destinations.edge)
    classes = ", ".join(f"{name} {kmh:.0f}" for name, kmh in sorted(found.untagged_kmh.items()))
    lines = [
        "## OSRM",
        "",
        f"Bornholm, 32 places x 5,000, OSRM's table service in Python 3.12 by contraction hierarchies: preparation {theirs['prepared']:.1f} s of CPU, "
        f"{theirs['table'] / pairs * 1e6:.2f} microseconds a pair; ours {seconds / pairs * 1e6:.3f}, {theirs['table'] / seconds:.0f} times faster.",
        "",
        "How many times longer a trip of over five minutes takes, the median and the middle half; one difference after the other taken out. "
        f"{found.untagged_share:.0%} of the metres have no tagged speed (ours there, km/h: {classes}). "
        f"OSRM moves half the places by less than {np.median(found.moved_m):.1f} m, none by more than {found.moved_m.max():.1f} m.",
        "",
        "| | as long as | median | middle half |",
        "| --- | --- | --- | --- |",
        *(f"| {one} | {other} | {m:.3f} | {low:.3f}-{high:.3f} |" for one, other, (m, low, high) in found.rows),
        "",
    ]
    page.append("\n".join(lines))
    alike = {one: ratio for one, other, (ratio, _, _) in found.rows if other == "our free flow"}
    assert theirs["table"] > seconds
    assert 0.99 < alike["and our speeds where none is tagged"] < 1.01
    assert 0.9 < alike["OSRM as it comes"] < 1.6
