"""The area sheet as a reader of PDF sees it: one page, tagged, in its language, with the figures that are published."""

import re

import numpy as np
import pypdf
import pytest
import shapely
from shown_town import PRACTICES, UGLY_NAME, outlines, town_study

from app.errors import ExportError, NotFoundError
from app.publish import palette
from app.publish.area_sheet.drawing import PIXELS, area_map, bar_kilometres, square
from app.publish.area_sheet.helps import what_helps
from app.publish.area_sheet.write import compiled, write_area_sheet
from app.publish.collections import Publication
from app.publish.palette import rgb
from app.publish.panel import BYS, Writer
from app.publish.what_if import LIFTED, Effects
from app.siting.scenario import Open, Scenario


def sheet(publication, folder, by, code, lang="da"):
    return pypdf.PdfReader(write_area_sheet(publication, by, code, folder / f"{by}-{code}-{lang}.pdf", lang))


def words(reader):
    """The text with every space the same and no line ends."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


def spaced(text):
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_area_has_one_tagged_page_in_its_language(publication, tmp_path, lang):
    """Municipality, council and district: one page A4, PDF/UA-1, tagged, with language and title."""
    for by in BYS:
        for code in publication.areas.only(kind=by).frame["code"]:
            reader = sheet(publication, tmp_path, by, code, lang)
            catalogue = reader.trailer["/Root"]
            assert 1 == len(reader.pages)
            assert lang == catalogue["/Lang"]
            assert catalogue["/MarkInfo"]["/Marked"]
            assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
            assert "<pdfuaid:part>1<" in reader.xmp_metadata.stream.get_data().decode()
            name = Writer(publication, lang).area(by, code).title
            assert reader.metadata.title.startswith(name)
            assert (595, 842) == tuple(round(float(v)) for v in reader.pages[0].mediabox[2:])


def structure(element, found):
    """Kinds of the structure's elements, and the words that stand for a figure."""
    element = element.get_object()
    if "/S" in element:
        found.append((element["/S"], element.get("/Alt")))
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        if not isinstance(child.get_object() if hasattr(child, "get_object") else child, int):
            structure(child, found)
    return found


def test_structure_has_headings_tables_and_words_for_the_map(publication, tmp_path):
    """A screen reader finds one heading of the first level, table heads, and the map's description."""
    reader = sheet(
        publication, tmp_path, "municipality", publication.areas.only(kind="municipality").frame["code"].iloc[0]
    )
    found = structure(reader.trailer["/Root"]["/StructTreeRoot"], [])
    kinds = [kind for kind, _ in found]
    assert 1 == kinds.count("/H1")
    assert 4 <= kinds.count("/H2")
    assert 2 <= kinds.count("/THead")
    assert any(alt and "Tallene står i tabellerne" in alt for kind, alt in found if kind == "/Figure")


@pytest.mark.parametrize("by", BYS)
def test_figures_are_those_of_the_panel(publication, tmp_path, by):
    """Headline, classes, key figures, standards and the banner: to the digit, hidden ones hidden."""
    for code in publication.areas.only(kind=by).frame["code"]:
        panel = Writer(publication, "da").area(by, code)
        text = words(sheet(publication, tmp_path, by, code))
        assert spaced(panel.headline.big).lower() in text.lower()
        assert "Eksempeldata:" in text
        for bar in panel.bars:
            assert spaced(f"{bar.label} {bar.count} {bar.share}") in text
        for figure in panel.figures:
            assert spaced(f"{figure.label} {figure.value}") in text
        for row in panel.standards:
            assert spaced(f"{row.label} {row.under} {row.share}") in text


def test_text_of_people_is_set_as_it_stands(tmp_path):
    """A name with markup, a formula and a hash is neither run nor lost."""
    ugly = 'Ø #panic("x") *b* $x$ <script> \\ "q"'
    areas = outlines()
    areas.loc[areas["code"] == "1", "name"] = ugly
    study = town_study(areas=areas)
    reader = sheet(Publication(study), tmp_path, "city_district", "1")
    assert spaced(ugly) in words(reader)
    assert UGLY_NAME in {practice["name"] for practice in PRACTICES}


def test_what_helps_is_the_published_effect_of_one_practice_there(sample_publication):
    """In the example region: each place told gives what a scenario with one practice there is published to give."""
    row = Writer(sample_publication, "da").row("municipality", "0260")
    helps = what_helps(sample_publication, row["geometry"], "da")
    assert 1 <= len(helps) <= 3
    places = sample_publication.places.frame
    inside = places[shapely.contains(row["geometry"], places.geometry.to_numpy())].to_crs(4326)
    best = inside[inside["name"] == helps[0].name].geometry.iloc[0]
    effects = Effects(sample_publication)
    effect = sample_publication.study.what_if(Scenario((Open(best.x, best.y),)))
    told = effects.told(effect)
    region = effect.before.index[effect.before["kind"] == "region"][0]
    assert effects.people(told, region, LIFTED, "da") == helps[0].people
    values = sample_publication.study.value_map([(point.x, point.y) for point in inside.geometry])
    assert max(values) == effect.lifted[region]


def test_a_sheet_of_an_area_where_nothing_helps_says_so(sample_publication, tmp_path):
    """Where everybody has two, one more lifts nobody."""
    assert "løfter ingen til mindst 2" in words(sheet(sample_publication, tmp_path, "city_district", "3"))


@pytest.mark.parametrize(
    ("by", "code"), [("municipality", "0101"), ("health_council", "hovedstaden"), ("municipality", "0400")]
)
def test_sheets_of_the_example_region_fit_on_a_page(sample_publication, tmp_path, by, code):
    """The longest texts, the largest council, the island."""
    assert 1 == len(sheet(sample_publication, tmp_path, by, code).pages)


def test_the_map_has_the_classes_of_the_page(sample_publication):
    """Rasterised: all the colours of choice that occur, land, water and the area's outline."""
    import io

    from PIL import Image

    made = compiled(sample_publication, "municipality", "0260", "da", format="png", ppi=100)
    pixels = np.asarray(Image.open(io.BytesIO(made)).convert("RGB"))
    for colour in (*palette.CHOICE[:3], palette.LAND, palette.WATER, palette.HEADER):
        assert (pixels == rgb(colour)).all(axis=2).sum() > 30, colour


def test_the_map_is_a_square_around_the_area(publication):
    """The area's outline stands in the middle with room around it; the scale bar is of a round length."""
    outline = shapely.box(700_000, 6_170_000, 710_000, 6_174_000)
    west, south, east, north = square(outline.bounds)
    assert east - west == pytest.approx(north - south) == pytest.approx(11_200)
    assert (705_000, 6_172_000) == ((west + east) / 2, (south + north) / 2)
    assert 2 == bar_kilometres((west, south, east, north))
    assert f'viewBox="0 0 {PIXELS} {PIXELS}"' in area_map(publication, outline)


def test_the_same_publication_gives_the_same_sheet(publication, tmp_path):
    """Nothing of the hour gets into it."""
    one, two = (
        write_area_sheet(publication, "city_district", "1", tmp_path / name).read_bytes() for name in ("a.pdf", "b.pdf")
    )
    assert one == two


def test_an_unknown_area_or_folder_is_refused(publication, tmp_path):
    """One clear line each."""
    with pytest.raises(NotFoundError, match="9999"):
        write_area_sheet(publication, "municipality", "9999", tmp_path / "x.pdf")
    with pytest.raises(ExportError, match="cannot be written"):
        write_area_sheet(publication, "city_district", "1", tmp_path / "nowhere" / "x.pdf")
