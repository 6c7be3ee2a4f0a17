"""An answer to a location problem, kept apart from its proof: what was found, and what nothing can beat.

The solvers of `app.siting` take a `Budget` and give an `Answer`. The proof is honest whenever it is read: a bound holds
however early the search was stopped, and an answer is called optimal only where value and bound meet.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

GoOn = Callable[[float, float], bool]


class Status(StrEnum):
    """What is known of an answer."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"


def always(_value: float, _bound: float) -> bool:
    """Go on, whatever has been found."""
    return True


@dataclass(frozen=True)
class Budget:
    """How long a search may last.

    Parameters
    ----------
    seconds : of wall time; the best answer then known is returned with its bound
    go_on : told the incumbent's value and the best bound as they close in; False stops the search with what it has
    """

    seconds: float
    go_on: GoOn = always


@dataclass(frozen=True)
class Proof:
    """Value, bound and what lies between.

    Parameters
    ----------
    value : objective of the placement, recounted from the raw problem; NaN where there is none
    bound : safe dual bound; no placement is better than it (above it when maximizing, below it when minimizing)
    maximizing : which of the two
    seconds : wall time of the search
    tolerance : relative distance at which value and bound count as met
    """

    value: float
    bound: float
    maximizing: bool
    seconds: float
    tolerance: float = 1e-6

    @property
    def gap(self) -> float:
        """Distance of the bound from the value, relative to the value; infinite where nothing is known."""
        if not (math.isfinite(self.value) and math.isfinite(self.bound)):
            return math.inf
        apart = max(0.0, self.bound - self.value if self.maximizing else self.value - self.bound)
        return apart / abs(self.value) if self.value else (math.inf if apart else 0.0)

    @property
    def status(self) -> Status:
        """OPTIMAL only where the gap is closed, INFEASIBLE where no placement exists."""
        if math.isnan(self.value):
            return Status.INFEASIBLE
        return Status.OPTIMAL if self.gap <= self.tolerance else Status.FEASIBLE


@dataclass(frozen=True)
class Placement:
    """Chosen sites, as ascending indices of the candidates, and the objective's value there."""

    sites: tuple[int, ...]
    value: float


@dataclass(frozen=True)
class Figure:
    """Something else that a placement does, told beside the objective.

    Parameters
    ----------
    name : unplaced (residents), gini, worst_area or mean (minutes)
    value : of it
    kind, code : the area it is of, where it is of one
    """

    name: str
    value: float
    kind: str = ""
    code: str = ""


def no_figures(_posed: object, _spots: Sequence[int]) -> tuple[Figure, ...]:
    """Nothing is told beside the objective."""
    return ()


@dataclass(frozen=True)
class Answer:
    """The best placement found, its proof, and other placements nearly as good.

    Parameters
    ----------
    best : None where the question is infeasible
    proof : of `best`
    alternatives : different placements, best first, without `best`
    ranked : whether it is proven that no other placement is better than these (or, where they are fewer than were
        asked for, that no other is near enough to the best)
    unreachable : indices of the demand cells that no candidate can serve, where that makes the question infeasible
    second : proof of what is aimed at second, among placements that reach the first aim; None where nothing is
    """

    best: Placement | None
    proof: Proof
    alternatives: tuple[Placement, ...] = ()
    unreachable: tuple[int, ...] = field(default=())
    ranked: bool = False
    second: Proof | None = None

    def times(self, factor: float) -> "Answer":
        """The same answer in another unit: every value and bound times a factor above nought."""

        def placement(one: Placement) -> Placement:
            return replace(one, value=one.value * factor)

        return replace(
            self,
            best=placement(self.best) if self.best else None,
            proof=replace(self.proof, value=self.proof.value * factor, bound=self.proof.bound * factor),
            alternatives=tuple(placement(one) for one in self.alternatives),
        )
