"""The page of siting questions: form, refusal, answer and its pictures, with and without a script."""

import io
import json
import re
import time

import httpx
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from web.watching import until

from app.access.area_amounts import HEADLINE_OPEN
from app.language import number
from app.publish.collections import Publication
from app.publish.palette import CHANGE, rgb
from app.publish.site_form import PEOPLE, SiteForm, document, form_of, typed
from app.publish.site_pictures import SitePictures
from app.publish.sites_page import differences
from app.siting.question import parse_question
from app.siting.scenario import parse_scenario

FETCHED = "performance.getEntriesByType('resource').map((entry) => entry.name)"
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def answer_of(live, add, **more):
    """Address of a page with an answer, asked by the form, and the job."""
    with httpx.Client(base_url=live, timeout=60) as client:
        sent = {"add": add, "objective": "covering", "k": "2", "people": "everybody", "time_limit": "13", **more}
        gone = client.post("/maps/sites", data=sent)
        assert 303 == gone.status_code
        address = gone.headers["location"]
        name = address.split("job=")[1]
        end = time.monotonic() + 240
        while (job := client.get(f"/api/jobs/{name}").json())["status"] != "done":
            assert time.monotonic() < end, job
            time.sleep(0.05)
        return address, job


@pytest.fixture(scope="module")
def answered(live):
    return answer_of(live, "2")


@pytest.fixture(scope="module")
def many(live):
    """An answer with other placements near the best."""
    address, job = answer_of(live, "3")
    assert len(job["result"]["solutions"]) > 1
    return address, job


def test_the_form_asks_and_the_page_answers_without_a_script(live, answered):
    """The number, its sentence, the proof's two numbers and word, each site with its reason, the table, the files."""
    address, job = answered
    answer = job["result"]
    page = httpx.get(live + address, timeout=60).text
    assert "Hvor hjælper 2 nye ydernumre mest?" in page
    assert "Bevist bedst mulig" in page
    for site in answer["solutions"][0]["sites"]:
        assert site["reason"] in page
    assert f"/api/jobs/{job['id']}/sites.gpkg" in page
    assert "Ret spørgsmålet" in page
    english = httpx.get(live + address, params={"lang": "en", "job": job["id"]}, timeout=60).text
    assert "Proven best" in english
    assert "Where would 2 new practice numbers help most?" in english


def test_each_solution_has_its_own_address(live, many):
    """The best is the page itself; the second has its number in the address and is marked as the one shown."""
    address, _ = many
    for path, marked in ((address, "Bedste"), (f"{address}&solution=2", "Nr. 2")):
        assert f'aria-current="page">{marked}' in httpx.get(live + path, timeout=60).text


def test_a_bad_form_says_what_is_wrong_and_keeps_what_was_typed(service):
    """The field's problem in the reader's language, the status of the error, and the form as it was sent."""
    sent = {"add": "3", "objective": "covering", "mode": "drive", "minutes": "0", "close": "000001", "k": "2"}
    answer = service.post("/maps/sites", data=sent)
    assert 400 == answer.status_code
    assert 'role="alert">Afstanden skal være større end 0.' in answer.text
    assert 'name="close" type="text" value="000001"' in answer.text
    assert "There is no practice no. 999999." in service.post("/maps/sites?lang=en", data={"close": "999999"}).text
    assert 400 == service.post("/maps/sites", data={"add": "many"}).status_code
    assert 404 == service.get("/maps/sites?job=nothing").status_code


def test_a_placement_opens_as_a_scenario_to_try(live, answered):
    """Saved under the hash of its content and opened on the what-if page; one that is not there is not found."""
    _, job = answered
    best = job["result"]["solutions"][0]["scenario"]
    with httpx.Client(base_url=live, timeout=60) as client:
        gone = client.post(f"/maps/sites/{job['id']}/1/try?lang=en")
        assert 303 == gone.status_code
        assert f"/maps/choice?edit=1&scenario={best['hash'][:16]}&lang=en" == gone.headers["location"]
        saved = client.get(f"/api/scenarios/{best['hash']}").json()
        assert best["changes"] == saved["scenario"]["changes"]
        assert 404 == client.post(f"/maps/sites/{job['id']}/9/try").status_code
        assert 404 == client.post("/maps/sites/nothing/1/try").status_code
        page = client.get(f"/maps/sites?job={job['id']}").text
    assert f'action="/maps/sites/{job["id"]}/1/try"' in page


def test_an_answer_for_an_area_says_what_counts_all_in_the_region(live, answered):
    """Where the area's residents alone are counted, and nowhere else: the table, and what-if."""
    asked = httpx.get(live + answer_of(live, "1", area="municipality:0219")[0], timeout=60).text
    whole = httpx.get(live + answered[0], timeout=60).text
    for said in ("Svaret og kortet tæller kun områdets borgere.", "Prøv selv tæller alle i regionen"):
        assert (True, False) == (said in asked, said in whole)


def test_solutions_are_told_apart_in_a_table():
    """A and B in the first, B and C in the second, B twice in the third: A, B and C are told, with a dash for none.

    D is in all of them, as often, and is not told.
    """

    def site(candidate, practices=1, near=""):
        return {"candidate": candidate, "name": candidate, "near": near, "municipality": "X", "practices": practices}

    placed = ([site("A"), site("B"), site("D")], [site("B"), site("C", near="Y"), site("D")], [site("B", 2), site("D")])
    answer = {"solutions": [{"sites": sites} for sites in placed]}
    expected = [
        {"name": "A, X", "practices": ["1", "–", "–"]},
        {"name": "B, X", "practices": ["1", "1", "2"]},
        {"name": "C, Y", "practices": ["–", "1", "–"]},
    ]
    assert expected == differences(answer, "da")


def test_pictures_hold_the_classes_of_the_answer(live, study, answered):
    """The change picture has the colours of its legend and no other; a picture that is not there is not found."""
    _, job = answered
    part = "mainland"
    for view in ("before", "after", "change", "site1"):
        file = httpx.get(f"{live}/maps/sites/{job['id']}/1/{view}/{part}/detail.png", timeout=60)
        assert "image/png" == file.headers["content-type"]
    shown = np.asarray(Image.open(io.BytesIO(file.content)).convert("RGBA"))
    colours = {tuple(pixel[:3]) for pixel in shown.reshape(-1, 4) if pixel[3]}
    assert colours <= {rgb(CHANGE["lifted"]), rgb(CHANGE["same"])}
    for path in ("9/change/mainland", "1/sideways/mainland", "1/change/atlantis", "1/site9/mainland"):
        assert 404 == httpx.get(f"{live}/maps/sites/{job['id']}/{path}/detail.png", timeout=60).status_code


def test_who_is_lifted_in_the_picture_is_lifted_by_what_if(published, study, answered):
    """Cells drawn as lifted are those that what-if takes from fewer than two to two."""
    _, job = answered
    surface = SitePictures(published, job["result"], 1).surface("change")
    drawn = [swatch.colour for swatch in surface.layer.swatches].index(CHANGE["lifted"])
    scenario = {key: value for key, value in job["result"]["solutions"][0]["scenario"].items() if key != "hash"}
    after = study.what_if(parse_scenario(scenario)).columns[HEADLINE_OPEN]
    lifted = np.flatnonzero((study.baseline.headline.open < 2) & (after >= 2))
    assert lifted.tolist() == np.flatnonzero(surface.values == drawn).tolist()


def test_who_cannot_be_reached_is_named_and_drawn(live, study):
    """Few live a tenth of a minute's walk from a clinic: how many cannot, in words, and a picture of them."""
    asked = {
        "add": 1,
        "objective": "serve_all",
        "standard": {"mode": "walk", "minutes": 0.1},
        "kinds": ["practice"],
        "area": {"kind": "health_council", "code": "nord"},
        "close": ["000004"],
        "time_limit": 14,
    }
    with httpx.Client(base_url=live, timeout=60) as client:
        location = client.post("/api/sites", json=asked).headers["location"]
        end = time.monotonic() + 240
        while (job := client.get(location).json())["status"] != "done":
            assert time.monotonic() < end, job
            time.sleep(0.05)
        page = client.get(f"/maps/sites?job={job['id']}").text
        picture = client.get(f"/maps/sites/{job['id']}/1/helpless/mainland/detail.png")
    sited = study.sites(parse_question(asked))
    people = study.facts.cells["residents"].to_numpy()[sited.helpless].sum()
    assert "infeasible" == job["result"]["proof"]["status"]
    assert [] == job["result"]["solutions"]
    assert f"{number(people)} borgere kan ikke nås fra nogen mulig placering" in page
    assert 'data-legend="helpless">' in page
    shown = np.asarray(Image.open(io.BytesIO(picture.content)).convert("RGBA"))
    assert (shown[..., :3][shown[..., 3] > 0] == rgb(CHANGE["falls"])).all(axis=1).any()


@pytest.fixture(scope="module")
def published(study):
    return Publication(study)


@pytest.mark.parametrize("people", list(PEOPLE))
def test_the_form_of_a_question_asks_that_question(people):
    """What a form asks, shown in a form again, is asked again."""
    asked = {"area": "municipality:0217", "mode": "drive", "minutes": "15", "close": "000001", "by": "city_district"}
    ticked = {"kinds": ["shop"], "zones": ["rural", "central"], "require": ["step_free"]}
    form = typed({"add": "3", "k": "3", "people": people, "stop_m": "400", "gini": "0,2", "give": "5", **asked}, ticked)
    question = parse_question(document(form))
    assert question == parse_question(document(form_of(question, 2)))
    assert SiteForm() == typed({}, {})
    assert json.dumps(document(form))


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_the_page_is_accessible_and_its_map_can_be_switched(browser, live, answered, width, height):
    """No violation by axe in form and answer; the view buttons and a site's button change the legend; no error."""
    address, job = answered
    page = browser.new_page(viewport={"width": width, "height": height})
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    for path in ("/maps/sites", address):
        page.goto(live + path)
        page.wait_for_selector("html[data-map='ready']", state="attached")
        found = Axe().run(page, options=AXE).response["violations"]
        assert [] == [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    markers = page.locator(".site-marker")
    assert len(job["result"]["solutions"][0]["sites"]) == markers.count()
    page.focus("[data-view='before']")
    page.keyboard.press("Enter")
    assert page.locator("[data-legend='choice']").get_attribute("hidden") is None
    page.click("[data-select='1']")
    assert page.locator("[data-legend='site1']").get_attribute("hidden") is None
    assert "true" == page.get_attribute("[data-select='1']", "aria-pressed")
    assert [] == errors
    page.close()


@pytest.mark.browser
def test_another_solution_is_shown_without_loading_the_page_again(watched, live, many):
    """Its picture is fetched ahead; panel, marks, legend and address become its own; Back leads to the best again."""
    address, job = many
    opened = watched()
    page = opened.map(live + address)
    page.evaluate("window.sameDocument = true")
    until(page, f"{FETCHED}.filter((name) => name.includes('/2/change/')).length > 0")
    turns = (2, "Nr. 2", lambda: page.click("#content .segments a:nth-child(2)")), (1, "Bedste", page.go_back)
    for rank, word, turn in turns:
        turn()
        until(page, f"document.querySelector('a[aria-current]:focus')?.textContent.startsWith('{word}')")
        sites = job["result"]["solutions"][rank - 1]["sites"]
        titles = [mark.get_attribute("title") for mark in page.locator(".site-marker").all()]
        assert [f"{site['number']}. {site['name']}" for site in sites] == titles
        assert [site["reason"] for site in sites] == page.locator("[data-site] h3 + p").all_inner_texts()
        assert f"/{rank}/change/" in page.locator(".cells-picture").first.get_attribute("src")
        addresses = page.url, page.get_attribute("[data-action='print']", "href")
        assert [rank > 1] * 2 == [f"solution={rank}" in one for one in addresses]
        page.click("[data-select='1']")
        assert page.locator("[data-legend='site1']").get_attribute("hidden") is None
        page.evaluate("document.activeElement.blur()")
    assert page.evaluate("window.sameDocument")
    assert [] == opened.troubles


@pytest.mark.browser
def test_a_running_job_closes_in_on_the_page_and_shows_its_answer(browser, live):
    """Asked through the form in a browser: the page follows the job's events and ends at its answer."""
    page = browser.new_page()
    page.goto(f"{live}/maps/sites")
    page.fill("[name=add]", "1")
    page.click("button.primary")
    page.wait_for_selector("[data-site='1']", timeout=60_000)
    assert re.search(r"job=[0-9a-f]{32}", page.url)
    assert page.locator("[data-running]").count() == 0
    page.close()


@pytest.mark.parametrize(
    "asked",
    [
        {"add": 2, "k": 2, "area": {"kind": "polygon", "ring": [[12.0, 55.6], [12.4, 55.6], [12.4, 55.9]]}},
        {"add": 2, "k": 2, "weights": {"age_0_14": 3.5, "age_80_plus": 1}},
        {"add": 4, "k": 5, "per_site": 2, "capacity": 1.5},
        {"add": 2, "k": 2, "area": {"kind": "municipality", "code": "0217"}, "serve": "region", "alternatives": 5},
    ],
    ids=["drawn", "weighed", "counted", "unseen"],
)
def test_changing_a_question_loses_nothing_that_the_form_does_not_show(asked):
    """A drawn area, own weights, whom it serves and how many others: shown again and sent as shown, it is the same."""
    question = parse_question(asked)
    form = form_of(question, 2)
    fields = {name: str(value) for name, value in vars(form).items() if isinstance(value, str | int)}
    assert question == parse_question(document(typed(fields, {})))
    chosen = typed({**fields, "area": "municipality:0219", "people": "over_80"}, {})
    changed = parse_question(document(chosen))
    assert ("0219", (("age_80_plus", 1.0),)) == (changed.area.code, changed.weights)


def test_a_hidden_field_that_was_tampered_with_asks_nothing_strange():
    """What is no JSON, or names other parts of the question, is left out."""
    for rest in ("{", "[1]", '{"add": 200, "close": ["000001"]}', "5"):
        assert document(typed({}, {})) == document(typed({"rest": rest}, {}))
