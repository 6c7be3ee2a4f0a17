"""Facts on disk come back equal; what is damaged, absent or half written is never taken for whole."""

import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from shapely import box

from geodata.catalogue import read_region
from geodata.errors import StoreError, TableError
from geodata.facts import TABLES, Facts
from geodata.network.graph import make_graph
from geodata.store import build_folder, read_facts, read_manifest, write_facts


@pytest.fixture
def facts():
    """One municipality of one cell, one practice, one street."""
    areas = gpd.GeoDataFrame(
        {"kind": ["municipality"], "code": ["0400"], "name": ["Bornholm"], "health_council": ["hovedstaden"]},
        geometry=gpd.GeoSeries([box(865000, 6110000, 866000, 6111000)], crs=25832),
    )
    cells = pd.DataFrame(
        {"cell_id": ["100m_61100_8650"], "x": [865050.0], "y": [6110050.0], "kommunekode": ["0400"],
         "residents": [4], "age_0_14": [1], "age_15_64": [1], "age_65_79": [1], "age_80_plus": [1]}
    )  # fmt: skip
    practices = pd.DataFrame(
        {"ydernummer": ["000012"], "name": ["Lægehuset"], "intake": ["open"], "capacities": [1.5],
         "listed_patients": [2000], "closing_limit": [2400], "status_date": ["2026-01-01"]}
    )  # fmt: skip
    locations = pd.DataFrame(
        {"location_id": ["a"], "address": ["Torvet 1"], "kommunekode": ["0400"], "x": [865060.0], "y": [6110060.0],
         "step_free_access": ["unknown"]}
    )  # fmt: skip
    links = pd.DataFrame({"ydernummer": ["000012"], "location_id": ["a"], "capacities": [1.5]})
    layers = pd.DataFrame(
        {"layer": ["cells"], "source": ["sample_people"], "as_of": ["2026-01-01"], "standing": ["synthetic"],
         "rows_in": [1], "rows_kept": [1], "note": [None]}
    )  # fmt: skip
    graph = make_graph(
        "drive", np.array([[865000.0, 6110000], [865100, 6110000]]), np.array([0]), np.array([1]),
        np.array([100.0]), np.array([0.2]), np.array([True]), np.array([True]), np.array(["residential"]),
    )  # fmt: skip
    return Facts(
        region=read_region("sample"), year=2026, areas=TABLES["areas"].check(areas), cells=TABLES["cells"].check(cells),
        practices=practices, locations=locations, practice_locations=links,
        doctors=pd.DataFrame({"ydernummer": ["000012"], "age": [61]}),
        places=pd.DataFrame({"name": ["Rønne"], "kind": ["town"], "x": [865000.0], "y": [6110000.0]}),
        layers=layers, graphs={"drive": graph},
    )  # fmt: skip


def test_facts_come_back_equal(tmp_path, facts):
    write_facts(tmp_path, facts)
    back = read_facts(tmp_path, "sample")
    for name, table in TABLES.items():
        assert_frame_equal(table.check(facts.frame(name)), back.frame(name))
    for part in ("x", "u", "length_m", "forward", "highway", "shape_xy", "component"):
        assert np.array_equal(getattr(facts.graphs["drive"], part), getattr(back.graphs["drive"], part))


def test_leading_zeros_of_a_ydernummer_survive(tmp_path, facts):
    write_facts(tmp_path, facts)
    assert "000012" == read_facts(tmp_path, "sample").practices["ydernummer"].iloc[0]


def test_the_same_facts_give_the_same_build_hash_and_other_facts_another(tmp_path, facts):
    other = replace(facts, practices=facts.practices.assign(listed_patients=[2001]))
    assert write_facts(tmp_path / "a", facts) == write_facts(tmp_path / "b", facts)
    assert write_facts(tmp_path / "a", facts) != write_facts(tmp_path / "b", other)


def test_a_failed_write_leaves_the_former_build_in_place_and_no_draft(tmp_path, facts):
    before = write_facts(tmp_path, facts)
    with pytest.raises(TableError):
        write_facts(tmp_path, replace(facts, practices=facts.practices.assign(listed_patients=[-1])))
    assert before == read_manifest(tmp_path, "sample")["build"]
    assert ["builds", "current"] == sorted(path.name for path in (tmp_path / "sample").iterdir())


def test_a_new_build_takes_the_formers_place_and_the_former_is_removed(tmp_path, facts):
    write_facts(tmp_path, facts)
    after = write_facts(tmp_path, replace(facts, year=2030))
    assert [after] == [path.name for path in (tmp_path / "sample" / "builds").iterdir()]
    assert 2030 == read_facts(tmp_path, "sample").year


def test_a_changed_file_is_refused_by_name(tmp_path, facts):
    write_facts(tmp_path, facts)
    with (build_folder(tmp_path, "sample") / "practices.parquet").open("ab") as file:
        file.write(b"x")
    with pytest.raises(StoreError, match=r"practices\.parquet"):
        read_facts(tmp_path, "sample")


def test_a_store_of_another_version_is_refused(tmp_path, facts):
    write_facts(tmp_path, facts)
    path = build_folder(tmp_path, "sample") / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 0}))
    with pytest.raises(StoreError, match="another version"):
        read_facts(tmp_path, "sample")


def test_a_region_never_built_says_how_to_build_it(tmp_path):
    with pytest.raises(StoreError, match="laegevalg build --region sample"):
        read_facts(tmp_path, "sample")
