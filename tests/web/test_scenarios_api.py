"""Scenarios over HTTP: saved, shared, offered as collections; and places found."""

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.publish.scenario_tables import KINDS
from app.publish.what_if import COUNTS
from app.settings import Settings
from app.siting.apply import apply
from app.siting.scenario import parse_scenario
from app.study import make_study

CLOSING = {"changes": [{"close": {"ydernummer": "000001"}}]}
OLD = "0" * 64


@pytest.fixture(scope="module")
def service(study, tmp_path_factory):
    """The service with a database of its own: what is saved here is listed nowhere else."""
    jobs = f"sqlite:///{tmp_path_factory.mktemp('jobs')}/jobs.sqlite"
    with TestClient(create_app(Settings(jobs_url=jobs), study), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def saved(service):
    """A closing, saved."""
    answer = service.post("/api/scenarios", json={"name": "A", **CLOSING})
    assert 201 == answer.status_code, answer.text
    return answer.json()


def test_a_saved_scenario_can_be_asked_for(service, saved, study):
    """By its whole hash or sixteen signs, with its base and the page that shows it."""
    whole = service.get(f"/api/scenarios/{saved['hash']}").json()
    assert saved == whole == service.get(f"/api/scenarios/{saved['hash'][:16]}").json()
    assert {"base": study.hash, **CLOSING} == whole["scenario"]
    assert whole["same_study"]
    assert f"/maps/choice?edit=1&scenario={saved['hash'][:16]}" == whole["links"]["map"]
    assert "A" == whole["name"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"{", 400, "JSON"),
        (b"[]", 400, "expected an object"),
        (b'{"changes": []}', 400, "ingen ændringer"),
        (b'{"name": 3, "changes": [{"close": {"ydernummer": "000001"}}]}', 400, "expected a text"),
        (b'{"changes": [{"close": {"ydernummer": "999998"}}]}', 404, "999998"),
        (b'{"changes": [{"open": {"lon": 0, "lat": 0}}]}', 404, "uden for regionen"),
        (b'{"base": "' + OLD.encode() + b'", "changes": [{"close": {"ydernummer": "000001"}}]}', 400, "00000000"),
    ],
)
def test_what_cannot_be_answered_is_not_saved(service, body, status, said):
    """The problem says what is wrong."""
    answer = service.post("/api/scenarios", content=body)
    assert status == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]
    assert said in answer.json()["detail"]


def test_an_unknown_scenario_is_not_found(service):
    """A problem, in the language asked for."""
    answer = service.get("/api/scenarios/12345678?lang=en")
    assert 404 == answer.status_code
    assert "There is no saved scenario 12345678." == answer.json()["detail"]


def test_places_are_found(service):
    """Practice by number; unknown parameters are refused."""
    found = service.get("/api/find", params={"q": "000001"}).json()["found"]
    assert ["000001"] == [hit["ydernummer"] for hit in found]
    assert 400 == service.get("/api/find", params={"q": "x", "w": "y"}).status_code


def test_a_scenario_is_offered_as_collections(service, saved):
    """Listed beside the tables, with the tag of the list changed by it."""
    ids = [one["id"] for one in service.get("/ogc/collections").json()["collections"]]
    names = [link.rsplit("/", 1)[1] for link in saved["links"]["collections"]]
    assert [f"scenario_{saved['hash'][:8]}_{kind}" for kind in KINDS] == names
    assert set(names) <= set(ids)
    before = service.get("/ogc/collections").headers["etag"]
    service.post("/api/scenarios", json={"changes": [{"close": {"ydernummer": "000002"}}]})
    assert before != service.get("/ogc/collections").headers["etag"]


def test_areas_of_a_scenario_are_what_what_if_says(service, saved):
    """Every count of every area that what-if names, small ones hidden in both; and outlines."""
    told = service.post("/api/what-if", json=CLOSING).json()["areas"]
    areas = service.get(saved["links"]["collections"][0] + "/items?limit=1000").json()["features"]
    rows = {(f["properties"]["kind"], f["properties"]["code"]): f["properties"] for f in areas}
    assert len(told) > 0
    for area in told:
        row = rows[area["kind"], area["code"]]
        assert [area[name] for name in COUNTS] == [row[name] for name in COUNTS]
        assert area["figures"]["open_practices"] == [row["open_practices_before"], row["open_practices_after"]]
        assert area["suppressed"] == (row["suppressed"] or "").split()
    assert all(feature["geometry"]["type"] in ("Polygon", "MultiPolygon") for feature in areas)


def test_cells_of_a_scenario_are_those_that_change(service, saved):
    """As many as what-if counts, with class before and after, and what can be filtered by."""
    count = service.post("/api/what-if", json=CLOSING).json()["cells"]["count"]
    where = saved["links"]["collections"][1]
    cells = service.get(where + "/items?limit=1000").json()
    assert 0 < count == cells["numberMatched"]
    for cell in cells["features"]:
        assert cell["properties"]["choice_class_before"] != cell["properties"]["choice_class_after"]
    falls = service.get(where + "/items", params={"change": "falls"}).json()
    assert falls["numberMatched"] == sum(f["properties"]["change"] == "falls" for f in cells["features"])
    assert "Scenarie A: ændrede celler" == service.get(where).json()["title"]
    assert 200 == service.get(where + "/queryables").status_code == service.get(where + "/schema").status_code


def test_areas_of_limited_choice_are_drawn_anew_without_counts(service, saved, study):
    """As the findings made anew say; beside today's, a count would give small ones away."""
    where = next(link for link in saved["links"]["collections"] if link.endswith("_little_choice_areas"))
    rows = [one["properties"] for one in service.get(where + "/items?limit=1000").json()["features"]]
    after = make_study(apply(parse_scenario(CLOSING), study.facts, study.rules), study.rules).findings.little_choice
    assert after["area_id"].tolist() == [row["area_id"] for row in rows]
    assert after["reason"].tolist() == [row["reason"] for row in rows]
    assert len(rows) > 0
    assert {"area_id", "name", "kommunekode", "reason"} == set(rows[0])


CHANGES = [
    {"open": {"lon": 12.25, "lat": 55.66, "capacity": 2}},
    {"close": {"ydernummer": "000001"}},
    {"move": {"ydernummer": "000002", "lon": 12.26, "lat": 55.66}},
    {"intake": {"ydernummer": "000002", "to": "closed"}},
    {"capacity": {"ydernummer": "000003", "capacities": 7}},
]


def test_practices_of_a_scenario_stand_as_after_it(service):
    """All of today's and the new one; a closing stands where it is, a move weighs more than another intake."""
    saved = service.post("/api/scenarios", json={"name": "B", "changes": CHANGES}).json()
    where = next(link for link in saved["links"]["collections"] if link.endswith("_practices"))
    rows = [one["properties"] for one in service.get(where + "/items?limit=1000").json()["features"]]
    today = service.get("/ogc/collections/practices/items?limit=1000").json()["features"]
    known = {one["properties"]["ydernummer"] for one in today}
    words = {row["ydernummer"]: row["change"] for row in rows}
    told = {number: words[number] for number in ("000001", "000002", "000003")}
    assert {"000001": "closed", "000002": "moved", "000003": "changed"} == told
    assert {"new"} == {word for number, word in words.items() if number not in known}
    assert {"same"} == {word for number, word in words.items() if number in known - set(told)}
    assert ["closed"] == [row["intake"] for row in rows if row["ydernummer"] == "000002"]
    assert {7} == {row["capacities"] for row in rows if row["ydernummer"] == "000003"}
    assert 1 == service.get(where + "/items", params={"change": "new"}).json()["numberMatched"]


def test_collections_of_scenarios_stand_in_the_document(service, saved):
    """The OpenAPI document names the paths of what is listed, and its tag changes when a scenario is saved."""
    answer = service.get("/ogc/api")
    paths = answer.json()["paths"]
    assert {link.removeprefix("/ogc") + "/items" for link in saved["links"]["collections"]} <= set(paths)
    service.post("/api/scenarios", json={"changes": [{"close": {"ydernummer": "000003"}}]})
    assert answer.headers["etag"] != service.get("/ogc/api").headers["etag"]


def test_a_collection_of_no_scenario_is_not_found(service):
    """Neither is one of a scenario that nobody saved."""
    assert 404 == service.get("/ogc/collections/scenario_00000000_areas").status_code
    assert 404 == service.get("/ogc/collections/scenario_x_areas").status_code


def test_cells_are_served_for_ever(service):
    """Runs and classes, kept by the browser; unknown parts and scales are not found."""
    answer = service.get("/maps/choice/cells/mainland/overview.bin")
    assert 200 == answer.status_code
    assert "immutable" in answer.headers["cache-control"]
    assert 9 == len(service.get("/maps/choice/cells/classes.bin").content)
    assert 404 == service.get("/maps/choice/cells/mainland/other.bin").status_code
    assert 404 == service.get("/maps/choice/cells/atlantis/detail.bin").status_code


def test_the_menu_leads_to_the_page_in_both_languages(service):
    """The address has one question mark, and the page marks itself."""
    assert 'href="/maps/choice?edit=1&amp;lang=en"' in service.get("/?lang=en").text
    page = service.get("/maps/choice?edit=1").text
    assert 'href="/maps/choice?edit=1" aria-current="page"' in page
    assert 'href="/maps/choice?lang=en&amp;edit=1"' in page
