"""Premises named with a site: those of the published ranking within the rule's distance, and the table of them."""

import numpy as np
import pytest

from app.publish import site_files
from app.publish.premises import Asked, PremisesWriter
from app.publish.site_premises import NearPremises
from app.publish.sites import SitesWriter
from geodata import crs

pytestmark = pytest.mark.xdist_group("sample")


def slow_near(cards, rule, lon, lat):
    """By every card: ranked ones within the distance, best first, and no more than are told."""
    x, y = crs.to_inside(lon, lat)
    found = []
    for card in cards:
        cx, cy = crs.to_inside(card["lon"], card["lat"])
        away = float(np.hypot(cx - x, cy - y))
        if card["rank"] and away <= rule["metres"]:
            found.append((card["rank"], card["premises_id"], round(away)))
    return sorted(found)[: rule["most"]]


def test_the_premises_of_a_site_are_the_ranked_ones_within_the_distance(sample_publication):
    cards = PremisesWriter(sample_publication, "da").answer(Asked())["premises"]
    near, rule = NearPremises(sample_publication, "da"), sample_publication.study.rules.value("premises_near")
    told = 0
    for card in cards[::7]:
        found = near.near(card["lon"], card["lat"])
        wanted = slow_near(cards, rule, card["lon"], card["lat"])
        assert [one[:2] for one in wanted] == [(one["rank"], one["premises_id"]) for one in found]
        assert [away for *_, away in wanted] == pytest.approx([one["metres"] for one in found], abs=1)
        told += len(found)
    assert told


def test_an_answer_names_them_and_its_package_has_a_table_of_them(sample_publication):
    """Sites of premises only: each has itself at nought metres, in the answer's words and as a row with its point."""
    question = {"add": 2, "kinds": ["premises"], "require": ["step_free"], "alternatives": 0, "time_limit": 20}
    answer = SitesWriter(sample_publication, "da").answer(sample_publication.study.sites(question))
    sites = answer["solutions"][0]["sites"]
    rows = site_files.premises(answer).frame
    for site in sites:
        here = next(one for one in site["premises"] if site["candidate"] == f"premises-{one['premises_id']}")
        assert 0 == here["metres"]
        assert site["premises_words"].startswith("Egnede lokaler i nærheden (")
        row = rows[(rows["number"] == site["number"]) & (rows["premises_id"] == here["premises_id"])].iloc[0]
        assert crs.to_inside(site["lon"], site["lat"]) == pytest.approx((row.geometry.x, row.geometry.y), abs=0.2)
    assert sum(len(site["premises"]) for site in sites) == len(rows)
