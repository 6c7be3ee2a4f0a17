"""How old the residents are, as a surface: a class for each square kilometre, wide enough to give no count away.

The ages of a 100 m cell are hidden more often than not, since each group in it is small. Of a square of a kilometre,
whose ages the census itself publishes, only the class of a share is shown, and only where the narrowest class spans at
least the smallest count that is published (docs/method.md#small-counts).
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.access.zoning import Zoning
from app.publish import palette
from app.publish.legend import NO_CLASS, Layer, in_both, swatches_of

SIDE = 1000.0
"""Metres; squares of the Danish square grid."""
BREAKS = (0.10, 0.15, 0.20, 0.25)
"""Lower bounds of the classes but the first, inclusive."""
OLD = ("age_65_79", "age_80_plus")
COLUMN = "ages_class"
KEY = ("kind", "code", COLUMN)
"""What a row of the table of squares is called by."""


def age_classes(cells: pd.DataFrame, smallest: float) -> NDArray[np.uint8]:
    """Class of the share aged 65 or over in the square kilometre of each cell; 255 where too few live there.

    Parameters
    ----------
    cells : with x, y, residents and ages, before small counts are hidden
    smallest : count that may be published
    """
    square = [np.floor(cells[axis].to_numpy(dtype=float) / SIDE) for axis in ("x", "y")]
    counts = cells[["residents", *OLD]].astype(float).groupby(square).transform("sum")
    share = counts[list(OLD)].sum(axis=1) / counts["residents"]
    found = np.searchsorted(BREAKS, share.to_numpy(), side="right").astype(np.uint8)
    return np.where(counts["residents"].to_numpy() < fewest(smallest), np.uint8(NO_CLASS), found)


def age_squares(cells: pd.DataFrame, kinds: Sequence[Zoning], smallest: float) -> pd.DataFrame:
    """The picture as a table: how many squares each class has in each area, and how many of its residents live there.

    Parameters
    ----------
    cells : with x, y, residents and `COLUMN`, before small counts are hidden
    kinds : areas
    smallest : count that may be published

    Returns
    -------
    frame by `KEY`: squares with an inhabited cell in the area; residents to the nearest multiple of `fewest`, so that
    no hidden cell follows from them, and empty below it
    """
    step = fewest(smallest)
    rows = pd.concat([_of_areas(cells, zoning) for zoning in kinds], ignore_index=True)
    squares = rows.drop_duplicates().groupby(list(KEY)).size()
    residents = rows.assign(residents=np.tile(cells["residents"].to_numpy(), len(kinds)))
    residents = residents.dropna(subset="code").groupby(list(KEY))["residents"].sum()
    near = ((residents / step).round() * step).where(residents >= step)
    return pd.DataFrame({"squares": squares, "residents": near.astype("Int64")})


def _of_areas(cells: pd.DataFrame, zoning: Zoning) -> pd.DataFrame:
    """Area of one kind, class and square of each cell; no code where the cell lies in none."""
    codes = np.array([*zoning.codes, None], dtype=object)
    square = {axis: np.floor(cells[axis].to_numpy(dtype=float) / SIDE) for axis in ("x", "y")}
    return pd.DataFrame({"kind": zoning.kind, "code": codes[zoning.cell], COLUMN: cells[COLUMN].to_numpy(), **square})


def fewest(smallest: float) -> float:
    """Residents from which a square is shown: so many that the narrowest class spans the smallest published count."""
    return float(np.ceil(smallest / np.diff(BREAKS).min().round(6)))


def ages_layer(smallest: float) -> Layer:
    """The surface of ages.

    Parameters
    ----------
    smallest : count that may be published
    """
    whole = [f"{share:.0%}".rstrip("%") for share in BREAKS]
    names = [
        in_both("layer.below_share", b=whole[0]),
        *(in_both("layer.from_share", a=a, b=b) for a, b in pairwise(whole)),
        in_both("layer.or_more_share", a=whole[-1]),
    ]
    title, title_da = in_both("layer.ages_title", n=f"{fewest(smallest):g}")
    return Layer("ages", COLUMN, title, title_da, swatches_of(palette.AGES, names))
