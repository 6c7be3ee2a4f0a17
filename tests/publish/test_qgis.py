"""The QGIS project in the GeoPackage: the same words and colours as the pages, and QGIS itself opens it whole."""

import io
import os
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from app.publish import palette
from app.publish.collections import TABLES
from app.publish.exporters import Request, export
from app.publish.gpkg_raster import TILE, table_name
from app.publish.legend import LAYERS, NO_CLASS, classes
from app.publish.palette import rgb
from app.publish.qgis import maplayers
from app.publish.qgis.layouts import A4, Inset, beside_insets, widened
from app.publish.qgis.plan import plan
from app.publish.qgis.renderers import conditions
from app.publish.raster import OVERVIEW_STEP

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


def stored(package):
    """The project's document, and the table of styles."""
    with closing(sqlite3.connect(package)) as file:
        ((name, content),) = file.execute("SELECT name, content FROM qgis_projects").fetchall()
        styles = file.execute("SELECT f_table_name, styleName, styleQML, useAsDefault FROM layer_styles").fetchall()
    archive = zipfile.ZipFile(io.BytesIO(bytes.fromhex(content)))
    assert [f"{name}.qgs"] == archive.namelist()
    return ElementTree.fromstring(archive.read(f"{name}.qgs")), styles


@pytest.fixture(scope="module")
def package(publication, tmp_path_factory):
    return export(publication, tmp_path_factory.mktemp("qgis") / "town.gpkg")


@pytest.fixture(scope="module")
def project(package):
    return stored(package)[0]


def maplayer(project, layer_id):
    return next(layer for layer in project.iter("maplayer") if layer.findtext("id") == layer_id)


def words(renderer):
    """Labels of a renderer's classes, in order."""
    return [entry.get("label") for kind in ("category", "rule", "paletteEntry") for entry in renderer.iter(kind)]


def colours(renderer):
    """Fill of each class as #rrggbb."""
    if entries := list(renderer.iter("paletteEntry")):
        return [entry.get("color") for entry in entries]
    filled = [option.get("value") for option in renderer.iter("Option") if option.get("name") == "color"]
    return ["#" + "".join(f"{int(part):02x}" for part in value.split(",")[:3]) for value in filled]


@pytest.mark.parametrize("layer", LAYERS.values(), ids=lambda layer: layer.id)
def test_classes_have_the_words_and_colours_of_the_page(project, layer):
    """Cells and overview of every surface: the legend's strings, the legend's colours, in the legend's order."""
    cells = maplayer(project, f"laegevalg_cells_{layer.id}").find("renderer-v2")
    overview = maplayer(project, f"laegevalg_overview_{layer.id}").find("pipe/rasterrenderer")
    expected = [swatch.title_da for swatch in layer.swatches]
    assert expected == words(cells) == words(overview)
    assert list(layer.colours) == colours(cells) == colours(overview)


@pytest.mark.parametrize("layer_id", ["minutes_drive", "residents"])
def test_conditions_sort_cells_as_the_page_does(publication, layer_id):
    """Each value, at a break and beside it, missing or hidden, meets the condition of its own class and no other."""
    layer = LAYERS[layer_id]
    breaks = layer.upper or layer.lower
    values = sorted({value for b in breaks for value in (b - 1, b, b + 0.5 if layer.upper else b + 1) if value >= 1})
    frame = pd.DataFrame({layer.column: [float(v) for v in values], "suppressed": ""})
    expected = classes(layer, frame)
    with closing(sqlite3.connect(":memory:")) as memory:
        frame.to_sql("cells", memory)
        found = [np.array(memory.execute(f"SELECT {where} FROM cells").fetchall())[:, 0] for where in conditions(layer)]
    met = np.column_stack(found).astype(int)
    assert (met.sum(axis=1) == 1).all()
    assert expected.tolist() == met.argmax(axis=1).tolist()


def test_a_hidden_count_is_in_the_first_class_and_an_unreachable_cell_in_the_last(publication):
    """Missing minutes are no minutes at all; a count hidden for being small is below five."""
    asked = {"minutes_drive": (None, "", 4), "residents": (None, "residents age_0_14", 0)}
    for layer_id, (value, suppressed, expected) in asked.items():
        layer = LAYERS[layer_id]
        with closing(sqlite3.connect(":memory:")) as memory:
            memory.execute(f'CREATE TABLE cells ("{layer.column}" REAL, suppressed TEXT)')
            memory.execute("INSERT INTO cells VALUES (?, ?)", (value, suppressed))
            met = [memory.execute(f"SELECT {where} FROM cells").fetchone()[0] for where in conditions(layer)]
        assert [expected] == [i for i, holds in enumerate(met) if holds]


def test_every_layer_is_read_only_but_what_planners_edit(project):
    """Nothing that is computed can be changed by a slip."""
    edited = {layer.findtext("id") for layer in project.iter("maplayer") if layer.get("readOnly") == "0"}
    assert edited == {f"laegevalg_{name}" for name in ("candidates", "premises") if name in TABLES}


def test_layers_are_looked_for_beside_the_project_under_the_files_name(publication, tmp_path, project):
    """Sources are relative; the service writes the file under one name and hands it out under another."""
    sources = {layer.findtext("datasource") for layer in project.iter("maplayer")}
    assert all("./town.gpkg" in source for source in sources)
    other = export(publication, tmp_path / "draft.gpkg", Request(file_name="laegevalg-town.gpkg"))
    assert all("./laegevalg-town.gpkg" in layer.findtext("datasource") for layer in stored(other)[0].iter("maplayer"))


def test_every_field_has_its_danish_name_and_codes_have_words(project):
    """Aliases for every column, a list of values for every column of codes."""
    layer, table = maplayer(project, "laegevalg_practices"), TABLES["practices"]
    aliases = {alias.get("field"): alias.get("name") for alias in layer.iter("alias")}
    for column in table.columns:
        if column is not table.geometry:
            assert aliases[column.name].startswith(column.title_da)
            widget = layer.find(f".//fieldConfiguration/field[@name='{column.name}']/editWidget")
            found = {o.get("value"): o.get("name") for o in widget.iter("Option") if o.get("value")}
            assert found == {code.value: code.title_da for code in column.allowed}


def test_styles_stand_in_the_file_once_as_default_for_each_table(package):
    """A layer dragged in without the project has its look too; the table is registered as attributes."""
    _, styles = stored(package)
    default = [table for table, _, _, first in styles if first]
    assert sorted(default) == sorted(set(default))
    assert {"cells", "practices", "little_choice_areas", "areas", "places"} <= set(default)
    for _, _, qml, _ in styles:
        assert ElementTree.fromstring(qml).find("renderer-v2") is not None
    with closing(sqlite3.connect(package)) as file:
        kinds = dict(file.execute("SELECT table_name, data_type FROM gpkg_contents").fetchall())
    assert "attributes" == kinds["layer_styles"]


def test_the_overview_holds_the_class_of_every_pixel_of_the_page(publication, package):
    """Tiles put together are the pages' own overview grid, class by class, for mainland and island."""
    for layer in LAYERS.values():
        with closing(sqlite3.connect(package)) as file:
            name = table_name(layer)
            west, north = file.execute(
                "SELECT min_x, max_y FROM gpkg_tile_matrix_set WHERE table_name = ?", (name,)
            ).fetchone()
            tiles = {
                (row, column): png
                for row, column, png in file.execute(f"SELECT tile_row, tile_column, tile_data FROM {name}")
            }
        for canvas in publication.canvases.values():
            grid = canvas.overview(classes(layer, canvas.cells))
            for row, column in np.argwhere(grid != NO_CLASS)[::37]:
                y = row + round((north - canvas.part.bounds[3]) / OVERVIEW_STEP)
                x = column + round((canvas.part.bounds[0] - west) / OVERVIEW_STEP)
                tile = np.asarray(Image.open(io.BytesIO(tiles[y // TILE, x // TILE])))
                assert [grid[row, column], 255] == tile[y % TILE, x % TILE].tolist()


def test_the_same_publication_gives_the_same_project(publication, tmp_path, project):
    """Nothing of the day or the machine gets into it."""
    again = stored(export(publication, tmp_path / "town.gpkg"))[0]
    assert ElementTree.tostring(project) == ElementTree.tostring(again)


def test_a_map_is_widened_to_its_paper_and_leaves_room_for_the_inset():
    """Ten by ten on a map twice as wide as high is twenty by ten; an inset takes its width in the east."""
    assert (-5, 0, 15, 10) == widened((0, 0, 10, 10), 2)
    bounds = (0.0, 0.0, 80_000.0, 86_000.0)
    west, _, east, _ = beside_insets(bounds, A4, [Inset("Bornholm", (0, 0, 1, 1))])
    _, _, width, _ = A4.map
    inset_from = west + (east - west) * (width - 44) / width
    assert inset_from >= bounds[2] - 1
    assert west <= 0


def test_premises_and_candidates_are_on_top_but_off_and_planners_may_change_them(publication):
    """Dark squares with their rank; the choice map shows neither, so both are off until somebody turns them on."""
    groups = plan(publication, TABLES)
    assert "Forslag" == groups[0].title
    premises, candidates = groups[0].members
    assert ("Egnede lokaler", True, False) == (premises.title, premises.editable, premises.shown)
    assert (True, False) == (candidates.editable, candidates.shown)
    written = ElementTree.tostring(maplayers.maplayer(premises, "x.gpkg", ""), encoding="unicode")
    assert 'readOnly="0"' in written
    assert 'value="square"' in written
    assert 'fieldName="&quot;rank&quot;"' in written
    without = {name: table for name, table in TABLES.items() if name not in ("premises", "candidates")}
    assert "Forslag" not in [group.title for group in plan(publication, without)]


# QGIS itself


@pytest.fixture(scope="module")
def sample_report(sample_package, opened_by_qgis):
    return opened_by_qgis(sample_package)


@pytest.mark.qgis
def test_qgis_opens_every_layer(sample_report):
    """One file, one project, EPSG:25832, every layer valid and with rows, no message."""
    assert sample_report["opened"]
    assert ["Lægevalg"] == sample_report["projects"]
    assert "EPSG:25832" == sample_report["crs"]
    assert [] == [layer["name"] for layer in sample_report["layers"] if not layer["valid"]]
    assert [] == sample_report["messages"]
    rows = {layer["id"]: layer.get("rows") for layer in sample_report["layers"]}
    assert 29 == rows["laegevalg_municipality"]
    assert all(count for name, count in rows.items() if count is not None and name != "laegevalg_estimated")


@pytest.mark.qgis
def test_qgis_shows_the_legend_of_the_page(sample_report):
    """What QGIS reads back are the strings of the legend; so they are without the project, from the styles."""
    found = {layer["id"]: layer["legend"] for layer in sample_report["layers"]}
    for layer in LAYERS.values():
        expected = [swatch.title_da for swatch in layer.swatches]
        assert expected == found[f"laegevalg_cells_{layer.id}"] == found[f"laegevalg_overview_{layer.id}"]
    assert [swatch.title_da for swatch in LAYERS["choice"].swatches] == sample_report["default_styles"]["cells"]
    intakes = [code.title_da for code in TABLES["practices"]["intake"].allowed]
    assert intakes == found["laegevalg_practices"] == sample_report["default_styles"]["practices"]


@pytest.mark.qgis
def test_qgis_has_the_danish_names_values_and_tips(sample_report):
    """Aliases and value lists reach the forms; layers say whose data they are, and in English what they are."""
    practices = next(layer for layer in sample_report["layers"] if layer["id"] == "laegevalg_practices")
    assert "Tilgang" == practices["aliases"]["intake"]
    assert "Åben for nye patienter" == practices["values"]["intake"]["open"]
    assert "Ydernr. " in practices["tip"]
    assert "Practices by intake" == practices["keywords"]
    assert all("Eksempeldata:" in layer["abstract"] for layer in sample_report["layers"])
    assert all(layer["read_only"] for layer in sample_report["layers"] if layer["id"].startswith("laegevalg_cells"))


@pytest.mark.qgis
def test_qgis_has_groups_bookmarks_and_only_the_first_surface_on(sample_report):
    """Groups top to bottom; of the surfaces one is shown."""
    groups = [name for name, _, _ in sample_report["tree"]]
    assert ["Praksis", "Begrænset lægevalg", "Grænser", "Anslået", "Valgmuligheder", "Baggrund"] == groups[-6:]
    surfaces = next(members for name, _, members in sample_report["tree"] if name == "Valgmuligheder")
    assert [True, *[False] * (len(LAYERS) - 1)] == [checked for _, checked, _ in surfaces]
    assert ["Hele regionen", "Bornholm"] == sample_report["bookmarks"][:2]
    assert 6 == len(sample_report["bookmarks"])


@pytest.mark.qgis
def test_qgis_prints_the_layouts(sample_report):
    """A4 and A3 landscape and an atlas of 29 sheets come out, and what is printed has the colours of the map."""
    sheets = {layout["name"]: layout for layout in sample_report["layouts"]}
    assert {"A4 liggende": 1, "A3 liggende": 1, "Atlas over kommuner (A4)": 29} == {
        n: s["sheets"] for n, s in sheets.items()
    }
    assert [297, 210] == sheets["A4 liggende"]["size"]
    assert [420, 297] == sheets["A3 liggende"]["size"]
    for layout in sheets.values():
        assert 0 == layout["result"]
        assert layout["pdf"] in (0, None)
    picture = np.asarray(Image.open(sheets["A4 liggende"]["path"]).convert("RGB"))
    for colour in (*palette.CHOICE, palette.BANNER, palette.WATER, palette.LITTLE_CHOICE):
        assert (picture == rgb(colour)).all(axis=2).sum() > 50, colour


@pytest.mark.qgis
def test_the_picture_of_the_readme_is_what_qgis_prints(sample_report, tmp_path):
    """The layout A4 as QGIS draws it; LAEGEVALG_PICTURES=1 keeps it in docs/pictures, where the README shows it."""
    folder = PICTURES if os.environ.get("LAEGEVALG_PICTURES") == "1" else tmp_path
    layout = next(one for one in sample_report["layouts"] if one["name"] == "A4 liggende")
    kept = folder / "qgis-a4.png"
    Image.open(layout["path"]).convert("RGB").quantize(256).save(kept, optimize=True)
    shown = np.asarray(Image.open(PICTURES / "qgis-a4.png").convert("RGB")).astype(int)
    drawn = np.asarray(Image.open(kept).convert("RGB")).astype(int)
    assert shown.shape == drawn.shape
    assert (np.abs(shown - drawn).max(axis=2) > 40).mean() < 0.05
    assert "docs/pictures/qgis-a4.png" in (PICTURES.parents[1] / "README.md").read_text(encoding="utf-8")
