"""Street networks of a folder: every OpenStreetMap extract and the published drive network, joined by mode."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from osmium.io import Reader

from geodata.catalogue import Card, Region, card_names, read_card
from geodata.network.controls import ferry_lines
from geodata.network.graph import Floats, Graph
from geodata.network.join import JoinReport, join
from geodata.network.links import read_links
from geodata.network.modes import mode_names
from geodata.network.osm import read_osm
from geodata.sources.reading import named_extract, readable, refuse_elsewhere

log = logging.getLogger(__name__)

LINKS = "osm_copenhagen"
ANY_EXTRACT = "osm_extract"
EXTRACT_DATE = "osmosis_replication_timestamp"


@dataclass(frozen=True)
class Networks:
    """Street networks by mode, what became of each extract, and the rows of LAYERS that credit them."""

    graphs: dict[str, Graph]
    reports: dict[str, JoinReport]
    layers: list[dict[str, Any]]


def read_networks(folder: Path, region: Region, areas: gpd.GeoDataFrame) -> Networks:
    """All street networks below a folder; newer extracts go before older ones where they overlap.

    Empty when the folder holds none: every distance is then estimated.

    Raises
    ------
    MisfitError : a file is damaged or no street network, or one that was cut to the region holds nothing in it
    """
    extracts: dict[str, dict[str, Graph]] = {mode: {} for mode in mode_names()}
    cards = sorted(network_files(folder), key=lambda pair: pair[1].as_of, reverse=True)
    for path, card in cards:
        with named_extract(card):
            read = _read(path, card)
        if card.endpoint is not None:
            _refuse_elsewhere(card, read, areas)
        for mode, graph in read.items():
            extracts[mode][path.name] = graph
    by_name = {path.name: card for path, card in cards}
    joined = {mode: join(graphs, _islands(region, areas)) for mode, graphs in extracts.items() if graphs}
    graphs = {mode: graph for mode, (graph, _) in joined.items()}
    reports = {mode: report for mode, (_, report) in joined.items()}
    ferries = {path.name: ferry_lines(path) for path, card in cards if card.id != LINKS}
    layers = [row for mode, report in reports.items() for row in _layers(mode, report, by_name, ferries)]
    return Networks(graphs, reports, layers)


def _refuse_elsewhere(card: Card, graphs: Mapping[str, Graph], areas: gpd.GeoDataFrame) -> None:
    ground = shapely.box(*areas.total_bounds)
    x, y = (np.concatenate([getattr(graph, axis) for graph in graphs.values()]) for axis in "xy")
    refuse_elsewhere(card, ground, x, y)


def network_files(folder: Path) -> Iterable[tuple[Path, Card]]:
    """Every network file of a folder with the card that credits it; others are dated by their header."""
    known = {card.file: card for card in map(read_card, card_names())}
    links = read_card(LINKS)
    if (folder / links.file).is_file():
        yield folder / links.file, links
    for path in sorted((folder / "network").glob("*.osm.pbf")):
        card = known.get(f"network/{path.name}") or read_card(ANY_EXTRACT)
        dated_by_header = card.id == ANY_EXTRACT or card.endpoint is not None
        yield path, _dated(card, path) if dated_by_header else card


def _dated(card: Card, path: Path) -> Card:
    """A card with the date the extract itself names, else the day the file was written.

    Raises
    ------
    MisfitError : the file is damaged
    """
    with readable(path, card), Reader(str(path)) as reader:
        said = reader.header().get(EXTRACT_DATE)
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    day = datetime.fromisoformat(said).date() if said else written
    return Card(**{**{name: getattr(card, name) for name in card.__slots__}, "as_of": day})


def _read(path: Path, card: Card) -> dict[str, Graph]:
    if card.id == LINKS:
        graph = read_links(path.with_name(path.name.replace("_links", "_nodes")), path)
        return {graph.mode: graph}
    return read_osm(path, mode_names())


def _islands(region: Region, areas: gpd.GeoDataFrame) -> Any:
    """Labels nodes by the region's islands: 0 for the mainland, else the number of the island that is nearest."""

    def label(x: Floats, y: Floats) -> NDArray[np.int64]:
        island = np.zeros(len(x), dtype=np.int64)
        for number, piece in enumerate(region.islands, start=1):
            member = areas["code"].isin(piece.municipalities) & (areas["kind"] == "municipality")
            shore = shapely.union_all(areas.geometry[member].to_numpy()).convex_hull
            island[shapely.contains_xy(shore.buffer(SHORE_M), x, y)] = number
        return island

    return label


SHORE_M = 2000.0
"""Piers and bridges reach this far from an island's hull."""


def _layers(
    mode: str, report: JoinReport, cards: dict[str, Card], ferries: Mapping[str, int]
) -> Iterable[dict[str, Any]]:
    for extract in report.extracts:
        card = cards[extract.name]
        log.info("%s %s", mode, extract)
        twice, cut_off = extract.duplicate_edges, extract.cut_off_edges
        lines = f", {ferries[extract.name]} ferries left out" if extract.name in ferries else ""
        yield {
            "layer": f"graphs/{mode}",
            "source": card.id,
            "as_of": card.as_of.isoformat(),
            "standing": card.standing,
            "rows_in": extract.edges,
            "rows_kept": extract.edges - twice - cut_off,
            "note": f"{extract.name}: {twice} edges twice, {cut_off} cut off from the rest{lines}",
        }
