"""A street network as arrays.

The town of the tests: nodes 0..4 at (0,0) (100,0) (200,0) (200,100) (900,900);
0-1 both ways, 1->2 one way, 2-3 both ways, 3->1 one way, 4 alone with a loop.
"""

import numpy as np
import pytest

from geodata.errors import NetworkError
from geodata.network.graph import main_components, make_graph

XY = np.array([[0, 0], [100, 0], [200, 0], [200, 100], [900, 900]], dtype=float)
U, V = np.array([0, 1, 2, 3, 4]), np.array([1, 2, 3, 1, 4])
ONE = np.array([False, True, False, True, True])


def town(**changes):
    parts = {
        "length_m": np.array([100.0, 100, 100, 150, 50]),
        "minutes": np.ones(5),
        "forward": np.ones(5, dtype=bool),
        "backward": ~ONE,
        "highway": np.array(["residential"] * 5),
        "u": U,
        "v": V,
    }
    parts.update(changes)
    return make_graph("drive", XY, **parts)


def test_an_arc_stands_once_for_each_way_an_edge_may_be_travelled():
    arcs = town().arcs()
    assert {(0, 1), (1, 0), (1, 2), (2, 3), (3, 2), (3, 1), (4, 4)} == set(
        zip(arcs.tail.tolist(), arcs.head.tolist(), strict=True)
    )


def test_one_ways_that_lead_round_keep_a_town_strongly_connected():
    component = town().component
    assert 1 == len(set(component[:4].tolist()))
    assert component[4] != component[0]


def test_a_dead_end_one_way_is_its_own_component():
    component = town(backward=np.zeros(5, dtype=bool)).component
    assert component[0] != component[1]


def test_only_the_largest_component_of_an_island_is_kept_and_its_lines_with_it():
    kept = main_components(town(), np.zeros(5, dtype=np.int32))
    assert (4, 4) == (kept.nodes, kept.edges)
    assert [0.0, 0.0] == kept.shape_xy[kept.shape_start[0]].tolist()
    assert [100.0, 100.0, 100.0, 150.0] == kept.length_m.tolist()


def test_every_island_keeps_its_own():
    kept = main_components(town(), np.array([0, 0, 0, 0, 1], dtype=np.int32))
    assert (5, 5) == (kept.nodes, kept.edges)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"v": np.array([1, 2, 3, 1, 9])}, "does not exist"),
        ({"length_m": np.array([100, 100, -1.0, 150, 50])}, "edge 2 has length_m -1"),
        ({"minutes": np.array([1, np.nan, 1, 1, 1])}, "edge 1 has minutes nan"),
    ],
)
def test_a_faulty_edge_is_named(change, said):
    with pytest.raises(NetworkError, match=said):
        town(**change)
