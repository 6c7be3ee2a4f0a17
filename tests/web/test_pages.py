"""Pages: banner, words, links that lead somewhere, and forgiving addresses."""

import html
import io
import re
import sqlite3
import zipfile
from contextlib import closing
from itertools import pairwise

import openpyxl
import pypdf
import pytest
from shown_town import UGLY_NAME

HTML = {"Accept": "text/html"}
PAGES = ("/", "/maps/choice", "/maps/choice?area=0217", "/data", "/?q=hel", "/maps/choice?print=a4")


def page(service, path, **params):
    answer = service.get(path, params=params or None, headers=HTML)
    assert 200 == answer.status_code, answer.text[:300]
    return answer.text


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("lang", "banner", "skip"), [("da", "Eksempeldata:", "Gå til indhold"), ("en", "Example data:", "Skip to content")]
)
def test_every_page_has_banner_skip_link_and_language(service, path, lang, banner, skip):
    """In both languages, with the other one a click away."""
    text = page(service, path + ("&" if "?" in path else "?") + f"lang={lang}")
    assert f'<html lang="{lang}">' in text
    assert banner in text
    assert f'<a class="skip" href="#content">{skip}</a>' in text
    assert 'id="content"' in text
    assert f'hreflang="{"en" if lang == "da" else "da"}"' in text


@pytest.mark.parametrize("path", PAGES)
def test_every_link_leads_somewhere(service, path):
    """No dead link: every address of this house in a page answers."""
    for address in set(re.findall(r'(?:href|src|action)="(/[^"#]*)"', page(service, path))):
        answer = service.get(address.replace("&amp;", "&"), headers=HTML)
        assert 200 == answer.status_code, address


@pytest.mark.parametrize("path", PAGES)
def test_no_inline_code(service, path):
    """No handler, style or script in a page: the policy would stop it."""
    text = page(service, path)
    assert not re.search(r"\son[a-z]+=", text)
    assert not re.search(r"\sstyle=", text)
    scripts = re.findall(r"<script([^>]*)>", text)
    assert all("src=" in attributes or 'type="application/json"' in attributes for attributes in scripts)
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text)


@pytest.mark.parametrize("path", PAGES)
def test_one_main_and_headings_without_jumps(service, path):
    """What screen readers go by."""
    text = page(service, path)
    assert 1 == len(re.findall(r"<main", text))
    assert 1 == len(re.findall(r"<h1", text))
    levels = [int(level) for level in re.findall(r"<h([1-6])", text)]
    assert all(after - before <= 1 for before, after in pairwise(levels) if after > before)


def test_start_asks_for_two_files_at_most(service):
    """The page, a stylesheet and an icon: no map, no script."""
    text = page(service, "/")
    assert 0 == len(re.findall(r"<script", text))
    assert 1 == len(re.findall(r'rel="stylesheet"', text))


def test_the_region_s_figure_stands_on_start_and_map(service, study):
    """The same number in both places, to three digits: 1,433 residents are about 1,430."""
    assert 1433 == study.areas("region").iloc[0]["under_two"]
    assert '<span class="figure">ca.\u00a01.430</span>' in page(service, "/")
    assert '<p class="big">ca.\u00a01.430</p>' in page(service, "/maps/choice")


def test_search_leads_to_the_area(service):
    """A name gives its page; nonsense gives advice; a tag is only text."""
    assert "/maps/choice?area=0217" in page(service, "/", q="Helsingør")
    assert "Ingen resultater for" in page(service, "/", q="xyzzy")
    assert "<script>alert" not in page(service, "/", q="<script>alert(1)</script>")


def test_every_figure_of_the_map_stands_in_the_table(service, study):
    """All municipalities with their counts and links."""
    text = page(service, "/maps/choice")
    for _, row in study.areas("municipality").iterrows():
        assert f'data-area="{row["code"]}">{row["name"]}</a>' in text


@pytest.mark.parametrize("by", ["health_council", "city_district"])
def test_the_table_divides_as_asked(service, study, by):
    """Councils or districts, with links that keep the division."""
    text = page(service, "/maps/choice", by=by)
    for _, row in study.areas(by).iterrows():
        assert f"/maps/choice?by={by}&amp;area={row['code']}" in text


def test_an_area_has_its_cause_and_nine_figures(service):
    """Name, reason, figures, and the way back."""
    text = page(service, "/maps/choice", area="0219")
    assert "<h1>Hillerød Kommune</h1>" in text
    assert "Hvorfor?" in text
    assert 9 == len(
        re.findall(
            r'<tr><th scope="row">[^<]+</th><td class="num">', text.split('class="figures"')[1].split("</table>")[0]
        )
    )
    assert "Tilbage til hele regionen" in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("by=parish", "by=parish kendes ikke her"),
        ("layer=heat", "layer=heat kendes ikke her"),
        ("mode=rocket", "mode=rocket kendes ikke her"),
        ("show=open,doctors", "show=open,doctors kendes ikke her"),
        ("z=99&lat=55&lon=12", "kendes ikke her"),
        ("z=nan&lat=55&lon=12", "kendes ikke her"),
        ("z=11&lat=x", "kendes ikke her"),
    ],
)
def test_an_unknown_value_is_forgiven_and_told(service, query, words):
    """The default is shown, and a line says so."""
    assert words in page(service, f"/maps/choice?{query}")


def test_an_unknown_area_is_a_page_that_says_so(service):
    """404 with the way on, in words."""
    answer = service.get("/maps/choice?area=9999", headers=HTML)
    assert 404 == answer.status_code
    assert "Området &#34;9999&#34; findes ikke i Region Prøve" in answer.text


def test_an_unknown_page_is_a_page(service):
    """404 with a link to the start, and the banner."""
    answer = service.get("/nowhere", headers=HTML)
    assert 404 == answer.status_code
    assert "text/html" in answer.headers["content-type"]
    assert "Siden findes ikke" in answer.text
    assert "Eksempeldata:" in answer.text


def test_the_view_is_in_the_address(service):
    """Layer, mode, points and position come back as they were asked for."""
    text = page(service, "/maps/choice?layer=minutes&mode=bike&show=closed&z=11.5&lat=55.6&lon=12.2")
    assert '"layer":"minutes","mode":"bike","z":11.5,"lat":55.6,"lon":12.2' in text
    assert 'value="minutes" checked' in text
    assert '"show":["closed"]' in text


def test_names_from_outside_are_text(service):
    """A practice's name with a tag in it is escaped in pages and scripts."""
    script = service.get("/maps/choice.js").text
    assert "<b>" not in script
    assert "\\u003cb>" in script
    assert UGLY_NAME not in page(service, "/", q="hyperlink")
    assert "&lt;b&gt;" in page(service, "/", q="hyperlink")


def test_the_data_page_names_sources_rules_and_limits(service):
    """Credits, licences, values with their standing, the hash, the files."""
    text = page(service, "/data")
    for words in ("Eksempelregionens omrids", "Afstandsgrænse for frit lægevalg", "antagelse", "MIT"):
        assert words in text
    assert "15.000 m" in text
    assert "/exports/town.gpkg" in text
    assert "practices-template.xlsx" in text


def test_the_template_opens_in_a_spreadsheet(service):
    """The empty table that the upload reads."""
    answer = service.get("/exports/practices-template.xlsx")
    assert 200 == answer.status_code
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    heads = [str(cell.value) for sheet in book for cell in next(sheet.iter_rows()) if cell.value]
    assert any("ydernummer" in head.lower() for head in heads)


@pytest.mark.parametrize("ending", ["gpkg", "xlsx", "fgb", "geojson", "parquet", "csv"])
def test_files_come_with_a_name(service, study, ending):
    """Of the region and the study's day."""
    answer = service.get(f"/exports/town.{ending}")
    assert 200 == answer.status_code
    name = re.search(r'filename="([^"]+)"', answer.headers["content-disposition"]).group(1)
    assert name.startswith("laegevalg-town")
    assert name.endswith(f"{study.day.isoformat()}.{ending}")


def test_the_projects_layers_are_named_after_the_file_that_is_handed_out(service, study, tmp_path):
    """Whoever keeps the file's name opens the project at once."""
    answer = service.get("/exports/town.gpkg")
    name = re.search(r'filename="([^"]+)"', answer.headers["content-disposition"]).group(1)
    (tmp_path / name).write_bytes(answer.content)
    with closing(sqlite3.connect(tmp_path / name)) as file:
        ((content,),) = file.execute("SELECT content FROM qgis_projects").fetchall()
    with zipfile.ZipFile(io.BytesIO(bytes.fromhex(content))) as archive:
        project = archive.read(archive.namelist()[0]).decode()
    assert f"<datasource>./{name}|layername=cells</datasource>" in project
    assert "town.gpkg" not in project.replace(name, "")


def test_every_page_offers_the_files_that_answer_its_question(service):
    """The workbook and the QGIS project on every page, the area sheet on an area's; each link leads to its file."""
    for path in ("/", "/maps/choice", "/maps/choice?area=0217", "/data"):
        text = page(service, path)
        assert "Hent Excel" in text
        assert "Hent QGIS-projekt" in text
    panel = page(service, "/maps/choice?by=city_district&area=1&lang=en")
    link = re.search(r'href="(/exports/town/area-sheet/[^"]+)"', panel).group(1)
    assert "Area sheet (PDF)" in panel
    answer = service.get(html.unescape(link))
    assert "application/pdf" == answer.headers["content-type"]
    assert answer.content.startswith(b"%PDF-1.7")
    assert "laegevalg-city_district-1-" in answer.headers["content-disposition"]
    assert "en" == pypdf.PdfReader(io.BytesIO(answer.content)).trailer["/Root"]["/Lang"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/exports/town/area-sheet/municipality/9999.pdf", 404),
        ("/exports/town/area-sheet/parish/0217.pdf", 404),
        ("/exports/hovedstaden/area-sheet/municipality/0217.pdf", 404),
        ("/exports/town/area-sheet/municipality/0217.pdf?lang=de", 400),
        ("/exports/town/area-sheet/municipality/0217.pdf?x=1", 400),
    ],
)
def test_an_area_sheet_that_cannot_be_is_a_problem(service, path, status):
    """An unknown area, kind, region, language or parameter."""
    answer = service.get(path)
    assert status == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]


def test_pictures_are_kept_for_ever(service):
    """Their address has the study in it."""
    answer = service.get("/maps/choice/choice/mainland/overview.png")
    assert answer.content.startswith(b"\x89PNG")
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        "/maps/choice/heat/mainland/overview.png",
        "/maps/choice/choice/atlantis/overview.png",
        "/maps/choice/choice/mainland/huge.png",
    ],
)
def test_unknown_pictures_are_not_found(service, path):
    """Only the pictures the map names."""
    assert 404 == service.get(path).status_code


def test_docs_use_our_own_files(service):
    """Swagger is served from here."""
    text = service.get("/docs").text
    assert "/static/vendor/swagger-ui/" in text
    assert not re.search(r"https?://", text)
