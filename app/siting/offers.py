"""What single practices offer, and what a scenario makes of them: `apply`, for the practices it names and no others."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.access.matrix import Flags
from app.access.supply import OPEN, Supply
from app.siting.apply import Point, Site, closing_limit, new_numbers, of_kind, refuse_strangers
from app.siting.scenario import Capacity, Close, Intake, Move, Open, Scenario
from geodata.rules import RuleSet


@dataclass(frozen=True, slots=True)
class Offer:
    """What one practice offers.

    Parameters
    ----------
    ydernummer, is_open : as registered
    capacities, listed, limit : GP capacities, listed patients and closing limit
    at : id of each location, ascending, and the capacities there
    """

    ydernummer: str
    is_open: bool
    capacities: float
    listed: int
    limit: int
    at: tuple[tuple[str, float], ...]

    @property
    def key(self) -> tuple[str, ...]:
        """Locations of the practice."""
        return tuple(name for name, _ in self.at)

    @property
    def free(self) -> float:
        """Closing limit less listed patients, never below nought; nothing when it is not open."""
        return max(float(self.limit - self.listed), 0.0) if self.is_open else 0.0

    def shares(self) -> Iterator[tuple[str, float, float]]:
        """Locations, the capacities there, and the part of the practice found there; as `access.supply.Links`."""
        total = sum(capacities for _, capacities in self.at)
        for name, capacities in self.at:
            yield name, capacities, capacities / total if total > 0 else 1.0 / len(self.at)


@dataclass(frozen=True)
class Offers:
    """The practices of a study.

    Parameters
    ----------
    by_number : in order of their numbers
    outside : ids of the locations that lie outside the region
    """

    by_number: Mapping[str, Offer]
    outside: frozenset[str]


def make_offers(supply: Supply, in_region: Flags) -> Offers:
    """The practices of a supply; `in_region` (locations,) says which locations count as places."""
    ids = supply.locations["location_id"].tolist()
    at: list[list[tuple[str, float]]] = [[] for _ in range(len(supply.practices))]
    links = supply.links
    for practice, location, capacities in zip(
        links.practice.tolist(), links.location.tolist(), links.capacities.tolist(), strict=True
    ):
        at[practice].append((ids[location], capacities))
    names = ("ydernummer", "capacities", "listed_patients", "closing_limit")
    numbers, capacities, listed, limit = (supply.practices[name].tolist() for name in names)
    rows = zip(numbers, supply.is_open.tolist(), capacities, listed, limit, map(tuple, at), strict=True)
    outside = frozenset(ids[i] for i in np.flatnonzero(~in_region))
    return Offers({row[0]: Offer(*row) for row in rows}, outside)


@dataclass(frozen=True)
class Changed:
    """The practices that a scenario names or brings.

    Parameters
    ----------
    was, now : by number, those that were and those that are
    sites : new locations by id, in the order they are numbered
    """

    was: Mapping[str, Offer]
    now: Mapping[str, Offer]
    sites: Mapping[str, Site]


@dataclass(frozen=True)
class Order:
    """Practices before and after a scenario in one order, that of their numbers.

    Parameters
    ----------
    numbers : of all; those that close keep their place
    place : of each number
    known : (p,) places of the study's practices
    """

    numbers: Sequence[str]
    place: Mapping[str, int]
    known: NDArray[np.int64]


def order_after(offers: Offers, changed: Changed) -> Order:
    """Put new practices among those of a study."""
    numbers = sorted(offers.by_number.keys() | changed.now.keys())
    place = {number: i for i, number in enumerate(numbers)}
    return Order(numbers, place, np.array([place[number] for number in offers.by_number], dtype=np.int64))


def changed_offers(
    scenario: Scenario, offers: Offers, rules: RuleSet, sites: Mapping[Point, Site], region: str
) -> Changed:
    """What a scenario makes of the practices it names or brings; equal to what `apply` makes of their tables.

    Parameters
    ----------
    sites : places that its changes bring
    region : its name, for the error

    Raises
    ------
    NotFoundError : a change names a practice that there is not
    """
    changes, known = scenario.changes, offers.by_number
    refuse_strangers(changes, known, region)
    was = {change.ydernummer: known[change.ydernummer] for change in changes if not isinstance(change, Open)}
    now = dict(was)
    others: list[Capacity | Move | Intake] = [*of_kind(changes, Capacity), *of_kind(changes, Move)]
    for change in (*others, *of_kind(changes, Intake)):
        now[change.ydernummer] = _changed(now[change.ydernummer], change, sites)
    for closed in of_kind(changes, Close):
        del now[closed.ydernummer]
    for opened, number in zip(of_kind(changes, Open), new_numbers(known), strict=False):
        at = ((sites[opened.lon, opened.lat].location_id, opened.capacity),)
        limit = closing_limit(opened, rules)
        now[number] = Offer(number, True, opened.capacity, opened.listed_patients, limit, at)
    return Changed(was, now, {site.location_id: site for site in sites.values()})


def _changed(offer: Offer, change: Capacity | Move | Intake, sites: Mapping[Point, Site]) -> Offer:
    if isinstance(change, Capacity):
        ratio = change.capacities / offer.capacities
        limit = round(float(offer.limit) * change.capacities / offer.capacities)
        at = tuple((name, capacities * ratio) for name, capacities in offer.at)
        return replace(offer, capacities=change.capacities, limit=limit, at=at)
    if isinstance(change, Move):
        site = sites[change.lon, change.lat].location_id
        there = ((site, math.fsum(capacities for _, capacities in offer.at)),)
        return replace(offer, at=there if offer.at else ())
    return replace(offer, is_open=change.to == OPEN)
