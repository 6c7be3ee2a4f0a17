"""Judge the generated region: people, roads and practices in numbers, beside what they are to be like."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.facts import Facts
from geodata.network.graph import Graph
from geodata.rules import RuleSet, read_rules
from geodata.sample.density import CITY_HALL
from geodata.sample.ground import Flags, Floats, Ints
from geodata.sample.outlines import read_table
from geodata.sample.people import official
from geodata.sample.reach import Reach, mean_by, share_by

INNER = 8.0
"""The inner city, for comparing junctions (km from the city hall)."""
STEPS = np.array([0.3, 1.0, 2.0, 4.0, 8.0, 16.0])
"""Classes of straight distance for circuity (km)."""


def judged(facts: Facts) -> pd.DataFrame:
    """One row for each thing judged: `what`, `sample`, `wanted` (text)."""
    rows = [*people_rows(facts), *road_rows(facts), *practice_rows(facts)]
    return pd.DataFrame(rows, columns=["what", "sample", "wanted"])


def people_rows(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """Cells and residents."""
    wanted = official().query("home")["pop_2026"].sum()
    yield "inhabited cells", f"{len(facts.cells)}", "about 77000"
    yield "residents", f"{facts.cells['residents'].sum()}", f"{wanted}"


def road_rows(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """Junctions, lengths and detours."""
    drive = facts.graphs["drive"]
    inner = np.hypot(drive.x - CITY_HALL[0], drive.y - CITY_HALL[1]) < 1000.0 * INNER
    yield "drive nodes / edges", f"{drive.nodes} / {drive.edges}", "100000 or more"
    yield "components", f"{len(np.unique(drive.component))}", "2"
    yield "inner degree 1/2/3/4/5+ %", listed(degrees(drive, inner), 0), listed(measured("degree"), 0)
    for name, part in parts(drive).items():
        yield f"circuity by car, {name}", listed(circuity(drive, part), 2), listed(measured(name), 2)


def practice_rows(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """Practices and the way to them."""
    home = at_home(facts)
    own = facts.practices[home]
    yield "practices / capacities", f"{home.sum()} / {own['capacities'].sum():.0f}", "630 / 1150"
    yield "beyond the border", f"{(~home).sum()}", "40-60"
    yield "open %", f"{100 * (own['intake'] == 'open').mean():.1f}", "23"
    yield "patients per capacity", f"{own['listed_patients'].sum() / own['capacities'].sum():.0f}", "near 1600"
    km = nearest_km(facts)
    published = official()["avg_km_nearest_gp_2024"].reindex(km.index)
    yield "km to nearest practice", f"{km.min():.2f}-{km.max():.2f}", "0.3-4"
    yield "rank correlation with published", f"{km.corr(published, method='spearman'):.3f}", "above 0.7"
    little = little_choice(facts)
    people = facts.cells["residents"].to_numpy(dtype=float)
    yield "residents with little choice %", f"{100 * people[little].sum() / people.sum():.2f}", "1-8"
    spread = share_by(codes(facts), people, little)
    yield "municipalities none / 1-90 %", f"{(spread == 0).sum()} / {spread.between(0.01, 0.9).sum()}", "15 / 5 or more"


def measured(what: str) -> Floats:
    """What was measured on real roads: per cent by degree, or circuity by class of straight distance."""
    row = read_table("road_measures").set_index("what").loc[what]
    return np.asarray(row.to_numpy(dtype=float))


def listed(values: Floats, digits: int) -> str:
    """Values in one line of text."""
    return " ".join(f"{value:.{digits}f}" for value in values)


def parts(graph: Graph) -> dict[str, Flags]:
    """Nodes of Bornholm, and of the rectangle of inner Copenhagen the real figures were measured in."""
    inner = (graph.x > 713_000) & (graph.x < 738_000) & (graph.y > 6_163_500) & (graph.y < 6_186_000)
    return {"Bornholm": graph.x > 800_000.0, "inner": inner}


def degrees(graph: Graph, part: Flags) -> Floats:
    """Per cent of the nodes with 1, 2, 3, 4 and more streets."""
    degree = np.bincount(np.concatenate([graph.u, graph.v]), minlength=graph.nodes)
    counts = np.bincount(np.minimum(degree[part], 5), minlength=6)[1:]
    return np.asarray(100.0 * counts / counts.sum())


def by_length(graph: Graph) -> csr_array:
    """The directed graph with metres."""
    arcs = graph.arcs()
    return csr_array(coo_array((arcs.length_m, (arcs.tail, arcs.head)), shape=(graph.nodes, graph.nodes)))


def circuity(graph: Graph, part: Flags, sources: int = 40) -> Floats:
    """Mean road metres over straight metres by class of straight distance, from nodes drawn in a part."""
    inside = np.flatnonzero(part)
    start = np.random.default_rng(1).choice(inside, sources, replace=False)
    away = dijkstra(by_length(graph), indices=start, limit=25_000.0)[:, inside]
    gap = np.hypot(graph.x[inside] - graph.x[start][:, None], graph.y[inside] - graph.y[start][:, None])
    known = np.isfinite(away) & (gap > 0)
    kind = np.digitize(gap[known] / 1000.0, STEPS)
    ratio = away[known] / gap[known]
    sums, counts = np.bincount(kind, ratio, minlength=7), np.bincount(kind, minlength=7)
    return np.asarray((sums / np.maximum(counts, 1))[1:6])


def codes(facts: Facts) -> NDArray[np.str_]:
    """Municipality of every cell."""
    return np.asarray(facts.cells["kommunekode"].to_numpy(dtype=str))


def at_home(facts: Facts) -> Flags:
    """Which practices lie in the region, by their first location."""
    return np.isin(doors(facts)["kommunekode"].to_numpy(dtype=str), facts.region.codes)


def doors(facts: Facts) -> pd.DataFrame:
    """The first location of every practice, in the order of the practices."""
    first = facts.practice_locations.sort_values("capacities", ascending=False).drop_duplicates("ydernummer")
    placed = first.merge(facts.locations, on="location_id").set_index("ydernummer")
    return placed.loc[facts.practices["ydernummer"]]


def nearest_km(facts: Facts) -> pd.Series:
    """Mean road kilometres of each municipality's residents to the nearest practice."""
    reach = Reach(facts.graphs["drive"], facts.cells)
    metres = reach.nearest(facts.locations[["x", "y"]].to_numpy())
    return mean_by(codes(facts), facts.cells["residents"].to_numpy(dtype=float), metres)


def open_within_limit(facts: Facts) -> Ints:
    """How many practices open for intake each cell reaches within the limit of its municipality."""
    rules = RuleSet(date(facts.year, 1, 1), read_rules())
    limits = {code: rules.number("free_choice_distance", code) for code in facts.region.codes}
    limit = np.array([limits[code] for code in codes(facts)])
    taking = doors(facts)[(facts.practices["intake"] == "open").to_numpy()]
    return Reach(facts.graphs["drive"], facts.cells).within(taking[["x", "y"]].to_numpy(), limit)


def little_choice(facts: Facts) -> Flags:
    """Which cells reach fewer open practices than the rule asks for."""
    rules = RuleSet(date(facts.year, 1, 1), read_rules())
    return np.asarray(open_within_limit(facts) < rules.number("minimum_open"))
