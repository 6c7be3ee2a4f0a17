"""Maps: addresses, buildings, towns, stations and streets of small files written here."""

import gzip

import numpy as np
import osmium
import pandas as pd
import pytest
import shapely
from osmium.osm import mutable

from geodata import crs
from geodata.catalogue import read_card
from geodata.errors import SourceError, TableError
from geodata.facts import CELLS
from geodata.sources.candidate_sites import candidate_sites
from geodata.sources.map_points import MAP_POINTS, evidence_of, places_of
from geodata.sources.osm_places import read_bornholm, read_extract, read_maps
from geodata.sources.points import read_points
from geodata.sources.reading import Reading
from geodata.sources.stations import read_copenhagen_stations, read_denmark_stations, station_name
from geodata.sources.streets import read_copenhagen

LON, LAT = 12.25, 55.70


def write_pbf(folder, nodes, ways=(), name="bornholm.osm.pbf"):
    """Nodes of (tags, lon, lat), numbered from 1; ways of (tags, node numbers)."""
    (folder / "network").mkdir(exist_ok=True)
    path = folder / "network" / name
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, (tags, lon, lat) in enumerate(nodes, start=1):
            writer.add_node(mutable.Node(id=number, location=(lon, lat), tags=tags))
        for number, (tags, refs) in enumerate(ways, start=1):
            writer.add_way(mutable.Way(id=number, nodes=list(refs), tags=tags))
    return folder


def address(number, city="Rønne", **more):
    return {"addr:street": "Storegade", "addr:housenumber": number, "addr:postcode": "3700", "addr:city": city, **more}


SQUARE = [({}, LON, LAT), ({}, LON + 0.001, LAT), ({}, LON + 0.001, LAT + 0.001), ({}, LON, LAT + 0.001)]
RING = (1, 2, 3, 4, 1)


def rows_of(reading, kind):
    return reading.frame[reading.frame["kind"] == kind]


def test_an_address_is_written_as_people_write_it(tmp_path, region):
    reading = read_bornholm(write_pbf(tmp_path, [(address("1A"), LON, LAT)]), region)
    row = rows_of(reading, "address").iloc[0]
    assert "Storegade 1A, 3700 Rønne" == row["label"]
    assert crs.to_inside(LON, LAT) == pytest.approx((row["x"], row["y"]), abs=0.1)


def test_an_address_without_street_or_town_is_what_is_known_of_it(tmp_path, region):
    reading = read_bornholm(write_pbf(tmp_path, [({"addr:housenumber": "7"}, LON, LAT)]), region)
    assert ["7"] == rows_of(reading, "address")["label"].tolist()


def test_a_building_stands_at_the_mean_of_its_corners_each_counted_once(tmp_path, region):
    reading = read_bornholm(write_pbf(tmp_path, SQUARE, [({"building": "yes"}, RING)]), region)
    row = rows_of(reading, "building").iloc[0]
    assert crs.to_inside(LON + 0.0005, LAT + 0.0005) == pytest.approx((row["x"], row["y"]), abs=0.1)


def test_buildings_nobody_lives_in_are_left_out_and_counted(tmp_path, region):
    ways = [({"building": "yes"}, RING), ({"building": "garage"}, RING), ({"building": "church"}, RING)]
    reading = read_bornholm(write_pbf(tmp_path, SQUARE, ways), region)
    assert (3, 1) == (reading.rows_in, reading.rows_kept)
    assert "2 buildings that nobody lives in left out" == reading.note


def test_a_building_with_an_address_counts_as_both(tmp_path, region):
    reading = read_bornholm(write_pbf(tmp_path, SQUARE, [(address("3", building="house"), RING)]), region)
    assert (1, 1) == (len(rows_of(reading, "building")), len(rows_of(reading, "address")))


def test_a_way_whose_nodes_were_cut_off_is_passed_over(tmp_path, region):
    ways = [({"building": "yes"}, (98, 99, 98)), ({"building": "yes"}, RING)]
    assert 1 == len(rows_of(read_bornholm(write_pbf(tmp_path, SQUARE, ways), region), "building"))


def test_towns_districts_and_stations_are_named_places(tmp_path, region):
    nodes = [
        ({"place": "village", "name": "Brede"}, LON, LAT),
        ({"place": "suburb", "name": "Havnen"}, LON, LAT),
        ({"railway": "station", "name": "Torvet"}, LON, LAT),
        ({"place": "village"}, LON, LAT),
        ({"place": "square", "name": "Pladsen"}, LON, LAT),
    ]
    frame = read_bornholm(write_pbf(tmp_path, nodes), region).frame
    assert [("town", "Brede"), ("district", "Havnen"), ("station", "Torvet")] == list(
        frame[["kind", "label"]].itertuples(index=False, name=None)
    )


def test_without_named_places_a_town_stands_where_most_of_its_addresses_are(tmp_path, region):
    """Three addresses in a row and one far away; the town is the mean of the three."""
    far = (address("9"), LON + 0.3, LAT)
    near = [(address(str(i)), LON + i * 1e-4, LAT) for i in range(3)]
    reading = read_bornholm(write_pbf(tmp_path, [far, *near]), region)
    town = rows_of(reading, "town").iloc[0]
    assert "Rønne" == town["label"]
    assert crs.to_inside(LON + 1e-4, LAT) == pytest.approx((town["x"], town["y"]), abs=1.0)


@pytest.mark.parametrize("content", [b"", b"junk", b"<osm"])
def test_what_is_no_map_is_refused(tmp_path, region, content):
    write_pbf(tmp_path, SQUARE)
    (tmp_path / "network" / "bornholm.osm.pbf").write_bytes(content)
    with pytest.raises(SourceError, match=r"bornholm.osm.pbf"):
        read_bornholm(tmp_path, region)


def test_a_map_without_anything_of_use_is_refused(tmp_path, region):
    with pytest.raises(SourceError, match="expected an extract with addresses, buildings, places or stations"):
        read_bornholm(write_pbf(tmp_path, SQUARE), region)


def test_any_extract_of_a_folder_is_read_and_credited(tmp_path):
    write_pbf(tmp_path, [(address("1"), LON, LAT)], name="denmark.osm.pbf")
    write_pbf(tmp_path, [(address("2"), LON, LAT)])
    assert {"osm_extract", "osm_bornholm"} == {reading.card.id for reading in read_maps(tmp_path)}


def test_a_folder_without_maps_gives_none(tmp_path, region):
    assert [] == read_points(tmp_path, region)


def points(*rows, source="osm_bornholm"):
    frame = MAP_POINTS.check(pd.DataFrame(rows, columns=["kind", "label", "x", "y"]))
    return Reading(frame, read_card(source), len(rows), len(rows))


def test_evidence_covers_the_rectangle_of_what_was_read_and_leaves_names_alone():
    reading = points(
        ("address", "a", 700_000.0, 6_170_000.0),
        ("building", "", 701_000.0, 6_171_000.0),
        ("town", "Langtbortistan", 750_000.0, 6_199_000.0),
    )
    found = evidence_of(reading)
    assert ["address", "building"] == [item.kind for item in found]
    assert {"osm_bornholm"} == {item.source for item in found}
    cover = found[0].cover.buffer(1)
    assert [True, True, False] == shapely.intersects_xy(cover, reading.frame["x"], reading.frame["y"]).tolist()
    assert cover.area < 1.2e6, "a square kilometre and the slant of its degrees"


def test_a_source_of_names_alone_is_no_evidence():
    assert [] == evidence_of(points(("station", "Torvet", 700_000.0, 6_170_000.0)))


def test_places_in_the_region_are_taken_once(areas):
    one = points(
        ("town", "Brede", 705_000.0, 6_175_000.0),
        ("town", "Brede", 705_500.0, 6_175_000.0),
        ("town", "Brede", 708_000.0, 6_175_000.0),
        ("town", "Udland", 705_000.0, 6_165_000.0),
        ("station", "Hovedbanen", 705_000.0, 6_175_000.0),
    )
    other = points(
        ("station", "København H", 705_200.0, 6_175_000.0),
        ("station", "Valby", 705_301.0, 6_175_000.0),
        source="trainline_stations",
    )
    frame = places_of([one, other], areas, 100.0)
    assert [("Hovedbanen", "station"), ("Valby", "station"), ("Brede", "town"), ("Brede", "town")] == list(
        frame[["name", "kind"]].itertuples(index=False, name=None)
    )
    assert [705_000.0, 708_000.0] == frame.loc[frame["kind"] == "town", "x"].tolist()


def test_stations_lose_their_abbreviation():
    assert ["Lyngby", "Firhøj", "Stengården"] == [
        station_name(name) for name in ("Lyngby St.", "Firhøj St. (Gilleleje)", "Stengården")
    ]


def write_places(folder, name, text):
    (folder / "places").mkdir(exist_ok=True)
    (folder / "places" / name).write_text(text, encoding="utf-8")
    return folder


def test_station_lists_are_read(tmp_path, region):
    write_places(
        tmp_path, "stations_copenhagen_2024.csv", "name,type,lon,lat\nValby,S-station,12.51,55.66\n,x,12.5,55.6\n"
    )
    write_places(
        tmp_path, "stations_denmark_2016.csv", "name,country,lon,lat\nKøge St.,DK,12.18,55.45\nMalmö,SE,13,55.6\n"
    )
    one, other = read_copenhagen_stations(tmp_path, region), read_denmark_stations(tmp_path, region)
    assert (["Valby"], 2, 1) == (one.frame["label"].tolist(), one.rows_in, one.rows_kept)
    assert ["Køge"] == other.frame["label"].tolist()


def test_a_station_without_a_number_for_its_place_is_named(tmp_path, region):
    write_places(tmp_path, "stations_copenhagen_2024.csv", "name,type,lon,lat\nValby,S-station,øst,55.66\n")
    with pytest.raises(TableError, match="row 1, column x"):
        read_copenhagen_stations(tmp_path, region)


def test_streets_people_live_at_get_a_point_every_twenty_metres(tmp_path, region):
    """A street of 100 m and 30 km/h gives five points, a road of 80 km/h none."""
    (tmp_path / "network").mkdir()
    nodes = "osm_node_id,lon,lat\n1,12.25,55.7\n2,12.2516,55.7\n3,12.26,55.7\n"
    links = "from,to,length_m,speed_kmh,lanes\n1,2,100,30,1\n2,1,100,30,1\n2,3,500,80,1\n"
    for name, text in (("nodes", nodes), ("links", links)):
        path = tmp_path / "network" / f"copenhagen_inner_drive_{name}.csv.gz"
        path.write_bytes(gzip.compress(text.encode()))
    reading = read_copenhagen(tmp_path, region)
    assert (["street"] * 5, 2, 1) == (reading.frame["kind"].tolist(), reading.rows_in, reading.rows_kept)
    steps = np.diff(np.sort(reading.frame["x"]))
    assert steps == pytest.approx(np.full(4, steps[0]))
    assert 19 < steps[0] < 21


def cells_of(*rows):
    frame = pd.DataFrame(rows, columns=["x", "y", "kommunekode", "residents"])
    frame["cell_id"] = [f"100m_{int(y // 100)}_{int(x // 100)}" for x, y in zip(frame["x"], frame["y"], strict=True)]
    ages = {"age_0_14": 0, "age_15_64": frame["residents"], "age_65_79": 0, "age_80_plus": 0}
    return CELLS.check(frame.assign(**ages))


def test_sites_are_addresses_near_centres_and_elsewhere_the_middles_of_cells(areas, rules):
    cells = cells_of(
        (705_050.0, 6_175_050.0, "0101", 300),
        (702_050.0, 6_172_050.0, "0101", 20),
        (715_050.0, 6_175_050.0, "0147", 80),
        (712_050.0, 6_172_050.0, "0147", 10),
    )
    maps = points(
        ("address", "Torvet 1", 705_060.0, 6_175_060.0),
        ("address", "Torvet 1", 705_060.0, 6_175_060.0),
        ("address", "Skovvej 9", 702_060.0, 6_172_060.0),
        ("address", "Udland 1", 740_000.0, 6_175_000.0),
        ("building", "", 705_070.0, 6_175_070.0),
    )
    sites = candidate_sites([maps], cells, areas, rules)
    assert [("Torvet 1", "0101"), ("Celle 100m_61750_7150", "0147")] == list(
        sites[["address", "kommunekode"]].itertuples(index=False, name=None)
    )
    assert sites["weight"].tolist() == pytest.approx([300.0, 80.0], rel=0.02)


def test_without_maps_every_site_is_a_cell(areas, rules):
    cells = cells_of((705_050.0, 6_175_050.0, "0101", 300), (715_050.0, 6_175_050.0, "0147", 80))
    sites = candidate_sites([], cells, areas, rules)
    assert ["Celle 100m_61750_7050", "Celle 100m_61750_7150"] == sites["address"].tolist()


def test_an_extract_says_what_it_kept(tmp_path):
    folder = write_pbf(tmp_path, [(address("1"), LON, LAT)])
    layer = read_extract(folder / "network" / "bornholm.osm.pbf", read_card("osm_bornholm")).layer("places")
    assert ("places", "osm_bornholm", "2025-03-01", "real", 1, 1, None) == tuple(layer.values())
