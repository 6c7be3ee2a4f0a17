"""Premises over HTTP: ranked, weighed, filtered, posted and told apart."""

from itertools import combinations

import numpy as np
import openpyxl
import pyogrio
import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.publish.collections import Publication
from app.publish.premises import Asked, PremisesWriter, write_premises
from app.settings import Settings
from app.siting.premises.criteria import CRITERIA
from app.siting.scenario import Open, make_scenario

HEAD = "Lokale-id;Øst;Nord;Areal;Niveaufri adgang;Etage;Handicaptoilet"


@pytest.fixture(scope="module")
def sample(sample_study):
    return Publication(sample_study)


@pytest.fixture(scope="module")
def shown(sample_study, tmp_path_factory):
    """The service over the sample, not warmed."""
    folder = tmp_path_factory.mktemp("jobs")
    settings = Settings(jobs_database=f"sqlite:///{folder / 'jobs.db'}", max_request_bytes=1000)
    return TestClient(create_app(settings, sample_study), raise_server_exceptions=False)


def get(shown, **asked):
    return shown.get("/api/premises", params=asked)


def test_premises_come_best_first_with_reasons_in_the_language_asked_for(shown, sample_study):
    danish, english = (get(shown, lang=lang).json() for lang in ("da", "en"))
    ranks = [card["rank"] for card in danish["premises"]]
    ranked = [rank for rank in ranks if rank]
    assert list(range(1, len(ranked) + 1)) == ranked
    assert ranks == ranked + [None] * (len(ranks) - len(ranked))
    assert len(sample_study.facts.premises) == len(ranks)
    assert danish["premises"][0]["sentence"].startswith("Nr.\u00a01: ")
    assert "af vægtningerne" in danish["premises"][0]["sentence"]
    assert "under" in english["premises"][0]["sentence"]
    assert ["Fysisk adgang", "Station og bus", "Størrelse", "Plads til flere læger", "Parkering", "Borgere løftet"] == [
        one["title"] for one in danish["premises"][0]["criteria"]
    ]
    assert danish["data"]["banner"]


def test_points_add_up_to_the_score_and_unknown_widens_it(shown):
    for card in get(shown).json()["premises"]:
        assert abs(sum(one["points"] for one in card["criteria"]) - card["score"]) < 0.5
        assert card["score_low"] <= card["score"] <= card["score_high"]
        unknown = any(one["unknown"] for one in card["criteria"])
        assert unknown == (card["score_high"] - card["score_low"] > 0)


def test_a_requirement_that_is_not_met_has_no_rank_and_its_tag(shown):
    failing = [card for card in get(shown).json()["premises"] if "not_met" in card["states"].values()]
    assert failing
    for card in failing:
        assert (None, None, "not_met") == (card["rank"], card["best_3"], card["requirements"])
        assert card["tags"][0]["text"].startswith("Opfylder ikke: ")


def test_an_area_compares_its_own_premises_only(shown, sample_study):
    found = get(shown, area="0400").json()["premises"]
    assert {"0400"} == {card["kommunekode"] for card in found}
    whole = get(shown, area="hovedstaden", by="health_council").json()["premises"]
    assert len(found) < len(whole) < len(sample_study.facts.premises)


def test_weights_change_the_order_and_stand_in_the_answer(shown):
    found = get(shown, weights="parking=4,lifted=unimportant").json()
    steps = {one["criterion"]: one["step_title"] for one in found["weights"]}
    assert ("Afgørende", "Uvigtigt") == (steps["parking"], steps["lifted"])
    assert found["premises"] != get(shown).json()["premises"]
    assert abs(100 - sum(one["most"] for one in found["weights"])) < 0.5


@pytest.mark.parametrize(
    ("asked", "status", "word"),
    [
        ({"weights": "beauty=3"}, 400, "beauty"),
        ({"weights": "size=9"}, 400, "size"),
        ({"weights": "access=0,transit=0,size=0,room=0,parking=0,lifted=0"}, 400, "Mindst ét kriterium"),
        ({"area": "0999"}, 404, "0999"),
        ({"occasion": "party"}, 400, "occasion"),
        ({"wieghts": "size=1"}, 400, "wieghts"),
        ({"weights": "size"}, 400, "kriterium=trin"),
        ({"weights": "size=1,size=2"}, 400, "to gange"),
    ],
)
def test_bad_questions_are_named(shown, asked, status, word):
    answer = get(shown, **asked)
    assert (status, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    assert word in answer.json()["detail"]


def test_nothing_that_stays_in_the_house_is_told(shown, sample, sample_study):
    owners = set(sample_study.facts.premises["owner"].dropna())
    assert not any(owner in get(shown).text for owner in owners)
    assert "owner" not in sample.premises.frame.columns


def test_small_counts_of_lifted_residents_are_hidden_everywhere_and_score_nought(sample, sample_study):
    frame = sample.premises.frame
    ranking = sample_study.premises_ranking
    lifted = ranking.measures["residents_lifted"]
    small = (lifted > 0) & (lifted < sample.smallest)
    shown = frame.set_index("premises_id").loc[ranking.premises["premises_id"], "residents_lifted"]
    assert small.tolist() == shown.isna().tolist()
    assert (ranking.high[small.to_numpy(), -1] == 0).all()


def test_the_published_premises_and_candidates_hold_their_tables_promise(sample, sample_study):
    for name in ("premises", "candidates"):
        collection = sample.collection(name)
        assert len(collection.table.check(collection.frame)) == len(collection.frame)
    assert len(sample_study.candidates) == len(sample.candidates.frame)
    assert set(sample.premises.frame["sentence_en"].str[:3]) <= {"No.", "Not"}


def test_a_posted_list_is_answered_row_by_row_and_ranked(shown):
    csv = f"{HEAD}\r\nT1;724550;6176350;200;Ja;0;Ja\r\nT2;724650;6176350;-5;Ja;0;Ja\r\n"
    for sent in ({"content": csv.encode()}, {"files": {"file": ("list.csv", csv.encode())}}):
        answer = shown.post("/api/premises", **sent)
        assert 200 == answer.status_code
        found = answer.json()
        assert (2, 1) == (found["check"]["rows"], found["check"]["kept"])
        breach = found["check"]["breaches"][0]
        assert (3, "Areal", "-5", "0 eller derover") == tuple(
            breach[name] for name in ("row", "column", "found", "expected")
        )
        assert ["T1"] == [card["premises_id"] for card in found["premises"]]
        assert (["T1"], [3]) == (found["difference"]["added"], found["difference"]["refused"])


def test_an_exported_geopackage_comes_back_without_a_difference_and_a_moved_one_is_told(shown, sample, tmp_path):
    import geopandas as gpd
    from shapely.affinity import translate

    path = write_premises(sample, tmp_path / "premises.gpkg", "da")
    told = shown.post("/api/premises", content=path.read_bytes()).json()["difference"]
    total = len(sample.premises.frame)
    assert ([], [], [], [], total) == tuple(told[n] for n in ("added", "moved", "changed", "removed", "unchanged"))
    layer = gpd.read_file(path, layer="premises", engine="pyogrio")
    layer.loc[3, "geometry"] = translate(layer.loc[3, "geometry"], 40, 30)
    layer.loc[5, "rooms"] = 33
    layer = layer.drop(index=8)
    layer.to_file(path, layer="premises", driver="GPKG", engine="pyogrio")
    told = shown.post("/api/premises", content=path.read_bytes()).json()["difference"]
    ids = layer["premises_id"].tolist()
    assert [{"premises_id": ids[3], "metres": 50.0}] == told["moved"]
    assert [ids[5]] == [one["premises_id"] for one in told["changed"]]
    assert (1, [], []) == (len(told["removed"]), told["added"], told["refused"])
    assert "Flyttet 1 · Ændret 1 · Fjernet 1" in told["sentence"]


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00junk", b"PK\x03\x04junk", b"\x81\x8d", b"a;b\n1;2\n"])
def test_junk_is_answered_and_nothing_crashes(shown, content):
    answer = shown.post("/api/premises", content=content)
    assert 200 == answer.status_code
    assert 0 == answer.json()["check"]["kept"]
    assert answer.json()["check"]["breaches"]
    assert [] == answer.json()["premises"]


def test_a_list_may_be_larger_than_other_requests_but_not_than_the_setting(shown, sample_study, tmp_path):
    """A body larger than any file may be is refused; a list larger than a list may be is answered with its breach."""
    content = f"{HEAD}\r\nT1;724550;6176350;200;Ja;0;Ja\r\n".encode() + b"\r\n" * 1000
    assert 200 == shown.post("/api/premises", content=content).status_code
    settings = Settings(jobs_database=f"sqlite:///{tmp_path / 'jobs.db'}", max_upload_bytes=100, max_package_bytes=100)
    narrow = TestClient(create_app(settings, sample_study))
    assert 413 == narrow.post("/api/premises", content=content).status_code
    settings = Settings(jobs_database=f"sqlite:///{tmp_path / 'jobs.db'}", max_upload_bytes=100)
    found = TestClient(create_app(settings, sample_study)).post("/api/premises", content=content).json()["check"]
    assert (0, 1) == (found["kept"], len(found["breaches"]))


def test_a_form_without_a_file_is_a_bad_question(shown):
    answer = shown.post("/api/premises", files={"other": ("x.csv", b"1")})
    assert (400, True) == (answer.status_code, "`file`" in answer.json()["detail"])


def test_a_region_without_premises_has_an_empty_answer(sample):
    none = sample.study.facts.premises[:0]
    found = PremisesWriter(sample, "da").answer(Asked(), none)
    assert ([], "ingen lokaler · 0 opfylder ikke kravene") == (found["premises"], found["sentence"])


@pytest.mark.parametrize("measure", ["least", "total"])
def test_the_frontier_over_http_is_that_of_every_choice(shown, sample_study, measure):
    """Two premises of one municipality: every pair is counted by what-if, and none is missing or beaten."""
    area = {"by": "municipality", "area": "0250", "weights": "size=4,lifted=0"}
    answer = shown.get("/api/premises/frontier", params={"add": 2, "measure": measure, **area}).json()
    cards = [card for card in get(shown, **area).json()["premises"] if card["rank"]]
    place = {card["premises_id"]: Open(card["lon"], card["lat"]) for card in cards}
    score = {card["premises_id"]: float(np.rint(card["score"])) for card in cards}
    every = []
    for pair in combinations(place, 2):
        lifted = sample_study.what_if(make_scenario([place[name] for name in pair])).lifted[0]
        points = [score[name] for name in pair]
        every.append((float(lifted), min(points) if measure == "least" else sum(points)))
    best = {one for one in every if not any(o != one and o[0] >= one[0] and o[1] >= one[1] for o in every)}
    assert answer["complete"]
    assert sorted(best, key=lambda one: one[1]) == [(t["residents"], t["suitability"]) for t in answer["trades"]]
    assert all(t["status"] == "optimal" and len(t["premises"]) == 2 for t in answer["trades"])


@pytest.mark.parametrize("add", [0, 6, 99])
def test_more_premises_together_than_are_exact_are_refused(shown, add):
    answer = shown.get("/api/premises/frontier", params={"add": add})
    assert 400 == answer.status_code
    assert f"Du bad om {add} lokaler sammen; der kan vælges 1 til 5." == answer.json()["detail"]


def test_the_file_of_a_ranking_ranks_by_its_weights(shown, tmp_path):
    """The page's Excel, GeoPackage and CSV have the order of the weights asked for, not that of the rules."""
    asked = {"weights": ",".join(f"{name}={4 if name == 'parking' else 0}" for name in CRITERIA)}
    wanted = [card["premises_id"] for card in get(shown, **asked).json()["premises"] if card["rank"]]
    assert wanted != [card["premises_id"] for card in get(shown).json()["premises"] if card["rank"]]
    for ending in ("gpkg", "xlsx"):
        path = tmp_path / f"ranked.{ending}"
        path.write_bytes(shown.get(f"/api/premises/ranked.{ending}", params=asked).content)
        if ending == "gpkg":
            rows = pyogrio.read_dataframe(path, layer="premises")
            told = rows[rows["rank"].notna()].sort_values("rank")["premises_id"].tolist()
        else:
            sheet = openpyxl.load_workbook(path, read_only=True)["Egnede lokaler"]
            told = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell in set(wanted)]
        assert wanted == told[: len(wanted)]
