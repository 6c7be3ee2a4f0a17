"""Cells withheld because an area's figure, less the cells that are shown, would give a hidden one away.

A reader knows which cells an area's figure adds up: the cells' own findings say it. What is left of the figure when
the shown cells are taken away belongs to the hidden ones; where it can be shared among them in one way only, one more
cell is withheld (Hundepool et al. 2012, Statistical Disclosure Control, ch. 4).
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.access.area_amounts import CLASS_COLUMNS
from app.access.choice import choice_class
from app.access.findings import CHOICE_CLASSES, MODES
from app.access.headline import Headline, make_headline
from app.access.little_choice import connected_groups
from app.access.metrics import Case
from app.access.zoning import NO_AREA, Zoning, zonings
from app.publish.suppress import Flags, Floats
from app.study import Study

Labels = NDArray[np.int64]
"""(cells,) number of the sum a cell belongs to, -1 where it belongs to none."""


def withheld_cells(residents: Floats, small: Flags, sums: Sequence[Labels], smallest: float) -> Flags:
    """Further cells to hide, smallest first, until no sum gives a hidden cell away.

    Parameters
    ----------
    residents : (cells,)
    small : (cells,) which are hidden because they are small
    sums : families of sums that a reader can do, no cell twice in a family
    smallest : smallest count that may be shown
    """
    hide = small.copy()
    found = True
    while found:
        found = any(_cover(labels, residents, small, hide, smallest) for labels in sums)
    return hide & ~small


def _cover(labels: Labels, residents: Floats, small: Flags, hide: Flags, smallest: float) -> bool:
    """Hide one more cell of each sum that gives hidden ones away; whether any was hidden."""
    found = False
    for number in np.flatnonzero(determined(labels, residents, small, hide, smallest)):
        shown = np.flatnonzero((labels == number) & ~hide & (residents > 0))
        if len(shown):
            hide[shown[residents[shown].argmin()]] = found = True
    return found


def determined(labels: Labels, residents: Floats, small: Flags, hide: Flags, smallest: float) -> Flags:
    """(sums,) whether what a sum leaves for its hidden cells can be shared among them in one way only."""
    of = labels[(labels >= 0) & hide]
    inside = (labels >= 0) & hide
    count = int(labels.max(initial=-1)) + 1
    number = np.bincount(of, minlength=count)
    few = np.bincount(of, weights=small[inside], minlength=count)
    left = np.bincount(of, weights=residents[inside], minlength=count)
    least = few + (number - few) * smallest
    most = np.where(few < number, np.inf, few * (smallest - 1))
    known: Flags = (number == 1) | ((number > 1) & ((left <= least) | (left >= most)))
    return known


def reader_sums(study: Study, areas: pd.DataFrame, little_choice: pd.DataFrame) -> list[Labels]:
    """The sums over cells that a reader can do with the published areas.

    Parameters
    ----------
    areas : published findings by area; a figure that is hidden makes no sum
    little_choice : published areas of limited choice
    """
    case = Case(study.facts, study.rules, study.travel)
    headline = make_headline(case, study.findings.cells)
    groups = _groups(case, headline, little_choice)
    sums = [groups]
    selections = _selections(case, study.findings.cells, headline)
    rows = areas.set_index(["kind", "code"])
    for zoning in zonings(study.facts, study.travel.supply):
        shown = {name: _shown(zoning, rows[name]) for name in selections}
        under = np.asarray(selections["under_two"] & (groups < 0), dtype=bool)
        sums.extend(_labels(zoning, shown[name], flags) for name, flags in selections.items())
        sums.extend(_differences(zoning, shown, selections))
        sums.append(_labels(zoning, shown["under_two"] & ~_cut(zoning, groups), under))
    return sums


def _selections(case: Case, cells: pd.DataFrame, headline: Headline) -> dict[str, Flags]:
    """Which cells each figure of an area adds up."""
    of = choice_class(headline.open)
    classes = {name: of == code.value for name, code in zip(CLASS_COLUMNS, CHOICE_CLASSES, strict=True)}
    return {
        "residents": np.ones(len(cells), dtype=bool),
        **classes,
        "under_two": headline.short,
        "under_two_straight": cells["open_within_limit_straight"].to_numpy() < headline.minimum,
        "under_two_if_all_open": headline.short_if_all_open,
        **dict(_standards(case, cells)),
    }


def _standards(case: Case, cells: pd.DataFrame) -> Iterator[tuple[str, Flags]]:
    for mode in (code.value for code in MODES):
        asked = int(case.rules.value(f"standard_{mode}")["open"])
        yield f"under_standard_{mode}", cells[f"open_within_standard_{mode}"].to_numpy() < asked


def _shown(zoning: Zoning, figure: pd.Series) -> Flags:
    """(areas,) whether an area's figure is published."""
    return np.array([bool(pd.notna(figure[zoning.kind, code])) for code in zoning.codes], dtype=bool)


def _labels(zoning: Zoning, shown: Flags, flags: Flags) -> Labels:
    area = zoning.cell.astype(np.int64)
    return np.where(flags & (area != NO_AREA) & np.append(shown, False)[area], area, -1)


def _differences(zoning: Zoning, shown: dict[str, Flags], selections: dict[str, Flags]) -> Iterable[Labels]:
    """A figure less another that is wholly part of it: the reader's next subtraction."""
    for whole, part in permutations(selections, 2):
        if not (selections[part] & ~selections[whole]).any():
            rest = selections[whole] & ~selections[part]
            yield _labels(zoning, shown[whole] & shown[part], rest)


def _groups(case: Case, headline: Headline, little_choice: pd.DataFrame) -> Labels:
    """The area of limited choice of each cell, where its residents are published."""
    short = np.flatnonzero(headline.short)
    neighbour_m = float(case.rules.value("little_choice_area")["neighbour_m"])
    xy = case.facts.cells[["x", "y"]].to_numpy(dtype=float)
    group = connected_groups(xy[short], neighbour_m)
    published = set(little_choice.loc[little_choice["residents"].notna(), "area_id"])
    named = case.facts.cells["cell_id"].to_numpy()[short]
    known = {int(group[i]) for i, cell_id in enumerate(named) if cell_id in published}
    labels = np.full(len(xy), -1, dtype=np.int64)
    labels[short] = np.where(np.isin(group, list(known)), group, -1)
    return labels


def _cut(zoning: Zoning, groups: Labels) -> Flags:
    """(areas,) whether an area of limited choice lies partly in it: then its residents cannot be taken away."""
    pairs = np.unique(np.column_stack([groups, zoning.cell])[groups >= 0], axis=0)
    areas_of = np.bincount(pairs[:, 0], minlength=1) if len(pairs) else np.zeros(1, dtype=np.int64)
    astride = pairs[areas_of[pairs[:, 0]] > 1, 1] if len(pairs) else np.empty(0, dtype=np.int64)
    return np.isin(np.arange(len(zoning)), astride)
