"""Whose data: credits stand on maps, files and answers, and come from the cards alone; every file names its build."""

import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from shown_town import town_study

from app.publish.collections import Publication
from app.publish.exporters import EXPORTERS, Request, export
from app.publish.single_file import write_map
from geodata.catalogue import card_names, read_card

ROOT = Path(__file__).parents[2]
BUILD = "0123456789abcdef"
WORDS = {".py", ".toml", ".html", ".js", ".css"}


@pytest.fixture(scope="module")
def credited():
    """The small region as if made from real sources."""
    study = town_study()
    layers = study.facts.layers.copy()
    sources = ["gisco_lau", "dst_folk1a", "osm_bornholm", "practices_upload"]
    layers["source"] = [sources[number % len(sources)] for number in range(len(layers))]
    return Publication(replace(study, facts=replace(study.facts, layers=layers), build=BUILD)), sources


def own_words():
    """Text of the room that publishes, without what others wrote."""
    paths = [path for path in (ROOT / "app").rglob("*") if path.suffix in WORDS and "vendor" not in path.parts]
    return {path: path.read_text(encoding="utf-8") for path in paths}


def test_no_publisher_or_credit_line_stands_in_the_room_that_publishes():
    cards = [read_card(name) for name in card_names()]
    house = {"laegevalg", "The region"}
    names = {part.strip() for card in cards for part in card.publisher.replace(";", ",").split(",")} - house
    lines = {line for card in cards for line in (card.credit, card.credit_da)}
    found = [(path.name, name) for path, text in own_words().items() for name in names | lines if name in text]
    assert [] == found


def everything(path):
    """All text of a file, unpacked where it is an archive."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", errors="ignore")
    return path.read_bytes().decode("utf-8", errors="ignore")


@pytest.mark.parametrize("ending", list(EXPORTERS))
def test_every_file_credits_its_sources_and_names_its_build(credited, tmp_path, ending):
    publication, sources = credited
    text = everything(export(publication, tmp_path / f"town{ending}", Request("areas")))
    for source in sources:
        line = read_card(source).credit_da
        assert line in text or json.dumps(line)[1:-1] in text, source
    assert BUILD[:8] in text


@pytest.mark.parametrize(("lang", "line"), [("da", "credit_da"), ("en", "credit")])
def test_a_map_credits_its_sources_in_its_language(credited, tmp_path, lang, line):
    publication, sources = credited
    text = write_map(publication, "choice", tmp_path / "map.html", lang, date(2026, 11, 22)).read_text(encoding="utf-8")
    assert [] == [source for source in sources if getattr(read_card(source), line) not in text]


def test_an_answer_names_build_and_credits(credited):
    publication, sources = credited
    block = publication.provenance.block("en")
    assert BUILD == block["build"]
    assert {read_card(source).credit for source in sources} == {source["credit"] for source in block["sources"]}
    json.dumps(block)
