"""The folder of hierarchies: kept to a size, the longest unused leave first, and several processes share it."""

import logging
import os
from dataclasses import fields
from multiprocessing import get_context
from time import time

import numpy as np
import pytest

from app.access.sweep.contraction import Hierarchy
from app.access.sweep.shelf import MAX_BYTES, Kept, default_folder, max_bytes, prune, read, write

ROUNDS, NETWORKS = 150, 6


def hierarchy(number, nodes=100):
    """Not one of a network, but arrays that can be told apart."""
    return Hierarchy(*(np.full(nodes, number * 10 + part, np.int32) for part in range(len(fields(Hierarchy)))))


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(vars(one).values(), vars(other).values(), strict=True))


def place(folder, number):
    return folder / f"hierarchy-{number}.npz"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def three(tmp_path):
    """Hierarchies 0, 1 and 2, used in this order, minutes apart."""
    for number in range(3):
        write(place(tmp_path, number), hierarchy(number))
        os.utime(place(tmp_path, number), (time() - 600 + number * 60,) * 2)
    return tmp_path


def size(folder):
    return place(folder, 0).stat().st_size


def test_the_longest_unused_leaves_first(three):
    """Room for two of three: what was written first goes, and exactly as much room as needed is enough."""
    prune(three, 3 * size(three), newest=place(three, 2))
    assert 3 == len(names(three))
    prune(three, 3 * size(three) - 1, newest=place(three, 2))
    assert ["hierarchy-1.npz", "hierarchy-2.npz"] == names(three)


def test_what_was_read_is_the_latest_used(three):
    assert same(hierarchy(0), read(place(three, 0)))
    prune(three, 2 * size(three), newest=place(three, 2))
    assert ["hierarchy-0.npz", "hierarchy-2.npz"] == names(three)


def test_writing_makes_room_as_the_setting_says(three, monkeypatch, caplog):
    monkeypatch.setenv("LAEGEVALG_MAX_CACHE_BYTES", str(2 * size(three)))
    with caplog.at_level(logging.INFO):
        write(place(three, 3), hierarchy(3))
    assert ["hierarchy-2.npz", "hierarchy-3.npz"] == names(three)
    assert "the 2 hierarchies longest unused were removed" in caplog.text


def test_what_was_just_written_stays_however_little_may_be_kept(three, monkeypatch):
    monkeypatch.setenv("LAEGEVALG_MAX_CACHE_BYTES", "0")
    write(place(three, 3), hierarchy(3))
    assert ["hierarchy-3.npz"] == names(three)


def test_files_of_others_stay_and_drafts_of_the_dead_go(three):
    """Somebody's notes and a draft that is being written stay; a draft of yesterday was left by a killed process."""
    for name, age_s in (("notes.txt", 90_000), ("young.draft", 5), ("old.draft", 90_000)):
        (three / name).write_bytes(b"x" * 10_000)
        os.utime(three / name, (time() - age_s,) * 2)
    prune(three, 3 * size(three), newest=place(three, 2))
    assert ["hierarchy-0.npz", "hierarchy-1.npz", "hierarchy-2.npz", "notes.txt", "young.draft"] == names(three)


def test_a_file_that_goes_while_it_is_read_is_read_to_its_end(three):
    with np.load(place(three, 0)) as stored:
        prune(three, 0, newest=place(three, 2))
        assert ["hierarchy-2.npz"] == names(three)
        assert same(hierarchy(0), Hierarchy(**{name: stored[name] for name in stored.files}))


def test_a_file_used_since_the_folder_was_looked_at_stays(three):
    path = place(three, 0)
    seen = Kept(path, size(three), path.stat().st_mtime_ns)
    read(path)
    seen.remove()
    assert path.is_file()


def test_a_file_that_another_process_removed_is_no_hindrance(three):
    gone = Kept(place(three, 9), 1, 0)
    gone.remove()
    assert read(gone.path) is None
    assert 3 == len(names(three))


def share(folder):
    """Read or make hierarchies, as an engine does; returns how often one was at hand, -1 if one was wrong."""
    found, rng = 0, np.random.default_rng(os.getpid())
    for number in rng.integers(0, NETWORKS, ROUNDS).tolist():
        known = read(place(folder, number))
        if known is None:
            write(place(folder, number), hierarchy(number))
        elif not same(hierarchy(number), known):
            return -1
        found += known is not None
    return found


def test_two_processes_share_a_folder_that_is_too_small_for_both(three, monkeypatch):
    """Every hierarchy read is whole and the right one, none is half gone, and no more is left than may be."""
    monkeypatch.setenv("LAEGEVALG_MAX_CACHE_BYTES", str(4 * size(three)))
    with get_context("spawn").Pool(2) as pool:
        at_hand = pool.map(share, [three, three])
    assert all(0 < found < ROUNDS for found in at_hand)
    write(place(three, 0), hierarchy(0))
    assert 4 == len(names(three))


@pytest.mark.parametrize("said", ["much", "-1", "1e9"])
def test_a_size_that_is_none_is_said_and_the_usual_one_taken(said, monkeypatch, caplog):
    monkeypatch.setenv("LAEGEVALG_MAX_CACHE_BYTES", said)
    assert MAX_BYTES == max_bytes()
    assert f"LAEGEVALG_MAX_CACHE_BYTES is '{said}'; expected a whole number of bytes" in caplog.text


def test_the_folder_can_be_named(monkeypatch, tmp_path):
    monkeypatch.setenv("LAEGEVALG_CACHE", str(tmp_path))
    assert tmp_path == default_folder()
