"""Rules are dated, placed and cited, and no number of theirs stands in the code."""

from datetime import date

import pytest

from geodata.errors import CardError
from geodata.rules import RuleSet, read_rule, read_rules

DAY = date(2026, 11, 22)

CARD = """
title = "T"
title_da = "T"
about = "A."
unit = "m"
status = "law"
[[clause]]
value = 10
start = 2020-01-01
end = 2022-12-31
source = "s"
standing = "FOUND"
checked = 2026-01-01
[[clause]]
value = 20
start = 2023-01-01
source = "s"
standing = "KNOWN"
checked = 2026-01-01
[[clause]]
value = 5
start = 2020-01-01
municipalities = ["0101"]
source = "s"
standing = "FOUND"
checked = 2026-01-01
"""


@pytest.fixture
def rule(tmp_path):
    path = tmp_path / "thing.toml"
    path.write_text(CARD, encoding="utf-8")
    return read_rule(path)


@pytest.mark.parametrize("code", ["0101", "0147", "0155", "0185"])
def test_the_free_choice_distance_is_5_km_in_the_four_capital_municipalities(code):
    assert 5000 == RuleSet(DAY, read_rules()).value("free_choice_distance", code)


def test_the_free_choice_distance_is_15_km_elsewhere():
    assert 15000 == RuleSet(DAY, read_rules()).value("free_choice_distance", "0217")


def test_every_clause_keeps_its_standing_and_source():
    for rule in read_rules().values():
        for clause in rule.clauses:
            assert clause.standing in {"FOUND", "KNOWN", "INFER"}
            assert clause.source


def test_the_planners_own_standards_are_called_assumptions():
    rules = read_rules()
    assert {"assumption"} == {rules[f"standard_{mode}"].status for mode in ("drive", "bike", "walk")}


def test_the_last_day_of_a_clause_still_counts_and_the_next_clause_follows(rule):
    assert 10 == rule.value(date(2022, 12, 31))
    assert 20 == rule.value(date(2023, 1, 1))


def test_a_clause_for_a_municipality_goes_before_one_for_everywhere(rule):
    assert 5 == rule.value(DAY, "0101")


def test_a_day_before_every_clause_is_refused(rule):
    with pytest.raises(CardError, match="no clause for 2019-01-01"):
        rule.value(date(2019, 1, 1))


def test_two_clauses_for_the_same_place_and_day_contradict_each_other(tmp_path):
    path = tmp_path / "twice.toml"
    path.write_text(CARD.replace("2023-01-01", "2020-01-01"), encoding="utf-8")
    with pytest.raises(CardError, match="two clauses start"):
        read_rule(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('status = "law"', 'status = "rumour"', "rumour"),
        ('standing = "KNOWN"', 'standing = "HEARD"', "HEARD"),
        ("unit", "unti", "unit"),
        ("value = 10", "value = ", "TOML"),
    ],
)
def test_a_card_with_a_fault_is_refused_by_name(tmp_path, old, new, said):
    path = tmp_path / "broken.toml"
    path.write_text(CARD.replace(old, new), encoding="utf-8")
    with pytest.raises(CardError, match=said):
        read_rule(path)


def test_an_unknown_rule_names_those_there_are():
    with pytest.raises(CardError, match="free_choice_distance"):
        RuleSet(DAY, read_rules()).value("phase_of_the_moon")
