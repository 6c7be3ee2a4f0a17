"""Ages on the map: classes of whole square kilometres, none where too few live."""

import numpy as np
import pandas as pd
import pytest

from app.access.zoning import Zoning
from app.publish.ages import BREAKS, COLUMN, age_classes, age_squares, ages_layer, fewest
from app.publish.legend import NO_CLASS


def square(x, *cells):
    """Cells of (residents, aged 65-79, aged 80 or over) in the square kilometre whose west side is at x km."""
    rows = [(x * 1000 + 50 + 100 * i, 50.0, *people) for i, people in enumerate(cells)]
    return pd.DataFrame(rows, columns=["x", "y", "residents", "age_65_79", "age_80_plus"])


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([(60, 5, 0), (60, 6, 0)], 0),
        ([(100, 10, 0)], 1),
        ([(50, 4, 4), (50, 5, 2)], 2),
        ([(100, 10, 10)], 3),
        ([(100, 20, 4), (20, 4, 2)], 4),
        ([(99, 40, 10)], NO_CLASS),
    ],
)
def test_a_square_has_one_class(cells, expected):
    """Shares of 9, 10, 15, 20 and 25 per cent, lower bounds inclusive; fewer than a hundred residents have none."""
    frame = pd.concat([square(700, *cells), square(701, (400, 0, 0))], ignore_index=True)
    assert [expected] * len(cells) + [0] == age_classes(frame, 5).tolist()


def test_the_narrowest_class_spans_the_smallest_published_count():
    """With classes of five per cent and a smallest count of five, a hundred residents are enough; more for ten."""
    assert 100 == fewest(5)
    assert 200 == fewest(10)
    assert all(fewest(n) * np.diff(BREAKS).min() >= n - 1e-9 for n in range(1, 50))


def test_the_legend_names_every_class_and_how_many_must_live_there():
    """Five classes in both languages."""
    layer = ages_layer(5)
    assert len(BREAKS) + 1 == len(layer.swatches)
    assert "100" in layer.title
    assert "100" in layer.title_da


def areas(kind, cell):
    """Two areas of a kind, west and east, and which each cell lies in (-1: neither)."""
    none = np.array([], dtype=object)
    places = np.array([], dtype=np.int32)
    return Zoning(kind, ("west", "east"), ("", ""), ("", ""), ("", ""), np.array(cell), places, {}, none)


def test_the_table_counts_squares_and_rounds_residents():
    """Three squares: 240 and 99 residents in the west, 160 on the border (110 west, 50 east), a cell in neither area.

    West has 240 + 110 = 350 in the second class, to the nearest hundred 400 (halves to even); its 99 are in no class
    and below a hundred; the 50 of the east are below a hundred too, though their square is drawn.
    """
    frame = pd.concat(
        [square(700, (120, 12, 0), (120, 12, 0)), square(701, (99, 20, 0)), square(702, (110, 12, 0), (50, 5, 0))]
    ).reset_index(drop=True)
    frame = pd.concat([frame, square(703, (500, 0, 0))], ignore_index=True)
    frame[COLUMN] = age_classes(frame, 5)
    found = age_squares(frame, [areas("district", [0, 0, 0, 0, 1, -1])], 5)
    expected = {("west", 1): (2, 400), ("west", NO_CLASS): (1, pd.NA), ("east", 1): (1, pd.NA)}
    assert expected == {key[1:]: (row["squares"], row["residents"]) for key, row in found.iterrows()}


def test_the_picture_and_its_table_are_of_the_same_squares(sample_publication):
    """In the example region: as many squares of each class as the cells have, all of them told by one table."""
    whole = sample_publication.age_squares.loc["region"].loc[sample_publication.study.facts.region.id]
    every = sample_publication.study.facts.cells
    square_of = (every[["x", "y"]] // 1000).apply(tuple, axis=1)
    classes = pd.Series(age_classes(every, sample_publication.smallest))
    for number, row in whole.iterrows():
        assert square_of[classes == number].nunique() == row["squares"]
        people = every["residents"][classes == number].sum()
        assert abs(people - row["residents"]) <= 50
    assert len(BREAKS) + 2 == len(whole)
