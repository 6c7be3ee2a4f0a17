"""How long a planner waits after letting go of a practice on the what-if page, in Chromium on the sample region.

From the event of letting go until the frame after painting, as the page itself measures it; written to
docs/benchmarks.md.
"""

import time
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import sync_playwright
from web.conftest import CHROMIUM, FLAGS, running

from app.main import create_app
from app.settings import Settings
from geodata.crs import from_inside

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]
DRAGS = 30
BETWEEN_S = 0.5
READY = "document.documentElement.dataset.edit === 'ready' && document.documentElement.dataset.cells === 'ready'"
AT = (
    "(at) => { const c = map_laegevalg.latLngToContainerPoint(at); const b = map_laegevalg.getContainer()"
    ".getBoundingClientRect(); return [b.x + c.x, b.y + c.y]; }"
)
SERVER = "performance.getEntriesByType('resource').filter(e => e.name.includes('/api/what-if')).map(e => e.duration)"


def places(study, count, seed):
    """Latitude and longitude of inhabited cells of the mainland, more where more people live."""
    cells = study.facts.cells[study.facts.cells["x"] < 760_000]
    share = (cells["residents"] / cells["residents"].sum()).to_numpy()
    chosen = np.random.default_rng(seed).choice(len(cells), count, p=share)
    lon, lat = from_inside(cells["x"].to_numpy()[chosen], cells["y"].to_numpy()[chosen])
    return np.column_stack([lat, lon]).tolist()


def drag_about(page, study):
    """Milliseconds of every drag until painted, and of its question until answered."""
    spots = places(study, DRAGS + 1, 3)
    page.click("#place")
    page.mouse.click(*page.evaluate(AT, spots[0]))
    time.sleep(1)
    for here, there in pairwise(spots):
        page.mouse.move(*page.evaluate(AT, here))
        page.mouse.down()
        page.mouse.move(*page.evaluate(AT, there), steps=4)
        page.mouse.up()
        time.sleep(BETWEEN_S)
    waited = page.evaluate("performance.getEntriesByName('what-if').map(e => e.duration)")
    return np.array(waited[1:]), np.array(page.evaluate(SERVER)[1:])


def test_letting_go(sample_study, page, tmp_path):
    """Drags over the whole mainland at first view, all other requests done."""
    sample_study.ready_for_scenarios()
    settings = Settings(jobs_url=f"sqlite:///{tmp_path}/jobs.sqlite")
    with running(create_app(settings, sample_study)) as address, sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        shown = chromium.new_page(viewport={"width": 1366, "height": 768})
        time.sleep(20)
        shown.goto(f"{address}/maps/choice?edit=1")
        while not shown.evaluate(READY):
            time.sleep(0.1)
        waited, asked = drag_about(shown, sample_study)
        chromium.close()
    half, p95 = np.percentile(waited, [50, 95])
    page.append(
        "\n".join(
            [
                "## What-if, on the map",
                "",
                f"From letting go of a dragged practice until its effect is painted and tabled, Chromium and service on the same machine, {len(waited)} drags over the sample region.",
                "",
                "| | median, ms | p95, ms |",
                "| --- | --- | --- |",
                f"| until painted | {half:.0f} | {p95:.0f} |",
                f"| of it, the question | {np.percentile(asked, 50):.0f} | {np.percentile(asked, 95):.0f} |",
            ]
        )
    )
