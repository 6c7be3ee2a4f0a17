"""Moving the map in Chromium, with the browser's trace: nothing is fetched or built anew that is there already.

How long it takes, over 250,000 cells, stands in docs/benchmarks.md (`tests/benchmarks/test_map_trace.py`).
"""

import pytest
from web.browser_trace import SEEN, START, WATCH, pan, tasks, traced, zoom
from web.watching import Watched

pytestmark = pytest.mark.browser
COUNT = """
() => {
  window.built = [];
  const note = (node) => window.built.push(node.nodeName.toLowerCase());
  const observer = new MutationObserver((list) => list.forEach((one) => one.addedNodes.forEach(note)));
  const panes = document.querySelectorAll(".leaflet-pane");
  panes.forEach((pane) => observer.observe(pane, { childList: true, subtree: true }));
}
"""
"""Notes every element that is put into the map from now on."""
BUILT = "() => window.built.splice(0)"


@pytest.mark.parametrize("query", ["", "?edit=1"])
def test_a_moved_map_builds_labels_only(browser, region, tmp_path, query):
    """Dragged about, the map adds nothing but labels and asks for nothing; the trace shows who worked."""
    one = Watched(browser)
    page = one.map(f"{region}/maps/choice{query}")
    page.wait_for_load_state("networkidle")
    page.evaluate(WATCH)
    page.evaluate(COUNT)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "icon" not in request.url else None)
    page.evaluate(START)
    with traced(browser, page, tmp_path / "pan.json"):
        pan(page, times=2, steps=8)
        seen = page.evaluate(SEEN)
    assert [] == asked
    assert {"div", "span"} >= set(page.evaluate(BUILT))
    assert seen["frames"] > 2
    found = tasks(tmp_path / "pan.json", region)
    assert found
    assert any("leaflet.js" in script for task in found for script in task.scripts)
    assert [] == one.troubles
    one.context.close()


def test_a_zoomed_map_asks_for_each_picture_once(browser, region, tmp_path):
    """In past the change from overview to 100 m cells, out and in again: each picture is asked for once."""
    one = Watched(browser)
    page = one.map(f"{region}/maps/choice")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "icon" not in request.url else None)
    with traced(browser, page, tmp_path / "zoom.json"):
        for turns in (6, -6, 6):
            zoom(page, turns)
    pictures = [url for url in asked if url.endswith(".png") or ".png?" in url]
    assert len(pictures) == len(set(pictures))
    assert page.evaluate("map_laegevalg.getZoom()") > 11
    assert 0 < page.locator("img.cells-picture").count() <= 2
    assert [] == one.troubles
    one.context.close()
