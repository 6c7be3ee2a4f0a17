"""The what-if page in headless Chromium: by mouse, by keyboard alone, by pixels, and by axe in its states."""

import io

import numpy as np
import pytest
from access.towns import X0, Y0
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from web.conftest import running
from web.watching import Watched, until

from app.main import create_app
from app.publish.palette import CHANGE, CHOICE, rgb
from app.settings import Settings
from geodata.crs import from_inside

pytestmark = pytest.mark.browser

READY = "document.documentElement.dataset.edit === 'ready' && document.documentElement.dataset.cells === 'ready'"
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
WORDS = "document.querySelector('#effect-words').textContent"
STATUS = "document.querySelector('#edit-status').textContent"
ANSWERS = "performance.getEntriesByName('what-if').length"
"""How many answers to a place by pointer have been shown."""
COUNT = "document.querySelectorAll('#changes li').length"
CROSSED = f"/mindst|falder|krydser/.test({WORDS})"


@pytest.fixture(scope="module")
def service(study, tmp_path_factory):
    """Address of the small region's service with a database of its own."""
    jobs = f"sqlite:///{tmp_path_factory.mktemp('jobs')}/jobs.sqlite"
    with running(create_app(Settings(jobs_url=jobs), study)) as address:
        yield address


@pytest.fixture
def opened(browser, service):
    """Opens the page and waits until it can be used; at the end nothing may have gone wrong on it."""
    watched = []

    def make(query="", width=1366, height=768, troubles=0):
        one = Watched(browser, width, height)
        watched.append((one, troubles))
        one.page.goto(f"{service}/maps/choice?edit=1{query}", wait_until="load")
        until(one.page, READY)
        return one.page

    yield make
    for one, troubles in watched:
        found = [trouble for trouble in one.troubles if not (troubles and "status of 4" in trouble)]
        one.context.close()
        assert [] == found


def degrees(x, y):
    """Latitude and longitude of a place of the town, metres from its corner."""
    lon, lat = from_inside(X0 + x, Y0 + y)
    return float(lat), float(lon)


def pixel_of(page, x, y):
    """Where a place of the town is in the window."""
    return page.evaluate(
        "(at) => { const c = map_laegevalg.latLngToContainerPoint(at);"
        " const b = map_laegevalg.getContainer().getBoundingClientRect(); return [b.x + c.x, b.y + c.y]; }",
        list(degrees(x, y)),
    )


def look_at(page, x, y, zoom=13):
    """Bring a place into the middle of the map."""
    page.evaluate("([at, zoom]) => { map_laegevalg.setView(at, zoom, {animate: false}); }", [list(degrees(x, y)), zoom])
    until(page, "document.querySelectorAll('canvas.cells-canvas').length > 0")


def place(page, x, y):
    """Place a practice by button and click, and wait for what it does."""
    count = page.evaluate(COUNT)
    page.click("#place")
    page.mouse.click(*pixel_of(page, x, y))
    until(page, f"{COUNT} === {count + 1} && {CROSSED}")


def open_practice(page, number):
    """Click the symbol of a practice, whose popup offers what can be done."""
    page.evaluate(
        "(nr) => { const s = map_data.practices.find(p => p.practices.some(o => o.nr === nr));"
        " map_laegevalg.setView(s.at, 13, {animate: false}); }",
        number,
    )
    page.locator("#map_laegevalg").scroll_into_view_if_needed()
    box = page.locator("#map_laegevalg").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator(".popup-actions").first.wait_for()


def test_the_same_area_again_or_moved_by_mouse(opened):
    """T4: close a practice and save; place another, drag it and save; compare both with today."""
    page = opened()
    open_practice(page, "000001")
    page.locator(".popup-actions button", has_text="Luk i scenariet").first.click()
    until(page, f"{COUNT} === 1 && {CROSSED}")
    assert "Lukker: ydernr. 000001" in page.locator("#changes").inner_text()
    page.click("#save-button")
    until(page, "location.search.includes('scenario=')")
    look_at(page, 15_500, 1500, 12)
    shown = page.evaluate(ANSWERS)
    place(page, 15_500, 700)
    until(page, f"{ANSWERS} > {shown}")
    assert "scenario=" not in page.url
    x, y = pixel_of(page, 15_500, 700)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y, steps=3)
    page.mouse.move(*pixel_of(page, 17_500, 700), steps=3)
    assert 2 == page.locator(".leaflet-scenario-pane path[stroke-dasharray]").count(), (
        "a ghost and a line show where it was"
    )
    until(page, "document.getElementById('effect').classList.contains('dim')")
    page.mouse.up()
    until(page, "!document.getElementById('effect').classList.contains('dim')")
    at = page.evaluate("(([c]) => [c.lat, c.lon])(scenarioEditor.changes().filter(c => c.kind === 'open'))")
    assert degrees(17_500, 700) == pytest.approx(at, abs=0.001)
    assert 0 == page.locator(".leaflet-popup").count(), "letting go asks nothing of the place"
    page.click("#save-button")
    until(page, "document.querySelectorAll('#saved li').length === 2")
    page.click("#compare")
    until(page, "document.querySelector('#areas-table thead').innerText.includes('Scenarie B')")
    heads = page.locator("#areas-table thead").inner_text().split("\t")
    assert ["Kommune", "I dag", "Scenarie A", "Scenarie B"] == [head.strip() for head in heads]
    assert "against=" in page.url


def test_a_practice_is_placed_moved_undone_and_saved_by_keyboard(opened):
    """T4 without a mouse: an address, arrows, undo, a closing by number, save. The map stays where it is."""
    page = opened()
    page.locator("#find-text").focus()
    page.keyboard.type("{:.5f} {:.5f}".format(*degrees(15_500, 700)))
    page.keyboard.press("Enter")
    page.locator("#found button").first.wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert "Placér her" == page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    until(page, f"{COUNT} === 1 && {CROSSED}")
    assert "scenario-marker" in page.evaluate("document.activeElement.className")
    until(page, f"{STATUS} !== ''")
    before = page.evaluate("scenarioEditor.changes()[0]")
    centre = page.evaluate("map_laegevalg.getCenter()")
    page.evaluate(
        "window.said = []; new MutationObserver(() => said.push(document.querySelector('#edit-status').textContent))"
        ".observe(document.querySelector('#edit-status'), {childList: true, characterData: true, subtree: true});"
    )
    for _ in range(5):
        page.keyboard.press("ArrowUp")
    page.wait_for_timeout(1000)
    after = page.evaluate("scenarioEditor.changes()[0]")
    assert 500 == pytest.approx((after["lat"] - before["lat"]) * 111_320, abs=5)
    assert centre == page.evaluate("map_laegevalg.getCenter()")
    assert 1 == len(page.evaluate("said")), "said once, not at every press"
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_timeout(200)
    east = page.evaluate(
        "(at) => (([one]) => map_laegevalg.distance([one.lat, one.lon], at))(scenarioEditor.changes())",
        [after["lat"], after["lon"]],
    )
    assert 1000 == pytest.approx(east, abs=10)
    page.keyboard.press("Control+z")
    until(page, f"scenarioEditor.changes()[0].lon === {after['lon']}")
    page.keyboard.press("Control+z")
    until(page, f"scenarioEditor.changes()[0].lat === {before['lat']}")
    page.keyboard.press("Control+y")
    until(page, f"scenarioEditor.changes()[0].lat === {after['lat']}")
    page.locator("#find-text").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("000001")
    page.keyboard.press("Enter")
    page.locator("#found button", has_text="Luk i scenariet").wait_for()
    page.locator("#found button").first.focus()
    page.keyboard.press("Enter")
    until(page, f"{COUNT} === 2")
    page.keyboard.press("Delete")
    until(page, f"{COUNT} === 1")
    page.locator("#save-name").focus()
    page.keyboard.type("Havnen")
    page.keyboard.press("Enter")
    until(page, "location.search.includes('scenario=')")
    assert "Havnen er gemt." == page.locator("#status").inner_text()


def test_a_practice_is_placed_in_the_middle_of_the_map_by_enter(opened):
    """The button leads to the map, where Enter places and Esc leaves; nothing is asked of the place."""
    page = opened()
    look_at(page, 15_500, 700, 12)
    page.locator("#place").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert "false" == page.locator("#place").get_attribute("aria-pressed")
    page.locator("#place").focus()
    page.keyboard.press("Enter")
    assert "map_laegevalg" == page.evaluate("document.activeElement.id")
    page.keyboard.press("Enter")
    until(page, f"{COUNT} === 1 && {CROSSED}")
    assert 0 == page.locator(".leaflet-popup").count()


def colours_seen(page):
    """Colours of the map's pixels that stand for a class, without symbols and legends."""
    page.evaluate(
        "document.querySelectorAll('.legend, .inset, .leaflet-practices-pane, .leaflet-scenario-pane, .view')"
        ".forEach(e => { e.style.visibility = 'hidden'; })"
    )
    page.wait_for_timeout(200)
    image = Image.open(io.BytesIO(page.locator("#map_laegevalg").screenshot())).convert("RGB")
    pixels = np.asarray(image).reshape(-1, 3)
    known = {**CHANGE, **{f"choice {i}": colour for i, colour in enumerate(CHOICE)}}
    counts = {name: int((pixels == rgb(colour)).all(axis=1).sum()) for name, colour in known.items()}
    return {name: count for name, count in counts.items() if count >= 4}


def test_changed_cells_have_their_colour(opened, study):
    """Cells that the service says change are painted in the class of their change; the rest is unchanged."""
    page = opened()
    body = {"changes": [{"open": dict(zip(("lat", "lon"), degrees(25_500, 700), strict=True))}]}
    told = page.request.post(page.url.split("/maps")[0] + "/api/what-if", data=body).json()
    assert told["cells"]["count"] > 0
    assert {"choice 0", "choice 1", "choice 2"} & set(colours_seen(page))
    look_at(page, 25_000, 700, 11)
    place(page, 25_500, 700)
    page.wait_for_timeout(300)
    seen = colours_seen(page)
    assert {"same", "lifted"} == set(seen)
    assert seen["lifted"] < seen["same"]


def test_before_after_and_change_ask_nothing(opened):
    """Three palettes of what is known: no request, the pressed button says which, the address holds it."""
    page = opened()
    look_at(page, 25_000, 700, 11)
    place(page, 25_500, 700)
    page.wait_for_timeout(500)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    shown = {}
    for view in ("before", "after", "change"):
        page.evaluate(f"""document.querySelector('[data-view="{view}"]').click()""")
        pressed = page.locator("[data-view][aria-pressed=true]")
        assert [view] == [button.get_attribute("data-view") for button in pressed.all()]
        assert f"view={view}" in page.url
        shown[view] = colours_seen(page)
    assert [] == [address for address in asked if "/api/" in address or ".png" in address or ".bin" in address]
    assert shown["before"]["choice 1"] > shown["after"].get("choice 1", 0)
    assert shown["before"]["choice 2"] < shown["after"]["choice 2"]
    assert {"same", "lifted"} == set(shown["change"])


def test_changes_survive_a_reload_and_a_link_brings_them_elsewhere(opened, service):
    """Unsaved in this tab; saved in any."""
    page = opened()
    look_at(page, 15_500, 700, 12)
    place(page, 15_500, 700)
    said = page.evaluate(WORDS)
    page.reload()
    until(page, f"{READY} && {COUNT} === 1 && {CROSSED}")
    assert said == page.evaluate(WORDS)
    page.click("#save-button")
    until(page, "location.search.includes('scenario=')")
    other = opened("&" + page.url.split("?")[1].removeprefix("edit=1&").replace("&edit=1", ""))
    until(other, f"{COUNT} === 1 && {CROSSED}")
    assert said == other.evaluate(WORDS)


def test_a_place_on_the_water_is_refused_in_the_panel(opened):
    """The problem stands where the user is, the practice is gone, and the next one works."""
    page = opened(troubles=1)
    look_at(page, 15_500, -3000, 12)
    page.click("#place")
    page.mouse.click(*pixel_of(page, 15_500, -4000))
    until(page, "!document.getElementById('edit-error').hidden")
    assert "Placér det på land" in page.locator("#edit-error").inner_text()
    assert 0 == page.evaluate(COUNT) == page.locator(".scenario-marker").count()
    place(page, 15_500, -500)
    assert not page.locator("#edit-error").is_visible()


def test_fifty_steps_can_be_undone(opened):
    """The fifty-first is forgotten."""
    page = opened()
    page.evaluate(
        "(() => { const h = scenarioChanges.history(editData.steps); for (let i = 1; i <= 60; i++) h.put([i]);"
        " let n = 0; while (h.past) { h.undo(); n++; } window.undone = [n, h.now[0]]; })()"
    )
    assert [50, 10] == page.evaluate("undone")


def test_numbers_are_written_as_the_service_writes_them(opened):
    """Intl.NumberFormat and Babel agree, with the minus of the house."""
    from app import language as say

    page = opened()
    for value in (0, 1, 4, 5, 999, 1000, 1_947_090, -3, -18_393):
        assert say.number(value) == page.evaluate(f"scenarioEffect.number({value})")
        assert say.change(value) == page.evaluate(f"scenarioEffect.change({value})")


def violations(page):
    """What axe finds, by rule and element."""
    page.wait_for_timeout(400)  # a popup that fades in has less contrast
    found = Axe().run(page, options=AXE).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_axe_finds_nothing_in_any_state(opened, width, height):
    """Empty, found, placed, a practice's popup, an error, saved, compared."""
    page = opened(width=width, height=height, troubles=1)
    states = {"empty": violations(page)}
    page.fill("#find-text", "{:.5f} {:.5f}".format(*degrees(15_500, 700)))
    page.press("#find-text", "Enter")
    page.locator("#found button").first.wait_for()
    states["found"] = violations(page)
    page.locator("#found button").first.click()
    until(page, f"{COUNT} === 1 && {CROSSED}")
    states["placed"] = violations(page)
    open_practice(page, "000001")
    states["popup"] = violations(page)
    page.locator(".popup-actions button", has_text="Luk i scenariet").first.click()
    until(page, f"{COUNT} === 2")
    page.fill("#find-text", "findes ikke")
    page.press("#find-text", "Enter")
    until(page, "!document.getElementById('edit-error').hidden")
    states["error"] = violations(page)
    page.click("#save-button")
    until(page, "location.search.includes('scenario=')")
    page.click("#compare")
    until(page, "document.querySelectorAll('#areas-table thead button').length === 2")
    states["compared"] = violations(page)
    assert [] == [(state, found) for state, found in states.items() if found]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
