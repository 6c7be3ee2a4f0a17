"""The same question put to other libraries, as their users would put it: minutes from practices to all nodes.

Each returns (preparation, ask): `ask(sources, cutoff)` answers for some practices, in minutes, None for no cut-off.
They stop at the nodes; ours goes on to the cells, and gives a matrix.
"""

import igraph
import networkx as nx
import numpy as np
import pandana
import pandas as pd
from clock import once
from scipy.sparse.csgraph import dijkstra

from geodata.network.exchange import to_osmnx


def scipy_csgraph(case):
    against, seconds = once(case.against)

    def ask(sources, cutoff):
        return dijkstra(against, indices=sources, limit=np.inf if cutoff is None else cutoff * 60)

    return seconds, ask


def osmnx_networkx(case):
    """A MultiDiGraph with `travel_time`, reversed; one `single_source_dijkstra_path_length` for each practice."""
    network, seconds = once(lambda: to_osmnx(case.graph).reverse())
    names = list(network)

    def ask(sources, cutoff):
        limit = None if cutoff is None else cutoff * 60
        return [
            nx.single_source_dijkstra_path_length(network, names[node], cutoff=limit, weight="travel_time")
            for node in sources
        ]

    return seconds, ask


def python_igraph(case):
    """`Graph.distances`; it knows no cut-off."""
    arcs = case.graph.arcs()

    def build():
        return igraph.Graph(case.graph.nodes, np.column_stack([arcs.tail, arcs.head]), directed=True)

    graph, seconds = once(build)

    def ask(sources, cutoff):
        if cutoff is not None:
            return None
        return graph.distances(source=sources.tolist(), weights=arcs.minutes, mode="in")

    return seconds, ask


def udst_pandana(case):
    """`shortest_path_lengths` for every pair of a practice and a node, by contraction hierarchies; no cut-off."""
    arcs, graph = case.graph.arcs(), case.graph

    def build():
        network = pandana.Network(
            pd.Series(graph.x),
            pd.Series(graph.y),
            pd.Series(arcs.tail),
            pd.Series(arcs.head),
            pd.DataFrame({"minutes": arcs.minutes}),
            twoway=False,
        )
        network.shortest_path_lengths([0], [1])
        return network

    network, seconds = once(build)
    some = np.random.default_rng(0).choice(graph.nodes, 1000, replace=False)

    def ask(sources, cutoff):
        if cutoff is not None:
            return None
        return network.shortest_path_lengths(np.tile(some, len(sources)), np.repeat(sources, len(some)))

    ask.share = len(some) / graph.nodes
    return seconds, ask


RIVALS = {
    "scipy `csgraph.dijkstra`": (scipy_csgraph, 32),
    "networkx, as osmnx users do it": (osmnx_networkx, 2),
    "igraph": (python_igraph, 8),
    "pandana": (udst_pandana, 1),
}
"""Library -> (how it is asked, for how many practices at a time)."""
