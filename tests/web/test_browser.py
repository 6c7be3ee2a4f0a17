"""The pages in headless Chromium: nothing from elsewhere, no error, a click answered, keys, phone and paper."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from web.watching import PRINTING, READY, click_place, until

from app.publish.collections import Publication
from app.publish.palette import CHOICE, rgb
from app.publish.single_file import write_map

pytestmark = pytest.mark.browser

WIDTHS = ((1366, 768), (1024, 700), (683, 384), (390, 844), (320, 640))


@pytest.mark.parametrize(
    "path", ["/", "/maps/choice", "/maps/choice?area=0217", "/maps/choice?lang=en&layer=minutes", "/data", "/docs"]
)
def test_no_error_and_no_request_elsewhere(watched, live, path):
    """Every page in every state: the console is silent, and 127.0.0.1 is the only host that is asked."""
    one = watched()
    one.page.goto(live + path, wait_until="networkidle")
    assert [] == one.troubles
    assert {"127.0.0.1"} == one.hosts


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_no_sideways_scroll_and_a_map_to_look_at(watched, live, width, height):
    """From a laptop to a small phone and 200 % zoom; the map is at least 320 px high where the page scrolls."""
    one = watched(width, height)
    page = one.map(live + "/maps/choice")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator("#map_laegevalg").bounding_box()
    assert box["height"] >= (320 if width < 720 else 200)
    assert [] == one.troubles


@pytest.mark.parametrize("path", ["/", "/data", "/data?lang=en"])
@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_no_page_scrolls_sideways(watched, live, path, width, height):
    """Long words, such as the study's hash, break."""
    one = watched(width, height)
    one.page.goto(live + path, wait_until="networkidle")
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_click_is_answered(watched, live):
    """Anywhere in the region: how many open practices, how far, who lives there; with the banner's words."""
    one = watched()
    page = one.map(live + "/maps/choice?z=12&lat=55.66&lon=12.25&show=areas")
    words = click_place(page)
    assert re.match(r"(Ingen|\d+) åbne? praksis inden for (5|15)\u00a0km", words), words
    assert "Eksempeldata:" in words
    page.keyboard.press("Escape")
    until(page, "document.querySelectorAll('.leaflet-popup').length === 0")
    assert "map_laegevalg" == page.evaluate("document.activeElement.id")
    assert [] == one.troubles


def test_a_click_outside_is_answered_too(watched, live):
    """On the water: a sentence on what to do, in the language of the page."""
    one = watched()
    page = one.map(live + "/maps/choice?z=9&lat=56.5&lon=12&lang=en&show=areas")
    assert "Outside the region" in click_place(page)
    assert [] == one.troubles


def test_a_practice_tells_of_itself(watched, live):
    """A click on its symbol: name as text, number, intake, lists; and no second popup for the place."""
    one = watched()
    page = one.map(live + "/maps/choice?show=open,closed")
    at = page.evaluate(
        "(() => { const s = map_data.practices.find(p => p.practices.length === 2);"
        " map_laegevalg.setView(s.at, 13, {animate: false}); const c = map_laegevalg.latLngToContainerPoint(s.at);"
        " const b = map_laegevalg.getContainer().getBoundingClientRect(); return [b.x + c.x, b.y + c.y]; })()"
    )
    page.mouse.click(*at)
    words = page.locator(".leaflet-popup-content").inner_text()
    page.wait_for_timeout(300)
    assert 1 == page.locator(".leaflet-popup-content").count()
    assert words == page.locator(".leaflet-popup-content").inner_text()
    assert '=HYPERLINK("x")<b>&' in words
    assert "Ydernr. 000002 · Åben for nye patienter" in words
    assert "3.300 tilmeldte af 3.200" in words


def test_without_the_service_the_map_still_says_what_it_knows(watched, live):
    """A failed question: a line on the connection, and the municipality's figures."""
    one = watched()
    page = one.map(live + "/maps/choice?z=12&lat=55.66&lon=12.25&show=areas")
    page.route("**/api/choice*", lambda route: route.abort())
    assert "Kommune" in click_place(page)
    assert "Ingen forbindelse" in page.locator("#status").inner_text()


def test_the_address_holds_what_is_seen(watched, live):
    """Layer, mode and points go into the address; Back brings the former view; a reload shows the same."""
    one = watched()
    page = one.map(live + "/maps/choice")
    assert "/maps/choice" == page.url.removeprefix(live)
    page.check('input[name="layer"][value="minutes"]')
    page.select_option("#mode", "walk")
    page.uncheck('input[name="show"][value="open"]')
    assert "layer=minutes" in page.url
    assert "mode=walk" in page.url
    assert "show=areas" in page.url
    page.reload()
    until(page, READY)
    assert page.locator('[data-legend="minutes_walk"]').is_visible()
    page.go_back()
    until(page, "document.querySelector('[value=\"open\"]').checked")
    assert [] == one.troubles


def test_moving_the_map_is_remembered(watched, live):
    """Zoom and centre, with four decimals, without a new entry in the history."""
    one = watched()
    page = one.map(live + "/maps/choice")
    before = page.evaluate("history.length")
    page.locator(".leaflet-control-zoom-in").click()
    until(page, "location.search.includes('z=')")
    assert re.search(r"z=[\d.]+&lat=\d+\.\d{4}&lon=\d+\.\d{4}", page.url)
    assert before == page.evaluate("history.length")


def test_the_legend_follows_the_layer(watched, live):
    """One legend is seen, that of the surface shown; closed practices are explained where they are drawn."""
    one = watched()
    page = one.map(live + "/maps/choice")
    visible = "Array.from(document.querySelectorAll('[data-legend]')).filter(e => !e.hidden).map(e => e.dataset.legend)"
    assert ["choice"] == page.evaluate(visible)
    page.check('input[name="layer"][value="residents"]')
    assert ["residents"] == page.evaluate(visible)
    assert not page.locator('[data-symbol="closed"]').first.is_visible()


def test_the_map_has_the_colours_of_its_classes(watched, live, study):
    """The picture on screen shows the classes of the town's cells, in their exact colours, and no other class."""
    one = watched()
    page = one.map(live + "/maps/choice?show=")
    page.evaluate("document.querySelectorAll('.legend, .inset').forEach(e => { e.hidden = true; })")
    page.wait_for_timeout(300)
    image = Image.open(io.BytesIO(page.locator("#map_laegevalg").screenshot())).convert("RGB")
    pixels = np.asarray(image).reshape(-1, 3)
    seen = {colour for colour in CHOICE if (pixels == rgb(colour)).all(axis=1).sum() >= 4}
    shown = {CHOICE[int(number)] for number in Publication(study).cells.frame["choice_class"]}
    assert shown == seen


def test_an_area_is_reached_from_the_table_by_keyboard(watched, live):
    """Skip link first, then the panel; a municipality's row opens its page; the way back is a link."""
    one = watched()
    page = one.map(live + "/maps/choice")
    page.keyboard.press("Tab")
    assert "Gå til indhold" == page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    assert "content" == page.evaluate("document.activeElement.id")
    page.locator('[data-area="0217"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/maps/choice?area=0217")
    assert "Helsingør Kommune" == page.locator("h1").inner_text()


def test_tab_reaches_everything_and_is_never_caught(watched, live):
    """Through the whole page and out again; the focus is seen at every stop; practices and labels are no stops."""
    one = watched()
    page = one.map(live + "/maps/choice")
    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            "(() => { const e = document.activeElement; if (!e || e === document.body) return null;"
            " const s = getComputedStyle(e); return [e.tagName, e.className.toString(), s.outlineStyle]; })()"
        )
        if stop is None:
            break
        stops.append(stop)
    assert len(stops) < 60, "the focus is caught"
    assert {"A", "INPUT", "SELECT", "BUTTON", "DIV"} <= {tag for tag, _, _ in stops}
    assert all(outline != "none" for _, _, outline in stops)
    assert not [name for _, name, _ in stops if "map-label" in name or "leaflet-marker" in name]


def test_enter_on_the_map_asks_about_its_middle(watched, live):
    """The map is of use without a mouse."""
    one = watched()
    page = one.map(live + "/maps/choice?z=12&lat=55.66&lon=12.25")
    page.locator("#map_laegevalg").focus()
    page.keyboard.press("Enter")
    page.locator(".leaflet-popup-content").wait_for()
    assert "Luk" == page.locator(".leaflet-popup-close-button").get_attribute("aria-label")


def test_names_for_screen_readers(watched, live):
    """Map, zoom and inset have Danish names; pictures have none to read."""
    one = watched()
    page = one.map(live + "/maps/choice")
    assert page.locator("#map_laegevalg").get_attribute("aria-label").startswith("Kort.")
    assert "Zoom ind" == page.locator(".leaflet-control-zoom-in").get_attribute("aria-label")
    assert "Vis Bornholm" == page.locator(".inset button").get_attribute("aria-label")
    assert all(alt == "" for alt in page.eval_on_selector_all("img.cells-picture", "list => list.map(e => e.alt)"))


def test_the_island_is_a_click_away(watched, live):
    """The inset's button moves the map there."""
    one = watched()
    page = one.map(live + "/maps/choice")
    page.locator(".inset button").click()
    until(page, "map_laegevalg.getCenter().lng > 13")
    assert [] == one.troubles


def test_phone_has_menu_map_and_legend_above_the_words(watched, live):
    """At 390 px: the menu opens, the map stands over the panel, the legend between them."""
    one = watched(390, 844, has_touch=True)
    page = one.map(live + "/maps/choice")
    page.locator(".menu summary").click()
    assert page.locator(".menu nav a").first.is_visible()
    tops = [page.locator(where).bounding_box()["y"] for where in ("#map_laegevalg", ".legend", "h1")]
    assert sorted(tops) == tops


@pytest.mark.parametrize(("form", "width", "height"), [("a4", 842, 595), ("a3", 1191, 842)])
def test_paper_is_one_page_with_everything_on_it(watched, live, form, width, height):
    """Landscape, one sheet; banner, legend and the study's hash are on it."""
    one = watched()
    page = one.map(live + f"/maps/choice?print={form}")
    until(page, PRINTING)
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert 1 == len(re.findall(rb"/Type\s*/Page\b", pdf))
    box = [float(n) for n in re.search(rb"/MediaBox\s*\[([\d. ]+)\]", pdf).group(1).split()]
    assert (width, height) == pytest.approx((box[2], box[3]), abs=2)
    page.emulate_media(media="print")
    for where in (".banner", ".legend", ".credits", ".printed", ".map-label.little"):
        assert page.locator(where).first.is_visible()
    assert not page.locator(".layers").first.is_visible()


def test_still_for_those_who_want_it_still(watched, live):
    """With reduced motion the map does not fly."""
    one = watched(reduced_motion="reduce")
    page = one.map(live + "/maps/choice")
    assert not page.evaluate("map_laegevalg.options.zoomAnimation")


def test_a_single_file_opens_alone(watched, live, study, tmp_path):
    """From disk, with nothing asked for; a click is answered; the other layers are there."""
    path = write_map(Publication(study), "choice", tmp_path / "choice.html")
    one = watched()
    page = one.map(path.as_uri())
    page.evaluate("map_laegevalg.setView([55.66, 12.25], 11, {animate: false})")
    assert "åbne praksis inden for" in click_place(page, 0.5, 0.45)
    page.check('input[name="layer"][value="residents"]')
    page.wait_for_timeout(200)
    assert [] == one.troubles
    assert set() == one.hosts
