"""Tiles over HTTP: packed, tagged, described, and drawn by QGIS."""

from pathlib import Path

import mapbox_vector_tile
import pytest

from app.publish.tiles import HALF_WORLD, TILINGS
from geodata.crs import WEB_MERCATOR, from_inside

HERE = Path(__file__).parent
MVT = "application/vnd.mapbox-vector-tile"


@pytest.fixture(scope="module")
def path(study):
    """Address of the tile around the first cell."""
    x, y = from_inside(study.facts.cells["x"][0], study.facts.cells["y"][0], WEB_MERCATOR)
    side = 2 * HALF_WORLD / 2**11
    return f"/tiles/cells/11/{int((x + HALF_WORLD) // side)}/{int((HALF_WORLD - y) // side)}.mvt"


def test_a_tile_is_packed_for_who_can_unpack_it(service, path):
    """The same features with and without gzip."""
    packed = service.get(path, headers={"Accept-Encoding": "gzip"})
    plain = service.get(path, headers={"Accept-Encoding": "identity"})
    assert ("gzip", None) == (packed.headers.get("content-encoding"), plain.headers.get("content-encoding"))
    assert MVT == packed.headers["content-type"] == plain.headers["content-type"]
    assert packed.content == plain.content
    assert mapbox_vector_tile.decode(plain.content)["cells"]["features"]


def test_a_tile_is_asked_for_once(service, path):
    assert 304 == service.get(path, headers={"If-None-Match": service.get(path).headers["etag"]}).status_code


def test_an_empty_tile_has_no_content(service):
    assert 204 == service.get("/tiles/cells/11/0/0.mvt").status_code


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/tiles/cells/3/0/0.mvt", 404),
        ("/tiles/nothing/11/0/0.mvt", 404),
        ("/tiles/nothing.json", 404),
        ("/tiles/cells/11/x/0.mvt", 400),
        ("/tiles/cells/11/0/0.mvt?a=1", 400),
        ("/tiles/cells/11/0/99999999999999999999999.mvt", 404),
    ],
)
def test_a_bad_address_is_a_problem(service, address, status):
    answer = service.get(address)
    assert status == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]


@pytest.mark.parametrize("layer", list(TILINGS))
def test_a_layer_describes_itself(service, layer):
    """TileJSON with address, zooms, bounds, credits, labels, and the words on example data."""
    found = service.get(f"/tiles/{layer}.json").json()
    assert "3.0.0" == found["tilejson"]
    assert found["tiles"][0].endswith(f"/tiles/{layer}/{{z}}/{{x}}/{{y}}.mvt")
    assert list(TILINGS[layer].columns) == list(found["vector_layers"][0]["fields"])
    assert found["attribution"]
    assert "Eksempeldata" in found["description"]
    west, south, east, north = found["bounds"]
    assert 10 < west <= east < 16 < 54 < south <= north < 58


def test_qgis_draws_the_tiles(live, ask_qgis, path):
    """QGIS takes the address as vector tiles and paints pixels of the first cell's neighbourhood."""
    found = ask_qgis(HERE / "ask_qgis_tiles.py", live, path)
    assert found["valid"]
    assert 0 < found["painted"]
