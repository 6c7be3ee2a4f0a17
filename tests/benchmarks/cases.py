"""What is measured: practices and cells on a street network, alike for every library."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.sparse import csr_array

from app.access.trips import Trips, make_trips
from geodata.catalogue import read_region
from geodata.network.graph import Graph, main_components
from geodata.network.links import read_links
from geodata.network.snap import snap
from geodata.rules import RuleSet, read_rules
from geodata.sample.build import build_sample

REACH, WALK_KMH = 500.0, 5.0
RULES = RuleSet(date(2026, 11, 22), read_rules())


@dataclass(frozen=True)
class Case:
    """Trips by car in minutes; `sources` are the nodes nearest to the practices, for libraries that know nodes only."""

    name: str
    graph: Graph
    trips: Trips
    sources: np.ndarray

    @property
    def practices(self):
        return len(self.trips.destinations.edge)

    @property
    def cells(self):
        return len(self.trips.origins.edge)

    def against(self):
        """The network against the direction of travel, in seconds: what a user of scipy would build."""
        arcs = self.graph.arcs()
        order = np.lexsort([arcs.minutes, arcs.tail, arcs.head])
        tail, head, cost = arcs.tail[order], arcs.head[order], arcs.minutes[order] * 60
        first = np.r_[True, (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])]
        size = (self.graph.nodes, self.graph.nodes)
        return csr_array((cost[first], (head[first], tail[first])), shape=size)


def make_case(name, graph, cell_xy, place_xy):
    cells, places = (snap(graph, *xy.T, REACH) for xy in (cell_xy, place_xy))
    trips = make_trips(graph, cells, places, "min", WALK_KMH)
    edge = trips.destinations.edge[trips.destinations.covered]
    near_u = trips.destinations.fraction[trips.destinations.covered] < 0.5
    return Case(name, graph, trips, np.where(near_u, graph.u[edge], graph.v[edge]))


def copenhagen(realdata):
    """Inner Copenhagen: every 100 m cell with a junction, and 200 practices at random junctions."""
    folder = realdata / "network"
    parts = (folder / f"copenhagen_inner_drive_{part}.csv.gz" for part in ("nodes", "links"))
    graph = read_links(*parts)
    graph = main_components(graph, np.zeros(graph.nodes, dtype=np.int32))
    xy = np.column_stack([graph.x, graph.y])
    cells = np.unique(np.floor(xy / 100), axis=0) * 100 + 50
    return make_case("inner Copenhagen", graph, cells, xy[np.random.default_rng(1).choice(len(xy), 200, replace=False)])


def sample_facts():
    return build_sample(read_region("sample"))


def region(facts):
    """The whole example region: its cells, its practices' locations, and more at random cells up to 700."""
    cells, places = (frame[["x", "y"]].to_numpy(dtype=float) for frame in (facts.cells, facts.locations))
    more = np.random.default_rng(1).choice(len(cells), 700 - len(places), replace=False)
    return make_case("sample region", facts.graphs["drive"], cells, np.concatenate([places, cells[more] + 25.0]))
