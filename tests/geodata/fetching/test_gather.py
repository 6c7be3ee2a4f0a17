"""A whole region from publishers that answer in their own formats, and what happens when one of them fails."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from denmark import PROJECTION
from publisher import Said
from timetable_feed import BEGIN, END, TODAY, digits, feed

from geodata.catalogue import read_layers
from geodata.errors import CardError, SourceError
from geodata.fetching import Bounds, Fetcher, Keys, read_note
from geodata.gather import gather, lacking, mirror, plans
from geodata.sources.choosing import read_layer, source_of
from geodata.sources.datafordeler.buildings import records_of
from geodata.sources.published import read_published
from geodata.store import read_facts

OVER = (
    ("calendar.txt", digits(END), "20201231"),
    ("calendar.txt", digits(BEGIN), "20200101"),
    ("calendar_dates.txt", digits(TODAY), "20201224"),
)
"""What makes a timetable one of 2020."""
KEY = {"LAEGEVALG_KEY_DATAFORDELER": "s3cret"}
QUICK = Bounds(tries=2, pause_seconds=0.001, silent_seconds=5, seconds=20)


@pytest.fixture
def bringing(denmark, tmp_path):
    """Opens a fetcher with some keys."""

    def opened(keys=KEY):
        return Fetcher(tmp_path / "raw" / "hovedstaden", Keys(keys), QUICK, denmark.settings)

    return opened


def states(outcomes):
    return {(outcome.layer.id, outcome.card.id): outcome.state for outcome in outcomes}


def test_every_layer_is_brought_by_the_first_source_that_answers(bringing, denmark):
    with bringing() as fetcher:
        found = states(gather(fetcher, denmark.region))
        again = states(gather(fetcher, denmark.region))
    assert {"new"} == set(found.values())
    assert set(read_layers()) >= {layer for layer, _ in found}
    assert ("municipalities", "dagi_graphql") in found
    assert {"same"} == set(again.values())


def test_without_a_key_the_keyless_source_stands_in(bringing, denmark):
    with bringing({}) as fetcher:
        found = states(gather(fetcher, denmark.region, ["municipalities"]))
    wanted = {"dagi_graphql": "no key", "dagi_file": "no key", "gisco_lau": "new"}
    assert {("municipalities", source): state for source, state in wanted.items()} == found


def test_an_empty_register_gives_way_to_the_next_source(bringing, denmark, publisher):
    empty = {"data": {"DAGI_Kommuneinddeling": {"nodes": [], "pageInfo": {"hasNextPage": False}}}}
    publisher.says("/graphql/DAGI/v2", json.dumps(empty).encode())
    with bringing() as fetcher:
        outcomes = list(gather(fetcher, denmark.region, ["municipalities"]))
    assert ["lacking", "new"] == [outcome.state for outcome in outcomes]
    assert "found no node, expected at least one; the register may be empty" in str(outcomes[0].error)


@pytest.mark.parametrize("source", ["dagi_graphql", "dagi_file", "gisco_lau"])
def test_each_source_of_outlines_gives_exactly_the_regions_municipalities(bringing, denmark, publisher, source):
    closed = {
        "dagi_graphql": ["/files", "/lau"],
        "dagi_file": ["/graphql/DAGI/v2"],
        "gisco_lau": ["/graphql/DAGI/v2", "/files"],
    }
    for path in closed[source]:
        publisher.says(path, Said(status=410))
    with bringing() as fetcher:
        list(gather(fetcher, denmark.region, ["municipalities"]))
        assert source == source_of(fetcher.raw, "municipalities").id
        reading = read_layer(fetcher.raw, "municipalities", denmark.region)
    areas = reading.frame[reading.frame["kind"] == "municipality"].set_index("code")
    wanted = denmark.outlines.set_index("kode").geometry
    assert set(wanted.index) == set(areas.index)
    assert all(areas.geometry[code].hausdorff_distance(wanted[code]) < 60 for code in wanted.index)
    assert 4 == (reading.frame["kind"] == "health_council").sum()


def test_the_projections_table_of_the_year_is_found(bringing, denmark, publisher):
    with bringing() as fetcher:
        list(gather(fetcher, denmark.region, ["projection"]))
        frame = read_layer(fetcher.raw, "projection", denmark.region).frame
        note = read_note(fetcher.raw / "population/statbank/projection.csv")
    assert note.url.endswith(f"/v1/data#{PROJECTION}")
    assert {2026: 29 * 900, 2030: 29 * 900} == frame.groupby("year")["residents"].sum().to_dict()
    question = json.loads(publisher.asked[-1].body)
    chosen = {variable["code"]: variable["values"] for variable in question["variables"]}
    assert (PROJECTION, "Code", ["1", "2"]) == (question["table"], question["valuePresentation"], chosen["KØN"])
    assert "101" in chosen["OMRÅDE"]
    assert "000" not in chosen["OMRÅDE"]


def test_residents_of_today_are_those_of_the_last_first_quarter(bringing, denmark):
    with bringing() as fetcher:
        list(gather(fetcher, denmark.region, ["residents"]))
        reading = read_layer(fetcher.raw, "residents", denmark.region)
    assert "2026-01-01" == reading.as_of
    row = reading.frame.set_index("kommunekode").loc["0400"]
    assert (2026, 900, 150, 60) == tuple(row[["year", "residents", "age_65_79", "age_80_plus"]])


def test_need_weights_are_contacts_each_beside_those_of_all(bringing, denmark):
    with bringing() as fetcher:
        list(gather(fetcher, denmark.region, ["residents", "contacts"]))
        frame = read_layer(fetcher.raw, "contacts", denmark.region).frame
    old = frame[frame["age_from"] == 65].iloc[0]
    # 1,050 contacts of 105 residents; 1,750 of 450 in all
    assert (10.0, 10.0 / (1750 / 450)) == pytest.approx((old["per_resident"], old["weight"]))
    people = pd.Series({0: 345 * 29, 65: 105 * 29})
    assert 1.0 == pytest.approx((frame["weight"] * frame["age_from"].map(people)).sum() / people.sum() / 2)


def test_need_by_the_age_groups_of_the_cells_comes_from_groups_that_cut_across(bringing, denmark):
    with bringing() as fetcher:
        list(gather(fetcher, denmark.region, ["residents", "contacts", "distances"]))
        found = read_published(fetcher.raw, denmark.region)
    need = found["need_by_age"].frame.set_index("age_group")
    # of 450 residents 345 have 700 contacts and 105 have 1,050; a sex each, 29 municipalities
    young, old, mean = 700 / 345, 1050 / 105, 1750 / 450
    assert [young, young, old, old] == pytest.approx(need["per_resident"].tolist())
    assert [young / mean, young / mean, old / mean, old / mean] == pytest.approx(need["weight"].tolist())
    assert [200 * 29, 490 * 29, 150 * 29, 60 * 29] == need["residents"].tolist()
    assert 1.0 == pytest.approx((need["weight"] * need["residents"]).sum() / need["residents"].sum())
    assert {1200.0} == set(found["published_distances"].frame["metres"])


def test_parishes_leave_out_residents_without_a_parish(bringing, denmark):
    with bringing() as fetcher:
        list(gather(fetcher, denmark.region, ["parishes", "distances"]))
        parishes = read_layer(fetcher.raw, "parishes", denmark.region)
        distances = read_layer(fetcher.raw, "distances", denmark.region)
    assert ["7001", "7002"] == parishes.frame["sognekode"].tolist()
    assert "without a parish" in parishes.note
    assert {1200.0} == set(distances.frame["metres"])
    assert "2024-12-31" == distances.as_of


def test_addresses_come_with_the_points_that_another_register_holds(bringing, denmark):
    with bringing() as fetcher:
        assert "new" == next(iter(gather(fetcher, denmark.region, ["addresses"]))).state
        reading = read_layer(fetcher.raw, "addresses", denmark.region)
    assert (3 * 29, 2 * 29, "29 addresses without a point left out") == (
        reading.rows_in,
        len(reading.frame),
        reading.note,
    )
    middle = denmark.outlines.geometry[0].centroid
    row = reading.frame.set_index("label").loc["Torvet 2, 0101"]
    assert ("address", middle.x + 200, middle.y) == tuple(row[["kind", "x", "y"]])


def test_buildings_come_as_records_of_the_shape_of_an_extract(bringing, denmark):
    with bringing() as fetcher:
        (outcome,) = gather(fetcher, denmark.region, ["buildings"])
        records = records_of(fetcher.raw / "premises/bbr_bygning.jsonl", outcome.card)
    middle = denmark.outlines.geometry[0].centroid
    wanted = {
        "id_lokalId": "0101-1",
        "kommunekode": "0101",
        "byg021BygningensAnvendelse": "321",
        "byg054AntalEtager": "2",
    }
    assert {**wanted, "byg404Koordinat": f"POINT({middle.x} {middle.y})"} == records[0]
    assert "byg404Koordinat" not in records[1]
    reading = read_layer(fetcher.raw, "buildings", denmark.region)
    assert (58, 29) == (reading.rows_in, len(reading.frame))
    row = reading.frame.set_index("building_id").loc["0101-1"]
    assert ("bbr", "office", 2, middle.x) == tuple(row[["source", "building_use", "building_storeys", "x"]])


def test_the_timetable_is_brought_from_its_mirror_where_the_publisher_does_not_answer(bringing, denmark, publisher):
    publisher.says("/labs/GTFS.zip", Said(status=503))
    publisher.says("/gtfs/dk_rejseplanen.gtfs.zip", denmark.timetable())
    with bringing() as fetcher:
        found = states(gather(fetcher, denmark.region, ["timetable"]))
        reading = read_layer(fetcher.raw, "timetable", denmark.region)
    assert {("timetable", "rejseplanen_gtfs"): "lacking", ("timetable", "transitous_gtfs"): "new"} == found
    assert ("transitous_gtfs", 4) == (reading.card.id, len(reading.frame))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (feed(*OVER), "and none on"),
        (feed(("stop_times.txt", "r1,08:52:00", "r9,08:52:00")), "row 3, column trip_id of stop_times.txt: found 'r9'"),
        (feed()[:-200], "a damaged or truncated zip"),
        (b"<html><title>Labs</title></html>", "an HTML page titled 'Labs'"),
    ],
    ids=["over", "broken reference", "truncated", "page"],
)
def test_a_timetable_that_breaks_its_promise_leaves_the_former_one(bringing, denmark, publisher, body, words):
    with bringing() as fetcher:
        list(gather(fetcher, denmark.region, ["timetable"]))
        before = (fetcher.raw / "timetable/rejseplanen.zip").read_bytes()
        publisher.says("/labs/GTFS.zip", body)
        (outcome,) = gather(fetcher, denmark.region, ["timetable"])
        assert ("kept", True) == (outcome.state, words in str(outcome.error)), outcome.error
        assert before == (fetcher.raw / "timetable/rejseplanen.zip").read_bytes()


def test_large_layers_are_fetched_when_they_are_named_only(bringing, denmark):
    with bringing() as fetcher:
        named = {plan.layer.id for plan in plans(fetcher, ask_sizes=False)}
    assert not named & {"addresses", "buildings", "parishes"}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"errors": [{"message": "The field `navn` does not exist"}]}, "errors: found The field `navn` does not exist"),
        ({"data": {"DAGI_Kommune": {"nodes": []}}}, "column DAGI_Kommuneinddeling: found DAGI_Kommune, expected"),
        ({"data": None}, "expected DAGI_Kommuneinddeling with nodes"),
        ([], "found JSON of type list, expected an object"),
        (
            {"data": {"DAGI_Kommuneinddeling": {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": "1"}}}},
            "'1' again",
        ),
    ],
)
def test_a_query_that_is_answered_otherwise_names_the_settings_to_put_right(
    bringing, denmark, publisher, answer, words
):
    publisher.says("/graphql/DAGI/v2", json.dumps(answer).encode())
    with bringing() as fetcher:
        outcome = next(iter(gather(fetcher, denmark.region, ["municipalities"])))
    assert "lacking" == outcome.state
    assert words in str(outcome.error)


@pytest.mark.parametrize(
    ("source", "settings", "words"),
    [
        ("dst_projection", {"pattern": "KKFR\\d+"}, "column id: found 5 others, expected a table like KKFR"),
        ("dst_folk1a", {"area": "KOMK"}, "column KOMK: found OMRÅDE, KØN, ALDER, CIVILSTAND, TID, expected a variable"),
        (
            "dst_folk1a",
            {"time_values": "last:2031*"},
            "column Tid: found 2025K4, 2026K1, 2026K2, 2026K3, expected a value",
        ),
        ("dst_gp_distance", {"measure": "", "measure_values": ""}, "BNØGLE too, of which one value must be chosen"),
        ("dst_contacts", {"table": "SYGK9"}, "status 404"),
    ],
)
def test_a_setting_that_does_not_fit_the_table_says_what_the_table_has(bringing, denmark, source, settings, words):
    denmark.settings[source].update(settings)
    layer = next(layer for layer in read_layers().values() if source in layer.sources)
    with bringing() as fetcher:
        outcome = next(iter(gather(fetcher, denmark.region, [layer.id])))
    assert words in str(outcome.error)


def test_a_setting_that_a_card_has_not_is_refused(bringing, denmark):
    denmark.settings["gisco_lau"]["colour"] = "red"
    with bringing() as fetcher, pytest.raises(CardError, match=r"no setting colour; it has url, folder, year, country"):
        list(gather(fetcher, denmark.region, ["municipalities"]))


@pytest.mark.parametrize(
    ("layer", "path"),
    [
        ("municipalities", "/graphql/DAGI/v2"),
        ("districts", "/wfs"),
        ("census", "/census/Eurostat_Census-GRID_2021_V2.2.zip"),
        ("residents", "/v1/data"),
        ("projection", "/v1/tables"),
    ],
)
@pytest.mark.parametrize(
    "said", [Said(status=410), Said(b"<html><title>Drift</title>"), Said(b"junk"), Said(b'{"a": 1}')]
)
def test_when_a_publisher_fails_the_former_file_stays(bringing, denmark, publisher, layer, path, said):
    with bringing() as fetcher:
        list(gather(fetcher, denmark.region, [layer]))
        before = {p: p.read_bytes() for p in fetcher.raw.rglob("*.*") if p.is_file()}
        publisher.says(path, said)
        outcome = next(iter(gather(fetcher, denmark.region, [layer])))
        assert "kept" == outcome.state
        assert outcome.error.source == outcome.card.id
        assert before == {p: p.read_bytes() for p in fetcher.raw.rglob("*.*") if p.is_file()}


@pytest.mark.parametrize(
    ("layer", "path", "said", "words"),
    [
        (
            "residents",
            "/v1/data",
            "OMRÅDE;KØN;ALDER;CIVILSTAND;TID;VÆRDI\n101;TOT;IALT;TOT;2026K1;1\n",
            "column INDHOLD",
        ),
        ("districts", "/wfs", None, "column bydel_nr: found only bydel_nummer, navn"),
        ("municipalities", "/graphql/DAGI/v2", None, "row 1, column geometri: found only kommunekode, navn, geometry"),
    ],
)
def test_a_changed_column_is_found_when_it_is_fetched(bringing, denmark, publisher, layer, path, said, words):
    with bringing() as fetcher:
        list(gather(fetcher, denmark.region, [layer]))
        before = read_layer(fetcher.raw, layer, denmark.region)
        former = denmark.wfs if layer == "districts" else None
        if said is not None:
            publisher.says(path, said.encode())
        elif former is not None:
            publisher.says(path, former().replace(b'"bydel_nr"', b'"bydel_nummer"'))
        else:
            publisher.says(path, lambda asked: Said(denmark.nodes(asked).body.replace(b'"geometri"', b'"geometry"')))
        outcome = next(iter(gather(fetcher, denmark.region, [layer])))
        assert "kept" == outcome.state
        assert words in str(outcome.error)
        assert before.rows_kept == read_layer(fetcher.raw, layer, denmark.region).rows_kept


def test_a_plan_tells_sizes_licences_and_keys_without_fetching(bringing, denmark, publisher):
    with bringing({}) as fetcher:
        rows = {plan.card.id: plan for plan in plans(fetcher)}
        assert not list(fetcher.raw.rglob("*.fetched.json"))
    assert {"HEAD"} == {asked.method for asked in publisher.asked}
    assert ("DATAFORDELER", False) == (rows["dagi_graphql"].key, rows["dagi_graphql"].has_key)
    assert rows["gisco_lau"].exact
    assert 0 < rows["gisco_lau"].megabytes < 1
    assert all(plan.card.licence for plan in rows.values())


def test_a_layer_that_there_is_not_names_those_there_are(bringing, denmark):
    with bringing() as fetcher, pytest.raises(CardError, match=r"no layer moon; choose one of municipalities, "):
        list(gather(fetcher, denmark.region, ["moon"]))


def test_a_fetched_folder_is_a_mirror_for_another_machine(bringing, denmark, tmp_path):
    with bringing() as fetcher:
        list(gather(fetcher, denmark.region))
    with Fetcher(tmp_path / "other") as other:
        assert {"new"} == {outcome.state for outcome in mirror(other, denmark.region, fetcher.raw)}
        assert [] == lacking(other.raw)
        assert {"same"} == {outcome.state for outcome in mirror(other, denmark.region, fetcher.raw)}
    path = "boundaries/dagi_kommuneinddeling.jsonl"
    notes = [replace(read_note(root / path), modified=0) for root in (fetcher.raw, other.raw)]
    assert notes[0] == notes[1], "the note goes along"


def test_a_bad_file_of_a_mirror_does_not_take_the_place_of_a_good_one(bringing, denmark, tmp_path):
    with bringing() as fetcher:
        list(gather(fetcher, denmark.region))
        bad = tmp_path / "bad" / "population" / "statbank"
        bad.mkdir(parents=True)
        (bad / "folk1a.csv").write_text("OMRÅDE;KØN;ALDER;CIVILSTAND;TID;INDHOLD\n101;TOT;IALT;TOT;2026K1;mange\n")
        (outcome,) = mirror(fetcher, denmark.region, tmp_path / "bad")
    assert "kept" == outcome.state
    assert "dst_folk1a: row 2, column INDHOLD: found 'mange', expected a number" == str(outcome.error)


def test_a_mirror_that_is_none_is_refused(bringing, denmark, tmp_path):
    with bringing() as fetcher:
        with pytest.raises(SourceError, match="is no folder"):
            list(mirror(fetcher, denmark.region, tmp_path / "nowhere"))
        with pytest.raises(SourceError, match="holds no file of any source"):
            list(mirror(fetcher, denmark.region, tmp_path / "raw"))


SHEET = "Ydernummer;Navn;Adresse;Kommunekode;X;Y;Tilgang;Kapaciteter;Tilmeldte;Opgjort\n"


def test_a_region_is_fetched_and_built_with_two_commands(laegevalg, tmp_path, denmark):
    practices = tmp_path / "praksis.csv"
    x, y = denmark.outlines.geometry[0].centroid.coords[0]
    practices.write_text(
        f"{SHEET}000011;Torvets læger;Torvet 1, 0101;0101;;;åben;2;3000;2026-10-31\n"
        f"000012;Lukkede læger;Torvet 1, 0147;0147;{x};{y};lukket;2;3000;2026-10-31\n",
        encoding="utf-8",
    )
    code, out, err = laegevalg(
        "--verbose", "fetch", "--region", "hovedstaden", "--json", LAEGEVALG_KEY_DATAFORDELER="s3cret"
    )
    assert 0 == code, err
    assert {"new"} == {row["state"] for row in json.loads(out)}
    assert "s3cret" not in out + err
    code, out, err = laegevalg("build", "--region", "hovedstaden", "--practices", practices)
    assert 0 == code, err
    assert "Lukket i registret" in out
    facts = read_facts(tmp_path / "store", "hovedstaden")
    assert 29 * 900 == facts.cells["residents"].sum()
    assert ["000011", "000012"] == facts.practices["ydernummer"].tolist()
    assert {"register", "list"} == set(facts.locations["placed_by"]), "the one without coordinates stands in SOR"
    found = facts.register_report.groupby("ydernummer")["finding"].agg(set)
    assert {"matched", "filled"} == found["000011"]
    assert {"matched", "closed", "far_apart"} == found["000012"]
    sources = facts.layers.set_index("layer")["source"]
    assert {"dagi_graphql", "kk_city_districts"} == set(sources["areas"])
    assert {"eurostat_census_2021", "dst_folk1a", "geofabrik_denmark"} == set(sources["cells"])
    assert "geofabrik_denmark" == sources["graphs/drive"]
    assert ("rejseplanen_gtfs", {"S1", "B", "C"}) == (sources["stops"], set(facts.stops["stop_id"]))
    assert "sor_entities" == sources["register"]
    code, out, _ = laegevalg("check", practices, "--region", "hovedstaden")
    assert (0, True) == (code, "Lukket i registret" in out)
    code, out, _ = laegevalg("check", practices, "--region", "hovedstaden", "--lang", "en", "--json")
    told = {(row["finding"], row["ydernummer"]) for row in json.loads(out)["register"]["findings"]}
    assert {("filled", "000011"), ("closed", "000012")} <= told


def test_a_failure_ends_with_exit_code_1_and_one_line_for_each(laegevalg, publisher):
    assert 0 == laegevalg("fetch", "--region", "hovedstaden")[0]
    publisher.says("/wfs", Said(status=410))
    code, _, err = laegevalg("fetch", "--region", "hovedstaden")
    assert 1 == code
    (line,) = err.strip().splitlines()
    assert "kk_city_districts: found status 410 Gone, expected status 200" in line


def test_a_folder_that_cannot_be_written_is_named(laegevalg, tmp_path):
    (tmp_path / "taken").write_text("a file")
    code, _, err = laegevalg("fetch", "--region", "hovedstaden", LAEGEVALG_RAW=tmp_path / "taken")
    assert 2 == code
    assert "cannot be written to" in err
    assert 1 == len(err.strip().splitlines())


def test_a_file_that_cannot_be_kept_is_told_and_the_rest_is_fetched(laegevalg, tmp_path):
    """Where the districts should lie there is a folder of that name."""
    (tmp_path / "raw/hovedstaden/boundaries/bydele_koebenhavn.geojson/in").mkdir(parents=True)
    code, out, err = laegevalg("fetch", "--region", "hovedstaden", "--json")
    states = {row["source"]: row["state"] for row in json.loads(out)}
    assert (1, "new") == (code, states["dst_folk1a"])
    assert "kk_city_districts: boundaries/bydele_koebenhavn.geojson cannot be kept" in err


def test_a_region_that_cannot_be_built_ends_with_exit_code_2(laegevalg, publisher):
    publisher.says("/census/Eurostat_Census-GRID_2021_V2.2.zip", Said(status=404))
    code, _, err = laegevalg("fetch", "--region", "hovedstaden")
    assert 2 == code
    assert "cannot be built yet: no source gave census" in err


def test_a_generated_region_is_not_fetched(laegevalg):
    code, _, err = laegevalg("fetch", "--region", "sample")
    assert (2, True) == (code, "is generated" in err)


def test_a_dry_run_names_keys_and_sizes(laegevalg):
    code, out, _ = laegevalg("fetch", "--region", "hovedstaden", "--dry-run", "--json")
    rows = {row["source"]: row for row in json.loads(out)}
    assert 0 == code
    assert ("DATAFORDELER", False, None) == tuple(rows["dagi_graphql"][name] for name in ("key", "has_key", "fetched"))
