"""The page of premises: cards, forms, an uploaded list, unknown values; without a browser."""

import re

import pytest

from app.publish.frontier import drawing
from app.siting.premises.criteria import CRITERIA


@pytest.fixture(scope="module")
def premises_service(sample_study):
    from fastapi.testclient import TestClient

    from app.main import create_app
    from app.settings import Settings

    with TestClient(create_app(Settings(workers=0), sample_study)) as client:
        yield client


def ranks(html):
    """Ranks of the cards, top to bottom."""
    return [int(rank) for rank in re.findall(r'<span class="rank">(\d+)</span>', html)]


def test_cards_come_best_first_and_the_failing_last_without_rank(premises_service):
    """As the API ranks them; each has its score of 100, its tag and all six criteria."""
    html = premises_service.get("/maps/premises").text
    cards = premises_service.get("/api/premises").json()["premises"]
    wanted = [card["rank"] for card in cards if card["rank"]]
    assert wanted == ranks(html)
    assert html.index('id="failing-title"') > html.rindex('<span class="rank">')
    assert html.count(cards[0]["sentence"]) >= 1
    assert len(cards) * len(CRITERIA) == html.count('<td class="num">')


def test_those_on_an_island_stand_in_its_inset(premises_service, sample_study):
    """As many squares as Bornholm has premises that meet the requirements."""
    html = premises_service.get("/maps/premises").text
    code = sample_study.facts.region.islands[0].municipalities[0]
    cards = premises_service.get(f"/api/premises?area={code}").json()["premises"]
    assert 0 < sum(bool(card["rank"]) for card in cards) == html.count('class="inset-premises"')


def test_weights_reorder_the_cards(premises_service):
    """Only parking counts: the first card is the API's first for the same weights."""
    only = {name: 4 if name == "parking" else 0 for name in CRITERIA}
    html = premises_service.get("/maps/premises", params={f"w-{name}": step for name, step in only.items()}).text
    said = ",".join(f"{name}={step}" for name, step in only.items())
    first = premises_service.get("/api/premises", params={"weights": said}).json()["premises"][0]
    assert f'id="premises-{first["premises_id"]}"' == re.search(r'id="premises-[^"]+"', html).group()


def test_what_is_not_known_gets_a_line(premises_service):
    """Unknown parameters and values are named and have no effect; no weight at all falls back on the rule's."""
    html = premises_service.get("/maps/premises?foo=1&occasion=feast&w-size=9").text
    assert "foo kendes ikke her og har ingen virkning." in html
    assert "occasion=feast kendes ikke her" in html
    assert "w-size=9 kendes ikke her" in html
    nothing = premises_service.get("/maps/premises", params={f"w-{name}": 0 for name in CRITERIA})
    assert 200 == nothing.status_code
    assert "Mindst ét kriterium skal have vægt" in nothing.text


def test_an_uploaded_list_is_answered_row_by_row(premises_service):
    """Two rows, one bad: counts, the bad row's column, the difference, and a ranking of the good one."""
    head = "Lokale-id;Navn;Kommunekode;X;Y;Areal;Kilde"
    rows = ("A1;Torvet;0217;713500;6213500;120;upload", "A2;Havnen;0217;x;1;90;upload")
    listed = "\n".join((head, *rows))
    answer = premises_service.post("/maps/premises", files={"file": ("list.csv", listed.encode(), "text/csv")})
    assert 200 == answer.status_code
    assert "2 rækker læst · 1 gode · 1 med fejl" in answer.text
    assert "Tilføjet 1" in answer.text
    assert 'id="premises-A1"' in answer.text


def test_a_file_that_is_no_list_is_answered_on_the_page(premises_service):
    """422, with the reason in the panel and the known premises below; so is a form sent without a file."""
    answer = premises_service.post("/maps/premises", files={"file": ("x.csv", b"\x00\x01", "text/csv")})
    assert 422 == answer.status_code
    assert 'role="alert"' in answer.text
    assert ranks(answer.text)
    assert 422 == premises_service.post("/maps/premises", data={"x": "1"}).status_code


def test_in_english_with_links_that_stay_english(premises_service):
    html = premises_service.get("/maps/premises?lang=en").text
    assert "Which premises are suitable?" in html
    assert '<form method="post" action="/maps/premises?lang=en"' in html


def test_the_frontier_is_drawn_with_a_table_beside_it(premises_service):
    """A point and a row for each choice of the API; a picture with words; the file by the same weights."""
    trades = premises_service.get("/api/premises/frontier?add=3&measure=total").json()["trades"]
    html = premises_service.get("/maps/premises?sites=3&measure=total&w-size=4").text
    chart = html[
        html.index('<section class="frontier"') : html.index("</section>", html.index('<section class="frontier"'))
    ]
    assert len(trades) >= 1
    assert 'role="img" aria-label="Kurve over valgene' in chart
    assert chart.count("<circle") == chart.count('<th scope="row">')
    plain = premises_service.get("/maps/premises?sites=3&measure=total").text
    for trade in trades:
        assert all(one["name"] in plain for one in trade["premises"])
        assert f'<td class="num">{trade["residents_text"]}</td>' in plain
    assert "/api/premises/ranked.xlsx?weights=size%3D4" in html
    assert "sites=9 kendes ikke her" in premises_service.get("/maps/premises?sites=9").text


def test_the_steps_of_the_drawing_go_through_its_points():
    """Pencil: 100 residents at 10 points and 50 at 40: axes to 40 and 100; right, down, right, down to the floor."""
    told = drawing([{"residents": 100, "suitability": 10}, {"residents": 50, "suitability": 40}], "da")
    (first, second), floor = told["points"], told["axis"]["bottom"]
    assert f"M64.0,{first['y']}H{first['x']}V{second['y']}H{second['x']}V{floor}" == told["steps"]
    assert (14.0, 326.0) == (first["y"], second["x"])
    assert ["0", "10", "20", "30", "40"] == [tick["label"] for tick in told["x_ticks"]]
    assert [] == drawing([], "da")["points"]
    assert [] == drawing([{"residents": None, "suitability": 10}], "da")["points"]
