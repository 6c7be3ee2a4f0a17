"""The hierarchy of a street network: what contracting its nodes one by one leaves behind, whatever the costs.

Contracting a node joins all its neighbours that are left by shortcuts (George 1973 for matrices; Dibbelt, Strasser and
Wagner 2016 for roads). A node's neighbours at that moment are the *upper* ones. The lowest of them is its parent; this
elimination tree (Schreiber 1982) holds what makes the sweep work:

    All upper neighbours of a node are its ancestors, and an ancestor above node r that any node below r has as upper
    neighbour is an upper neighbour of r as well.

Nodes are numbered from the top of the tree downward, each subtree in one stretch: every node comes after all its upper
neighbours, and `size` nodes from r on are the subtree of r.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from app.access.matrix import Ints
from app.access.ports import Network
from app.access.sweep.dissection import dissect
from geodata.network.kernel import kernel


@dataclass(frozen=True)
class Hierarchy:
    """A contracted network without costs.

    Parameters
    ----------
    position : (n,) int32 place of each node of the graph in the hierarchy, the last contracted first
    first, head : upper neighbours of position p are `head[first[p]:first[p+1]]`, ascending, all less than p
    size : (n,) int32 positions of the subtree of p, which begins at p
    """

    position: Ints
    first: Ints
    head: Ints
    size: Ints

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.position)

    @property
    def arcs(self) -> int:
        """Number of arcs to upper neighbours, shortcuts included."""
        return len(self.head)


def contract(graph: Network) -> Hierarchy:
    """Order the nodes and contract them."""
    first, head = _neighbours(graph)
    return contract_in_order(first, head, dissect(first, head, graph.x, graph.y))


def contract_in_order(first: Ints, head: Ints, order: Ints) -> Hierarchy:
    """Contract nodes in a given order; neighbours as in `dissect`."""
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    upper_first, upper = _eliminate(first, head, order, rank)
    by_rank, size = _from_the_top(upper_first, upper)
    return Hierarchy(by_rank[rank], *_renumber(upper_first, upper, by_rank), size)


def _neighbours(graph: Network) -> tuple[Ints, Ints]:
    """Who is joined to whom by a street, in any direction, without loops: (first, head)."""
    real = graph.u != graph.v
    ends = np.concatenate([graph.u[real], graph.v[real]]), np.concatenate([graph.v[real], graph.u[real]])
    joined = csr_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(graph.nodes, graph.nodes))
    joined.sum_duplicates()
    return joined.indptr.astype(np.int32), joined.indices.astype(np.int32)


@kernel
def _eliminate(first: Ints, head: Ints, order: Ints, rank: Ints) -> tuple[Ints, Ints]:
    """Upper neighbours of each rank: (first, ranks ascending).

    A node's upper neighbours are its own later neighbours and those of its children in the tree, but for itself.
    """
    nodes = len(order)
    upper_first = np.zeros(nodes + 1, dtype=np.int32)
    upper = np.empty(4 * len(head) + 16, dtype=np.int32)
    child, sibling = np.full(nodes, -1, dtype=np.int32), np.full(nodes, -1, dtype=np.int32)
    seen = np.full(nodes, -1, dtype=np.int32)
    count = 0
    for r in range(nodes):
        begin = count
        if count + nodes - r > len(upper):
            upper = np.concatenate((upper, np.empty(len(upper) + nodes, dtype=np.int32)))
        seen[r] = r
        for e in range(first[order[r]], first[order[r] + 1]):
            other = rank[head[e]]
            if other > r and seen[other] != r:
                seen[other] = r
                upper[count] = other
                count += 1
        c = child[r]
        while c >= 0:
            for e in range(upper_first[c], upper_first[c + 1]):
                other = upper[e]
                if seen[other] != r:
                    seen[other] = r
                    upper[count] = other
                    count += 1
            c = sibling[c]
        upper[begin:count].sort()
        upper_first[r + 1] = count
        if count > begin:
            parent = upper[begin]
            sibling[r], child[parent] = child[parent], r
    return upper_first, upper[:count].copy()


@kernel
def _from_the_top(upper_first: Ints, upper: Ints) -> tuple[Ints, Ints]:
    """Position of each rank, every subtree in one stretch from its root on, and the size of each position's subtree."""
    nodes = len(upper_first) - 1
    below = np.ones(nodes, dtype=np.int32)
    for r in range(nodes):
        if upper_first[r + 1] > upper_first[r]:
            below[upper[upper_first[r]]] += below[r]
    position, size = np.empty(nodes, dtype=np.int32), np.empty(nodes, dtype=np.int32)
    free, roots = np.empty(nodes, dtype=np.int32), 0
    for r in range(nodes - 1, -1, -1):
        if upper_first[r + 1] > upper_first[r]:
            parent = upper[upper_first[r]]
            position[r] = free[parent]
            free[parent] += below[r]
        else:
            position[r] = roots
            roots += below[r]
        free[r] = position[r] + 1
        size[position[r]] = below[r]
    return position, size


@kernel
def _renumber(upper_first: Ints, upper: Ints, position: Ints) -> tuple[Ints, Ints]:
    """Upper neighbours by position: (first, positions ascending)."""
    nodes = len(position)
    first = np.zeros(nodes + 1, dtype=np.int32)
    for r in range(nodes):
        first[position[r] + 1] = upper_first[r + 1] - upper_first[r]
    for p in range(nodes):
        first[p + 1] += first[p]
    head = np.empty(len(upper), dtype=np.int32)
    for r in range(nodes):
        low, high = first[position[r]], first[position[r] + 1]
        for i in range(high - low):
            head[low + i] = position[upper[upper_first[r] + i]]
        head[low:high].sort()
    return first, head
