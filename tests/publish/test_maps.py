"""The map needs nothing from elsewhere, is the same each time, and opens alone as one file."""

import re

import folium
import pytest
import shapely
from folium.plugins import MarkerCluster

from app.errors import ExportError
from app.publish.maps import Atlas, script_json, without_small_holes
from app.publish.single_file import write_map
from app.publish.vendor import required

OUTSIDE = re.compile(r"""(?:src|href)=["']?(?:https?:)?//|url\((?:https?:)?//|@import""")


def url(layer, part, scale):
    return f"/{layer}/{part.id}/{scale}.png"


@pytest.fixture(scope="module")
def atlas(publication):
    return Atlas(publication)


def test_the_same_map_is_the_same_script(atlas):
    """Names are fixed: nothing random, so that answers can be kept and compared."""
    assert atlas.choice_map("da", url).script == atlas.choice_map("da", url).script


def test_the_script_uses_leaflet_alone(atlas):
    """No jQuery, no Bootstrap, and no address of another host."""
    script = atlas.choice_map("da", url).script
    assert "L.map(" in script
    assert "$" not in re.sub(r"var map_data = .*", "", script)
    assert "http" not in re.sub(r"var map_data = .*", "", script)


def test_only_leaflet_is_asked_for(atlas):
    """Of Folium's default scripts and styles the map takes Leaflet's and leaves the rest."""
    assert ("vendor/leaflet/leaflet.js", "vendor/leaflet/leaflet.css") == atlas.choice_map("da", url).vendored


def test_an_asset_that_is_not_vendored_is_refused():
    """A plugin that would fetch its script from elsewhere stops the map."""
    chart = folium.Map()
    MarkerCluster().add_to(chart)
    root = chart.get_root()
    for child in list(root._children.values()):
        child.render()
    with pytest.raises(ExportError, match=r"markercluster.*not vendored"):
        required(root.header.render())


def test_a_script_element_cannot_be_ended_by_data():
    """A name with a tag in it stays a name."""
    assert "</script>" not in script_json({"name": "</script><script>alert(1)</script>"})


def test_small_holes_are_not_drawn():
    """A field within an area of limited choice is filled, a large wood is not."""

    def square(x, side):
        return shapely.box(x, 1000, x + side, 1000 + side).exterior

    shape = shapely.Polygon(shapely.box(0, 0, 9000, 5000).exterior, [square(500, 500), square(3000, 2000)])
    assert 1 == len(without_small_holes(shape).interiors)


@pytest.fixture(scope="module")
def single(publication, tmp_path_factory):
    return write_map(publication, "choice", tmp_path_factory.mktemp("map") / "choice.html").read_text(encoding="utf-8")


def test_a_single_file_asks_for_nothing(single):
    """No element of it has an address on another host, nor one on the service."""
    assert not OUTSIDE.search(re.sub(r"<script>.*?</script>", "", single, flags=re.DOTALL))
    elements = re.sub(r"<script.*?</script>|<style>.*?</style>", "", single, flags=re.DOTALL)
    addresses = re.findall(r"""(?:src|href)=["']([^"']+)["']""", elements)
    assert all(address.startswith(("#", "data:")) for address in addresses), addresses


def test_a_single_file_says_what_it_is(single):
    """The banner, the snapshot's day, credits, and both legends' words."""
    for words in ("Eksempeldata:", "Øjebliksbillede fra", "5 eller flere", "Omtrentlige omrids"):
        assert words in single


def test_a_single_file_is_small(single):
    """At most 8 MB."""
    assert len(single.encode()) < 8_000_000


def test_an_unknown_map_is_refused(publication, tmp_path):
    """The message names the maps there are."""
    with pytest.raises(ExportError, match="choose one of choice"):
        write_map(publication, "heat", tmp_path / "a.html")
