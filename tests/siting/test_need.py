"""Contacts with doctors as weights of need, and published distances beside ours: what is used, and what is said."""

import numpy as np
import pandas as pd
import pytest
from shown_town import town_facts, town_study

from app.access.need import need_weights
from app.errors import QuestionError
from app.publish.collections import Publication
from app.publish.proof_words import bound_shown
from app.publish.published import compared, distance_section, need_section, rank_correlation
from app.publish.site_form import people_choices
from app.siting.answer import Proof, Status
from app.siting.ground import make_ground
from app.siting.question import parse_question
from geodata.facts import LAYERS
from geodata.published import DISTANCES, NEED_BY_AGE

NEED = NEED_BY_AGE.check(
    pd.DataFrame(
        [
            ("age_0_14", 100.0, 300.0, 3.0, 0.5),
            ("age_15_64", 100.0, 450.0, 4.5, 0.75),
            ("age_65_79", 100.0, 600.0, 6.0, 1.0),
            ("age_80_plus", 100.0, 1050.0, 10.5, 1.75),
        ],
        columns=NEED_BY_AGE.names,
    )
)
ROWS = {"need_by_age": "dst_contacts", "published_distances": "dst_gp_distance"}


def with_published(**tables):
    """The town's study with published tables and their sources."""
    facts = town_facts()
    rows = [
        {"layer": name, "source": ROWS[name], "as_of": "2024-12-31", "standing": "real", "rows_in": 4, "rows_kept": 4}
        for name in tables
    ]
    layers = LAYERS.check(pd.concat([facts.layers, pd.DataFrame(rows)], ignore_index=True))
    return town_study(layers=layers, **tables)


@pytest.fixture(scope="module")
def needy():
    return with_published(need_by_age=NEED)


@pytest.fixture(scope="module")
def plain():
    return town_study()


def weight(study, **weights):
    return make_ground(study.baseline, parse_question({"add": 1, "weights": weights})).weight


def test_need_weights_are_those_of_the_facts(needy, plain):
    assert {"age_0_14": 0.5, "age_15_64": 0.75, "age_65_79": 1.0, "age_80_plus": 1.75} == need_weights(needy.facts)
    assert {} == need_weights(plain.facts)


def test_weighing_by_contacts_is_weighing_by_the_published_numbers(needy):
    by_name = weight(needy, contacts=1)
    assert np.allclose(weight(needy, **need_weights(needy.facts)), by_name)
    assert np.allclose(2 * by_name, weight(needy, contacts=2))
    oldest = needy.facts.cells["age_80_plus"].to_numpy(dtype=float)
    assert np.allclose(by_name + oldest, weight(needy, contacts=1, age_80_plus=1))


def test_without_contacts_the_question_is_refused_and_not_offered(plain, needy):
    with pytest.raises(QuestionError, match=r"weights\.contacts: contacts with doctors are not in this build"):
        weight(plain, contacts=1)
    assert "contacts" not in {choice["value"] for choice in people_choices(plain.facts, "da")}
    offered = {choice["value"]: choice["label"] for choice in people_choices(needy.facts, "en")}
    assert "By contacts with doctors (Danmarks Statistik, 2024)" == offered["contacts"]


def test_an_answer_by_contacts_is_the_best_by_them(needy):
    sited = needy.sites(parse_question({"add": 1, "k": 3, "weights": {"contacts": 1}, "time_limit": 20}))
    numbers = dict(need_weights(needy.facts))
    same = needy.sites(parse_question({"add": 1, "k": 3, "weights": numbers, "time_limit": 20}))
    assert same.proof.value == pytest.approx(sited.proof.value)
    assert 0 < sited.proof.value


def test_a_ceiling_by_contacts_is_not_cut_to_whole_residents():
    proof = Proof(value=10.0, bound=12.7, maximizing=True, seconds=1.0)
    assert Status.OPTIMAL is not proof.status
    assert 12.7 == bound_shown(proof, parse_question({"add": 1, "weights": {"contacts": 1}}))
    assert 12.0 == bound_shown(proof, parse_question({"add": 1, "weights": {"age_80_plus": 1}}))


def test_the_page_names_weights_source_and_day(needy, plain):
    section = need_section(Publication(needy), "en")
    assert ("Aged 80 or over", "10.5", "1.75") == section["rows"][-1]
    assert "Contacts with general practice by sex and age" in section["about"]
    assert "2024" in section["about"]
    assert need_section(Publication(plain), "da") is None


def test_published_distances_stand_beside_ours_with_their_ranks():
    own = town_study()
    codes = Publication(own).areas.only(kind="municipality").frame
    metres = codes["nearest_m"].rank() * 1000.0
    table = DISTANCES.check(pd.DataFrame({"kommunekode": codes["code"], "metres": metres}))
    publication = Publication(with_published(published_distances=table))
    rows = compared(publication)
    assert sorted(metres, reverse=True) == rows["theirs"].tolist()
    assert 1.0 == pytest.approx(rank_correlation(rows))
    section = distance_section(publication, "en")
    assert len(codes) == len(section["rows"])
    assert "invented" in section["about"]


def test_a_rank_correlation_by_pencil():
    rows = pd.DataFrame({"ours": [1.0, 2.0, 3.0, 4.0], "theirs": [1.0, 3.0, 2.0, 4.0]})
    assert 1 - 6 * 2 / (4 * 15) == pytest.approx(rank_correlation(rows))
    assert rank_correlation(rows[:2]) is None
    assert rank_correlation(rows.assign(theirs=1.2)) is None, "where all are alike there is no rank"


def test_facts_without_published_figures_have_empty_tables(plain):
    facts = plain.facts
    assert (0, 0) == (len(facts.need_by_age), len(facts.published_distances))
    assert distance_section(Publication(plain), "da") is None
