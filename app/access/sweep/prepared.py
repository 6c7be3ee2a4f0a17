"""Hierarchies held in memory, and kept on disk under the content of the network and of the code.

A hierarchy depends on who is joined to whom and where the nodes lie; not on lengths, speeds or one-ways.
"""

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from time import process_time
from typing import Any, Generic, TypeVar
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from app.access.ports import Network
from app.access.sweep import shelf
from app.access.sweep.contraction import Hierarchy, contract

LOG = logging.getLogger(__name__)
MAKERS = ("dissection.py", "contraction.py")
"""The code a hierarchy depends on."""
Value = TypeVar("Value")


class Once:
    """Lets one thread make what several ask for at once, while others make other things."""

    def __init__(self) -> None:
        self._making, self._lock = dict[Hashable, Lock](), Lock()

    @contextmanager
    def of(self, key: Hashable) -> Iterator[None]:
        """Hold everybody else who asks for this key until the block ends."""
        with self._lock:
            turn = self._making.setdefault(key, Lock())
        with turn:
            yield
        with self._lock:
            self._making.pop(key, None)


class Recent(Generic[Value]):
    """The few values asked for last, by key."""

    def __init__(self, most: int) -> None:
        self._most, self._values, self._once, self._lock = most, OrderedDict[str, Value](), Once(), Lock()

    def get(self, key: str, make: Callable[[], Value]) -> Value:
        """The value of a key, made when it is not at hand; asked for twice at once, it is made once."""
        with self._once.of(key):
            known = self._values.get(key)
            value = make() if known is None else known
            with self._lock:
                self._values[key] = value
                self._values.move_to_end(key)
                while len(self._values) > self._most:
                    self._values.popitem(last=False)
        return value


class Held(Generic[Value]):
    """What was made from some objects, by identity: kept as long as all of them live, made once."""

    def __init__(self) -> None:
        self._values, self._once = dict[tuple[Hashable, ...], tuple[Value, list[Any]]](), Once()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, made_from: Sequence[Any], also: Hashable, make: Callable[[], Value]) -> Value:
        """The value of these very objects, which nobody may change afterwards; `also` is compared by content."""
        key = (*map(id, made_from), also)
        known = self._values.get(key)
        if known is not None:
            return known[0]
        with self._once.of(key):
            if key not in self._values:
                value = make()
                alive = [ref(each, lambda _: self._values.pop(key, None)) for each in made_from]
                self._values[key] = value, alive
            return self._values[key][0]


def digest(*arrays: NDArray[Any], also: str = "") -> str:
    """Fingerprint of the content of arrays, as hex."""
    summed = hashlib.blake2b(also.encode(), digest_size=16)
    for array in arrays:
        summed.update(f"{array.dtype.str}{array.shape}".encode())
        summed.update(np.ascontiguousarray(array).data)
    return summed.hexdigest()


@cache
def code() -> str:
    """Fingerprint of the code that makes a hierarchy."""
    here = Path(__file__).parent
    return hashlib.blake2b(b"".join((here / name).read_bytes() for name in MAKERS), digest_size=16).hexdigest()


def network_key(graph: Network) -> str:
    """Fingerprint of what a hierarchy of a network depends on."""
    return digest(graph.u, graph.v, graph.x, graph.y, also=code())


def prepare(graph: Network, folder: Path | None) -> Hierarchy:
    """The hierarchy of a network, read from the folder or made and kept there; without a folder it is made."""
    path = folder / f"hierarchy-{network_key(graph)}.npz" if folder else None
    known = shelf.read(path) if path else None
    if known:
        return known
    begin = process_time()
    made = contract(graph)
    LOG.info(
        "contracted %d nodes to %d arcs in %.1f s of CPU, compiling included",
        *(made.nodes, made.arcs, process_time() - begin),
    )
    if path:
        shelf.write(path, made)
    return made
