"""How fast tiles and pages of features are served where there are 250,000 cells; written to docs/benchmarks.md.

The load runs on the same processors. Nothing is asserted on time.
"""

import http.client
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest
from page import ROOT
from test_what_if_speed import until

from app.publish.tiles import HALF_WORLD
from geodata.crs import WEB_MERCATOR, from_inside

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
CELLS, ASKED, CLIENTS, PAGES = 250_000, 4_000, 8, 20


def test_tiles_and_pages(sample_store, sample_study, page, tmp_path):
    rows = []
    for how, prebuilt in (("encoded when asked for", "-"), ("PMTiles, prebuilt", str(tmp_path))):
        begin = time.perf_counter()
        with service(sample_store, prebuilt) as (port, process):
            ready = time.perf_counter() - begin
            addresses = tiles_around_cells(sample_study)
            first, _ = asked(port, addresses)
            again, waited = asked(port, np.random.default_rng(2).choice(addresses, ASKED).tolist())
            rows.append(
                f"| {how} | {ready:.0f} | {len(addresses)} | {len(addresses) / first:.0f} | {ASKED / again:.0f} | {np.percentile(waited, 95):.0f} |"
            )
            if prebuilt == "-":
                pages = [
                    f"/ogc/collections/cells/items?limit=10000&offset={offset}"
                    for offset in np.linspace(0, CELLS - 10_000, PAGES, dtype=int)
                ]
                items = [asked(port, [address], clients=1)[1][0] for address in pages]
                memory = process.memory_info().rss / 1e6
    page.append(
        "\n".join(
            [
                "## Tiles and features",
                "",
                f"{CELLS:,} cells (the sample region side by side), one process, {CLIENTS} clients at once on the same processors; zooms 11 to 14 around homes, packed.",
                "",
                "| tiles | seconds until ready | different tiles | a second, first time | a second, again | p95, ms |",
                "| --- | --- | --- | --- | --- | --- |",
                *rows,
                "",
                f"`items?limit=10000` of the cells: median {np.median(items):.0f} ms, slowest {max(items):.0f} ms of {PAGES} pages. The process holds {memory:.0f} MB.",
            ]
        )
    )


def tiles_around_cells(study, count=300):
    """Addresses of tiles around homes, more where more people live."""
    cells = study.facts.cells
    share = (cells["residents"] / cells["residents"].sum()).to_numpy()
    rng = np.random.default_rng(1)
    chosen = rng.choice(len(cells), count, p=share)
    x, y = from_inside(cells["x"].to_numpy()[chosen], cells["y"].to_numpy()[chosen], WEB_MERCATOR)
    found = set()
    for east, north, z in zip(x, y, rng.integers(11, 15, count), strict=True):
        side = 2 * HALF_WORLD / 2 ** int(z)
        found.add(f"/tiles/cells/{z}/{int((east + HALF_WORLD) // side)}/{int((HALF_WORLD - north) // side)}.mvt")
    return sorted(found)


def asked(port, addresses, clients=CLIENTS):
    """Seconds for all addresses, and milliseconds of each."""

    def client(part):
        line, waited = http.client.HTTPConnection("127.0.0.1", port, timeout=120), []
        for address in part:
            begin = time.perf_counter()
            line.request("GET", address, headers={"Accept-Encoding": "gzip"})
            answer = line.getresponse()
            answer.read()
            assert answer.status == 200, (address, answer.status)
            waited.append(1e3 * (time.perf_counter() - begin))
        return waited

    begin = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        waited = list(pool.map(client, [addresses[i::clients] for i in range(clients)]))
    return time.perf_counter() - begin, [each for part in waited for each in part]


@contextmanager
def service(store, prebuilt, port=8437):
    """The service of many cells, ready: its port and process."""
    command = [
        sys.executable,
        Path(__file__).with_name("serve_many_cells.py"),
        str(port),
        str(CELLS),
        str(store),
        prebuilt,
    ]
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}) as server:
        try:
            until(lambda: answers(port), server)
            yield port, psutil.Process(server.pid)
        finally:
            server.terminate()


def answers(port):
    """Whether the service answers."""
    try:
        asked(port, ["/health"], clients=1)
    except OSError:
        return False
    return True
