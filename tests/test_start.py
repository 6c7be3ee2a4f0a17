"""A build with nothing new is answered at the door, with what the last one showed; anything new goes in."""

import json
import os
import subprocess
import sys
from datetime import date

import pytest
from invented_region import write_folder

from app.cli import main
from app.receipt import NAME, key_of, last_receipt
from app.settings import Settings
from app.start import nothing_new
from geodata.catalogue import read_region

REGION = "hovedstaden"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder of sources, a store built from it, and what the build showed."""
    root = tmp_path_factory.mktemp("start")
    folder = write_folder(root / "folder", read_region(REGION))
    return folder, root / "store", run(root / "store", "build", "--region", REGION, "--from", str(folder))


def run(store, *words):
    """Output of the command, in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-c", "from app.start import main; main()", *words],
        env={**os.environ, "LAEGEVALG_STORE": str(store)},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


@pytest.fixture
def store(made, monkeypatch):
    monkeypatch.setenv("LAEGEVALG_STORE", str(made[1]))
    return made[1]


def words_of(folder, *more):
    return ["build", "--region", REGION, "--from", str(folder), "--if-needed", *more]


def test_nothing_new_shows_what_the_build_showed(made, store):
    folder, _, shown = made
    assert shown == nothing_new(words_of(folder))
    assert shown == run(store, *words_of(folder))
    assert "opdigtede" in shown.lower()


def test_nothing_that_computes_is_loaded_for_it(made, store):
    """Neither pandas nor a solver nor a web server: `-X importtime` names every module."""
    words = words_of(made[0])
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "from app.start import main; main()", *words],
        env={**os.environ, "LAEGEVALG_STORE": str(store)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rsplit("|", 1)[1].strip() for line in ran.stderr.splitlines() if line.count("|") == 2}
    assert "app.receipt" in loaded
    assert set() == loaded & {
        "numpy",
        "pandas",
        "geopandas",
        "pyogrio",
        "fastapi",
        "highspy",
        "app.cli",
        "geodata.build",
    }


@pytest.mark.parametrize(
    "more",
    [("--year", "2030"), ("--practices", "missing.csv"), ("--verbose",), ("--region", "sample"), ("--help",), ("odd",)],
    ids=" ".join,
)
def test_whatever_is_asked_otherwise_goes_in(made, store, more):
    assert nothing_new(words_of(made[0], *more)) is None


@pytest.mark.parametrize(
    "words", [[], ["status"], ["build"], ["build", "--region", REGION], ["--verbose", "build", "--if-needed"]]
)
def test_other_commands_go_in(store, words):
    assert nothing_new(words) is None


def test_a_file_that_changed_or_came_goes_in(made, store, tmp_path):
    folder, _, shown = made
    for path in (folder / "population" / "municipalities.csv", folder / "places" / "new.csv"):
        before = path.read_bytes() if path.is_file() else None
        path.parent.mkdir(exist_ok=True)
        path.write_bytes((before or b"") + b"\n")
        assert nothing_new(words_of(folder)) is None
        path.unlink()
        if before is not None:
            path.write_bytes(before)
    assert shown == nothing_new(words_of(folder))


def test_other_settings_and_another_day_go_in(made, store, monkeypatch):
    settings = Settings()
    key = key_of(settings, REGION, {"folder": made[0]})
    monkeypatch.setenv("LAEGEVALG_TILES_FROM_CELLS", "7")
    assert key != key_of(Settings(), REGION, {"folder": made[0]})
    assert nothing_new(words_of(made[0])) is None
    monkeypatch.delenv("LAEGEVALG_TILES_FROM_CELLS")

    class Tomorrow(date):
        @classmethod
        def today(cls):
            return date(2099, 1, 1)

    monkeypatch.setattr("app.receipt.date", Tomorrow)
    assert key != key_of(settings, REGION, {"folder": made[0]})


@pytest.mark.parametrize("damage", ["receipt", "pointer", "table", "study", "manifest"])
def test_a_store_that_is_not_as_it_was_left_goes_in(made, store, damage):
    home = store / REGION
    (build,) = (home / "builds").iterdir()
    (study,) = (home / "studies").iterdir()
    path = {
        "receipt": home / NAME,
        "pointer": home / "current",
        "table": build / "cells.parquet",
        "study": study,
        "manifest": build / "manifest.json",
    }[damage]
    away = path.with_name("away")
    path.rename(away)
    assert last_receipt(Settings(), REGION) is None
    assert nothing_new(words_of(made[0])) is None
    away.rename(path)
    assert nothing_new(words_of(made[0])) is not None


def test_a_receipt_of_another_version_is_none(made, store):
    path = store / REGION / NAME
    before = path.read_text(encoding="utf-8")
    for text in ("", "[]", "{", json.dumps({**json.loads(before), "more": 1})):
        path.write_text(text, encoding="utf-8")
        assert last_receipt(Settings(), REGION) is None
    path.write_text(before, encoding="utf-8")


def test_the_whole_command_gives_the_same_answer(made, store, monkeypatch, capsys):
    """What the door leaves out is what going in would have shown."""
    monkeypatch.setattr(sys, "argv", ["laegevalg", *words_of(made[0])])
    with pytest.raises(SystemExit):
        main()
    assert made[2] == capsys.readouterr().out
