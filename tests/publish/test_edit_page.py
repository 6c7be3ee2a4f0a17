"""What the what-if page is made of: cells as runs, classes of a change, places found by text, words."""

import io
import re
import struct
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from shown_town import town_study

from app.publish.cell_runs import cell_classes, cell_runs, packed_runs
from app.publish.change import CLASSES, change_classes, change_layer
from app.publish.collections import Publication
from app.publish.copy import catalogue
from app.publish.find import find, position
from app.publish.legend import LAYERS, NO_CLASS
from app.publish.maps import Atlas
from app.publish.vendor import EDIT_SCRIPTS, MAP_SCRIPTS, STATIC
from geodata.crs import from_inside


@pytest.fixture(scope="module")
def town():
    """The small region, published."""
    return Publication(town_study())


def unpacked(content):
    """The picture of cell numbers again, one pixel at a time."""
    columns, rows, runs = struct.unpack_from("<III", content)
    lengths = struct.unpack_from(f"<{runs}H", content, 12)
    steps = struct.unpack_from(f"<{runs}i", content, 12 + 2 * (runs + runs % 2))
    pixels, cell = [], 0
    for length, step in zip(lengths, steps, strict=True):
        cell += step
        pixels += [cell] * length
    assert len(content) == 12 + 2 * (runs + runs % 2) + 4 * runs
    return np.array(pixels).reshape(rows, columns)


@given(arrays(np.int32, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.integers(0, 3)))
def test_runs_are_the_picture(numbers):
    """Law: what is packed and read again is the same picture."""
    np.testing.assert_array_equal(numbers, unpacked(packed_runs(numbers)))


def test_a_run_longer_than_its_number_can_tell_is_cut():
    """70,000 pixels without a cell: two runs."""
    numbers = np.zeros((70, 1000), dtype=np.int32)
    assert (1000, 70, 2) == struct.unpack_from("<III", packed_runs(numbers))
    np.testing.assert_array_equal(numbers, unpacked(packed_runs(numbers)))


@pytest.mark.parametrize("scale", ["overview", "detail"])
def test_runs_lie_on_the_picture_to_the_pixel(town, scale):
    """Classes painted by runs are the PNG of the same part and scale, pixel by pixel."""
    classes = np.append(NO_CLASS, np.frombuffer(cell_classes(town), dtype=np.uint8)).astype(np.uint8)
    for part in town.canvases:
        png = Atlas(town).picture("choice", part, scale).png
        drawn = np.asarray(Image.open(io.BytesIO(png)))
        own = classes[unpacked(cell_runs(town, part, scale == "overview"))]
        clear = len(LAYERS["choice"].colours)
        np.testing.assert_array_equal(np.where(own == NO_CLASS, clear, own), drawn)


def test_each_change_has_its_class():
    """By hand, for a minimum of two: none, 1, 2 to 4, 5 or more before (rows) and after (columns)."""
    falls, fewer, same, more, lifted = range(5)
    expected = [
        [same, more, lifted, lifted],
        [fewer, same, lifted, lifted],
        [falls, falls, same, more],
        [falls, falls, fewer, same],
    ]
    assert expected == change_classes(2)
    assert ("falls", "short", "same", "more", "lifted") == CLASSES
    assert "Løftes til mindst 2" == change_layer(2).swatches[lifted].label("da")


def test_a_minimum_of_one_moves_the_limit():
    """Then only those without any practice are short."""
    assert "lifted" == CLASSES[change_classes(1)[0][1]]
    assert "more" == CLASSES[change_classes(1)[1][2]]


@pytest.mark.parametrize(
    "typed", ["55.93 12.31", "55,93 12,31", "55.93, 12.31", "12.31 55.93", "N 55.93 E 12.31", "55.93° N, 12.31° E"]
)
def test_degrees_are_read_in_either_order(typed):
    """Danish or English decimals, latitude or longitude first."""
    assert (12.31, 55.93) == position(typed)


def test_metres_are_read_in_either_order():
    """EPSG:25832."""
    lon, lat = from_inside(712_345.0, 6_189_012.0)
    assert (lon, lat) == position("712345 6189012") == position("6189012, 712345")


@pytest.mark.parametrize("typed", ["12.31", "55.93 99", "1 2", "Nygade 12", "55.93 12.31 7"])
def test_what_is_no_position_is_none(typed):
    """One number, three, or a place outside Denmark."""
    assert position(typed) is None


def test_a_practice_is_found_by_number_and_by_name(town):
    """With number and intake, for what can be done to it."""
    by_number = find(town, "000003")
    assert [("practice", "000003", "closed")] == [(h["kind"], h["ydernummer"], h["intake"]) for h in by_number]
    assert by_number == find(town, " 000003  ")
    assert by_number[0] in find(town, by_number[0]["name"][:6])


def test_a_place_is_found_by_part_of_its_name(town):
    """And nothing by a text that nothing has."""
    name = town.places.frame.query("kind != 'sea'")["name"].iloc[0]
    assert name in [hit["name"] for hit in find(town, name[:4].upper())]
    assert [] == find(town, "findes ikke her")
    assert [] == find(town, "   ")


def test_every_word_of_the_page_is_used():
    """Each text of the page stands in its templates or scripts by its key, and each key of the scripts has a text."""
    folder = files("app.publish") / "templates"
    written = "".join((folder / name).read_text() for name in ("edit.html", "edit_views.html", "edit_symbols.html"))
    scripts = "".join((STATIC / name).read_text() for name in EDIT_SCRIPTS[len(MAP_SCRIPTS) :])
    known = {key.removeprefix("edit.") for key in catalogue() if key.startswith("edit.")}
    used = set(re.findall(r"""edit\.([a-z_0-9]+)["']""", written)) | set(re.findall(r"words\.([a-z_0-9]+)", scripts))
    used |= set(re.findall(r'"([a-z_0-9]+)"', scripts)) | {"view_before", "view_after", "view_change"}
    assert set() == known - used
    asked = set(re.findall(r"\bwords\.([a-z_0-9]+)", scripts)) | set(re.findall(r'\bsay\("([a-z_0-9]+)"', scripts))
    assert set() == asked - known - {"length"}
