"""Years ahead: residents as projected, today's choice and capacities held against them."""

from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from access.towns import CAPITAL, HOME, ISLAND, NEXT
from shown_town import town_study

from app.publish.area_sheet.content import sheet_content
from app.publish.collections import Publication
from app.publish.development import shown_years, wide, years_ahead
from app.publish.exporters import export
from geodata.facts import POPULATION

SIZES = {HOME: 600, NEXT: 453, CAPITAL: 1300, ISLAND: 80}
GROWTH = {2026: 1.0, 2027: 1.01, 2030: 1.1, 2035: 1.2, 2040: 1.3, 2045: 1.4}


@pytest.fixture(scope="module")
def ahead():
    """The small region with a projection: everywhere a tenth more by 2030, two tenths by 2035."""
    study = town_study()
    shift = study.facts.year - 2026
    rows = [
        {"kommunekode": code, "year": year + shift, "residents": round(size * grown), "age_65_79": 1, "age_80_plus": 10}
        for code, size in SIZES.items()
        for year, grown in GROWTH.items()
    ]
    facts = replace(study.facts, population=POPULATION.check(pd.DataFrame(rows)))
    return Publication(replace(study, facts=facts))


def test_years_are_the_studys_and_the_next_whole_ones(ahead, publication):
    """At most four; none where nothing is known of years ahead."""
    base = ahead.study.facts.year
    assert base == shown_years(ahead)[0]
    assert all(year % 5 == 0 for year in shown_years(ahead)[1:])
    assert 4 >= len(shown_years(ahead)) > 1
    assert () == shown_years(publication)
    assert years_ahead(publication).empty


def test_sums_and_shares_follow_the_projection(ahead):
    """Region and councils add up; those with too few grow with their own area; a hidden count stays empty."""
    rows = years_ahead(ahead)
    areas = ahead.areas.frame.set_index(["kind", "code"])
    region = rows[rows["kind"] == "region"]
    towns = rows[rows["kind"] == "municipality"].groupby("year")["residents"].sum()
    assert towns.tolist() == region.set_index("year")["residents"].tolist()
    first = rows.groupby(["kind", "code"]).transform("first")
    for at, row in rows.iterrows():
        now = areas.loc[(row["kind"], row["code"]), "under_two"]
        if pd.isna(now):
            assert pd.isna(row["under_two"])
        else:
            assert round(now * row["residents"] / first["residents"][at]) == row["under_two"]


def test_the_workbook_and_the_sheet_have_them_where_they_are_known(ahead, publication, tmp_path):
    """A sheet *Udvikling* with municipalities and councils; a table on the area sheet; neither without a projection."""
    book = openpyxl.load_workbook(export(ahead, tmp_path / "ahead.xlsx"))
    page = book["Udvikling"]
    heads = [cell.value for cell in page[4]]
    last = shown_years(ahead)[-1]
    assert ["Områdetype", "Navn", f"Borgere, {shown_years(ahead)[0]}"] == heads[:3]
    named = {row[1].value: row for row in page.iter_rows(min_row=5)}
    expected = wide(ahead, "municipality").set_index("name").loc["Helsingør", f"residents_{last}"]
    assert expected == named["Helsingør"][heads.index(f"Borgere, {last}")].value
    assert "Udvikling" not in openpyxl.load_workbook(export(publication, tmp_path / "now.xlsx")).sheetnames
    told = sheet_content(ahead, "municipality", HOME, "da")["years"]
    assert [f"Frem mod {shown_years(ahead)[2]}", *map(str, shown_years(ahead)[:3])] == told["heads"]
    assert ["Borgere", "80 år eller derover"] == [row[0] for row in told["rows"]]
    assert "600" == told["rows"][0][1]
    assert [] == sheet_content(ahead, "city_district", "1", "da")["years"]["rows"]
    assert [] == sheet_content(publication, "municipality", HOME, "da")["years"]["rows"]
