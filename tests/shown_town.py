"""A small region for the tests of what is shown: two municipalities, a capital with districts, an island, a neighbour.

x (km)  -1 ............ 12 ............ 32 ...... 38          100 .. 106
y 11    | København     |
y 5     | Helsingør     | Hillerød       | Roskilde |         | Bornholm |
y -1
"""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely
from access.towns import (
    ABROAD,
    CAPITAL,
    HOME,
    ISLAND,
    KMH,
    NEXT,
    REGION,
    X0,
    Y0,
    cell,
    link,
    location,
    make_facts,
    place,
    practice,
    rules,
    street_graph,
)

from app.study import make_study
from geodata.facts import AREAS, LAYERS
from geodata.premises import AMENITIES, PREMISES

UGLY_NAME = '=HYPERLINK("x")<b>&'
OUTLINES = (
    ("municipality", HOME, "Helsingør", "nord", (-1000, -1000, 12_000, 5000)),
    ("municipality", NEXT, "Hillerød", "nord", (12_000, -1000, 32_000, 5000)),
    ("municipality", CAPITAL, "København", "by", (-1000, 5000, 12_000, 11_000)),
    ("municipality", ISLAND, "Bornholm", "by", (100_000, 0, 106_000, 6000)),
    ("neighbour", ABROAD, "Roskilde", None, (32_000, -1000, 38_000, 5000)),
    ("health_council", "nord", "Nordsjælland", "nord", (-1000, -1000, 32_000, 5000)),
    ("health_council", "by", "Hovedstaden", "by", (-1000, 5000, 12_000, 11_000)),
    ("city_district", "1", "Indre By", "by", (-1000, 5000, 5000, 11_000)),
    ("city_district", "2", "Østerbro", "by", (5000, 5000, 12_000, 11_000)),
)
CELLS = (
    cell(500, 500, 100, oldest=10),
    cell(4500, 500, 200, old=20),
    cell(10_500, 500, 300),
    cell(15_500, 500, 400, NEXT),
    cell(30_500, 500, 50, NEXT, old=8, oldest=3),
    cell(31_500, 500, 3, NEXT),
    cell(2500, 7500, 600, CAPITAL, "1"),
    cell(8500, 7500, 700, CAPITAL, "2", oldest=2),
    cell(102_500, 2500, 80, ISLAND),
)
PRACTICES = (
    practice("000001", listed=1500),
    {**practice("000002", listed=1700), "name": UGLY_NAME},
    practice("000003", "closed", listed=3300, limit=3200, capacities=2),
    practice("000004", listed=1100),
    practice("000005", "dispensation"),
    practice("000006", listed=1000),
)
LOCATIONS = (
    location("a", 500, 500),
    location("b", 10_500, 500),
    location("c", 20_500, 500, NEXT),
    location("d", 8500, 7500, CAPITAL),
    location("e", 102_500, 2500, ISLAND),
)
LINKS = (
    link("000001", "a"),
    link("000002", "b"),
    link("000003", "b", 2),
    link("000004", "c"),
    link("000005", "d"),
    link("000006", "e"),
)
NODES = [(x * 1000 + 500, 500) for x in range(32)] + [(2500, 7500), (8500, 7500), (102_500, 2500), (103_500, 2500)]
EDGES = [*((i, i + 1) for i in range(31)), (2, 32), (32, 33), (33, 8), (34, 35)]
PLACES = (
    place("Havnby", 500, 300, residents=9000),
    place("Stationen", 600, 700, "station"),
    place("Bugten", 40_000, -4000, "sea"),
)
LAYER_ROWS = (
    ("areas", "sample_outlines", "approximate"),
    ("cells", "sample_people", "synthetic"),
    ("practices", "sample_practices", "synthetic"),
    ("graphs/drive", "sample_roads", "synthetic"),
)


def town_facts(**changes):
    """The facts of the region; `changes` replace whole fields of `Facts`."""
    graphs = {mode: street_graph(mode, NODES, EDGES) for mode in KMH}
    facts = make_facts(CELLS, PRACTICES, LOCATIONS, LINKS, graphs, places=PLACES)
    layers = LAYERS.check(
        pd.DataFrame(
            [
                {"layer": layer, "source": source, "as_of": "2026-01-01", "standing": standing}
                | {"rows_in": 5, "rows_kept": 5, "note": None}
                for layer, source, standing in LAYER_ROWS
            ]
        )
    )
    region = replace(REGION, data="sample")
    around = {"premises": premises(), "amenities": amenities()}
    return replace(facts, **{"region": region, "areas": outlines(), "layers": layers, **around, **changes})


def premises():
    """Three sets of premises: all known, nothing known, a requirement not met."""
    known = {"size_m2": 150.0, "rooms": 6, "storey": 0, "step_free": "yes", "accessible_toilet": "yes"}
    rows = [
        {"premises_id": "T1", "name": UGLY_NAME, "address": "Torvet 1", "x": X0 + 200, "owner": "Ejersen", **known},
        {"premises_id": "T2", "x": X0 + 4000},
        {"premises_id": "T3", "x": X0 + 9000, "step_free": "no", "building_use": "office"},
    ]
    frame = pd.DataFrame(rows).assign(y=Y0 + 200, kommunekode=HOME, source="upload")
    return PREMISES.check(frame.reindex(columns=PREMISES.names))


def amenities():
    """A bus stop and a shop."""
    rows = [("bus_stop", None, X0, Y0 + 100), ("shop", "Brugsen", X0 + 100, Y0 + 100)]
    return AMENITIES.check(pd.DataFrame(rows, columns=AMENITIES.names))


def outlines():
    """The areas with their health councils."""
    rows = [
        {
            "kind": kind,
            "code": code,
            "name": name,
            "health_council": council,
            "geometry": shapely.box(X0 + x0, Y0 + y0, X0 + x1, Y0 + y1),
        }
        for kind, code, name, council, (x0, y0, x1, y1) in OUTLINES
    ]
    return AREAS.check(gpd.GeoDataFrame(rows, geometry="geometry", crs=25832))


def town_study(**changes):
    """The study of the region by the rules in force."""
    return make_study(town_facts(**changes), rules())
