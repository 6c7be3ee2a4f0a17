"""Hierarchies kept on disk: by content, whole or not at all."""

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest
from towns import street_graph

from app.access.sweep import prepared
from app.access.sweep.prepared import Held, Recent, network_key, prepare


@pytest.fixture
def graph():
    return street_graph("drive", [(0, 0), (100, 0), (100, 100)], [(0, 1), (1, 2)])


def kept(folder):
    return sorted(path.name for path in folder.iterdir())


def assert_same(one, other):
    assert all(np.array_equal(a, b) for a, b in zip(vars(one).values(), vars(other).values(), strict=True))


def test_what_was_prepared_is_read_and_not_made_again(graph, tmp_path, monkeypatch):
    made = prepare(graph, tmp_path / "new")
    monkeypatch.setattr(prepared, "contract", lambda _: pytest.fail("made again"))
    assert_same(made, prepare(graph, tmp_path / "new"))
    assert [f"hierarchy-{network_key(graph)}.npz"] == kept(tmp_path / "new")


def test_the_key_is_the_network_and_the_code_but_not_the_speed(graph, monkeypatch):
    faster = street_graph("drive", [(0, 0), (100, 0), (100, 100)], [(0, 1), (1, 2)], kmh=99)
    longer = street_graph("drive", [(0, 0), (100, 0), (100, 101)], [(0, 1), (1, 2)])
    assert network_key(graph) == network_key(faster) != network_key(longer)
    before = network_key(graph)
    monkeypatch.setattr(prepared, "code", lambda: "another version")
    assert before != network_key(graph)


def test_half_a_file_is_made_anew(graph, tmp_path, caplog):
    made = prepare(graph, tmp_path)
    path = tmp_path / kept(tmp_path)[0]
    path.write_bytes(path.read_bytes()[:100])
    with caplog.at_level(logging.WARNING):
        assert_same(made, prepare(graph, tmp_path))
    assert "cannot be read" in caplog.text
    assert_same(made, prepare(graph, tmp_path))


def test_a_folder_that_cannot_be_written_is_said_and_no_hindrance(graph, tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    with caplog.at_level(logging.WARNING):
        assert 3 == prepare(graph, tmp_path / "file" / "folder").nodes
    assert "cannot be written" in caplog.text


def test_only_the_latest_values_are_held():
    recent, made = Recent[int](2), []
    for key in ("a", "b", "a", "c", "b"):
        recent.get(key, lambda key=key: made.append(key) or len(made))
    assert ["a", "b", "c", "b"] == made


def test_what_is_held_is_known_by_identity_and_goes_with_what_it_was_made_from():
    """Equal arrays are not the same array; the answer of one that is gone is gone."""
    held, made = Held[int](), []
    one, equal = np.zeros(3), np.zeros(3)

    def ask(array, also="m"):
        return held.get((array,), also, lambda: made.append(0) or len(made))

    assert [1, 1, 2, 3] == [ask(one), ask(one), ask(equal), ask(one, "min")]
    del one
    assert 1 == len(held)
    assert 2 == ask(equal)


@pytest.mark.parametrize("kept", [Recent(2), Held()], ids=["recent", "held"])
def test_nobody_waits_for_what_somebody_else_makes(kept):
    """While one key is made, another is answered; the one that is made is made once for all who ask."""
    begun, go_on, made = Event(), Event(), []
    objects = [Thing(), Thing()]

    def get(number, make):
        return kept.get("ab"[number], make) if isinstance(kept, Recent) else kept.get([objects[number]], (), make)

    def slow():
        begun.set()
        assert go_on.wait(10)
        made.append(1)
        return "slow"

    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(get, 0, slow) for _ in range(2)]
        assert begun.wait(10)
        assert "quick" == pool.submit(get, 1, lambda: "quick").result(10)
        go_on.set()
        assert ["slow", "slow"] == [each.result(10) for each in waiting]
    assert [1] == made


class Thing:
    """Something that can be held by identity."""
