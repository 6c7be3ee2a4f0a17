"""Streets and junctions on a few points worked by hand."""

import numpy as np
import pytest

from geodata.sample.junctions import Net, split_edges, staggered, with_dead_ends
from geodata.sample.mesh import sides, spanning
from geodata.sample.streets import PATH, STREET


class Dry:
    """Terrain without water."""

    def dry(self, start, end):
        return np.ones(len(start), dtype=bool)


def net(xy, edges, kind=STREET):
    u, v = np.array(edges).T
    return Net(np.array(xy, dtype=float), u, v, np.full(len(u), kind, dtype=np.int8), np.zeros(len(u), dtype=bool))


def test_a_square_with_one_diagonal_loses_it_as_the_longest_side():
    xy = np.array([(0.0, 0.0), (10.0, 0.0), (11.0, 9.0), (0.0, 10.0)])
    u, v, urquhart, gabriel = sides(xy, np.array([(0, 1, 3), (1, 2, 3)]))
    sides_of = {(int(a), int(b)): (bool(q), bool(g)) for a, b, q, g in zip(u, v, urquhart, gabriel, strict=True)}
    assert (False, False) != sides_of[0, 1]
    assert not sides_of[1, 3][0]
    assert 5 == len(sides_of)


def test_the_tree_leaves_out_the_longest_side_of_a_ring():
    u, v = np.array([0, 0, 1]), np.array([1, 2, 2])
    assert [True, False, True] == spanning(3, u, v, np.array([1.0, 3.0, 2.0])).tolist()


def test_a_dead_end_meets_the_street_along_its_way():
    street = net([(0, 0), (200, 0)], [(0, 1)])
    grown = with_dead_ends(street, np.array([(90.0, 20.0)]), Dry())
    assert 4 == len(grown.xy)
    assert 3 == len(grown.u)
    assert [1, 1, 3, 1] == grown.degree().tolist() or [1, 1, 1, 3] == sorted(grown.degree().tolist())
    assert grown.straight.sum() == pytest.approx(220.0)


def test_a_dead_end_near_a_bend_meets_the_street_there():
    bend = net([(0, 0), (100, 0), (100, 100)], [(0, 1), (1, 2)])
    grown = with_dead_ends(bend, np.array([(85.0, -20.0)]), Dry())
    assert 4 == len(grown.xy)
    assert [1, 3, 1, 1] == grown.degree().tolist()


def test_no_dead_end_hangs_on_a_path():
    streets = net([(0, 0), (100, 0), (0, 50), (100, 50)], [(0, 1), (2, 3)])
    streets.kind[1] = PATH
    grown = with_dead_ends(streets, np.array([(50.0, 40.0)]), Dry())
    assert 1 == (grown.kind == PATH).sum()
    assert 40.0 == pytest.approx(grown.straight[-1])


def test_an_edge_split_twice_keeps_its_length_and_class():
    street = net([(0, 0), (90, 0)], [(0, 1)], kind=PATH)
    split, number = split_edges(street, np.array([0, 0]), np.array([2 / 3, 1 / 3]), np.array([(60.0, 0), (30.0, 0)]))
    assert [30.0, 30.0, 30.0] == pytest.approx(sorted(split.straight))
    assert (split.kind == PATH).all()
    assert np.allclose(split.xy[number], [(60.0, 0), (30.0, 0)])


def test_a_star_of_five_arms_is_taken_apart():
    angle = np.linspace(0, 2 * np.pi, 6)[:5]
    xy = np.vstack([[(0.0, 0.0)], 100 * np.column_stack([np.cos(angle), np.sin(angle)])])
    star = net(xy, [(0, n) for n in range(1, 6)])
    apart = staggered(star, Dry(), np.random.default_rng(1), share=0.0)
    assert 4 == apart.degree().max()
    assert 7 == len(apart.xy)
    assert [3] == [d for d in apart.degree() if d == 3]
