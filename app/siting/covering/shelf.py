"""Cuts that are true but idle, kept out of the program, and put back where an answer breaks them.

A program with few rows is solved many times faster; to look which of thousands of cuts an answer breaks is one product.
"""

import numpy as np

from app.access.matrix import Floats
from app.siting.covering.master import Cut, Table

ROOM = 6_000
"""Cuts that are kept; the oldest go first."""
BREACH = 1e-5
"""A cut must be broken by this share of its groups' weight."""

Block = tuple[Table, list[Cut]]


class Shelf:
    """Cuts in the blocks they came in, oldest first."""

    def __init__(self, group_weight: Floats, blocks: list[Block]) -> None:
        """Some blocks may be there from the start."""
        self._weight, self._blocks = group_weight, [*blocks]

    def copy(self) -> "Shelf":
        """The same cuts on another shelf."""
        return Shelf(self._weight, self._blocks)

    def put(self, table: Table, cuts: list[Cut]) -> None:
        """Keep cuts."""
        if cuts:
            self._blocks.append((table, cuts))
        while sum(len(kept) for _, kept in self._blocks) > ROOM:
            del self._blocks[0]

    def take(self, x: Floats, theta: Floats) -> list[Cut]:
        """Cuts that an answer breaks; they are no longer on the shelf."""
        found: list[Cut] = []
        for k, (table, cuts) in enumerate(self._blocks):
            over = table.groups @ theta - table.constant - table.gradient @ x
            broken = over > BREACH * (table.groups @ self._weight)
            if broken.any():
                found += [cuts[c] for c in np.flatnonzero(broken).tolist()]
                rest = np.flatnonzero(~broken)
                self._blocks[k] = table.only(rest), [cuts[c] for c in rest.tolist()]
        return found
