"""Streets people live at, as points at even steps: the inner Copenhagen drive network."""

from pathlib import Path

import numpy as np
import pandas as pd

from geodata import units
from geodata.catalogue import Region
from geodata.network.graph import Graph
from geodata.network.links import read_links
from geodata.sources.map_points import MAP_POINTS
from geodata.sources.reading import Reading, source_file

STEP = 20.0
FASTEST_KMH = 50.0
"""Built-up areas: the general limit; streets that are faster have few front doors."""
ROUNDING = 0.5


def read_copenhagen(folder: Path, region: Region) -> Reading:  # noqa: ARG001 - a network knows no region
    """Points along the streets of inner Copenhagen, as table MAP_POINTS.

    Raises
    ------
    SourceError, TableError : as `geodata.network.links.read_links`
    """
    path, card = source_file(folder, "osm_copenhagen")
    graph = read_links(path.with_name(path.name.replace("links", "nodes")), path)
    points = street_points(graph)
    note = f"points every {STEP:.0f} m along streets of at most {FASTEST_KMH:.0f} km/h"
    return Reading(points, card, graph.edges, int(_lived_at(graph).sum()), note)


def street_points(graph: Graph) -> pd.DataFrame:
    """Points every 20 m along the streets of a drive network that are slow enough to live at; table MAP_POINTS.

    Every edge is followed straight between its ends and has at least one point, at its middle.
    """
    edges = np.flatnonzero(_lived_at(graph))
    count = np.maximum(np.round(graph.length_m[edges] / STEP), 1).astype(np.int64)
    edge = np.repeat(edges, count)
    first = np.cumsum(count) - count
    along = (np.arange(len(edge)) - np.repeat(first, count) + 0.5) / np.repeat(count, count)
    xy = [axis[graph.u[edge]] * (1 - along) + axis[graph.v[edge]] * along for axis in (graph.x, graph.y)]
    return MAP_POINTS.check(pd.DataFrame({"kind": "street", "label": "", "x": xy[0], "y": xy[1]}))


def _lived_at(graph: Graph) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        kmh = graph.length_m / units.METRES_PER_KM / graph.minutes * units.MINUTES_PER_HOUR
    return np.asarray(kmh <= FASTEST_KMH + ROUNDING)
