"""The Excel workbook, read back by openpyxl: sheets, heads, formats, texts and what is hidden."""

import datetime
import re

import openpyxl
import pandas as pd
import pytest
from shown_town import UGLY_NAME

from app.publish import palette
from app.publish.collections import PUBLISHED_CELLS, Publication
from app.publish.copy import text
from app.publish.exporters import Request, export
from app.publish.legend import LAYERS
from app.publish.workbook.columns import AREA_COLUMNS, LITTLE_COLUMNS, collection_columns
from app.publish.workbook.table_sheet import FIRST_ROW, HEAD_ROW, hidden_words, sheet_name

HEADS = {
    "da": [
        "Kode", "Navn", "Sundhedsråd", "Borgere", "Ingen åben", "1 åben", "2–4 åbne", "5 eller flere",
        "Færre end 2 åbne praksis", "Andel med færre end 2", "Færre end 2 i luftlinje",
        "Ville have færre end 2, hvis alle var åbne", "Praksis", "Åbne praksis", "Kapaciteter", "Tilmeldte",
        "Lukkegrænse i alt", "Udnyttelse", "Ledige pladser pr. 1.000 borgere", "Nærmeste åbne, km",
        "Næstnærmeste åbne, km", "Andel 65+ blandt de berørte", "Andel 80+ blandt de berørte", "Anslået andel",
    ],
}  # fmt: skip
SHEETS = {
    "da": [
        "Forside", "Kommuner", "Sundhedsråd", "Bydele", "Begrænset lægevalg", "Praksis", "Egnede lokaler", "Forklaring",
    ],
    "en": [
        "Front", "Municipalities", "Health councils", "City districts", "Limited choice", "Practices", "Premises",
        "What it means",
    ],
}  # fmt: skip
TABLES_DA = SHEETS["da"][1:-1]


@pytest.fixture(scope="module")
def book(publication, tmp_path_factory):
    return openpyxl.load_workbook(export(publication, tmp_path_factory.mktemp("xlsx") / "town.xlsx"))


def heads(sheet):
    return [cell.value for cell in sheet[HEAD_ROW + 1]]


def rows(sheet):
    """Rows of a table by its heads, without the line of totals."""
    last = int(re.search(r"\d+$", sheet.auto_filter.ref).group())
    named = heads(sheet)
    for cells in sheet.iter_rows(min_row=FIRST_ROW + 1, max_row=last):
        yield dict(zip(named, cells, strict=False))


@pytest.mark.parametrize("lang", ["da", "en"])
def test_sheets_stand_in_order_in_both_languages(publication, tmp_path, lang):
    """Front sheet first, what it means last; names fit on a tab."""
    made = openpyxl.load_workbook(export(publication, tmp_path / "b.xlsx", Request(lang=lang)))
    assert SHEETS[lang] == made.sheetnames
    assert all(len(name) <= 31 for name in made.sheetnames)


def test_heads_are_those_of_the_brief(book):
    """One row for each area, the same columns on three sheets."""
    for name in ("Kommuner", "Sundhedsråd", "Bydele"):
        assert HEADS["da"] == heads(book[name])
    assert ["Navn", "Kommune", "Borgere", "65 år eller ældre", "80 år eller ældre", "Årsag", "Begrundelse"] == heads(
        book["Begrænset lægevalg"]
    )
    assert "Ydernummer" == heads(book["Praksis"])[0]


@pytest.mark.parametrize("name", TABLES_DA)
def test_a_sheet_is_laid_out_for_reading_and_print(book, name):
    """Heads bold white on their colour and frozen, a filter, widths, landscape, one page wide, heads repeated."""
    sheet = book[name]
    head = sheet.cell(HEAD_ROW + 1, 1)
    assert head.font.bold
    assert "FFFFFFFF" == head.font.color.rgb
    assert "FF" + palette.HEADER[1:].upper() == head.fill.fgColor.rgb
    assert head.alignment.wrap_text
    assert sheet.freeze_panes.endswith(str(FIRST_ROW + 1))
    assert sheet.auto_filter.ref.startswith(f"A{HEAD_ROW + 1}:")
    assert all(width.width >= 7 for width in sheet.column_dimensions.values())
    assert "landscape" == sheet.page_setup.orientation
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (1, 0) == (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight)
    assert f"${HEAD_ROW + 1}:${HEAD_ROW + 1}" == sheet.print_title_rows
    assert sheet.oddFooter.center.text.endswith("side &P af &N")


def test_numbers_are_numbers_in_formats_that_danish_excel_shows_in_danish(book):
    """Counts grouped, shares as fractions with a percent format, kilometres with a decimal, codes as text."""
    formats = {"Borgere": "#,##0", "Andel med færre end 2": "0.0%", "Nærmeste åbne, km": "0.0", "Kode": "@"}
    for row in rows(book["Kommuner"]):
        for head, expected in formats.items():
            if not isinstance(row[head].value, str) or head == "Kode":
                assert expected == row[head].number_format
        assert "s" == row["Kode"].data_type
        assert 4 == len(row["Kode"].value)
        share = row["Andel med færre end 2"].value
        assert share is None or isinstance(share, str) or 0 <= share <= 1
    dates = [row["Opgjort"] for row in rows(book["Praksis"])]
    assert {"dd-mm-yyyy"} == {cell.number_format for cell in dates}
    assert all(isinstance(cell.value, datetime.datetime) for cell in dates)


def test_values_are_those_that_are_published(publication, book):
    """Every figure of every area; kilometres are metres over a thousand, ratios are computed from published counts."""
    frame = publication.areas.only(kind="municipality").frame.set_index("code")
    found = {row["Kode"].value: row for row in rows(book["Kommuner"])}
    assert set(frame.index) == set(found)
    for code, cells in found.items():
        for column in AREA_COLUMNS[3:]:
            value = cells[column.head("da")].value
            if column.hidden(frame.loc[code]):
                assert isinstance(value, str)
            elif column.ratio is None and value is not None:
                raw = float(frame.loc[code, column.column.name])
                assert value == pytest.approx(raw / 1000 if column.unit == "km" else raw, rel=1e-12)


def test_small_counts_are_told_to_be_small_and_others_to_be_hidden(publication, book):
    """`<5` for a small count, a word for a withheld one and for a share of either; never the number."""
    seen = set()
    councils = publication.areas.only(kind="health_council").frame.sort_values("under_two", ascending=False)
    little = publication.little_choice_areas.frame.sort_values("residents", ascending=False)
    for name, frame, columns in (
        ("Sundhedsråd", councils, AREA_COLUMNS),
        ("Begrænset lægevalg", little, LITTLE_COLUMNS),
    ):
        for cells, (_, area) in zip(rows(book[name]), frame.iterrows(), strict=True):
            assert area["name"] == cells["Navn"].value
            for column in columns:
                if column.hidden(area):
                    cell = cells[column.head("da")]
                    assert hidden_words(column, area, publication.smallest, "da") == cell.value
                    assert "right" == cell.alignment.horizontal
                    seen.add(cell.value)
    assert {"<5", text("note.withheld")} == seen


def test_text_that_looks_like_a_formula_is_text(book):
    """A practice named like a formula keeps its name and runs nothing."""
    cells = [row["Navn"] for row in rows(book["Praksis"]) if row["Navn"].value == UGLY_NAME]
    assert 1 == len(cells)
    assert "s" == cells[0].data_type
    for sheet in book:
        assert not [cell.coordinate for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]


def test_a_practice_number_keeps_its_zeros(book):
    """Text of six digits."""
    assert all(re.fullmatch(r"\d{6}", row["Ydernummer"].value) for row in rows(book["Praksis"]))


def test_the_front_sheet_says_whose_data_by_which_rules_and_leads_to_every_sheet(publication, book):
    """Banner in its colour, each source, each rule with its value, the study's hash, links that hold."""
    sheet = book["Forside"]
    values = [cell.value for line in sheet.iter_rows() for cell in line if cell.value]
    banner = next(cell for line in sheet.iter_rows() for cell in line if str(cell.value).startswith("Eksempeldata:"))
    assert "FF" + palette.BANNER[1:].upper() == banner.fill.fgColor.rgb
    for source in publication.provenance.sources:
        assert {source.card.title_da, source.card.publisher, source.card.licence} <= set(values)
    assert "15.000 m" in values
    assert publication.study.hash in values
    links = [cell.hyperlink.location for line in sheet.iter_rows() for cell in line if cell.hyperlink]
    assert [f"'{name}'!A1" for name in book.sheetnames[1:]] == links


def test_every_column_is_explained_in_both_languages_and_legends_are_those_of_the_map(book):
    """Each head stands in the last sheet with its English; each surface with the legend's words and colours."""
    sheet = book["Forklaring"]
    danish = {line[1].value: line[2].value for line in sheet.iter_rows(min_row=5) if line[2].value}
    for name in TABLES_DA:
        assert all(danish[head] for head in heads(book[name]))
    lines = [list(line[:2]) for line in sheet.iter_rows()]
    for layer in LAYERS.values():
        start = next(i for i, line in enumerate(lines) if line[0].value == layer.title_da)
        under = lines[start + 1 : start + 1 + len(layer.swatches)]
        assert [swatch.title_da for swatch in layer.swatches] == [word.value for _, word in under]
        assert [f"FF{swatch.colour[1:].upper()}" for swatch in layer.swatches] == [
            box.fill.fgColor.rgb for box, _ in under
        ]


def test_areas_come_most_affected_first_with_a_total_and_a_chart_of_the_first(sample_publication, tmp_path):
    """In the example region: falling counts, the region below, bars for at most ten rows in the class's colour."""
    made = openpyxl.load_workbook(export(sample_publication, tmp_path / "sample.xlsx"))
    sheet = made["Kommuner"]
    counts = [row["Færre end 2 åbne praksis"].value for row in rows(sheet)]
    numbers = [0.5 if isinstance(count, str) else count for count in counts]
    assert 29 == len(numbers)
    assert sorted(numbers, reverse=True) == numbers
    total = sheet.cell(FIRST_ROW + 30, 9).value
    region = sample_publication.areas.only(kind="region").frame.iloc[0]
    assert region["under_two"] == total
    assert "Summen kan afvige, fordi små tal er skjult." == sheet.cell(FIRST_ROW + 31, 1).value
    (chart,) = sheet._charts
    series = chart.ser[0]
    first, last = (int(n) for n in re.findall(r"\$(\d+)", series.val.numRef.f))
    hit = sum(1 for count in counts if isinstance(count, int) and count > 0)
    assert (FIRST_ROW + 1, min(hit, 10)) == (first, last - first + 1)
    assert palette.CHOICE[0][1:] == str(series.spPr.solidFill.srgbClr).lower()


def test_a_distance_is_written_in_kilometres_and_says_so():
    """Metres of a collection without a sheet of its own: the head names the unit that the cells are in."""
    column = next(one for one in collection_columns(PUBLISHED_CELLS) if one.column.name == "nearest_open_m")
    assert "Nærmeste åbne praksis, km" == column.head("da")
    assert 7.8 == column.value(pd.Series({"nearest_open_m": 7800.0}), "da")


def test_a_name_that_excel_forbids_becomes_one_it_takes():
    """At most 31 signs, none of the seven that a tab may not have."""
    assert "a b c" == sheet_name("a/b:c")
    assert 31 == len(sheet_name("x" * 40))


def test_the_same_publication_gives_the_same_workbook(publication, tmp_path):
    """Nothing of the hour gets into it."""
    one = export(publication, tmp_path / "one.xlsx").read_bytes()
    assert one == export(Publication(publication.study), tmp_path / "two.xlsx").read_bytes()
