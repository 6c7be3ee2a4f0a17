"""The whole sample: the same every time, in the tables of the house, reported in one table."""

import hashlib
from dataclasses import fields

import numpy as np
import pandas as pd

from geodata.catalogue import read_card, read_region
from geodata.facts import TABLES
from geodata.network.graph import Graph
from geodata.sample import build_sample
from geodata.sample.report import judged


def fingerprint(facts):
    digest = hashlib.sha256()
    for name in TABLES:
        digest.update(pd.DataFrame(facts.frame(name)).to_csv().encode())
    for mode, graph in sorted(facts.graphs.items()):
        digest.update(mode.encode())
        for column in fields(Graph):
            value = getattr(graph, column.name)
            if isinstance(value, np.ndarray):
                digest.update(np.ascontiguousarray(value).tobytes())
    return digest.hexdigest()


def test_two_builds_are_the_same_and_progress_is_told(sample):
    told = []
    again = build_sample(read_region("sample"), lambda what, done, of: told.append((what, done, of)))
    assert fingerprint(sample) == fingerprint(again)
    assert [0, 1, 2, 3, 4, 5] == [done for _, done, _ in told]


def test_every_table_keeps_its_promise(sample):
    for name, table in TABLES.items():
        pd.testing.assert_frame_equal(pd.DataFrame(sample.frame(name)), pd.DataFrame(table.check(sample.frame(name))))


def test_every_layer_names_a_card_and_nothing_invented_is_called_real(sample):
    assert {"approximate", "synthetic"} == sample.standings
    for row in sample.layers.itertuples():
        assert row.standing == read_card(row.source).standing


def test_every_kind_of_area_is_there(sample):
    kinds = sample.areas["kind"].value_counts().to_dict()
    assert {"municipality": 29, "health_council": 4, "city_district": 10, "neighbour": 5} == kinds


def test_places_people_know_are_there(sample):
    names = set(sample.places["name"])
    assert {"København", "Rønne", "Helsingør", "Nørreport", "Vesterbro", "Øresund"} <= names
    towns = sample.places[sample.places["kind"] == "town"]
    assert (towns["residents"] > 0).all()


def test_the_report_has_a_wish_beside_every_number(sample):
    table = judged(sample)
    assert (table["wanted"] != "").all()
    assert "630 / 1150" == table.set_index("what").loc["practices / capacities", "sample"]
