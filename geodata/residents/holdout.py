"""How far off the disaggregation is: hide 1 km census squares in larger ones, disaggregate, and compare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.residents.evidence import Evidence
from geodata.residents.grid import Grid, centres
from geodata.residents.spread import Squares, spread, squares_of
from geodata.residents.tables import CENSUS, CENSUS_AGES


@dataclass(frozen=True)
class Miss:
    """How disaggregated residents differ from the true ones.

    Parameters
    ----------
    misplaced : share of the residents that landed in a wrong square (half the sum of absolute differences)
    mean_error : mean absolute difference of a square, in people
    correlation : Pearson's, over the squares
    squares : true squares compared
    """

    misplaced: float
    mean_error: float
    correlation: float
    squares: int


def coarsen(census: pd.DataFrame, times: int) -> pd.DataFrame:
    """Census squares (table CENSUS) summed to squares with sides `times` as long."""
    side = float(census["side"].iloc[0]) * times
    frame = census.assign(
        east=np.floor(census["east"] / side) * side, north=np.floor(census["north"] / side) * side, side=side
    )
    sums = dict.fromkeys(("residents", *CENSUS_AGES, "land"), "sum")
    summed = frame.groupby(["north", "east", "side"]).agg(sums).reset_index()
    summed["land"] = (summed["land"] / times**2).clip(upper=1.0)
    summed["square"] = [f"{north:.0f}:{east:.0f}" for north, east in zip(summed["north"], summed["east"], strict=True)]
    return CENSUS.check(summed)


def miss_of(
    census: pd.DataFrame,
    grid: Grid,
    evidence: Sequence[Evidence],
    settled: Mapping[str, float] | None,
    times: int = 3,
) -> Miss:
    """Disaggregate coarsened squares to cells and compare with the true squares.

    Only true squares count whose every neighbour in the coarse square could be told by the same evidence, that is
    all squares given: pass the part of a census that the evidence covers.

    Parameters
    ----------
    census : table CENSUS, the truth
    grid, evidence, settled : as `spread` takes them
    times : how many true squares make the side of a coarse one
    """
    squares = squares_of(census)
    pieces, _ = spread(coarsen(census, times), grid, evidence, settled)
    found = _in_squares(pieces, squares)
    true = census["residents"].to_numpy(dtype=float)
    found *= true.sum() / found.sum()
    off = np.abs(found - true)
    return Miss(
        misplaced=float(off.sum() / 2 / true.sum()),
        mean_error=float(off.mean()),
        correlation=float(np.corrcoef(found, true)[0, 1]),
        squares=len(true),
    )


def _in_squares(pieces: pd.DataFrame, squares: Squares) -> NDArray[np.float64]:
    """Residents that the middles of the cells bring to each true square."""
    at = squares.at(*centres(pieces["cell"].to_numpy()))
    people = pieces[list(CENSUS_AGES)].sum(axis=1).to_numpy()
    return np.bincount(at[at >= 0], people[at >= 0], minlength=len(squares.frame)).astype(float)
