"""How long a planner waits when another solution of a siting question is chosen, in Chromium on the sample region.

From the click until panel, marks and the picture of who is lifted are painted, as the page itself measures it; written to
docs/benchmarks.md.
"""

import time

import httpx
import numpy as np
import pytest
from playwright.sync_api import sync_playwright
from web.conftest import CHROMIUM, FLAGS, running
from web.watching import READY, until

from app.main import create_app
from app.settings import Settings

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]
ROUNDS = 8
ASKED = {"add": 5, "k": 2, "alternatives": 5, "time_limit": 30}
MEASURED = "performance.getEntriesByName('solution').map(e => e.duration)"


def answered(address):
    """Path of the page of an answer."""
    with httpx.Client(base_url=address, timeout=60) as client:
        job = client.post("/api/sites", json=ASKED).json()["id"]
        while client.get(f"/api/jobs/{job}").json()["status"] != "done":
            time.sleep(0.2)
    return f"/maps/sites?job={job}"


def switched(page):
    """(rounds, solutions - 1) milliseconds of going from each solution to the next."""
    count = page.locator("#content .segments a").count()
    waited = []
    for _ in range(ROUNDS):
        page.click("#content .segments a:nth-child(1)")
        page.wait_for_timeout(500)
        before = len(page.evaluate(MEASURED))
        for rank in range(2, count + 1):
            page.click(f"#content .segments a:nth-child({rank})")
            until(page, f"{MEASURED}.length === {before + rank - 1}")
            page.wait_for_timeout(200)
        waited.append(page.evaluate(MEASURED)[before:])
    return np.array(waited)


def test_another_solution(sample_study, page, tmp_path):
    """After the page has fetched what it foresees; the first round draws each picture for the first time."""
    settings = Settings(jobs_url=f"sqlite:///{tmp_path}/jobs.sqlite")
    with running(create_app(settings, sample_study)) as address, sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        path = answered(address)
        shown = chromium.new_page(viewport={"width": 1366, "height": 768})
        shown.goto(address + path)
        until(shown, READY)
        shown.wait_for_load_state("networkidle")
        waited = switched(shown)
        chromium.close()
    again = waited[1:]
    page.append(
        "\n".join(
            [
                "## Another solution",
                "",
                f"From choosing one of {waited.shape[1] + 1} solutions of a siting question until panel, marks and picture are painted, Chromium and "
                "service on the same machine, sample region.",
                "",
                "| | median, ms | slowest, ms |",
                "| --- | --- | --- |",
                f"| the first time | {np.median(waited[0]):.0f} | {waited[0].max():.0f} |",
                f"| again | {np.median(again):.0f} | {again.max():.0f} |",
            ]
        )
    )
