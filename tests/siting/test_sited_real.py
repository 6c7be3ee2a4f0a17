"""Siting on real maps, held to a count of every placement there is with ways by SciPy's Dijkstra."""

import numpy as np
import pytest

from app.access.engine import ENGINES
from app.access.matrix import gather
from app.access.roads import make_roads
from app.siting.answer import Status
from app.siting.ground import make_ground
from app.siting.question import parse_question

pytestmark = pytest.mark.realdata

BORNHOLM = {"area": {"kind": "municipality", "code": "0400"}}
INNER = {"area": {"kind": "municipality", "code": "0101"}}
ASKED = [
    {**BORNHOLM, "add": 1, "k": 3},
    {**BORNHOLM, "add": 2, "k": 3},
    {**INNER, "add": 2, "k": 9, "standard": {"mode": "walk", "minutes": 15}},
]


def slow_ways(study, ground):
    """(candidates, cells) whether each candidate is within reach, every way found anew by another engine."""
    standard, travel = ground.question.standard, study.travel
    mode, unit = ("drive", "m") if standard.legal else (standard.mode, "min")
    roads = make_roads(study.facts, study.rules, travel.supply.locations, travel.profile(mode), ENGINES["scipy"])
    ends = roads.of(ground.cells).to(ground.candidates.places).within(unit, float(ground.limit.max()))
    matrix = gather(ends, [[i] for i in range(len(ground.candidates))])
    near = np.zeros((matrix.rows, len(ground.cells)), dtype=np.float32)
    row = np.repeat(np.arange(matrix.rows), np.diff(matrix.start))
    near[row, matrix.cell] = matrix.value <= ground.limit[matrix.cell]
    return near


def most_lifted(near, lacking, weight, add):
    """The most that any placement lifts: of one by a sum, of two by all pairs at once."""
    one, two = (np.where(lacking == need, weight, 0.0) for need in (1, 2))
    alone = near @ one
    if add == 1:
        return alone.max()
    pairs = alone[:, None] + alone[None, :] - (near * one) @ near.T + (near * two) @ near.T
    np.fill_diagonal(pairs, 0.0)
    return pairs.max()


@pytest.mark.parametrize("asked", ASKED, ids=["Bornholm, one", "Bornholm, two", "inner Copenhagen on foot"])
def test_no_placement_among_thousands_lifts_more(real_study, asked):
    """Several thousand candidates; the answer is proven, equals the best of all placements, and what-if counts it."""
    question = parse_question({**asked, "time_limit": 60, "alternatives": 0})
    sited = real_study.sites(question)
    ground = make_ground(real_study.baseline, question)
    lacking = question.k - ground.has
    near = slow_ways(real_study, ground)
    best = most_lifted(near.astype(float), lacking, ground.weight, question.add)
    assert len(ground.candidates) > 2000
    assert best == sited.proof.value > 0
    assert Status.OPTIMAL is sited.proof.status
    if question.standard.legal:
        after = real_study.what_if(sited.placed[0].scenario).columns["open_within_limit"][ground.cells]
        assert best == ground.weight[(lacking > 0) & (after >= question.k)].sum()
