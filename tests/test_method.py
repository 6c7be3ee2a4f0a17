"""The examples to be worked with a pencil in docs/method.md come out of the code as the page says.

Those of the five-cell town are held by `tests/access/test_town.py`.
"""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from app.access.engine import ENGINES
from app.access.estimate import read_circuity
from app.access.reasons import cause, make_wording
from app.access.trips import make_trips
from app.publish.suppress import Sum, hidden
from app.siting.answer import Budget
from app.siting.capacitated import assign, make_capacitated_problem
from app.siting.covering.cells import Cells
from app.siting.covering.chains import ChainSeparator, give_greedily
from app.siting.covering.envelope import Separator
from app.siting.covering.problem import CoverProblem
from app.siting.covering.solve import solve_cover
from app.siting.median import make_median_problem, solve_median
from geodata.network.graph import make_graph
from geodata.network.osm import read_osm
from geodata.network.profile_cards import read_profile
from geodata.network.snap import snap
from geodata.residents.margins import largest_remainders
from geodata.rules import RuleSet, read_rules

RULES = RuleSet(date(2026, 11, 22), read_rules())
PAGE = (Path(__file__).parents[1] / "docs" / "method.md").read_text(encoding="utf-8")
METRES_PER_DEGREE = 110_574.0


def said(*words):
    """The page holds these words, line breaks aside."""
    plain = " ".join(PAGE.replace("\n> ", " ").split())
    return all(word in plain for word in words)


def street(points, edges):
    """A drive graph at 48 km/h from (x, y) and (u, v, metres, both ways)."""
    u, v, length, both = (np.array(column) for column in zip(*edges, strict=True))
    minutes = length / 1000 / 48 * 60
    forward = np.ones(len(u), dtype=bool)
    return make_graph(
        "drive", np.array(points, dtype=float), u, v, length * 1.0, minutes, forward, both, np.full(len(u), "road")
    )


def way(graph, home, practice, unit):
    """Least cost from one home to one practice."""
    ends = [snap(graph, [x], [y], 500.0) for x, y in (home, practice)]
    matrix = ENGINES["scipy"].within(make_trips(graph, *ends, unit, 5.0), 100_000.0)
    (cost,) = matrix.value
    return float(cost)


def test_the_person_left_over_goes_to_the_larger_fraction():
    assert said("Whole parts 3 and 6; one person is left and goes to the larger fraction: 4 and 6.")
    assert [4, 6] == largest_remainders(np.array([3.2, 5.6]), np.zeros(2, dtype=np.int64), np.array([10])).tolist()


@pytest.mark.parametrize(("tagged", "kmh"), [((700, 500), 40), ((300, 200), 45)])
def test_an_untagged_street_takes_its_class_mean_where_enough_is_tagged(tmp_path, tagged, kmh):
    """Three streets far apart, two of them with a speed."""
    assert said("(50 + 30) / 2 = 40 km/h", "it would get the card's 45 km/h")
    ends = [metres / METRES_PER_DEGREE for metres in (*tagged, 1000)]
    nodes = "".join(f'<node id="{i + 2}" lat="{end:.8f}" lon="{i}.0"/>' for i, end in enumerate(ends))
    roots = "".join(f'<node id="{i + 12}" lat="0.0" lon="{i}.0"/>' for i in range(3))
    speeds = ('<tag k="maxspeed" v="50"/>', '<tag k="maxspeed" v="30"/>', "")
    ways = "".join(
        f'<way id="{i}"><nd ref="{i + 12}"/><nd ref="{i + 2}"/><tag k="highway" v="residential"/>{speed}</way>'
        for i, speed in enumerate(speeds)
    )
    file = tmp_path / "three.osm"
    file.write_text(f'<osm version="0.6">{nodes}{roots}{ways}</osm>', encoding="utf-8")
    graph = read_osm(file, ["drive"])["drive"]
    longest = int(graph.length_m.argmax())
    assert kmh == pytest.approx(graph.length_m[longest] / 1000 / graph.minutes[longest] * 60, abs=0.1)


def test_the_way_to_the_street_counts_in_metres_and_on_foot():
    assert said("80 + 2,400 + 10 = 2,490 m", "1.08 min.: 4.08 min.")
    graph = street([(0, 0), (4000, 0)], [(0, 1, 4000, True)])
    home, practice = (500, 80), (2900, 10)
    assert 2490 == pytest.approx(way(graph, home, practice, "m"))
    assert 4.08 == pytest.approx(way(graph, home, practice, "min"))


def test_nobody_drives_back_along_a_one_way_street():
    assert said("300 m on to V, 600 m round to U and 300 m in: 1,200 m")
    graph = street([(0, 0), (1000, 0)], [(0, 1, 1000, False), (1, 0, 600, False)])
    assert 1200 == pytest.approx(way(graph, (700, 0), (300, 0), "m"))
    assert 400 == pytest.approx(way(graph, (300, 0), (700, 0), "m"))


@pytest.mark.parametrize(
    ("line", "road"), [(1000, 1420), (1010, 1420), (1056, 1420), (1060, 1060 * 1.345), (3000, 3885)]
)
def test_an_estimate_waits_until_the_lower_factor_has_caught_up(line, road):
    assert said("1,000 m give 1,420 m", "1,420 / 1.345 = 1,056 m", "3,000 m × 1.295 = 3,885 m")
    found = read_circuity(RULES, read_profile("drive")).metres(np.array([float(line)]))[0]
    assert road == pytest.approx(found, abs=0.5)


@pytest.mark.parametrize(("left", "reason"), [(150, "closed_lists"), (1900, "distance"), (900, "both")])
def test_a_cause_is_named_alone_up_to_a_tenth(left, reason):
    assert said("150 ≤ 200, closed lists", "100 ≤ 200, distance", "would fall from 2,000 to 900")
    assert reason == cause(2000, left, make_wording(RULES))


def test_the_smallest_partner_goes_with_a_small_count():
    assert said("so the 120 are withheld too")
    counts = np.array([[2923.0, 3, 120, 800, 2000]])
    total = Sum((0, 0), tuple((0, column) for column in range(1, 5)))
    smallest = RULES.number("smallest_published_count")
    assert [False, True, True, False, False] == hidden(counts, smallest, [total])[0].tolist()


COVER = (np.array([4.0, 5.0, 3.0]), np.array([1, 2, 1]), np.array([0, 2, 4, 5]), np.array([0, 1, 1, 2, 2]), 3)
"""Cells a, b and c of the page, and the sites that reach them."""


def test_two_sites_lift_what_one_of_them_does_not():
    assert said("{0, 1} lift 4, {0, 2} lift 7, {1, 2} lift 4 + 5 + 3 = 12", "One site lifts at most 4 (site 0,")
    problem = CoverProblem(*COVER)
    assert [4.0, 7.0, 12.0] == [problem.value(sites) for sites in ((0, 1), (0, 2), (1, 2))]
    one, two = (solve_cover(problem, add, Budget(120.0)).best for add in (1, 2))
    assert ((0,), 4.0, (1, 2), 12.0) == (one.sites, one.value, two.sites, two.value)


@pytest.mark.parametrize(("amount", "alone", "together"), [(1.0, 15.0, 10.0), (2.0, 20.0, 20.0)])
def test_a_smeared_site_is_charged_once(amount, alone, together):
    """Two cells of 10 residents that lack one and two practices; the same four sites reach both."""
    assert said("(E) lifts 10 + 5 = 15, (P) at most 10, which is the truth. Two sites: 20 both ways.")
    start, site = np.array([0, 4, 8]), np.tile(np.arange(4, dtype=np.int32), 2)
    cells = Cells(np.array([10.0, 10.0]), np.array([1, 2], dtype=np.int32), start, site, 4)
    x, chain = np.full(4, amount / 4), ChainSeparator(cells)
    patterns = chain.patterns((0, 2), x)
    chains = chain.chains(patterns, x)
    cut = chain.cut((0, 2), (0, 1), x, patterns, chains, give_greedily(patterns, chains))
    assert alone == pytest.approx(Separator(cells).shares(x).sum())
    assert together == pytest.approx(cut.constant + cut.gradient @ x[cut.site])


def test_one_site_or_two_on_a_road():
    assert said(
        "leaves 20 × 1 + 30 × 1 = 50, at 5 20 + 40 = 60, at 1 30 × 4 + 40 × 5 = 320. Two sites, 5 and 6, leave 20"
    )
    cells, sites = np.array([0.0, 1.0, 5.0, 6.0]), np.array([1.0, 5.0, 6.0])
    every = np.tile(np.arange(3, dtype=np.int32), 4)
    ways = np.abs(cells[:, None] - sites).ravel()
    road = make_median_problem(np.array([10.0, 20.0, 30.0, 40.0]), cells, np.arange(0, 13, 3), every, ways, 3)
    assert [320.0, 60.0, 50.0, 20.0] == [road.value(sites) for sites in ((0,), (1,), (2,), (1, 2))]
    assert (1, 2) == solve_median(road, 2, Budget(120.0)).best.sites


def test_places_at_a_road():
    assert said(
        "8 are left over: 86. A site with 5 places at 3 leaves 6 + 3 × 10 = 36, one at 1 leaves 6 + 10 + 30 = 46"
    )
    start, site = np.array([0, 3, 6]), np.array([0, 1, 2, 0, 1, 2], dtype=np.int32)
    ways, places = np.array([0.0, 1.0, 3.0, 3.0, 2.0, 0.0]), np.array([12.0, 5.0, 5.0])
    road = make_capacitated_problem(np.array([10.0, 10.0]), start, site, ways, places, 1, 10.0)
    assert [86.0, 46.0, 36.0] == [assign(road, sites).value for sites in ((), (0,), (1,))]
