"""A street network with the junctions taken apart at which a turn costs time, so that plain shortest paths know turns.

A node where turns cost becomes one *port* for every way in and one for every way out, with an arc from each way in to
each way out that costs the turn; any other node stays one port. This is the edge-based graph (Caldwell 1961; Winter
2002), made only where it is needed: a shortest way between ports is a shortest way with turns, exactly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Floats, Ints
from geodata.network.graph import Graph
from geodata.network.junctions import Turns, delays, no_turns, turns
from geodata.network.profiles import Profile


@dataclass(frozen=True)
class Ports:
    """Ports of a network.

    Parameters
    ----------
    x, y : (n,) places of the ports
    arrive, leave : (2, e) port at end 0 (u) or 1 (v) of each edge where traffic arrives by it, or leaves by it
    delay : (2, e) minutes lost on arriving at that end and going on
    tail, head, minutes : (t,) turns, from port to port
    u, v : (k,) everything that joins two ports, by a street or a turn, in the direction of travel
    """

    x: Floats
    y: Floats
    arrive: NDArray[np.int32]
    leave: NDArray[np.int32]
    delay: Floats
    tail: Ints
    head: Ints
    minutes: Floats
    u: Ints
    v: Ints

    @property
    def nodes(self) -> int:
        """Number of ports."""
        return len(self.x)


Network = Graph | Ports
"""What ways are searched on."""


def ports_of(graph: Graph, profile: Profile) -> Ports | None:
    """The ports of a network for a profile; None where its junctions and turns cost nothing."""
    if profile.junction is None and profile.turn is None:
        return None
    delay = delays(graph, profile.junction) if profile.junction else np.zeros((2, graph.edges))
    return make_ports(graph, delay, turns(graph, profile.turn) if profile.turn else no_turns(graph))


def make_ports(graph: Graph, delay: Floats, turns: Turns) -> Ports:
    """Take the split nodes of a network apart.

    Parameters
    ----------
    delay : (2, e) minutes, as `junctions.delays`
    """
    node = np.stack([graph.u, graph.v])
    split = turns.split[node]
    keys = np.stack([4 * node.astype(np.int64) * graph.edges] * 2)  # of a node that stays whole
    arm = np.arange(2 * graph.edges).reshape(2, -1)
    for way in range(2):
        keys[way][split] += (2 * arm + way)[split]
    kept, number = np.unique(keys, return_inverse=True)
    port = number.reshape(keys.shape).astype(np.int32)
    at = kept // (4 * max(graph.edges, 1))
    arrive, leave = port
    tail, head = arrive[turns.end_in, turns.edge_in], leave[turns.end_out, turns.edge_out]
    u = np.concatenate([leave[0][graph.forward], leave[1][graph.backward], tail])
    v = np.concatenate([arrive[1][graph.forward], arrive[0][graph.backward], head])
    return Ports(graph.x[at], graph.y[at], arrive, leave, delay, tail, head, turns.minutes, u, v)
