"""A table keeps its promise, and tells every breach at once."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from geodata.errors import TableError
from geodata.tables import Code, Column, Table

PEOPLE = Table(
    "people",
    "People",
    "Folk",
    "For the tests.",
    (
        Column("code", "text", "", "Code", "Kode", "Key.", pattern=r"\d{4}"),
        Column("age", "int", "years", "Age", "Alder", "Whole years.", lowest=0, highest=120),
        Column("weight", "float", "kg", "Weight", "Vægt", "May be unknown.", optional=True),
        Column(
            "answer", "text", "", "Answer", "Svar", "Yes or no.", (Code("yes", "Yes", "Ja"), Code("no", "No", "Nej"))
        ),
        Column("born", "date", "", "Born", "Født", "Day of birth."),
    ),
    key=("code",),
)


def rows(**changes):
    good = {"code": ["0101", "0147"], "age": [3, 120], "weight": [1.5, None], "answer": ["yes", "no"]}
    return pd.DataFrame({**good, "born": ["2020-01-01", "1906-12-31"], **changes})


def test_a_good_frame_comes_back_with_the_tables_columns_order_and_types():
    checked = PEOPLE.check(rows(extra=["x", "y"])[["born", "extra", "age", "code", "answer", "weight"]])
    assert PEOPLE.names == list(checked.columns)
    assert ["int64", "float64"] == [str(checked.dtypes["age"]), str(checked.dtypes["weight"])]


@pytest.mark.parametrize(
    ("column", "values", "row"),
    [
        ("code", ["0101", "101"], 2),
        ("code", [None, "0101"], 1),
        ("age", [-1, 5], 1),
        ("age", [5, 121], 2),
        ("age", [5, 5.5], 2),
        ("age", [5, np.inf], 2),
        ("age", ["five", 5], 1),
        ("answer", ["yes", "maybe"], 2),
        ("born", ["01-02-2020", "2020-01-01"], 1),
    ],
)
def test_a_bad_value_is_named_by_row_and_column_with_what_was_found_and_expected(column, values, row):
    with pytest.raises(TableError) as caught:
        PEOPLE.check(rows(**{column: values}))
    breach = caught.value.breaches[0]
    assert (row, column, 1) == (breach.row, breach.column, len(caught.value.breaches))
    assert str(values[row - 1]).removeprefix("-") in breach.found or breach.found == "nothing"
    assert breach.expected


def test_all_breaches_are_told_at_once():
    with pytest.raises(TableError) as caught:
        PEOPLE.check(rows(age=[-1, 200], answer=["perhaps", "no"]).drop(columns="born"))
    assert {"born", "age", "answer"} == {breach.column for breach in caught.value.breaches}
    assert 4 == len(caught.value.breaches)


def test_a_key_stands_only_once():
    with pytest.raises(TableError, match="0101 again"):
        PEOPLE.check(rows(code=["0101", "0101"]))


def test_an_optional_column_that_is_absent_comes_back_empty():
    assert PEOPLE.check(rows().drop(columns="weight"))["weight"].isna().all()


POINTS = Table("points", "Points", "Punkter", "For the tests.", (Column("at", "point", "", "At", "Sted", "Where."),))


def test_a_geometry_in_another_coordinate_system_is_refused():
    frame = gpd.GeoDataFrame({"at": gpd.GeoSeries([Point(12, 55)], crs=4326)}, geometry="at")
    with pytest.raises(TableError, match="at"):
        POINTS.check(frame)


def test_a_geometry_of_another_kind_is_refused_and_a_right_one_kept_in_25832():
    with pytest.raises(TableError):
        POINTS.check(gpd.GeoDataFrame({"at": gpd.GeoSeries([Point(0, 0).buffer(1)], crs=25832)}, geometry="at"))
    kept = POINTS.check(gpd.GeoDataFrame({"at": gpd.GeoSeries([Point(0, 0)], crs=25832)}, geometry="at"))
    assert 25832 == kept.crs.to_epsg()


@given(st.lists(st.one_of(st.none(), st.integers(-5, 130), st.floats(), st.text(max_size=3)), min_size=1, max_size=8))
def test_whatever_stands_in_a_column_is_either_kept_or_named(values):
    table = Table("t", "T", "T", "t", (PEOPLE["age"],))
    try:
        kept = table.check(pd.DataFrame({"age": pd.Series(values, dtype=object)}))
        assert len(values) == len(kept)
        assert kept["age"].between(0, 120).all()
    except TableError as error:
        assert error.breaches
