"""QGIS and Chromium draw the same map: the shares of the classes' colours on the mainland at the same scale."""

import io

import numpy as np
import pytest
from PIL import Image
from web.conftest import running
from web.watching import Watched, until

from app.main import create_app
from app.publish import palette
from app.publish.palette import rgb
from app.settings import Settings
from geodata.crs import WGS84, from_inside

pytestmark = [pytest.mark.browser, pytest.mark.qgis]
SCALE = 324_000
ZOOM = 10
POINTS = 2
"""Percentage points that a share may differ by."""


def shares(picture):
    """Share of each class among the pixels that have a class's colour, in percent."""
    pixels = np.asarray(picture.convert("RGB"))
    counts = np.array([(pixels == rgb(colour)).all(axis=2).sum() for colour in palette.CHOICE], dtype=float)
    assert counts.sum() > 50_000
    return 100 * counts / counts.sum()


def drawn_by_page(browser, study, view):
    """The map page at the middle of QGIS's view, without what lies over the map."""
    lon, lat = from_inside(*view, WGS84)
    with running(create_app(Settings(), study)) as address:
        watched = Watched(browser, width=1660, height=1060)
        page = watched.map(f"{address}/maps/choice?z={ZOOM}&lat={float(lat):.4f}&lon={float(lon):.4f}")
        loaded = "Array.from(document.querySelectorAll('img.cells-picture')).every(i => i.complete && i.naturalWidth)"
        until(page, loaded)
        page.evaluate("document.querySelectorAll('#map-box .legend, #map-box .inset').forEach(e => e.remove())")
        picture = page.locator("#map_laegevalg").screenshot()
        watched.context.close()
    return Image.open(io.BytesIO(picture))


def test_class_shares_are_those_of_the_page(browser, sample_study, sample_package, opened_by_qgis):
    """At 1:324,000 over the mainland no class's share of the coloured pixels differs by two points or more."""
    report = opened_by_qgis(sample_package, SCALE)
    assert SCALE == pytest.approx(report["map"]["scale"], rel=1e-3)
    by_qgis = shares(Image.open(report["map"]["path"]))
    by_page = shares(drawn_by_page(browser, sample_study, report["map"]["view"]))
    assert np.abs(by_qgis - by_page).max() < POINTS, (by_qgis, by_page)
