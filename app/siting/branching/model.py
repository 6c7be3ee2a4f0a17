"""What the tree minimizes: costs of chosen sites and of auxiliary amounts, under rows added as they are needed."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from app.access.matrix import Floats

Sites = tuple[int, ...]


@dataclass(frozen=True)
class Cuts:
    """Rows `matrix @ (x, amounts) >= floor`, which every choice of sites meets with its true amounts.

    Parameters
    ----------
    matrix : (rows, sites + amounts)
    floor : (rows,)
    """

    matrix: csr_array
    floor: Floats

    def __len__(self) -> int:
        return len(self.floor)


def no_cuts(columns: int) -> Cuts:
    """No rows."""
    return Cuts(csr_array((0, columns)), np.empty(0))


def join(parts: list[Cuts]) -> Cuts:
    """All rows of several, in their order."""
    return Cuts(csr_array(vstack([part.matrix for part in parts])), np.concatenate([part.floor for part in parts]))


@dataclass(frozen=True)
class Amounts:
    """Auxiliary amounts, such as the travel of an area: all between two finite ends.

    Parameters
    ----------
    cost, low, high : (amounts,)
    """

    cost: Floats
    low: Floats
    high: Floats

    def __len__(self) -> int:
        return len(self.cost)


@dataclass(frozen=True)
class Model:
    """Minimize `cost @ x + amounts.cost @ amounts`; x is 0 or 1 for each site.

    Parameters
    ----------
    cost : (sites,)
    amounts : auxiliary amounts
    fewest, most : how many sites are chosen
    static : rows known from the start
    step : every value is a multiple of it; 0 where values are any numbers
    """

    cost: Floats
    amounts: Amounts
    fewest: int
    most: int
    static: Cuts
    step: float = 0.0

    @property
    def sites(self) -> int:
        """How many sites there are to choose from."""
        return len(self.cost)


@dataclass(frozen=True)
class Relaxed:
    """A solution of the relaxation, a guide only.

    Parameters
    ----------
    x : (sites,) between 0 and 1
    amounts : (amounts,)
    """

    x: Floats
    amounts: Floats


class Oracle(Protocol):
    """Knows the true problem behind a model."""

    def cuts(self, at: Relaxed) -> Cuts:
        """Rows that a relaxed solution breaks; at a choice of whole sites, all it takes to tell its true value."""

    def value(self, sites: Sites) -> float:
        """Objective of a choice, recounted from the raw problem; infinite where it is not allowed."""

    def guess(self, x: Floats) -> list[Sites]:
        """Good choices near a relaxed one."""


@dataclass(frozen=True)
class Node:
    """Part of all choices: which sites are in (low 1), which out (high 0), and a bound on the rest.

    Parameters
    ----------
    low, high : (sites,) int8
    bound : no choice in this part has a smaller value
    held : sets of sites, and how many of each are chosen at least
    """

    low: NDArray[np.int8]
    high: NDArray[np.int8]
    bound: float = field(default=-np.inf)
    held: tuple[tuple[Sites, int], ...] = ()

    def child(self, site: int, chosen: bool, bound: float) -> "Node":
        """The part of this part with one site in, or out."""
        low, high = self.low.copy(), self.high.copy()
        (low if chosen else high)[site] = int(chosen)
        return Node(low, high, bound, self.held)

    def without(self, sites: Sites, bound: float) -> "Node":
        """The part of this part with none of some sites."""
        high = self.high.copy()
        high[list(sites)] = 0
        return Node(self.low, high, bound, self.held)

    def holding(self, sites: Sites, bound: float, least: int = 1) -> "Node":
        """The part of this part with one or more of some sites."""
        return Node(self.low, self.high, bound, (*self.held, (sites, least)))


def root(sites: int) -> Node:
    """All choices."""
    return Node(np.zeros(sites, dtype=np.int8), np.ones(sites, dtype=np.int8))
