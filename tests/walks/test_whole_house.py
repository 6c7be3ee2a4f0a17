"""Walks through the whole house: a row of a CSV becomes a pin, a cell becomes a pixel, a region becomes another."""

import io
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from invented_region import RESIDENTS, write_folder
from PIL import Image

from app.errors import OutsideError
from app.publish import palette
from app.publish.collections import Publication
from app.publish.exporters import export
from app.publish.legend import LAYERS
from app.publish.maps import Atlas
from app.study import make_study, open_study
from geodata import crs
from geodata.build import Request, build_region
from geodata.catalogue import read_region
from geodata.errors import SourceError
from geodata.rules import RuleSet, read_rules
from geodata.store import read_facts, read_manifest

HEAD = "Ydernummer;Navn;Adresse;Kommunekode;X;Y;Tilgang;Kapaciteter;Tilmeldte;Lukkegrænse;Niveaufri adgang;Opgjort\n"
RONNE = crs.to_inside(14.706, 55.101)
NEXO = crs.to_inside(15.130, 55.061)


def csv_row(number, name, xy, intake="åben"):
    x, y = (f"{float(value):.1f}".replace(".", ",") for value in xy)
    return f"{number};{name};Torvet 1;0400;{x};{y};{intake};2;3.100;3.200;ja;31-10-2026\n"


@pytest.fixture
def list_of_bornholm(tmp_path):
    """Two open practices in Rønne and Nexø, one closed, and one row with a fault."""
    path = tmp_path / "praksis.csv"
    rows = [
        csv_row("000012", "Lægehuset Rønne", RONNE),
        csv_row("000013", "Lægerne Nexø", NEXO),
        csv_row("000014", "Lægehuset Havnen", RONNE, "lukket"),
        csv_row("000015", "Lægehuset på havet", (800000, 6150000)),
    ]
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


@pytest.mark.realdata
def test_a_row_of_a_csv_becomes_a_pin_that_residents_of_bornholm_can_choose(realdata, tmp_path, list_of_bornholm):
    built = build_region(tmp_path / "store", Request("hovedstaden", realdata, list_of_bornholm))
    assert (4, 3, 1) == (built.upload.rows, built.upload.kept, len(built.upload.rejected))
    study = open_study(tmp_path / "store", "hovedstaden")
    publication = Publication(study)
    pins = publication.practices.frame.set_index("ydernummer")
    assert {"000012", "000013", "000014"} == set(pins.index)
    lon, lat = crs.from_inside(pins.loc["000012"].geometry.x, pins.loc["000012"].geometry.y)
    assert (14.706, 55.101) == pytest.approx((float(lon), float(lat)), abs=1e-5)
    choice = study.place(14.706, 55.101)
    assert ["000012"] == [option.ydernummer for option in choice.options]
    assert 29_000 < choice.finding["second_open_m"] < 33_000
    assert "real" == study.facts.layers.set_index("layer").loc["practices", "standing"]
    assert publication.provenance.banner("da") is None


@pytest.mark.realdata
def test_a_list_without_one_good_row_leaves_the_former_build_in_place(real_store, realdata, tmp_path):
    before = read_manifest(real_store, "hovedstaden")["build"]
    bad = tmp_path / "bad.csv"
    bad.write_text(HEAD + csv_row("12x", "Fejl", RONNE), encoding="utf-8")
    with pytest.raises(SourceError, match="no good row"):
        build_region(real_store, Request("hovedstaden", realdata, bad))
    assert before == read_manifest(real_store, "hovedstaden")["build"]


@pytest.mark.realdata
def test_the_real_region_adds_up_to_its_published_totals(real_study, realdata):
    totals = pd.read_csv(realdata / "population" / "municipalities.csv", dtype={"kommunekode": str}).set_index(
        "kommunekode"
    )
    found = real_study.facts.cells.groupby("kommunekode")["residents"].sum()
    assert totals["pop_2026"].to_dict() == found.to_dict()
    areas = real_study.areas("municipality").set_index("code")
    assert totals["pop_2026"].to_dict() == areas["residents"].astype(int).to_dict()


@pytest.mark.realdata
def test_where_no_network_covers_the_way_the_answer_says_so(real_study):
    share = real_study.areas("municipality").set_index("code")["estimated_share"]
    assert share["0400"] < 0.01, "Bornholm has its own roads"
    assert share["0270"] == 1.0, "Gribskov has none here"
    covered = real_study.place(14.706, 55.101)
    assert not covered.finding["estimated"]
    assert real_study.place(12.196, 56.023).finding["estimated"]


@pytest.mark.realdata
def test_bornholm_is_never_joined_to_sjaelland_by_an_estimate(real_study):
    cells = real_study.facts.cells
    bornholm = np.flatnonzero((cells["kommunekode"] == "0400").to_numpy())
    there = real_study.travel.supply.locations["kommunekode"].to_numpy() == "0400"
    for row, places in enumerate(real_study.travel.supply.rows):
        reached, _ = real_study.travel.road.row(row)
        if not any(there[place] for place in places):
            assert not np.isin(reached, bornholm).any()


def test_a_cell_becomes_a_feature_with_the_same_figures(sample_study, tmp_path):
    path = export(Publication(sample_study), tmp_path / "sample.gpkg")
    layer = gpd.read_file(path, layer="cells").set_index("cell_id")
    findings = sample_study.findings.cells.set_index("cell_id")
    some = findings.sample(200, random_state=1)
    assert some["open_within_limit"].to_list() == layer.loc[some.index, "open_within_limit"].to_list()
    assert some["nearest_open_m"].to_list() == pytest.approx(layer.loc[some.index, "nearest_open_m"].to_list())


def test_switching_to_oestdanmark_is_a_card_and_no_code(tmp_path):
    region = read_region("oestdanmark")
    folder = write_folder(tmp_path / "in", region)
    build_region(tmp_path / "store", Request("oestdanmark", folder, year=2030))
    facts = read_facts(tmp_path / "store", "oestdanmark")
    study = make_study(facts, RuleSet(date(2027, 1, 1), read_rules()))
    assert (46, 6, 10) == tuple(len(study.areas(by)) for by in ("municipality", "health_council", "city_district"))
    assert 46 * (RESIDENTS + 100) == study.areas("region").iloc[0]["residents"]
    assert 1.0 == study.areas("region").iloc[0]["estimated_share"], "without a network every distance is estimated"
    assert {5000.0, 15000.0} == set(study.findings.cells["limit_m"])


def test_a_place_at_sea_is_refused_with_a_clear_word(sample_study):
    with pytest.raises(OutsideError, match="outside"):
        sample_study.place(11.0, 56.5)


def test_practices_across_the_border_count_for_choice_but_not_in_area_totals(sample_study):
    codes = set(sample_study.facts.region.codes)
    beyond = ~sample_study.facts.locations["kommunekode"].isin(codes)
    assert beyond.sum() >= 20
    assert 630 == sample_study.areas("municipality")["practices"].sum() - doubles(sample_study)
    near_border = sample_study.place(12.19, 55.65)
    beyond_numbers = numbers_beyond(sample_study)
    assert beyond_numbers & {option.ydernummer for option in near_border.options}


def doubles(study):
    """Practices with locations in two municipalities of the region stand in both."""
    links = study.facts.practice_locations.merge(study.facts.locations, on="location_id")
    links = links[links["kommunekode"].isin(study.facts.region.codes)]
    return (links.groupby("ydernummer")["kommunekode"].nunique() - 1).sum()


def numbers_beyond(study):
    links = study.facts.practice_locations.merge(study.facts.locations, on="location_id")
    return set(links.loc[~links["kommunekode"].isin(study.facts.region.codes), "ydernummer"])


def pixel_classes(study, part, count):
    """Class of some cells as the detailed picture shows it at their middles, and as the findings have it."""
    atlas = Atlas(Publication(study))
    picture = atlas.picture("choice", part.id, "detail")
    image = np.asarray(Image.open(io.BytesIO(picture.png)).convert("RGBA"))
    cells = study.facts.cells.merge(study.findings.cells, on="cell_id")
    here = cells[cells["kommunekode"].isin(part.codes)].sample(count, random_state=2)
    (south, west), (north, east) = picture.bounds
    x, y = crs.from_inside(here["x"], here["y"], crs.WEB_MERCATOR)
    (left, right), (bottom, top) = mercator(west, east, south, north)
    column = ((x - left) / (right - left) * image.shape[1]).astype(int)
    row = ((top - y) / (top - bottom) * image.shape[0]).astype(int)
    colours = [tuple(int(c) for c in image[r, c, :3]) for r, c in zip(row, column, strict=True)]
    wanted = [palette.rgb(LAYERS["choice"].colours[int(value)]) for value in here["choice_class"]]
    return colours, wanted


def mercator(west, east, south, north):
    inside = crs.to_inside([west, east], [south, north])
    return crs.from_inside(*inside, crs.WEB_MERCATOR)


def test_a_cell_becomes_a_pixel_of_its_class_on_the_sample(sample_study):
    for part in Atlas(Publication(sample_study)).parts:
        colours, wanted = pixel_classes(sample_study, part, 300)
        assert wanted == colours


@pytest.mark.realdata
def test_a_cell_becomes_a_pixel_of_its_class_on_bornholm(real_study):
    island = next(part for part in Atlas(Publication(real_study)).parts if "0400" in part.codes)
    colours, wanted = pixel_classes(real_study, island, 300)
    assert wanted == colours


@pytest.mark.realdata
def test_a_snapping_report_comes_with_every_build(real_study):
    report = real_study.travel.snapping.set_index(["mode", "what"])
    assert 6 == len(report)
    drive = report.loc[("drive", "cells")]
    assert len(real_study.facts.cells) == drive["points"]
    assert 0.3 < drive["covered"] / drive["points"] < 0.5, "three extracts cover about a third of the cells"
    assert drive["max_m"] <= drive["limit_m"] == real_study.rules.number("snapping")
