"""How long until 250,000 cells are seen, and whether panning and zooming stall, in Chromium's own trace.

Service and browser run on the same processors, which others use as well: the CPU time of each task of the page's
thread stands beside the clock. Written to docs/benchmarks.md; nothing is asserted on time.
"""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from page import ROOT
from playwright.sync_api import sync_playwright
from test_gis_service import answers
from test_what_if_speed import until
from web.browser_trace import SEEN, START, WATCH, pan, tasks, traced, zoom
from web.conftest import CHROMIUM, FLAGS

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
CELLS, VIEWS = 250_000, 7
PORT = 8439
SHOWN = (
    "() => document.documentElement.dataset.map === 'ready'"
    " && [...document.querySelectorAll('.cells-picture')].every((one) => one.complete && one.naturalWidth)"
)
"""Drawn, and every picture of cells there; asked in a frame, so that what came before it is painted."""
FIRST_VIEW = f"""
() => new Promise((done) => {{
  const look = () => ({SHOWN})() ? requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))) : requestAnimationFrame(look);
  look();
}})
"""
MOVES = {
    "pan at the first view": (None, pan),
    "wheel in to zoom 14": (None, lambda page: zoom(page, 10)),
    "pan at zoom 14": (None, pan),
    "wheel out": (None, lambda page: zoom(page, -10)),
    "pan at zoom 11, closed practices shown": (
        "?z=11&lat=55.69&lon=12.4&show=open,closed,areas",
        pan,
    ),
}


@contextmanager
def service(store):
    """The whole service over many cells, warm."""
    command = [sys.executable, Path(__file__).with_name("serve_dense.py"), str(PORT), str(CELLS), str(store)]
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}) as server:
        try:
            until(lambda: answers(PORT), server)
            time.sleep(30)  # the rest is made beside the first visitors
            yield f"http://127.0.0.1:{PORT}"
        finally:
            server.terminate()


def first_views(chromium, address, path, shown=FIRST_VIEW):
    """Milliseconds from asking for a page until it is painted, each in a browser that knows nothing of it."""
    found = []
    for _ in range(VIEWS):
        context = chromium.new_context(viewport={"width": 1366, "height": 768})
        page = context.new_page()
        page.goto(address + path, wait_until="commit")
        found.append(page.evaluate(shown))
        context.close()
    return found


def moved(chromium, address, path, moves, folder):
    """Rows of what the trace tells of each move."""
    page = chromium.new_page(viewport={"width": 1366, "height": 768})
    page.goto(address + path, wait_until="networkidle")
    page.evaluate(WATCH)
    rows = []
    for name, (query, move) in moves.items():
        if query is not None:
            page.goto(address + path.split("?")[0] + query, wait_until="networkidle")
            page.evaluate(WATCH)
        trace = folder / f"{len(rows)}.json"
        page.evaluate(START)
        with traced(chromium, page, trace):
            move(page)
            seen = page.evaluate(SEEN)
        longest = tasks(trace, address)[0]
        cpu = max(one.cpu for one in tasks(trace, address))
        rows.append(
            f"| {name} | {seen['frames']} | {seen['gap']:.0f} | {longest.clock:.0f} | {cpu:.0f} | {len(seen['long'])} |"
        )
        print(rows[-1], longest.scripts[:6])
    page.close()
    return rows


def test_first_view_pan_and_zoom(sample_store, page, tmp_path):
    """The choice map and the what-if page over 250,000 cells."""
    with service(sample_store) as address, sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        views = {path: first_views(chromium, address, path) for path in ("/maps/choice", "/maps/choice?edit=1")}
        rows = moved(chromium, address, "/maps/choice", MOVES, tmp_path)
        edit = {f"{name}, what-if page": move for name, move in MOVES.items() if move[0] is None}
        rows += moved(chromium, address, "/maps/choice?edit=1", edit, tmp_path)
        chromium.close()
    page.append(
        "\n".join(
            [
                "## The map in the browser",
                "",
                f"{CELLS:,} cells: every 100 m square of the example region's land inhabited. Chromium without a graphics card and the service on the same machine.",
                "",
                "| first view, nothing cached | median, ms | slowest, ms |",
                "| --- | --: | --: |",
                *(f"| `{path}` | {np.median(found):.0f} | {max(found):.0f} |" for path, found in views.items()),
                "",
                f"Until map, symbols, labels and pictures of cells are painted, {VIEWS} times in a new browser context.",
                "",
                "| then | frames | longest time between two, ms | longest task, ms | most CPU of a task, ms | tasks over 50 ms |",
                "| --- | --: | --: | --: | --: | --: |",
                *rows,
                "",
                "Tasks are those of the page's main thread in the browser's trace, by the clock and by the thread's CPU.",
            ]
        )
    )
