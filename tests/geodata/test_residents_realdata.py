"""Residents on real ground: known people, hidden squares and polling districts."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.catalogue import read_region
from geodata.crs import INSIDE
from geodata.residents import residents_of
from geodata.residents.grid import cells_within
from geodata.residents.holdout import miss_of
from geodata.rules import RuleSet, read_rules
from geodata.sources import SOURCES
from geodata.sources.map_points import evidence_of
from geodata.sources.points import read_points
from geodata.sources.population import totals_of
from geodata.sources.reading import has_source

pytestmark = pytest.mark.realdata
RULES = RuleSet(date(2026, 11, 22), read_rules())
AGES = ["age_0_14", "age_15_64", "age_65_79", "age_80_plus"]
BORNHOLM_EAST = 4_600_000


@pytest.fixture(scope="module")
def region():
    return read_region("hovedstaden")


@pytest.fixture(scope="module")
def areas(realdata, region):
    names = ("dagi_municipalities", "kk_city_districts")
    return pd.concat([SOURCES[name](realdata, region).frame for name in names], ignore_index=True)


@pytest.fixture(scope="module")
def census(realdata, region):
    return SOURCES["eurostat_census_2021"](realdata, region).frame


@pytest.fixture(scope="module")
def evidence(realdata, region):
    return [item for reading in read_points(realdata, region) for item in evidence_of(reading)]


@pytest.fixture(scope="module")
def population(realdata, region):
    return SOURCES["dst_frkm126"](realdata, region)


@pytest.fixture(scope="module")
def cells(areas, census, population, evidence):
    return residents_of(areas, census, totals_of(population, 2026).frame, evidence, RULES).cells


def test_the_card_of_every_source_names_a_file_that_is_read(realdata, region):
    held = [name for name in SOURCES if has_source(realdata, name)]
    assert 11 == len(held)
    for name in held:
        reading = SOURCES[name](realdata, region)
        assert 0 < reading.rows_kept <= reading.rows_in, name


def test_outlines_of_all_29_municipalities_four_councils_and_ten_districts(areas, region):
    assert {"municipality": 29, "health_council": 4, "city_district": 10} == areas["kind"].value_counts().to_dict()
    assert set(region.codes) == set(areas.loc[areas["kind"] == "municipality", "code"])
    assert areas.geometry.is_valid.all()
    land = areas[areas["kind"] == "municipality"].area.sum() / 1e6
    assert land == pytest.approx(areas[areas["kind"] == "health_council"].area.sum() / 1e6)
    assert land == pytest.approx(2566.6, rel=0.01), "domain notes C1"


@pytest.mark.parametrize("year", [2026, 2030, 2035, 2040])
def test_every_municipality_has_its_official_residents_of_the_year(areas, census, population, evidence, year):
    totals = totals_of(population, year).frame.set_index("kommunekode")
    cells = residents_of(areas, census, totals.reset_index(), evidence, RULES).cells
    sums = cells.groupby("kommunekode")[["residents", *AGES]].sum()
    for column in ("residents", "age_65_79", "age_80_plus"):
        assert totals[column].to_dict() == sums[column].to_dict()
    assert (cells["residents"] == cells[AGES].sum(axis=1)).all()


def test_the_region_has_its_1947120_residents_in_some_eighty_thousand_cells(cells):
    assert 1_947_120 == cells["residents"].sum()
    assert 65_000 < len(cells) < 90_000


def test_every_cell_of_copenhagen_has_a_district_and_no_other(cells):
    inside = cells["kommunekode"] == "0101"
    assert cells.loc[inside, "city_district"].notna().all()
    assert cells.loc[~inside, "city_district"].isna().all()


def test_on_bornholm_addresses_beat_buildings_and_both_beat_even_land(areas, census, evidence):
    """3 km squares of Bornholm are given back to their 1 km squares: addresses 12 % misplaced, even land 40 %."""
    grid = cells_within(areas, RULES.number("outline_tolerance"))
    island = census[census["east"] > BORNHOLM_EAST].reset_index(drop=True)
    told = {item.kind: item for item in evidence if item.source == "osm_bornholm"}
    miss = {kind: miss_of(island, grid, [item], None) for kind, item in told.items()}
    even = miss_of(island, grid, [], None)
    assert 580 == even.squares
    assert miss["address"].misplaced < miss["building"].misplaced < 0.16
    assert miss["address"].misplaced < 0.4 * even.misplaced
    assert miss["address"].correlation > 0.97 > even.correlation


def misplaced_voters(realdata, cells, codes):
    """Share of residents aged 15 or over who would have to move for the polling districts to hold their voters."""
    districts = gpd.read_file(realdata / "boundaries" / "afstemningsomraader_kv2025.geojson").to_crs(INSIDE)
    points = shapely.points(cells["x"], cells["y"])
    cell, district = shapely.STRtree(districts.geometry.to_numpy()).query(points, predicate="intersects")
    grown = cells[AGES[1:]].sum(axis=1).to_numpy(dtype=float)
    here = districts["kommunekode"].astype(str).str.zfill(4).isin(codes).to_numpy()
    found = np.bincount(district, grown[cell], minlength=len(districts))[here]
    voters = districts["stemmeberettigede"].to_numpy(dtype=float)[here]
    found *= voters.sum() / found.sum()
    return np.abs(found - voters).sum() / 2 / voters.sum(), np.corrcoef(found, voters)[0, 1]


def test_residents_follow_the_voters_of_265_polling_districts(realdata, cells, region):
    """Eligible voters (November 2025) were used nowhere: residents aged 15 or over must lie where they live."""
    misplaced, correlation = misplaced_voters(realdata, cells, region.codes)
    assert misplaced < 0.08
    assert correlation > 0.9


@pytest.mark.parametrize(
    ("codes", "by"),
    [
        (("0101", "0147", "0155", "0167", "0175", "0185"), "streets"),
        (("0157", "0173"), "buildings"),
        (("0400",), "addresses"),
    ],
)
def test_evidence_brings_residents_closer_to_the_voters(realdata, areas, census, population, cells, codes, by):
    untold = residents_of(areas, census, totals_of(population, 2026).frame, [], RULES).cells
    assert misplaced_voters(realdata, cells, codes)[0] < 0.9 * misplaced_voters(realdata, untold, codes)[0], by
