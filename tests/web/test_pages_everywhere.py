"""Every page in its states, in Chromium over the example region: axe-core, paper, hover, search, background."""

import io
import os
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from web.conftest import running
from web.watching import PRINTING, READY, Watched, until

from app.language import number
from app.main import create_app
from app.publish.collections import Publication
from app.publish.single_file import write_map
from app.settings import Settings
from geodata.crs import WGS84, from_inside

pytestmark = pytest.mark.browser
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
STATES = (
    "/",
    "/?q=Hillerød",
    "/?q=xyzzy",
    "/data",
    "/data?lang=en",
    "/maps/choice",
    "/maps/choice?lang=en&layer=minutes&mode=ebike&by=city_district",
    "/maps/choice?area=0217&layer=pressure&show=open,closed,areas&foo=1",
    "/maps/choice?layer=standard&data=00000000",
    "/maps/choice?layer=ages&z=12&lat=55.93&lon=12.31&show=premises,candidates",
    "/maps/sites",
    "/maps/premises",
    "/maps/premises?premises=E0001&w-parking=4&lang=en",
    "/maps/premises?sites=2",
    "/maps/premises?sites=5&measure=total&lang=en",
    "/maps/choice?area=nowhere",
)
PICTURES = {
    "start": "/",
    "choice-map": "/maps/choice",
    "area": "/maps/choice?area=0270",
    "try-it": "/maps/choice?edit=1",
    "sites": "/maps/sites",
    "premises": "/maps/premises",
    "data": "/data",
}
FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
MAPS = ("/maps/choice", "/maps/choice?area=0217", "/maps/premises", "/maps/sites")


def violations(page):
    """What axe-core finds, one line each."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found.response["violations"]]


@pytest.mark.parametrize("width", [1366, 390])
def test_axe_finds_nothing(watched, region, width):
    """Every page in every state, on a laptop and a phone: no violation of WCAG 2.1 A and AA or of best practice."""
    page = watched(width, 768 if width > 720 else 844, bypass_csp=True, reduced_motion="reduce").page
    found = {}
    for state in STATES:
        page.goto(region + state, wait_until="load")
        if state.startswith("/maps/choice?") and "nowhere" not in state:
            until(page, READY)
        if trouble := violations(page):
            found[state] = trouble
    assert {} == found


def test_axe_finds_nothing_in_what_opens(watched, region):
    """A popup, the premises' forms and criteria, operations of the API's page, and the menu of a phone."""
    page = watched(bypass_csp=True, reduced_motion="reduce").map(
        region + "/maps/choice?z=12&lat=55.93&lon=12.31&show=areas"
    )
    box = page.locator("#map_laegevalg").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator(".leaflet-popup-content").wait_for()
    assert [] == violations(page)
    page.goto(region + "/maps/premises", wait_until="load")
    page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true; })")
    assert [] == violations(page)
    page.goto(region + "/docs", wait_until="load")
    for nth in range(6):
        page.locator(".opblock-summary-control").nth(nth).click()
    page.locator(".responses-table").nth(5).wait_for()
    assert [] == violations(page)
    phone = watched(390, 844, bypass_csp=True).map(region + "/maps/choice")
    phone.locator(".menu summary").click()
    assert [] == violations(phone)


@pytest.mark.parametrize("path", MAPS)
@pytest.mark.parametrize(("form", "wide"), [("a4", 842), ("a3", 1191)])
def test_paper_is_one_page_with_its_legend(watched, region, path, form, wide):
    """Every map page: one sheet of the size asked for, legend and question on it, forms and search not."""
    page = watched().map(f"{region}{path}{'&' if '?' in path else '?'}print={form}")
    until(page, PRINTING)
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert 1 == len(re.findall(rb"/Type\s*/Page\b", pdf))
    box = [float(n) for n in re.search(rb"/MediaBox\s*\[([\d. ]+)\]", pdf).group(1).split()]
    assert wide == pytest.approx(box[2], abs=2)
    page.emulate_media(media="print")
    for where in ("h1", ".banner", ".legend", ".credits", ".printed"):
        assert page.locator(where).first.is_visible()
    legend = page.locator(".legend").inner_text()
    assert "Åbne praksis inden for" in legend
    for where in (".search", ".layers", ".ask", ".files"):
        assert not page.locator(where).first.is_visible()


@pytest.mark.parametrize("path", ["/maps/premises", "/maps/sites", "/maps/choice?layer=standard&mode=walk_slow"])
@pytest.mark.parametrize("width", [320, 390, 683, 1366])
def test_no_sideways_scroll(watched, region, path, width):
    """Down to 320 px and at 200 % zoom of a laptop."""
    page = watched(width, 640).page
    page.goto(region + path, wait_until="load")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_resting_pointer_tells_of_its_cell(watched, region, sample_study):
    """At zoom 13 over an inhabited cell: as many open practices as the published cell has; nothing on the water."""
    cells = Publication(sample_study).cells.frame
    row = cells.iloc[int(cells["residents"].fillna(0).to_numpy(dtype=float).argmax())]
    lon, lat = from_inside(row["x"], row["y"], WGS84)
    one = watched()
    page = one.map(f"{region}/maps/choice?z=14&lat={lat:.6f}&lon={lon:.6f}&show=")
    box = page.locator("#map_laegevalg").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2 + 3, box["y"] + box["height"] / 2 + 3)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator(".cell-tip").wait_for()
    words = page.locator(".cell-tip").inner_text()
    assert words.startswith(f"{row['open_within_limit']} åb")
    assert f"{number(row['residents'])} borger" in words
    assert [] == one.troubles
    assert {"127.0.0.1"} == one.hosts


def test_a_practice_says_its_name_when_pointed_at(watched, region, sample_study):
    """From zoom 12 the name, from zoom 14 the number too."""
    page = watched().map(region + "/maps/choice?show=open")
    at = page.evaluate(
        "(() => { const s = map_data.practices.find(p => p.intake === 'open');"
        " map_laegevalg.setView(s.at, 14, {animate: false}); const c = map_laegevalg.latLngToContainerPoint(s.at);"
        " const b = map_laegevalg.getContainer().getBoundingClientRect();"
        " return [b.x + c.x, b.y + c.y, s.practices[0].title]; })()"
    )
    page.mouse.move(at[0] + 60, at[1] + 60)
    page.wait_for_timeout(200)  # Leaflet looks at the pointer no oftener than every 32 ms
    page.mouse.move(at[0], at[1])
    tip = page.locator(".leaflet-tooltip:not(.cell-tip)")
    tip.wait_for()
    assert at[2] in tip.inner_text()
    assert "Ydernr." in tip.inner_text()


def test_search_from_a_map_goes_there(watched, region):
    """A municipality's name opens its page; what several things are called opens the list of them."""
    page = watched().map(region + "/maps/premises")
    page.fill("#q", "Helsingør Kommune")
    page.keyboard.press("Enter")
    page.wait_for_url("**/maps/choice?area=0217")
    page.fill("#q", "Rød")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*")
    assert page.locator(".results a").count() > 1


def test_premises_by_keyboard(watched, region):
    """Weights changed and ranked, criteria opened, a card shown on the map, without a mouse."""
    one = watched()
    page = one.map(region + "/maps/premises")
    page.locator("summary", has_text="Vægte").focus()
    page.keyboard.press("Enter")
    page.locator("#w-parking").focus()
    page.keyboard.press("End")
    page.locator(".ask-form button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/maps/premises?*w-parking=4*")
    until(page, READY)
    page.locator(".premises-card summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".premises-card table").first.is_visible()
    page.locator("[data-premises]").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".leaflet-popup-content h3").inner_text().startswith("1. ")
    page.keyboard.press("Escape")
    until(page, "document.querySelectorAll('.leaflet-popup').length === 0")
    assert [] == one.troubles


def test_the_legend_in_grey_keeps_its_classes_apart(watched, region):
    """Rendered without colour, swatches that follow each other differ in every legend."""
    page = watched().map(region + "/maps/choice")
    greys = page.evaluate(
        "(() => Array.from(document.querySelectorAll('[data-legend]')).map(part => {"
        " const pen = Object.assign(document.createElement('canvas'), {width: 1, height: 1}).getContext('2d');"
        " pen.filter = 'grayscale(1)';"
        " return Array.from(part.querySelectorAll('rect')).map(rect => {"
        "  pen.fillStyle = getComputedStyle(rect).fill; pen.fillRect(0, 0, 1, 1);"
        "  return pen.getImageData(0, 0, 1, 1).data[0]; }); }))()"
    )
    assert greys
    assert all(abs(a - b) >= 3 for legend in greys for a, b in pairwise(legend))


def test_a_background_is_asked_for_only_when_configured(browser, sample_study):
    """Tiles are asked for where the setting says, the credit is shown, and the policy allows that origin alone."""
    settings = Settings(
        workers=0, background_url="http://tiles.invalid/{z}/{x}/{y}.png", background_credit="© Tegnerne"
    )
    asked = []
    with running(create_app(settings, sample_study)) as address:
        one = Watched(browser)
        picture = io.BytesIO()
        Image.fromarray(np.full((256, 256, 3), 200, dtype=np.uint8)).save(picture, "PNG")

        def tile(route):
            asked.append(route.request.url)
            route.fulfill(body=picture.getvalue(), content_type="image/png")

        one.page.route("http://tiles.invalid/**", tile)
        page = one.map(address + "/maps/choice")
        until(
            page,
            "document.querySelectorAll('img.leaflet-tile-loaded').length > 0",
        )
        assert "© Tegnerne" in page.locator(".credits").inner_text()
        assert {"127.0.0.1", "tiles.invalid"} == one.hosts
        assert [] == one.troubles
        one.context.close()
    assert asked


def test_premises_as_one_file(watched, sample_study, tmp_path):
    """Opens from disk with nothing asked for; cards and symbols are there, forms are not."""
    path = write_map(Publication(sample_study), "premises", tmp_path / "premises.html")
    assert path.stat().st_size <= 8_000_000
    one = watched()
    page = one.map(path.as_uri())
    assert page.locator(".premises-mark.named").count() == 10
    assert 0 == page.locator("form.ask-form").count()
    assert [] == one.troubles
    assert set() == one.hosts


def test_pictures_of_every_page(watched, region, tmp_path):
    """Each page is drawn, in more than a few colours; LAEGEVALG_PICTURES=1 keeps the pictures in docs/pictures."""
    page = watched(reduced_motion="reduce").page
    folder = FOLDER if os.environ.get("LAEGEVALG_PICTURES") == "1" else tmp_path
    for name, path in PICTURES.items():
        page.goto(region + path, wait_until="networkidle")
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        colours = picture.quantize(256)
        colours.save(folder / f"{name}.png", optimize=True)
        assert len(picture.getcolors(1_000_000)) > 20, name
