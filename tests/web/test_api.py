"""The API: answers with the block on their data, and every error in one shape."""

import math

import pytest
from shown_town import CAPITAL, UGLY_NAME

from geodata.crs import WGS84, from_inside
from geodata.facts import TABLES

PROBLEM = "application/problem+json"


def lonlat(study, index=0):
    """Degrees of a cell's centre."""
    lon, lat = from_inside(study.facts.cells["x"][index], study.facts.cells["y"][index], WGS84)
    return {"lon": float(lon), "lat": float(lat)}


@pytest.mark.parametrize("path", ["/api/areas", "/api/practices", "/api/little-choice-areas"])
@pytest.mark.parametrize("form", ["json", "geojson"])
def test_every_answer_says_whose_data_it_is(service, study, path, form):
    """Region, banner, sources with dates, rules with values, hash of the study."""
    block = service.get(path, params={"format": form}).json()["data"]
    assert "town" == block["region"]["id"]
    assert block["banner"].startswith("Eksempeldata:")
    assert study.hash == block["study"]
    assert {"sample_outlines", "sample_people", "sample_practices", "sample_roads"} == {
        s["id"] for s in block["sources"]
    }
    assert all(source["as_of"] and source["credit"] and source["licence"] for source in block["sources"])
    limit = next(rule for rule in block["rules"] if rule["id"] == "free_choice_distance")
    assert any(CAPITAL in value["municipalities"] for value in limit["values"])


@pytest.mark.parametrize(("by", "names"), [("municipality", 4), ("health_council", 2), ("city_district", 2)])
def test_areas_by_kind(service, by, names):
    """One row for each area of the kind, and no other."""
    rows = service.get("/api/areas", params={"by": by}).json()["areas"]
    assert names == len({row["name"] for row in rows}) == len(rows)
    assert {by} == {row["kind"] for row in rows}


def test_areas_are_in_the_language_asked_for(service):
    """Labels and banner in English."""
    answer = service.get("/api/areas", params={"lang": "en"}).json()
    assert "Residents" == answer["labels"]["residents"]
    assert answer["data"]["banner"].startswith("Example data:")


def test_small_counts_are_null_and_named(service):
    """The API shows no count between nought and five."""
    rows = service.get("/api/areas").json()["areas"]
    assert all(row["residents_0"] is None or row["residents_0"] == 0 or row["residents_0"] >= 5 for row in rows)
    assert any(row["suppressed"] for row in rows)


def test_geojson_is_served_as_such(service):
    """Media type and longitude before latitude."""
    answer = service.get("/api/practices", params={"format": "geojson"})
    assert answer.headers["content-type"].startswith("application/geo+json")
    lon, lat = answer.json()["features"][0]["geometry"]["coordinates"]
    assert lon < 20 < 50 < lat


def test_names_stay_as_they_are_in_json(service):
    """A name with a formula and a tag in it is data in JSON, not code."""
    rows = service.get("/api/practices").json()["practices"]
    assert UGLY_NAME in {row["name"] for row in rows}


def test_nothing_personal_is_served(service):
    """No answer has a personal column."""
    personal = {column.name for table in TABLES.values() for column in table.columns if column.personal}
    assert personal
    for path in ("/api/areas", "/api/practices", "/api/little-choice-areas"):
        answer = service.get(path).json()
        assert not personal & set(answer["labels"])


def test_choice_of_a_place(service, study):
    """What can be chosen there, nearest first, with the words of the popup."""
    answer = service.get("/api/choice", params=lonlat(study)).json()
    assert answer["cell"]["inhabited"]
    assert "Helsingør" == answer["municipality"]
    roads = [option["road_m"] for option in answer["options"]]
    assert sorted(roads) == roads
    assert answer["findings"]["open_within_limit"] == len(roads)
    assert 1 <= len(answer["popup"]["lines"]) <= 4


@pytest.mark.parametrize(
    ("path", "params", "status", "words"),
    [
        ("/api/areas", {"by": "parish"}, 400, "by: found 'parish'"),
        ("/api/areas", {"lang": "de"}, 400, "lang"),
        ("/api/areas", {"format": "xml"}, 400, "format"),
        ("/api/areas", {"region": "x"}, 400, "unknown parameter region"),
        ("/api/choice", {}, 400, "lon"),
        ("/api/choice", {"lon": "12,5", "lat": "55"}, 400, "lon: found '12,5'"),
        ("/api/choice", {"lon": "nan", "lat": "55"}, 400, "lon"),
        ("/api/choice", {"lon": "inf", "lat": "55"}, 400, "lon"),
        ("/api/choice", {"lon": "500", "lat": "55"}, 400, "lon"),
        ("/api/choice", {"lon": "12.5", "lat": "-91"}, 400, "lat"),
        ("/api/choice", {"lon": "0", "lat": "0"}, 404, "uden for regionen"),
        ("/api/choice", {"lon": "0", "lat": "0", "lang": "en"}, 404, "outside the region"),
        ("/api/nothing", {}, 404, ""),
        ("/exports/town.shp", {}, 404, "town.gpkg"),
        ("/exports/hovedstaden.gpkg", {}, 404, "town.gpkg"),
        ("/exports/town.csv", {"collection": "doctors"}, 400, "collection"),
        ("/exports/town.csv", {"by": "parish"}, 400, "by"),
        ("/exports/town.csv", {"lang": "de"}, 400, "lang"),
    ],
)
def test_errors_have_one_shape(service, path, params, status, words):
    """Problem+json with type, title, status and a detail that says what was found and expected."""
    answer = service.get(path, params=params)
    assert status == answer.status_code
    assert answer.headers["content-type"].startswith(PROBLEM)
    body = answer.json()
    assert {"type", "title", "status", "detail", "instance", "banner"} == set(body)
    assert body["banner"].startswith("Example data" if params.get("lang") == "en" else "Eksempeldata")
    assert status == body["status"]
    assert words in body["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(service, method):
    """Only reading is offered."""
    answer = service.request(method, "/api/areas")
    assert 405 == answer.status_code
    assert answer.headers["content-type"].startswith(PROBLEM)


def test_a_fault_is_told_by_a_number_only(service, study, monkeypatch, caplog):
    """The answer has no detail of ours; the log has it all under the same number."""

    def broken(*_):
        raise RuntimeError("secret path")

    monkeypatch.setattr("app.web.planning.place_answer", broken)
    answer = service.get("/api/choice", params=lonlat(study))
    assert 500 == answer.status_code
    assert answer.headers["content-type"].startswith(PROBLEM)
    assert "secret" not in answer.text
    number = answer.json()["detail"].rstrip(".").split()[-1]
    assert number in caplog.text
    assert "secret path" in caplog.text


def test_an_answer_is_sent_once(service):
    """Who has it already is told so; another question is another answer."""
    first = service.get("/api/areas")
    again = service.get("/api/areas", headers={"If-None-Match": first.headers["etag"]})
    other = service.get("/api/areas", params={"by": "city_district"}, headers={"If-None-Match": first.headers["etag"]})
    assert (304, b"") == (again.status_code, again.content)
    assert 200 == other.status_code


def test_answers_are_compressed(service):
    """For who can read it."""
    assert "gzip" == service.get("/api/areas", headers={"Accept-Encoding": "gzip"}).headers["content-encoding"]


def test_health(service, study):
    """Region and study; never kept."""
    answer = service.get("/health")
    body = answer.json()
    assert body.pop("banner").startswith("Eksempeldata")
    assert {"status": "ok", "region": "town", "study": study.hash, "practices": 6} == body
    assert "no-store" == answer.headers["cache-control"]


def test_the_description_of_the_api_is_whole(service):
    """Every route of the API is described, with its errors."""
    paths = service.get("/openapi.json").json()["paths"]
    assert {"/api/areas", "/api/practices", "/api/little-choice-areas", "/api/choice", "/health"} <= set(paths)
    assert {"400", "404"} <= set(paths["/api/areas"]["get"]["responses"])


def test_numbers_are_finite(service):
    """No answer holds a number that JSON does not know."""
    answer = service.get("/api/areas")
    assert "NaN" not in answer.text
    assert "Infinity" not in answer.text
    assert all(not isinstance(v, float) or math.isfinite(v) for row in answer.json()["areas"] for v in row.values())


def test_whoever_reads_the_documentation_reads_that_the_data_are_examples(service):
    """The page /docs and the description of the API have the banner."""
    assert "Example data" in service.get("/docs").text
    assert "Example data" in service.get("/openapi.json").json()["info"]["description"]


@pytest.mark.parametrize("path", ["/", "/health", "/api/areas", "/docs", "/static/css/laegevalg.css", "/nothing"])
def test_head_is_get_without_a_body(service, path):
    """Same status and type, nothing after the head."""
    head, get = service.head(path), service.get(path)
    assert get.status_code == head.status_code
    assert get.headers["content-type"] == head.headers["content-type"]
    assert b"" == head.content


def test_a_place_outside_can_be_asked_about_without_an_error(service):
    """With outside=answer: 200 and the words of the problem, as a popup."""
    params = {"lon": "0", "lat": "0", "lang": "en"}
    problem = service.get("/api/choice", params=params).json()
    answer = service.get("/api/choice", params={**params, "outside": "answer"})
    assert 200 == answer.status_code
    assert answer.json()["outside"] is True
    assert {"title": problem["title"], "lines": [problem["detail"]]} == answer.json()["popup"]


@pytest.mark.parametrize("params", [{"lon": "x" * 60_000, "lat": "55"}, {"lang": "y" * 60_000}, {"z" * 60_000: "1"}])
def test_what_is_sent_is_not_echoed_whole(service, params):
    """A long value, or name, is cut in the answer."""
    answer = service.get("/api/choice", params={"lon": "12", "lat": "55", **params})
    assert 400 == answer.status_code
    assert len(answer.content) < 2000


@pytest.mark.parametrize("lang", ["da", "en"])
def test_areas_and_places_by_a_profile_say_so(service, lang):
    """The same distances, other minutes, labels and a warning that name the profile, another tag for caches."""
    ask = {"lang": lang, "profile": "drive_peak"}
    plain, other = (service.get("/api/areas", params=p).json() for p in ({"lang": lang}, ask))
    title = {"da": "myldretid", "en": "rush hour"}[lang]
    assert {"drive": "drive_peak"} == other["data"]["profiles"]
    assert title in other["labels"]["under_standard_drive"]
    assert any(title in line for line in other["data"]["warnings"])
    assert {} == plain["data"]["profiles"]
    for before, after in zip(plain["areas"], other["areas"], strict=True):
        assert [before["under_two"], before["nearest_open_m"]] == [after["under_two"], after["nearest_open_m"]]
    place = other_place(service)
    near, late = (service.get("/api/choice", params={**place, **p}).json() for p in ({}, ask))
    assert late["findings"]["nearest_open_min_drive"] > near["findings"]["nearest_open_min_drive"] + 3.9
    assert late["findings"]["nearest_open_m"] == near["findings"]["nearest_open_m"]


def other_place(service):
    """A practice's own place, in degrees."""
    feature = service.get("/api/practices", params={"format": "geojson"}).json()["features"][0]
    lon, lat = feature["geometry"]["coordinates"]
    return {"lon": lon, "lat": lat}


def test_an_unknown_profile_is_a_problem_that_names_those_there_are(service):
    answer = service.get("/api/areas", params={"profile": "balloon"})
    assert (400, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    assert "drive_peak" in answer.json()["detail"]
