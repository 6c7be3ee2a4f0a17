"""Saved scenarios: once by content, found by the beginning of their hash, bounded."""

import pytest

from app.errors import BusyError, NotFoundError
from app.jobs.database import open_database
from app.jobs.scenarios import Scenarios
from app.siting.scenario import Close, Open, make_scenario

ONE = make_scenario([Open(12.3, 55.9), Close("000001")], "a" * 64)
OTHER = make_scenario([Close("000002")], "a" * 64)


@pytest.fixture
def scenarios(tmp_path):
    """An empty database in a file."""
    engine = open_database(f"sqlite:///{tmp_path}/jobs.sqlite")
    yield Scenarios(engine, most=2)
    engine.dispose()


def test_the_same_content_is_kept_once_under_its_first_name(scenarios):
    """Saved again in another order and by another name, it is what it was."""
    first = scenarios.save(ONE, "A")
    again = scenarios.save(make_scenario(ONE.changes[::-1], ONE.base), "B")
    assert first == again
    assert "A" == again.name
    assert [first] == scenarios.latest(ONE.base, 10)


def test_the_beginning_of_a_hash_is_enough(scenarios):
    """Eight signs; fewer, others, or none of a hash are refused."""
    kept = scenarios.save(ONE, "")
    assert kept == scenarios.get(kept.hash[:8]) == scenarios.get(kept.hash)
    for wrong in (kept.hash[:7], "", "0" * 64, "%" * 8, "_" * 16, kept.hash.upper()):
        with pytest.raises(NotFoundError, match="no scenario"):
            scenarios.get(wrong)


def test_scenarios_of_a_study_come_newest_first(scenarios):
    """Those of another study are not among them."""
    old, new = scenarios.save(ONE, "old"), scenarios.save(OTHER, "new")
    assert [new, old] == scenarios.latest("a" * 64, 5)
    assert [new] == scenarios.latest("a" * 64, 1)
    assert [] == scenarios.latest("b" * 64, 5)


def test_no_more_are_kept_than_may_be(scenarios):
    """The third is refused; one that is known is not."""
    scenarios.save(ONE, "")
    scenarios.save(OTHER, "")
    with pytest.raises(BusyError):
        scenarios.save(make_scenario([Close("000003")], "a" * 64), "")
    assert ONE == scenarios.save(ONE, "").scenario
