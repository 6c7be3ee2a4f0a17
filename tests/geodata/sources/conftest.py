"""A toy region for sources: two municipalities side by side, a neighbour with an outline and one without."""

from datetime import date

import geopandas as gpd
import pytest
import shapely
from practice_files import Desk

from geodata.catalogue import read_region
from geodata.crs import INSIDE
from geodata.facts import AREAS
from geodata.rules import RuleSet, read_rules

REGION = """
name = "Toy"
name_da = "Toy"
data = "files"
start = 2007-01-01
[[health_council]]
code = "one"
name = "One"
municipalities = ["0101"]
[[health_council]]
code = "two"
name = "Two"
municipalities = ["0147"]
[[municipality]]
code = "0101"
name = "Vestby"
[[municipality]]
code = "0147"
name = "Østby"
[[neighbour]]
code = "0253"
name = "Sydby"
[[neighbour]]
code = "0265"
name = "Nordby"
[[district]]
municipality = "0101"
names = { 1 = "Indre", 2 = "Ydre" }
"""
WEST, SOUTH, SIDE = 700_000, 6_170_000, 10_000
"""0101 is a square with this lower left corner; 0147 lies east of it, 0253 south of 0101; all else is sea."""


def square(column, row):
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    return shapely.MultiPolygon([shapely.box(west, south, west + SIDE, south + SIDE)])


@pytest.fixture(scope="session")
def region(tmp_path_factory):
    folder = tmp_path_factory.mktemp("areas")
    (folder / "toy.toml").write_text(REGION, encoding="utf-8")
    return read_region("toy", folder)


@pytest.fixture(scope="session")
def rules():
    return RuleSet(date(2026, 11, 22), read_rules())


@pytest.fixture(scope="session")
def areas():
    rows = [
        ("municipality", "0101", "Vestby", "one", square(0, 0)),
        ("municipality", "0147", "Østby", "two", square(1, 0)),
        ("neighbour", "0253", "Sydby", None, square(0, -1)),
    ]
    columns = ["kind", "code", "name", "health_council", "geometry"]
    return AREAS.check(gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=INSIDE))


@pytest.fixture
def desk(tmp_path, areas, region, rules):
    return Desk(tmp_path, areas, region, rules)
