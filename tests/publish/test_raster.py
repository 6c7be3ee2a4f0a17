"""Cells become pictures where they lie, with the colour of their class and nothing else."""

import io

import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image
from pyproj import Transformer

from app.publish.legend import LAYERS, NO_CLASS, classes
from app.publish.palette import CHOICE, rgb
from app.publish.raster import Canvas, Part, Warp, land, parts, png

WEST, SOUTH = 700_000.0, 6_170_000.0
LAND = shapely.box(WEST, SOUTH, WEST + 3000, SOUTH + 2000)
PART = Part("mainland", "", ("0217",), False, LAND)


def cells(*rows):
    frame = pd.DataFrame(rows, columns=["x", "y", "residents", "choice_class"])
    return frame.assign(kommunekode="0217", x=frame["x"] + WEST, y=frame["y"] + SOUTH)


def test_detail_is_the_cells_and_nothing_else():
    """Two cells, two coloured squares of the grid, counted from the north-west with the margin of 500 m."""
    canvas = Canvas(PART, cells((50, 50, 3, "0"), (2950, 1950, 100, "3")))
    grid = canvas.detail(np.array([0, 3], dtype=np.uint8))
    assert (30, 40) == grid.shape
    assert {(24, 5): 0, (5, 34): 3} == {
        tuple(map(int, at)): int(grid[tuple(at)]) for at in np.argwhere(grid != NO_CLASS)
    }


def test_overview_spreads_by_residents():
    """A cell of 3 residents reaches 150 m, one of 40 or more 450 m: areas of the circles, to the pixel's size."""
    canvas = Canvas(PART, cells((550, 1050, 3, "0"), (2050, 1050, 40, "1")))
    grid = canvas.overview(np.array([0, 1], dtype=np.uint8))
    small, large = ((grid == value).sum() * 50.0**2 for value in (0, 1))
    assert np.pi * 150**2 == pytest.approx(small, rel=0.2)
    assert np.pi * 450**2 == pytest.approx(large, rel=0.05)


def test_overview_gives_a_pixel_to_the_nearest_cell():
    """Between a large and a small cell 400 m apart the middle divides them as far as the small one reaches."""
    canvas = Canvas(PART, cells((1050, 1050, 40, "0"), (1250, 1050, 3, "1")))
    grid = canvas.overview(np.array([0, 1], dtype=np.uint8))
    row = int((SOUTH + 2500 - (SOUTH + 1050)) // 50)
    column = {name: int((WEST + x - (WEST - 500)) // 50) for name, x in {"left": 1100, "right": 1200}.items()}
    assert (0, 1) == (grid[row, column["left"]], grid[row, column["right"]])


def test_overview_stays_on_land():
    """A cell by the shore is not spread over the water."""
    canvas = Canvas(PART, cells((50, 50, 100, "0")))
    grid = canvas.overview(np.zeros(1, dtype=np.uint8))
    shown = grid != NO_CLASS
    assert shown.any()
    assert not (shown & ~land(LAND, PART.bounds, 50.0)).any()


def test_land_has_lakes_and_islands_in_them():
    """A hole is water, and an island in the hole is land again, whatever the order of the parts."""
    lake = shapely.box(500, 500, 1500, 1500)
    island = shapely.box(900, 900, 1100, 1100)
    shape = shapely.MultiPolygon([island, shapely.Polygon(shapely.box(0, 0, 2000, 2000).exterior, [lake.exterior])])
    dry = land(shape, (0.0, 0.0, 2000.0, 2000.0), 100.0)
    assert [True, False, True] == [bool(dry[19, 1]), bool(dry[13, 7]), bool(dry[10, 10])]


def test_warp_puts_a_cell_where_it_lies():
    """The centre of a cell, taken through Web Mercator, falls on a pixel of its class, at every corner too."""
    bounds = (680_000.0, 6_150_000.0, 740_000.0, 6_225_000.0)
    warp = Warp(bounds, 100.0, 50.0)
    rng = np.random.default_rng(4)
    grid = rng.integers(0, 4, (750, 600), dtype=np.uint8)
    picture = warp.sample(grid)
    to_mercator = Transformer.from_crs(25832, 3857, always_xy=True)
    for row, column in [(0, 0), (749, 599), (0, 599), (749, 0), (375, 300), *rng.integers(0, 600, (200, 2))]:
        x, y = to_mercator.transform(bounds[0] + column * 100 + 50, bounds[3] - row * 100 - 50)
        i, j = int((warp.north - y) / warp.pixel), int((x - warp.west) / warp.pixel)
        assert grid[row, column] == picture[i, j]


def test_warp_leaves_what_is_outside_empty():
    """The grid is turned against north in Web Mercator; the corners of the picture lie outside it and are clear."""
    bounds = (680_000.0, 6_150_000.0, 740_000.0, 6_225_000.0)
    picture = Warp(bounds, 100.0, 50.0).sample(np.zeros((750, 600), dtype=np.uint8))
    assert NO_CLASS == picture[0, 0]
    assert 0 == picture[picture.shape[0] // 2, picture.shape[1] // 2]


def test_png_has_the_palette_and_is_clear_elsewhere():
    """A palette picture: class numbers keep their colours, 255 is transparent."""
    image = Image.open(io.BytesIO(png(np.array([[0, 1], [3, 255]], dtype=np.uint8), CHOICE))).convert("RGBA")
    expected = [(*rgb(CHOICE[0]), 255), (*rgb(CHOICE[1]), 255), (*rgb(CHOICE[3]), 255)]
    assert expected == [image.getpixel(at) for at in ((0, 0), (1, 0), (0, 1))]
    assert 0 == image.getpixel((1, 1))[3]


def test_mainland_and_island_are_apart(publication):
    """No picture lies over the sea between them."""
    mainland, island = parts(publication.study.facts)
    assert ("mainland", "bornholm") == (mainland.id, island.id)
    assert island.inset
    assert mainland.bounds[2] < island.bounds[0]


@pytest.mark.parametrize(
    ("layer", "values", "expected"),
    [
        ("choice", ["0", "1", "2", "3"], [0, 1, 2, 3]),
        ("minutes_drive", [0.0, 5.0, 5.01, 10.0, 15.0, 20.0, 20.1, np.nan], [0, 0, 1, 1, 2, 3, 4, 4]),
        ("residents", [1, 4, 5, 14, 15, 39, 40, 99, 100, 5000], [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]),
    ],
)
def test_classes_are_inclusive_and_fixed(layer, values, expected):
    """Bounds belong to their class: upper ones of minutes, lower ones of residents; the unreachable is in the last."""
    frame = pd.DataFrame({LAYERS[layer].column: values})
    assert expected == classes(LAYERS[layer], frame).tolist()
