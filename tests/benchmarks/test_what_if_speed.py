"""How long a scenario takes: computed alone, asked by twenty clients at once, and the value of 5,000 places.

Written to docs/benchmarks.md. CPU time beside the clock, since machines are shared.
"""

import asyncio
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
import numpy as np
import psutil
import pytest
from page import ROOT

from app.siting.scenario import Capacity, Close, Intake, Move, Open, make_scenario
from geodata import crs

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
ROUNDS, CLIENTS, EACH, PLACES = 40, 20, 15, 5000
THINK_S = (0.25, 0.5)
"""Seconds between an answer and the next question of somebody who drags a practice."""


def random_points(study, count, seed):
    """Points in inhabited cells, more where more people live."""
    cells = study.facts.cells
    share = cells["residents"] / cells["residents"].sum()
    chosen = np.random.default_rng(seed).choice(len(cells), count, p=share)
    lon, lat = crs.from_inside(cells["x"].to_numpy()[chosen], cells["y"].to_numpy()[chosen])
    return list(zip(lon.tolist(), lat.tolist(), strict=True))


def random_closings(study, count, seed):
    numbers = study.facts.practices.query("intake == 'open'")["ydernummer"].to_numpy()
    return [Close(str(number)) for number in np.random.default_rng(seed).choice(numbers, count)]


def changes_of_every_kind(study, count, seed):
    """By word, changes at random."""
    points, closings = random_points(study, count, seed), random_closings(study, count, seed)
    return {
        "opening": [Open(*point) for point in points],
        "closing": closings,
        "move": [Move(each.ydernummer, *point) for each, point in zip(closings, points, strict=True)],
        "intake": [Intake(each.ydernummer, "closed") for each in closings],
        "capacity": [Capacity(each.ydernummer, 3.0) for each in closings],
    }


def timed(call, questions):
    """Milliseconds of CPU and by the clock, for each question."""
    found = []
    for question in questions:
        cpu, clock = time.process_time(), time.perf_counter()
        call(question)
        found.append((1e3 * (time.process_time() - cpu), 1e3 * (time.perf_counter() - clock)))
    return np.array(found)


def test_compute(sample_study, page):
    """One change of each kind, with all metrics and area figures."""
    begin = time.process_time()
    sample_study.ready_for_scenarios()
    lines = [
        "## What-if, computed",
        "",
        f"All metrics of {len(sample_study.facts.cells):,} cells and all area findings of the sample region after one change, exact; {ROUNDS} changes of each kind at random. "
        f"Holding the study ready takes {time.process_time() - begin:.1f} s of CPU, once.",
        "",
        "| change | median, ms of CPU | p95 | median, ms by the clock |",
        "| --- | --- | --- | --- |",
    ]
    for what, changes in changes_of_every_kind(sample_study, ROUNDS, 1).items():
        ms = timed(sample_study.what_if, [make_scenario([change]) for change in changes])
        cpu, clock = np.median(ms, axis=0)
        lines.append(f"| {what} | {cpu:.1f} | {np.percentile(ms[:, 0], 95):.1f} | {clock:.1f} |")
    page.append("\n".join(lines))


def test_value_map(sample_study, page):
    """Residents lifted by a practice at each of many places."""
    ms = timed(sample_study.value_map, [random_points(sample_study, PLACES, 2)])
    page.append(
        f"## A map of values\n\nResidents lifted by a practice at each of {PLACES:,} places: {ms[0, 0] / 1e3:.1f} s of CPU, {ms[0, 1] / 1e3:.1f} s by the clock."
    )
    assert ms[0, 0] < 5000


def test_twenty_clients_at_once(sample_study, sample_store, page):
    """The service as `make serve` starts it, and the load from another process of the same machine."""
    rows = []
    with service(sample_store) as (url, process):
        for what, think in (("alone", None), ("dragging", THINK_S), ("back to back", (0.0, 0.0))):
            clients = 1 if think is None else CLIENTS
            before, begin = cpu_of(process), time.perf_counter()
            waited = asyncio.run(load(url, sample_study, clients, think or (0.0, 0.0), hash(what) % 997))
            used, seconds = cpu_of(process) - before, time.perf_counter() - begin
            half, p95 = np.percentile(waited, [50, 95])
            rows.append(
                f"| {what} | {clients} | {half:.0f} | {p95:.0f} | {len(waited) / seconds:.0f} | {1e3 * used / len(waited):.1f} |"
            )
    page.append(
        "\n".join(
            [
                "## What-if, asked",
                "",
                "`POST /api/what-if` on the sample region, milliseconds from question to answer; the load runs on the same processors. No question is asked twice: half are "
                "openings, the others closings, moves and changes of capacity, all at random. *Dragging*: each client waits "
                f"{1e3 * THINK_S[0]:.0f} to {1e3 * THINK_S[1]:.0f} ms between an answer and its next question. *Back to back*: not at all, so that {CLIENTS} questions are always waiting "
                "and the median is their number through the rate.",
                "",
                "| load | clients | median, ms | p95, ms | answers a second | ms of the server's CPU an answer |",
                "| --- | --- | --- | --- | --- | --- |",
                *rows,
            ]
        )
    )


def cpu_of(process):
    used = process.cpu_times()
    return used.user + used.system


@contextmanager
def service(store):
    """The service on a free port, warm: its address and process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "LAEGEVALG_STORE": str(store), "PYTHONPATH": str(ROOT), "LAEGEVALG_LOG_LEVEL": "INFO"}
    log = ROOT / "build" / "bench-serve.log"
    command = [
        sys.executable,
        "-c",
        "from app.cli import main; main()",
        "serve",
        "--region",
        "sample",
        "--port",
        str(port),
    ]
    with log.open("w") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out, cwd=ROOT) as server:
        try:
            until(lambda: "everything ready" in log.read_text(), server)
            yield f"http://127.0.0.1:{port}", psutil.Process(server.pid)
        finally:
            server.terminate()


def until(ready, server, seconds=600):
    end = time.monotonic() + seconds
    while not ready():
        assert server.poll() is None, "the service did not start"
        assert time.monotonic() < end, "the service is not ready"
        time.sleep(0.5)


async def load(url, study, clients, think, seed):
    """Milliseconds until each answer."""
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=clients)) as http:

        async def client(number):
            rng, waited = np.random.default_rng([seed, number]), []
            kinds = changes_of_every_kind(study, EACH, int(rng.integers(10**6)))
            words = rng.choice(["opening", "closing", "move", "capacity"], EACH, p=[0.5, 0.2, 0.2, 0.1])
            await asyncio.sleep(rng.uniform(0, think[1]))
            for i, word in enumerate(words):
                body = make_scenario([kinds[str(word)][i]]).document()
                begin = time.perf_counter()
                (await http.post(f"{url}/api/what-if", json=body)).raise_for_status()
                waited.append(1e3 * (time.perf_counter() - begin))
                await asyncio.sleep(rng.uniform(*think))
            return waited

        return np.concatenate(await asyncio.gather(*(client(number) for number in range(clients))))
