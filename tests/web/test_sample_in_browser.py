"""The example region in headless Chromium, with all its 77,000 cells: small, quiet, and answering."""

import pytest
from web.watching import click_place, until

pytestmark = pytest.mark.browser

TRANSFER_BYTES = 600_000


def test_the_first_view_is_quiet_and_small(quiet, region):
    """From the address to the drawn map: without error, without another host, within the bytes allowed."""
    one = quiet()
    page = one.map(region + "/maps/choice")
    until(
        page, "Array.from(document.querySelectorAll('img.cells-picture')).every(i => i.complete && i.naturalWidth > 0)"
    )
    assert {"127.0.0.1"} == one.hosts
    sent = page.evaluate("performance.getEntriesByType('resource').reduce((sum, e) => sum + e.transferSize, 0)")
    assert sent < TRANSFER_BYTES


def test_all_municipalities_have_a_row(quiet, region, sample_study):
    """29 rows, the most affected seen at once, the rest a button away."""
    page = quiet().map(region + "/maps/choice")
    assert (
        29 == page.locator("[aria-labelledby=areas-title] tbody tr").count() == len(sample_study.areas("municipality"))
    )
    visible = page.locator("[aria-labelledby=areas-title] tbody tr:visible").count()
    assert visible < 29
    page.locator('[data-action="show-all"]').first.click()
    assert 29 == page.locator("[aria-labelledby=areas-title] tbody tr:visible").count()


@pytest.mark.parametrize(
    ("place", "lat", "lon"), [("Hillerød", 55.93, 12.31), ("Rønne", 55.10, 14.71), ("Dragør", 55.595, 12.67)]
)
def test_a_click_is_answered(quiet, region, place, lat, lon):
    """In a town, on the island, under the 5 km rule."""
    page = quiet().map(f"{region}/maps/choice?z=13&lat={lat}&lon={lon}&show=")
    assert "praksis inden for" in click_place(page)


def test_labels_do_not_cover_each_other_or_the_legend(quiet, region):
    """At every zoom: no two labels overlap, none lies under the legend or the inset."""
    page = quiet().map(region + "/maps/choice")
    for zoom in (8, 9, 10, 11, 12):
        page.evaluate(f"map_laegevalg.setView([55.9, 12.3], {zoom}, {{animate: false}}); null")
        boxes = page.evaluate(
            "Array.from(document.querySelectorAll('.map-label, #map-box .legend, #map-box .inset'))"
            ".map(e => [e.getBoundingClientRect(), e.textContent])"
            ".map(([b, text]) => [b.left, b.top, b.right, b.bottom, text])"
        )
        assert len(boxes) > 3
        for i, a in enumerate(boxes):
            for b in boxes[i + 1 :]:
                apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
                assert apart, (zoom, a[4], b[4])
