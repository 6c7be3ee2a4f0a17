"""Ages on the map: classes of whole square kilometres, none where too few live."""

import numpy as np
import pandas as pd
import pytest

from app.publish.ages import BREAKS, age_classes, ages_layer, fewest
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
