"""Municipal totals of a year, its old people, and published distances."""

import pytest

from geodata.errors import SourceError, TableError
from geodata.sources.population import read_distances, read_population, totals_of

HEAD = (
    "kommunekode,kommune,pop_2026,pop_2030,pop_2040,pop_65_79_2026,pop_80plus_2026,pop_80plus_2036,pop_2036,"
    "avg_km_nearest_gp_2024"
)
ROWS = ["0101,Vestby,1000,1200,2000,100,50,200,1600,0.6", "0147,Østby,500,500,500,50,10,20,500,1.3"]


def write(folder, *rows, head=HEAD):
    (folder / "population").mkdir(exist_ok=True)
    text = "\n".join([head, *(rows or ROWS)])
    (folder / "population" / "municipalities.csv").write_text(text, encoding="utf-8")
    return folder


def totals(folder, region, year):
    return totals_of(read_population(folder, region), year)


def test_a_year_that_is_published_is_read_as_it_is(tmp_path, region):
    reading = totals(write(tmp_path), region, 2026)
    assert [("0101", 1000, 100, 50), ("0147", 500, 50, 10)] == list(reading.frame.itertuples(index=False, name=None))
    assert ("", "2026-01-01", "real") == (reading.note, reading.as_of, reading.card.standing)


def test_old_people_of_other_years_follow_their_share(tmp_path, region):
    """0101: aged 80+ are 5.0 % in 2026 and 12.5 % in 2036, so 8.0 % of 1200 in 2030; 65-79 stay 10 %."""
    reading = totals(write(tmp_path), region, 2030)
    assert [("0101", 1200, 120, 96), ("0147", 500, 50, 14)] == list(reading.frame.itertuples(index=False, name=None))
    assert "age_65_79 and age_80_plus of 2030 estimated" in reading.note


def test_after_the_last_known_year_its_share_stays(tmp_path, region):
    assert [250, 20] == totals(write(tmp_path), region, 2040).frame["age_80_plus"].tolist()


def test_an_unknown_year_names_the_years_there_are(tmp_path, region):
    with pytest.raises(SourceError, match="no residents for the year 2050; there are the years 2026, 2030, 2036, 2040"):
        totals_of(read_population(write(tmp_path), region), 2050)


def test_municipalities_of_other_regions_are_left_out(tmp_path, region):
    reading = totals(write(tmp_path, *ROWS, "0851,Aalborg,1,1,1,0,0,0,1,9.9"), region, 2026)
    assert ["0101", "0147"] == reading.frame["kommunekode"].tolist()


def test_a_missing_municipality_is_named(tmp_path, region):
    with pytest.raises(SourceError, match="found no row for municipalities 0147"):
        totals(write(tmp_path, ROWS[0]), region, 2026)


def test_a_figure_that_is_no_number_is_named_by_place_and_column(tmp_path, region):
    with pytest.raises(SourceError, match=r"column pop_2026: found 'mange' for municipality 0147, expected a number"):
        totals(write(tmp_path, ROWS[0], ROWS[1].replace(",500,500,500", ",mange,500,500")), region, 2026)


def test_a_negative_figure_breaks_the_table(tmp_path, region):
    with pytest.raises(TableError, match="at least 1"):
        totals(write(tmp_path, ROWS[0], ROWS[1].replace(",500,", ",-500,", 1)), region, 2026)


def test_a_municipality_twice_breaks_the_table(tmp_path, region):
    with pytest.raises(TableError, match="0101 2026 again"):
        totals(write(tmp_path, *ROWS, ROWS[0]), region, 2026)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"kommunekode;kommune\n0101;Vestby"])
def test_what_is_no_such_table_is_refused(tmp_path, region, content):
    write(tmp_path)
    (tmp_path / "population" / "municipalities.csv").write_bytes(content)
    with pytest.raises(SourceError, match=r"municipalities.csv"):
        totals(tmp_path, region, 2026)


def test_a_table_without_any_year_is_refused(tmp_path, region):
    with pytest.raises(SourceError, match="expected a column like pop_2026"):
        read_population(write(tmp_path, "0101,Vestby", "0147,Østby", head="kommunekode,kommune"), region)


def test_published_distances_become_metres(tmp_path, region):
    frame = read_distances(write(tmp_path), region).frame
    assert [("0101", 600.0), ("0147", 1300.0)] == list(frame.itertuples(index=False, name=None))
