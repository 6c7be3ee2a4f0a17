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
import psutil
import pytest
from clock import RUNS, cpu, once
from page import ROOT
from rivals import RIVALS

from app.access.compute import find
from app.access.costs import whole_costs
from app.access.engine import ScipyEngine
from app.access.sweep.contraction import contract
from app.access.sweep.customization import customize
from app.access.sweep.engine import SweepEngine
from app.access.sweep.executor import Threads
from app.access.sweep.phast import LANES, climb, sweep
from app.access.travel import measure, measure_again
from app.access.trips import make_trips
from geodata.crs import from_inside
from geodata.network.graph import main_components
from geodata.network.osm import read_osm
from geodata.network.snap import Snapped, nearest_by_tree, snap

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
        ("our sweep, to nodes", seconds, *(cpu(to_nodes(case, cutoff)) * per for cutoff in (EVERYWHERE, QUARTER)))
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
    """What other libraries are asked: costs from all nodes to 32 practices, here in tenths of a second."""
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
    nodes = next(row for row in rows if row[0] == "our sweep, to nodes")
    assert rows[0][2] / nodes[2] >= 40
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


def test_osrms_table_of_bornholm(realdata, page, tmp_path):
    """The same places for both; OSRM counts turns and signals, and its car is slower: times differ, and are compared."""
    extract = realdata / "network" / "bornholm.osm.pbf"
    graph = read_osm(extract, ["drive"])["drive"]
    graph = main_components(graph, np.zeros(graph.nodes, dtype=np.int32))
    node = np.random.default_rng(0).choice(graph.nodes, 32 + 5000, replace=False)
    places = tmp_path / "places.json"
    places.write_text(json.dumps(np.column_stack(from_inside(graph.x[node], graph.y[node])).tolist()))
    command = [
        osrm_python(),
        str(Path(__file__).with_name("osrm_table.py")),
        str(extract),
        str(tmp_path),
        str(places),
        "32",
    ]
    theirs = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    snapped = snap(graph, graph.x[node], graph.y[node], 500.0)
    ends = [Snapped(*(values[part] for values in vars(snapped).values())) for part in (slice(32, None), slice(32))]
    trips, engine = make_trips(graph, *ends, "min", 5.0), SweepEngine(executor=Threads(1))
    seconds, matrix = cpu(lambda: engine.within(trips, EVERYWHERE)), engine.within(trips, EVERYWHERE)
    ours = np.full((5000, 32), np.nan)
    for j in range(32):
        ours[matrix.row(j)[0], j] = matrix.row(j)[1]
    both = np.array(theirs["durations"], dtype=float) / 60
    apart = np.nanmedian((both / ours)[ours > 5])
    pairs = ours.size
    page.append(
        f"## OSRM\n\nBornholm, 32 places x 5,000, OSRM's table service in Python 3.12 by contraction hierarchies: preparation {theirs['prepared']:.1f} s of CPU, "
        f"{theirs['table'] / pairs * 1e6:.2f} microseconds a pair; ours {seconds / pairs * 1e6:.3f}, {theirs['table'] / seconds:.0f} times faster. "
        f"OSRM's median trip over five minutes takes {apart:.2f} times as long as ours; why was not analysed (it counts turns, and its speeds are its own).\n"
    )
    assert np.isfinite(ours).all()
    assert theirs["table"] > seconds
    assert 0.9 < apart < 1.6
