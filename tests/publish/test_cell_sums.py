"""No published figure of an area, less the cells that are shown, gives a hidden cell away."""

import numpy as np
import pandas as pd
import pytest

from app.publish.cell_sums import withheld_cells
from app.publish.collections import ADDITIVE, Publication, public_counts

FIGURES = {
    "residents": lambda c: c["residents"].isna() | True,
    "residents_0": lambda c: c["choice_class"] == "0",
    "residents_1": lambda c: c["choice_class"] == "1",
    "residents_2_4": lambda c: c["choice_class"] == "2",
    "residents_5_plus": lambda c: c["choice_class"] == "3",
    "under_two": lambda c: c["open_within_limit"] < 2,
    "under_two_straight": lambda c: c["open_within_limit_straight"] < 2,
    "under_two_if_all_open": lambda c: c["all_within_limit"] < 2,
    "under_standard_drive": lambda c: c["open_within_standard_drive"] < 3,
    "under_standard_bike": lambda c: c["open_within_standard_bike"] < 2,
    "under_standard_walk": lambda c: c["open_within_standard_walk"] < 1,
}


def members(publication, cells, area):
    """The cells of an area, found the way a reader would."""
    if area["kind"] == "municipality":
        return cells[cells["kommunekode"] == area["code"]]
    if area["kind"] == "city_district":
        return cells[cells["city_district"] == area["code"]]
    region = publication.study.facts.region
    codes = [m.code for m in region.municipalities if area["kind"] == "region" or m.health_council == area["code"]]
    return cells[cells["kommunekode"].isin(codes)]


def gives_away(figure, cells, smallest):
    """Whether the hidden cells follow from a figure and the shown cells."""
    secret = cells[cells["residents"].isna()]
    if pd.isna(figure) or secret.empty:
        return False
    left = figure - cells["residents"].sum()
    few = secret["suppressed"].str.split().map(lambda names: "residents" in names)
    least = few.sum() + (~few).sum() * smallest
    return len(secret) == 1 or left <= least or (few.all() and left >= len(secret) * (smallest - 1))


def leaks(publication):
    """Every figure of an area, and of an area of limited choice, that gives hidden cells away."""
    cells = publication.cells.frame
    for _, area in publication.areas.frame.iterrows():
        own = members(publication, cells, area)
        for name, which in FIGURES.items():
            if gives_away(area[name], own[which(own)], publication.smallest):
                yield area["kind"], area["name"], name
    short = cells[FIGURES["under_two"](cells)]
    for _, area in publication.little_choice_areas.frame.iterrows():
        own = short[short.geometry.centroid.within(area["geometry"])]
        if gives_away(area["residents"], own, publication.smallest):
            yield "little_choice", area["name"], "residents"


def test_no_area_s_figure_gives_a_hidden_cell_away(sample_study):
    """Plain subtraction over every published figure of the sample; what is withheld is marked, ages and all."""
    publication = Publication(sample_study)
    assert [] == list(leaks(publication))
    cells = publication.cells.frame
    withheld = cells[cells["withheld"].str.split().map(lambda names: "residents" in names)]
    assert 0 < len(withheld) < 0.02 * len(cells)
    assert withheld[["age_0_14", "age_15_64", "age_65_79", "age_80_plus"]].isna().all(axis=None)
    assert (withheld["suppressed"] == "").all()


@pytest.mark.parametrize(
    ("residents", "expected"),
    [
        ((3, 40, 9), [False, False, True]),
        ((3, 2, 9), [False, False, False]),
        ((1, 1, 9), [False, False, True]),
        ((4, 4, 9), [False, False, True]),
        ((1, 5, 9), [False, True, True]),
    ],
)
def test_the_smallest_that_is_shown_covers(residents, expected):
    """Alone, all at one or all at four: one more is withheld, and another where the two could only be 1 and 5."""
    people = np.array(residents, dtype=float)
    family = np.zeros(3, dtype=np.int64)
    assert expected == withheld_cells(people, people < 5, [family], 5).tolist()


def test_only_official_areas_have_a_public_population():
    """A district's residents can be hidden; a municipality's can be looked up."""
    counts = np.full((2, len(ADDITIVE)), 7.0)
    assert [True, False] == public_counts(counts, pd.Series(["municipality", "city_district"])).all(axis=1).tolist()
