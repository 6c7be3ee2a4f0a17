"""Siting over HTTP: question, job, events, answer, files; bad questions; stop; the same question again."""

import json
import re
import time

import httpx
import pandas as pd
import pyogrio
import pytest

from app.siting.scenario import parse_scenario

QUESTION = {"add": 2, "k": 2, "time_limit": 10}


def done(client, location, seconds=240.0):
    """The job when it has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        body = client.get(location).json()
        if body["status"] in ("done", "stopped", "failed"):
            return body
        time.sleep(0.05)
    raise TimeoutError(body)


def read_events(client, address, headers=None):
    """Every event of a stream: id, event, data."""
    found = []
    with client.stream("GET", address, headers=headers or {}) as answer:
        if answer.status_code == 204:
            return found
        assert answer.headers["content-type"].startswith("text/event-stream")
        one = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name in ("id", "event", "data"):
                one[name] = value
            elif not line and "data" in one:
                found.append({**one, "data": json.loads(one["data"])})
                one = {}
    return found


def test_the_walk_from_question_to_file(live, study, tmp_path):
    """Asked, followed by events, answered in both languages, replayed by what-if, taken home as files."""
    with httpx.Client(base_url=live, timeout=60) as client:
        asked = client.post("/api/sites", json=QUESTION)
        assert 202 == asked.status_code
        location = asked.headers["location"]
        assert asked.json()["links"]["self"] == location
        events = read_events(client, f"{location}/events")
        assert "done" == events[-1]["event"]
        numbers = [int(event["id"]) for event in events]
        assert sorted(set(numbers)) == numbers
        job = done(client, location)
        answer = job["result"]
        assert answer["proof"]["status"] == "optimal"
        assert answer["proof"]["value"] == answer["proof"]["bound"]
        assert "Bevist bedst mulig" == answer["proof"]["words"]["tag"]
        english = client.get(location, params={"lang": "en"}).json()["result"]
        assert "Proven best" == english["proof"]["words"]["tag"]
        best = answer["solutions"][0]
        scenario = parse_scenario({k: v for k, v in best["scenario"].items() if k != "hash"})
        assert scenario.hash == best["scenario"]["hash"]
        assert study.what_if(scenario).lifted[0] == answer["proof"]["value"]
        assert sum(site["practices"] for site in best["sites"]) == QUESTION["add"]
        for ending in ("gpkg", "xlsx", "geojson", "csv", "json"):
            file = client.get(f"{location}/sites.{ending}")
            assert 200 == file.status_code, file.text
            (tmp_path / f"sites.{ending}").write_bytes(file.content)
        layers = {name for name, _ in pyogrio.list_layers(tmp_path / "sites.gpkg")}
        assert {"sites", "site_gains", "site_proof", "layers"} <= layers
        written = pyogrio.read_dataframe(tmp_path / "sites.gpkg", layer="sites")
        assert len(best["sites"]) == (written["solution"] == 1).sum()
        sheets = pd.read_excel(tmp_path / "sites.xlsx", sheet_name=None, header=3, dtype=str)
        assert len(best["sites"]) == (sheets["Nye ydernumre"]["Placering nr."] == "1").sum()
        assert answer["proof"]["status"] == sheets["Bevis"]["Status"][0]
        assert {"Forside", "Forklaring"} <= set(sheets)
        proof = pyogrio.read_dataframe(tmp_path / "sites.gpkg", layer="site_proof")
        assert study.hash == proof["study"][0]
        assert parse_scenario(json.loads(proof["scenario"][0])).hash == scenario.hash


@pytest.mark.qgis
def test_an_answer_opens_in_qgis_as_a_map_of_its_own(live, tmp_path, opened_by_qgis):
    """Under the name it was handed out with: sites on top with their number, places nearly as good, cells that gain."""
    with httpx.Client(base_url=live, timeout=60) as client:
        location = client.post("/api/sites", json=QUESTION).headers["location"]
        best = done(client, location)["result"]["solutions"][0]
        file = client.get(f"{location}/sites.gpkg")
    path = tmp_path / re.search(r'filename="([^"]+)"', file.headers["content-disposition"]).group(1)
    path.write_bytes(file.content)
    report = opened_by_qgis(path)
    assert [] == [layer["name"] for layer in report["layers"] if not layer["valid"]]
    assert ["Forslag", "Scenarie", "Praksis"] == [name for name, _, _ in report["tree"]][:3]
    rows = {layer["id"]: layer.get("rows") for layer in report["layers"]}
    assert len(best["sites"]) == rows["laegevalg_sites"]
    assert 0 < rows["laegevalg_site_gains"]
    assert "laegevalg_cells_choice" not in rows
    assert "laegevalg_overview_choice" in rows


def test_the_same_question_again_is_answered_at_once(live):
    """200 instead of 202, the same job; events begin after the last one seen, and end when there are no more."""
    with httpx.Client(base_url=live, timeout=60) as client:
        first = client.post("/api/sites", json={**QUESTION, "time_limit": 11})
        job = done(client, first.headers["location"])
        again = client.post("/api/sites", json={"time_limit": 11.0, "k": 2, "add": 2})
        assert 200 == again.status_code
        assert job["id"] == again.json()["id"]
        address = f"/api/jobs/{job['id']}/events"
        events = read_events(client, address)
        rest = read_events(client, address, {"Last-Event-ID": events[0]["id"]})
        assert [event["id"] for event in events[1:]] == [event["id"] for event in rest]
        assert [] == read_events(client, address, {"Last-Event-ID": events[-1]["id"]})
        assert events == read_events(client, address, {"Last-Event-ID": "nonsense"})


@pytest.mark.parametrize(
    ("body", "status", "danish"),
    [
        (b"{", 400, "kan ikke læses som JSON"),
        (b'{"add": NaN}', 400, "add er ikke et tal."),
        (b'{"add": 199}', 400, "Du bad om 199 placeringer; antallet af mulige steder er"),
        (b'{"add": 1, "standard": {"mode": "drive", "minutes": 0}}', 400, "Afstanden skal være større end 0."),
        (b'{"add": 1, "area": {"kind": "municipality", "code": "9999"}}', 404, 'Området "9999" findes ikke i'),
        (b'{"add": 1, "weights": {"age_80_plus": 0}}', 400, "Mindst én gruppe skal have vægt"),
        (
            b'{"add":1,"area":{"kind":"polygon","ring":[[12.0,55.0],[12.2,55.2],[12.2,55.0],[12.0,55.2]]}}',
            400,
            "Området krydser sig selv ved 12.10000, 55.10000.",
        ),
        (b'{"add": 1, "objective": "luck"}', 400, "objective: luck findes ikke."),
        (
            b'{"add": 1, "objective": "capacitated", "weights": {"age_80_plus": 1}}',
            400,
            "En lukkegrænse tæller mennesker",
        ),
        (b'{"add": 1, "objective": "even", "gini": NaN}', 400, "gini er ikke et tal."),
        (b'{"add":1,"area":{"kind":"polygon","ring":[[1,1],[1,2],[2,2]]}}', 400, "Der er ingen mulige steder her."),
        (b'{"add": 1, "close": ["999999"]}', 404, "ingen praksis med ydernr. 999999"),
        (b'{"add": 1, "x": "' + b"x" * 10_000 + b'"}', 413, "larger than 10000 bytes"),
    ],
    ids=[
        "json",
        "nan",
        "number",
        "limit",
        "area",
        "weights",
        "polygon",
        "objective",
        "places",
        "gini",
        "nowhere",
        "practice",
        "large",
    ],
)
def test_a_bad_question_is_a_problem_in_the_readers_language(service, body, status, danish):
    """Problem+json before any job is made, in Danish and English."""
    answer = service.post("/api/sites", content=body)
    assert status == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]
    assert danish in answer.json()["detail"]
    english = service.post("/api/sites?lang=en", content=body).json()["detail"]
    assert status == 413 or english != answer.json()["detail"]


def test_what_is_not_there_is_not_found(service):
    """An unknown job, its events, its file, and a file of another kind."""
    for path in ("/api/jobs/0", "/api/jobs/0/events", "/api/jobs/0/sites.gpkg"):
        answer = service.get(path)
        assert 404 == answer.status_code
        assert "Der er ingen beregning 0." == answer.json()["detail"]
    assert 404 == service.delete("/api/jobs/0").status_code
    assert 400 == service.get("/api/jobs/0/sites.exe").status_code


def test_stopping_what_is_done_changes_nothing(live):
    """The answer stays, and a second stop is no fault."""
    with httpx.Client(base_url=live, timeout=60) as client:
        location = client.post("/api/sites", json={**QUESTION, "time_limit": 12}).headers["location"]
        before = done(client, location)
        assert 202 == client.post(f"{location}/stop").status_code
        assert 202 == client.delete(location).status_code
        assert before["result"] == client.get(location).json()["result"]
