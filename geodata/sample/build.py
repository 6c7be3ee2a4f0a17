"""Generate the facts of the sample region, the same every time."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

import pandas as pd

from geodata.catalogue import Region, read_card
from geodata.facts import TABLES, Facts
from geodata.network.graph import Graph
from geodata.sample.areas import make_areas
from geodata.sample.outlines import read_outlines
from geodata.sample.people import settle
from geodata.sample.places import make_places
from geodata.sample.practices import make_supply
from geodata.sample.roads import make_graphs, make_roads
from geodata.sample.surroundings import make_amenities, make_premises
from geodata.sample.terrain import make_terrain

LOG = logging.getLogger(__name__)
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done and how many there are."""
STEPS = 5
NOTES = {
    "sample_outlines": "Outlines and city districts are approximate: a drawing fitted to places and coast.",
    "sample_people": "Residents of each municipality are exact by age from 65; where they live in it is invented.",
    "sample_places": "Some figures of residents are replaced; stations, districts and seas are written by hand.",
    "sample_practices": "Invented; the distances to them follow the published means of each municipality.",
    "sample_premises": "Invented, with gaps as owners leave them; stops and shops stand where most people live.",
    "sample_roads": "Invented; only bridges and motorways follow real ones, roughly.",
}
YEAR = 2026
"""The year whose population the cells add up to."""


def build_sample(region: Region, progress: Progress | None = None) -> Facts:
    """All facts of the sample region: real municipalities and totals, everything else invented.

    Parameters
    ----------
    region : the card of the sample, or any of the same municipalities
    progress : told of every step; silent without
    """
    tell = progress or (lambda _what, _done, _of: None)
    outlines = read_outlines()
    with step(tell, "Settling residents", 0):
        everyone = settle(outlines)
    with step(tell, "Laying roads", 1):
        terrain = make_terrain(outlines)
        graphs = make_graphs(make_roads(everyone, outlines, terrain))
    with step(tell, "Opening practices", 2):
        supply = make_supply(everyone, outlines, terrain, graphs["drive"])
    with step(tell, "Drawing areas", 3):
        own = cells(everyone)
        frames = {"areas": make_areas(region, outlines), "cells": own, "places": make_places()}
        frames |= {"premises": make_premises(own), "amenities": make_amenities(own)}
    with step(tell, "Checking tables", 4):
        facts = checked(region, frames | vars(supply), graphs)
    tell("Done", STEPS, STEPS)
    return facts


@contextmanager
def step(tell: Progress, what: str, number: int) -> Iterator[None]:
    """One step: told when it begins, logged with its seconds when it ends."""
    tell(what, number, STEPS)
    start = perf_counter()
    yield
    LOG.info("sample: %s took %.1f s", what.lower(), perf_counter() - start)


def cells(everyone: pd.DataFrame) -> pd.DataFrame:
    """The region's inhabited cells; those of the neighbours only shaped the roads."""
    own = everyone[everyone["home"]].reset_index(drop=True)
    return own.assign(city_district=own["city_district"].replace({"": None}))


def checked(region: Region, frames: dict[str, pd.DataFrame], graphs: dict[str, Graph]) -> Facts:
    """The facts, each table held to its promise."""
    kept = {name: TABLES[name].check(frame) for name, frame in frames.items()}
    layers = TABLES["layers"].check(layer_rows(kept, graphs))
    return Facts(region=region, year=YEAR, layers=layers, graphs=graphs, **kept)


def layer_rows(frames: dict[str, pd.DataFrame], graphs: dict[str, Graph]) -> pd.DataFrame:
    """What every table and network was made from."""
    practices = ("practices", "locations", "practice_locations", "doctors")
    source = {"areas": "sample_outlines", "cells": "sample_people", "places": "sample_places"}
    source |= dict.fromkeys(practices, "sample_practices")
    source |= dict.fromkeys(("premises", "amenities"), "sample_premises")
    counts = {name: len(frame) for name, frame in frames.items()}
    rows = [layer_row(name, source[name], number) for name, number in counts.items()]
    rows += [layer_row(f"graphs/{mode}", "sample_roads", graph.edges) for mode, graph in graphs.items()]
    return pd.DataFrame(rows)


def layer_row(layer: str, source: str, rows: int) -> dict[str, object]:
    """One row of `layers`, after its source's card."""
    card = read_card(source)
    return {
        "layer": layer,
        "source": source,
        "as_of": card.as_of.isoformat(),
        "standing": card.standing,
        "rows_in": rows,
        "rows_kept": rows,
        "note": NOTES[source],
    }
