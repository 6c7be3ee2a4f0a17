"""Vector tiles hold what is published, where it lies, whether encoded when asked for or beforehand."""

import gzip

import mapbox_vector_tile
import pytest
import shapely
from shown_town import town_study

from app.errors import NotFoundError
from app.publish import tiles as module
from app.publish.collections import Publication
from app.publish.tiles import (
    EXTENT,
    HALF_WORLD,
    TILINGS,
    Layer,
    Tiles,
    archive_folder,
    archives_of,
    bounds,
    columns_of,
    make_archives,
)
from geodata.crs import WEB_MERCATOR, outward


@pytest.fixture(scope="module")
def publication():
    """The small region, published."""
    return Publication(town_study())


@pytest.fixture(scope="module")
def archived(publication, tmp_path_factory):
    """The small region's cells encoded beforehand."""
    return make_archives(publication, tmp_path_factory.mktemp("store"), from_cells=1)


def tile_of(shape, z):
    """Column and row of the tile that a point lies in."""
    side = 2 * HALF_WORLD / 2**z
    centre = shapely.centroid(shape)
    return int((centre.x + HALF_WORLD) // side), int((HALF_WORLD - centre.y) // side)


def drawn(tiles, name, z, x, y):
    """Features of a tile, with their outlines in EPSG:3857."""
    west, south, east, _ = bounds(z, x, y)
    read = mapbox_vector_tile.decode(
        gzip.decompress(tiles.tile(name, z, x, y)), default_options={"geojson": True, "y_coord_down": False}
    )
    step = (east - west) / EXTENT
    out = []
    for feature in read[name]["features"]:
        shape = shapely.transform(shapely.geometry.shape(feature["geometry"]), lambda p: p * step + (west, south))
        out.append((feature["properties"], shape))
    return out


def test_a_tile_has_the_bounds_of_the_usual_grid():
    """Tile 0/0/0 is the world; 1/1/0 its north-eastern quarter."""
    assert (-HALF_WORLD, -HALF_WORLD, HALF_WORLD, HALF_WORLD) == bounds(0, 0, 0)
    assert (0.0, 0.0, HALF_WORLD, HALF_WORLD) == bounds(1, 1, 0)


@pytest.mark.parametrize("name", list(TILINGS))
@pytest.mark.parametrize("end", ["lowest", "highest"])
def test_every_feature_is_drawn_where_it_lies_with_its_published_figures(publication, name, end):
    """At the tile around its centre each row stands with its values and overlaps the published outline."""
    z, frame = getattr(TILINGS[name], end), publication.collection(name).frame
    tiles, table = Tiles(publication), publication.collection(name).table
    shapes = outward(frame, WEB_MERCATOR).geometry.to_numpy()
    for row, shape in enumerate(shapes):
        expected = {
            c.name: frame[c.name].tolist()[row] for c in columns_of(table) if frame[c.name].notna().tolist()[row]
        }
        found = [place for values, place in drawn(tiles, name, z, *tile_of(shape, z)) if values == expected]
        step = 2 * HALF_WORLD / 2**z / EXTENT
        assert any(place.distance(shape) <= step for place in found)


def test_cells_keep_their_size(publication):
    """A cell's outline at the highest zoom is its square to within two steps."""
    shapes = outward(publication.cells.frame, WEB_MERCATOR).geometry.to_numpy()
    z = TILINGS["cells"].highest
    step = 2 * HALF_WORLD / 2**z / EXTENT
    for row, shape in enumerate(shapes):
        found = drawn(Tiles(publication), "cells", z, *tile_of(shape, z))
        place = next(p for values, p in found if values["cell_id"] == publication.cells.frame["cell_id"].iloc[row])
        assert 2 * step >= shapely.hausdorff_distance(place, shapely.clip_by_rect(shape, *place.buffer(step).bounds))


def test_hidden_counts_are_in_no_tile(publication):
    """A cell whose residents are hidden has no such property."""
    hidden = publication.cells.frame.loc[publication.cells.frame["residents"].isna(), "cell_id"].tolist()
    assert hidden
    shapes = outward(publication.cells.frame, WEB_MERCATOR).geometry.to_numpy()
    read = [values for s in shapes for values, _ in drawn(Tiles(publication), "cells", 11, *tile_of(s, 11))]
    assert all("residents" not in values for values in read if values["cell_id"] in hidden)


def test_an_archive_holds_the_same(publication, archived):
    """What was encoded beforehand by GDAL has the same cells and figures."""
    whole, kept = Tiles(publication), Tiles(publication, archived)
    for shape in outward(publication.cells.frame, WEB_MERCATOR).geometry.to_numpy():
        for z in (11, 14):
            both = [
                sorted(str(sorted(values.items())) for values, _ in drawn(t, "cells", z, *tile_of(shape, z)))
                for t in (whole, kept)
            ]
            assert [row.replace(".0)", ")") for row in both[0]] == [row.replace(".0)", ")") for row in both[1]]


def test_archives_are_made_for_large_regions_and_follow_the_study(publication, tmp_path):
    """A small region has none; a large one has its own, and those of other studies go."""
    assert [] == make_archives(publication, tmp_path, from_cells=1_000_000)
    made = make_archives(publication, tmp_path, from_cells=1)
    assert made == archives_of(archive_folder(tmp_path, "town", publication.study.hash))
    stranger = archive_folder(tmp_path, "town", "another study")
    stranger.mkdir()
    again = make_archives(publication, tmp_path, from_cells=1)
    assert made == again
    assert not stranger.exists()


def test_an_empty_tile_is_empty(publication, archived):
    assert b"" == Tiles(publication).tile("cells", 11, 0, 0) == Tiles(publication, archived).tile("cells", 11, 0, 0)


def test_what_was_asked_for_longest_ago_goes_first(publication, monkeypatch):
    """Tiles in memory stay below the bound, and are encoded again when they went."""
    monkeypatch.setattr(module, "KEPT_BYTES", 1500)
    tiles = Tiles(publication)
    shapes = outward(publication.cells.frame, WEB_MERCATOR).geometry.to_numpy()
    asked = [(z, *tile_of(shape, z)) for shape in shapes for z in (11, 12, 13, 14)]
    first = [tiles.tile("cells", *at) for at in asked]
    assert 1500 >= sum(map(len, tiles._kept.values()))
    assert first == [tiles.tile("cells", *at) for at in asked]


@pytest.mark.parametrize(
    ("name", "z", "x", "y"),
    [
        ("cells", 10, 0, 0),
        ("cells", 15, 0, 0),
        ("cells", 11, 2048, 0),
        ("cells", 11, 0, -1),
        ("layers", 11, 0, 0),
    ],
)
def test_a_tile_that_cannot_be_is_not_found(publication, name, z, x, y):
    with pytest.raises(NotFoundError):
        Tiles(publication).tile(name, z, x, y)


def test_a_layer_is_indexed_once(publication):
    layer = Layer(publication, "cells")
    assert layer.tree is layer.tree
