"""Buildings and amenities of real registers and maps, against independent readings of the same files."""

import re
import zipfile

import pytest

from geodata.catalogue import read_card, read_region
from geodata.errors import SourceError
from geodata.sources.amenities import read_amenity_lists
from geodata.sources.bbr import read_bbr
from geodata.sources.osm_surroundings import read_surroundings

ROW = """<CO50200t><id_lokalId>{id}</id_lokalId><kommunekode>0155</kommunekode>{ended}
<virkningFra>2014-01-01T0</virkningFra><status>{status}</status>
<byg021BygningensAnvendelse>{use}</byg021BygningensAnvendelse>
<byg026Opførelsesår>{year}</byg026Opførelsesår>
<byg040BygningensSamledeErhvervsAreal>{area}</byg040BygningensSamledeErhvervsAreal><byg054AntalEtager>2</byg054AntalEtager>
<byg404Koordinat>{point}</byg404Koordinat></CO50200t>"""
GOOD = {
    "id": "a",
    "ended": "",
    "status": "6",
    "use": "433",
    "year": "1975",
    "area": "320",
    "point": "POINT (730000.5 6167000)",
}


def written(folder, *rows):
    path = folder / read_card("bbr_buildings").file
    path.parent.mkdir(parents=True, exist_ok=True)
    body = "".join(ROW.format(**{**GOOD, **row}) for row in rows)
    text = f'<?xml version="1.0" encoding="ISO-8859-1"?><OIS>{body}</OIS>'
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("x.XML", text.encode("latin-1"))
    return folder


def test_a_building_is_read_and_what_is_nought_is_empty(tmp_path):
    found = read_bbr(
        written(tmp_path, {}, {"id": "b", "year": "1000", "area": "0", "use": ""}), read_region("hovedstaden")
    )
    first, second = found.frame.iloc[0], found.frame.iloc[1]
    assert ("health", 320.0, 2, 1975, 730000.5) == tuple(
        first[["building_use", "size_m2", "building_storeys", "building_year", "x"]]
    )
    assert second[["building_use", "size_m2", "building_year"]].isna().all()


def test_former_registrations_demolished_buildings_and_those_without_a_place_are_left_out(tmp_path):
    ended = "<registreringTil>2017-01-01</registreringTil>"
    rows = ({"id": "a", "ended": ended}, {"id": "b", "status": "10"}, {"id": "c", "point": ""}, {"id": "d"})
    found = read_bbr(written(tmp_path, *rows), read_region("hovedstaden"))
    assert (["d"], 4, 1) == (list(found.frame["building_id"]), found.rows_in, found.rows_kept)


@pytest.mark.parametrize("content", [b"junk", b"PK\x03\x04junk", b"<a><b></a>", b"<a></a>"])
def test_a_damaged_extract_is_refused_by_name(tmp_path, content):
    path = tmp_path / read_card("bbr_buildings").file
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"bbr_bygning"):
        read_bbr(tmp_path, read_region("hovedstaden"))


@pytest.mark.realdata
def test_bbr_has_the_buildings_that_a_plain_search_of_its_text_finds(realdata):
    """Records in force of erected buildings with a point, in the region: as many by a pattern."""
    card, region = read_card("bbr_buildings"), read_region("hovedstaden")
    found = read_bbr(realdata, region)
    with zipfile.ZipFile(realdata / card.file) as parts:
        text = parts.read(parts.namelist()[0]).decode("latin-1")
    ids, day = set(), card.as_of.isoformat()
    for record in text.split("<CO50200t>")[1:]:
        said = dict(re.findall(r"<(\w+)>([^<]*)<", record))
        until = said.get("virkningTil", "9")
        holds = said.get("virkningFra", "") <= day < until and "registreringTil" not in said and said["status"] == "6"
        if holds and said["kommunekode"] in region.codes and "byg404Koordinat" in said:
            ids.add(said["id_lokalId"])
    assert ids == set(found.frame["building_id"])
    assert len(ids) > 500
    assert 18_625 == found.rows_in


@pytest.mark.realdata
def test_lyngby_has_its_stops_shops_and_offices_and_bornholm_knows_no_use(realdata):
    """63 bus stops as DATA.md counts them; every building of Bornholm's extract is only a building."""
    lyngby, bornholm = (read_card(name) for name in ("osm_lyngby", "osm_bornholm"))
    amenities, buildings = read_surroundings(realdata / lyngby.file, lyngby)
    assert 63 == (amenities.frame["kind"] == "bus_stop").sum()
    assert (amenities.frame["kind"] == "shop").sum() > 200
    assert {"office", "shop", "home"} <= set(buildings.frame["building_use"].dropna())
    known = buildings.frame.dropna(subset=["size_m2"])
    assert known["building_storeys"].notna().all()
    assert (0, 41_635) == (len(read_surroundings(realdata / bornholm.file, bornholm)[1].frame), 41_635)
    lists = {reading.card.id: len(reading.frame) for reading in read_amenity_lists(realdata)}
    assert 75 == lists["osm_pharmacies"]
    assert lists["osm_transit"] > 2800
