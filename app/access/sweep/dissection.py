"""In which order to contract the nodes of a street network: nested dissection by inertial flow.

Few streets cross a river, a railway or the gap between two towns. Whatever few nodes part a network in two should be
contracted last (George 1973): then a contraction on one side never makes shortcuts to the other. Inertial flow
(Schild and Sommer 2015) finds such nodes: line the nodes up along a direction, call the first quarter the source and
the last the sink, and cut as few streets as possible between them (a maximum flow: Dinic 1970). The best of four
directions is taken, and both sides are parted in the same way.
"""

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Floats, Ints
from geodata.network.kernel import kernel

SHARE = 0.25
"""Share of the nodes at either end of a direction that is not parted."""
LEAF = 3
"""So few nodes are contracted as they come."""


def dissect(first: Ints, head: Ints, x: Floats, y: Floats) -> Ints:
    """Order of contraction.

    Parameters
    ----------
    first, head : neighbours of node i are `head[first[i]:first[i+1]]`, in both directions, without loops
    x, y : (n,) places of the nodes

    Returns
    -------
    (n,) nodes, the first to be contracted first; the nodes that part a piece follow all others of the piece
    """
    twin = _twins(first, head)
    order: Ints = _dissect(first, head, twin, x, y, SHARE, LEAF)
    return order


def _twins(first: Ints, head: Ints) -> Ints:
    """(m,) the arc that runs the other way."""
    tail = np.repeat(np.arange(len(first) - 1, dtype=np.int32), np.diff(first))
    twin = np.empty(len(head), dtype=np.int32)
    twin[np.lexsort((tail, head))] = np.lexsort((head, tail)).astype(np.int32)
    return twin


@kernel
def _dissect(first: Ints, head: Ints, twin: Ints, x: Floats, y: Floats, share: float, leaf: int) -> Ints:
    """Part pieces until none is left; `order[low:high]` is a piece, then its two sides and what parts them."""
    nodes = len(first) - 1
    order = np.arange(nodes).astype(np.int32)
    number = np.full(nodes, -1, dtype=np.int32)
    arc = np.full(len(head), -1, dtype=np.int32)
    stack = [(0, nodes)]
    while len(stack) > 0:
        low, high = stack.pop()
        if high - low <= leaf:
            continue
        piece = order[low:high].copy()
        start, to, back = _piece(first, head, twin, piece, number, arc)
        side = _part(start, to, back, x[piece], y[piece], share)
        counts = np.zeros(3, dtype=np.int64)
        for i in range(len(piece)):
            counts[side[i]] += 1
        place = np.array([low, low + counts[0], low + counts[0] + counts[1]])
        for i in range(len(piece)):
            order[place[side[i]]] = piece[i]
            place[side[i]] += 1
        stack.append((low, low + counts[0]))
        stack.append((low + counts[0], low + counts[0] + counts[1]))
    return order


@kernel
def _piece(first: Ints, head: Ints, twin: Ints, piece: Ints, number: Ints, arc: Ints) -> tuple[Ints, Ints, Ints]:
    """The network between the nodes of a piece, renumbered: (start, head, twin); `number` is left as it was."""
    for i in range(len(piece)):
        number[piece[i]] = i
    start = np.zeros(len(piece) + 1, dtype=np.int32)
    count = 0
    for i in range(len(piece)):
        for e in range(first[piece[i]], first[piece[i] + 1]):
            if number[head[e]] >= 0:
                arc[e] = count
                count += 1
        start[i + 1] = count
    to, back = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32)
    count = 0
    for i in range(len(piece)):
        for e in range(first[piece[i]], first[piece[i] + 1]):
            if number[head[e]] >= 0:
                to[count], back[count] = number[head[e]], arc[twin[e]]
                count += 1
    for i in range(len(piece)):
        number[piece[i]] = -1
    return start, to, back


@kernel
def _part(start: Ints, to: Ints, back: Ints, x: Floats, y: Floats, share: float) -> NDArray[np.int8]:
    """(n,) 0 and 1 for the two sides, 2 for the nodes that part them: the fewest of four directions."""
    nodes = len(x)
    best = np.zeros(nodes, dtype=np.int8)
    fewest, evenest, bound = nodes + 1, -1, len(to) + 1
    for direction in range(4):
        if direction == 0:
            line = x
        elif direction == 1:
            line = y
        elif direction == 2:
            line = x + y
        else:
            line = x - y
        level = _ends(line, max(1, int(nodes * share)))
        cut = _flow(start, to, back, level, bound)
        if cut > bound:
            continue
        bound = cut
        for near in range(2):
            side, separator, even = _separator(start, to, level, near)
            if separator < fewest or (separator == fewest and even > evenest):
                best, fewest, evenest = side, separator, even
    return best


@kernel
def _ends(line: Floats, count: int) -> NDArray[np.int8]:
    """(n,) 1 for the first along a line, 2 for the last, 0 between; of equals the lower numbers."""
    nodes = len(line)
    role = np.zeros(nodes, dtype=np.int8)
    low = np.partition(line, count - 1)[count - 1]
    left = count
    for i in range(nodes):
        if line[i] < low:
            role[i] = 1
            left -= 1
    for i in range(nodes):
        if left and line[i] == low:
            role[i] = 1
            left -= 1
    high = np.partition(line, nodes - count)[nodes - count]
    left = count
    for i in range(nodes):
        if line[i] > high:
            role[i] = 2
            left -= 1
    for i in range(nodes):
        if left and role[i] == 0 and line[i] == high:
            role[i] = 2
            left -= 1
    return role


@kernel
def _flow(start: Ints, to: Ints, back: Ints, role: NDArray[np.int8], bound: int) -> int:
    """Fewest streets between sources (role 1) and sinks (2), at most one more than the bound.

    Afterwards a role of 3 means: still reached from a source, and 4: from a sink, backwards.
    """
    nodes = len(start) - 1
    flow = np.zeros(len(to), dtype=np.int8)
    level, queue = np.empty(nodes, dtype=np.int32), np.empty(nodes, dtype=np.int32)
    path, at = np.empty(nodes + 1, dtype=np.int32), np.empty(nodes, dtype=np.int32)
    cut = 0
    while cut <= bound:
        if not _levels(start, to, flow, role, level, queue):
            break
        at[:] = start[:-1]
        for source in range(nodes):
            if role[source] != 1:
                continue
            while cut <= bound and _augment(start, to, back, flow, role, level, at, path, source):
                cut += 1
    for i in range(nodes):
        if level[i] >= 0 and role[i] == 0:
            role[i] = 3
    _reach_back(start, to, back, flow, role, queue)
    return cut


@kernel
def _levels(start: Ints, to: Ints, flow: NDArray[np.int8], role: NDArray[np.int8], level: Ints, queue: Ints) -> bool:
    """Breadth-first steps from the sources over streets with room; whether a sink is reached."""
    level[:] = -1
    count, found = 0, False
    for i in range(len(level)):
        if role[i] == 1:
            level[i] = 0
            queue[count] = i
            count += 1
    done = 0
    while done < count and not found:
        i = queue[done]
        done += 1
        for e in range(start[i], start[i + 1]):
            j = to[e]
            if level[j] < 0 and flow[e] < 1:
                level[j] = level[i] + 1
                found = found or role[j] == 2
                queue[count] = j
                count += 1
    return found


@kernel
def _augment(
    start: Ints,
    to: Ints,
    back: Ints,
    flow: NDArray[np.int8],
    role: NDArray[np.int8],
    level: Ints,
    at: Ints,
    path: Ints,
    source: int,
) -> bool:
    """Send one unit from a source to a sink along rising levels, if there is a way; `at` skips what led nowhere."""
    depth, i = 0, source
    while True:
        if role[i] == 2:
            for k in range(depth):
                flow[path[k]] += 1
                flow[back[path[k]]] -= 1
            return True
        while at[i] < start[i + 1]:
            e = at[i]
            if flow[e] < 1 and level[to[e]] == level[i] + 1:
                break
            at[i] += 1
        if at[i] < start[i + 1]:
            path[depth] = at[i]
            depth += 1
            i = to[at[i]]
        elif depth == 0:
            return False
        else:
            depth -= 1
            i = to[back[path[depth]]]
            at[i] += 1


@kernel
def _reach_back(start: Ints, to: Ints, back: Ints, flow: NDArray[np.int8], role: NDArray[np.int8], queue: Ints) -> None:
    """Give role 4 to nodes from which a sink can still be reached."""
    count = 0
    for i in range(len(role)):
        if role[i] == 2:
            queue[count] = i
            count += 1
    done = 0
    while done < count:
        i = queue[done]
        done += 1
        for e in range(start[i], start[i + 1]):
            j = to[e]
            if role[j] == 0 and flow[back[e]] < 1:
                role[j] = 4
                queue[count] = j
                count += 1


@kernel
def _separator(start: Ints, to: Ints, role: NDArray[np.int8], near: int) -> tuple[NDArray[np.int8], int, int]:
    """Sides, how many nodes part them and the size of the smaller side; the cut nearest the sources, or the sinks.

    A cut of streets becomes one of nodes by taking their ends on one side, whichever are fewer.
    """
    nodes = len(start) - 1
    side = np.zeros(nodes, dtype=np.int8)
    for i in range(nodes):
        ahead = role[i] == 1 or role[i] == 3 if near == 0 else not (role[i] == 2 or role[i] == 4)
        side[i] = 0 if ahead else 1
    border = np.zeros(2, dtype=np.int64)
    touched = np.zeros(nodes, dtype=np.bool_)
    size = np.zeros(2, dtype=np.int64)
    for i in range(nodes):
        size[side[i]] += 1
        for e in range(start[i], start[i + 1]):
            if side[to[e]] != side[i]:
                touched[i] = True
        if touched[i]:
            border[side[i]] += 1
    fewer = 0 if border[0] < border[1] or (border[0] == border[1] and size[0] >= size[1]) else 1
    for i in range(nodes):
        if touched[i] and side[i] == fewer:
            side[i] = 2
    size[fewer] -= border[fewer]
    return side, border[fewer], min(size[0], size[1])
