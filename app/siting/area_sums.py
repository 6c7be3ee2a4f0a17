"""Findings of the areas after a scenario, from what was added up before and the cells that changed."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.access.area_amounts import HEADLINE_ALL, HEADLINE_OPEN, OF_CELLS, make_amounts
from app.access.areas import Held, area_figures, area_reasons, number_through, with_figures
from app.access.matrix import Floats
from app.access.metrics import Case
from app.access.reasons import make_wording
from app.siting.apply import Site
from app.siting.baseline import Baseline
from app.siting.exposed import exposed_after
from app.siting.offers import Changed, Offer, Order, order_after
from app.siting.patch import Cells, Patch
from app.siting.recount import After, Patches

SAID = ("under_two", "under_two_if_all_open", "residents")
"""What an area's sentences depend on."""
Figures = Mapping[str, NDArray[Any]]


def figures_after(after: After, patches: Patches) -> Figures:
    """(areas,) every figure of `AREA_FINDINGS` after a scenario, in the order of the study's rows."""
    base, order = after.base, order_after(after.base.offers, after.changed)
    changes: dict[str, Floats] = {}
    for name in (*OF_CELLS, HEADLINE_OPEN, HEADLINE_ALL):
        if name in patches:
            changes |= _changes(base, name, patches[name])
    sums = {**base.sums, **base.pieces.added(base.sums, changes)}
    return area_figures(sums, held_after(base, after.changed, order), exposed_after(after, patches, order))


def areas_with(before: pd.DataFrame, figures: Figures, case: Case) -> pd.DataFrame:
    """The table `AREA_FINDINGS` of today with other figures; sentences that tell other figures are written anew."""
    frame = with_figures(before, figures)
    changed = np.any([frame[name].to_numpy() != before[name].to_numpy() for name in SAID], axis=0)
    words = area_reasons(frame[changed].reset_index(drop=True), case.facts.region, make_wording(case.rules))
    for name, sentences in words.items():
        frame.loc[changed, name] = sentences
    return frame.astype(before.dtypes.to_dict())


def _changes(base: Baseline, name: str, patch: Patch) -> Mapping[str, Floats]:
    """By amount (pieces,): what the changed cells of a column give to each piece, less what they gave."""
    cells, now = patch.cell, patch.value
    was = base.columns[name][cells]
    other = was != now
    if name in base.alike:
        other &= np.minimum(was, now) < base.alike[name]
    cells, was, now = cells[other], was[other], now[other]
    if not len(cells):
        return {}
    old, new = (_amounts(base, name, values, cells) for values in (was, now))
    return {amount: base.pieces.by_piece(cells, values - old[amount]) for amount, values in new.items()}


def _amounts(base: Baseline, name: str, column: NDArray[Any], cells: Cells) -> Mapping[str, Floats]:
    amounts = make_amounts(base.case.rules, base.headline, {name: column}, cells)
    del amounts["residents"]
    return amounts


def held_after(base: Baseline, changed: Changed, order: Order) -> Held:
    """What practices have where after a scenario; those that closed have nothing anywhere."""
    held, offers = base.held, [changed.now[number] for number in sorted(changed.now)]
    gone = np.array([order.place[number] for number in changed.was], dtype=np.int64)
    practice = order.known[held.practice]
    stays = ~np.isin(practice, gone)
    links = [(order.place[offer.ydernummer], *link) for offer in offers for link in offer.shares()]
    sites = {name: _areas_of(base, site) for name, site in changed.sites.items()}
    area = [sites[name] if name in sites else base.location_area[:, base.location[name]] for _, name, _, _ in links]
    practice = np.append(practice[stays], np.array([link[0] for link in links], dtype=np.int64))
    sorted_ = np.argsort(practice, kind="stable")
    return Held(
        order.numbers,
        _patched(held.is_open, order, offers, "is_open"),
        _patched(held.limit, order, offers, "limit"),
        _patched(held.listed, order, offers, "listed"),
        practice[sorted_],
        np.append(held.capacities[stays], [link[2] for link in links])[sorted_],
        np.append(held.share[stays], [link[3] for link in links])[sorted_],
        np.concatenate([held.area[:, stays], *(column[:, None] for column in area)], axis=1)[:, sorted_],
    )


def _areas_of(base: Baseline, site: Site) -> NDArray[np.int64]:
    """(kinds,) areas of a new location, numbered through."""
    at = np.array([[site.x, site.y]])
    return number_through(base.zonings, [zoning.locate([site.kommunekode], at) for zoning in base.zonings])[:, 0]


def _patched(column: NDArray[Any], order: Order, offers: list[Offer], name: str) -> NDArray[Any]:
    """A column of the practices in their new order, with what changed practices have."""
    found = np.zeros(len(order.numbers), dtype=column.dtype)
    found[order.known] = column
    for offer in offers:
        found[order.place[offer.ydernummer]] = getattr(offer, name)
    return found
