"""`POST /api/what-if` and `laegevalg what-if`: the effect as the outside sees it."""

import base64
import json

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from app import cli
from app.publish.collections import Publication
from app.publish.what_if import COUNTS, Effects
from app.siting.scenario import parse_scenario
from app.web import planning, problems
from app.web.limits import Limits

LARGEST = 20_000


@pytest.fixture(scope="module")
def client(sample_study):
    app = FastAPI()
    problems.install(app, lambda *_: "", lambda _: "")
    app.include_router(planning.router(Publication(sample_study)))
    app.add_middleware(Limits, largest=LARGEST, seconds=60)
    return TestClient(app)


@pytest.fixture(scope="module")
def closing(sample_study):
    """A scenario that closes every third open practice."""
    numbers = sample_study.facts.practices.query("intake == 'open'")["ydernummer"].iloc[::3]
    return {"base": sample_study.hash, "changes": [{"close": {"ydernummer": number}} for number in numbers]}


@pytest.mark.xdist_group("sample")
def test_an_answer_has_figures_cells_words_and_where_the_data_come_from(client, sample_study, closing):
    """Before and after by area, cells of another class as bytes, a sentence, the block on the data."""
    answer = client.post("/api/what-if?lang=en", json=closing)
    assert 200 == answer.status_code
    body = answer.json()
    effect = sample_study.what_if(parse_scenario(closing))
    region = next(area for area in body["areas"] if area["kind"] == "region")
    assert effect.figures["under_two"][0] == region["after"]
    assert region["before"] + region["falling"] - region["lifted"] == region["after"]
    assert sample_study.hash == body["data"]["study"]
    assert effect.scenario.hash == body["scenario"]["hash"]
    cells = np.frombuffer(base64.b64decode(body["cells"]["cell"]), dtype="<i4")
    assert effect.changed.cell.tolist() == cells.tolist()
    after = np.frombuffer(base64.b64decode(body["cells"]["after"]), dtype=np.uint8)
    assert effect.changed.after.tolist() == after.tolist()
    assert f"{region['falling']:,} residents fall below 2." in body["sentences"]
    danish = client.post("/api/what-if", json={"changes": []}).json()
    assert ["Ingen borgere krydser grænsen på 2."] == danish["sentences"]


@pytest.mark.xdist_group("sample")
@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"{", 400, "not JSON"),
        (b"[" * 9000, 400, "not JSON"),
        (b'{"changes": [{"close": {"ydernummer": "999998"}}]}', 404, "no practice 999998"),
        (b'{"changes": [{"open": {"lon": 12.65, "lat": 55.85}}]}', 404, "uden for regionen"),
        (b'{"changes": [{"open": {"lon": NaN, "lat": 55.85}}]}', 400, "lon is nan"),
        (b'{"changes": [], "base": "0123456789"}', 400, "was made on study 01234567"),
        (b" " * (LARGEST + 1), 413, "larger than 20000 bytes"),
    ],
    ids=["no JSON", "deep", "stranger", "sea", "NaN", "base", "too large"],
)
def test_a_bad_scenario_is_a_problem(client, body, status, said):
    """Problem+json with the status of the error and what is wrong."""
    answer = client.post("/api/what-if", content=body, headers={"content-type": "application/json"})
    assert status == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]
    assert said in answer.json()["detail"]


@pytest.mark.xdist_group("sample")
def test_an_unknown_parameter_is_refused(client):
    """As everywhere in the API."""
    assert 400 == client.post("/api/what-if?mode=drive", json={"changes": []}).status_code


@pytest.mark.xdist_group("sample")
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_no_small_count_leaves_the_house(sample_study, data):
    """No count above nought and below the smallest is shown, and no sum with one unknown gives a small one away."""
    effects = Effects(Publication(sample_study))
    numbers = sample_study.facts.practices.query("intake == 'open'")["ydernummer"].tolist()
    chosen = data.draw(st.lists(st.sampled_from(numbers), min_size=1, max_size=4, unique=True))
    effect = sample_study.what_if(parse_scenario({"changes": [{"close": {"ydernummer": n}} for n in chosen]}))
    told = effects.told(effect)
    assert not (told.small & ~told.hidden).any()
    for one in effects._sums:
        unknown = [member for member in one.members if told.hidden[member]]
        assert 1 != len(unknown) or not told.small[unknown[0]], [COUNTS[column] for _, column in unknown]


@pytest.mark.xdist_group("sample")
def test_the_command_prints_a_table_in_danish(sample_store, closing, tmp_path, monkeypatch, capsys):
    """Heads in Danish, a row for the region; as JSON the same figures as the API."""
    path = tmp_path / "scenarie.json"
    path.write_text(json.dumps(closing), encoding="utf-8")
    monkeypatch.setenv("LAEGEVALG_STORE", str(sample_store))
    cli.what_if(path, "sample", "da", as_json=False)
    shown = capsys.readouterr().out
    assert "Færre end 2 i dag" in shown
    assert "Falder under 2" in shown
    cli.what_if(path, "sample", "da", as_json=True)
    assert {area["kind"] for area in json.loads(capsys.readouterr().out)["areas"]} >= {"region", "municipality"}
