"""Streets of a small area by osmnx from our own Overpass: the same network, bad answers told, nobody else asked."""

import json
import re
import socket
from dataclasses import replace
from pathlib import Path

import numpy as np
import osmium
import osmnx
import pytest
import shapely
from osmium.osm.mutable import Node, Way
from overpass_server import MOMENT, Overpass, said
from publisher import Said

from geodata.errors import CardError, FetchError
from geodata.fetching import Bounds, Fetcher
from geodata.gather import gather, plans
from geodata.network.cut import cut
from geodata.network.modes import mode_names
from geodata.network.osm import read_osm
from geodata.sources.choosing import read_layer
from geodata.sources.overpass.streets import fetch_overpass
from geodata.store import read_facts

QUICK = Bounds(tries=2, pause_seconds=0.001, longest_pause_seconds=2.0, silent_seconds=5, seconds=20)
FILE = "network/overpass_streets.osm.pbf"
CODE = "0155"
STREET = {"highway": "residential"}


@pytest.fixture
def town(denmark, tmp_path):
    """A crossing with a one-way arm, signals and two houses in the middle of a municipality, and a street far off."""
    middle = denmark.outlines.set_index("kode").geometry.to_crs(4326)[CODE].centroid
    places = {n: (middle.x + east / 1000, middle.y + north / 1000) for n, (east, north) in enumerate(
        [(0, 0), (1, 0), (2, 0), (1, 1), (1, 2), (3, 0), (3, 1), (4, 1), (900, 0), (901, 0)], start=1
    )}  # fmt: skip
    ways = [
        ((1, 2, 3), STREET | {"maxspeed": "40"}),
        ((2, 4, 5), STREET | {"oneway": "yes"}),
        ((3, 6), {"highway": "footway"}),
        ((6, 7, 8, 6), {"building": "house"}),
        ((9, 10), STREET),
    ]
    path = tmp_path / "town.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for number, place in places.items():
            writer.add_node(Node(id=number, location=place, tags={"highway": "traffic_signals"} if number == 2 else {}))
        for number, (refs, tags) in enumerate(ways, start=1):
            writer.add_way(Way(id=number, nodes=refs, tags=tags))
    return path


@pytest.fixture
def overpass(denmark, publisher, town):
    """The town's Overpass, to which the source card points."""
    speaking = Overpass(publisher, town)
    denmark.settings["overpass_streets"] = {**speaking.settings, "municipalities": CODE}
    return speaking


@pytest.fixture
def bringing(denmark, tmp_path):
    """Opens a fetcher into a folder that has the outlines."""

    def opened(bounds=QUICK):
        fetcher = Fetcher(tmp_path / "raw" / "hovedstaden", bounds=bounds, settings=denmark.settings)
        if not (fetcher.raw / "boundaries").is_dir():
            list(gather(fetcher, denmark.region, ["municipalities"]))
        return fetcher

    return opened


def fetch(fetcher, denmark):
    (outcome,) = gather(fetcher, denmark.region, ["streets"], roads="overpass")
    return outcome


def content(graph):
    """Junctions and edges, whatever their order."""
    names = graph.node_id
    edges = zip(names[graph.u], names[graph.v], np.round(graph.length_m, 6), np.round(graph.minutes, 6), strict=True)
    ways = zip(graph.forward, graph.backward, graph.highway, graph.control_u, graph.control_v, strict=True)
    return sorted(names.tolist()), sorted(
        (*map(float, edge), *map(str, way)) for edge, way in zip(edges, ways, strict=True)
    )


def test_the_same_streets_come_as_from_an_extract_of_the_area(bringing, denmark, overpass, town, tmp_path):
    """The far street and the house aside: cut the extract to the same ground and both give the same networks."""
    with bringing() as fetcher:
        outcome = fetch(fetcher, denmark)
        assert ("new", None) == (outcome.state, outcome.error)
        path = fetcher.raw / FILE
    near = tmp_path / "near.osm.pbf"
    middle = denmark.outlines.set_index("kode").geometry.to_crs(4326)[CODE].centroid
    cut(town, near, middle.buffer(0.1))
    ours, theirs = read_osm(path, mode_names()), read_osm(near, mode_names())
    for mode in mode_names():
        assert content(theirs[mode]) == content(ours[mode])
    assert [1, 2, 3, 5] == content(ours["drive"])[0]
    with osmium.io.Reader(str(path)) as reader:
        assert MOMENT == reader.header().get("osmosis_replication_timestamp")


@pytest.mark.realdata
def test_a_real_quarter_is_the_same_by_overpass_and_from_its_extract(bringing, denmark, publisher, realdata, tmp_path):
    """A kilometre of Lyngby: every junction, length, minute and signal of every mode."""
    quarter = tmp_path / "quarter.osm.pbf"
    cut(realdata / "network" / "lyngby_gentofte.osm.pbf", quarter, shapely.box(12.495, 55.765, 12.511, 55.774))
    speaking = Overpass(publisher, quarter)
    speaking.meets = lambda way, area: True
    denmark.settings["overpass_streets"] = {**speaking.settings, "municipalities": CODE}
    with bringing() as fetcher:
        assert "new" == fetch(fetcher, denmark).state
        ours = read_osm(fetcher.raw / FILE, mode_names())
    theirs = read_osm(quarter, mode_names())
    for mode in mode_names():
        assert content(theirs[mode]) == content(ours[mode])
    assert ours["drive"].nodes > 100


def test_nobody_but_overpass_is_asked_and_osmnx_is_left_as_it_was(bringing, denmark, overpass, publisher, monkeypatch):
    """Every connection of the process is written down; so are the hosts that are looked up."""
    reached, looked_up, before = set(), set(), dict(vars(osmnx.settings))
    connect, look_up = socket.socket.connect, socket.getaddrinfo
    monkeypatch.setattr(socket.socket, "connect", lambda self, to: reached.add(to[:2]) or connect(self, to))
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *a, **k: looked_up.add(host) or look_up(host, *a, **k))
    watched = socket.getaddrinfo
    with bringing() as fetcher:
        assert "new" == fetch(fetcher, denmark).state
    assert {("127.0.0.1", publisher.server_port)} == reached
    assert looked_up <= {"localhost", "127.0.0.1"}
    assert socket.getaddrinfo is watched
    assert before == dict(vars(osmnx.settings))
    assert {"/api/status", "/api/interpreter"} == {
        asked.path for asked in publisher.asked if asked.path.startswith("/api")
    }
    assert all("laegevalg" in asked.headers["User-Agent"] for asked in publisher.asked)
    assert not Path("cache").exists()


def test_the_question_says_how_long_it_may_take_and_asks_for_the_cards_ways(bringing, denmark, overpass):
    denmark.settings["overpass_streets"]["timeout"] = "77"
    with bringing() as fetcher:
        fetch(fetcher, denmark)
    assert [True, True] == [query.startswith("[out:json][timeout:77]") for query in overpass.asked]
    assert [True, True] == [
        f'way["{key}"]' in q for key, q in zip(("highway", "building"), overpass.asked, strict=True)
    ]


def test_a_proxy_is_asked_where_one_is_set_and_no_name_service(bringing, denmark, overpass, publisher, monkeypatch):
    """The proxy alone knows the host; osmnx would ask a name service on the web."""
    denmark.settings["overpass_streets"]["service"] = "http://overpass.invalid/api"
    with bringing() as fetcher:
        monkeypatch.setenv("http_proxy", publisher.url())
        assert "new" == fetch(fetcher, denmark).state
    assert {"overpass.invalid"} == {asked.headers["Host"] for asked in publisher.asked if asked.path.startswith("/api")}


def test_an_area_too_large_points_to_geofabrik(bringing, denmark, overpass, publisher):
    denmark.settings["overpass_streets"]["municipalities"] = ""
    with bringing() as fetcher:
        outcome = fetch(fetcher, denmark)
    assert "lacking" == outcome.state
    words = r"found an area of \d+ km², expected at most 1000 km² .* fetch the streets from Geofabrik"
    assert re.search(words, str(outcome.error))
    assert not [asked for asked in publisher.asked if asked.path.startswith("/api")]


STATUS_PAGE = "Connected as: 1\nCurrent time: now\nAnnounced endpoint: none\nRate limit: 2\n{}\n"
SLOT = STATUS_PAGE.format("Slot available after: 2026-11-22T22:01:40Z, in 900 seconds.").encode()
BUSY = STATUS_PAGE.format("Currently running queries (pid, space limit, time limit, start time):").encode()
TIMED_OUT = 'runtime error: Query timed out in "query" at line 1 after 180 seconds.'
PAGE = b"<html><title>OSM3S Response</title><p>Error: runtime error</p>"
NODE = {"type": "node", "id": 1, "lat": 55.6, "lon": 12.5}
CUT_OFF = {"type": "way", "id": 7, "nodes": [1, 2], "tags": STREET}
INTERPRETER, STATUS = "/api/interpreter", "/api/status"


@pytest.mark.parametrize(
    ("path", "answer", "words"),
    [
        (INTERPRETER, Said(status=429), "found status 429 Too Many Requests, expected status 200; given up"),
        (INTERPRETER, Said(status=429, headers={"Retry-After": "900"}), "to wait 900 s, expected status 200; try"),
        (INTERPRETER, Said(status=504), "found status 504 Gateway Timeout, expected status 200; given up"),
        (INTERPRETER, Said(status=400), "found status 400 Bad Request"),
        (INTERPRETER, Said(status=302, headers={"Location": "http://elsewhere.invalid/"}), "found status 302 Found"),
        (INTERPRETER, Said(PAGE), "an HTML page titled 'OSM3S Response', expected JSON; ask for a smaller"),
        (INTERPRETER, Said(b""), "something that begins with b'', expected JSON with elements"),
        (INTERPRETER, Said(b"[]"), "something that begins with b'[]'"),
        (INTERPRETER, Said(b'{"elements": [{"type": "no'), "something that begins with"),
        (INTERPRETER, said(), "found no element, expected streets"),
        (INTERPRETER, said(NODE, remark=TIMED_OUT), "found the remark 'runtime error: Query timed out"),
        (INTERPRETER, said(NODE), "found 0 ways, and no street"),
        (INTERPRETER, said(NODE, CUT_OFF), "no street of the file has two nodes with a place"),
        (INTERPRETER, said({"type": "node", "id": 1, "lat": "north", "lon": 12.5}), "row 1, column elements"),
        (INTERPRETER, said(NODE, {"type": "way", "id": 7}), "row 2, column elements"),
        (INTERPRETER, Said(b" " * 2000, cut=500), "given up after 2 tries"),
        (INTERPRETER, Said(b"{}", date="Mon, 02 Nov 2020 06:00:00 GMT"), "put this machine's clock right"),
        (STATUS, Said(SLOT), "found no free slot before 900 s"),
        (STATUS, Said(BUSY), "set rate_limit of the card to no"),
        (STATUS, Said(b"<html><title>Drift</title>"), "found a status page with ''"),
        (STATUS, Said(status=503), "found status 503 Service Unavailable"),
    ],
)  # fmt: skip
def test_a_bad_answer_is_told_and_the_former_streets_stay(bringing, denmark, overpass, publisher, path, answer, words):
    with bringing() as fetcher:
        assert "new" == fetch(fetcher, denmark).state
        before = {p: p.read_bytes() for p in fetcher.raw.rglob("*.*") if p.is_file()}
        publisher.says(path, answer)
        outcome = fetch(fetcher, denmark)
        assert ("kept", "overpass_streets") == (outcome.state, outcome.error.source)
        assert words in str(outcome.error)
        assert before == {p: p.read_bytes() for p in fetcher.raw.rglob("*.*") if p.is_file()}


def test_a_busy_overpass_is_asked_again(bringing, denmark, overpass, publisher):
    publisher.says(INTERPRETER, Said(status=504), Said(status=429), overpass.answer)
    with bringing(Bounds(tries=3, pause_seconds=0.001, seconds=20)) as fetcher:
        assert "new" == fetch(fetcher, denmark).state


def test_a_server_without_slots_is_asked_by_setting(bringing, denmark, overpass, publisher):
    denmark.settings["overpass_streets"]["rate_limit"] = "no"
    publisher.says(STATUS, Said(BUSY))
    with bringing() as fetcher:
        assert "new" == fetch(fetcher, denmark).state
    assert STATUS not in {asked.path for asked in publisher.asked}


def test_an_answer_too_large_is_refused(bringing, denmark, overpass, publisher, tmp_path):
    """Two hundred bytes are allowed; three thousand come."""
    publisher.says(INTERPRETER, said(*[NODE] * 60))
    with bringing() as fetcher:
        card = fetcher.card("overpass_streets")
        small = replace(card, endpoint=replace(card.endpoint, largest_megabytes=0.0002))
        with pytest.raises(FetchError, match=r"\d+ bytes or more, expected at most 200 bytes; ask for a smaller area"):
            fetch_overpass(fetcher, small, denmark.region)


def test_municipalities_that_the_region_has_not_are_refused(bringing, denmark, overpass):
    denmark.settings["overpass_streets"]["municipalities"] = f"{CODE} 0999"
    with bringing() as fetcher:
        assert "column municipalities: found 0999, expected codes of the region's" in str(fetch(fetcher, denmark).error)


def test_streets_come_from_geofabrik_unless_the_card_or_the_command_says_otherwise(bringing, denmark, overpass):
    with bringing() as fetcher:
        said_so = replace(denmark.region, roads="overpass")
        assert {"geofabrik_denmark"} == {plan.card.id for plan in plans(fetcher, ["streets"], ask_sizes=False)}
        assert {"overpass_streets"} == {outcome.card.id for outcome in gather(fetcher, said_so, ["streets"])}
        assert {"geofabrik_denmark"} == {o.card.id for o in gather(fetcher, said_so, ["streets"], roads="geofabrik")}
        with pytest.raises(CardError, match="nobody called 'osm' has streets; choose one of geofabrik, overpass"):
            list(gather(fetcher, said_so, ["streets"], roads="osm"))


def test_a_region_is_built_on_streets_from_overpass(laegevalg, overpass, tmp_path):
    code, out, err = laegevalg("fetch", "--region", "hovedstaden", "--roads", "overpass", "--json")
    assert 0 == code, err
    assert ("overpass_streets", "new") in {(row["source"], row["state"]) for row in json.loads(out)}
    assert 0 == laegevalg("build", "--region", "hovedstaden")[0]
    facts = read_facts(tmp_path / "store", "hovedstaden")
    sources = facts.layers.set_index("layer")["source"]
    assert ("overpass_streets", "2026-11-21") == (
        sources["graphs/drive"],
        facts.layers.set_index("layer")["as_of"]["graphs/drive"],
    )
    assert 1 == len(read_layer(tmp_path / "raw" / "hovedstaden", "streets", facts.region).frame), "the house"
