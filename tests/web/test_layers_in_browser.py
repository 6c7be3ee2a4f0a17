"""Premises, candidates and ages on the map of choice, and the cells of a single file, in headless Chromium."""

import pytest
from web.watching import until

from app.publish.collections import Publication
from app.publish.place import place_answer
from app.publish.single_file import write_map
from geodata.crs import from_inside, to_inside

pytestmark = pytest.mark.browser
ON_SCREEN = (
    "(at) => { const c = map_laegevalg.latLngToContainerPoint(at);"
    " const b = map_laegevalg.getContainer().getBoundingClientRect(); return [b.x + c.x, b.y + c.y]; }"
)


def popup_at(page, at):
    """Click a place (latitude, longitude) and give the popup's text."""
    page.mouse.click(*page.evaluate(ON_SCREEN, at))
    page.locator(".leaflet-popup-content").wait_for()
    return page.locator(".leaflet-popup-content").inner_text()


@pytest.mark.parametrize("name", ["premises", "candidates"])
def test_points_are_switched_on_told_of_and_shared(quiet, region, sample_publication, name):
    """A box of the form asks for them once; legend and address follow; a click tells of one; a reload shows them."""
    row = sample_publication.collection(name).frame.iloc[0]
    lon, lat = (float(v) for v in from_inside(row.geometry.x, row.geometry.y))
    one = quiet()
    page = one.map(f"{region}/maps/choice?z=14&lat={lat:.5f}&lon={lon:.5f}&show=")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/points/" in request.url else None)
    symbol = page.locator(f'.symbols [data-symbol="{name}"]')
    assert not symbol.is_visible()
    page.check(f'input[name="show"][value="{name}"]')
    until(page, f"document.documentElement.dataset.{name} === 'ready'")
    assert symbol.is_visible()
    assert f"show={name}" in page.url
    words = popup_at(page, [lat, lon])
    title = f"1. {row['name']}" if name == "premises" else "Kandidatsted"
    assert words.startswith(title)
    assert (row["sentence_da"] if name == "premises" else row["near"]) in words
    page.keyboard.press("Escape")
    page.uncheck(f'input[name="show"][value="{name}"]')
    page.check(f'input[name="show"][value="{name}"]')
    assert 1 == len(asked)
    page.reload()
    until(page, f"document.documentElement.dataset.{name} === 'ready'")
    assert {"127.0.0.1"} == one.hosts


def test_a_practice_under_the_points_still_answers(quiet, region):
    """All symbols lie on one canvas: with candidates shown, a click on a practice tells of the practice."""
    page = quiet().map(region + "/maps/choice?show=open,candidates")
    at = page.evaluate(
        "(() => { const p = map_data.practices.find(p => p.intake === 'open');"
        " map_laegevalg.setView(p.at, 14, {animate: false}); return p.at; })()"
    )
    until(page, "document.documentElement.dataset.candidates === 'ready'")
    words = popup_at(page, at)
    assert "Ydernr." in words or "Kandidatsted" in words
    assert 1 == page.locator(".leaflet-popup-content").count()


def test_ages_are_a_surface(quiet, region):
    """Its legend stands alone, its picture is asked for, and the address holds it."""
    page = quiet().map(region + "/maps/choice")
    page.check('input[name="layer"][value="ages"]')
    visible = "Array.from(document.querySelectorAll('[data-legend]')).filter(e => !e.hidden).map(e => e.dataset.legend)"
    assert ["ages"] == page.evaluate(visible)
    assert "layer=ages" in page.url
    until(
        page, "[...document.querySelectorAll('img.cells-picture')].every(i => i.src.includes('/ages/') && i.complete)"
    )


def test_a_single_file_answers_with_the_cell(quiet, study, tmp_path):
    """In each inhabited cell the words of the service; beside them the nearest cell and how far."""
    publication = Publication(study)
    one = quiet()
    page = one.map(write_map(publication, "choice", tmp_path / "choice.html").as_uri())
    until(page, "document.documentElement.dataset.words === 'ready'")
    for _, cell in publication.cells.frame.iterrows():
        for dx, dy in ((0, 0), (40, -40), (70, 0)):
            lon, lat = (float(v) for v in from_inside(cell["x"] + dx, cell["y"] + dy))
            expected = place_answer(publication, lon, lat)["popup"]
            told = page.evaluate("([lat, lng]) => window.cellWords.at({lat, lng})", [lat, lon])
            assert expected == told
    assert set() == one.hosts
    row = publication.cells.frame.iloc[0]
    lon, lat = (float(v) for v in from_inside(row["x"], row["y"]))
    page.evaluate("([lat, lon]) => map_laegevalg.setView([lat, lon], 14, {animate: false})", [lat, lon])
    page.uncheck('input[name="show"][value="open"]')
    assert place_answer(publication, lon, lat)["popup"]["title"] in popup_at(page, [lat, lon])


def test_the_single_file_knows_where_a_click_is(quiet, study, tmp_path):
    """Degrees become EPSG:25832 to the millimetre, from Jutland to Bornholm."""
    page = quiet().map(write_map(Publication(study), "choice", tmp_path / "choice.html").as_uri())
    for lon, lat in ((8.1, 55.5), (12.57, 55.68), (15.15, 55.13), (10.0, 57.7)):
        there = page.evaluate("([lat, lng]) => window.cellWords.inside(lat, lng)", [lat, lon])
        assert to_inside(lon, lat) == pytest.approx((there["x"], there["y"]), abs=0.001)
