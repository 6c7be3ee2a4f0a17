"""Small worlds for the tests of access: facts from a few tuples, and a random town for the laws."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import facts as tables
from geodata.catalogue import HealthCouncil, Island, Municipality, Region
from geodata.facts import Facts
from geodata.network.graph import make_graph
from geodata.rules import Clause, Rule, RuleSet, read_rules

X0, Y0 = 700_050.0, 6_170_050.0
DAY = date(2026, 11, 22)
KMH = {"drive": 60.0, "bike": 15.0, "walk": 5.0}
HOME, NEXT, CAPITAL, ISLAND, ABROAD = "0217", "0219", "0101", "0400", "0265"

REGION = Region(
    id="town",
    name="the test region",
    name_da="Region Prøve",
    data="files",
    start=date(2007, 1, 1),
    end=None,
    municipalities=(
        Municipality(HOME, "Helsingør", "Helsingør Kommune", "i", "nord"),
        Municipality(NEXT, "Hillerød", "Hillerød Kommune", "i", "nord"),
        Municipality(CAPITAL, "København", "Københavns Kommune", "i", "by"),
        Municipality(ISLAND, "Bornholm", "Bornholms Regionskommune", "på", "by"),
    ),
    health_councils=(HealthCouncil("nord", "Nordsjælland"), HealthCouncil("by", "Hovedstaden")),
    neighbours=(Municipality(ABROAD, "Roskilde", "Roskilde Kommune", "i", ""),),
    islands=(Island("Bornholm", (ISLAND,), True),),
    districts={CAPITAL: {"1": "Indre By", "2": "Østerbro"}},
)


def rules(**values):
    """The rules in force on the day of the tests, some with other values."""
    cards = dict(read_rules())
    for name, value in values.items():
        old = cards[name]
        clause = Clause(value, date(2007, 1, 1), None, (), "test", "INFER", DAY)
        cards[name] = Rule(old.id, old.title, old.title_da, old.about, old.unit, old.status, (clause,))
    return RuleSet(DAY, cards)


def cell(x, y, residents, home=HOME, district=None, old=0, oldest=0):
    """A row of CELLS with its centre at metres (x, y) from the origin of the test worlds."""
    east, north = X0 + x, Y0 + y
    return {
        "cell_id": f"100m_{int(north // 100):05d}_{int(east // 100):04d}",
        "x": east,
        "y": north,
        "kommunekode": home,
        "city_district": district,
        "residents": residents,
        "age_0_14": 0,
        "age_15_64": residents - old - oldest,
        "age_65_79": old,
        "age_80_plus": oldest,
    }


def location(name, x, y, home=HOME):
    """A row of LOCATIONS at metres (x, y) from the origin."""
    return {
        "location_id": name,
        "address": f"{name}vej 1",
        "kommunekode": home,
        "x": X0 + x,
        "y": Y0 + y,
        "step_free_access": "unknown",
    }


def practice(ydernummer, intake="open", listed=1600, limit=1600, capacities=1.0):
    """A row of PRACTICES."""
    return {
        "ydernummer": ydernummer,
        "name": f"Lægerne {ydernummer}",
        "intake": intake,
        "capacities": capacities,
        "listed_patients": listed,
        "closing_limit": limit,
        "status_date": "2026-10-01",
    }


def link(ydernummer, location_id, capacities=1.0):
    """A row of PRACTICE_LOCATIONS."""
    return {"ydernummer": ydernummer, "location_id": location_id, "capacities": capacities}


def place(name, x, y, kind="town", residents=1000):
    """A row of PLACES at metres (x, y) from the origin."""
    return {"name": name, "kind": kind, "x": X0 + x, "y": Y0 + y, "residents": residents}


def street_graph(mode, nodes, edges, kmh=None):
    """A graph: nodes in metres from the origin; edges (u, v[, length_m[, forward, backward]])."""
    xy = np.add(np.array(nodes, dtype=float).reshape(-1, 2), (X0, Y0))
    rows = [(*edge, *(None, True, True)[len(edge) - 2 :]) for edge in edges]
    u, v = (np.array([row[i] for row in rows], dtype=np.int32) for i in (0, 1))
    straight = np.hypot(*(xy[u] - xy[v]).T) if rows else np.empty(0)
    length = np.array([straight[i] if row[2] is None else row[2] for i, row in enumerate(rows)], dtype=float)
    minutes = length / 1000 / (kmh or KMH[mode]) * 60
    ways = [np.array([row[i] for row in rows], dtype=bool) for i in (3, 4)]
    return make_graph(mode, xy, u, v, length, minutes, *ways, np.full(len(rows), "residential"))


def areas(*outlines):
    """AREAS from (kind, code, name, (x0, y0, x1, y1)) in metres from the origin."""
    rows = [
        {
            "kind": kind,
            "code": code,
            "name": name,
            "health_council": None,
            "geometry": shapely.box(X0 + x0, Y0 + y0, X0 + x1, Y0 + y1),
        }
        for kind, code, name, (x0, y0, x1, y1) in outlines
    ]
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=25832)


EVERYWHERE = (("municipality", HOME, "Helsingør", (-100_000, -100_000, 100_000, 100_000)),)


def make_facts(cells, practices, locations, links, graphs=None, outlines=EVERYWHERE, places=()):
    """Facts from rows; every table passes its own check."""

    def frame(table, rows):
        return table.check(pd.DataFrame(list(rows), columns=[c for c in table.names if c != "geometry"]))

    return Facts(
        region=REGION,
        year=2026,
        areas=tables.AREAS.check(areas(*outlines)),
        cells=frame(tables.CELLS, cells),
        practices=frame(tables.PRACTICES, practices),
        locations=frame(tables.LOCATIONS, locations),
        practice_locations=frame(tables.PRACTICE_LOCATIONS, links),
        doctors=frame(tables.DOCTORS, ()),
        places=frame(tables.PLACES, places),
        layers=frame(tables.LAYERS, ()),
        graphs=graphs or {},
    )


def five_cells():
    """A straight road with a cell at kilometre 0, 4, 10, 15 and 30; see `test_town.py`."""
    cells = [
        cell(0, 0, 100, oldest=10),
        cell(4000, 0, 200, old=20),
        cell(10_000, 0, 300),
        cell(15_000, 0, 400, NEXT),
        cell(30_000, 0, 50, NEXT, old=8, oldest=3),
    ]
    practices = [
        practice("000001", listed=1500),
        practice("000002", listed=1700),
        practice("000003", "closed", listed=3300, limit=3200, capacities=2),
        practice("000004", listed=1100),
    ]
    locations = [location("a", 0, 0), location("b", 10_000, 0), location("c", 20_000, 0, NEXT)]
    links = [link("000001", "a"), link("000002", "b"), link("000003", "b", 2), link("000004", "c")]
    nodes = [(0, 0), (4000, 0), (10_000, 0), (15_000, 0), (20_000, 0), (30_000, 0)]
    graphs = {mode: street_graph(mode, nodes, [(i, i + 1) for i in range(5)]) for mode in KMH}
    places = [place("Ende", 30_000, 300), place("Midt", 10_000, 0)]
    return make_facts(cells, practices, locations, links, graphs, places=places)


def random_town(seed, cells=12, places=5, practices=7, nodes=13, covered=True):
    """A town at random: a ring road with short cuts, parallel and one-way streets; practices at one or two places."""
    rng = np.random.default_rng(seed)
    spots = rng.permutation(400)[: cells + places]
    xy = np.column_stack([spots % 20, spots // 20]) * 900.0
    homes = rng.choice([HOME, NEXT, CAPITAL, ISLAND], cells, p=[0.4, 0.3, 0.2, 0.1])
    rows = [
        cell(*xy[i], int(n), homes[i], "1" if homes[i] == CAPITAL else None, int(n) // 4, int(n) // 8)
        for i, n in enumerate(rng.integers(1, 60, cells))
    ]
    names = [f"l{i}" for i in range(places)]
    where = [
        location(name, *xy[cells + i], str(rng.choice([HOME, NEXT, ABROAD, ISLAND], p=[0.4, 0.3, 0.2, 0.1])))
        for i, name in enumerate(names)
    ]
    numbers = [f"{i:06d}" for i in range(1, practices + 1)]
    who = [
        practice(number, str(rng.choice(["open", "closed", "dispensation"])), int(rng.integers(0, 3200)), 1600)
        for number in numbers
    ]
    links = [
        link(number, name, float(rng.integers(0, 3)))
        for number in numbers
        for name in sorted(rng.choice(names, rng.integers(1, 3), replace=False))
    ]
    graphs = {mode: random_streets(rng, mode, rng.permutation(xy)[:nodes]) for mode in KMH} if covered else {}
    return make_facts(rows, who, where, links, graphs)


def random_streets(rng, mode, spots):
    """Streets near some of the spots, strongly connected by a ring; none is shorter than its straight line."""
    nodes, xy = len(spots), spots + rng.integers(-150, 150, spots.shape)
    ring = [(i, (i + 1) % nodes) for i in range(nodes)]
    extra = [tuple(int(n) for n in rng.integers(0, nodes, 2)) for _ in range(nodes)]
    edges = []
    for number, (u, v) in enumerate([*ring, *extra, *ring[:2]]):
        straight = float(np.hypot(*(xy[u] - xy[v])))
        both = number < nodes or rng.random() < 0.5
        edges.append((u, v, straight * float(rng.choice([1.0, 1.0, 1.3])), True, bool(both)))
    return street_graph(mode, xy, edges)
