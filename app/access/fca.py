"""Floating catchment areas: places at practices shared by all residents who can reach them.

Let S_j be the places of practice j, P_i the residents of cell i and w_ij the weight of their distance. Then

    R_j = S_j / sum_i P_i w_ij        places for each weighted resident in reach of j
    A_i = sum_j R_j w_ij              places for each resident of i

With w_ij = 1 within one limit this is 2SFCA (Radke and Mu 2000; Luo and Wang 2003, Environment and Planning B 30),
with weights by zones of travel time E2SFCA (Luo and Qi 2009, Health & Place 15). Whatever the weights, the residents'
sum of A equals the places within anybody's reach: nothing is lost and nothing counted twice.

Each practice's part of a cell's sum is rounded to a multiple of `GRID` before it is added. Such sums are exact, so that
the order of practices does not matter to the last digit, and one practice can be taken out or put in again (the idea of
reproducible summation: Demmel and Nguyen 2015, IEEE Transactions on Computers 64(7)).
"""

from collections.abc import Iterator, Sequence

import numpy as np

from app.access.matrix import Floats, Ints, Matrix, Singles

GRID = 2.0**-32
"""Parts of a place are added up in steps of this; exact while a cell's sum stays below 2 million places."""


def step_weights(minutes: Floats | Singles, upto: Sequence[float], weights: Sequence[float]) -> Floats:
    """Weight of each travel time by zone: the first whose inclusive upper bound is not exceeded; 0 beyond the last."""
    bounds = np.asarray(upto, dtype=np.float32)
    zone = np.searchsorted(bounds, np.asarray(minutes, dtype=np.float32), side="left")
    return np.append(np.asarray(weights, dtype=float), 0.0)[zone]


def places_per_resident(matrix: Matrix, weight: Floats, supply: Floats, residents: Floats) -> Floats:
    """(cells,) two-step floating catchment area score A_i: places for each resident.

    Parameters
    ----------
    matrix : which practices (rows) are in reach of which cells
    weight : (entries of the matrix,) weight of each pair
    supply : (rows,) places S_j
    residents : (cells,) P_i
    """
    score = np.zeros(matrix.cells)
    for row, cell, pull in _pulls(matrix, weight, residents):
        score[cell] += score_part(supply[row], weight[matrix.part(row)], pull)
    return score


def score_part(places: float, weight: Floats, pull: Floats) -> Floats:
    """(n,) R_j w_ij: what one practice adds to the scores of the cells in its reach; nothing when nobody is.

    Parameters
    ----------
    places : S_j
    weight : (n,) w_ij of the cells in reach
    pull : (n,) P_i w_ij
    """
    total = pull.sum()
    return _on_grid(places / total * weight) if total > 0 else np.zeros(len(pull))


def spatial_availability(matrix: Matrix, weight: Floats, supply: Floats, residents: Floats) -> Floats:
    """(cells,) places that fall to each cell's residents when all in reach compete for them.

    Spatial availability (Soukhov, Paez, Higgins and Mohamed 2023, PLOS ONE 18(1)): V_i = sum_j S_j F_ij, where F_ij is
    the product of the population factor P_i / sum P and the travel factor w_ij / sum_i w_ij, scaled to sum to 1 over i.
    Both sums cancel: F_ij = P_i w_ij / sum_i P_i w_ij.
    """
    places = np.zeros(matrix.cells)
    for row, cell, pull in _pulls(matrix, weight, residents):
        places[cell] += availability_part(supply[row], pull)
    return places


def availability_part(places: float, pull: Floats) -> Floats:
    """(n,) S_j F_ij: the places of one practice that fall to the cells in its reach; none when nobody is.

    Parameters
    ----------
    places : S_j
    pull : (n,) P_i w_ij
    """
    total = pull.sum()
    return _on_grid(places * (pull / total)) if total > 0 else np.zeros(len(pull))


def _pulls(matrix: Matrix, weight: Floats, residents: Floats) -> Iterator[tuple[int, Ints, Floats]]:
    """Each practice that anybody reaches, the cells in its reach and their weighted residents."""
    for row in range(matrix.rows):
        cell = matrix.cell[matrix.part(row)]
        pull = residents[cell] * weight[matrix.part(row)]
        if pull.sum() > 0:
            yield row, cell, pull


def _on_grid(parts: Floats) -> Floats:
    return np.asarray(np.rint(parts / GRID) * GRID, dtype=float)
