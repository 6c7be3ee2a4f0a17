"""How fast one travels a street network, and what a trip costs beside its way: one card per profile.

A *mode* (`modes`) says which ways may be used and how fast they are in free flow; a *profile* travels one mode's
network at its own pace. The profiles named like a mode travel it as it stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.network.graph import Floats, Graph
from geodata.rules import Standing, Status
from geodata.units import METRES_PER_KM, MINUTES_PER_HOUR

Numbers = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Cited:
    """Where the numbers of one part of a card come from; `standing` is FOUND, KNOWN or INFER, as on a rule card."""

    source: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Pace:
    """Pace on streets, by highway class.

    Parameters
    ----------
    otherwise_kmh, kmh : speeds that stand in for the mode's own; None and empty when those hold
    otherwise, factor : minutes are these times the minutes above
    """

    cited: Cited
    otherwise_kmh: float | None = None
    kmh: Numbers = field(default_factory=dict)
    otherwise: float = 1.0
    factor: Numbers = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Junction:
    """Seconds lost on arriving at a junction and going on.

    Parameters
    ----------
    arms : a node is a junction from so many streets on, those of the `quiet` classes not counted
    rank : classes from the lowest on; the lower one gives way where the map says nothing
    signals_s, give_way_s, other_s : at a signal (wherever it stands), giving way at a junction, at any other junction
    """

    cited: Cited
    arms: int
    quiet: frozenset[str]
    rank: tuple[frozenset[str], ...]
    signals_s: float
    give_way_s: float
    other_s: float

    def rank_of(self, highway: NDArray[Any]) -> NDArray[np.int64]:
        """Rank of each class, 0 for one that is not named."""
        names, code = np.unique(highway, return_inverse=True)
        ranks = [next((i + 1 for i, group in enumerate(self.rank) if str(name) in group), 0) for name in names]
        return np.array(ranks, dtype=np.int64)[code] if len(names) else np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Turn:
    """Seconds a turn takes in right-hand traffic where at least `arms` streets meet, one of a `main` class.

    Parameters
    ----------
    quiet : classes that do not count among the arms
    straight_deg : a change of direction up to this, inclusive, is no turn
    right_s, left_s, back_s : to the right, to the left, back into the same street
    """

    cited: Cited
    arms: int
    quiet: frozenset[str]
    main: frozenset[str]
    straight_deg: float
    right_s: float
    left_s: float
    back_s: float


@dataclass(frozen=True, slots=True)
class Door:
    """Minutes of each trip beside the way: from the door into the vehicle, and out of it, parked, into the practice."""

    cited: Cited
    leave_min: float
    park_min: float

    @property
    def minutes(self) -> float:
        """Both together."""
        return self.leave_min + self.park_min


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile's card.

    Parameters
    ----------
    name : the file's name; drive, drive_peak, ebike, ...
    title, title_da : how one travels, as it stands within a label
    about, status, checked : as on a rule card
    network : the mode whose network is travelled
    walk_kmh : pace between a place and the street
    estimated_kmh : speed of estimated distances; None for that of the rule `estimated_speed`
    pace, junction, turn, door : see there; None where the profile counts none
    """

    name: str
    title: str
    title_da: str
    about: str
    status: Status
    cited: Cited
    checked: date
    network: str
    walk_kmh: float
    estimated_kmh: float | None
    pace: Pace | None
    junction: Junction | None
    turn: Turn | None
    door: Door | None

    @property
    def door_min(self) -> float:
        """Minutes of each trip for door and parking."""
        return self.door.minutes if self.door else 0.0

    @property
    def own(self) -> bool:
        """Whether the profile is its mode as it stands."""
        return self.name == self.network

    def minutes(self, graph: Graph) -> Floats:
        """(e,) minutes of each edge; the class of an edge is that of most of its metres."""
        if self.pace is None:
            return graph.minutes
        minutes = graph.minutes
        if self.pace.otherwise_kmh is not None:
            kmh = by_class(graph.highway, self.pace.kmh, self.pace.otherwise_kmh)
            minutes = graph.length_m / METRES_PER_KM / kmh * MINUTES_PER_HOUR
        return minutes * by_class(graph.highway, self.pace.factor, self.pace.otherwise)


def by_class(highway: NDArray[Any], values: Numbers, otherwise: float) -> Floats:
    """(e,) value of each edge's class."""
    names, code = np.unique(highway, return_inverse=True)
    return np.array([values.get(str(name), otherwise) for name in names], dtype=float)[code]
